//! What is asked of a person, as data: a quest needs no release of the app.

pub mod lint;
mod schema;
mod signed;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

pub use self::{schema::schema, signed::SignedQuest};
use crate::{
    activity::Activity,
    consent::{Precision, Slug},
    contribution::{self, Capture, CapturedWindow, Fingerprint},
    points::{self, Award, BASE_CAP, Facts, Need},
    stream::Stream,
    text::is_plain,
    verdict::Permille,
};

/// The most checks that a capture is put through for one quest.
const MOST_CHECKS: usize = 32;
/// The most times that a quest can be done: once a day for ten years.
const MOST_TIMES: u32 = 3_660;
/// The most quests that one follows.
const MOST_BEFORE: usize = 8;

/// A quest as a hub offers it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Quest {
    /// Its name in records.
    pub id: Slug,
    /// Grows with each change of meaning; an award names the version it was made under.
    #[schemars(range(min = 1))]
    pub version: u32,
    /// How often it comes back.
    pub kind: Kind,
    /// What the card says.
    #[schemars(length(min = 1, max = 80))]
    pub title: String,
    /// What to do and why it is worth it, in a sentence or two.
    #[schemars(length(min = 1, max = 400))]
    pub story: String,
    /// How many times one person can do it; of a daily one, on how many days.
    #[schemars(range(min = 1, max = 3_660))]
    pub times: u32,
    /// The quests of the same hub that it follows: it opens for those who were paid for each of them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    #[schemars(length(max = 8))]
    pub after: BTreeSet<Slug>,
    /// When it is done.
    pub goal: Goal,
    /// Which streams have to be measured for it.
    #[schemars(length(min = 1))]
    pub streams: BTreeSet<Stream>,
    /// Which checks judge the capture, the cheap ones first.
    #[schemars(length(min = 1, max = 32))]
    pub checks: Vec<Slug>,
    /// What it asks leave for.
    pub ask: Ask,
    /// What it pays.
    pub points: Offer,
}

/// How often a quest comes back, and what tells one effort from the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ts_rs::TS, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// Never: it is done one time.
    Once,
    /// On the person's next date. An effort is that of its date, whichever device saw it and whatever its clock did.
    Daily,
    /// At once, until it was done as often as it can be.
    Repeated,
}

/// So many seconds of one motion.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// The motion that counts.
    pub label: Activity,
    /// How long, in all.
    #[schemars(range(min = 1, max = 86_400))]
    pub seconds: u32,
}

/// What a quest needs a grant for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Ask {
    /// The purpose's name in records.
    pub purpose: Slug,
    /// The purpose in plain words, as the end of "for ...".
    #[schemars(length(min = 1, max = 120))]
    pub purpose_text: String,
    /// How much detail.
    pub precision: Precision,
    /// How long the hub keeps it, in days.
    #[schemars(range(min = 1))]
    pub retention_days: u16,
}

/// What a quest pays, pinned so that the app's estimate is the hub's award.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// Points before the factors.
    #[schemars(range(max = 10_000))]
    pub base: u32,
    /// How much it is needed.
    pub need: Need,
    /// The most that one contribution can earn.
    #[schemars(range(max = 20_000))]
    pub cap: u32,
    /// The most that it pays in all, to everybody; the hub's ledger keeps it as the quest's pool.
    pub budget: u32,
}

/// How far a person has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Progress {
    /// Seconds that count.
    pub seconds: u32,
    /// Seconds that it takes.
    pub goal: u32,
}

/// A manifest that is no sound quest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum QuestError {
    /// The text is no quest manifest.
    #[error("this is no quest manifest: {0}")]
    Unreadable(String),
    /// A part makes no sense.
    #[error("the quest “{quest}” cannot be offered: {problem}")]
    Unsound {
        /// Which quest.
        quest: Slug,
        /// What is wrong with it.
        problem: &'static str,
    },
}

impl QuestError {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "quest_unreadable",
            Self::Unsound { .. } => "quest_unsound",
        }
    }
}

impl Quest {
    /// The most bytes of a manifest; every text in one is bounded far below.
    pub const MOST_BYTES: u64 = 64 << 10;

    /// Reads a manifest.
    ///
    /// # Errors
    /// [`QuestError`] says what is wrong, and where in the text.
    pub fn from_toml(text: &str) -> Result<Self, QuestError> {
        let quest: Self = toml::from_str(text).map_err(|error| QuestError::Unreadable(error.to_string()))?;
        quest.check_sound()?;
        Ok(quest)
    }

    /// Whether the quest can be done and paid at all; asked by whoever receives one.
    ///
    /// # Errors
    /// [`QuestError::Unsound`] names the first problem.
    pub fn check_sound(&self) -> Result<(), QuestError> {
        let problem = if self.version == 0 {
            "versions start at 1"
        } else if self.times == 0 {
            "it can be done zero times"
        } else if self.times > MOST_TIMES {
            "it can be done more often than once a day for ten years"
        } else if self.kind == Kind::Once && self.times > 1 {
            "it is done once, and several times"
        } else if self.after.contains(&self.id) {
            "it follows itself"
        } else if self.after.len() > MOST_BEFORE {
            "it follows too many others"
        } else if !(1..=86_400).contains(&self.goal.seconds) {
            "its goal is not between a second and a day"
        } else if self.goal.label == Activity::Unknown {
            "an unknown motion cannot be asked for"
        } else if !(1..=MOST_CHECKS).contains(&self.checks.len()) {
            "it names no check, or too many"
        } else if self.streams.is_empty() {
            "it names no stream"
        } else if let Some(problem) = self.problem_of_words() {
            problem
        } else if self.ask.retention_days == 0 {
            "it asks to keep data for no time at all"
        } else if self.points.base > BASE_CAP || self.points.cap > 2 * BASE_CAP {
            "it promises more points than a quest may"
        } else if self.points.budget < self.points.cap {
            "its budget does not pay for one contribution"
        } else {
            return Ok(());
        };
        Err(QuestError::Unsound {
            quest: self.id.clone(),
            problem,
        })
    }

    /// A person decides by these words: what stands there is what they say, and nothing of them reaches beyond their place.
    fn problem_of_words(&self) -> Option<&'static str> {
        for (words, longest) in [(&self.title, 80), (&self.story, 400), (&self.ask.purpose_text, 120)] {
            if words.trim().is_empty() {
                return Some("a text is missing");
            } else if words.chars().count() > longest {
                return Some("a text is too long");
            } else if !is_plain(words) {
                return Some("a text has characters that cannot be seen, or that turn what stands beside it");
            }
        }
        None
    }

    /// Whether it is open to somebody who was paid for these quests of the same hub.
    pub fn opens_after(&self, paid: impl Fn(&Slug) -> bool) -> bool {
        self.after.iter().all(paid)
    }

    /// How far these windows, which no earlier contribution used, fill the quest; and the capture, once they do.
    ///
    /// A stretch of time counts once, however many devices saw it. Windows may come in any order.
    pub fn fill(&self, windows: &[CapturedWindow]) -> (Progress, Option<Capture>) {
        let used = self.count(windows);
        let micros = total(&used).min(self.goal_micros());
        let progress = Progress {
            seconds: u32::try_from(micros / 1_000_000).unwrap_or(0),
            goal: self.goal.seconds,
        };
        let capture = if micros == self.goal_micros() {
            Capture::new(used)
        } else {
            None
        };
        (progress, capture)
    }

    /// What the quest would earn if its capture went on as it began; clear and new throughout where it has not begun.
    ///
    /// Of a filled quest it is what [`crate::contribution::credit`] says of the contribution.
    pub fn estimate(&self, windows: &[CapturedWindow], seen: impl Fn(&Fingerprint) -> bool) -> Award {
        match Capture::new(self.count(windows)) {
            Some(capture) => contribution::credit_capture(self, &capture, seen),
            None => points::award(&Facts {
                base: self.points.base,
                quality: Permille::ONE,
                novelty: Permille::ONE,
                need: self.points.need,
                cap: self.points.cap,
            }),
        }
    }

    /// The windows that count, by time, until the goal is reached.
    pub fn count(&self, windows: &[CapturedWindow]) -> Vec<CapturedWindow> {
        let mut fitting: Vec<&CapturedWindow> = windows
            .iter()
            .filter(|captured| captured.window.label == self.goal.label)
            .collect();
        // By time, then by device, so that the same windows give the same capture on every run.
        fitting.sort_by(|a, b| (a.window.start, &a.device).cmp(&(b.window.start, &b.device)));
        let mut used: Vec<CapturedWindow> = Vec::new();
        for captured in fitting {
            let overlaps = used
                .last()
                .is_some_and(|last| captured.window.start < last.window.start.plus(last.window.length));
            if !overlaps && total(&used) < self.goal_micros() {
                used.push(captured.clone());
            }
        }
        used
    }

    fn goal_micros(&self) -> i64 {
        i64::from(self.goal.seconds) * 1_000_000
    }
}

/// The first of these quests that nobody can ever begin: it follows one that is not among them, or one that follows it in turn.
pub fn never_opens<'q>(quests: &[&'q Quest]) -> Option<&'q Quest> {
    let (mut closed, mut opened): (Vec<&Quest>, BTreeSet<&Slug>) = (quests.to_vec(), BTreeSet::new());
    loop {
        let (opening, rest): (Vec<&Quest>, Vec<&Quest>) = closed
            .into_iter()
            .partition(|quest| quest.opens_after(|before| opened.contains(before)));
        if opening.is_empty() || rest.is_empty() {
            return rest.first().copied();
        }
        opened.extend(opening.into_iter().map(|quest| &quest.id));
        closed = rest;
    }
}

fn total(windows: &[CapturedWindow]) -> i64 {
    windows.iter().map(|captured| captured.window.length.micros()).sum()
}

#[cfg(test)]
pub(crate) mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;
    use crate::{
        activity::Activity::{Running, Walking},
        contribution::tests::window,
    };

    const FIRST_STEPS: &str = r#"
        id = "first-steps"
        version = 1
        kind = "once"
        title = "First steps"
        story = "Walk for a minute."
        times = 1
        goal = { label = "walking", seconds = 60 }
        streams = ["acceleration", "angular_velocity"]
        checks = ["activity"]
        ask = { purpose = "activity-research", purpose_text = "learning how people move", precision = "summary", retention_days = 90 }
        points = { base = 40, need = 1250, cap = 100, budget = 1000000 }
    "#;

    pub(crate) fn first_steps() -> Quest {
        Quest::from_toml(FIRST_STEPS).unwrap()
    }

    #[test]
    fn a_minute_of_walking_fills_first_steps() {
        let quest = first_steps();
        let mut windows: Vec<_> = (0..11).map(|n| window("watch", n * 5, Walking)).collect();
        windows.push(window("watch", 55, Running));
        assert_eq!(quest.fill(&windows), (Progress { seconds: 55, goal: 60 }, None));
        windows.push(window("watch", 60, Walking));
        let (progress, capture) = quest.fill(&windows);
        assert_eq!(progress, Progress { seconds: 60, goal: 60 });
        assert_eq!(capture.unwrap().windows().len(), 12, "the run in between does not count");
    }

    #[test]
    fn two_watches_on_one_walk_count_once() {
        let windows: Vec<_> = (0..6)
            .flat_map(|n| [window("left", n * 5, Walking), window("right", n * 5 + 2, Walking)])
            .collect();
        assert_eq!(first_steps().fill(&windows).0.seconds, 30);
    }

    #[test]
    fn the_estimate_starts_hopeful_and_follows_the_capture() {
        let quest = first_steps();
        assert_eq!(quest.estimate(&[], |_| false).points, 50);
        let windows: Vec<_> = (0..12).map(|n| window("watch", n * 5, Walking)).collect();
        assert_eq!(quest.estimate(&windows[..3], |_| false).points, 46, "the windows score 0.930");
        assert_eq!(quest.estimate(&windows, |_| true).points, 0);
    }

    #[test]
    fn what_cannot_be_done_or_paid_is_refused_with_its_reason() {
        let change = |from: &str, to: &str| Quest::from_toml(&FIRST_STEPS.replace(from, to)).unwrap_err().to_string();
        assert!(change("seconds = 60", "seconds = 0").contains("goal"));
        assert!(change("need = 1250", "need = 9000").contains("500 to 2000"));
        assert!(change("base = 40", "base = 1000000").contains("more points"));
        assert!(change("times = 1", "times = 2").contains("once, and several times"));
        let billion = change("times = 1", "times = 1000000000");
        assert!(
            billion.contains("“first-steps”") && billion.contains("ten years"),
            "{billion}"
        );
        assert!(change("times = 1", "times = 1\nafter = [\"first-steps\"]").contains("follows itself"));
        assert!(
            change("version = 1", "version = 1\ncolour = \"red\"").contains("colour"),
            "a word that this version does not know is named"
        );
    }

    #[test]
    fn quests_that_wait_for_each_other_are_named() {
        let quest = |id: &str, after: &[&str]| Quest {
            id: id.parse().unwrap(),
            after: after.iter().map(|before| before.parse().unwrap()).collect(),
            ..first_steps()
        };
        let [first, second, third] = [quest("a", &[]), quest("b", &["a"]), quest("c", &["a", "b"])];
        assert_eq!(never_opens(&[&third, &second, &first]), None, "in whatever order they come");
        assert_eq!(never_opens(&[]), None);
        let [chicken, egg] = [quest("chicken", &["egg"]), quest("egg", &["chicken"])];
        assert_eq!(never_opens(&[&first, &chicken, &egg]), Some(&chicken));
        assert_eq!(never_opens(&[&second]), Some(&second), "what it follows is not there");
    }

    #[test]
    fn words_that_hide_something_are_refused() {
        for (words, longest) in [
            ("First steps", 80),
            ("Walk for a minute.", 400),
            ("learning how people move", 120),
        ] {
            let with = |other: &str| Quest::from_toml(&FIRST_STEPS.replace(words, other));
            assert!(with(&"a".repeat(longest)).is_ok());
            assert!(with(&"a".repeat(longest + 1)).unwrap_err().to_string().contains("too long"));
            for hidden in ["\\u202Eevom", "line\\nline", "\\u2066a", "\\u001B[2J", "a\\u2028b"] {
                let error = with(hidden).unwrap_err().to_string();
                assert!(error.contains("cannot be seen"), "{hidden}: {error}");
            }
            assert!(with("\\u200B").is_err(), "nothing of it can be seen");
            assert!(with("Führe den Hund aus, \u{1F469}\u{200D}\u{1F680}").is_ok());
        }
    }

    proptest! {
        #[test]
        fn progress_does_not_depend_on_the_order_of_arrival(starts in proptest::collection::vec(0i64..200, 0..40), turn in 0usize..40) {
            let windows: Vec<_> = starts.iter().map(|&start| window("watch", start, Walking)).collect();
            let mut turned = windows.clone();
            turned.rotate_left(if windows.is_empty() { 0 } else { turn % windows.len() });
            prop_assert_eq!(first_steps().fill(&windows), first_steps().fill(&turned));
        }
    }
}
