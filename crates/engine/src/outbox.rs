//! Contributions and withdrawals go to the hub, and awards come back.
//!
//! At least once on the way, exactly once in effect: what waits is stored, marked before it is sent, and settled when the hub has
//! answered. The hub answers the same for what it has already credited, so an answer that was lost on the way costs nothing.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use earnest_domain::{
    consent::{Receipt, ReceiptId, Slug},
    contribution::Contribution,
};
use earnest_hub_api::{ContributionsRequest, HubClient, HubError, MAX_CONTRIBUTIONS, Outcome};
use earnest_vault::{Contributed, Hub, Vault};
use tokio::sync::{Notify, watch};

use crate::{
    EngineError,
    commands::person::HubState,
    config::Clock,
    events::{Event, Events},
    quests::Quests,
};

/// The first wait after a failure; it doubles with each further one.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// The longest wait between two attempts.
const LONGEST_WAIT: Duration = Duration::from_mins(1);

/// What carries contributions to the hub.
pub(crate) struct Outbox {
    pub(crate) vault: Arc<Vault>,
    pub(crate) clock: Clock,
    pub(crate) events: Events,
    pub(crate) quests: Quests,
    pub(crate) client: HubClient,
    /// Rung when there is something to send, or a reason to try again now.
    pub(crate) bell: Arc<Notify>,
    pub(crate) state: watch::Sender<HubState>,
}

/// How often the hub is asked for new quests when there is nothing to send.
const REFRESH: Duration = Duration::from_hours(1);

/// Why a round ended early.
enum Stop {
    Hub(HubError),
    Here(EngineError),
}

impl From<EngineError> for Stop {
    fn from(error: EngineError) -> Self {
        Self::Here(error)
    }
}

impl From<earnest_vault::VaultError> for Stop {
    fn from(error: earnest_vault::VaultError) -> Self {
        Self::Here(error.into())
    }
}

impl Outbox {
    /// Carries what waits, for as long as it is polled: at once when the bell rings, and after a growing wait when the hub is away.
    pub(crate) async fn run(self) {
        let mut wait = FIRST_WAIT;
        loop {
            match self.round().await {
                Ok(()) => {
                    self.note(HubState::Reachable);
                    wait = FIRST_WAIT;
                    // Whether the bell or the time ends it, the next round is the same.
                    let _ = tokio::time::timeout(REFRESH, self.bell.notified()).await;
                }
                Err(stop) => {
                    match stop {
                        Stop::Hub(error) => {
                            tracing::info!(%error, code = error.code(), "the hub did not answer; what waits is kept");
                            self.note(HubState::Unreachable);
                        }
                        Stop::Here(error) => tracing::error!(%error, "the outbox stands still"),
                    }
                    // The bell does not shorten the wait: windows are judged every few seconds, and a hub that is down is not helped by
                    // being asked each time.
                    tokio::time::sleep(wait).await;
                    wait = (wait * 2).min(LONGEST_WAIT);
                }
            }
        }
    }

    fn note(&self, state: HubState) {
        let news = self.state.send_if_modified(|known| std::mem::replace(known, state) != state);
        if news {
            self.events.tell(Event::Person);
            self.events.tell(Event::Today);
        }
    }

    /// Meets the hub, tells it what was withdrawn, then sends what waits.
    async fn round(&self) -> Result<(), Stop> {
        let hub = self.meet().await?;
        self.send_withdrawals(&hub).await?;
        while self.send_contributions(&hub).await? {}
        Ok(())
    }

    /// Who the hub is and what it offers, kept for when it is away.
    async fn meet(&self) -> Result<Slug, Stop> {
        let info = self.client.info().await.map_err(Stop::Hub)?;
        let url = self.client.url().to_string();
        let known = (self.vault.hub().await?, self.vault.quests().await?);
        let hub = Hub { id: info.id.clone(), name: info.name, url, seen_at: self.clock.now() };
        let same_hub = known.0.is_some_and(|known| known.id == hub.id && known.name == hub.name && known.url == hub.url);
        if !same_hub || known.1 != info.quests {
            self.vault.set_hub(&hub, &info.quests).await?;
            self.events.tell(Event::Person);
            self.events.tell(Event::Sharing);
            // A quest that is new here may be filled by what was recognised before.
            self.quests.advance().await?;
        }
        Ok(info.id)
    }

    async fn send_withdrawals(&self, hub: &Slug) -> Result<(), Stop> {
        let unsent = self.vault.unsent_withdrawals().await?;
        if unsent.is_empty() {
            return Ok(());
        }
        let receipts = self.receipts().await?;
        for withdrawal in unsent {
            let receipt = withdrawal.body.receipt;
            if receipts.get(&receipt).is_none_or(|known| known.grant().recipient != *hub) {
                continue; // another hub's
            }
            let reply = self.client.withdraw(&withdrawal).await.map_err(Stop::Hub)?;
            let now = self.clock.now();
            // What was under way when it was withdrawn arrived, or it did not: the hub says which.
            for credited in reply.awards {
                match self.vault.settle(credited.id, &credited.award, Some(reply.points), now).await {
                    Ok(_) => {}
                    // This vault is younger than what the hub knows of the person; the award is in the balance all the same.
                    Err(earnest_vault::VaultError::NotFound { .. }) => tracing::info!(contribution = %credited.id, "credited, and not known here"),
                    Err(error) => return Err(error.into()),
                }
            }
            for left in self.vault.waiting(u32::MAX).await?.into_iter().filter(|waiting| waiting.receipt == receipt) {
                self.vault.release(left.id, now).await?;
            }
            self.vault.withdrawal_sent(receipt).await?;
            for event in [Event::Sharing, Event::History, Event::Today] {
                self.events.tell(event);
            }
        }
        Ok(())
    }

    async fn receipts(&self) -> Result<BTreeMap<ReceiptId, Receipt>, Stop> {
        let stored = self.vault.receipts().await?;
        Ok(stored.into_iter().map(|stored| (stored.receipt.id(), stored.receipt)).collect())
    }

    /// Sends the oldest that wait; whether there were any.
    async fn send_contributions(&self, hub: &Slug) -> Result<bool, Stop> {
        let receipts = self.receipts().await?;
        let for_this_hub =
            |waiting: &Contributed| receipts.get(&waiting.receipt).is_some_and(|receipt| receipt.grant().recipient == *hub);
        // A receipt names its recipient: what was prepared for another hub stays here.
        let waiting: Vec<Contributed> =
            self.vault.waiting(u32::MAX).await?.into_iter().filter(for_this_hub).take(MAX_CONTRIBUTIONS).collect();
        let ids: Vec<_> = waiting.iter().map(|one| one.id).collect();
        // Marked first: from here on the hub may have it, so a withdrawal asks the hub instead of believing that nothing left. What was
        // withdrawn a moment ago is not marked, and does not leave.
        let leaving = self.vault.mark_attempted(&ids, self.clock.now()).await?;
        let mut contributions = Vec::with_capacity(leaving.len());
        let mut named = BTreeMap::new();
        for one in waiting.into_iter().filter(|one| leaving.contains(&one.id)) {
            contributions.push(Contribution::from_text(&one.text).map_err(|_| Stop::Here(EngineError::DamagedContribution(one.id)))?);
            if let Some(receipt) = receipts.get(&one.receipt) {
                named.insert(one.receipt, receipt.clone());
            }
        }
        if contributions.is_empty() {
            return Ok(false);
        }
        let receipts = named.into_values().collect();
        self.events.tell(Event::Sharing);
        let reply = self.client.contribute(&ContributionsRequest { receipts, contributions }).await.map_err(Stop::Hub)?;
        for result in reply.results {
            match result.outcome {
                Outcome::Awarded { award, .. } => {
                    let points = award.points;
                    self.vault.settle(result.id, &award, Some(reply.points), self.clock.now()).await?;
                    tracing::info!(contribution = %result.id, points, "credited");
                    self.events.tell(Event::Awarded { contribution: result.id, points });
                }
                Outcome::Refused { code, reason } => {
                    tracing::warn!(contribution = %result.id, %code, %reason, "refused by the hub");
                    self.vault.refuse(result.id, &code, self.clock.now()).await?;
                }
            }
        }
        self.events.tell(Event::History);
        self.events.tell(Event::Today);
        Ok(true)
    }
}
