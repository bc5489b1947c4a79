//! Which motion a stretch of time holds, window by window.

use serde::{Deserialize, Serialize};

use crate::{
    time::{Span, Timestamp},
    verdict::Permille,
};

/// The motions that the activity check knows, and the honest answer when it is none of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS, schemars::JsonSchema)]
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
pub enum WindowReason {
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
    pub reason: WindowReason,
}
