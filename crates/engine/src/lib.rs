//! The use cases of Earnest, and the one table of commands that every front calls.
//!
//! An [`Engine`] takes samples from the wearables into the vault, has them judged, fills quests with what was recognised, asks the
//! consent rules before anything leaves, sends what may leave, and checks what comes back. It has no window and no terminal: fronts
//! call [`commands::dispatch`] and listen to [`Engine::events`].
//!
//! | room | what happens there |
//! |---|---|
//! | [`commands`] | the table, and a file for each group of commands: what it takes, what it gives, what it does |
//! | `ingest` | messages become samples; acknowledged after commit |
//! | `motion` | samples become judged windows |
//! | `quests` | windows become contributions, if the person allows it |
//! | `outbox` | contributions and withdrawals go to the hub, and awards come back |
//! | `sample_wearable` | the process that plays a recording |
//! | [`events`] | what the fronts are told |
//!
//! Deliberately not here: HTTP, IPC, arguments, texts for people (but for errors), and any rule: those are the domain's.

mod captures;
pub mod commands;
pub mod config;
#[cfg(test)]
mod contract;
mod credentials;
mod engine;
mod error;
pub mod events;
mod ingest;
mod motion;
mod outbox;
mod presence;
mod quests;
mod reach;
mod sample_wearable;
mod trouble;

pub use config::{Clock, EngineConfig, HubChoice, Random, Zone};
pub use earnest_vault::{KeyChoice, KeyPlace};
pub use engine::Engine;
pub use error::EngineError;
pub use outbox::WITHDRAWAL_REFUSED;
pub use quests::trial;
pub use reach::reached_at;
