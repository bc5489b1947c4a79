//! Contributions and withdrawals go to the hub, and awards come back.
//!
//! At least once on the way, exactly once in effect: what waits is stored, marked before it is sent, and settled when the hub has
//! answered. The hub answers the same for what it has already credited, so an answer that was lost on the way costs nothing.

mod ended;
mod proving;
mod undoing;

use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
    time::Duration,
};

use earnest_domain::{
    consent::{ReceiptId, Refusal, Slug},
    contribution::{Contribution, ContributionId},
    hub::HubKeyId,
    identity::PersonKey,
    ledger::Posted,
    points::Award,
    time::Timestamp,
};
use earnest_hub_api::{ContributionsRequest, HubClient, HubError, MAX_CONTRIBUTIONS, MAX_REQUEST_BYTES, Outcome};
use earnest_vault::{Contributed, Hub, StoredReceipt, Vault};
use tokio::sync::{Notify, watch};

use crate::{
    EngineError,
    commands::{
        CommandError,
        person::{HubStanding, HubState, shown},
    },
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
    /// Who asks a hub what became of contributions.
    pub(crate) key: Arc<PersonKey>,
    pub(crate) clock: Clock,
    pub(crate) events: Events,
    pub(crate) quests: Quests,
    pub(crate) client: HubClient,
    /// Rung when there is something to send, or a reason to try again now.
    pub(crate) bell: Arc<Notify>,
    pub(crate) standing: watch::Sender<HubStanding>,
}

/// How often the hub is asked for new quests when there is nothing to send.
const REFRESH: Duration = Duration::from_hours(1);

/// The most bytes of contributions and receipts in one request; the rest is for what joins them.
const MOST_BYTES: usize = MAX_REQUEST_BYTES - 1024;
/// The most letters of a hub's name.
const LONGEST_NAME: usize = 80;

/// Refusals that pass by themselves.
const PASSING: [&str; 2] = ["time_in_future", "unknown_receipt"];

/// The code of a hub's no to a withdrawal.
pub const WITHDRAWAL_REFUSED: &str = "withdrawal_refused";

/// As the fronts pass it on.
fn told(error: &HubError) -> CommandError {
    CommandError {
        code: error.code().to_owned(),
        message: error.to_string(),
    }
}

/// Why a round ended early.
enum Stop {
    Hub(HubError),
    Here(EngineError),
}

/// What a round met that did not end it.
#[derive(Default)]
struct Round {
    /// What the hub said no to.
    trouble: Option<CommandError>,
    /// Contributions that are asked again later.
    put_off: HashSet<ContributionId>,
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
            let mut answers = false;
            let again = match self.round().await {
                Ok(round) => {
                    self.note(HubState::Reachable, round.trouble);
                    answers = true;
                    !round.put_off.is_empty()
                }
                Err(Stop::Hub(error)) => {
                    let state = if error.is_temporary() {
                        HubState::Unreachable
                    } else {
                        HubState::Trouble
                    };
                    self.note(state, Some(told(&error)));
                    true
                }
                Err(Stop::Here(error)) => {
                    tracing::error!(%error, "the outbox stands still");
                    true
                }
            };
            if again && answers {
                // One that is put off holds up no other.
                let _ = tokio::time::timeout(wait, self.bell.notified()).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            } else if again {
                // The bell does not shorten the wait: windows are judged every few seconds, and a hub that is down is not helped by
                // being asked each time.
                tokio::time::sleep(wait).await;
                wait = (wait * 2).min(LONGEST_WAIT);
            } else {
                wait = FIRST_WAIT;
                // Whether the bell or the time ends it, the next round is the same.
                let _ = tokio::time::timeout(REFRESH, self.bell.notified()).await;
            }
        }
    }

    /// Notes whether the hub answers, and what is wrong.
    fn note(&self, state: HubState, trouble: Option<CommandError>) {
        let standing = HubStanding {
            state,
            trouble: trouble.clone(),
        };
        let news = self.standing.send_if_modified(|known| {
            let news = *known != standing;
            *known = standing;
            news
        });
        if news {
            self.events.tell(Event::Person);
            self.events.tell(Event::Today);
            self.events.tell(Event::Sharing);
        }
        // Said aloud once: the screens show it, but a node without a screen has only its log.
        match trouble {
            Some(CommandError { code, message }) if news => tracing::warn!(error = message, code, "something waits for the hub"),
            Some(CommandError { code, message }) => tracing::info!(error = message, code, "something still waits for the hub"),
            None => {}
        }
    }

    /// Meets the hub, tells it what was withdrawn, then sends what waits.
    async fn round(&self) -> Result<Round, Stop> {
        let mut round = Round::default();
        let (hub, key) = self.meet().await?;
        // What a person takes back is told to any hub; what they give, to one alone that keeps its book straight.
        self.send_withdrawals(&hub, &mut round).await?;
        self.send_undos(&hub, &mut round).await?;
        self.prove(&hub, &key).await?;
        let mut sent = false;
        loop {
            self.settle_ended(&hub, &mut round).await?;
            if !self.send_contributions(&hub, &mut round).await? {
                break;
            }
            sent = true;
        }
        if sent {
            self.prove(&hub, &key).await?;
        }
        Ok(round)
    }

    /// Who the hub is and what it offers, kept for when it is away.
    async fn meet(&self) -> Result<(Slug, HubKeyId), Stop> {
        let info = self.client.info().await.map_err(Stop::Hub)?;
        let key = self.vault.key_of_hub(&info.id).await?;
        if key.is_some_and(|key| key != info.key) {
            return Err(Stop::Hub(HubError::OtherKey));
        }
        let mut quests = info.sound_quests();
        quests.retain(|signed| can_be_done(signed.quest()));
        let url = self.client.url().to_string();
        let known = (self.vault.hub().await?, self.vault.signed_quests().await?);
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
        if !same_hub || key.is_none() || known.1 != quests {
            {
                // While nothing is being prepared: a quest of one hub and the name of another would meet in one contribution.
                let _pause = self.quests.pause().await;
                self.vault.set_hub(&hub, info.key, &quests).await?;
            }
            self.events.tell(Event::Person);
            self.events.tell(Event::Sharing);
            self.events.tell(Event::History);
            // A quest that is new here may be filled by what was recognised before.
            self.quests.advance().await?;
        }
        Ok((info.id, info.key))
    }

    /// Tells the hub which of the receipts for it were taken back. What was given to another hub is that one's to be told.
    async fn send_withdrawals(&self, hub: &Slug, round: &mut Round) -> Result<(), Stop> {
        for withdrawal in self.vault.unsent_withdrawals(hub).await? {
            let receipt = withdrawal.body.receipt;
            let reply = match self.client.withdraw(&withdrawal).await {
                Ok(reply) => reply,
                Err(error) if error.is_temporary() => return Err(Stop::Hub(error)),
                Err(error) => {
                    // One that the hub does not take holds up nothing but itself; it is told again in each round.
                    tracing::warn!(%receipt, %error, code = error.code(), "the hub does not take a withdrawal");
                    let HubError::Refused { .. } = error else {
                        round.trouble.get_or_insert_with(|| told(&error)); // no word of a hub's
                        continue;
                    };
                    round.trouble.get_or_insert_with(|| CommandError {
                        code: WITHDRAWAL_REFUSED.to_owned(),
                        message: format!(
                            "the hub does not take a withdrawal: {error}. Nothing leaves under that permission all the same, and the hub \
                             is told again"
                        ),
                    });
                    continue;
                }
            };
            // What was under way when it was withdrawn arrived, or it did not: the hub says which.
            let credited: Vec<_> = reply
                .awards
                .into_iter()
                .map(|credited| (credited.id, credited.award))
                .collect();
            let foreign = self
                .vault
                .settle_withdrawal(receipt, &credited, reply.points, self.clock.now())
                .await?;
            if foreign > 0 {
                // This vault may be younger than what the hub knows of the person; the awards are in the balance all the same.
                tracing::info!(%receipt, foreign, "credited, and not known here under that receipt");
            }
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

    /// Whether a quest asks in other words now than a receipt has.
    async fn is_reworded(&self, agreed: Option<&(Slug, Option<String>)>) -> Result<bool, Stop> {
        let Some((quest, Some(text))) = agreed else {
            return Ok(false);
        };
        let quests = self.vault.quests().await?;
        Ok(quests
            .iter()
            .any(|known| known.id == *quest && known.ask.purpose_text != *text))
    }

    /// Sends the oldest that wait; whether there were any.
    async fn send_contributions(&self, hub: &Slug, round: &mut Round) -> Result<bool, Stop> {
        let waiting = self.may_leave(hub, round).await?;
        let ids: Vec<_> = waiting.iter().map(|one| one.id).collect();
        // Marked first: from here on the hub may have it, so a withdrawal asks the hub instead of believing that nothing left. What was
        // withdrawn a moment ago is not marked, and does not leave.
        let marked_at = self.clock.now();
        let leaving = self.vault.mark_attempted(&ids, marked_at).await?;
        // Read after the mark: a second attempt under a receipt that was withdrawn before it does not leave either.
        let receipts = self.receipts().await?;
        let mut contributions = Vec::with_capacity(leaving.len());
        let mut named = BTreeMap::new();
        let mut texts = BTreeMap::new();
        for one in waiting.into_iter().filter(|one| leaving.contains(&one.id)) {
            let Some(stored) = receipts.get(&one.receipt).filter(|stored| is_live(stored, marked_at)) else {
                continue;
            };
            let Ok(contribution) = Contribution::from_text(&one.text) else {
                // One damaged record holds up nothing but itself.
                tracing::error!(contribution = %one.id, "damaged in the vault; it stays here");
                continue;
            };
            contributions.push(contribution);
            texts.insert(one.id, (one.quest.clone(), stored.receipt.grant().purpose_text.clone()));
            named.insert(one.receipt, stored.receipt.clone());
        }
        if contributions.is_empty() {
            return Ok(false);
        }
        let receipts = named.into_values().collect();
        self.events.tell(Event::Sharing);
        let reply = match self
            .client
            .contribute(&ContributionsRequest { receipts, contributions })
            .await
        {
            Ok(reply) => reply,
            Err(error) => {
                if matches!(error, HubError::NoConnection) {
                    // Not a byte left: under a permission that ends meanwhile none ever will.
                    self.vault.unmark_attempted(&leaving, marked_at).await?;
                }
                return Err(Stop::Hub(error));
            }
        };
        let mut freed = false;
        for result in reply.results {
            match result.outcome {
                Outcome::Awarded { award, posted } => self.credited(hub, result.id, (&award, &posted), reply.points).await?,
                Outcome::Refused { code, reason } => {
                    // A hub may say anything, and screens and terminals show it.
                    let (code, reason) = (cut(&code, 64), cut(&reason, 400));
                    let now = self.clock.now();
                    let expired = code == Refusal::Expired.code();
                    let reworded = code == Refusal::PurposeChanged.code();
                    if reworded && self.is_reworded(texts.get(&result.id)).await? {
                        // It never had this either: what was agreed to stays here, and counts for the next permission.
                        tracing::info!(contribution = %result.id, "the hub's purpose has other words now; it stays here");
                        self.vault.release(result.id, Some(&code), now).await?;
                        freed = true;
                    } else if expired || reworded || PASSING.contains(&code.as_str()) {
                        // Asked again later: a clock is set, a receipt arrives, the permission ends here too. The effort is not
                        // spent on it.
                        round.put_off.insert(result.id);
                        round.trouble.get_or_insert_with(|| told(&HubError::Refused { code, reason }));
                    } else {
                        tracing::warn!(contribution = %result.id, %code, %reason, "refused by the hub");
                        self.vault.refuse(result.id, &code, now).await?;
                    }
                }
            }
        }
        if freed {
            self.quests.advance().await?;
        }
        self.events.tell(Event::History);
        self.events.tell(Event::Today);
        Ok(true)
    }

    /// The hub credited a contribution.
    async fn credited(
        &self,
        hub: &Slug,
        contribution: ContributionId,
        (award, posted): (&Award, &Posted),
        hub_points: u64,
    ) -> Result<(), Stop> {
        let points = award.points;
        self.vault
            .settle(contribution, award, Some(hub_points), self.clock.now())
            .await?;
        tracing::info!(%contribution, points, "credited");
        self.events.tell(Event::Awarded { contribution, points });
        // One that does not fit is asked for again, and complained of, when it is to be proved.
        if posted.check_award(self.key.person(), contribution, award).is_ok() {
            self.vault.note_entry(hub, contribution, posted).await?;
        }
        Ok(())
    }

    /// What waits for this hub and may leave now, the oldest first, as much as one request takes.
    async fn may_leave(&self, hub: &Slug, round: &mut Round) -> Result<Vec<Contributed>, Stop> {
        let now = self.clock.now();
        let receipts = self.receipts().await?;
        let (mut leaving, mut bytes) = (Vec::new(), 0);
        for one in self.vault.waiting(hub, u32::MAX).await? {
            if round.put_off.contains(&one.id) {
                continue;
            }
            let Some(stored) = receipts.get(&one.receipt).filter(|stored| stored.withdrawn_at.is_none()) else {
                continue;
            };
            if !is_live(stored, now) {
                round.put_off.insert(one.id); // it ended in this very round
                continue;
            }
            bytes += one.text.len() + stored.receipt.to_text().len();
            if leaving.len() == MAX_CONTRIBUTIONS || (!leaving.is_empty() && bytes > MOST_BYTES) {
                break;
            }
            leaving.push(one);
        }
        Ok(leaving)
    }
}

/// Whether something may leave under a receipt now.
fn is_live(stored: &StoredReceipt, now: Timestamp) -> bool {
    stored.withdrawn_at.is_none() && now < stored.receipt.grant().until
}

/// What a hub says, cut and cleaned for a screen.
fn cut(text: &str, letters: usize) -> String {
    shown(text).chars().take(letters).collect()
}

#[cfg(test)]
mod tests;
