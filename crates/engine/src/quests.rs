//! Windows become contributions, if the person allows it.

use std::sync::Arc;

use earnest_domain::{
    consent::{Consent, Refusal, Slug},
    contribution::{self, Capture, Contribution},
    identity::PersonKey,
    points::Award,
    quest::{Progress, Quest},
};
use earnest_vault::{Contributed, ContributionState, Vault};
use tokio::sync::{Mutex, Notify};

use crate::{
    EngineError,
    config::Clock,
    events::{Event, Events},
};

/// Moves the quests. Clones share their turn: one moves at a time, so that no window is used twice.
#[derive(Debug, Clone)]
pub(crate) struct Quests {
    pub(crate) vault: Vault,
    pub(crate) key: Arc<PersonKey>,
    pub(crate) clock: Clock,
    pub(crate) events: Events,
    /// Rung when there is something to send.
    pub(crate) outbox: Arc<Notify>,
    pub(crate) turn: Arc<Mutex<()>>,
}

/// Where one quest stands, beyond what is stored.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(crate) progress: Progress,
    pub(crate) capture: Option<Capture>,
    pub(crate) windows: usize,
}

impl Quests {
    /// Prepares a contribution for every quest that is filled and that the person allows.
    pub(crate) async fn advance(&self) -> Result<(), EngineError> {
        let _turn = self.turn.lock().await;
        let mut prepared = false;
        for quest in self.vault.quests().await? {
            while self.prepare(&quest).await? {
                prepared = true;
            }
        }
        if prepared {
            self.outbox.notify_one();
            self.events.tell(Event::History);
            self.events.tell(Event::Sharing);
        }
        self.events.tell(Event::Today);
        Ok(())
    }

    /// Prepares the next contribution to `quest`, if it is filled and allowed; whether it did.
    async fn prepare(&self, quest: &Quest) -> Result<bool, EngineError> {
        let done = self.vault.contributions().await?;
        let Some(ordinal) = next_ordinal(quest, &done) else { return Ok(false) };
        let Some(capture) = self.standing(quest).await?.capture else { return Ok(false) };
        let Some(hub) = self.vault.hub().await? else { return Ok(false) };
        let now = self.clock.now();
        let permit = match self.consent().await?.permit(capture.request(quest, hub.id), now) {
            Ok(permit) => permit,
            Err(refusal) => {
                tracing::debug!(quest = %quest.id, %refusal, "filled, and nothing allows it to leave");
                return Ok(false);
            }
        };
        let contribution = match Contribution::build(permit, quest, ordinal, &capture, &self.key) {
            Ok(contribution) => contribution,
            Err(error) => {
                tracing::warn!(quest = %quest.id, %error, "no contribution");
                return Ok(false);
            }
        };
        let seen = self.vault.fingerprints_contributed().await?;
        let estimate = contribution::credit(quest, contribution.body(), |fingerprint| seen.contains(fingerprint));
        self.vault.prepare(&contribution, &estimate, capture.windows(), now).await?;
        tracing::info!(quest = %quest.id, contribution = %contribution.id(), points = estimate.points, "prepared");
        Ok(true)
    }

    /// How far the windows that no contribution used fill a quest.
    pub(crate) async fn standing(&self, quest: &Quest) -> Result<Standing, EngineError> {
        let unused = self.vault.unused_windows(quest.goal.label).await?;
        let (progress, capture) = quest.fill(&unused);
        Ok(Standing { progress, capture, windows: unused.len() })
    }

    /// What would refuse a filled quest to leave now.
    pub(crate) async fn refusal(&self, quest: &Quest, capture: &Capture, hub: Slug) -> Result<Option<Refusal>, EngineError> {
        let consent = self.consent().await?;
        Ok(consent.permit(capture.request(quest, hub), self.clock.now()).err())
    }

    /// What `quest` would earn if its capture went on as it began; before the first window, if it were clear throughout.
    pub(crate) async fn estimate(&self, quest: &Quest) -> Result<Award, EngineError> {
        let unused = self.vault.unused_windows(quest.goal.label).await?;
        let seen = self.vault.fingerprints_contributed().await?;
        Ok(quest.estimate(&unused, |fingerprint| seen.contains(fingerprint)))
    }

    /// The person's receipts and withdrawals.
    pub(crate) async fn consent(&self) -> Result<Consent, EngineError> {
        let stored = self.vault.receipts().await?;
        let withdrawn: Vec<_> = stored.iter().filter(|stored| stored.withdrawn_at.is_some()).map(|stored| stored.receipt.id()).collect();
        Ok(Consent::new(stored.into_iter().map(|stored| stored.receipt), withdrawn))
    }
}

/// The place that the next contribution to `quest` takes; `None` when all are taken.
///
/// A refused one keeps its place: preparing it again would be refused again.
fn next_ordinal(quest: &Quest, contributions: &[Contributed]) -> Option<u32> {
    let taken = |ordinal: u32| {
        contributions.iter().any(|done| {
            let body = done.contribution.body();
            body.quest == quest.id && body.ordinal == ordinal && done.state != ContributionState::Withdrawn
        })
    };
    (0..quest.times).find(|&ordinal| !taken(ordinal))
}
