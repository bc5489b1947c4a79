//! The words and the rules of Earnest.
//!
//! Everything here is pure: no I/O, no clock, no randomness, no async. Instants and keys are passed in, so that each rule can be
//! tested at any moment and the app and the hub, which both call it, cannot disagree. Everything else speaks this crate; it knows
//! nobody.
//!
//! The loop is capture -> check -> consent -> contribute -> credit:
//! [`sample`] and [`stream`] say what was measured, [`verdict`] what a check made of it, [`consent`] whether it may leave,
//! [`contribution`] what leaves, [`quest`] what it counts for, [`points`] what it earns, [`ledger`] how that is written down.

pub mod activity;
pub mod canonical;
pub mod capture;
pub mod consent;
pub mod contribution;
pub mod coverage;
pub mod device;
pub mod hub;
pub mod identity;
pub mod ledger;
pub mod points;
pub mod quest;
pub mod rejection;
pub mod sample;
mod slug;
pub mod stream;
pub mod text;
pub mod time;
pub mod today;
pub mod verdict;
