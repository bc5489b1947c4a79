//! A person's node, and what they see of it.

use std::path::{Path, PathBuf};

use earnest_engine::commands::{GetStatus, Nothing, status::Status};
use earnest_node::{NodeClient, Ready};
use futures_util::StreamExt;
use serde_json::Value;
use tokio::process::Command;

use crate::program::{Program, binary};

/// How a node is started.
#[derive(Debug, Clone, Default)]
pub struct NodeOptions {
    /// The hub; without it one runs inside.
    pub hub: Option<String>,
    /// Where its screens are; a free port without it.
    pub listen: Option<String>,
    /// Where it listens for devices; a free port without it.
    pub mqtt: Option<String>,
    /// More arguments of `earnest node`.
    pub more: Vec<&'static str>,
    /// Whether a write beyond [`Node::limit_files`] fails, as it does on a full disk, and does not end the process (SIGXFSZ). What it logs
    /// goes to a file as well then, beside its folder.
    pub may_run_out_of_disk: bool,
}

/// A node in a process of its own.
pub struct Node {
    data: PathBuf,
    options: NodeOptions,
    /// What it said when it was ready.
    pub ready: Ready,
    program: Program,
}

impl Node {
    /// Starts a node on `data` and waits until it is ready.
    pub async fn start(data: &Path, options: NodeOptions) -> Self {
        let mut command = if options.may_run_out_of_disk {
            let mut shell = Command::new("sh");
            let script = "trap '' XFSZ; log=$1; shift; exec \"$@\" 2>>\"$log\"";
            shell
                .args(["-c", script, "sh"])
                .arg(data.with_extension("log"))
                .arg(binary("earnest"));
            shell
        } else {
            Command::new(binary("earnest"))
        };
        command.arg("node").arg("--data").arg(data).args(["--key-file", "--json"]);
        command.args(["--listen", options.listen.as_deref().unwrap_or("127.0.0.1:0")]);
        command.args(["--mqtt", options.mqtt.as_deref().unwrap_or("127.0.0.1:0")]);
        command.args(&options.more);
        if let Some(hub) = &options.hub {
            command.args(["--hub", hub]);
        }
        let mut program = Program::start(&mut command);
        let line = program.line().await;
        let ready = serde_json::from_str(&line).unwrap_or_else(|error| panic!("“{line}” is not what a node says: {error}"));
        Self {
            data: data.to_owned(),
            options,
            ready,
            program,
        }
    }

    /// Lets its files grow to `bytes` at most; what is beyond cannot be written.
    ///
    /// # Panics
    /// The limit cannot be set.
    #[cfg(target_os = "linux")]
    pub async fn limit_files(&self, bytes: &str) {
        let id = self.program.id().expect("it runs").to_string();
        let limit = format!("--fsize={bytes}:");
        let done = Command::new("prlimit").args(["--pid", &id, &limit]).status().await;
        assert!(done.expect("prlimit is there").success());
    }

    /// The folder of its data.
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Ends it as a power cut would.
    pub async fn kill(self) {
        self.killed().await;
    }

    /// Ends it as a power cut would; it can be started again.
    pub async fn killed(self) -> Killed {
        let Self {
            data,
            options,
            ready,
            program,
        } = self;
        program.kill().await;
        let listen = ready.url.authority().to_owned();
        Killed {
            data,
            options: NodeOptions {
                listen: Some(listen),
                mqtt: Some(ready.mqtt.to_string()),
                ..options
            },
        }
    }

    /// Ends it as a power cut would, and starts it again on the same folder and the same ports.
    pub async fn killed_and_started_again(self) -> Self {
        self.killed().await.started_again().await
    }

    /// Calls a command as the other fronts do.
    pub async fn client(&self) -> NodeClient {
        NodeClient::find(&self.data).await.expect("the node can be found")
    }

    /// The sums.
    pub async fn status(&self) -> Status {
        self.client()
            .await
            .call::<GetStatus>(Nothing {})
            .await
            .expect("a node tells its sums")
    }

    /// Runs `earnest` on this node's folder with `--json`, and reads what it prints.
    pub async fn earnest(&self, arguments: &[&str]) -> Value {
        earnest(&self.data, arguments).await
    }

    /// Waits until the sums satisfy `wish`, looking whenever the node says that something happened.
    pub async fn until(&self, story: &str, wish: impl Fn(&Status) -> bool) -> Status {
        let client = self.client().await;
        let mut events = Box::pin(client.events().await.expect("a node tells what happens"));
        loop {
            let status = client.call::<GetStatus>(Nothing {}).await.expect("a node tells its sums");
            if wish(&status) {
                return status;
            }
            match events.next().await {
                Some(Ok(_)) => {}
                other => panic!("the node went away before {story}: {other:?}; last seen {status:?}"),
            }
        }
    }

    /// Waits until every quest is done, the outbox is empty and the hub's points are ours.
    pub async fn until_settled(&self) -> Status {
        let settled = |status: &Status| {
            !status.quests.is_empty()
                && status.quests.iter().all(|quest| quest.done)
                && status.outbox == 0
                && status.hub_points.is_some()
                && status.points_agree
        };
        self.until("everything was settled", settled).await
    }
}

/// A node that was killed, and may come back where it was.
pub struct Killed {
    data: PathBuf,
    options: NodeOptions,
}

impl Killed {
    /// Starts it again on the same folder and the same ports.
    pub async fn started_again(self) -> Node {
        Node::start(&self.data, self.options).await
    }
}

/// Runs `earnest` on the node of a folder with `--json`, and reads what it prints.
pub async fn earnest(data: &Path, arguments: &[&str]) -> Value {
    let mut command = Command::new(binary("earnest"));
    command.args(arguments).arg("--data").arg(data).arg("--json");
    let output = command.output().await.expect("earnest can be started");
    let (out, err) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "earnest {arguments:?} failed: {err}");
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("earnest {arguments:?} printed “{out}”: {error}"))
}
