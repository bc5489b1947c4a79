//! A wearable's stand-in: a real MQTT 5 client that plays a recording.
//!
//! It behaves as a well-made device does: it sends a pack of about a second at a time with QoS 1, keeps each until it is acknowledged,
//! and after a lost connection sends again whatever was not. The client library forgets what it had queued when a session starts anew,
//! so nothing lives only there: each connection gets a client of its own, and the list of packs is ours.

mod packs;
mod player;

use std::time::Duration;

use earnest_domain::{device::DeviceId, time::Timestamp};
use tokio::{sync::watch, time::sleep};
use tokio_util::sync::CancellationToken;

use super::credentials::Password;
use crate::{protocols::senml::Format, recording::Recording};

use player::{Outcome, Player};

/// The first and the longest pause before another try to connect; each is twice the one before.
const PAUSES: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(30));

/// What to play, as whom, where to.
#[derive(Debug, Clone)]
pub struct Replay {
    /// What is played.
    pub recording: Recording,
    /// The endpoint's host name or address.
    pub host: String,
    /// The endpoint's port.
    pub port: u16,
    /// The device that it is sent as.
    pub device: DeviceId,
    /// The device's password.
    pub password: Password,
    /// How many times faster than it was recorded; `None` is as fast as it is acknowledged. Not finite or not above 0 counts as `None`.
    pub speed: Option<f64>,
    /// The instant that the recording starts at. What lies in the future is refused: with a speed above 1, start in the past.
    pub start: Timestamp,
    /// JSON or CBOR.
    pub format: Format,
}

/// How the connection is doing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Link {
    /// On the way to its first answer.
    #[default]
    Connecting,
    /// Logged in.
    Connected,
    /// It failed, and is tried again after a pause.
    Waiting {
        /// What went wrong, in words for a person.
        why: String,
        /// The pause.
        pause: Duration,
    },
    /// Everything is acknowledged, or it was cancelled.
    Closed,
}

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// Packs of the whole recording.
    pub total: usize,
    /// Packs that were sent at least once.
    pub sent: usize,
    /// Packs that are acknowledged, refused ones included.
    pub acknowledged: usize,
    /// Packs that the endpoint will never take.
    pub refused: usize,
    /// How the connection is doing.
    pub link: Link,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// Every pack is acknowledged.
    Played,
    /// It was cancelled before.
    Cancelled,
}
/// Where to connect, and how to log in.
#[derive(Debug, Clone)]
pub struct Access {
    /// The endpoint's host name or address.
    pub host: String,
    /// The endpoint's port.
    pub port: u16,
    /// The device's password.
    pub password: Password,
}

impl Replay {
    /// Plays until every pack is acknowledged or `cancel` is cancelled; whatever goes wrong with the connection, it tries again.
    pub async fn run(&self, progress: &watch::Sender<Progress>, cancel: &CancellationToken) -> Finish {
        let access = Access {
            host: self.host.clone(),
            port: self.port,
            password: self.password.clone(),
        };
        self.run_asking(|| std::future::ready(Ok(access.clone())), progress, cancel)
            .await
    }

    /// As [`Replay::run`], but asks before each connection where to connect and how to log in: an endpoint that was started again may
    /// be elsewhere and want another password. An answer that is an error counts as a lost connection, for the reason that it gives.
    pub async fn run_asking<Asked: Future<Output = Result<Access, String>> + Send>(
        &self,
        access: impl Fn() -> Asked + Send + Sync,
        progress: &watch::Sender<Progress>,
        cancel: &CancellationToken,
    ) -> Finish {
        let mut player = Player::new(self, progress);
        let mut pause = PAUSES.0;
        let finish = loop {
            let asked = tokio::select! {
                asked = access() => asked,
                () = cancel.cancelled() => break Finish::Cancelled,
            };
            let outcome = match asked {
                Ok(access) => player.play(&access, cancel).await,
                Err(why) => Outcome::Lost(why),
            };
            let why = match outcome {
                Outcome::Played => break Finish::Played,
                Outcome::Cancelled => break Finish::Cancelled,
                Outcome::Lost(why) => why,
            };
            if progress.borrow().link == Link::Connected {
                pause = PAUSES.0; // it had worked
            }
            tracing::debug!(device = %self.device, why, ?pause, "the replay lost its connection");
            progress.send_modify(|progress| progress.link = Link::Waiting { why, pause });
            tokio::select! {
                () = sleep(pause) => {}
                () = cancel.cancelled() => break Finish::Cancelled,
            }
            pause = (pause * 2).min(PAUSES.1);
        };
        progress.send_modify(|progress| progress.link = Link::Closed);
        finish
    }
}
