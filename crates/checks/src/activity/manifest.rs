//! `manifest.toml`: what the check applies to, which model it runs, and when it dares to name a motion.

use serde::Deserialize;

use super::check::NAME;
use crate::CheckError;

/// The manifest, parsed and found consistent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    /// The check's name, as its folder.
    pub(super) name: String,
    /// Grows with every change of the model or the thresholds.
    pub(super) version: u32,
    /// The streams that must all be there.
    pub(super) applies_to: Vec<String>,
    /// How the signal is cut.
    pub(super) window: WindowShape,
    /// Which model judges it.
    pub(super) model: Model,
    /// When its answer counts.
    pub(super) thresholds: Thresholds,
}

/// How the signal is cut into windows.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct WindowShape {
    /// Length of a window in seconds; windows follow each other without overlap.
    pub(super) seconds: u32,
    /// What the model reads, in readings a second.
    pub(super) rate_hz: u32,
    /// A longer stretch without a reading, in milliseconds, makes a window unknown.
    pub(super) longest_gap_ms: u32,
}

/// The model file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Model {
    /// Its name in this folder.
    pub(super) file: String,
    /// BLAKE3 of its bytes, in hexadecimal.
    pub(super) blake3: String,
    /// The labels of its probabilities, in order.
    pub(super) labels: Vec<String>,
}

/// When the model's answer counts.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Thresholds {
    /// The least probability of a motion that is named, 0 to 1.
    pub(super) least_score: f32,
    /// The most Mahalanobis distance (squared, per feature) from the nearest motion.
    pub(super) most_distance: f32,
}

impl Manifest {
    /// Parses and checks a manifest.
    ///
    /// # Errors
    /// [`CheckError::ManifestInvalid`] with what is wrong.
    pub(super) fn parse(text: &str) -> Result<Self, CheckError> {
        let invalid = |reason: String| CheckError::ManifestInvalid { check: NAME, reason };
        let manifest: Self = toml::from_str(text).map_err(|error| invalid(error.message().to_owned()))?;
        manifest.flaw().map_or(Ok(()), |flaw| Err(invalid(flaw.to_owned())))?;
        Ok(manifest)
    }

    fn flaw(&self) -> Option<&'static str> {
        let labels = earnest_domain::verdict::Activity::ALL.map(earnest_domain::verdict::Activity::name);
        let WindowShape {
            seconds,
            rate_hz,
            longest_gap_ms,
        } = self.window;
        if self.name != NAME {
            Some("it is another check's")
        } else if self.version == 0 {
            Some("versions start at 1")
        } else if self.applies_to != ["acceleration", "angular_velocity"] {
            Some("the model reads acceleration and angular_velocity")
        } else if self.model.labels != labels {
            Some("the model's labels are not those of this version")
        } else if !(1..=60).contains(&seconds) || !(1..=100).contains(&rate_hz) || 1_000_000 % rate_hz != 0 || longest_gap_ms == 0 {
            Some("a window has 1 to 60 seconds of 1 to 100 readings, whole microseconds apart, and a longest gap")
        } else if !(0.0..=1.0).contains(&self.thresholds.least_score) || self.thresholds.most_distance.is_nan() {
            Some("a threshold is no probability, or no number")
        } else {
            None
        }
    }
}
