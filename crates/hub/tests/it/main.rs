//! A hub over real HTTP, asked by the real client.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod crediting;
mod encrypted;
mod killing;
mod ledger;
mod limits;
mod opening;
mod program;
mod refusing;
mod undoing;
mod withdrawing;
mod world;
