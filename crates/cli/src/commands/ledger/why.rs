//! `earnest why`: the lines of an award.

use std::fmt::Write;

use earnest_domain::points::{Award, Factor};
use earnest_engine::commands::{
    GetWhy,
    history::{ContributionState, HistoryItem},
    ledger::ThisContribution,
};

use crate::{failure::Failure, output::Target};

/// Why a contribution earned what it earned, line by line
#[derive(Debug, clap::Args)]
pub(crate) struct Why {
    /// Which: its id, or the beginning of it
    contribution: String,
    #[command(flatten)]
    pub(crate) output: Target,
}

impl Why {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let node = self.output.node().await?;
        let contribution = super::meant(&node, &self.contribution).await?;
        let item = node.call::<GetWhy>(ThisContribution { contribution }).await?;
        self.output.print(&item, words(&item))
    }
}

/// An award as a person reads it.
pub(super) fn words(item: &HistoryItem) -> String {
    let state = match item.state {
        ContributionState::Waiting => "waits for the hub",
        ContributionState::Awarded => "credited",
        ContributionState::Refused => "refused",
        ContributionState::Withdrawn => "taken back",
    };
    let mut text = format!("{} ({}): {state}\n", item.quest_title, item.contribution.short());
    let (award, whose) = match &item.award {
        Some(award) => (award, "points"),
        None => (&item.estimate, "points expected"),
    };
    lines(&mut text, award);
    let _ = write!(text, "  = {} {whose}", award.points);
    let ledger = &item.ledger;
    if let Some(entry) = ledger.entry {
        let _ = write!(text, "\nEntry {entry} of {}'s ledger", item.recipient_name);
        let _ = match ledger.proved_under {
            Some(size) => write!(text, ", proved under its signed head of {size} entries."),
            None => write!(text, ", not proved yet."),
        };
    }
    let _ = match (ledger.undone_at, ledger.reversed) {
        (Some(_), Some(entry)) => write!(text, "\nTaken back: entry {entry} moved the points back."),
        (Some(_), None) if ledger.undo_known => write!(text, "\nTaken back: the hub never had it."),
        (Some(_), None) => write!(text, "\nTaken back: the hub is told when it answers."),
        _ => Ok(()),
    };
    text
}

fn lines(text: &mut String, award: &Award) {
    for line in &award.lines {
        let reason = serde_json::to_value(line.reason).ok();
        let reason = reason.as_ref().and_then(|reason| reason.as_str()).unwrap_or_default();
        let reason = reason.replace('_', " ");
        let _ = match line.factor {
            Factor::Base => writeln!(text, "  {:>8}  {reason}", line.value),
            Factor::Cap => writeln!(text, "  at most {}  {reason}", line.value),
            _ => writeln!(text, "  x {}.{:03}  {reason}", line.value / 1_000, line.value % 1_000),
        };
    }
}
