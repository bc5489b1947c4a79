//! `earnest quest lint`: whether manifests are good quests.

use std::{fmt::Write, path::PathBuf};

use earnest_checks::Checks;
use earnest_domain::quest::lint::{Finding, Rule};
use serde::Serialize;

use super::read;
use crate::{
    failure::Failure,
    output::{print, print_json},
};

/// Look at manifests before anybody gets them: one question at a time, answerable, no data beyond the purpose, a goal within reach, a
/// sane reward, texts that fit
///
/// Needs no node. Words are looked at for signs, not understood: a quest without findings can still be a poor one. Exit codes: 0 all are
/// good, 1 something was found or a file is no manifest, 2 wrong usage.
#[derive(Debug, clap::Args)]
#[command(after_long_help = rules())]
pub(crate) struct Lint {
    /// The manifests, in TOML
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Print JSON: a line a file
    #[arg(long)]
    pub(super) json: bool,
}

/// What is said of a file.
#[derive(Debug, Serialize)]
struct Looked {
    file: String,
    /// The quest's id; null where the file is no sound manifest.
    quest: Option<String>,
    /// Why it is none.
    error: Option<Failure>,
    findings: Vec<Found>,
}

#[derive(Debug, Serialize)]
struct Found {
    #[serde(flatten)]
    finding: Finding,
    why: &'static str,
}

impl Lint {
    pub(super) fn run(self) -> Result<(), Failure> {
        let checks = Checks::load()?;
        let mut wrong = 0;
        for file in &self.files {
            let looked = match read(file) {
                Ok(quest) => {
                    let findings = quest.lint(|check| checks.find(check.as_str()).is_some());
                    let why = |finding: Finding| Found {
                        why: finding.rule.why(),
                        finding,
                    };
                    Looked {
                        file: file.display().to_string(),
                        quest: Some(quest.id.to_string()),
                        error: None,
                        findings: findings.into_iter().map(why).collect(),
                    }
                }
                Err(error) => Looked {
                    file: file.display().to_string(),
                    quest: None,
                    error: Some(error),
                    findings: Vec::new(),
                },
            };
            wrong += usize::from(looked.error.is_some() || !looked.findings.is_empty());
            if self.json {
                print_json(&looked)?;
            } else {
                print(words(&looked))?;
            }
        }
        match (wrong, self.files.len()) {
            (0, _) => Ok(()),
            (_, 1) => Err(Failure::new(
                "quest_not_good",
                "the quest is not good yet; the lines above say why",
            )),
            (wrong, all) => Err(Failure::new(
                "quest_not_good",
                format!("{wrong} of {all} quests are not good yet; the lines above say why"),
            )),
        }
    }
}

fn words(looked: &Looked) -> String {
    let Looked {
        file, error, findings, ..
    } = looked;
    if let Some(error) = error {
        return format!("{file}: {}", error.message);
    }
    if findings.is_empty() {
        return format!("{file}: good");
    }
    let mut text = format!("{file}:");
    // In the order of the rules: the reason of each is said once, below the last that is against it.
    for (number, Found { finding, why }) in findings.iter().enumerate() {
        let _ = write!(text, "\n  {}: {}", finding.rule, finding.says);
        let next = findings.get(number + 1).map(|next| next.finding.rule);
        if next != Some(finding.rule) {
            let _ = write!(text, "\n      {why}");
        }
    }
    text
}

/// The rules as `--help` tells them.
fn rules() -> String {
    let mut text = "Rules:".to_owned();
    for rule in Rule::ALL {
        let _ = write!(text, "\n  {:<16}{}", rule.name(), rule.why());
    }
    text.push_str("\n\nExamples:\n  earnest quest lint stroll.toml\n  earnest quest lint --json quests/*.toml");
    text
}
