//! `earnest today`: what is worth doing.

use std::fmt::Write;

use earnest_domain::today::{Streak, StreakState};
use earnest_engine::{
    Clock,
    commands::{
        GetToday,
        today::{QuestState, Today as Reply, TodayAt},
    },
};

use crate::{
    failure::Failure,
    output::Target,
    when::{NoInstant, When, here},
};

/// See what is worth doing today, and how far it is
///
/// The quests of a day follow from who you are, the day and what the hub offers: each of your devices shows the same, without asking
/// anybody.
#[derive(Debug, clap::Args)]
pub(crate) struct Today {
    /// Of another moment: an instant, a day, or how long from now. Which quests it has is told of then, how far they are of now
    #[arg(long, value_name = "TIME")]
    at: Option<When>,
    #[command(flatten)]
    pub(crate) output: Target,
}

impl Today {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let now = here(Clock::system().now());
        // A day is meant by its first instant.
        let moment = |at: &When| match at {
            When::Away(_) => at.end(&now),
            When::At(_) | When::Day(_) => at.start(&now),
        };
        let at = self.at.as_ref().map(moment).transpose();
        let at = at.map_err(|error: NoInstant| Failure::new("bad_time", error.to_string()))?;
        let today = self.output.node().await?.call::<GetToday>(TodayAt { at, all: false }).await?;
        self.output.print(&today, words(&today))
    }
}

fn words(today: &Reply) -> String {
    let mut text = format!("{}. {}\n", today.day, streak(&today.streak));
    for quest in &today.quests {
        let state = match quest.state {
            QuestState::NeedsDevice => "needs a device",
            QuestState::Open => "open",
            QuestState::NeedsConsent { .. } => "full, and asks whether it may leave",
            QuestState::Sending => "on its way",
            QuestState::Awarded => "credited",
            QuestState::Refused => "refused",
        };
        let (done, of) = (quest.progress.seconds, quest.progress.goal);
        let _ = writeln!(
            text,
            "  {}: {done} of {of} s, {} points, {state}",
            quest.title, quest.award.points
        );
    }
    if today.quests.is_empty() {
        text.push_str("  Nothing to do.\n");
    }
    if today.others > 0 {
        let _ = writeln!(text, "  {} others take turns on other days.", today.others);
    }
    let _ = write!(
        text,
        "{} points: level {}, the next from {}.",
        today.points, today.level.level, today.level.next
    );
    text
}

fn streak(streak: &Streak) -> String {
    match (streak.days, streak.state) {
        (0, _) => "The first thing you do begins a streak.".to_owned(),
        (1, StreakState::Going) => "One day.".to_owned(),
        (days, StreakState::Going) => format!("{days} days kept going."),
        (days, StreakState::Paused { .. }) => format!("{days} days, paused; it goes on with the next thing you do."),
        (days, _) => format!("{days} days; the next thing you do begins a new streak."),
    }
}
