//! The use cases over real parts: a vault on the disk, a real MQTT client, the check's own model, a hub over HTTP. The clock alone is
//! passed in.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    missing_docs
)]

mod captures;
mod coming_back;
mod contributing;
mod motion;
mod pairing;
mod raw;
mod today;
mod world;
