//! `earnest status`: the sums.

use std::fmt::Write;

use earnest_engine::commands::{GetStatus, Nothing, status::Status};

use crate::{failure::Failure, output::Target};

/// Show the sums: what came, what it was, what it earned
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) output: Target,
}

impl Arguments {
    pub(crate) async fn run(self) -> Result<(), Failure> {
        let status = self.output.node().await?.call::<GetStatus>(Nothing {}).await?;
        self.output.print(&status, words(&status))
    }
}

/// The sums as a person reads them.
pub(crate) fn words(status: &Status) -> String {
    let mut text = format!("{} readings kept.\n", status.samples);
    if !status.windows.is_empty() {
        text.push_str("Windows of motion:\n");
    }
    for (label, count) in &status.windows {
        let _ = writeln!(text, "  {}: {count}", name(label));
    }
    for (reason, count) in &status.rejected {
        let _ = writeln!(text, "  refused, {}: {count}", name(reason));
    }
    for quest in &status.quests {
        let percent = quest.progress * 100.0;
        let _ = writeln!(
            text,
            "Quest {}: {percent:.0} %{}",
            quest.id,
            if quest.done { ", done" } else { "" }
        );
    }
    let _ = match (status.hub_points, status.points_agree) {
        (None, _) => write!(text, "{} points; the hub has not answered yet.", status.points),
        (Some(_), true) => write!(text, "{} points, and the hub says the same.", status.points),
        (Some(hub), false) => write!(text, "{} points, but the hub says {hub}.", status.points),
    };
    if status.outbox > 0 {
        let _ = write!(text, " {} waiting to be sent.", status.outbox);
    }
    if status.outbox_elsewhere > 0 {
        let _ = write!(text, " {} waiting for another hub.", status.outbox_elsewhere);
    }
    text
}

/// The name on the wire, with spaces.
fn name(word: &impl serde::Serialize) -> String {
    let name = serde_json::to_value(word)
        .ok()
        .and_then(|value| value.as_str().map(|name| name.replace('_', " ")));
    name.unwrap_or_default()
}
