//! Where a device's motion stands: what of it is judged, and what is not.

use std::collections::BTreeMap;

use earnest_domain::{
    device::DeviceId,
    sample::Sample,
    stream::Channel,
    time::{Span, Timestamp},
};
use earnest_vault::Vault;

use super::{
    MOTION,
    arrivals::{Arrived, MOST},
    late::Late,
};
use crate::EngineError;

/// How much motion is read from the vault at once.
pub(super) const STRETCH: Span = Span::from_seconds(60);
/// How long a window waits for a sensor whose readings come in messages of their own; a sensor that is later has fallen silent.
const LAG: Span = Span::from_seconds(30);

/// What is known of a device's motion without asking the vault.
#[derive(Debug, Default)]
pub(super) struct Track {
    /// Windows before this are judged.
    pub(super) cursor: Timestamp,
    /// When the next window is complete at the earliest, once that is known.
    pub(super) due: Timestamp,
    channels: BTreeMap<Channel, Told>,
    /// The motion from the cursor on, in the order of time.
    pub(super) samples: Samples,
    pub(super) late: Late,
}

/// What a channel told last.
#[derive(Debug, Clone, Copy)]
struct Told {
    newest: Timestamp,
    /// Whether it has fallen silent, as far as the others told.
    silent: bool,
}

/// The motion that is not judged.
#[derive(Debug, Default)]
pub(super) enum Samples {
    /// It has to be read.
    #[default]
    Unread,
    /// Its beginning, until the instant; the rest has to be read.
    Beginning(Vec<Sample>, Timestamp),
    /// All of it.
    Whole(Vec<Sample>),
}

impl Samples {
    fn known(&self) -> &[Sample] {
        match self {
            Self::Unread => &[],
            Self::Beginning(samples, _) | Self::Whole(samples) => samples,
        }
    }
}

impl Track {
    /// Takes in what arrived; says whether some of it may be late.
    pub(super) fn take(&mut self, arrived: Arrived) -> bool {
        let Arrived::Samples(arrived) = arrived else {
            self.samples = Samples::Unread;
            return true;
        };
        let mut late = false;
        let mut news: Vec<Sample> = Vec::with_capacity(arrived.len());
        for sample in arrived.into_iter().filter(|sample| MOTION.contains(&sample.channel)) {
            self.told(sample.channel, sample.time);
            if sample.time >= self.cursor {
                news.push(sample);
            } else {
                self.late.hear(sample.time);
                late = true;
            }
        }
        let Samples::Whole(samples) = &mut self.samples else {
            return late; // the rest is read with what is there
        };
        samples.append(&mut news);
        let key = |sample: &Sample| (sample.time, sample.channel.code());
        if !samples.is_sorted_by(|one, next| key(one) < key(next)) {
            // Late within reach, or told of again after it was read.
            samples.sort_by_key(key);
            samples.dedup_by_key(|sample| key(sample));
        }
        if samples.len() > MOST {
            self.samples = Samples::Unread;
        }
        late
    }

    /// Has everything read again, but what is before the cursor.
    pub(super) fn forget(&mut self) {
        *self = Self {
            cursor: self.cursor,
            ..Self::default()
        };
    }

    fn told(&mut self, channel: Channel, time: Timestamp) {
        let told = self.channels.entry(channel).or_insert(Told {
            newest: time,
            silent: false,
        });
        if time > told.newest {
            *told = Told {
                newest: time,
                silent: false,
            };
        }
    }

    /// Reads what is not known; says whether the device is.
    pub(super) async fn read(&mut self, device: &DeviceId, vault: &Vault) -> Result<bool, EngineError> {
        let Some(known) = vault.devices().await?.into_iter().find(|known| known.id == *device) else {
            return Ok(false);
        };
        self.cursor = self.cursor.max(known.judged_until.unwrap_or_default());
        // Before the samples: what arrives in between is told of, and is no beginning of anything.
        for total in vault.totals().await?.into_iter().filter(|total| total.device == *device) {
            if MOTION.contains(&total.channel) {
                self.told(total.channel, total.last_time);
            }
        }
        let newest = self.channels.values().map(|told| told.newest).max();
        let first = vault.first_sample(device, &MOTION, self.cursor).await?;
        let (Some(newest), Some(first)) = (newest, first) else {
            self.samples = Samples::Whole(Vec::new());
            return Ok(true);
        };
        // A window is not begun in the middle of a silence, but one that began before it is judged as it is.
        if first.since(self.cursor) >= STRETCH {
            // Stored, so that what comes from before it is late for the vault as well.
            vault.record_windows(device, &[], first).await?;
            self.cursor = first;
        }
        let until = self.cursor.plus(STRETCH);
        let samples = vault.samples(device, &MOTION, self.cursor, until).await?;
        self.samples = if newest < until {
            Samples::Whole(samples)
        } else {
            Samples::Beginning(samples, until)
        };
        Ok(true)
    }

    /// Until when all motion has arrived that can be judged now: the accelerations of a window may arrive before its angular velocities,
    /// and a window without them is called unknown for ever.
    ///
    /// A channel has fallen silent once the others went on for [`LAG`] without it. What counts is what they told since it last spoke, and
    /// not the clock: after a pause of all of them each has been still for long.
    pub(super) fn complete_until(&mut self) -> Option<Timestamp> {
        let newest = self.channels.values().map(|told| told.newest).max()?;
        let samples = self.samples.known();
        for told in self.channels.values_mut().filter(|told| !told.silent) {
            let later = samples.partition_point(|sample| sample.time <= told.newest);
            told.silent = samples.get(later).is_some_and(|next| newest.since(next.time) >= LAG);
        }
        let speaking = self.channels.values().filter(|told| !told.silent).map(|told| told.newest);
        let complete = speaking.min()?;
        match self.samples {
            Samples::Beginning(_, until) => Some(complete.min(until)),
            Samples::Whole(_) | Samples::Unread => Some(complete),
        }
    }

    /// Windows until `cursor` are judged now.
    pub(super) fn judged(&mut self, samples: Vec<Sample>, cursor: Timestamp) {
        self.cursor = cursor;
        let mut samples = samples;
        samples.drain(..samples.partition_point(|sample| sample.time < cursor));
        self.samples = Samples::Whole(samples);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_seconds(1_790_000_000 + second)
    }

    /// A sample a second.
    fn tells(channel: Channel, seconds: std::ops::Range<i64>) -> Arrived {
        let sample = |second| Sample {
            channel,
            time: at(second),
            value: 0.0,
        };
        Arrived::Samples(seconds.map(sample).collect())
    }

    #[test]
    fn a_window_waits_for_the_slower_sensor_and_not_for_a_silent_one() {
        let (moves, turns) = (Channel::AccelerationX, Channel::AngularVelocityX);
        let mut track = Track {
            samples: Samples::Whole(Vec::new()),
            ..Track::default()
        };
        assert_eq!(track.complete_until(), None);
        track.take(tells(moves, 0..10));
        track.take(tells(turns, 0..5));
        assert_eq!(
            track.complete_until(),
            Some(at(4)),
            "what turned in the last seconds is on its way"
        );
        track.take(tells(turns, 5..10));
        assert_eq!(track.complete_until(), Some(at(9)));
        track.judged(Vec::new(), at(10));

        // After a pause of an hour each is long still; the first to speak does not make the other a silent one.
        track.take(tells(moves, 3_600..3_620));
        assert_eq!(track.complete_until(), Some(at(9)), "what turned since is on its way");
        track.take(tells(moves, 3_620..3_631));
        assert_eq!(track.complete_until(), Some(at(3_630)), "it did not come for half a minute");
        track.take(tells(moves, 3_631..3_632));
        assert_eq!(track.complete_until(), Some(at(3_631)), "and stays silent");
        track.take(tells(turns, 3_630..3_631));
        assert_eq!(track.complete_until(), Some(at(3_630)), "until it speaks again");
    }

    #[test]
    fn what_is_before_the_cursor_is_late() {
        let mut track = Track {
            cursor: at(100),
            samples: Samples::Whole(Vec::new()),
            ..Track::default()
        };
        assert!(!track.take(tells(Channel::AccelerationX, 100..110)));
        assert!(track.take(tells(Channel::AccelerationX, 50..105)));
        assert_eq!(track.samples.known().len(), 10, "what was told of twice is there once");
    }
}
