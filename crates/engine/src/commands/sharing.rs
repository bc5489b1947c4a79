//! What may leave, what left, and what stayed.

use earnest_domain::{
    consent::{Grant, Precision, ReceiptId, Slug},
    contribution::ContributionId,
    device::DeviceId,
    stream::Stream,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::person::HubView;

/// Everything that the Sharing screen shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Sharing {
    /// Now, by the engine's clock.
    pub now: Timestamp,
    /// Who would get it.
    pub hub: HubView,
    /// What the hub's quests ask for, each with its switch.
    pub asks: Vec<AskView>,
    /// Every receipt, the newest first.
    pub grants: Vec<GrantView>,
    /// What left, the newest first.
    pub left: Vec<LeftItem>,
    /// Bytes that left in the last seven days.
    pub left_bytes_week: u64,
    /// Values that stayed.
    pub stayed_readings: u64,
}

/// One thing that a hub asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct AskView {
    /// The purpose's name in records.
    pub purpose: Slug,
    /// The purpose in plain words, as the end of "for ...".
    pub purpose_text: String,
    /// Which streams.
    pub streams: Vec<Stream>,
    /// How much detail.
    pub precision: Precision,
    /// Who gets it.
    pub recipient: Slug,
    /// What the recipient calls itself.
    pub recipient_name: String,
    /// How long it keeps it, in days.
    pub retention_days: u16,
    /// The titles of the quests that ask it.
    pub quests: Vec<String>,
    /// What those quests offer, in points.
    pub points: u32,
    /// From when a grant given now would cover captures.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// The receipt that allows it now, when there is one: the switch is on.
    pub receipt: Option<ReceiptId>,
    /// Until when that receipt allows it.
    pub granted_until: Option<Timestamp>,
}

/// A receipt and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GrantView {
    /// Its content address.
    pub receipt: ReceiptId,
    /// What it allows.
    pub grant: Grant,
    /// When it was given.
    pub given_at: Timestamp,
    /// Where it stands.
    pub state: GrantState,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
}

/// Where a grant stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum GrantState {
    /// It allows.
    Active,
    /// Its time is over.
    Ended,
    /// It was taken back.
    Withdrawn,
}

/// Every receipt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct GrantList {
    /// The newest first.
    pub grants: Vec<GrantView>,
}

/// Something that left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct LeftItem {
    /// Which contribution.
    pub contribution: ContributionId,
    /// For which quest.
    pub quest_title: String,
    /// When it was first sent.
    pub at: Timestamp,
    /// How many bytes.
    pub bytes: u32,
    /// Under which receipt.
    pub receipt: ReceiptId,
}

/// Gives leave. What is absent takes the default that the Sharing screen shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct GrantConsent {
    /// What for.
    pub purpose: Slug,
    /// Which streams.
    pub streams: Vec<Stream>,
    /// How much detail.
    pub precision: Precision,
    /// Which devices; all of them when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub devices: Option<Vec<DeviceId>>,
    /// Who: a hub's id, or `hub` for the one that this node uses, which is also the default.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub recipient: Option<Slug>,
    /// Covers captures from then on; a day ago when absent, so that a walk just made counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub from: Option<Timestamp>,
    /// Until when; in 90 days when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub until: Option<Timestamp>,
}

/// Takes leave back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct WithdrawConsent {
    /// Which receipt.
    pub receipt: ReceiptId,
}

/// What a withdrawal did at once; the hub is told as soon as it answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Withdrawn {
    /// The receipt, now withdrawn.
    pub grant: GrantView,
    /// Contributions that were waiting and do not leave any more.
    pub stopped: u32,
    /// Contributions that had left: the hub is asked to erase them.
    pub to_erase: u32,
}
