//! What can be captured.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The kinds of capture, by what a check has to know of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CaptureKind {
    /// Acceleration and angular velocity over time.
    Motion,
    /// A pulse wave or an electrocardiogram.
    Heart,
    /// A picture.
    Photo,
    /// A recording of sound.
    Sound,
    /// Words.
    Text,
    /// Positions over time.
    Place,
}

impl CaptureKind {
    /// Every kind.
    pub const ALL: [Self; 6] = [Self::Motion, Self::Heart, Self::Photo, Self::Sound, Self::Text, Self::Place];

    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Motion => "motion",
            Self::Heart => "heart",
            Self::Photo => "photo",
            Self::Sound => "sound",
            Self::Text => "text",
            Self::Place => "place",
        }
    }
}

/// What is thought of speech in a sound.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum Speech {
    /// It may be there.
    #[default]
    Welcome,
    /// It is what was asked for, as when a sentence is read aloud: without it the capture is taken again.
    Wanted,
    /// Only the surroundings are permitted: speech is taken out of what leaves.
    Unwanted,
}

impl fmt::Display for CaptureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
