//! A node as its callers meet it: over real sockets, on folders of its own.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]

mod embedded_hub;
mod finding;
mod front;
mod starting;

use std::path::Path;

use earnest_engine::{Clock, KeyChoice, Random, Zone};
use earnest_node::{Node, NodeConfig, NodeError};

/// A configuration that takes any free ports and keeps the vault's key beside the vault.
fn config(data: &Path) -> NodeConfig {
    NodeConfig {
        data: data.to_owned(),
        listen: "127.0.0.1:0".parse().unwrap(),
        mqtt: "127.0.0.1:0".parse().unwrap(),
        spare_ports: false,
        hub: None,
        key: KeyChoice::File,
        clock: Clock::system(),
        zone: Zone::utc(),
        random: Random::system(),
    }
}

async fn start(data: &Path) -> Result<Node, NodeError> {
    Node::start(config(data)).await
}
