//! How personal data looks in a text.
//!
//! Patterns of a word's shape, and words around it in many languages. What proves itself (an IBAN, a card) is asked to.

use std::{ops::Range, sync::OnceLock};

use regex::Regex;

use super::{contact, identity, people, places};
use crate::{CheckError, Run};

/// The longest words before and after a sign that a match needs, and the longest match that may lie over the end of a piece.
const REACH: usize = 240;

/// How much of a text is looked through at once.
const PIECE: usize = 2048;

/// What of a text counts, if a pattern has matched there; `None` when nothing does.
pub(super) type Proof = fn(&str, Range<usize>) -> Option<Range<usize>>;

/// A name for what is found, how it looks, and what makes it count. A group named `it` is the data, where the pattern has words around it.
pub(super) type Pattern = (&'static str, &'static str, Proof);

/// All that matches counts.
pub(super) const ALL: Proof = |_, range| Some(range);

/// The lists, the surest first: a card's digits are no telephone number.
const LISTS: [&[Pattern]; 4] = [contact::PATTERNS, identity::PATTERNS, places::PATTERNS, people::PATTERNS];

/// The patterns, each compiled once in a process, when the first text comes that needs it: all of them take 0.3 s and 70 MB.
pub(super) struct Patterns(Vec<Compiled>);

struct Compiled {
    what: &'static str,
    pattern: &'static str,
    exact: OnceLock<Option<Regex>>,
    /// The same without borders of words, which make it slow beyond ASCII: where this does not match, the exact one does not either.
    loose: OnceLock<Option<Regex>>,
    proof: Proof,
}

impl Patterns {
    pub(super) fn get() -> &'static Self {
        static COMPILED: OnceLock<Patterns> = OnceLock::new();
        COMPILED.get_or_init(|| {
            let mut all: Vec<&Pattern> = LISTS.into_iter().flatten().collect();
            // Telephone numbers prove nothing: whatever else digits can be comes before.
            all.sort_by_key(|(what, ..)| *what == "telephone");
            let compiled = all.into_iter().map(|(what, pattern, proof)| Compiled {
                what,
                pattern,
                exact: OnceLock::new(),
                loose: OnceLock::new(),
                proof: *proof,
            });
            Self(compiled.collect())
        })
    }

    /// Every match that counts, pattern by pattern.
    ///
    /// # Errors
    /// [`CheckError::Cancelled`].
    pub(super) fn find(&self, text: &str, run: &Run<'_>) -> Result<Vec<(Range<usize>, &'static str)>, CheckError> {
        let mut found = Vec::new();
        let digits = around(text, |sign| sign.is_ascii_digit());
        let signs = around(text, |sign| matches!(sign, b'@' | b'(' | b'[' | b'<'));
        let links = words_with(text, "://");
        let all = pieces(text);
        for pattern in &self.0 {
            let stretches = match pattern.what {
                "link" => &links,
                "handle" => &signs,
                // In words as well: "at", "dot".
                "e_mail" | "secret" | "name" => &all,
                _ => &digits,
            };
            for stretch in stretches
                .iter()
                .filter(|stretch| pattern.may_match(&text[(*stretch).clone()]))
            {
                run.go_on()?;
                pattern.matches(text, stretch, |range| found.push((range, pattern.what)));
            }
        }
        people::names(text, &mut found);
        Ok(found)
    }
}

/// The stretches of a text around signs that a pattern needs: most of a text has no digits, and reading it for each pattern takes long.
fn around(text: &str, is_needed: impl Fn(u8) -> bool) -> Vec<Range<usize>> {
    let mut stretches: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.bytes().enumerate().filter(|(_, sign)| is_needed(*sign)) {
        if let Some(last) = stretches.last_mut().filter(|last| at < last.end) {
            last.end = last.end.max(at + REACH);
        } else {
            stretches.push(at.saturating_sub(REACH)..at + REACH);
        }
    }
    for stretch in &mut stretches {
        stretch.start = text.floor_char_boundary(stretch.start);
        // Where a word ends, if one does: half of one could be taken for another.
        let end = text.ceil_char_boundary(stretch.end.min(text.len()));
        let rest = &text[end..text.floor_char_boundary(end + REACH)];
        stretch.end = rest
            .find(char::is_whitespace)
            .map_or(text.floor_char_boundary(end + REACH), |more| end + more);
    }
    stretches
}

/// The words that hold something, each from blank to blank, however long.
fn words_with(text: &str, sign: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    for (at, _) in text.match_indices(sign) {
        if words.last().is_some_and(|last| at < last.end) {
            continue;
        }
        let start = text[..at].rfind(char::is_whitespace).unwrap_or(0);
        let end = text[at..].find(char::is_whitespace).map_or(text.len(), |blank| at + blank);
        words.push(start..end);
    }
    words
}

/// The text in pieces that overlap by more than a match is long.
fn pieces(text: &str) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut start = 0;
    while start < text.len() {
        let end = text.ceil_char_boundary((start + PIECE).min(text.len()));
        pieces.push(text.floor_char_boundary(start.saturating_sub(REACH))..end);
        start = end;
    }
    pieces
}

// A test sees to it that all patterns are well formed.
impl Compiled {
    /// Whether there could be a match in a stretch.
    fn may_match(&self, stretch: &str) -> bool {
        let loose = self.loose.get_or_init(|| Regex::new(&self.pattern.replace(r"\b", "")).ok());
        loose.as_ref().is_some_and(|loose| loose.is_match(stretch))
    }

    /// Every match in a stretch.
    fn matches(&self, text: &str, stretch: &Range<usize>, mut each: impl FnMut(Range<usize>)) {
        let Some(exact) = self.exact.get_or_init(|| Regex::new(self.pattern).ok()) else {
            return;
        };
        let mut from = stretch.start;
        while let Some(captures) = (from <= stretch.end)
            .then(|| exact.captures_at(&text[..stretch.end], from))
            .flatten()
        {
            let Some(all) = captures.get(0) else { return };
            let range = captures.name("it").unwrap_or(all).range();
            from = match (self.proof)(text, range) {
                Some(range) if !range.is_empty() => {
                    let next = range.end.max(all.start() + 1);
                    each(range);
                    next
                }
                // What does not count may hold what does: digits before a card's.
                _ => all.start() + 1,
            };
            from = text.ceil_char_boundary(from);
        }
    }
}

/// Whether nothing of the same word or number stands before a place.
pub(super) fn begins(text: &str, at: usize) -> bool {
    !text[..at].ends_with(|sign: char| sign.is_alphanumeric() || sign == '_')
}

/// Whether nothing of the same word or number stands after a place.
pub(super) fn ends(text: &str, at: usize) -> bool {
    !text[at..].starts_with(|sign: char| sign.is_alphanumeric() || sign == '_')
}

/// At most the last `bytes` bytes before a place.
pub(super) fn before(text: &str, at: usize, bytes: usize) -> &str {
    &text[text.ceil_char_boundary(at.saturating_sub(bytes))..at]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_is_well_formed() {
        let all = LISTS.iter().flat_map(|list| list.iter());
        for (what, pattern, _) in all {
            for pattern in [pattern.to_string(), pattern.replace(r"\b", "")] {
                assert!(Regex::new(&pattern).is_ok(), "{what}: {:?}", Regex::new(&pattern));
            }
        }
    }
}
