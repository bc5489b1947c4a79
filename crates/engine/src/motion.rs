//! Samples become judged windows.
//!
//! A device's motion is cut into windows that follow each other without overlap, starting at its first sample and again after each
//! silence. How far it is cut is stored with the windows, in one transaction, so that a stop at any instant judges nothing twice and
//! leaves nothing out. What comes from before that is late: it is cut where there is room between the windows.

mod arrivals;
mod track;
mod windows;

use std::{
    collections::{BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use earnest_checks::{CheckError, activity::ActivityCheck};
use earnest_domain::{
    contribution::Fingerprint,
    device::DeviceId,
    identity::PersonKey,
    stream::Channel,
    time::{Span, Timestamp},
    verdict::{Activity, Window},
};
use earnest_vault::Vault;
use tokio_util::sync::CancellationToken;

pub(crate) use self::arrivals::Arrivals;
use self::{
    track::{STRETCH, Samples, Track},
    windows::{cut, first_gap},
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
        moved(self.quests.advance().await);
        let mut check: Loaded = None;
        let mut tracks: HashMap<DeviceId, Track> = HashMap::new();
        while let Some((device, arrived)) = self.closing.run_until_cancelled(self.arrivals.next()).await {
            let track = tracks.entry(device.clone()).or_default();
            track.take(arrived);
            let labels = match self.judge(&device, track, &mut check).await {
                Ok(labels) => labels,
                Err(error) => {
                    tracing::error!(%error, %device, "motion was not judged; it stays in the vault");
                    *track = Track::default();
                    continue;
                }
            };
            if !labels.is_empty() {
                self.events.tell(Event::Today);
                moved(self.quests.advance_with(&labels).await);
            }
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
        labels.extend(self.judge_late(device, track, check).await?);
        Ok(labels)
    }

    /// Judges what came from before the cursor, where no window is yet: a backlog, or what came after a clock that was far ahead.
    async fn judge_late(
        &self,
        device: &DeviceId,
        track: &mut Track,
        check: &mut Loaded,
    ) -> Result<BTreeSet<Activity>, EngineError> {
        let mut labels = BTreeSet::new();
        while let Some((first, last)) = track.late.filter(|(first, last)| first < last) {
            let Some(length) = self.with(check, |check| Ok(check.window_length())).await? else {
                break;
            };
            if self.closing.is_cancelled() || last.since(first) < length {
                break; // more of it may come
            }
            let taken = self.vault.judged_between(device, first.minus(length), last).await?;
            let Some((from, until)) = first_gap(first, last, &taken, length) else {
                // No room is left, but perhaps at its end, where more may come.
                let end = taken.iter().map(|(_, end)| *end).fold(first, Timestamp::max);
                let rest = (end <= last && end > first).then_some(end);
                self.vault.record_late_windows(device, &[], (first, last), rest).await?;
                track.late = rest.map(|end| (end, last));
                break;
            };
            let from = match self.vault.first_sample(device, &MOTION, from).await? {
                Some(sample) if sample.since(from) >= length => sample,
                Some(_) => from,
                None => last,
            };
            let stretch = from.plus(STRETCH).min(until);
            let samples = self
                .vault
                .samples(device, &MOTION, from, stretch.plus(Span::from_micros(1)))
                .await?;
            let key = Arc::clone(&self.key);
            let cut = self.with(check, move |check| cut(check, &samples, from, stretch, &key));
            let Some((windows, reached)) = cut.await? else { break };
            // What is too short for a window before the next one, or before a silence, is passed over.
            let reached = if reached > from || until == last { reached } else { until };
            self.vault
                .record_late_windows(device, &windows, (first, last), Some(reached))
                .await?;
            labels.extend(windows.iter().map(|(window, _)| window.label));
            track.late = Some((reached, last));
            if reached == first {
                break;
            }
        }
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

fn moved(outcome: Result<(), EngineError>) {
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
