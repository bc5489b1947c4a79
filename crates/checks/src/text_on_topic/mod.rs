//! Whether a text is about what was asked for, by the meaning of both.

use earnest_domain::verdict::{Evidence, Permille};
use serde::Deserialize;

use crate::{
    Check, CheckError, Finding, Manifest, Run,
    capture::Capture,
    meaning::{Reader, Said, Tokens},
};

const NAME: &str = "text_on_topic";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(OnTopic {
        limits: manifest.limits(NAME)?,
        reader: Reader::of(NAME, manifest)?,
    }))
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    off_topic_below: f32,
    on_topic_from: f32,
    least_english: f32,
}

#[derive(Debug)]
struct OnTopic {
    limits: Limits,
    reader: Reader,
}

impl Check for OnTopic {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Text(text) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        let asked: Vec<&str> = [&run.asked.prompt, &run.asked.subject]
            .into_iter()
            .filter_map(Option::as_deref)
            .filter(|words| words.chars().any(char::is_alphanumeric))
            .collect();
        if asked.is_empty() {
            return Ok(Finding::new("not_asked", Permille::ONE));
        }
        let said = Said::of(text, run)?;
        let has_words = |text: &str| text.chars().any(char::is_alphanumeric);
        if has_words(text.as_str()) && !has_words(&said.words) {
            return Ok(Finding::new("nothing_left", Permille::ZERO));
        }
        let asked: Vec<Tokens> = asked.into_iter().map(Tokens::of).collect();
        let english = |tokens: &Tokens| tokens.share_english() >= self.limits.least_english;
        if !english(&said.tokens) || !asked.iter().all(english) {
            return Ok(Finding::new("other_language", Permille::ONE));
        }
        let said = self.reader.meaning_of(run, said)?;
        let asked = self.reader.meanings(run, &asked.iter().collect::<Vec<_>>())?;
        let likeness = asked.iter().map(|asked| asked.likeness(said)).fold(-1.0, f32::max);
        let reason = if likeness >= self.limits.on_topic_from {
            "on_topic"
        } else if likeness < self.limits.off_topic_below {
            "off_topic"
        } else {
            "unsure"
        };
        Ok(Finding::new(reason, Permille::from_unit(likeness)).with([Evidence::Measure {
            what: "likeness".into(),
            value: f64::from(likeness),
            unit: "1".into(),
            least: Some(f64::from(self.limits.off_topic_below)),
            most: None,
        }]))
    }
}

#[cfg(test)]
pub(crate) mod tests;
