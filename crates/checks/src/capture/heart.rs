//! A heart signal: an electrocardiogram or a pulse wave, evenly sampled.

mod even;
mod table;
#[cfg(test)]
mod tests;

use std::fmt;

use earnest_domain::capture::CaptureKind;

use super::{CaptureError, Once, Reading};
use crate::heart::Examined;

/// What was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeartKind {
    /// An electrocardiogram, one lead.
    Ecg,
    /// A photoplethysmogram: how much light the blood under the skin lets through.
    Ppg,
}

impl fmt::Display for HeartKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Ecg => "ecg",
            Self::Ppg => "ppg",
        })
    }
}

/// A heart signal at an even rate. What is missing in between is NaN, and nothing in it is infinite.
#[derive(Debug, Clone, PartialEq)]
pub struct Heart {
    kind: HeartKind,
    rate_hz: f64,
    values: Vec<f32>,
    examined: Once<Examined>,
}

impl Heart {
    /// The most bytes of a file.
    pub const MOST_BYTES: usize = 96 << 20;
    /// The most samples: a day of a pulse wave at 100 Hz, ten hours of an electrocardiogram at 250 Hz.
    pub const MOST_SAMPLES: usize = 9_000_000;
    /// The longest, in seconds.
    pub const MOST_SECONDS: f64 = 86_400.0;
    /// The slowest and the fastest rate that is taken for a heart signal's. What is too slow to find beats in is a check's to say.
    pub const RATES_HZ: std::ops::RangeInclusive<f64> = 0.5..=4_000.0;

    /// From samples at an even rate; a value that is no finite number counts as missing.
    ///
    /// # Errors
    /// [`CaptureError`] when there are none, too many, or none at such a rate.
    pub fn new(kind: HeartKind, rate_hz: f64, mut values: Vec<f32>) -> Result<Self, CaptureError> {
        if !Self::RATES_HZ.contains(&rate_hz) {
            return Err(broken(format!("{rate_hz} samples a second are no heart signal's")));
        }
        for value in &mut values {
            if !value.is_finite() {
                *value = f32::NAN;
            }
        }
        if values.iter().all(|value| value.is_nan()) {
            return Err(CaptureError::Empty);
        }
        #[allow(clippy::cast_precision_loss)] // some millions
        let seconds = values.len() as f64 / rate_hz;
        if values.len() > Self::MOST_SAMPLES || seconds > Self::MOST_SECONDS {
            return Err(too_large());
        }
        Ok(Self {
            kind,
            rate_hz,
            values,
            examined: Once::default(),
        })
    }

    /// From readings as a wearable sends them, in order of time. They are laid on straight lines at their own mean rate; where none
    /// came for a quarter of a second, they are missing.
    ///
    /// # Errors
    /// As [`Heart::new`], and when time goes back.
    pub fn from_readings(kind: HeartKind, readings: &[Reading]) -> Result<Self, CaptureError> {
        let Some((first, _)) = readings.first() else {
            return Err(CaptureError::Empty);
        };
        #[allow(clippy::cast_precision_loss)] // microseconds of a day
        let seconds = |reading: &Reading| reading.0.since(*first).micros() as f64 / 1e6;
        let times = readings.iter().map(seconds).collect();
        even::laid(kind, times, readings.iter().map(|(_, value)| *value).collect())
    }

    /// From a file: a table as text, with a header that names a column `ecg` or `ppg`, and either a column of times or a note
    /// `# rate_hz: 250` above it.
    ///
    /// # Errors
    /// [`CaptureError`] says which line is none of such a table, or what is missing.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CaptureError> {
        table::read(bytes)
    }

    /// Whether bytes begin as such a file does: with the header and a row of numbers.
    pub(super) fn begins(bytes: &[u8]) -> bool {
        table::begins(bytes)
    }

    /// What was measured.
    pub const fn kind(&self) -> HeartKind {
        self.kind
    }

    /// Samples a second.
    pub const fn rate_hz(&self) -> f64 {
        self.rate_hz
    }

    /// The samples; NaN where one is missing.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// Where what was [found](crate::heart::examine) in it is kept.
    pub(crate) const fn examined(&self) -> &Once<Examined> {
        &self.examined
    }

    /// How long it is.
    #[allow(clippy::cast_precision_loss)] // some millions
    pub fn seconds(&self) -> f64 {
        self.values.len() as f64 / self.rate_hz
    }
}

fn broken(reason: impl Into<String>) -> CaptureError {
    CaptureError::Broken {
        kind: CaptureKind::Heart,
        reason: reason.into(),
    }
}

const fn too_large() -> CaptureError {
    CaptureError::TooLarge {
        kind: CaptureKind::Heart,
        most: "24 hours, 9 million samples or 96 MB",
    }
}
