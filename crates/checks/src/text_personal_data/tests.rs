//! The fixtures: what is marked is found and taken out, and nothing else is.
#![allow(clippy::unwrap_used)]

use earnest_domain::verdict::Decision;
use proptest::prelude::*;

use super::*;
use crate::{
    Cancel, Checks,
    fixtures::{self, Case},
    redact,
};

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    fixtures::texts(NAME, "cases.txt", each);
}

/// What no pattern was tuned on.
fn held_out(each: &mut dyn FnMut(Case)) {
    fixtures::texts(NAME, "held_out.txt", each);
}

#[test]
fn the_cards_tell_of_the_texts_that_were_held_out() {
    let checks = Checks::load().unwrap();
    fixtures::tell(NAME, "held out", &fixtures::tally(&checks, NAME, held_out).table());
}

#[test]
fn what_is_marked_is_found_and_nothing_of_it_is_left() {
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    let check = checks.find("text-personal-data").unwrap();
    let (mut tokens, mut wrong) = (0, Vec::new());
    cases(&mut |case| {
        let Capture::Text(text) = &case.capture else { unreachable!() };
        let text = text.as_str();
        let (verdict, _) = check
            .judge(&case.capture, &fixtures::run(&models, &case.asked, &cancel))
            .unwrap();
        let spans = find(text);
        let same = spans.len() == case.marks.len()
            && spans
                .iter()
                .zip(&case.marks)
                .all(|(span, mark)| (&span.0, span.1) == (&mark.0, mark.1.as_str()));
        if !same || verdict.reason != case.expected {
            let named: Vec<_> = spans.iter().map(|(range, what)| (what, &text[range.clone()])).collect();
            wrong.push(format!("{text}: {named:?}"));
            return;
        }
        assert_eq!(verdict.decision == Decision::Redact, !case.marks.is_empty());
        let shared = redact::shared(&case.capture, &[verdict], &case.asked).unwrap().unwrap();
        let redacted = String::from_utf8(shared.bytes).unwrap();
        for (range, _) in &case.marks {
            assert!(!redacted.contains(&text[range.clone()]), "{redacted}");
        }
        tokens += case.marks.len();
    });
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(tokens >= 55, "{tokens}");
}

proptest! {
    #[test]
    fn any_text_is_judged_and_its_marks_lie_within_it(text in "\\PC{0,200}") {
        for (range, _) in find(&text) {
            prop_assert!(text.get(range.clone()).is_some(), "{range:?}");
            prop_assert!(!range.is_empty());
        }
    }
}
