//! Whether a quest is a good one, beyond being possible: what its author is told before anybody gets it.
//!
//! The rules are those that keep StreetComplete's quests answerable by anyone on the spot, without its maps: one thing at a time, in
//! plain words, nothing asked that is not needed, and a reward that fits the effort. Words are looked at for signs, not understood: a
//! quest without findings can still be a poor one.

use std::{collections::BTreeSet, fmt};

use serde::Serialize;

use super::Quest;
use crate::{
    consent::{Precision, Slug},
    stream::Stream,
};

/// What a good quest keeps to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Rule {
    /// One question at a time.
    OneQuestion,
    /// Whoever gets it can answer it.
    Answerable,
    /// No data beyond its purpose.
    BeyondPurpose,
    /// The goal can be reached.
    Reachable,
    /// The reward fits the effort.
    SaneReward,
    /// The texts are there, and fit their places.
    Texts,
}

impl Rule {
    /// Every rule, in the order of the findings.
    pub const ALL: [Self; 6] = [
        Self::OneQuestion,
        Self::Answerable,
        Self::BeyondPurpose,
        Self::Reachable,
        Self::SaneReward,
        Self::Texts,
    ];

    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::OneQuestion => "one_question",
            Self::Answerable => "answerable",
            Self::BeyondPurpose => "beyond_purpose",
            Self::Reachable => "reachable",
            Self::SaneReward => "sane_reward",
            Self::Texts => "texts",
        }
    }

    /// Why there is such a rule.
    pub const fn why(self) -> &'static str {
        match self {
            Self::OneQuestion => {
                "Who reads a card while walking can hold one thing in mind. Two tasks in one quest are done by halves; make two quests of them."
            }
            Self::Answerable => {
                "A quest is offered to everyone who has the streams. What takes knowledge, or a check that the app does not have, wastes the time of the others."
            }
            Self::BeyondPurpose => {
                "People give leave for a purpose. What the checks of the quest do not read, what is finer than its goal needs, and what is kept for longer than a year serves another one."
            }
            Self::Reachable => {
                "A goal that nobody fills within the week that the app looks back teaches people that quests are not worth beginning."
            }
            Self::SaneReward => {
                "Points that do not fit the effort draw those who want points and not the quest, or nobody. A cap below what the quest promises breaks the promise every time."
            }
            Self::Texts => {
                "The card, the question for leave and the receipt show these words, each in its place: a title of a line, a story of whole sentences, a purpose that ends a sentence that begins with “for”."
            }
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a quest does against a rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// What it does, and what would be better.
    pub says: String,
}

/// The longest goal, in seconds of one motion: four hours of it are a long day within the week that the app looks back.
const LONGEST_GOAL: u32 = 4 * 3_600;
/// The most times that one person can do a quest: once a day for a year.
const MOST_TIMES: u32 = 366;
/// The longest that data is kept without a better reason, in days.
const LONGEST_RETENTION: u16 = 365;
/// The most points for a minute of effort, and the least for an hour.
const MOST_A_MINUTE: u64 = 100;
const LEAST_AN_HOUR: u64 = 10;
/// The longest title that stays on one line of a small phone, in characters.
const LONGEST_TITLE: usize = 32;
/// The most sentences of a story.
const MOST_SENTENCES: usize = 3;
/// Words of the trade that tell somebody who wears a watch nothing.
const JARGON: [&str; 9] = [
    "accelerometer",
    "acceleration",
    "angular velocity",
    "gyroscope",
    "sensor",
    "sample",
    "onnx",
    "senml",
    " hz",
];

impl Quest {
    /// What the quest does against the rules, in their order; nothing of a good one. `knows` says whether the app has a check.
    pub fn lint(&self, knows: impl Fn(&Slug) -> bool) -> Vec<Finding> {
        let mut findings = Vec::new();
        for rule in Rule::ALL {
            let mut say = |says: String| findings.push(Finding { rule, says });
            match rule {
                Rule::OneQuestion => self.lint_question(&mut say),
                Rule::Answerable => self.lint_answerable(knows_none_of(&self.checks, &knows), &mut say),
                Rule::BeyondPurpose => self.lint_purpose(&mut say),
                Rule::Reachable => self.lint_goal(&mut say),
                Rule::SaneReward => self.lint_reward(&mut say),
                Rule::Texts => self.lint_texts(&mut say),
            }
        }
        findings
    }

    fn lint_question(&self, say: &mut impl FnMut(String)) {
        let story = self.story.to_lowercase();
        if story.matches('?').count() > 1 {
            say("The story asks more than one question.".to_owned());
        }
        for joint in [" and then ", " then ", " as well as ", "; "] {
            if story.contains(joint) {
                say(format!("The story joins two tasks with “{}”: ask for one.", joint.trim()));
                break;
            }
        }
        let sentences = story.split(['.', '?', '!']).filter(|sentence| !sentence.trim().is_empty());
        let count = sentences.count();
        if count > MOST_SENTENCES {
            say(format!("The story has {count} sentences; {MOST_SENTENCES} are read."));
        }
    }

    fn lint_answerable(&self, unknown: Vec<&Slug>, say: &mut impl FnMut(String)) {
        for check in unknown {
            say(format!(
                "This version of Earnest has no check “{check}”, so nobody can do the quest."
            ));
        }
        for (place, words) in [("title", &self.title), ("story", &self.story)] {
            let lower = words.to_lowercase();
            for jargon in JARGON.into_iter().filter(|jargon| lower.contains(jargon)) {
                say(format!(
                    "The {place} says “{}”: say what a person does, not how it is measured.",
                    jargon.trim()
                ));
            }
        }
    }

    fn lint_purpose(&self, say: &mut impl FnMut(String)) {
        // A motion is told from these two, and from nothing else.
        let read = BTreeSet::from([Stream::Acceleration, Stream::AngularVelocity]);
        for stream in self.streams.difference(&read) {
            let label = self.goal.label.name();
            say(format!(
                "It asks for {stream}, which tells nothing about {label}: leave it out."
            ));
        }
        for stream in read.difference(&self.streams) {
            say(format!(
                "Its check reads {stream}, and it does not ask for it: add it to the streams."
            ));
        }
        if self.ask.precision != Precision::Summary {
            let precision = self.ask.precision.name();
            say(format!(
                "It asks for {precision} data, and its goal needs a summary: how long, and how clear."
            ));
        }
        if self.ask.retention_days > LONGEST_RETENTION {
            let days = self.ask.retention_days;
            say(format!(
                "It keeps data for {days} days; for more than {LONGEST_RETENTION} ask again."
            ));
        }
    }

    fn lint_goal(&self, say: &mut impl FnMut(String)) {
        if self.goal.seconds > LONGEST_GOAL {
            let (hours, most) = (self.goal.seconds / 3_600, LONGEST_GOAL / 3_600);
            say(format!(
                "Its goal is more than {hours} hours of {}: {most} are a long day.",
                self.goal.label.name()
            ));
        }
        if self.times > MOST_TIMES {
            say(format!(
                "It can be done {} times; once a day for a year is {MOST_TIMES}.",
                self.times
            ));
        }
    }

    fn lint_reward(&self, say: &mut impl FnMut(String)) {
        let (base, seconds) = (u64::from(self.points.base), u64::from(self.goal.seconds).max(1));
        if base * 60 > MOST_A_MINUTE * seconds.max(60) {
            say(format!(
                "It pays {base} points for {seconds} seconds: more than {MOST_A_MINUTE} a minute."
            ));
        }
        if base * 3_600 < LEAST_AN_HOUR * seconds || base == 0 {
            say(format!(
                "It pays {base} points for {seconds} seconds: less than {LEAST_AN_HOUR} an hour."
            ));
        }
        let (promised, cap) = (
            base * u64::from(self.points.need.permille()) / 1_000,
            u64::from(self.points.cap),
        );
        if cap < promised {
            say(format!(
                "A clear and new capture earns {promised}, and the cap takes {} of it away: raise the cap or lower the base.",
                promised - cap
            ));
        }
    }

    fn lint_texts(&self, say: &mut impl FnMut(String)) {
        if self.title.chars().count() > LONGEST_TITLE {
            say(format!(
                "The title has more than {LONGEST_TITLE} characters and does not fit its line."
            ));
        }
        if self.title.ends_with(['.', '!', ':']) {
            say("The title ends like a sentence: a title is a name.".to_owned());
        }
        if !self.story.trim_end().ends_with(['.', '!', '?', '。', '؟', '।']) {
            say("The story does not end like a sentence.".to_owned());
        }
        let purpose = self.ask.purpose_text.trim();
        if purpose.to_lowercase().starts_with("for ") {
            say("The purpose begins with “for”, which stands before it already.".to_owned());
        }
        if purpose.ends_with('.') {
            say("The purpose ends with a full stop, and stands in the middle of a sentence.".to_owned());
        }
    }
}

fn knows_none_of<'q>(checks: &'q [Slug], knows: &impl Fn(&Slug) -> bool) -> Vec<&'q Slug> {
    checks.iter().filter(|check| !knows(check)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const GOOD: &str = r#"
        id = "stroll"
        version = 1
        kind = "repeated"
        title = "A stroll"
        story = "Walk for ten minutes, wherever you like."
        times = 1
        goal = { label = "walking", seconds = 600 }
        streams = ["acceleration", "angular_velocity"]
        checks = ["activity"]
        ask = { purpose = "activity-research", purpose_text = "learning how people move", precision = "summary", retention_days = 90 }
        points = { base = 100, need = 1250, cap = 200, budget = 1000000 }
    "#;

    fn found(from: &str, to: &str) -> Vec<(Rule, String)> {
        assert!(GOOD.contains(from), "{from} is not in the manifest");
        let quest = Quest::from_toml(&GOOD.replace(from, to)).unwrap();
        let findings = quest.lint(|check| check.as_str() == "activity");
        findings.into_iter().map(|finding| (finding.rule, finding.says)).collect()
    }

    #[test]
    fn a_good_quest_has_no_findings() {
        assert_eq!(found("id", "id"), []);
    }

    #[test]
    fn each_rule_finds_what_is_against_it_and_says_what() {
        for (from, to, rule, part) in [
            ("wherever you like", "and then sit down", Rule::OneQuestion, "two tasks"),
            (
                "wherever you like.",
                "will you? Or not?",
                Rule::OneQuestion,
                "more than one question",
            ),
            (
                "wherever you like.",
                "here. There. Now. Then.",
                Rule::OneQuestion,
                "4 sentences",
            ),
            (r#"["activity"]"#, r#"["activity", "tea"]"#, Rule::Answerable, "“tea”"),
            ("A stroll", "Sensor walk", Rule::Answerable, "title says “sensor”"),
            (
                r#""angular_velocity""#,
                r#""angular_velocity", "heart_rate""#,
                Rule::BeyondPurpose,
                "heart_rate",
            ),
            (r#", "angular_velocity""#, "", Rule::BeyondPurpose, "does not ask for it"),
            (r#""summary""#, r#""raw""#, Rule::BeyondPurpose, "needs a summary"),
            ("retention_days = 90", "retention_days = 400", Rule::BeyondPurpose, "400 days"),
            ("times = 1", "times = 400", Rule::Reachable, "400 times"),
            ("base = 100", "base = 0", Rule::SaneReward, "less than 10 an hour"),
            ("cap = 200", "cap = 100", Rule::SaneReward, "takes 25 of it away"),
            (
                "A stroll",
                "A stroll through the whole of the old town",
                Rule::Texts,
                "32 characters",
            ),
            ("A stroll", "Stroll!", Rule::Texts, "a name"),
            ("you like.", "you like", Rule::Texts, "does not end like a sentence"),
            (
                "learning how people move",
                "for learning how people move",
                Rule::Texts,
                "begins with “for”",
            ),
            ("how people move", "how people move.", Rule::Texts, "full stop"),
        ] {
            let findings = found(from, to);
            assert!(
                matches!(findings.as_slice(), [(found, says)] if *found == rule && says.contains(part)),
                "{from} -> {to}: {findings:?}"
            );
        }
    }

    #[test]
    fn what_pays_too_much_or_takes_too_long_is_found() {
        let rules = |from: &str, to: &str| -> Vec<Rule> { found(from, to).into_iter().map(|(rule, _)| rule).collect() };
        assert_eq!(rules("seconds = 600", "seconds = 20000"), [Rule::Reachable]);
        assert_eq!(rules("seconds = 600", "seconds = 86400"), [Rule::Reachable, Rule::SaneReward]);
        assert_eq!(
            rules("base = 100, need = 1250, cap = 200", "base = 1001, need = 1000, cap = 2000"),
            [Rule::SaneReward]
        );
        // A second of effort is paid as a minute: nobody does a quest in less.
        assert_eq!(rules("seconds = 600", "seconds = 1"), []);
    }

    #[test]
    fn every_rule_has_a_name_and_a_reason_of_its_own() {
        let reasons: BTreeSet<_> = Rule::ALL.iter().map(|rule| rule.why()).collect();
        assert_eq!(reasons.len(), Rule::ALL.len());
        for rule in Rule::ALL {
            assert_eq!(serde_json::to_value(rule).unwrap(), rule.name());
        }
    }
}
