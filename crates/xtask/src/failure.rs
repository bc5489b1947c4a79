//! What can go wrong, said so that a person knows what to do next.

use std::path::{Path, PathBuf};
use std::process::ExitStatus;

/// Why a task ended early.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub(crate) enum Failure {
    /// Something that is needed could not be had.
    #[error("{what}\n  why:        {why}\n  what to do: {remedy}")]
    Missing { what: String, why: String, remedy: String },

    /// A command ran and failed; what it said is above.
    #[error("could not {what}: `{command}` ended with {status}; what it said is above")]
    Command {
        what: String,
        command: String,
        status: ExitStatus,
    },

    /// A command could not be started.
    #[error("could not {what}: `{command}` did not start: {source}")]
    Start {
        what: String,
        command: String,
        source: std::io::Error,
    },

    /// A file or folder could not be read or written.
    #[error("could not {doing} {}: {source}", path.display())]
    File {
        doing: &'static str,
        path: PathBuf,
        source: std::io::Error,
    },

    /// `pins.toml` does not say what it must.
    #[error("crates/xtask/pins.toml cannot be used: {0}")]
    Pins(String),

    /// Some steps of a longer task failed; each is named in the table above.
    #[error("{failed} of {all} steps failed")]
    Steps { failed: usize, all: usize },

    /// The repository holds what only one machine understands.
    #[error("{} place(s) name a path of this machine or the address of a package registry:\n{}", .0.len(), .0.join("\n"))]
    Portability(Vec<String>),
}

impl Failure {
    /// For `map_err` on file operations: `Failure::file("read", path)`.
    pub(crate) fn file(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_path_buf();
        move |source| Self::File { doing, path, source }
    }
}
