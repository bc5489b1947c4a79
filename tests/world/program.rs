//! Programs: where they are, and how they are started, heard and ended.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::{
    io::{AsyncBufReadExt, BufReader, Lines},
    process::{Child, ChildStdout, Command},
};

/// One of our own programs, as `cargo xtask test` builds it.
pub fn binary(name: &str) -> PathBuf {
    let here = std::env::current_exe().expect("a test has a path");
    // target/debug/deps/journeys-… -> target/debug
    let folder = here
        .parent()
        .and_then(Path::parent)
        .expect("tests lie two folders below the target folder");
    let path = folder.join(name).with_extension(std::env::consts::EXE_EXTENSION);
    assert!(
        path.exists(),
        "{} is not built: run `cargo xtask test`, which builds it first",
        path.display()
    );
    path
}

/// A program of the system or of `target/tools/bin`.
pub fn browser_binary(name: &str) -> PathBuf {
    let here = std::env::current_exe().expect("a test has a path");
    let tools = here.ancestors().nth(3).map(|target| target.join("tools/bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = tools.into_iter().chain(std::env::split_paths(&path)).collect();
    folders
        .iter()
        .map(|folder| folder.join(name).with_extension(std::env::consts::EXE_EXTENSION))
        .find(|path| path.is_file())
        .unwrap_or_else(|| panic!("{name} is not installed: run `cargo xtask test`, which installs it first"))
}

/// A running program. Dropping it kills it, as a power cut would.
pub struct Program {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Program {
    /// Starts a program whose standard output is listened to.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{command:?} cannot be started: {error}"));
        let stdout = child.stdout.take().expect("it was piped");
        Self {
            child,
            lines: BufReader::new(stdout).lines(),
        }
    }

    /// The next line that it prints.
    pub async fn line(&mut self) -> String {
        match self.lines.next_line().await {
            Ok(Some(line)) => line,
            other => panic!("it ended instead of printing a line: {other:?}, {:?}", self.child.try_wait()),
        }
    }

    /// The next line that it prints, or `None` when it has ended.
    pub async fn line_or_end(&mut self) -> Option<String> {
        self.lines.next_line().await.ok().flatten()
    }

    /// Ends it as a power cut would (SIGKILL), and waits until it is gone.
    pub async fn kill(mut self) {
        self.child.kill().await.expect("it can be killed");
    }

    /// Waits until it ends by itself; whether it did so with exit code 0.
    pub async fn ends_well(&mut self) -> bool {
        self.child.wait().await.expect("it can be waited for").success()
    }

    /// Its process.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }
}
