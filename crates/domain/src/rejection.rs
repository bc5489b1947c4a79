//! Why something that a device sent was not taken.

use serde::{Deserialize, Serialize};

/// A reason code, stable for ever: the screens and `earnest status` count by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RejectionReason {
    /// The user name or the password is wrong.
    WrongCredentials,
    /// A device wrote to, or asked for, a topic that is not its own.
    ForeignTopic,
    /// The message is larger than the endpoint takes.
    PayloadTooLarge,
    /// The bytes are no SenML, in JSON or in CBOR.
    MalformedPayload,
    /// A value is not a finite number.
    NotANumber,
    /// A record has no value, or one that is not a number.
    NoValue,
    /// The name is no channel that Earnest knows.
    UnknownName,
    /// The unit is no unit of the stream.
    UnknownUnit,
    /// The time is later than now, beyond what clocks drift.
    TimeInFuture,
    /// The time is so early that the device's clock was never set.
    ClockNotSet,
    /// The SenML version is newer than this one understands (RFC 8428, section 4.4).
    UnsupportedVersion,
}

impl RejectionReason {
    /// The code as text, as in JSON.
    pub const fn code(self) -> &'static str {
        match self {
            Self::WrongCredentials => "wrong_credentials",
            Self::ForeignTopic => "foreign_topic",
            Self::PayloadTooLarge => "payload_too_large",
            Self::MalformedPayload => "malformed_payload",
            Self::NotANumber => "not_a_number",
            Self::NoValue => "no_value",
            Self::UnknownName => "unknown_name",
            Self::UnknownUnit => "unknown_unit",
            Self::TimeInFuture => "time_in_future",
            Self::ClockNotSet => "clock_not_set",
            Self::UnsupportedVersion => "unsupported_version",
        }
    }
}

/// Something that was not taken, told so that a person can mend it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejection {
    /// Why.
    pub reason: RejectionReason,
    /// Where and what, in at most 200 characters; never a whole payload and never a password.
    pub detail: String,
}

impl Rejection {
    /// A rejection whose detail is cut to what a screen shows.
    pub fn new(reason: RejectionReason, detail: impl AsRef<str>) -> Self {
        Self {
            reason,
            detail: detail
                .as_ref()
                .chars()
                .filter(|letter| !letter.is_control())
                .take(200)
                .collect(),
        }
    }
}
