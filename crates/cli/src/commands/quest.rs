//! `earnest quest`: what is offered, whether a manifest is a good quest, and what a recording would make of it.

mod lint;
mod list;
mod play;
mod say;
mod schema;

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use earnest_domain::quest::Quest;

use crate::failure::Failure;

/// What to do with quests.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    List(list::List),
    Lint(lint::Lint),
    Try(play::Try),
    Say(say::Say),
    Schema(schema::Schema),
}

impl Command {
    pub(crate) const fn wants_json(&self) -> bool {
        match self {
            Self::List(list) => list.output.json,
            Self::Lint(lint) => lint.json,
            Self::Try(play) => play.json,
            Self::Say(say) => say.output.json,
            Self::Schema(_) => false,
        }
    }

    pub(crate) async fn run(self) -> Result<(), Failure> {
        match self {
            Self::List(list) => list.run().await,
            Self::Lint(lint) => lint.run(),
            Self::Try(play) => play.run(),
            Self::Say(say) => say.run().await,
            Self::Schema(_) => schema::Schema::run(),
        }
    }
}

/// Reads a manifest.
fn read(file: &Path) -> Result<Quest, Failure> {
    let failed = |reason: String| Failure::new("quest_unreadable", format!("the manifest cannot be read: {reason}"));
    let text = text(file).map_err(|error| failed(error.to_string()))?;
    if text.len() as u64 > Quest::MOST_BYTES {
        return Err(failed(format!("it is larger than {} kB", Quest::MOST_BYTES >> 10)));
    }
    Ok(Quest::from_toml(&text)?)
}

/// No more of a file than tells that it is too large.
fn text(file: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(file)?.take(Quest::MOST_BYTES + 1).read_to_string(&mut text)?;
    Ok(text)
}
