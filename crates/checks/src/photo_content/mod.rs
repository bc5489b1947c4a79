//! Whether a photo shows what was asked for, as far as a network that knows 1000 things can tell.

mod words;

use earnest_domain::verdict::{Evidence, Permille};
use serde::Deserialize;

use self::words::Words;
use crate::{
    Check, CheckError, Finding, Manifest, Model, Run,
    capture::Capture,
    mobilenet::{self, Impression},
};

const NAME: &str = "photo_content";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Content {
        model: manifest.needed_model(NAME)?,
        limits: manifest.limits(NAME)?,
        words: Words::read(),
    }))
}

#[derive(Debug)]
struct Content {
    model: Model,
    limits: Limits,
    words: Words,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    matches: f32,
    something_else: f32,
    nothing_of_it: f32,
    named: f32,
}

impl Check for Content {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Photo(photo) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        let impression = mobilenet::look(NAME, &self.model, photo, run.models)?;
        Ok(self.find(impression, run.asked.subject.as_deref()))
    }
}

impl Content {
    fn find(&self, impression: &Impression, subject: Option<&str>) -> Finding {
        let limits = &self.limits;
        let likely = &impression.probabilities;
        let (first, first_likely) =
            likely.iter().copied().enumerate().fold(
                (0, 0.0),
                |best, (class, likely)| {
                    if likely > best.1 { (class, likely) } else { best }
                },
            );
        let measured = |what: String, value: f32, least: Option<f32>| Evidence::Measure {
            what: what.into(),
            value: f64::from(value),
            unit: "1".into(),
            least: least.map(f64::from),
            most: None,
        };
        let seen = measured(words::code(self.words.name(first)), first_likely, None);
        let Some(subject) = subject.filter(|subject| !subject.trim().is_empty()) else {
            let finding = Finding::new("not_asked", Permille::from_unit(first_likely)).with([seen]);
            return if first_likely >= limits.named {
                finding.labelled(self.words.name(first))
            } else {
                finding
            };
        };
        let classes = self.words.classes(subject);
        let asked: f32 = classes.iter().filter_map(|class| likely.get(*class)).sum();
        let reason = if asked >= limits.matches {
            "matches"
        } else if !classes.is_empty() && first_likely >= limits.something_else && asked <= limits.nothing_of_it {
            "something_else"
        } else {
            "unsure"
        };
        let finding = Finding::new(reason, Permille::from_unit(asked)).with([seen]);
        if classes.is_empty() {
            finding
        } else {
            finding.with([measured("asked_for".to_owned(), asked, Some(limits.matches))])
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
