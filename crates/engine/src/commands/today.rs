//! What is worth doing now.

use earnest_domain::{
    activity::{Activity, WindowReason},
    consent::{Refusal, Slug},
    contribution::{self, ContributionId},
    device::DeviceId,
    points::Award,
    quest::{Ask, Progress, Quest},
    stream::Stream,
    time::{Span, Timestamp},
    verdict::Permille,
};
use earnest_vault::{ContributionState, Efforts, Hub};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    CommandError, Nothing,
    person::{HubStanding, HubState},
};
use crate::{Engine, EngineError};

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
    /// The quests that the hub offers, the ones in progress first.
    pub quests: Vec<QuestCard>,
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

/// How long the newest window counts as now.
const LIVE: Span = Span::from_seconds(30);

impl Engine {
    /// Today's quests, best first, and what the points stand at.
    pub(super) async fn today(&self, _: Nothing) -> Result<Today, EngineError> {
        let now = self.now();
        let devices = self.vault().devices().await?;
        let hub = self.vault().hub().await?;
        let mut quests = Vec::new();
        for quest in self.vault().quests().await? {
            quests.push(self.quest_card(quest, hub.as_ref(), devices.is_empty()).await?);
        }
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
            quests,
            points: sums.points,
            provisional_points: sums.provisional,
            hub: state,
            hub_trouble: trouble,
        })
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
        let all_taken = efforts.waiting + efforts.awarded >= u64::from(quest.times);
        // One that was refused shows until the next one begins.
        let refused = newest
            .as_ref()
            .is_some_and(|newest| newest.state == ContributionState::Refused)
            && standing.progress.seconds == 0;
        let card = |state, progress, award, windows, contribution| QuestCard {
            id: quest.id.clone(),
            title: quest.title.clone(),
            story: quest.story.clone(),
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
