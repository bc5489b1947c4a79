//! Whether there is anything in a text: not empty, no keyboard noise, no repetition, no copy of the question.

mod words;

use std::collections::BTreeSet;

use earnest_domain::verdict::{Evidence, Permille};
use serde::Deserialize;
use unicode_segmentation::UnicodeSegmentation;

use crate::{Check, CheckError, Finding, Manifest, Run, capture::Capture};

const NAME: &str = "text_substance";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Substance(manifest.limits(NAME)?)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    least_words: usize,
    most_of_one_letter: f64,
    least_pronounceable: f64,
    most_along_the_rows: f64,
    least_varied: f64,
    most_of_the_prompt: f64,
    answer_beside_the_quote: f64,
}

#[derive(Debug)]
struct Substance(Limits);

impl Check for Substance {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Text(text) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        Ok(self.find(text.as_str(), run.asked.prompt.as_deref()))
    }
}

impl Substance {
    fn find(&self, text: &str, prompt: Option<&str>) -> Finding {
        let Self(limits) = self;
        let words: Vec<String> = text.unicode_words().map(str::to_lowercase).collect();
        let letters: Vec<char> = words
            .iter()
            .flat_map(|word| word.chars())
            .filter(|letter| letter.is_alphabetic())
            .collect();
        let measured = |what: &'static str, value: f64, least: Option<f64>, most: Option<f64>| {
            [Evidence::Measure {
                what: what.into(),
                value,
                unit: "1".into(),
                least,
                most,
            }]
        };
        if letters.is_empty() {
            return Finding::new("empty", Permille::ZERO);
        }
        // Each word once: a word that is said again and again is repeated, and no noise.
        let distinct: Vec<String> = words.iter().collect::<BTreeSet<_>>().into_iter().cloned().collect();
        let typed: Vec<char> = distinct
            .iter()
            .flat_map(|word| word.chars())
            .filter(|letter| letter.is_alphabetic())
            .collect();
        let one_letter = words::share_of_one_letter(&typed);
        let along = words::share_along_rows(&distinct);
        let pronounceable = words::share_pronounceable(&distinct);
        let noise = |evidence| Finding::new("keyboard_noise", Permille::ZERO).with(evidence);
        if typed.len() >= 6 && one_letter > limits.most_of_one_letter {
            return noise(measured("one_letter", one_letter, None, Some(limits.most_of_one_letter)));
        }
        if let Some(share) = pronounceable.filter(|share| *share < limits.least_pronounceable) {
            return noise(measured("pronounceable", share, Some(limits.least_pronounceable), None));
        }
        if let Some(share) = along.filter(|share| *share > limits.most_along_the_rows) {
            return noise(measured("along_the_rows", share, None, Some(limits.most_along_the_rows)));
        }
        let varied = words::share_varied(&words);
        if words.len() > limits.least_words && varied < limits.least_varied {
            return Finding::new("repeated", Permille::from_unit(narrow(varied))).with(measured(
                "varied",
                varied,
                Some(limits.least_varied),
                None,
            ));
        }
        // A script without spaces says in two letters what others say in a word.
        if words.len() < limits.least_words && letters.len() < limits.least_words * 5 {
            return Finding::new("too_short", Permille::ZERO).with(measured(
                "words",
                words::count(words.len()),
                Some(words::count(limits.least_words)),
                None,
            ));
        }
        if let Some(copied) = prompt.and_then(|prompt| words::share_copied(&words, prompt)) {
            let is_answer = copied.beside >= limits.answer_beside_the_quote;
            if copied.share > limits.most_of_the_prompt && !is_answer {
                return Finding::new("copied_prompt", Permille::ZERO).with(measured(
                    "copied",
                    copied.share,
                    None,
                    Some(limits.most_of_the_prompt),
                ));
            }
        }
        Finding::new("something", Permille::from_unit(narrow(varied)))
    }
}

#[allow(clippy::cast_possible_truncation)] // a share
fn narrow(share: f64) -> f32 {
    share as f32
}

#[cfg(test)]
pub(crate) mod tests;
