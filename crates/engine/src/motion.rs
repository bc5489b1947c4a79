//! Samples become judged windows.
//!
//! A device's motion is cut into windows that follow each other without overlap, starting at its first sample and again after each
//! silence. How far it is cut is stored with the windows, in one transaction, so that a stop at any instant judges nothing twice and
//! leaves nothing out.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use earnest_checks::activity::{ActivityCheck, Motion};
use earnest_domain::{
    contribution::Fingerprint,
    device::DeviceId,
    identity::PersonKey,
    sample::Sample,
    stream::{Channel, Stream},
    time::{Span, Timestamp},
    verdict::Window,
};
use earnest_vault::Vault;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::{
    EngineError,
    commands::CommandError,
    config::Clock,
    events::{Event, Events},
    quests::Quests,
};

/// How much motion is read from the vault at once.
const STRETCH: Span = Span::from_seconds(60);
/// How long a window waits for a sensor whose readings come in messages of their own; a sensor that is later has fallen silent.
const LAG: Span = Span::from_seconds(30);

/// Which devices have samples that nobody has judged, and how late the latest of them is.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arrivals(Arc<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    devices: Mutex<BTreeMap<DeviceId, Timestamp>>,
    bell: Notify,
}

impl Arrivals {
    /// Samples of `device` up to `latest` were stored.
    pub(crate) fn tell(&self, device: &DeviceId, latest: Timestamp) {
        let mut devices = self.0.devices.lock().unwrap_or_else(PoisonError::into_inner);
        let known = devices.get_mut(device).map(|known| *known = latest.max(*known));
        if known.is_none() {
            devices.insert(device.clone(), latest);
            self.0.bell.notify_one();
        }
    }

    async fn next(&self) -> (DeviceId, Timestamp) {
        loop {
            let next = self.0.devices.lock().unwrap_or_else(PoisonError::into_inner).pop_first();
            match next {
                Some(next) => return next,
                None => self.0.bell.notified().await,
            }
        }
    }
}

/// What keeps a part of the engine from working, for the screens to say.
#[derive(Debug, Clone, Default)]
pub(crate) struct Trouble(Arc<Mutex<Option<CommandError>>>);

impl Trouble {
    pub(crate) fn now(&self) -> Option<CommandError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes what is wrong, or that it is over; whether that is news.
    fn set(&self, trouble: Option<CommandError>) -> bool {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let news = *now != trouble;
        *now = trouble;
        news
    }
}

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

/// How far a device was judged.
#[derive(Debug, Clone, Copy, Default)]
struct Judged {
    /// Whether windows were judged.
    any: bool,
    /// When its next window is complete at the earliest, once that is known. To look before then costs as much as to judge, and devices
    /// send several messages a window.
    due: Option<Timestamp>,
}

impl Judge {
    /// Judges what arrives until the engine closes. What was stored before the last stop comes first.
    pub(crate) async fn run(self) {
        match self.vault.devices().await {
            Ok(devices) => devices
                .iter()
                .for_each(|device| self.arrivals.tell(&device.id, Timestamp::MAX)),
            Err(error) => tracing::error!(%error, "the devices cannot be read"),
        }
        // What was filled or allowed a moment before the last stop is prepared now, and not only when somebody moves again.
        self.advance().await;
        let mut check: Loaded = None;
        let mut due: HashMap<DeviceId, Timestamp> = HashMap::new();
        loop {
            let Some((device, latest)) = self.closing.run_until_cancelled(self.arrivals.next()).await else {
                return;
            };
            if due.get(&device).is_some_and(|due| latest < *due) {
                continue;
            }
            due.remove(&device);
            match self.judge(&device, &mut check).await {
                Ok(judged) => {
                    due.extend(judged.due.map(|due| (device, due)));
                    if judged.any {
                        self.advance().await;
                    }
                }
                Err(error) => tracing::error!(%error, %device, "motion was not judged; it stays in the vault"),
            }
        }
    }

    async fn advance(&self) {
        if let Err(error) = self.quests.advance().await {
            tracing::error!(%error, "the quests did not move");
        }
    }

    /// Judges all complete windows of a device.
    async fn judge(&self, device: &DeviceId, check: &mut Loaded) -> Result<Judged, EngineError> {
        let mut judged = Judged::default();
        let Some(newest) = self.complete_until(device).await? else {
            return Ok(judged);
        };
        let Some(known) = self.vault.devices().await?.into_iter().find(|known| known.id == *device) else {
            return Ok(judged);
        };
        let mut cursor = known.judged_until.unwrap_or_default();
        while let Some(samples) = self.stretch_from(device, &mut cursor, newest).await? {
            if self.closing.is_cancelled() {
                break;
            }
            let read_until = cursor.plus(STRETCH).min(newest);
            let key = Arc::clone(&self.key);
            let taken = check.take();
            let from = cursor;
            let job = tokio::task::spawn_blocking(move || {
                let mut check = taken.map_or_else(ActivityCheck::load, Ok)?;
                let (windows, until) = cut(&mut check, &samples, from, read_until, &key)?;
                Ok((check, windows, until))
            });
            let (returned, windows, until) = match job.await.map_err(|_| EngineError::Closing)? {
                Ok(answer) => answer,
                Err(error) => {
                    self.cannot_judge(&error);
                    return Ok(judged); // asked again when more arrives
                }
            };
            *check = Some(returned);
            if self.trouble.set(None) {
                self.events.tell(Event::Today);
            }
            if until == cursor {
                break; // the next window is not complete yet
            }
            self.vault.record_windows(device, &windows, until).await?;
            if let Some((window, _)) = windows.last() {
                judged.any = true;
                let (device, window, judged_at) = (device.clone(), window.clone(), self.clock.now());
                self.latest.set(LatestWindow {
                    device,
                    window,
                    judged_at,
                });
            }
            cursor = until;
        }
        if judged.any {
            self.events.tell(Event::Today);
        }
        judged.due = check.as_ref().map(|check| cursor.plus(check.window_length()));
        Ok(judged)
    }

    fn cannot_judge(&self, error: &earnest_checks::CheckError) {
        let message = format!("{error}. What arrives is kept, and judged once that is mended");
        if self.trouble.set(Some(CommandError {
            code: error.code().to_owned(),
            message,
        })) {
            tracing::error!(%error, "the activity check cannot run");
            self.events.tell(Event::Today);
        }
    }

    /// Until when all of a device's motion has arrived.
    async fn complete_until(&self, device: &DeviceId) -> Result<Option<Timestamp>, EngineError> {
        let totals = self.vault.totals().await?;
        let motion = totals
            .iter()
            .filter(|total| total.device == *device && total.channel.stream() != Stream::HeartRate);
        Ok(complete_until(&motion.map(|total| total.last_time).collect::<Vec<_>>()))
    }

    /// The motion from `cursor` on; the cursor moves over a silence. `None` when there is no more.
    async fn stretch_from(
        &self,
        device: &DeviceId,
        cursor: &mut Timestamp,
        newest: Timestamp,
    ) -> Result<Option<Vec<Sample>>, EngineError> {
        let Some(first) = self.vault.first_sample(device, &MOTION, *cursor).await? else {
            return Ok(None);
        };
        // A window is not begun in the middle of a silence, but one that began before it is judged as it is.
        *cursor = if first.since(*cursor) >= STRETCH { first } else { *cursor };
        let until = cursor.plus(STRETCH).min(newest).plus(Span::from_micros(1));
        let samples = self.vault.samples(device, &MOTION, *cursor, until).await?;
        Ok((!samples.is_empty()).then_some(samples))
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

/// Until when all channels have told, given the newest time of each: the accelerations of a window may arrive before its angular
/// velocities, and a window without them is called unknown for ever.
fn complete_until(newest_of_channels: &[Timestamp]) -> Option<Timestamp> {
    let newest = newest_of_channels.iter().max()?;
    newest_of_channels
        .iter()
        .filter(|time| newest.since(**time) < LAG)
        .min()
        .copied()
}

/// Cuts `samples` (in order of time) into windows from `from` on, judges those that end by `until`, and says how far it came.
fn cut(
    check: &mut ActivityCheck,
    samples: &[Sample],
    from: Timestamp,
    until: Timestamp,
    key: &PersonKey,
) -> Result<(Vec<(Window, Fingerprint)>, Timestamp), earnest_checks::CheckError> {
    let length = check.window_length();
    let mut windows = Vec::new();
    let mut start = from;
    loop {
        let here = samples.partition_point(|sample| sample.time < start);
        let Some(first) = samples.get(here) else {
            return Ok((windows, start));
        };
        if first.time.since(start) >= length {
            start = first.time; // silence: the next window begins with the next sample
        }
        let end = start.plus(length);
        if end > until {
            return Ok((windows, start));
        }
        let there = samples.partition_point(|sample| sample.time < end);
        let inside = &samples[here..there];
        let window = check.judge(&motion(inside), start)?;
        windows.push((window, Fingerprint::of(inside, start, key)));
        start = end;
    }
}

fn motion(samples: &[Sample]) -> Motion {
    let mut motion = Motion::default();
    for sample in samples {
        let axis = match sample.channel {
            Channel::AccelerationX => &mut motion.acceleration[0],
            Channel::AccelerationY => &mut motion.acceleration[1],
            Channel::AccelerationZ => &mut motion.acceleration[2],
            Channel::AngularVelocityX => &mut motion.angular_velocity[0],
            Channel::AngularVelocityY => &mut motion.angular_velocity[1],
            Channel::AngularVelocityZ => &mut motion.angular_velocity[2],
            _ => continue,
        };
        axis.push((sample.time, sample.value));
    }
    motion
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_waits_for_the_slower_sensor_and_not_for_a_silent_one() {
        let at = Timestamp::from_seconds;
        assert_eq!(complete_until(&[]), None);
        assert_eq!(complete_until(&[at(100), at(100)]), Some(at(100)));
        assert_eq!(
            complete_until(&[at(105), at(100)]),
            Some(at(100)),
            "the angular velocities of the last seconds are on their way"
        );
        assert_eq!(
            complete_until(&[at(130), at(100)]),
            Some(at(130)),
            "they stopped half a minute ago"
        );
    }
}
