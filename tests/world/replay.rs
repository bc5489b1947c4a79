//! A wearable's stand-in in a process of its own: `earnest replay`.

use std::path::{Path, PathBuf};

use tokio::process::Command;

use crate::program::{Program, binary};

/// The recording that no model was trained on.
pub fn walk() -> PathBuf {
    earnest_checks::assets::asset("recordings/basic-motions/BasicMotions_TEST.ts")
        .expect("the recordings are fetched by `cargo xtask test`")
}

/// A replay that runs.
pub struct Replay(Program);

impl Replay {
    /// Plays a recording to the node of `data`, as `device`, from `start` (seconds since 1970) on.
    pub fn of(recording: &Path, data: &Path, device: &str, start: i64, speed: u32) -> Self {
        let mut command = Command::new(binary("earnest"));
        command
            .arg("replay")
            .arg(recording)
            .arg("--data")
            .arg(data)
            .args(["--device", device, "--json"]);
        command.args([
            "--speed",
            &speed.to_string(),
            "--start-micros",
            &(start * 1_000_000).to_string(),
        ]);
        Self(Program::start(&mut command))
    }

    /// Waits until everything is acknowledged.
    pub async fn plays_to_the_end(self) {
        assert!(self.ends_well().await, "a replay ends once everything is acknowledged");
    }

    /// Waits until it ends; whether everything was acknowledged. One that finds no node to begin with says so and ends.
    pub async fn ends_well(mut self) -> bool {
        while self.0.line_or_end().await.is_some() {}
        self.0.ends_well().await
    }

    /// Ends it as a power cut would.
    pub async fn kill(self) {
        self.0.kill().await;
    }
}
