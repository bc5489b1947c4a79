//! Personal data in a text: found with its place, so that it can be taken out.

mod numbers;
mod patterns;
mod plain;

use std::ops::Range;

use earnest_domain::verdict::{Evidence, Permille};

use self::{patterns::Patterns, plain::Plain};
use crate::{Check, CheckError, Finding, Manifest, Run, capture::Capture};

const NAME: &str = "text_personal_data";

#[allow(clippy::unnecessary_wraps)] // as the registry calls it
pub(crate) fn check(_: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(PersonalData))
}

#[derive(Debug)]
struct PersonalData;

impl Check for PersonalData {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Text(text) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        run.go_on()?;
        let found = find(text.as_str());
        if found.is_empty() {
            return Ok(Finding::new("none_found", Permille::ONE));
        }
        let spans = found.into_iter().map(|(range, what)| Evidence::Span {
            start: range.start,
            end: range.end,
            what: what.into(),
        });
        Ok(Finding::new("found", Permille::ZERO).with(spans))
    }
}

/// Everything that was found, in its order, none within or over another.
fn find(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let plain = Plain::of(text);
    let mut found: Vec<(Range<usize>, &'static str)> = Vec::new();
    // The surest first: a card's digits are no telephone number.
    for (range, what) in Patterns::get().find(plain.as_str()) {
        let range = plain.in_original(range);
        if found
            .iter()
            .all(|(other, _)| range.end <= other.start || other.end <= range.start)
        {
            found.push((range, what));
        }
    }
    found.sort_by_key(|(range, _)| range.start);
    found
}

/// A text without what was found in it.
pub(crate) fn taken_out(text: &str) -> String {
    let (mut rest, mut done) = (String::with_capacity(text.len()), 0);
    for (range, _) in find(text) {
        rest.push_str(&text[done..range.start]);
        done = range.end;
    }
    rest.push_str(&text[done..]);
    rest
}

#[cfg(test)]
pub(crate) mod tests;
