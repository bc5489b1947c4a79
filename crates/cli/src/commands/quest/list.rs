//! `earnest quest list`: what a node's hub offers.

use std::fmt::Write;

use earnest_domain::quest::Kind;
use earnest_engine::commands::{
    GetToday,
    today::{QuestCard, QuestState, TodayAt},
};

use crate::{failure::Failure, output::Target};

/// Show the quests that the hub of a node offers
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    #[command(flatten)]
    pub(super) output: Target,
}

impl List {
    pub(super) async fn run(self) -> Result<(), Failure> {
        let every = TodayAt {
            all: true,
            ..TodayAt::default()
        };
        let quests = self.output.node().await?.call::<GetToday>(every).await?.quests;
        self.output.print(&quests, words(&quests))
    }
}

fn words(quests: &[QuestCard]) -> String {
    if quests.is_empty() {
        return "No quest is offered. `earnest status` says whether the hub answers.".to_owned();
    }
    let mut text = String::new();
    for quest in quests {
        let (seconds, goal) = (quest.progress.seconds, quest.progress.goal);
        let _ = writeln!(text, "{:<24} {}", quest.id.as_str(), quest.title);
        let _ = writeln!(text, "{:<24} {}", "", quest.story);
        let _ = writeln!(
            text,
            "{:<24} {}: {seconds} of {goal} s, {} points, {}",
            "",
            often(quest.kind),
            quest.award.points,
            state(quest.state)
        );
    }
    text.truncate(text.trim_end().len());
    text
}

const fn often(kind: Kind) -> &'static str {
    match kind {
        Kind::Daily => "every day",
        Kind::Once => "once",
        _ => "as often as you like",
    }
}

const fn state(state: QuestState) -> &'static str {
    match state {
        QuestState::NeedsDevice => "no paired device measures what it needs",
        QuestState::Open => "open",
        QuestState::NeedsConsent { .. } => "full; nothing allows it to leave",
        QuestState::Sending => "on its way",
        QuestState::Awarded => "awarded",
        QuestState::Refused => "refused",
    }
}
