//! Runs other programs.

use std::env;
use std::ffi::OsStr;
use std::io;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::failure::Failure;
use crate::workspace::Workspace;

/// A program about to be run.
#[derive(Debug)]
pub(crate) struct Run {
    command: Command,
}

impl Run {
    /// `program` with `arguments`, in `folder`.
    pub(crate) fn new(folder: &Path, program: impl AsRef<OsStr>, arguments: &[&str]) -> Self {
        let mut command = Command::new(program);
        command.current_dir(folder).args(arguments);
        Self { command }
    }

    /// Sets an environment variable.
    pub(crate) fn with(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// One more argument.
    pub(crate) fn argument(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.command.arg(argument);
        self
    }

    /// Sends what the program prints to standard error: standard output belongs to the program that `run` starts.
    pub(crate) fn quietly(mut self) -> Self {
        self.command.stdin(Stdio::null()).stdout(io::stderr());
        self
    }

    /// Runs to the end; anything but success is a [`Failure`]. `what` completes "could not ...".
    pub(crate) fn run(mut self, what: &str) -> Result<(), Failure> {
        let status = self.command.status().map_err(|source| self.not_started(what, source))?;
        if status.success() {
            return Ok(());
        }
        Err(Failure::Command {
            what: what.to_owned(),
            command: self.shown(),
            status,
        })
    }

    /// Runs to the end and keeps what the program printed, whatever its exit code.
    pub(crate) fn output(mut self, what: &str) -> Result<Output, Failure> {
        self.command.stdin(Stdio::null());
        self.command.output().map_err(|source| self.not_started(what, source))
    }

    /// The command underneath.
    pub(crate) fn into_command(self) -> Command {
        self.command
    }

    fn not_started(&self, what: &str, source: io::Error) -> Failure {
        Failure::Start {
            what: what.to_owned(),
            command: self.shown(),
            source,
        }
    }

    fn shown(&self) -> String {
        let words = std::iter::once(self.command.get_program()).chain(self.command.get_args());
        words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
    }
}

/// The cargo that runs this task, in the root of the workspace.
///
/// Variables that cargo set for this crate are taken away: build scripts that watch them would run again each time that
/// `cargo test` and `cargo xtask test` take turns.
pub(crate) fn cargo(workspace: &Workspace, arguments: &[&str]) -> Run {
    let program = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut run = Run::new(&workspace.root, program, arguments).with("CARGO_TARGET_DIR", workspace.target());
    for (name, _) in env::vars_os() {
        let ours = ["CARGO_PKG_", "CARGO_MANIFEST_"]
            .iter()
            .any(|head| name.to_string_lossy().starts_with(head));
        if ours {
            run.command.env_remove(name);
        }
    }
    run
}

/// npm, in the folder of the screens.
pub(crate) fn npm(workspace: &Workspace, arguments: &[&str]) -> Run {
    // On Windows npm is a script, which is only found by its full name.
    let program = if cfg!(windows) { "npm.cmd" } else { "npm" };
    Run::new(&workspace.ui(), program, arguments)
}
