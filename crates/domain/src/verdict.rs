//! What a check made of a capture, and why.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

use crate::consent::Slug;

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

/// What is to be done with a capture. Ordered by gravity: the gravest of its verdicts decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It is good as it is.
    Accept,
    /// It is good once what the evidence marks is taken out.
    Redact,
    /// Taken again, with the advice, it can be good.
    Retry,
    /// It is of no use, and taking it again in the same way would not help.
    Reject,
}

impl Decision {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Redact => "redact",
            Self::Retry => "retry",
            Self::Reject => "reject",
        }
    }
}

/// A word for what evidence shows, such as `face` or `e_mail`; stable.
pub type What = Cow<'static, str>;

/// Where in a capture a check saw what its verdict says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ts_rs::TS)]
#[serde(tag = "evidence", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Evidence {
    /// Bytes `start..end` of a text in UTF-8, at the borders of characters.
    Span {
        /// The first byte.
        start: usize,
        /// After the last byte.
        end: usize,
        /// What stands there.
        what: What,
    },
    /// A box in a photo as it is looked at (turned upright), in pixels from its upper left corner.
    Region {
        /// Left edge.
        x: u32,
        /// Upper edge.
        y: u32,
        /// How wide.
        width: u32,
        /// How high.
        height: u32,
        /// What is there.
        what: What,
    },
    /// A stretch of a recording, in milliseconds from its start.
    Stretch {
        /// Its first millisecond.
        from_ms: u64,
        /// After its last.
        to_ms: u64,
        /// What happens there.
        what: What,
    },
    /// A number that the verdict rests on, beside what it was held against.
    Measure {
        /// What was measured.
        what: What,
        /// How much of it.
        value: f64,
        /// In what; UCUM, and `1` for a plain number.
        unit: What,
        /// It should be at least this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        least: Option<f64>,
        /// It should be at most this.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        most: Option<f64>,
    },
}

impl Evidence {
    /// A number, held against nothing yet.
    pub fn measure(what: impl Into<What>, value: impl Into<f64>, unit: impl Into<What>) -> Self {
        Self::Measure {
            what: what.into(),
            value: value.into(),
            unit: unit.into(),
            least: None,
            most: None,
        }
    }

    /// A measure that should be at least this, where there is such a limit. What is no measure stays as it is.
    #[must_use]
    pub fn at_least(mut self, limit: impl Into<Option<f64>>) -> Self {
        if let Self::Measure { least, .. } = &mut self {
            *least = limit.into();
        }
        self
    }

    /// A measure that should be at most this, where there is such a limit. What is no measure stays as it is.
    #[must_use]
    pub fn at_most(mut self, limit: impl Into<Option<f64>>) -> Self {
        if let Self::Measure { most, .. } = &mut self {
            *most = limit.into();
        }
        self
    }
}

/// What one check made of one capture.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ts_rs::TS)]
pub struct Verdict {
    /// Which check: the name of its folder.
    pub check: Slug,
    /// Its version; grows with every change of its code, model or limits that changes a verdict.
    pub version: u32,
    /// What is to be done.
    pub decision: Decision,
    /// How well the capture did, or how sure the check is: its card says which.
    pub score: Permille,
    /// What it is, where the check tells things apart.
    pub label: Option<String>,
    /// Why: a stable code.
    pub reason: String,
    /// The same for a person.
    pub says: String,
    /// What they can do about it; empty where there is nothing to do.
    pub advice: String,
    /// Where it shows.
    pub evidence: Vec<Evidence>,
    /// BLAKE3 of the model that judged, in hexadecimal.
    pub model: Option<String>,
}

/// The gravest of some verdicts; to accept where there are none.
pub fn gravest<'v>(verdicts: impl IntoIterator<Item = &'v Verdict>) -> Decision {
    let decisions = verdicts.into_iter().map(|verdict| verdict.decision);
    decisions.max().unwrap_or(Decision::Accept)
}
