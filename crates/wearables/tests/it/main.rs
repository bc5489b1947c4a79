//! The links over real sockets, with real clients: `rumqttc` in both versions, Debian's `mosquitto_pub`, and bytes by hand.
//!
//! One binary, so that it is linked once. Nothing sleeps: every wait is for an event, and a wait that lasts too long fails by name.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod acknowledgement;
mod admission;
mod bad_input;
mod by_hand;
mod leisure;
mod mosquitto;
mod replay;
mod session;
mod world;
