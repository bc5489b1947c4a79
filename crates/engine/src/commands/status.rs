//! The sums, for programs and tests. The JSON is stable.

use std::collections::BTreeMap;

use earnest_domain::{consent::Slug, rejection::RejectionReason, verdict::Activity};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The sums of a node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Status {
    /// Values stored.
    pub samples: u64,
    /// Judged windows, by label.
    pub windows: BTreeMap<Activity, u32>,
    /// Refused messages and records, by reason.
    pub rejected: BTreeMap<RejectionReason, u64>,
    /// The quests on offer.
    pub quests: Vec<QuestStatus>,
    /// Contributions and withdrawals that wait for the hub.
    pub outbox: u32,
    /// The sum of the awards, as this device recomputes them.
    pub points: u32,
    /// What the hub says it is; `null` before the first answer.
    pub hub_points: Option<u32>,
    /// Whether the two are equal.
    pub points_agree: bool,
}

/// One quest in numbers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct QuestStatus {
    /// Its name in records.
    pub id: Slug,
    /// From 0 to 1.
    pub progress: f64,
    /// Credited as often as it can be.
    pub done: bool,
}
