//! A node in a process of its own, and the commands that talk to it.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, ChildStdout, Command, ExitStatus, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// `earnest`, with arguments.
pub(crate) fn earnest(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_earnest"));
    command.args(arguments).stdin(Stdio::null()).env_remove("RUST_LOG");
    command
}

/// What a command that ended had to say.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) output: String,
    pub(crate) error: String,
}

impl Said {
    pub(crate) fn by(mut command: Command) -> Self {
        let ended = command.output().unwrap();
        Self {
            code: ended.status.code(),
            output: String::from_utf8(ended.stdout).unwrap(),
            error: String::from_utf8(ended.stderr).unwrap(),
        }
    }

    /// The answer of a command that did what it was asked.
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.code, Some(0), "{self:?}");
        assert_eq!(
            self.output.lines().count(),
            1,
            "one line, so that it can be read as it comes: {self:?}"
        );
        serde_json::from_str(&self.output).unwrap()
    }
}

/// A running node; killed when the test is over.
pub(crate) struct Node {
    process: Child,
    output: BufReader<ChildStdout>,
    /// What it said of itself.
    pub(crate) ready: Value,
}

impl Node {
    /// Starts one on free ports and waits until it is ready.
    pub(crate) fn start(folder: &Path, more: &[&str]) -> Self {
        Self::start_at("127.0.0.1:0", folder, more)
    }

    /// The same with its screens at another address.
    pub(crate) fn start_at(listen: &str, folder: &Path, more: &[&str]) -> Self {
        let mut command = earnest(&[
            "node",
            "--listen",
            listen,
            "--mqtt",
            "127.0.0.1:0",
            "--key-file",
            "--json",
            "--data",
        ]);
        command.arg(folder).args(more).stdout(Stdio::piped());
        let mut process = command.spawn().unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).expect("a node says in one line of JSON that it is ready");
        Self { process, output, ready }
    }

    /// Waits until it ends by itself; what else it printed.
    pub(crate) fn ended(mut self) -> (ExitStatus, String) {
        let status = self.process.wait().unwrap();
        let mut rest = String::new();
        self.output.read_to_string(&mut rest).unwrap();
        (status, rest)
    }

    /// Asks it to stop, as the system does.
    #[cfg(unix)]
    pub(crate) fn stop(self) -> ExitStatus {
        self.asked_to_stop();
        self.ended().0
    }

    #[cfg(unix)]
    pub(crate) fn asked_to_stop(&self) {
        assert!(
            Command::new("kill")
                .arg(self.process.id().to_string())
                .status()
                .unwrap()
                .success()
        );
    }

    /// Ends it without a word, as a power cut does.
    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = (self.process.kill(), self.process.wait());
    }
}

/// A person with a folder and a node.
pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) node: Option<Node>,
}

impl World {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let node = Some(Node::start(folder.path(), &[]));
        Self { folder, node }
    }

    /// Runs a command on the folder.
    pub(crate) fn says(&self, arguments: &[&str]) -> Said {
        let mut command = earnest(arguments);
        command.arg("--data").arg(self.folder.path());
        Said::by(command)
    }

    /// Runs a command on the folder, and reads its JSON.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let mut arguments = arguments.to_vec();
        arguments.push("--json");
        self.says(&arguments).json()
    }

    /// What happens, a line each, from now on.
    pub(crate) fn events(&self) -> Events {
        let mut command = earnest(&["events", "--data"]);
        let mut process = command.arg(self.folder.path()).stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        let mut first = String::new();
        lines.read_line(&mut first).unwrap();
        assert_eq!(first, "{\"event\":\"resync\"}\n", "it listens from here on");
        Events { process, lines }
    }
}

/// The events of a node.
pub(crate) struct Events {
    process: Child,
    lines: BufReader<ChildStdout>,
}

impl Events {
    /// Waits for the next one.
    pub(crate) fn next(&mut self) -> String {
        let mut line = String::new();
        assert_ne!(self.lines.read_line(&mut line).unwrap(), 0, "the node went away");
        line
    }

    /// Waits until `holds` does, asking again after each event.
    pub(crate) fn until(&mut self, mut holds: impl FnMut() -> bool) {
        while !holds() {
            self.next();
        }
    }
}

impl Drop for Events {
    fn drop(&mut self) {
        let _ = (self.process.kill(), self.process.wait());
    }
}

/// The answer with what differs from run to run replaced by what it is.
pub(crate) fn redacted(mut answer: Value, kinds: &[(&str, &str)]) -> Value {
    for (pointer, kind) in kinds {
        let place = answer.pointer_mut(pointer).unwrap_or_else(|| panic!("there is no {pointer}"));
        assert!(!place.is_null(), "{pointer} is empty");
        *place = Value::from(format!("[{kind}]"));
    }
    answer
}
