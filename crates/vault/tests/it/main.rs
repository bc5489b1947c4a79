//! The vault as the engine uses it: real SQLCipher on real files.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
// Small whole numbers as samples.
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)]

mod captures;
mod files;
#[cfg(target_os = "linux")]
mod keyring;
mod killed;
mod outbox;
mod people;
mod samples;
mod windows;
mod world;
