//! What a check made of a capture.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::time::{Span, Timestamp};

/// A share in thousandths, 0 to 1000: how scores, qualities and factors are carried, so that no float touches an award.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, ts_rs::TS)]
#[serde(transparent)]
#[ts(type = "number")]
pub struct Permille(u16);

impl Permille {
    /// All of it.
    pub const ONE: Self = Self(1_000);
    /// None of it.
    pub const ZERO: Self = Self(0);

    /// Thousandths; more than 1000 becomes 1000.
    pub const fn new(thousandths: u16) -> Self {
        Self(if thousandths > 1_000 { 1_000 } else { thousandths })
    }

    /// From a score between 0 and 1, rounded to the nearest; what is no number counts as 0.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // clamped to 0..=1000 first
    pub fn from_unit(score: f32) -> Self {
        if score.is_nan() {
            Self::ZERO
        } else {
            Self((score.clamp(0.0, 1.0) * 1_000.0).round() as u16)
        }
    }

    /// Thousandths.
    pub const fn thousandths(self) -> u16 {
        self.0
    }
}

impl<'de> Deserialize<'de> for Permille {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let thousandths = u16::deserialize(deserializer)?;
        if thousandths > 1_000 {
            return Err(serde::de::Error::custom("a share in thousandths is 0 to 1000"));
        }
        Ok(Self(thousandths))
    }
}

impl fmt::Display for Permille {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1_000, self.0 % 1_000)
    }
}

/// The motions that the activity check knows, and the honest answer when it is none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
#[allow(missing_docs)] // each is its name
pub enum Activity {
    Standing,
    Walking,
    Running,
    Badminton,
    /// Not a motion that the model knows.
    Unknown,
}

impl Activity {
    /// Every label, in the order of the model's outputs, then unknown.
    pub const ALL: [Self; 5] = [Self::Standing, Self::Walking, Self::Running, Self::Badminton, Self::Unknown];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Standing => "standing",
            Self::Walking => "walking",
            Self::Running => "running",
            Self::Badminton => "badminton",
            Self::Unknown => "unknown",
        }
    }

    /// The label of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|label| label.name() == name)
    }
}

/// Why a window of motion got the label it got; stable codes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum VerdictReason {
    /// The model knows this motion and is sure enough.
    Recognised,
    /// The model's best label is too weak.
    LowConfidence,
    /// The motion lies outside of what the model was trained on.
    OutOfDistribution,
    /// All readings of a sensor are the same: it is off, or stuck.
    Constant,
    /// Too many readings of the window are missing.
    Gaps,
}

/// A window of motion and what the activity check made of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// When the window starts.
    pub start: Timestamp,
    /// How long it is.
    pub length: Span,
    /// The motion, or unknown.
    pub label: Activity,
    /// How sure the model is.
    pub score: Permille,
    /// Why.
    pub reason: VerdictReason,
}
