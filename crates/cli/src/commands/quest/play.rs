//! `earnest quest try`: what a recording would make of a quest.

use std::{collections::BTreeMap, fmt::Write, path::PathBuf};

use earnest_domain::{activity::Activity, points::Award, quest::Progress, sample::Sample, time::Timestamp};
use earnest_engine::trial::{self, Trial};
use earnest_wearables::recording::Recording;
use serde::Serialize;

use super::read;
use crate::{
    failure::Failure,
    output::{print, print_json},
};

/// Play a quest on a recording: how far it would come, and what it would earn
///
/// Needs no node, stores nothing and sends nothing. The recording is judged as what comes from a wearable is.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  earnest quest try stroll.toml walk.senml\n  earnest quest try --json stroll.toml walk.ts"
)]
pub(crate) struct Try {
    /// The manifest, in TOML
    #[arg(value_name = "FILE")]
    quest: PathBuf,
    /// A recording of a wearable: `.ts`, or SenML in JSON or CBOR
    recording: PathBuf,
    /// Print JSON
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Debug, Serialize)]
struct Played {
    quest: String,
    recording: String,
    /// The length of the recording, in seconds.
    seconds: f64,
    /// Whether it fills the quest.
    filled: bool,
    progress: Progress,
    /// What it would earn, were it the first of its person.
    award: Award,
    /// Windows by their motion.
    windows: BTreeMap<Activity, u32>,
    /// Windows that count.
    counted: u32,
}

impl Try {
    pub(super) fn run(self) -> Result<(), Failure> {
        let quest = read(&self.quest)?;
        let recording = Recording::open(&self.recording)?;
        let mut samples: Vec<Sample> = recording.samples(Timestamp::default()).collect();
        samples.sort_by_key(|sample| sample.time);
        let Trial {
            progress,
            filled,
            award,
            windows,
            counted,
            window,
        } = trial::play(&quest, &samples)?;
        #[allow(clippy::cast_precision_loss)] // days
        let played = Played {
            quest: quest.id.to_string(),
            recording: recording.name.clone(),
            seconds: recording.length().micros() as f64 / 1e6,
            filled,
            progress,
            award,
            windows,
            counted,
        };
        if self.json {
            print_json(&played)
        } else {
            print(words(&played, &quest.title, window.seconds()))
        }
    }
}

fn words(played: &Played, title: &str, window: i64) -> String {
    let Progress { seconds, goal } = played.progress;
    let mut text = format!("{title}: {seconds} of {goal} s");
    text.push_str(if played.filled { ", full.\n" } else { ".\n" });
    let _ = writeln!(
        text,
        "{} of {} windows of {window} s count:",
        played.counted,
        played.windows.values().sum::<u32>()
    );
    for (label, count) in &played.windows {
        let _ = writeln!(text, "  {}: {count}", label.name());
    }
    let _ = write!(
        text,
        "{} {} points, for someone who has sent nothing like it before.",
        if played.filled {
            "It earns"
        } else {
            "Full, as it began, it would earn"
        },
        played.award.points
    );
    text
}
