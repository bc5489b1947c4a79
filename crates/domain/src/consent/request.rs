//! What is asked of a grant, and why the answer may be no.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::grant::Precision;
use crate::{device::DeviceId, slug::Slug, stream::Stream, time::Timestamp};

/// What somebody wants to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// To whom: a hub's id.
    pub recipient: Slug,
    /// What for.
    pub purpose: Slug,
    /// The same in the words that a person is shown.
    pub purpose_text: String,
    /// Measured by which streams.
    pub streams: BTreeSet<Stream>,
    /// By which devices; `None` where that is not known (a hub is never told).
    pub devices: Option<BTreeSet<DeviceId>>,
    /// How much of it.
    pub precision: Precision,
    /// When the capture starts.
    pub captured_from: Timestamp,
    /// When the capture ends.
    pub captured_until: Timestamp,
}

/// Why something may not leave. Stable codes; the hub answers with the same ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS, thiserror::Error)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Refusal {
    /// Nothing at all was granted.
    #[error("nothing may leave: no permission was given")]
    NoGrant,
    /// Granted to somebody else.
    #[error("no permission names this recipient")]
    Recipient,
    /// Granted for something else.
    #[error("no permission names this purpose")]
    Purpose,
    /// Granted for something else that has the same name: the purpose was put into other words since.
    #[error("the purpose reads otherwise than when the permission was given")]
    PurposeChanged,
    /// A stream is not covered.
    #[error("the permission does not cover every stream of this")]
    Streams,
    /// A device is not covered.
    #[error("the permission does not cover this device")]
    Devices,
    /// More detail than granted.
    #[error("the permission allows less detail than this")]
    Precision,
    /// Captured before the grant starts.
    #[error("this was captured before the permission starts")]
    CapturedBefore,
    /// The grant is over.
    #[error("the permission has ended")]
    Expired,
    /// The person took it back.
    #[error("the permission was withdrawn")]
    Withdrawn,
}

impl Refusal {
    /// Stable code.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoGrant => "no_grant",
            Self::Recipient => "recipient",
            Self::Purpose => "purpose",
            Self::PurposeChanged => "purpose_changed",
            Self::Streams => "streams",
            Self::Devices => "devices",
            Self::Precision => "precision",
            Self::CapturedBefore => "captured_before",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
        }
    }
}
