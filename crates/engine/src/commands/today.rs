//! What is worth doing now.

use std::collections::{BTreeMap, BTreeSet};

use earnest_domain::{
    activity::{Activity, WindowReason},
    consent::{Refusal, Slug},
    contribution::{self, ContributionId},
    device::DeviceId,
    points::Award,
    quest::{Ask, Kind, Progress, Quest},
    stream::Stream,
    time::{Span, Timestamp},
    today::{Candidate, Day, Level, Streak, choose},
    verdict::Permille,
};
use earnest_vault::{Contributed, ContributionState, Efforts, Hub};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    CommandError,
    person::{HubStanding, HubState},
};
use crate::{Engine, EngineError};

/// Of which moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct TodayAt {
    /// Now, when absent. Which quests another day has can be told; how far they are is told as it is now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub at: Option<Timestamp>,
    /// Every quest on offer, and not those alone that the day has.
    #[serde(default)]
    #[ts(optional, as = "Option<bool>")]
    pub all: bool,
}

/// Everything that the Today screen shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct Today {
    /// Now, by the engine's clock.
    pub now: Timestamp,
    /// How the person wants to be called.
    pub name: Option<String>,
    /// How many devices are paired.
    pub devices: u32,
    /// What was recognised last, if that is under 30 s ago.
    pub live: Option<Live>,
    /// What keeps readings from being stored, or motion from being judged, when something does.
    pub trouble: Option<CommandError>,
    /// The person's own date.
    pub day: Day,
    /// The quests that are worth doing that day, and what is under way; the ones in progress first.
    pub quests: Vec<QuestCard>,
    /// How many others the hub offers.
    pub others: u32,
    /// How many days they have kept going, at any hub.
    pub streak: Streak,
    /// What the points make.
    pub level: Level,
    /// The sum of the awards.
    pub points: u32,
    /// The sum of the estimates that the hub has not answered yet.
    pub provisional_points: u32,
    /// Whether the hub answers.
    pub hub: HubState,
    /// What is wrong with the hub, or with what it was sent, when something is.
    pub hub_trouble: Option<CommandError>,
}

/// The newest window of motion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Live {
    /// Which device saw it.
    pub device: DeviceId,
    /// What the person calls that device.
    pub device_name: String,
    /// The motion.
    pub label: Activity,
    /// How sure the check is.
    pub score: Permille,
    /// Why.
    pub reason: WindowReason,
    /// When the window ended.
    pub at: Timestamp,
}

/// One quest.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct QuestCard {
    /// Its name in records.
    pub id: Slug,
    /// What the card says.
    pub title: String,
    /// What to do and why.
    pub story: String,
    /// How often it comes back.
    pub kind: Kind,
    /// The motion that counts.
    pub label: Activity,
    /// Which streams it needs.
    pub streams: Vec<Stream>,
    /// How far it is.
    pub progress: Progress,
    /// Where it stands.
    pub state: QuestState,
    /// What it asks leave for.
    pub ask: Ask,
    /// What it would earn, or earns: the estimate until the hub has answered, then the award itself.
    pub award: Award,
    /// How many windows the capture has so far.
    pub windows: u32,
    /// The contribution, once there is one.
    pub contribution: Option<ContributionId>,
}

/// Where a quest stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum QuestState {
    /// No paired device measures what it needs.
    NeedsDevice,
    /// Under way, or ready to start.
    Open,
    /// Filled, but nothing allows the summary to leave.
    NeedsConsent {
        /// What is missing.
        refusal: Refusal,
    },
    /// Prepared and on its way; the points are an estimate.
    Sending,
    /// The hub has answered.
    Awarded,
    /// The hub said no.
    Refused,
}

/// How many quests a day has.
const PLACES: usize = 6;
/// How long the newest window counts as now.
const LIVE: Span = Span::from_seconds(30);

impl Engine {
    /// Today's quests, best first, and what the points stand at.
    pub(super) async fn today(&self, request: TodayAt) -> Result<Today, EngineError> {
        let now = request.at.unwrap_or_else(|| self.now());
        let day = self.day(now);
        let devices = self.vault().devices().await?;
        let hub = self.vault().hub().await?;
        let mut offered = self.vault().quests().await?;
        let efforts = match &hub {
            Some(hub) => self.vault().all_efforts(&hub.id).await?,
            None => BTreeMap::new(),
        };
        // One that follows others is on offer once those were paid.
        offered.retain(|quest| quest.opens_after(|before| efforts.get(before).is_some_and(Efforts::is_paid)));
        let total = offered.len();
        let mut quests = Vec::new();
        let shown = if request.all {
            offered
        } else {
            self.worth_doing(offered, hub.as_ref(), &efforts, day).await?
        };
        for quest in shown {
            quests.push(self.quest_card(quest, hub.as_ref(), devices.is_empty()).await?);
        }
        let others = small((total - quests.len()) as u64);
        // What can be moved now comes first, what is settled last; within that, the hub's order.
        quests.sort_by_key(|card| match card.state {
            QuestState::NeedsConsent { .. } => 0,
            QuestState::Sending => 1,
            QuestState::Open if card.progress.seconds > 0 => 2,
            QuestState::Open | QuestState::NeedsDevice => 3,
            QuestState::Refused => 4,
            QuestState::Awarded => 5,
        });
        let live = self
            .latest_window()
            .filter(|latest| now.since(latest.judged_at) < LIVE)
            .map(|latest| Live {
                device_name: devices
                    .iter()
                    .find(|device| device.id == latest.device)
                    .map(|device| device.name.clone())
                    .unwrap_or_default(),
                device: latest.device,
                label: latest.window.label,
                score: latest.window.score,
                reason: latest.window.reason,
                at: latest.window.start.plus(latest.window.length),
            });
        let sums = self.sums(hub.as_ref()).await?;
        let HubStanding { state, trouble } = self.hub_standing();
        Ok(Today {
            now,
            name: self.vault().person().await?.name,
            devices: u32::try_from(devices.len()).unwrap_or(u32::MAX),
            live,
            trouble: self.trouble(),
            day,
            quests,
            others,
            streak: self.streak(day).await?,
            level: Level::of(sums.points.into()),
            points: sums.points,
            provisional_points: sums.provisional,
            hub: state,
            hub_trouble: trouble,
        })
    }

    /// The quests that are shown on a day: those that are chosen for it, and those that were done as often as they can be on that very
    /// day or are on their way, so that what became of them can be seen.
    async fn worth_doing(
        &self,
        mut offered: Vec<Quest>,
        hub: Option<&Hub>,
        efforts: &BTreeMap<Slug, Efforts>,
        day: Day,
    ) -> Result<Vec<Quest>, EngineError> {
        let Some(hub) = hub else { return Ok(offered) };
        let taste = self.vault().taste(&hub.id).await?;
        let taken = |quest: &Quest| efforts.get(&quest.id).copied().unwrap_or_default();
        let is_open = |quest: &Quest| {
            let Efforts { waiting, awarded } = taken(quest);
            waiting + awarded < u64::from(quest.times)
        };
        let candidates: Vec<_> = offered
            .iter()
            .map(|quest| Candidate {
                id: &quest.id,
                version: quest.version,
                open: is_open(quest),
                weight: quest.points.need,
                group: quest.goal.label,
            })
            .collect();
        let chosen = choose(&self.person_key().person(), day, &candidates, &taste, PLACES);
        let mut shown: BTreeSet<Slug> = chosen.into_iter().cloned().collect();
        for quest in &offered {
            if shown.contains(&quest.id) {
                continue;
            }
            // While there is room, what is done stays to be looked at.
            let done = !is_open(quest) && taste.allows(&quest.id, day);
            if taken(quest).waiting > 0
                || (done && offered.len() <= PLACES)
                || (efforts.contains_key(&quest.id) && self.settled_on(hub, quest, day).await?)
            {
                shown.insert(quest.id.clone());
            }
        }
        offered.retain(|quest| shown.contains(&quest.id));
        Ok(offered)
    }

    /// Whether a daily quest has its effort of today.
    async fn done_on_date(&self, quest: &Quest, hub: Option<&Hub>) -> Result<bool, EngineError> {
        let (Some(hub), Ok(today)) = (hub, u32::try_from(self.day(self.now()).days())) else {
            return Ok(false);
        };
        Ok(self.vault().taken(&hub.id, &quest.id).await?.contains(&today))
    }

    /// Whether what was contributed to a quest last is of that day.
    async fn settled_on(&self, hub: &Hub, quest: &Quest, day: Day) -> Result<bool, EngineError> {
        let newest = self.vault().newest(&hub.id, &quest.id).await?;
        Ok(newest.is_some_and(|newest| self.day(newest.settled_at.unwrap_or(newest.created_at)) == day))
    }

    async fn streak(&self, today: Day) -> Result<Streak, EngineError> {
        let done = self.vault().done_on().await?.into_iter();
        let days = done.map(|(day, at)| day.unwrap_or_else(|| self.day(at))).collect();
        Ok(Streak::of(&days, &[], today))
    }

    async fn quest_card(&self, quest: Quest, hub: Option<&Hub>, no_devices: bool) -> Result<QuestCard, EngineError> {
        let standing = self.quests().standing(&quest).await?;
        let (newest, efforts) = match hub {
            Some(hub) => (
                self.vault().newest(&hub.id, &quest.id).await?,
                self.vault().efforts(&hub.id, &quest.id).await?,
            ),
            None => (None, Efforts::default()),
        };
        let all_taken = efforts.waiting + efforts.awarded >= u64::from(quest.times)
            || (quest.kind == Kind::Daily && standing.progress.seconds == 0 && self.done_on_date(&quest, hub).await?);
        // One that was refused shows until the next one begins, or its day is over.
        let today = self.day(self.now());
        let shows = |newest: &Contributed| {
            newest.state == ContributionState::Refused
                && (quest.kind != Kind::Daily || newest.settled_at.is_none_or(|at| self.day(at) == today))
        };
        let refused = newest.as_ref().is_some_and(shows) && standing.progress.seconds == 0;
        let card = |state, progress, award, windows, contribution| QuestCard {
            id: quest.id.clone(),
            title: quest.title.clone(),
            story: quest.story.clone(),
            kind: quest.kind,
            label: quest.goal.label,
            streams: quest.streams.iter().copied().collect(),
            progress,
            state,
            ask: quest.ask.clone(),
            award,
            windows,
            contribution,
        };
        if let (true, Some(newest)) = (all_taken || refused, &newest) {
            let state = match newest.state {
                ContributionState::Waiting => QuestState::Sending,
                ContributionState::Awarded => QuestState::Awarded,
                ContributionState::Refused | ContributionState::Withdrawn => QuestState::Refused,
            };
            let full = Progress {
                seconds: quest.goal.seconds,
                goal: quest.goal.seconds,
            };
            let award = newest.award.clone().unwrap_or_else(|| newest.provisional.clone());
            let windows =
                u32::try_from(contribution::Contribution::from_text(&newest.text).map_or(0, |sent| sent.body().fingerprints.len()));
            return Ok(card(state, full, award, windows.unwrap_or(u32::MAX), Some(newest.id)));
        }
        let refusal = match (&standing.capture, hub) {
            (Some(capture), Some(hub)) => self.quests().refusal(&quest, capture, hub.id.clone()).await?,
            _ => None,
        };
        let state = match refusal {
            Some(refusal) => QuestState::NeedsConsent { refusal },
            None if no_devices => QuestState::NeedsDevice,
            None => QuestState::Open,
        };
        Ok(card(
            state,
            standing.progress,
            standing.estimate.clone(),
            standing.windows,
            None,
        ))
    }
}

/// What the contributions to the hub in use sum to.
#[derive(Default)]
pub(super) struct Sums {
    /// How many wait.
    pub(super) waiting: u32,
    /// Of what the hub has credited, as this device computes it.
    pub(super) points: u32,
    /// Of what it has not answered yet.
    pub(super) provisional: u32,
    /// What the hub says that its awards sum to; `None` before it did.
    pub(super) hub_points: Option<u32>,
}

impl Engine {
    pub(super) async fn sums(&self, hub: Option<&Hub>) -> Result<Sums, EngineError> {
        let Some(hub) = hub else {
            return Ok(Sums::default());
        };
        let sums = self.vault().outbox(&hub.id).await?;
        Ok(Sums {
            waiting: small(sums.waiting),
            points: small(sums.points),
            provisional: small(sums.provisional),
            hub_points: self.vault().hub_points(&hub.id).await?.map(small),
        })
    }
}

/// A count as the screens take it.
pub(super) fn small(count: u64) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
