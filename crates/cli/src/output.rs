//! What is printed where.

use std::{
    fmt,
    io::{self, Write},
    path::PathBuf,
};

use earnest_node::{NodeClient, NodeError, default_data_dir};
use serde::Serialize;

use crate::failure::Failure;

/// Which node is meant, and how its answer is printed.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct Target {
    /// The data folder of the node; the system's usual place when absent
    #[arg(long, value_name = "DIR")]
    pub(crate) data: Option<PathBuf>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

impl Target {
    /// The folder that is meant.
    pub(crate) fn folder(&self) -> Result<PathBuf, Failure> {
        Ok(self.data.clone().or_else(default_data_dir).ok_or(NodeError::NoDataFolder)?)
    }

    /// The node that runs on it.
    pub(crate) async fn node(&self) -> Result<NodeClient, Failure> {
        Ok(NodeClient::find(&self.folder()?).await?)
    }

    /// Prints an answer: as one line of JSON, or as `words` put it.
    pub(crate) fn print(&self, answer: &impl Serialize, words: impl fmt::Display) -> Result<(), Failure> {
        if self.json { print_json(answer) } else { print(words) }
    }
}

/// Prints one line of JSON.
pub(crate) fn print_json(answer: &impl Serialize) -> Result<(), Failure> {
    let line = serde_json::to_string(answer).map_err(|error| Failure::new("output", error.to_string()))?;
    print(line)
}

/// Prints a line, or several.
pub(crate) fn print(text: impl fmt::Display) -> Result<(), Failure> {
    let mut output = io::stdout().lock();
    match writeln!(output, "{text}").and_then(|()| output.flush()) {
        // Whoever read this has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written.map_err(|error| Failure::new("output", format!("the answer cannot be printed: {error}"))),
    }
}

/// Says something that is not the answer. Nothing is lost when nobody can read it.
pub(crate) fn say(text: impl fmt::Display) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Says what went wrong.
pub(crate) fn failure(failure: &Failure, json: bool) {
    if json {
        say(serde_json::json!({ "error": failure }));
    } else {
        say(format_args!("earnest: {}", failure.message));
    }
}
