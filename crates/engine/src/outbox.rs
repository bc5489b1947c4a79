//! Contributions and withdrawals go to the hub, and awards come back.
//!
//! At least once on the way, exactly once in effect: what waits is stored, marked before it is sent, and settled when the hub has
//! answered. The hub answers the same for what it has already credited, so an answer that was lost on the way costs nothing.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use earnest_domain::consent::{Receipt, ReceiptId, Slug};
use earnest_hub_api::{ContributionsRequest, HubClient, HubError, MAX_CONTRIBUTIONS, Outcome};
use earnest_vault::{Hub, Outbox as Waiting, Vault};
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
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// What carries contributions to the hub.
pub(crate) struct Outbox {
    pub(crate) vault: Vault,
    pub(crate) clock: Clock,
    pub(crate) events: Events,
    pub(crate) quests: Quests,
    pub(crate) client: HubClient,
    /// Rung when there is something to send, or a reason to try again now.
    pub(crate) bell: Arc<Notify>,
    pub(crate) state: watch::Sender<HubState>,
}

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
                    self.bell.notified().await;
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
        let hub = Hub { id: info.id.clone(), name: info.name, url, seen_at: self.clock.now() };
        if self.vault.meet_hub(&hub, &info.quests).await? {
            self.events.tell(Event::Person);
            self.events.tell(Event::Sharing);
            // A quest that is new here may be filled by what was recognised before.
            self.quests.advance().await?;
        }
        Ok(info.id)
    }

    async fn send_withdrawals(&self, hub: &Slug) -> Result<(), Stop> {
        for withdrawal in self.vault.unsent_withdrawals(hub).await? {
            let reply = self.client.withdraw(&withdrawal).await.map_err(Stop::Hub)?;
            let awards = reply.awards.into_iter().map(|credited| (credited.id, credited.award)).collect();
            self.vault.withdrawal_sent(withdrawal.body.receipt, awards, reply.points, self.clock.now()).await?;
            self.events.tell(Event::Sharing);
            self.events.tell(Event::History);
            self.events.tell(Event::Today);
        }
        Ok(())
    }

    /// Sends the oldest that wait; whether there were any.
    async fn send_contributions(&self, hub: &Slug) -> Result<bool, Stop> {
        // A receipt names its recipient: what was prepared for another hub stays here.
        let waiting: Vec<Waiting> = self.vault.waiting(hub, MAX_CONTRIBUTIONS).await?;
        if waiting.is_empty() {
            return Ok(false);
        }
        let ids: Vec<_> = waiting.iter().map(|one| one.contribution.id()).collect();
        let mut named: BTreeSet<ReceiptId> = BTreeSet::new();
        let receipts: Vec<Receipt> =
            waiting.iter().filter(|one| named.insert(one.receipt.id())).map(|one| one.receipt.clone()).collect();
        let contributions = waiting.into_iter().map(|one| one.contribution).collect();
        // Marked first: from here on the hub may have it, so a withdrawal asks the hub instead of believing that nothing left.
        self.vault.mark_attempted(&ids, self.clock.now()).await?;
        self.events.tell(Event::Sharing);
        let reply = self.client.contribute(&ContributionsRequest { receipts, contributions }).await.map_err(Stop::Hub)?;
        for result in reply.results {
            match result.outcome {
                Outcome::Awarded { award, .. } => {
                    let points = award.points;
                    self.vault.settle(result.id, &award, reply.points, self.clock.now()).await?;
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
