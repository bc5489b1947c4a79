//! A hub in a process of its own.

use std::path::{Path, PathBuf};

use tokio::process::Command;

use crate::program::{Program, binary};

/// A hub that can be stopped and started again on the same database and address.
pub struct Hub {
    folder: PathBuf,
    quests: Option<PathBuf>,
    /// Where it is.
    pub url: String,
    running: Option<Program>,
}

impl Hub {
    /// Starts a hub with the built-in quests.
    pub async fn start(folder: &Path) -> Self {
        Self::start_with(folder, None).await
    }

    /// Starts a hub that offers the quests of a folder, too.
    pub async fn start_with(folder: &Path, quests: Option<&Path>) -> Self {
        let mut hub = Self {
            folder: folder.to_owned(),
            quests: quests.map(Path::to_owned),
            url: String::new(),
            running: None,
        };
        hub.run("127.0.0.1:0").await;
        hub
    }

    async fn run(&mut self, listen: &str) {
        let mut command = Command::new(binary("earnest-hub"));
        command
            .arg("serve")
            .arg("--database")
            .arg(self.folder.join("hub.sqlite"))
            .args(["--listen", listen]);
        command.args(["--name", "Riverside hub"]).env("RUST_LOG", "warn");
        if let Some(quests) = &self.quests {
            command.arg("--quests").arg(quests);
        }
        let mut program = Program::start(&mut command);
        let line = program.line().await;
        let url = line
            .strip_prefix("listening on ")
            .unwrap_or_else(|| panic!("“{line}” tells no address"));
        url.clone_into(&mut self.url);
        self.running = Some(program);
    }

    /// Ends it as a power cut would.
    pub async fn kill(&mut self) {
        if let Some(running) = self.running.take() {
            running.kill().await;
        }
    }

    /// Starts it again where it was.
    pub async fn start_again(&mut self) {
        self.kill().await;
        let address = self.url.trim_start_matches("http://").to_owned();
        self.run(&address).await;
    }
}
