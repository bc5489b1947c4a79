//! The sums, for programs and tests. The JSON is stable.

use std::collections::BTreeMap;

use earnest_domain::{activity::Activity, consent::Slug, rejection::RejectionReason};
use earnest_vault::Efforts;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Nothing, today::small};
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
    /// Contributions and withdrawals that wait for another hub, which this node used before.
    pub outbox_elsewhere: u32,
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
        let hub = self.vault().hub().await?;
        let totals = self.vault().totals().await?;
        let mut rejected: BTreeMap<RejectionReason, u64> = BTreeMap::new();
        for refused in self.vault().rejections().await? {
            *rejected.entry(refused.reason).or_default() += refused.times;
        }
        let mut quests = Vec::new();
        for quest in self.vault().quests().await? {
            let efforts = match &hub {
                Some(hub) => self.vault().efforts(&hub.id, &quest.id).await?,
                None => Efforts::default(),
            };
            let progress = if efforts.waiting + efforts.awarded >= u64::from(quest.times) {
                1.0
            } else {
                let progress = self.quests().standing(&quest).await?.progress;
                f64::from(progress.seconds) / f64::from(progress.goal.max(1))
            };
            quests.push(QuestStatus {
                id: quest.id,
                progress,
                done: efforts.awarded >= u64::from(quest.times),
            });
        }
        let unsent = match &hub {
            Some(hub) => self.vault().unsent_withdrawals(&hub.id).await?.len(),
            None => 0,
        };
        let elsewhere = self.vault().waiting_elsewhere(hub.as_ref().map(|hub| &hub.id)).await?;
        let sums = self.sums(hub.as_ref()).await?;
        Ok(Status {
            samples: totals.iter().map(|total| total.samples).sum(),
            windows: self.vault().window_counts(None).await?,
            rejected,
            quests,
            outbox: sums.waiting.saturating_add(small(unsent as u64)),
            outbox_elsewhere: small(elsewhere),
            points: sums.points,
            hub_points: sums.hub_points,
            points_agree: sums.hub_points.unwrap_or(0) == sums.points,
        })
    }
}
