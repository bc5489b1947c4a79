//! Windows become contributions, if the person allows it.

pub mod trial;

use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::Arc,
};

use earnest_domain::{
    activity::Activity,
    consent::{Precision, Refusal, Request, Slug},
    contribution::{self, Capture, CapturedWindow, Contribution},
    identity::PersonKey,
    points::Award,
    quest::{Kind, Progress, Quest},
    time::{Span, Timestamp},
    today::Day,
};
use earnest_vault::{Efforts, Vault};
use tokio::sync::{Mutex, Notify, OwnedMutexGuard};

use crate::{
    EngineError,
    config::{Clock, Zone},
    events::{Event, Events},
};

/// How far back a quest looks for what nobody has used yet.
const LOOK_BACK: Span = Span::from_days(7);

/// Whether this version can do a quest. Windows of a stream are judged by one check, which reads motion, so a quest that it judges has
/// to ask leave for motion: of a grant for the heart rate alone nothing about steps may follow.
pub(crate) fn can_be_done(quest: &Quest) -> bool {
    matches!(quest.checks.as_slice(), [check] if check.as_str() == "activity")
        && quest.ask.precision == Precision::Summary
        && crate::motion::MOTION
            .iter()
            .all(|channel| quest.streams.contains(&channel.stream()))
}

/// Moves the quests. Clones share their turn: one moves at a time, so that no window is used twice.
#[derive(Debug, Clone)]
pub(crate) struct Quests {
    vault: Arc<Vault>,
    key: Arc<PersonKey>,
    clock: Clock,
    zone: Zone,
    events: Events,
    /// Rung when there is something to send.
    outbox: Arc<Notify>,
    turn: Arc<Mutex<()>>,
}

/// Where one quest stands, beyond what is stored.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(crate) progress: Progress,
    pub(crate) capture: Option<Capture>,
    /// What it would earn if its capture went on as it began.
    pub(crate) estimate: Award,
    /// How many windows count so far.
    pub(crate) windows: u32,
}

impl Quests {
    pub(crate) fn new(
        vault: Arc<Vault>,
        key: Arc<PersonKey>,
        (clock, zone): (Clock, Zone),
        events: Events,
        outbox: Arc<Notify>,
    ) -> Self {
        Self {
            vault,
            key,
            clock,
            zone,
            events,
            outbox,
            turn: Arc::default(),
        }
    }

    /// Waits until nothing is being prepared, and keeps it so for as long as the guard lives.
    pub(crate) async fn pause(&self) -> OwnedMutexGuard<()> {
        Arc::clone(&self.turn).lock_owned().await
    }

    /// Prepares a contribution for every quest that is filled and that the person allows.
    pub(crate) async fn advance(&self) -> Result<(), EngineError> {
        self.advance_where(|_| true).await
    }

    /// As [`Self::advance`], of the quests that the windows with these labels may have filled.
    pub(crate) async fn advance_with(&self, labels: &BTreeSet<Activity>) -> Result<(), EngineError> {
        self.advance_where(|quest| labels.contains(&quest.goal.label)).await
    }

    async fn advance_where(&self, concerned: impl Fn(&Quest) -> bool) -> Result<(), EngineError> {
        let _turn = self.turn.lock().await;
        let mut prepared = false;
        // What another version of Earnest kept is asked again, too.
        let quests = self.vault.quests().await?;
        for quest in quests.into_iter().filter(can_be_done).filter(|quest| concerned(quest)) {
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
        let Some(hub) = self.vault.hub().await?.map(|hub| hub.id) else {
            return Ok(false);
        };
        let taken = self.vault.taken(&hub, &quest.id).await?;
        let efforts = self.vault.all_efforts(&hub).await?;
        let is_open = quest.opens_after(|before| efforts.get(before).is_some_and(Efforts::is_paid));
        if taken.len() as u64 >= u64::from(quest.times) || !is_open {
            return Ok(false);
        }
        // Asked of no capture in particular first: where nothing may leave, what is unused piles up, and takes longer to read each time.
        if self
            .vault
            .consent()
            .await?
            .permit(at_best(quest, hub.clone(), self.clock.now()), self.clock.now())
            .is_err()
        {
            return Ok(false);
        }
        let Some(capture) = self.standing(quest).await?.capture else {
            return Ok(false);
        };
        let ordinal = match quest.kind {
            Kind::Daily => Some(self.date_of(&capture)),
            _ => (0..quest.times).find(|ordinal| !taken.contains(ordinal)),
        };
        let Some(ordinal) = ordinal else { return Ok(false) };
        let now = self.clock.now();
        let permit = match self.vault.consent().await?.permit(capture.request(quest, hub.clone()), now) {
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
        let seen = self.vault.fingerprints_contributed(&hub).await?;
        let estimate = contribution::credit(quest, contribution.body(), |fingerprint| seen.contains(fingerprint));
        let readings = self.readings(&capture).await?;
        self.vault
            .prepare(&contribution, &estimate, capture.windows(), readings, now)
            .await?;
        self.vault.note_day(contribution.id(), self.zone.day(now)).await?;
        tracing::info!(quest = %quest.id, contribution = %contribution.id(), points = estimate.points, "prepared");
        Ok(true)
    }

    /// How many values a capture was made of.
    async fn readings(&self, capture: &Capture) -> Result<u64, EngineError> {
        let mut readings = 0;
        for CapturedWindow { device, window, .. } in capture.windows() {
            let until = window.start.plus(window.length);
            readings += self
                .vault
                .samples(device, &crate::motion::MOTION, window.start, until)
                .await?
                .len() as u64;
        }
        Ok(readings)
    }

    /// The person's own date when a capture ended, in days since 1970: it tells the efforts of a daily quest apart.
    fn date_of(&self, capture: &Capture) -> u32 {
        let ends = capture.windows().iter().map(end);
        u32::try_from(self.zone.day(ends.max().unwrap_or_default()).days()).unwrap_or(0)
    }

    /// How far the windows that no contribution used fill a quest.
    ///
    /// Of a daily one, those of one date: of the earliest that is filled and not paid yet, else of today. One that no permission covers
    /// because of its time or its devices is passed over; what came before a permission does not stand in its way.
    pub(crate) async fn standing(&self, quest: &Quest) -> Result<Standing, EngineError> {
        let now = self.clock.now();
        let unused = self
            .vault
            .unused_windows(Some(quest.goal.label), now.minus(LOOK_BACK))
            .await?;
        if quest.kind != Kind::Daily {
            return self.standing_with(quest, unused).await;
        }
        let (mut taken, hub) = (BTreeSet::new(), self.vault.hub().await?.map(|hub| hub.id));
        if let Some(hub) = &hub {
            taken = self.vault.taken(hub, &quest.id).await?;
        }
        let today = self.zone.day(now);
        let mut dates: BTreeMap<Day, Vec<CapturedWindow>> = BTreeMap::new();
        for captured in unused {
            dates.entry(self.zone.day(end(&captured))).or_default().push(captured);
        }
        let is_taken = |day: Day| u32::try_from(day.days()).is_ok_and(|day| taken.contains(&day));
        dates.retain(|&day, _| day <= today && !is_taken(day));
        let of_today = dates.remove(&today).unwrap_or_default();
        for windows in dates.into_values() {
            let standing = self.standing_with(quest, windows).await?;
            let refusal = match (&standing.capture, &hub) {
                (Some(capture), Some(hub)) => self.refusal(quest, capture, hub.clone()).await?,
                _ => continue,
            };
            if refusal.is_none_or(|refusal| refusal < Refusal::Devices) {
                return Ok(standing);
            }
        }
        self.standing_with(quest, of_today).await
    }

    async fn standing_with(&self, quest: &Quest, mut unused: Vec<CapturedWindow>) -> Result<Standing, EngineError> {
        let (mut progress, mut capture) = quest.fill(&unused);
        if let Some(whole) = &capture {
            let covered = self.covered(quest, whole, &unused).await?;
            if let (filled, Some(allowed)) = quest.fill(&covered) {
                (progress, capture, unused) = (filled, Some(allowed), covered);
            }
        }
        let seen = match self.vault.hub().await? {
            Some(hub) => self.vault.fingerprints_contributed(&hub.id).await?,
            None => HashSet::new(),
        };
        let estimate = quest.estimate(&unused, |fingerprint| seen.contains(fingerprint));
        Ok(Standing {
            progress,
            capture,
            estimate,
            windows: u32::try_from(quest.count(&unused).len()).unwrap_or(u32::MAX),
        })
    }

    /// The windows that may leave, where those of `whole` may not: what was captured before a permission began, or by a device that
    /// it does not name, does not stand in the way of what it allows.
    async fn covered(&self, quest: &Quest, whole: &Capture, unused: &[CapturedWindow]) -> Result<Vec<CapturedWindow>, EngineError> {
        let Some(hub) = self.vault.hub().await? else {
            return Ok(Vec::new());
        };
        let (consent, now) = (self.vault.consent().await?, self.clock.now());
        // A receipt is asked about the devices and the time last: whatever is refused before that is refused of every window.
        match consent.permit(whole.request(quest, hub.id.clone()), now) {
            Err(refusal) if refusal >= Refusal::Devices => {}
            _ => return Ok(Vec::new()),
        }
        let may_leave = |captured: &&CapturedWindow| {
            Capture::new(vec![(*captured).clone()])
                .is_some_and(|alone| consent.permit(alone.request(quest, hub.id.clone()), now).is_ok())
        };
        Ok(unused.iter().filter(may_leave).cloned().collect())
    }

    /// What would refuse a filled quest to leave now.
    pub(crate) async fn refusal(&self, quest: &Quest, capture: &Capture, hub: Slug) -> Result<Option<Refusal>, EngineError> {
        let consent = self.vault.consent().await?;
        Ok(consent.permit(capture.request(quest, hub), self.clock.now()).err())
    }
}

fn end(captured: &CapturedWindow) -> Timestamp {
    captured.window.start.plus(captured.window.length)
}

/// What is asked of consent for any capture at all: whatever refuses this refuses each of them.
fn at_best(quest: &Quest, recipient: Slug, now: Timestamp) -> Request {
    Request {
        recipient,
        purpose: quest.ask.purpose.clone(),
        purpose_text: quest.ask.purpose_text.clone(),
        streams: quest.streams.clone(),
        devices: None,
        precision: quest.ask.precision,
        captured_from: now,
        captured_until: now,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const STEPS: &str = r#"
        id = "steps"
        version = 1
        kind = "once"
        title = "Steps"
        story = "Walk."
        times = 1
        goal = { label = "walking", seconds = 60 }
        streams = ["acceleration", "angular_velocity"]
        checks = ["activity"]
        ask = { purpose = "research", purpose_text = "research", precision = "summary", retention_days = 90 }
        points = { base = 40, need = 1000, cap = 100, budget = 1000000 }
    "#;

    #[test]
    fn a_quest_that_reads_more_than_it_asks_leave_for_is_none() {
        let can_be_done = |from: &str, to: &str| can_be_done(&Quest::from_toml(&STEPS.replace(from, to)).unwrap());
        assert!(can_be_done("", ""));
        assert!(
            !can_be_done(r#"["acceleration", "angular_velocity"]"#, r#"["heart_rate"]"#),
            "steps under a grant for the heart rate"
        );
        assert!(
            !can_be_done(r#"checks = ["activity"]"#, r#"checks = ["sleep"]"#),
            "judged by a check that is not here"
        );
        assert!(!can_be_done(r#""summary""#, r#""raw""#), "this version sends summaries alone");
    }
}
