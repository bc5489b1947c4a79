//! A node: everything that runs in one process on a person's machine, put together.
//!
//! The embedded hub (unless another is named), the engine, and the HTTP front that serves the screens and offers the engine's
//! table of commands. The CLI and the desktop start the same [`Node`]; [`NodeClient`] finds the one that runs on a data folder.
//!
//! What a command does is the engine's business. Here is only: who may call it, from where, and in which order things start and stop.

mod access;
mod announcement;
mod calls;
mod client;
mod demo;
mod folder;
mod http;
mod node;
mod options;
mod peer;
mod settled;
mod signals;
mod ways;

pub use announcement::Announcement;
pub use calls::call;
pub use client::{ClientError, NodeClient};
pub use demo::{DemoError, prepare_demo};
pub use folder::{default_data_dir, name_of_data_dir};
pub use node::{Node, NodeConfig, NodeError};
pub use options::{DEFAULT_LISTEN, DEFAULT_MQTT, NodeOptions, Ready};
pub use settled::until_settled;
pub use signals::asked_to_stop;
pub use ways::{Reach, Way};
