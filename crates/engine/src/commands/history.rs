//! Each contribution: what was sent, what it earned, and why.

use earnest_domain::{
    activity::Activity,
    consent::{ReceiptId, Slug},
    contribution::{Contribution, ContributionId},
    points::Award,
    time::Timestamp,
    verdict::Permille,
};
use earnest_vault::{Contributed, InLedger};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Nothing, sharing::Erasure};
use crate::{Engine, EngineError};

/// Everything that the History screen shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct History {
    /// The newest first, whichever hub they were for.
    pub items: Vec<HistoryItem>,
    /// The sum of this hub's awards.
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
    /// Which hub it is for.
    pub recipient: Slug,
    /// What that hub calls itself.
    pub recipient_name: String,
    /// Whether that is another hub than the one in use: what waits for it stays until it is used again, and its points are not in
    /// the sum.
    pub elsewhere: bool,
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
    /// Why the hub said no, or why it was not credited in time: a stable code.
    pub refusal: Option<String>,
    /// Where it stands in the hub's ledger.
    pub ledger: LedgerView,
}

/// What is known of a contribution in its hub's ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, TS)]
pub struct LedgerView {
    /// The number of the entry that paid it.
    #[ts(type = "number | null")]
    pub entry: Option<u64>,
    /// How many entries stand under the signed head that proves it; `null` while it waits for that.
    #[ts(type = "number | null")]
    pub proved_under: Option<u64>,
    /// The number of the entry that moved its points back.
    #[ts(type = "number | null")]
    pub reversed: Option<u64>,
    /// When the person took it back.
    pub undone_at: Option<Timestamp>,
    /// Whether the hub knows that.
    pub undo_known: bool,
}

impl LedgerView {
    /// How far the erasure has come of what was taken back by itself.
    pub(super) fn erasure(&self) -> Option<Erasure> {
        self.undone_at
            .map(|_| if self.undo_known { Erasure::Confirmed } else { Erasure::Asked })
    }
}

impl From<InLedger> for LedgerView {
    fn from(known: InLedger) -> Self {
        Self {
            entry: known.entry,
            proved_under: known.proved_under,
            reversed: known.reversed,
            undone_at: known.undone_at,
            undo_known: known.undo_settled,
        }
    }
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
    /// Taken back, before it was credited or after.
    Withdrawn,
}

/// The most contributions that a screen is given. The sums are of all.
const MOST: u32 = 10_000;

impl Engine {
    /// Every contribution, the newest first, with its lines and its bytes.
    pub(super) async fn history(&self, _: Nothing) -> Result<History, EngineError> {
        let contributions = self.vault().contributions(MOST).await?;
        let quests = self.vault().quests().await?;
        let hub = self.vault().hub().await?;
        let names = self.vault().hub_names().await?;
        let sums = self.sums(hub.as_ref()).await?;
        let ledgers = self.vault().in_ledgers().await?;
        let mut items = Vec::with_capacity(contributions.len());
        for done in contributions {
            // A quest that the hub no longer offers keeps its name in records.
            let title = quests
                .iter()
                .find(|offered| offered.id == done.quest)
                .map(|offered| offered.title.clone());
            let id = done.id;
            let recipient_name = names
                .get(&done.recipient)
                .cloned()
                .unwrap_or_else(|| done.recipient.to_string());
            let elsewhere = hub.as_ref().is_none_or(|hub| hub.id != done.recipient);
            // The quests of two hubs may share a name and be two.
            let title = title.filter(|_| !elsewhere);
            match item(done, title, recipient_name, elsewhere) {
                Ok(mut item) => {
                    item.ledger = ledgers.get(&id).copied().unwrap_or_default().into();
                    items.push(item);
                }
                // One damaged record hides itself, not all the others.
                Err(error) => tracing::error!(%error, contribution = %id, "left out of the history"),
            }
        }
        Ok(History {
            items,
            points: sums.points,
            hub_points: sums.hub_points,
        })
    }
}

fn item(
    done: Contributed,
    quest_title: Option<String>,
    recipient_name: String,
    elsewhere: bool,
) -> Result<HistoryItem, EngineError> {
    let contribution = Contribution::from_text(&done.text).map_err(|_| EngineError::DamagedContribution(done.id))?;
    let body = contribution.body();
    Ok(HistoryItem {
        contribution: done.id,
        quest_title: quest_title.unwrap_or_else(|| done.quest.to_string()),
        quest: done.quest,
        at: done.created_at,
        state: match done.state {
            earnest_vault::ContributionState::Waiting => ContributionState::Waiting,
            earnest_vault::ContributionState::Awarded => ContributionState::Awarded,
            earnest_vault::ContributionState::Refused => ContributionState::Refused,
            earnest_vault::ContributionState::Withdrawn => ContributionState::Withdrawn,
        },
        recipient: done.recipient,
        recipient_name,
        elsewhere,
        label: body.summary.label,
        seconds: body.summary.seconds,
        quality: body.summary.quality,
        windows: u32::try_from(body.fingerprints.len()).unwrap_or(u32::MAX),
        stayed_readings: done.readings,
        receipt: done.receipt,
        sent_at: done.first_attempt_at,
        agrees: done.award.as_ref().map(|award| *award == done.provisional),
        estimate: done.provisional,
        award: done.award,
        refusal: done.refusal,
        text: done.text,
        ledger: LedgerView::default(),
    })
}
