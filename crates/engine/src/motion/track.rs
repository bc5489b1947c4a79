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
    windows::complete_until,
};
use crate::EngineError;

/// How much motion is read from the vault at once.
pub(super) const STRETCH: Span = Span::from_seconds(60);

/// What is known of a device's motion without asking the vault.
#[derive(Debug, Default)]
pub(super) struct Track {
    /// Windows before this are judged.
    pub(super) cursor: Timestamp,
    /// When the next window is complete at the earliest, once that is known.
    pub(super) due: Timestamp,
    /// The newest instant of each channel.
    newest: BTreeMap<Channel, Timestamp>,
    /// The motion from the cursor on, in the order of time.
    pub(super) samples: Samples,
    /// What came from before the cursor and is not judged: its earliest and latest instant.
    pub(super) late: Option<(Timestamp, Timestamp)>,
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

impl Track {
    /// Takes in what arrived.
    pub(super) fn take(&mut self, arrived: Arrived) {
        let Arrived::Samples(arrived) = arrived else {
            self.samples = Samples::Unread;
            return;
        };
        let cursor = self.cursor;
        let mut late: Option<(Timestamp, Timestamp)> = None;
        let mut news: Vec<Sample> = Vec::with_capacity(arrived.len());
        for sample in arrived.into_iter().filter(|sample| MOTION.contains(&sample.channel)) {
            let newest = self.newest.entry(sample.channel).or_insert(sample.time);
            *newest = sample.time.max(*newest);
            if sample.time >= cursor {
                news.push(sample);
            } else {
                late = Some(late.map_or((sample.time, sample.time), |(first, last)| {
                    (sample.time.min(first), sample.time.max(last))
                }));
            }
        }
        let Samples::Whole(samples) = &mut self.samples else {
            return; // it is read with the rest
        };
        self.late = union(self.late, late);
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
    }

    /// Reads what is not known; says whether the device is.
    pub(super) async fn read(&mut self, device: &DeviceId, vault: &Vault) -> Result<bool, EngineError> {
        let Some(known) = vault.devices().await?.into_iter().find(|known| known.id == *device) else {
            return Ok(false);
        };
        self.cursor = self.cursor.max(known.judged_until.unwrap_or_default());
        self.late = union(self.late, vault.late(device).await?);
        // Before the samples: what arrives in between is told of, and is no beginning of anything.
        for total in vault.totals().await?.into_iter().filter(|total| total.device == *device) {
            if MOTION.contains(&total.channel) {
                self.newest.insert(total.channel, total.last_time);
            }
        }
        let newest = self.newest.values().max().copied();
        let first = vault.first_sample(device, &MOTION, self.cursor).await?;
        let (Some(newest), Some(first)) = (newest, first) else {
            self.samples = Samples::Whole(Vec::new());
            return Ok(true);
        };
        // A window is not begun in the middle of a silence, but one that began before it is judged as it is.
        if first.since(self.cursor) >= STRETCH {
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

    /// Until when all motion has arrived that can be judged now.
    pub(super) fn complete_until(&self) -> Option<Timestamp> {
        let complete = complete_until(self.newest.values().copied())?;
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

fn union(one: Option<(Timestamp, Timestamp)>, other: Option<(Timestamp, Timestamp)>) -> Option<(Timestamp, Timestamp)> {
    match (one, other) {
        (Some(one), Some(other)) => Some((one.0.min(other.0), one.1.max(other.1))),
        (one, other) => one.or(other),
    }
}
