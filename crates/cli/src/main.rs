//! `earnest`: Earnest without a window.
//!
//! Exit codes: 0 done, 1 failed, 2 usage. What was asked for goes to standard output, everything else to standard error.

mod commands;
mod failure;
mod output;
mod when;

use std::{io::IsTerminal, process::ExitCode};

use clap::{Parser, Subcommand};
use tracing_subscriber::EnvFilter;

use crate::failure::Failure;

/// Earn from the data of your own life, without giving that life away.
///
/// `earnest node` runs everything: it hears your wearables, keeps what they measure in an encrypted vault, judges it on this machine,
/// and serves the screens. Nothing leaves unless you say so. The other commands talk to the node that runs on a data folder.
#[derive(Debug, Parser)]
#[command(name = "earnest", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Node(commands::node::Arguments),
    /// Pair a wearable
    #[command(subcommand)]
    Pair(commands::pair::Command),
    /// Say what may leave, take it back, and see every permission
    #[command(subcommand)]
    Consent(commands::consent::Command),
    Check(commands::check::Arguments),
    /// See the quests that are offered, and look at one before it is
    #[command(subcommand)]
    Quest(commands::quest::Command),
    Replay(commands::replay::Arguments),
    Today(commands::today::Today),
    Status(commands::status::Arguments),
    Why(commands::ledger::Why),
    Undo(commands::ledger::Undo),
    Verify(commands::ledger::Verify),
    Export(commands::ledger::Export),
    Open(commands::open::Arguments),
    Events(commands::events::Arguments),
}

impl Command {
    /// Whether errors, too, are wanted as JSON.
    fn wants_json(&self) -> bool {
        match self {
            Self::Node(arguments) => arguments.wants_json(),
            Self::Pair(command) => command.wants_json(),
            Self::Consent(command) => command.wants_json(),
            Self::Check(arguments) => arguments.json,
            Self::Quest(command) => command.wants_json(),
            Self::Replay(arguments) => arguments.output.json,
            Self::Today(arguments) => arguments.output.json,
            Self::Status(arguments) => arguments.output.json,
            Self::Why(arguments) => arguments.output.json,
            Self::Undo(arguments) => arguments.output.json,
            Self::Verify(arguments) => arguments.output.json,
            Self::Export(arguments) => arguments.output.json,
            Self::Open(arguments) => arguments.output.json,
            Self::Events(arguments) => arguments.output.json,
        }
    }

    async fn run(self) -> Result<(), Failure> {
        match self {
            Self::Node(arguments) => arguments.run().await,
            Self::Pair(command) => command.run().await,
            Self::Consent(command) => command.run().await,
            Self::Check(arguments) => arguments.run().await,
            Self::Quest(command) => command.run().await,
            Self::Replay(arguments) => arguments.run().await,
            Self::Today(arguments) => arguments.run().await,
            Self::Status(arguments) => arguments.run().await,
            Self::Why(arguments) => arguments.run().await,
            Self::Undo(arguments) => arguments.run().await,
            Self::Verify(arguments) => arguments.run().await,
            Self::Export(arguments) => arguments.run().await,
            Self::Open(arguments) => arguments.run().await,
            Self::Events(arguments) => arguments.run().await,
        }
    }
}

/// What is logged unless `RUST_LOG` says otherwise. Where the vault's key lies is told by `earnest node` itself.
const LOGGED: &str = "warn,earnest_vault::key=error";

#[tokio::main]
async fn main() -> ExitCode {
    let command = Arguments::parse().command;
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(LOGGED));
    tracing_subscriber::fmt()
        // On a full disk its complaint would fail as well, and panic: what cannot be logged is not logged.
        .log_internal_errors(false)
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr)
        .init();
    let json = command.wants_json();
    match command.run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::failure(&failure, json);
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn the_arguments_fit_together() {
        super::Arguments::command().debug_assert();
    }
}
