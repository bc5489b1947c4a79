//! The check's part of `manifest.toml`: how the signal is cut, and when the model's answer counts.

use serde::Deserialize;

use super::check::NAME;
use crate::{CheckError, Manifest};

/// How the signal is cut into windows, and when the model's answer counts.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    /// Length of a window in seconds; windows follow each other without overlap.
    pub(super) seconds: u32,
    /// What the model reads, in readings a second.
    pub(super) rate_hz: u32,
    /// A longer stretch without a reading, in milliseconds, makes a window unknown.
    pub(super) longest_gap_ms: u32,
    /// Windows that a motion is held for at least, to be a bout in a whole capture.
    pub(super) shortest_bout: usize,
    /// The least probability of a motion that is named, 0 to 1.
    pub(super) least_score: f32,
    /// The most Mahalanobis distance (squared, per feature) from the nearest motion.
    pub(super) most_distance: f32,
    /// The labels of the model's probabilities, in order.
    pub(super) labels: Vec<String>,
}

impl Limits {
    /// Reads and checks them.
    ///
    /// # Errors
    /// [`CheckError::ManifestInvalid`] with what is wrong.
    pub(super) fn of(manifest: &Manifest) -> Result<Self, CheckError> {
        let limits: Self = manifest.limits(NAME)?;
        match limits.flaw() {
            Some(flaw) => Err(CheckError::ManifestInvalid {
                check: NAME,
                reason: flaw.to_owned(),
            }),
            None => Ok(limits),
        }
    }

    fn flaw(&self) -> Option<&'static str> {
        let labels = earnest_domain::activity::Activity::ALL.map(earnest_domain::activity::Activity::name);
        let Self {
            seconds,
            rate_hz,
            longest_gap_ms,
            ..
        } = *self;
        if self.labels != labels {
            Some("the model's labels are not those of this version")
        } else if !(1..=60).contains(&seconds) || !(1..=100).contains(&rate_hz) || 1_000_000 % rate_hz != 0 || longest_gap_ms == 0 {
            Some("a window has 1 to 60 seconds of 1 to 100 readings, whole microseconds apart, and a longest gap")
        } else if !(1..=100).contains(&self.shortest_bout) {
            Some("a bout has 1 to 100 windows")
        } else if !(0.0..=1.0).contains(&self.least_score) || self.most_distance.is_nan() {
            Some("a threshold is no probability, or no number")
        } else {
            None
        }
    }
}
