//! What became of a file: what `--json` prints.

use std::path::Path;

use earnest_domain::{
    capture::CaptureKind,
    verdict::{Decision, Evidence, Permille},
};
use serde::Serialize;

use super::opening::Unopened;

/// What became of one file.
#[derive(Debug, Serialize)]
pub(super) struct Judged {
    pub(super) file: String,
    pub(super) kind: Option<CaptureKind>,
    /// The gravest of its checks; none where it could not be judged.
    pub(super) verdict: Option<Decision>,
    pub(super) checks: Vec<Line>,
    pub(super) redacted: Option<String>,
    /// A copy was asked for and not made: it is to be taken again first, or of no use.
    #[serde(skip)]
    pub(super) withheld: bool,
}

/// What one check made of it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Line {
    pub(super) check: String,
    /// None where the check could not be made.
    pub(super) verdict: Option<Decision>,
    pub(super) score: Option<Permille>,
    pub(super) label: Option<String>,
    pub(super) reason: String,
    pub(super) says: String,
    pub(super) advice: String,
    pub(super) evidence: Vec<Evidence>,
    pub(super) millis: f64,
    pub(super) model: Option<String>,
}

impl Judged {
    /// Nothing yet.
    pub(super) fn new(file: &Path) -> Self {
        Self {
            file: file.display().to_string(),
            kind: None,
            verdict: None,
            checks: Vec::new(),
            redacted: None,
            withheld: false,
        }
    }

    /// A file whose content is no capture gets a verdict like any other; one that cannot be read gets none.
    pub(super) fn unopened(mut self, error: Unopened) -> Self {
        let mut line = Line::failed("capture", error.code, error.says);
        if error.was_read {
            self.verdict = Some(Decision::Reject);
            (line.verdict, line.score) = (self.verdict, Some(Permille::ZERO));
        }
        self.checks.push(line);
        self
    }

    /// Whether something of what was asked could not be done.
    pub(super) fn is_incomplete(&self) -> bool {
        self.checks.iter().any(|line| line.verdict.is_none())
    }
}

impl Line {
    /// What could not be made, and why.
    pub(super) fn failed(check: &str, code: &str, says: String) -> Self {
        Self {
            check: check.to_owned(),
            verdict: None,
            score: None,
            label: None,
            reason: code.to_owned(),
            says,
            advice: String::new(),
            evidence: Vec::new(),
            millis: 0.0,
            model: None,
        }
    }
}
