//! The sums, for programs and tests. The JSON is stable.

use std::collections::BTreeMap;

use earnest_domain::{consent::Slug, rejection::RejectionReason, verdict::Activity};
use earnest_vault::ContributionState;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    Nothing,
    today::{HISTORY, Sums},
};
use crate::{Engine, EngineError};

/// The sums of a node.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Status {
    /// Values stored.
    pub samples: u64,
    /// Judged windows, by label.
    pub windows: BTreeMap<Activity, u64>,
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

impl Engine {
    /// The sums, for programs.
    pub(super) async fn status(&self, _: Nothing) -> Result<Status, EngineError> {
        let contributions = self.vault().contributions(HISTORY).await?;
        let totals = self.vault().totals().await?;
        let mut rejected: BTreeMap<RejectionReason, u64> = BTreeMap::new();
        for refused in self.vault().rejections().await? {
            *rejected.entry(refused.reason).or_default() += refused.times;
        }
        let mut quests = Vec::new();
        for quest in self.vault().quests().await? {
            let of_it = contributions.iter().filter(|done| done.quest == quest.id);
            let credited = of_it.clone().filter(|done| done.state == ContributionState::Awarded).count();
            let placed = of_it
                .filter(|done| matches!(done.state, ContributionState::Waiting | ContributionState::Awarded))
                .count();
            let progress = if placed >= quest.times as usize {
                1.0
            } else {
                let progress = self.quests().standing(&quest).await?.progress;
                f64::from(progress.seconds) / f64::from(progress.goal.max(1))
            };
            quests.push(QuestStatus {
                id: quest.id,
                progress,
                done: credited >= quest.times as usize,
            });
        }
        let unsent = u32::try_from(self.vault().unsent_withdrawals().await?.len()).unwrap_or(u32::MAX);
        let sums = Sums::of(&contributions);
        let hub_points = self
            .vault()
            .person()
            .await?
            .hub_points
            .map(|points| u32::try_from(points).unwrap_or(u32::MAX));
        Ok(Status {
            samples: totals.iter().map(|total| total.samples).sum(),
            windows: self.vault().window_counts(None).await?,
            rejected,
            quests,
            outbox: u32::try_from(self.vault().outbox().await?.waiting)
                .unwrap_or(u32::MAX)
                .saturating_add(unsent),
            points: sums.points,
            hub_points,
            points_agree: hub_points.unwrap_or(0) == sums.points,
        })
    }
}
