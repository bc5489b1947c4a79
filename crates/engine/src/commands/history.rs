//! Each contribution: what was sent, what it earned, and why.

use earnest_domain::{
    consent::{ReceiptId, Slug},
    contribution::ContributionId,
    points::Award,
    time::Timestamp,
    verdict::{Activity, Permille},
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Everything that the History screen shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct History {
    /// The newest first.
    pub items: Vec<HistoryItem>,
    /// The sum of the awards.
    pub points: u32,
    /// What the hub says it is; `null` before the first answer.
    pub hub_points: Option<u32>,
}

/// One contribution.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct HistoryItem {
    /// Its content address.
    pub contribution: ContributionId,
    /// For which quest.
    pub quest: Slug,
    /// What the quest is called.
    pub quest_title: String,
    /// When it was prepared.
    pub at: Timestamp,
    /// Where it stands.
    pub state: ContributionState,
    /// The motion.
    pub label: Activity,
    /// How long.
    pub seconds: u32,
    /// How clear.
    pub quality: Permille,
    /// How many windows were summed up.
    pub windows: u32,
    /// Readings that it was made of and that stayed.
    pub stayed_readings: u64,
    /// The receipt that allowed it.
    pub receipt: ReceiptId,
    /// The exact bytes that leave, or left.
    pub text: String,
    /// When it was first sent.
    pub sent_at: Option<Timestamp>,
    /// What this device computed before the hub answered.
    pub estimate: Award,
    /// What the hub answered.
    pub award: Option<Award>,
    /// Whether the two agree, to the point and the line.
    pub agrees: Option<bool>,
    /// Why the hub said no: a stable code.
    pub refusal: Option<String>,
}

/// Where a contribution stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ContributionState {
    /// In the outbox.
    Waiting,
    /// Credited.
    Awarded,
    /// Refused by the hub.
    Refused,
    /// Taken back before it was credited.
    Withdrawn,
}
