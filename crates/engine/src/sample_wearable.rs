//! The sample wearable: a process of its own that plays a real recording to the endpoint, as a real device would.

use std::{
    collections::HashMap,
    fmt,
    path::{Path, PathBuf},
    process::Stdio,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use earnest_domain::{device::DeviceId, time::Span};
use earnest_vault::{Replay, Vault};
use tokio::{
    process::{Child, Command},
    task::AbortHandle,
};

use crate::{
    EngineError,
    events::{Event, Events},
};

/// The most times faster than life that the sample wearable plays.
pub(crate) const FASTEST: u32 = 1_000;
/// What it plays: motions of the recording, and how many stretches of ten seconds of each.
const PROGRAMME: [(&str, u32); 6] = [
    ("standing", 1),
    ("walking", 4),
    ("standing", 1),
    ("walking", 6),
    ("running", 4),
    ("badminton", 3),
];
/// How long a stretch is, in seconds: 100 readings at 10 Hz (the BasicMotions data set).
const STRETCH_SECONDS: i64 = 10;
/// The first wait before a player that failed is started again; it doubles with each further failure.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The longest such wait.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// The processes that play. Dropping it ends them.
pub(crate) struct Players {
    program: PathBuf,
    recording: PathBuf,
    data: PathBuf,
    vault: Arc<Vault>,
    events: Events,
    playing: Mutex<HashMap<DeviceId, AbortHandle>>,
}

impl fmt::Debug for Players {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Players")
            .field("program", &self.program)
            .finish_non_exhaustive()
    }
}

impl Players {
    /// Players that run `program` (the `earnest` executable) on `recording`, for the node of the folder `data`.
    pub(crate) fn new(program: PathBuf, recording: PathBuf, data: &Path, vault: Arc<Vault>, events: Events) -> Self {
        Self {
            program,
            recording,
            data: data.to_owned(),
            vault,
            events,
            playing: Mutex::default(),
        }
    }

    /// How long the programme is.
    #[allow(clippy::unused_self)] // of this player's programme
    pub(crate) fn length(&self) -> Span {
        let stretches: u32 = PROGRAMME.iter().map(|(_, stretches)| stretches).sum();
        Span::from_seconds(i64::from(stretches) * STRETCH_SECONDS)
    }

    /// Starts what was playing when the engine stopped. What was acknowledged before is recognised and not stored again.
    pub(crate) async fn resume(&self) -> Result<(), EngineError> {
        for device in self.vault.devices().await? {
            if let Some(replay) = device.replay.filter(|replay| replay.running) {
                self.play(&device.id, replay);
            }
        }
        Ok(())
    }

    /// Plays for `device` from the beginning, instead of whatever is playing for it now.
    pub(crate) fn play(&self, device: &DeviceId, replay: Replay) {
        let mut command = self.command(device, replay);
        let (vault, events, device_here) = (Arc::clone(&self.vault), self.events.clone(), device.clone());
        let task = tokio::spawn(async move {
            let mut wait = FIRST_WAIT;
            loop {
                match command.spawn() {
                    Ok(player) => {
                        if played(player, &device_here).await {
                            break;
                        }
                    }
                    Err(error) => tracing::error!(%error, "the sample wearable cannot be started"),
                }
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            }
            if let Err(error) = vault
                .set_replay(
                    &device_here,
                    Replay {
                        running: false,
                        ..replay
                    },
                )
                .await
            {
                tracing::warn!(%error, "the sample wearable will play again at the next start");
            }
            events.tell(Event::Devices);
        });
        if let Some(before) = self.playing().insert(device.clone(), task.abort_handle()) {
            before.abort();
        }
    }

    /// Ends what is playing for `device`.
    pub(crate) fn pause(&self, device: &DeviceId) {
        if let Some(playing) = self.playing().remove(device) {
            playing.abort();
        }
    }

    fn command(&self, device: &DeviceId, replay: Replay) -> Command {
        let mut command = Command::new(&self.program);
        command.arg("replay").arg(&self.recording).arg("--data").arg(&self.data);
        command.args(["--device", device.as_str(), "--speed", &replay.speed.to_string()]);
        command.args(["--start-micros", &replay.start.micros().to_string(), "--until-stdin-closes"]);
        for (label, stretches) in PROGRAMME {
            command.args(["--label", &format!("{label}:{stretches}")]);
        }
        // The pipe closes when this process ends, however it ends: the player notices and does not outlive it.
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true);
        command
    }

    fn playing(&self) -> std::sync::MutexGuard<'_, HashMap<DeviceId, AbortHandle>> {
        self.playing.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Players {
    fn drop(&mut self) {
        for playing in self.playing().values() {
            playing.abort();
        }
    }
}

/// Whether the player played to the end.
async fn played(mut player: Child, device: &DeviceId) -> bool {
    let stdin = player.stdin.take();
    let ended = player.wait().await;
    drop(stdin);
    match ended {
        Ok(status) if status.success() => true,
        Ok(status) => {
            tracing::warn!(%device, %status, "the sample wearable stopped; it starts again");
            false
        }
        Err(error) => {
            tracing::warn!(%device, %error, "the sample wearable is gone; it starts again");
            false
        }
    }
}
