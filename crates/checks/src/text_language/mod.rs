//! Which language a text is in. It never refuses one: who writes may write as they speak.

use earnest_domain::verdict::{Evidence, Permille};
use serde::Deserialize;

use crate::{Check, CheckError, Finding, Manifest, Run, capture::Capture};

mod codes;

const NAME: &str = "text_language";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Language(manifest.limits(NAME)?)))
}

/// When a language is named.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    least_sure: f64,
    least_letters: usize,
    most_letters: usize,
}

#[derive(Debug)]
struct Language(Limits);

impl Check for Language {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Text(text) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        run.go_on()?;
        let Self(limits) = self;
        let text = beginning(text.as_str(), limits.most_letters);
        let Some(info) = whatlang::detect(text) else {
            return Ok(Finding::new("unsure", Permille::ZERO));
        };
        let letters = text
            .chars()
            .filter(|letter| letter.is_alphabetic())
            .take(limits.least_letters);
        let few = info.script().langs().len() > 1 && letters.count() < limits.least_letters;
        let sure = if few { 0.0 } else { info.confidence() };
        let measured = [Evidence::Measure {
            what: "sure".into(),
            value: sure,
            unit: "1".into(),
            least: Some(limits.least_sure),
            most: None,
        }];
        #[allow(clippy::cast_possible_truncation)] // a share
        let score = Permille::from_unit(sure as f32);
        Ok(if sure < limits.least_sure {
            Finding::new("unsure", score).with(measured)
        } else {
            Finding::new("recognised", score)
                .labelled(codes::code(info.lang()))
                .with(measured)
        })
    }
}

/// As much of a text as tells its language.
fn beginning(text: &str, letters: usize) -> &str {
    text.char_indices().nth(letters).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
pub(crate) mod tests;
