//! What a person allows.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{device::DeviceId, slug::Slug, stream::Stream, time::Timestamp};

/// How much of a capture may leave. Ordered: a grant of one precision covers all coarser ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Precision {
    /// Counts and labels over a stretch ("60 seconds of walking, this hour").
    Summary,
    /// What a check computed of each window, never the readings.
    Features,
    /// The readings themselves.
    Raw,
}

impl Precision {
    /// The name on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Summary => "summary",
            Self::Features => "features",
            Self::Raw => "raw",
        }
    }

    /// The finest resolution of H3 in which a place may leave under it: cells of about 5, 0.7 and 0.1 km2 (h3geo.org, table of cell
    /// areas). Not even raw readings are exact places.
    pub const fn finest_cell(self) -> u8 {
        match self {
            Self::Summary => 7,
            Self::Features => 8,
            Self::Raw => 9,
        }
    }
}

/// Whose captures a grant covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum DeviceScope {
    /// Every device that the person has paired, or will.
    All,
    /// These alone.
    Only(BTreeSet<DeviceId>),
}

impl DeviceScope {
    pub(super) fn covers(&self, devices: &BTreeSet<DeviceId>) -> bool {
        match self {
            Self::All => true,
            Self::Only(named) => devices.is_subset(named),
        }
    }
}

/// The most characters of a purpose's words.
pub const LONGEST_PURPOSE: usize = 120;

/// What a person allows: purpose x streams x precision x recipient x retention x expiry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// What the recipient may use it for.
    pub purpose: Slug,
    /// The purpose in the words that the person was shown, as the end of "for ...". Absent where none were shown (and in receipts
    /// of the first version): then its short name is all that was agreed to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub purpose_text: Option<String>,
    /// What was measured.
    pub streams: BTreeSet<Stream>,
    /// By which devices.
    pub devices: DeviceScope,
    /// How much of it may leave, at most.
    pub precision: Precision,
    /// Who gets it: a hub's id.
    pub recipient: Slug,
    /// How many days the recipient may keep it, at most: what a quest asks beyond that is not granted.
    pub retention_days: u16,
    /// Covers what was captured from this instant on.
    pub from: Timestamp,
    /// Covers nothing captured, and sends nothing, from this instant on.
    pub until: Timestamp,
}

/// A grant that makes no sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GrantError {
    /// No stream is named.
    #[error("a grant names at least one stream; nothing was recorded")]
    NoStreams,
    /// The list of devices is empty.
    #[error("a grant names at least one device, or all; nothing was recorded")]
    NoDevices,
    /// It is over before it begins.
    #[error("the grant would be over before it starts; choose a later end. Nothing was recorded")]
    EndsBeforeItStarts,
    /// The purpose's words are missing, or too many to be read.
    #[error("the words of a purpose have 1 to 120 characters; nothing was recorded")]
    PurposeText,
    /// The key is not the person's.
    #[error("this key cannot sign for that person; nothing was recorded")]
    ForeignKey,
}

impl GrantError {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoStreams => "grant_no_streams",
            Self::NoDevices => "grant_no_devices",
            Self::EndsBeforeItStarts => "grant_ends_before_it_starts",
            Self::PurposeText => "grant_purpose_text",
            Self::ForeignKey => "grant_foreign_key",
        }
    }
}
