//! The fixtures: what is marked is found and taken out, and nothing else is.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::time::Instant;

use earnest_domain::verdict::Decision;
use proptest::prelude::*;

use super::*;
use crate::{
    Asked, Cancel, Checks,
    capture::Text,
    fixtures::{self, Case},
    redact,
};

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    fixtures::texts(NAME, "cases.txt", each);
}

/// What is found in a text.
fn found_in(text: &str) -> Vec<(Range<usize>, &'static str)> {
    let (models, asked, cancel) = (fixtures::models(), Asked::default(), Cancel::default());
    find(text, &crate::Run::new(&models, &asked, &cancel)).unwrap()
}

/// What was written after the patterns, which were left as they were.
fn unseen(each: &mut dyn FnMut(Case)) {
    fixtures::texts(NAME, "unseen.txt", each);
}

#[test]
fn the_cards_tell_of_the_texts_that_no_pattern_saw() {
    fixtures::tell(NAME, "unseen", &fixtures::tally_of(NAME, unseen).table());
}

/// What was written before the patterns were widened.
fn held_out(each: &mut dyn FnMut(Case)) {
    fixtures::texts(NAME, "held_out.txt", each);
}

#[test]
fn the_cards_tell_of_the_texts_that_were_held_out() {
    fixtures::tell(NAME, "held out", &fixtures::tally_of(NAME, held_out).table());
}

/// A letter or a digit of what was marked that is left after all marks were taken out.
fn left(case: &Case) -> Vec<String> {
    let Capture::Text(text) = &case.capture else { unreachable!() };
    let spans = found_in(text.as_str());
    let is_out = |at: usize| spans.iter().any(|(range, _)| range.contains(&at));
    let of = |range: &Range<usize>| {
        let mut letters = text.as_str()[range.clone()].char_indices();
        letters.any(|(at, letter)| letter.is_alphanumeric() && !is_out(range.start + at))
    };
    let left = case.marks.iter().filter(|(range, _)| of(range));
    left.map(|(range, what)| format!("{what}: {}", &text.as_str()[range.clone()]))
        .collect()
}

#[test]
fn a_link_is_read_to_its_end_however_long_it_is() {
    let link = format!("https://example.org/report?id={}&session=Zx81kkQ2", "a".repeat(5_000));
    let text = format!("See {link} for the rest.");
    assert_eq!(found_in(&text), [(4..4 + link.len(), "link")]);
}

#[test]
fn nothing_of_what_is_marked_is_left_and_little_else_is_taken() {
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    let check = checks.find("text-personal-data").unwrap();
    let (mut all, mut tokens, mut remain, mut other, mut taken) = (0, 0, Vec::new(), Vec::new(), 0);
    cases(&mut |case| {
        all += 1;
        tokens += case.marks.len();
        remain.extend(left(&case));
        let Capture::Text(text) = &case.capture else { unreachable!() };
        let spans = found_in(text.as_str());
        let same = spans
            .iter()
            .map(|(range, what)| (range.clone(), (*what).to_owned()))
            .eq(case.marks.iter().cloned());
        if !same {
            let named: Vec<_> = spans
                .iter()
                .map(|(range, what)| (what, &text.as_str()[range.clone()]))
                .collect();
            other.push(format!("{}: {named:?}", text.as_str()));
        }
        taken += usize::from(case.marks.is_empty() && !spans.is_empty());
        let (verdict, _) = check.judge(&case.capture, &case.run(&models, &cancel)).unwrap();
        assert_eq!(verdict.decision == Decision::Redact, !spans.is_empty());
        let shared = redact::made(&case.capture, &[verdict], &case.asked).unwrap().unwrap();
        let redacted = String::from_utf8(shared.bytes).unwrap();
        for (range, what) in &spans {
            assert!(redacted.contains(&format!("[{}]", what.replace('_', "-"))), "{redacted}");
            assert!(
                range.len() < 3 || !redacted.contains(&text.as_str()[range.clone()]),
                "{redacted}"
            );
        }
    });
    assert!(all >= 400 && tokens >= 270, "{all} {tokens}");
    assert!(remain.is_empty(), "{remain:#?}");
    assert!(taken * 100 <= (all - tokens) * 5, "{taken} {other:#?}");
}

/// What a person could paste to make the check work for long, repeated.
const SLOW: [&str; 22] = [
    "a",
    "1",
    "1 ",
    "1-",
    "+1 ",
    "a@",
    "a.",
    "a@a.",
    "A ",
    "Aa ",
    "Anna ",
    "de ",
    "12 Aa ",
    "DE89 ",
    "4111 ",
    "f:",
    "::",
    "1.1.1.",
    "(1",
    "\n",
    "é",
    "住在路",
];

#[test]
fn ten_thousand_words_are_read_at_once_and_no_text_takes_long() {
    let mut words = String::new();
    cases(&mut |case| {
        let Capture::Text(text) = &case.capture else { unreachable!() };
        words.push_str(text.as_str());
        words.push('\n');
    });
    while words.split_whitespace().count() < 10_000 {
        words = words.repeat(2);
    }
    let end = words
        .split_whitespace()
        .take(10_000)
        .last()
        .map(|word| word.as_ptr() as usize - words.as_ptr() as usize);
    words.truncate(words.floor_char_boundary(end.unwrap()));
    let quiet = "The bench stands under two lime trees and the paint is flaking off since spring. ".repeat(667);
    for (name, text) in [("of the fixtures", &words), ("of a quiet text", &quiet)] {
        found_in(text);
        let started = Instant::now();
        let found = found_in(text).len();
        println!("10000 words {name}: {:?}, {found} marks", started.elapsed());
    }
    for unit in SLOW {
        let text = unit.repeat(Text::MOST_BYTES / unit.len());
        let started = Instant::now();
        found_in(&text);
        println!("{} bytes of {unit:?}: {:?}", text.len(), started.elapsed());
        // Unoptimised, and on a machine that is busy; a reading in time with the square of the length takes minutes.
        assert!(started.elapsed().as_secs() < 10, "{unit:?}: {:?}", started.elapsed());
    }
}

proptest! {
    #[test]
    fn any_text_is_judged_and_its_marks_lie_within_it(text in "\\PC{0,200}") {
        for (range, _) in found_in(&text) {
            prop_assert!(text.get(range.clone()).is_some(), "{range:?}");
            prop_assert!(!range.is_empty());
        }
    }
}
