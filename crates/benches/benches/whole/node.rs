//! A node in a process of its own, and wearables for it.

use std::{process::Stdio, time::Duration};

use earnest_domain::time::Timestamp;
use earnest_engine::commands::{
    GetStatus, Nothing, PairMqttCommand,
    pairing::{PairMqtt, Pairing},
};
use earnest_node::{NodeClient, Ready};
use earnest_wearables::{
    links::mqtt::replay::{Finish, Progress, Replay},
    protocols::senml::Format,
    recording::Recording,
};
use futures_util::StreamExt;
use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, Command},
    sync::watch,
    time::timeout,
};
use tokio_util::sync::CancellationToken;

use crate::{Failure, process};

/// Nothing that is measured here takes longer.
const PATIENCE: Duration = Duration::from_mins(8);

/// `earnest node`, on a data folder of its own.
pub(crate) struct Node {
    child: Child,
    pid: u32,
    client: NodeClient,
    folder: TempDir,
}

impl Node {
    /// Starts it and waits until it is ready; on one core alone when one is named.
    pub(crate) async fn start(core: Option<&str>) -> Result<Self, Failure> {
        let folder = tempfile::tempdir()?;
        let program = process::program("earnest")?;
        let mut command = match core {
            Some(core) => {
                let mut command = Command::new("taskset");
                command.args(["--cpu-list", core]).arg(program);
                command
            }
            None => Command::new(program),
        };
        command.args([
            "node",
            "--key-file",
            "--json",
            "--listen",
            "127.0.0.1:0",
            "--mqtt",
            "127.0.0.1:0",
        ]);
        command.arg("--data").arg(folder.path());
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let out = child.stdout.take().ok_or("it was piped")?;
        let line = BufReader::new(out)
            .lines()
            .next_line()
            .await?
            .ok_or("the node ended before it was ready")?;
        let _: Ready = serde_json::from_str(&line)?;
        let pid = child.id().ok_or("the node has ended")?;
        let client = NodeClient::find(folder.path()).await?;
        Ok(Self {
            child,
            pid,
            client,
            folder,
        })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.pid
    }

    /// A wearable of its own.
    pub(crate) async fn pair(&self) -> Result<Pairing, Failure> {
        Ok(self
            .client
            .call::<PairMqttCommand>(PairMqtt {
                name: "Watch".to_owned(),
            })
            .await?)
    }

    /// Waits until so many windows are judged; returns how many values are stored.
    pub(crate) async fn until_judged(&self, windows: u64) -> Result<u64, Failure> {
        let mut events = Box::pin(self.client.events().await?);
        let judged = async {
            while let Some(event) = events.next().await {
                event?;
                let status = self.client.call::<GetStatus>(Nothing {}).await?;
                if status.windows.values().sum::<u64>() >= windows {
                    return Ok(status.samples);
                }
            }
            Err("the node went away".into())
        };
        timeout(PATIENCE, judged)
            .await
            .unwrap_or_else(|_| Err(format!("{windows} windows were not judged in time").into()))
    }

    /// Ends it in order; the folder stays.
    pub(crate) async fn stop(mut self) -> Result<TempDir, Failure> {
        Command::new("kill").args(["-TERM", &self.pid.to_string()]).status().await?;
        timeout(PATIENCE, self.child.wait()).await??;
        Ok(self.folder)
    }
}

/// Plays a recording to a node until all of it is acknowledged, `speed` times as fast as life or as fast as it is acknowledged.
pub(crate) async fn play(
    recording: Recording,
    to: &Pairing,
    start: Timestamp,
    speed: Option<f64>,
    format: Format,
) -> Result<(), Failure> {
    let replay = Replay {
        recording,
        host: to.host.clone(),
        port: to.port,
        device: to.device.clone(),
        password: to.password.clone().into(),
        speed,
        start,
        format,
    };
    let (progress, seen) = watch::channel(Progress::default());
    let finish = timeout(PATIENCE, replay.run(&progress, &CancellationToken::new())).await?;
    let refused = seen.borrow().refused;
    if finish == Finish::Played && refused == 0 {
        Ok(())
    } else {
        Err(format!("{finish:?}, {refused} packs refused").into())
    }
}

/// An hour and a bit ago, so that an hour of motion lies in the past.
#[expect(
    clippy::disallowed_methods,
    reason = "the outermost layer reads the clock: the node refuses what lies in its future"
)]
pub(crate) fn long_enough_ago(seconds: i64) -> Result<Timestamp, Failure> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?;
    Ok(Timestamp::from_seconds(i64::try_from(now.as_secs())? - seconds - 60))
}
