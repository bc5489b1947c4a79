//! Contributions and withdrawals go to the hub, and awards come back.
//!
//! At least once on the way, exactly once in effect: what waits is stored, marked before it is sent, and settled when the hub has
//! answered. The hub answers the same for what it has already credited, so an answer that was lost on the way costs nothing.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use earnest_domain::{
    consent::{ReceiptId, Slug},
    contribution::Contribution,
};
use earnest_hub_api::{ContributionsRequest, HubClient, HubError, MAX_CONTRIBUTIONS, MAX_REQUEST_BYTES, Outcome};
use earnest_vault::{Contributed, Hub, StoredReceipt, Vault};
use tokio::sync::{Notify, watch};

use crate::{
    EngineError,
    commands::person::{HubState, shown},
    config::Clock,
    events::{Event, Events},
    quests::{Quests, can_be_done},
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

/// The most bytes of contributions and receipts in one request; the rest is for what joins them.
const MOST_BYTES: usize = MAX_REQUEST_BYTES - 1024;
/// The most letters of a hub's name.
const LONGEST_NAME: usize = 80;

/// Refusals that pass by themselves.
const PASSING: [&str; 2] = ["time_in_future", "unknown_receipt"];

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
                            // Said aloud once: the screens show it, but a node without a screen has only its log.
                            if self.note(HubState::Unreachable) {
                                tracing::warn!(%error, code = error.code(), "contributions wait");
                            } else {
                                tracing::info!(%error, code = error.code(), "contributions still wait");
                            }
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

    /// Notes whether the hub answers; whether that is news.
    fn note(&self, state: HubState) -> bool {
        let news = self.state.send_if_modified(|known| std::mem::replace(known, state) != state);
        if news {
            self.events.tell(Event::Person);
            self.events.tell(Event::Today);
        }
        news
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
        let mut info = self.client.info().await.map_err(Stop::Hub)?;
        info.quests.retain(can_be_done);
        let url = self.client.url().to_string();
        let known = (self.vault.hub().await?, self.vault.quests().await?);
        // A hub that calls itself nothing is called by its name in records.
        let name = Some(cut(&info.name, LONGEST_NAME))
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| info.id.to_string());
        let hub = Hub {
            id: info.id.clone(),
            name,
            url,
            seen_at: self.clock.now(),
        };
        let same_hub = known
            .0
            .is_some_and(|known| known.id == hub.id && known.name == hub.name && known.url == hub.url);
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
            if receipts
                .get(&receipt)
                .is_none_or(|known| known.receipt.grant().recipient != *hub)
            {
                continue; // another hub's
            }
            let reply = self.client.withdraw(&withdrawal).await.map_err(Stop::Hub)?;
            let now = self.clock.now();
            // What was under way when it was withdrawn arrived, or it did not: the hub says which.
            for credited in reply.awards {
                match self.vault.settle(credited.id, &credited.award, Some(reply.points), now).await {
                    Ok(_) => {}
                    // This vault is younger than what the hub knows of the person; the award is in the balance all the same.
                    Err(earnest_vault::VaultError::NotFound { .. }) => {
                        tracing::info!(contribution = %credited.id, "credited, and not known here");
                    }
                    Err(error) => return Err(error.into()),
                }
            }
            for left in self
                .vault
                .waiting(u32::MAX)
                .await?
                .into_iter()
                .filter(|waiting| waiting.receipt == receipt)
            {
                self.vault.release(left.id, now).await?;
            }
            self.vault.withdrawal_sent(receipt).await?;
            for event in [Event::Sharing, Event::History, Event::Today] {
                self.events.tell(event);
            }
        }
        Ok(())
    }

    async fn receipts(&self) -> Result<BTreeMap<ReceiptId, StoredReceipt>, Stop> {
        let stored = self.vault.receipts().await?;
        Ok(stored.into_iter().map(|stored| (stored.receipt.id(), stored)).collect())
    }

    /// Sends the oldest that wait; whether there were any.
    async fn send_contributions(&self, hub: &Slug) -> Result<bool, Stop> {
        let waiting = self.may_leave(hub).await?;
        let ids: Vec<_> = waiting.iter().map(|one| one.id).collect();
        // Marked first: from here on the hub may have it, so a withdrawal asks the hub instead of believing that nothing left. What was
        // withdrawn a moment ago is not marked, and does not leave.
        let leaving = self.vault.mark_attempted(&ids, self.clock.now()).await?;
        // Read after the mark: a second attempt under a receipt that was withdrawn before it does not leave either.
        let receipts = self.receipts().await?;
        let mut contributions = Vec::with_capacity(leaving.len());
        let mut named = BTreeMap::new();
        for one in waiting.into_iter().filter(|one| leaving.contains(&one.id)) {
            let Some(stored) = receipts.get(&one.receipt).filter(|stored| stored.withdrawn_at.is_none()) else {
                continue;
            };
            let Ok(contribution) = Contribution::from_text(&one.text) else {
                // One damaged record holds up nothing but itself.
                tracing::error!(contribution = %one.id, "damaged in the vault; it stays here");
                continue;
            };
            contributions.push(contribution);
            named.insert(one.receipt, stored.receipt.clone());
        }
        if contributions.is_empty() {
            return Ok(false);
        }
        let receipts = named.into_values().collect();
        self.events.tell(Event::Sharing);
        let reply = self
            .client
            .contribute(&ContributionsRequest { receipts, contributions })
            .await
            .map_err(Stop::Hub)?;
        for result in reply.results {
            match result.outcome {
                Outcome::Awarded { award, .. } => {
                    let points = award.points;
                    self.vault
                        .settle(result.id, &award, Some(reply.points), self.clock.now())
                        .await?;
                    tracing::info!(contribution = %result.id, points, "credited");
                    self.events.tell(Event::Awarded {
                        contribution: result.id,
                        points,
                    });
                }
                Outcome::Refused { code, reason } => {
                    // A hub may say anything, and screens and terminals show it.
                    let (code, reason) = (cut(&code, 64), cut(&reason, 400));
                    if PASSING.contains(&code.as_str()) {
                        // Asked again later: a clock is set, a receipt arrives. The effort is not spent on it.
                        return Err(Stop::Hub(HubError::Refused { code, reason }));
                    }
                    tracing::warn!(contribution = %result.id, %code, %reason, "refused by the hub");
                    self.vault.refuse(result.id, &code, self.clock.now()).await?;
                }
            }
        }
        self.events.tell(Event::History);
        self.events.tell(Event::Today);
        Ok(true)
    }

    /// What waits for this hub and may leave now, the oldest first, as much as one request takes.
    async fn may_leave(&self, hub: &Slug) -> Result<Vec<Contributed>, Stop> {
        let now = self.clock.now();
        let receipts = self.receipts().await?;
        let (mut leaving, mut bytes, mut ended) = (Vec::new(), 0, false);
        for one in self.vault.waiting(u32::MAX).await? {
            // A receipt names its recipient: what was prepared for another hub stays here.
            let for_this_hub = |stored: &&StoredReceipt| stored.withdrawn_at.is_none() && stored.receipt.grant().recipient == *hub;
            let Some(stored) = receipts.get(&one.receipt).filter(for_this_hub) else {
                continue;
            };
            // The permission ended while the hub was away. What never left stays, and counts for the next permission; what was tried
            // before is sent again, since only the hub knows whether it has it, and it takes nothing new under an ended receipt.
            if now >= stored.receipt.grant().until && one.first_attempt_at.is_none() {
                self.vault.release(one.id, now).await?;
                ended = true;
                continue;
            }
            bytes += one.text.len() + stored.receipt.to_text().len();
            if leaving.len() == MAX_CONTRIBUTIONS || (!leaving.is_empty() && bytes > MOST_BYTES) {
                break;
            }
            leaving.push(one);
        }
        if ended {
            tracing::info!("a permission ended before the hub answered; what waited under it stays here");
            self.events.tell(Event::History);
            self.quests.advance().await?;
        }
        Ok(leaving)
    }
}

/// What a hub says, cut and cleaned for a screen.
fn cut(text: &str, letters: usize) -> String {
    shown(text).chars().take(letters).collect()
}
