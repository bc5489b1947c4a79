//! The program as people and programs use it: real processes, real sockets, folders of their own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod check;
mod consent;
mod exit_codes;
mod help;
mod node;
mod pair;
mod quest;
mod replay;
mod world;
