//! The contract as bytes, and the client against hubs that do not behave.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod client;
mod wire;
