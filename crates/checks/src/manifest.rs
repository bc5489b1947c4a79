//! `manifest.toml`: what a check applies to, which model it runs, where its limits lie, and what is done about what it finds.

use std::collections::BTreeMap;

use earnest_domain::{capture::CaptureKind, consent::Slug, verdict::Decision};
use serde::{Deserialize, de::DeserializeOwned};

use crate::CheckError;

/// A check's manifest, parsed and found consistent.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The check's name: its folder's with `-` for `_`.
    pub name: Slug,
    /// Grows with every change of code, model or limits that changes a verdict.
    pub version: u32,
    /// What it does, in a few words for a person.
    pub title: String,
    /// Which captures it judges.
    pub applies_to: Vec<CaptureKind>,
    /// Its place among the checks of a kind: the cheap ones first. A thousandth of a second is about 10.
    pub order: u32,
    /// The model that it runs, if it runs one.
    pub model: Option<Model>,
    /// Its limits; the check knows their names, and its card where they come from.
    #[serde(default)]
    limits: toml::Table,
    /// Everything it can say, by code.
    pub reasons: BTreeMap<String, Reason>,
}

/// A model file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Model {
    /// Its name in the check's folder, or its place among the assets.
    pub file: String,
    /// BLAKE3 of its bytes, in hexadecimal.
    pub blake3: String,
    /// The most threads that work on one run, where the machine has as many; 1 unless a run takes long enough to be worth more.
    #[serde(default = "one")]
    pub threads: usize,
    /// The most sessions that work on parts of one capture at once, where there are cores for them.
    #[serde(default = "one")]
    pub sessions: usize,
}

fn one() -> usize {
    1
}

/// Something that a check says.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reason {
    /// What is done about it.
    pub decision: Decision,
    /// What it says, to a person.
    pub says: String,
    /// What they can do; empty where there is nothing to do.
    #[serde(default)]
    pub advice: String,
}

impl Manifest {
    /// Parses the manifest of the check in `folder`.
    ///
    /// # Errors
    /// [`CheckError::ManifestInvalid`] with what is wrong.
    pub fn parse(folder: &'static str, text: &str) -> Result<Self, CheckError> {
        let invalid = |reason: String| CheckError::ManifestInvalid { check: folder, reason };
        let mut table: toml::Table = toml::from_str(text).map_err(|error| invalid(error.message().to_owned()))?;
        // Not in the file, so that a copied folder is another check.
        if table.insert("name".to_owned(), folder.replace('_', "-").into()).is_some() {
            return Err(invalid("its folder is its name".to_owned()));
        }
        let manifest: Self = table.try_into().map_err(|error| invalid(error.message().to_owned()))?;
        manifest.flaw().map_or(Ok(()), |flaw| Err(invalid(flaw.to_owned())))?;
        Ok(manifest)
    }

    fn flaw(&self) -> Option<&'static str> {
        let code = |text: &str| {
            let letters = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
            (1..=64).contains(&text.len()) && text.chars().all(letters)
        };
        let silent = |reason: &Reason| reason.says.trim().is_empty();
        let lets_through = |reason: &Reason| matches!(reason.decision, Decision::Accept | Decision::Redact);
        let helpless = |reason: &Reason| reason.decision == Decision::Retry && reason.advice.trim().is_empty();
        if self.version == 0 {
            Some("versions start at 1")
        } else if self.applies_to.is_empty() {
            Some("it applies to nothing")
        } else if !self.reasons.keys().all(|name| code(name)) {
            Some("a reason's code has 1 to 64 of a-z, 0-9 and _")
        } else if !self.reasons.values().any(lets_through) {
            Some("it lets nothing through")
        } else if self.reasons.values().any(silent) {
            Some("a reason says nothing")
        } else if self.reasons.values().any(helpless) {
            Some("a reason asks to take it again and does not say how")
        } else {
            None
        }
    }

    /// Whether it finds what must not leave, or whole captures that must not. Then it is asked whatever a quest names, and nothing leaves without its verdict.
    pub fn guards(&self) -> bool {
        let keeps_back = |reason: &Reason| matches!(reason.decision, Decision::Redact | Decision::Reject);
        self.reasons.values().any(keeps_back)
    }

    /// The model of a check that cannot do without.
    ///
    /// # Errors
    /// [`CheckError::ManifestInvalid`] when it names none.
    pub fn needed_model(&self, folder: &'static str) -> Result<Model, CheckError> {
        self.model.clone().ok_or(CheckError::ManifestInvalid {
            check: folder,
            reason: "it names no model".to_owned(),
        })
    }

    /// The limits, as the check reads them.
    ///
    /// # Errors
    /// [`CheckError::ManifestInvalid`] when one is missing, unknown or no such number.
    pub fn limits<L: DeserializeOwned>(&self, folder: &'static str) -> Result<L, CheckError> {
        self.limits
            .clone()
            .try_into()
            .map_err(|error: toml::de::Error| CheckError::ManifestInvalid {
                check: folder,
                reason: error.message().to_owned(),
            })
    }
}
