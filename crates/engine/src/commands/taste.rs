//! What a person says of a quest: always, not now, never.

use earnest_domain::consent::Slug;
use earnest_vault::Word;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::today::{Today, TodayAt};
use crate::{Engine, EngineError, events::Event};

/// What is said of which quest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SayOfQuest {
    /// Which.
    pub quest: Slug,
    /// What.
    pub word: QuestWord,
}

/// What can be said of a quest. The last word counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum QuestWord {
    /// Show it always, first.
    Pin,
    /// Not for a week.
    Snooze,
    /// Never again.
    Never,
    /// As any other quest.
    Nothing,
}

/// How many days a quest that is snoozed stays away.
const SNOOZED_DAYS: i32 = 7;

impl Engine {
    /// Notes what the person says of a quest.
    pub(super) async fn say_of_quest(&self, request: SayOfQuest) -> Result<Today, EngineError> {
        let hub = self.vault().hub().await?.ok_or(EngineError::HubUnknown)?;
        let offered = self.vault().quests().await?;
        if !offered.iter().any(|quest| quest.id == request.quest) {
            return Err(EngineError::UnknownQuest(request.quest));
        }
        let word = match request.word {
            QuestWord::Pin => Word::Pinned,
            QuestWord::Snooze => Word::Snoozed(self.day(self.now()).plus(SNOOZED_DAYS)),
            QuestWord::Never => Word::Never,
            QuestWord::Nothing => Word::Nothing,
        };
        self.vault().say_of_quest(&hub.id, &request.quest, word).await?;
        self.tell(Event::Today);
        self.today(TodayAt::default()).await
    }
}
