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

/// Tells languages.
#[derive(Debug)]
struct Language(Limits);

impl Language {
    /// The language's two letters, if it could be told, and how sure that is.
    fn told(&self, text: &str) -> (Option<&'static str>, f64) {
        let Self(limits) = self;
        let text = beginning(text, limits.most_letters);
        let Some(info) = whatlang::detect(text) else {
            return (None, 0.0);
        };
        let letters = text
            .chars()
            .filter(|letter| letter.is_alphabetic())
            .take(limits.least_letters);
        let few = info.script().langs().len() > 1 && letters.count() < limits.least_letters;
        let sure = if few { 0.0 } else { info.confidence() };
        ((sure >= limits.least_sure).then(|| codes::code(info.lang())), sure)
    }
}

impl Check for Language {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Text(text) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        run.go_on()?;
        let (code, sure) = self.told(text.as_str());
        let measured = [Evidence::Measure {
            what: "sure".into(),
            value: sure,
            unit: "1".into(),
            least: Some(self.0.least_sure),
            most: None,
        }];
        #[allow(clippy::cast_possible_truncation)] // a share
        let score = Permille::from_unit(sure as f32);
        Ok(match code {
            None => Finding::new("unsure", score),
            Some(code) => Finding::new("recognised", score).labelled(code),
        }
        .with(measured))
    }
}

/// As much of a text as tells its language.
fn beginning(text: &str, letters: usize) -> &str {
    text.char_indices().nth(letters).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
pub(crate) mod tests;
