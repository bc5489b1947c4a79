//! Samples become judged windows.
//!
//! A device's motion is cut into windows that follow each other without overlap, starting at its first sample and again after each
//! silence. How far it is cut is stored with the windows, in one transaction, so that a stop at any instant judges nothing twice and
//! leaves nothing out. What comes from before that is late: it is cut where there is room between the windows.

mod arrivals;
mod late;
mod track;
pub(crate) mod windows;

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use earnest_checks::{CheckError, activity::ActivityCheck};
use earnest_domain::{
    activity::{Activity, Window},
    contribution::Fingerprint,
    device::DeviceId,
    identity::PersonKey,
    stream::Channel,
    time::{Span, Timestamp},
};
use earnest_vault::Vault;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

pub(crate) use self::arrivals::Arrivals;
use self::{
    late::Late,
    track::{Samples, Track},
    windows::cut,
};
use crate::{
    EngineError,
    commands::CommandError,
    config::Clock,
    events::{Event, Events},
    quests::Quests,
    trouble::Trouble,
};

/// The newest window of all devices, and when it was judged: true for this run alone, so it is not stored.
#[derive(Debug, Clone, Default)]
pub(crate) struct Latest(Arc<Mutex<Option<LatestWindow>>>);

/// The newest judged window.
#[derive(Debug, Clone)]
pub(crate) struct LatestWindow {
    pub(crate) device: DeviceId,
    pub(crate) window: Window,
    pub(crate) judged_at: Timestamp,
}

impl Latest {
    pub(crate) fn now(&self) -> Option<LatestWindow> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn set(&self, latest: LatestWindow) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(latest);
    }
}

/// Who judges motion.
pub(crate) struct Judge {
    pub(crate) vault: Arc<Vault>,
    pub(crate) key: Arc<PersonKey>,
    pub(crate) clock: Clock,
    pub(crate) arrivals: Arrivals,
    pub(crate) events: Events,
    pub(crate) quests: Quests,
    pub(crate) trouble: Trouble,
    pub(crate) latest: Latest,
    /// How long nothing late has come from a device before what came is judged.
    pub(crate) quiet: Duration,
    /// Cancelled when the engine closes: a stretch under way is finished, and no other begun.
    pub(crate) closing: CancellationToken,
}

/// The check, once it was needed: loading it takes memory that an idle node can do without.
type Loaded = Option<ActivityCheck>;

impl Judge {
    /// Judges what arrives until the engine closes. What was stored before the last stop comes first.
    pub(crate) async fn run(self) {
        match self.vault.devices().await {
            Ok(devices) => devices.into_iter().for_each(|device| self.arrivals.tell_unknown(device.id)),
            Err(error) => tracing::error!(%error, "the devices cannot be read"),
        }
        // What was filled or allowed a moment before the last stop is prepared now, and not only when somebody moves again.
        said(self.quests.advance().await);
        let mut check: Loaded = None;
        let mut tracks: HashMap<DeviceId, Track> = HashMap::new();
        loop {
            let late = tracks.iter().filter_map(|(device, track)| Some((track.late.due()?, device)));
            let late = late.min().map(|(due, device)| (due, device.clone()));
            let due = late.as_ref().map_or_else(Instant::now, |(due, _)| *due);
            tokio::select! {
                biased;
                () = self.closing.cancelled() => return,
                (device, arrived) = self.arrivals.next() => {
                    let track = tracks.entry(device.clone()).or_default();
                    if track.take(arrived) {
                        track.late.look_after(self.quiet);
                    }
                    match self.judge(&device, track, &mut check).await {
                        Ok(labels) => self.moved(&labels).await,
                        Err(error) => {
                            tracing::error!(%error, %device, "motion was not judged; it stays in the vault");
                            track.forget();
                            track.late.look_after(self.quiet);
                        }
                    }
                }
                () = tokio::time::sleep_until(due), if late.is_some() => {
                    let Some((_, device)) = late else { continue };
                    let track = tracks.entry(device.clone()).or_default();
                    match self.judge_late(&device, &mut track.late, &mut check).await {
                        Ok(labels) => self.moved(&labels).await,
                        Err(error) => {
                            tracing::error!(%error, %device, "late motion was not judged; it stays in the vault");
                            track.late.put_off(self.quiet);
                        }
                    }
                }
            }
        }
    }

    /// Windows got these labels.
    async fn moved(&self, labels: &BTreeSet<Activity>) {
        if !labels.is_empty() {
            self.events.tell(Event::Today);
            said(self.quests.advance_with(labels).await);
        }
    }

    /// Judges all complete windows of a device; says which labels they got.
    async fn judge(&self, device: &DeviceId, track: &mut Track, check: &mut Loaded) -> Result<BTreeSet<Activity>, EngineError> {
        let mut labels = BTreeSet::new();
        while !self.closing.is_cancelled() {
            if matches!(track.samples, Samples::Unread) && !track.read(device, &self.vault).await? {
                return Ok(labels);
            }
            let Some(until) = track.complete_until().filter(|until| *until >= track.due) else {
                break;
            };
            let (samples, whole) = match std::mem::take(&mut track.samples) {
                Samples::Whole(samples) if samples.is_empty() => {
                    track.samples = Samples::Whole(samples);
                    break;
                }
                Samples::Whole(samples) => (samples, true),
                Samples::Beginning(samples, _) => (samples, false),
                Samples::Unread => break,
            };
            let (from, key) = (track.cursor, Arc::clone(&self.key));
            let cut = self.with(check, move |check| {
                let (windows, reached) = cut(check, &samples, from, until, &key)?;
                Ok((samples, windows, reached, check.window_length()))
            });
            let Some((samples, windows, reached, length)) = cut.await? else {
                return Ok(labels); // asked again when more arrives
            };
            if reached > from {
                self.vault.record_windows(device, &windows, reached).await?;
                self.newest(device, &windows);
                labels.extend(windows.iter().map(|(window, _)| window.label));
            }
            track.judged(samples, reached);
            track.due = reached.plus(length);
            if whole {
                break;
            }
            track.samples = Samples::Unread;
            if reached == from {
                break;
            }
        }
        Ok(labels)
    }

    /// Judges a stretch of what came from before the cursor, where there is room between the windows; says which labels they got.
    async fn judge_late(&self, device: &DeviceId, late: &mut Late, check: &mut Loaded) -> Result<BTreeSet<Activity>, EngineError> {
        let mut labels = BTreeSet::new();
        if !late.begin(device, &self.vault).await? {
            return Ok(labels);
        }
        let Some(length) = self.with(check, |check| Ok(check.window_length())).await? else {
            late.put_off(self.quiet);
            return Ok(labels);
        };
        let Some((from, until)) = late.room(device, &self.vault, length).await? else {
            return Ok(labels);
        };
        let samples = self
            .vault
            .samples(device, &MOTION, from, until.plus(Span::from_micros(1)))
            .await?;
        let key = Arc::clone(&self.key);
        let cut = self.with(check, move |check| cut(check, &samples, from, until, &key));
        let Some((windows, reached)) = cut.await? else {
            late.put_off(self.quiet);
            return Ok(labels);
        };
        self.vault.record_late_windows(device, &windows).await?;
        labels.extend(windows.iter().map(|(window, _)| window.label));
        late.passed(if reached > from { reached } else { until });
        Ok(labels)
    }

    /// Has the check do something, on a thread where it may take its time. `None` when it cannot be loaded or fails, which is said.
    async fn with<T: Send + 'static>(
        &self,
        check: &mut Loaded,
        job: impl FnOnce(&mut ActivityCheck) -> Result<T, CheckError> + Send + 'static,
    ) -> Result<Option<T>, EngineError> {
        let taken = check.take();
        let job = tokio::task::spawn_blocking(move || {
            let mut check = taken.map_or_else(ActivityCheck::load, Ok)?;
            let done = job(&mut check)?;
            Ok((check, done))
        });
        match job.await.map_err(|_| EngineError::Closing)? {
            Ok((returned, done)) => {
                *check = Some(returned);
                if self.trouble.set(None) {
                    self.events.tell(Event::Today);
                }
                Ok(Some(done))
            }
            Err(error) => {
                self.cannot_judge(&error);
                Ok(None)
            }
        }
    }

    /// Shows the last of `windows` as the newest.
    fn newest(&self, device: &DeviceId, windows: &[(Window, Fingerprint)]) {
        let Some((window, _)) = windows.last() else { return };
        self.latest.set(LatestWindow {
            device: device.clone(),
            window: window.clone(),
            judged_at: self.clock.now(),
        });
    }

    fn cannot_judge(&self, error: &CheckError) {
        let message = format!("{error}. What arrives is kept, and judged once that is mended");
        if self.trouble.set(Some(CommandError {
            code: error.code().to_owned(),
            message,
        })) {
            tracing::error!(%error, "the activity check cannot run");
            self.events.tell(Event::Today);
        }
    }
}

fn said(outcome: Result<(), EngineError>) {
    if let Err(error) = outcome {
        tracing::error!(%error, "the quests did not move");
    }
}

/// The channels of motion.
pub(crate) const MOTION: [Channel; 6] = [
    Channel::AccelerationX,
    Channel::AccelerationY,
    Channel::AccelerationZ,
    Channel::AngularVelocityX,
    Channel::AngularVelocityY,
    Channel::AngularVelocityZ,
];
