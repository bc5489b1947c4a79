//! Personal data in a text: found with its place, so that it can be taken out.

mod contact;
mod identity;
mod numbers;
mod patterns;
mod people;
mod places;
mod plain;

use std::{collections::BTreeMap, ops::Range};

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
        let found = find(text.as_str(), run)?;
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
fn find(text: &str, run: &Run<'_>) -> Result<Vec<(Range<usize>, &'static str)>, CheckError> {
    let plain = Plain::of(text);
    // By where they begin. The surest come first: a card's digits are no telephone number.
    let mut found: BTreeMap<usize, (usize, &'static str)> = BTreeMap::new();
    for (range, what) in Patterns::get().find(plain.as_str(), run)? {
        let Range { mut start, mut end } = plain.in_original(range);
        let mut named = what;
        // Where it lies over others it becomes one mark with them: of what sticks out nothing may stay.
        while let Some((&from, &(to, what))) = found.range(..end).next_back().filter(|(_, (to, _))| *to > start) {
            found.remove(&from);
            (start, end, named) = (start.min(from), end.max(to), what);
        }
        found.insert(start, (end, named));
    }
    Ok(found.into_iter().map(|(start, (end, what))| (start..end, what)).collect())
}

/// A text without what is found in it.
///
/// # Errors
/// [`CheckError::Cancelled`].
pub(crate) fn taken_out(text: &str, run: &Run<'_>) -> Result<String, CheckError> {
    let (mut rest, mut done) = (String::with_capacity(text.len()), 0);
    for (range, _) in find(text, run)? {
        rest.push_str(&text[done..range.start]);
        done = range.end;
    }
    rest.push_str(&text[done..]);
    Ok(rest)
}

#[cfg(test)]
pub(crate) mod tests;
