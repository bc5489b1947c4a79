//! `earnest quest say`: always, not now, never.

use earnest_domain::consent::Slug;
use earnest_engine::commands::{
    SayOfQuestCommand,
    taste::{QuestWord, SayOfQuest},
};

use crate::{failure::Failure, output::Target};

/// Say of a quest that it is always shown, not for a week, never, or as any other
#[derive(Debug, clap::Args)]
pub(crate) struct Say {
    /// Which quest
    quest: Slug,
    /// What of it; the last word counts
    word: Word,
    #[command(flatten)]
    pub(super) output: Target,
}

#[derive(Debug, Clone, Copy, clap::ValueEnum)]
enum Word {
    /// Show it always, first
    Pin,
    /// Not for a week
    Snooze,
    /// Never again
    Never,
    /// As any other quest
    Nothing,
}

impl Say {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let word = match self.word {
            Word::Pin => QuestWord::Pin,
            Word::Snooze => QuestWord::Snooze,
            Word::Never => QuestWord::Never,
            Word::Nothing => QuestWord::Nothing,
        };
        let request = SayOfQuest {
            quest: self.quest.clone(),
            word,
        };
        let today = self.output.node().await?.call::<SayOfQuestCommand>(request).await?;
        let said = match word {
            QuestWord::Pin => "is shown always, first",
            QuestWord::Snooze => "is not shown for a week",
            QuestWord::Never => "is never shown; `earnest quest say` with “nothing” takes that back",
            QuestWord::Nothing => "takes its turn as any other",
        };
        self.output.print(&today, format_args!("{} {said}.", self.quest))
    }
}
