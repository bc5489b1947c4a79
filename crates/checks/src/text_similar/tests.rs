//! Pairs of texts: said before, or new.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::fs;

use earnest_domain::verdict::Decision;

use super::NAME;
use crate::{
    Asked, Cancel, Checks, Trace,
    capture::{Capture, Text},
    fixtures::{self, Case},
};

fn capture(text: &str) -> Capture {
    Capture::Text(Text::from_bytes(text.as_bytes()).unwrap())
}

/// What the check keeps of texts, the first as the newest; nothing of one that it cannot compare.
fn traces(texts: &[&str]) -> Vec<Trace> {
    let (checks, models, asked, cancel) = (
        Checks::load().unwrap(),
        fixtures::models(),
        Asked::default(),
        Cancel::default(),
    );
    let check = checks.find("text-similar").unwrap();
    let trace = |text: &&str| {
        let (_, bytes) = check
            .judge(&capture(text), &crate::Run::new(&models, &asked, &cancel))
            .unwrap();
        Some(Trace {
            capture: "said_before".to_owned(),
            bytes: bytes?,
        })
    };
    texts.iter().filter_map(trace).collect()
}

/// What is said now of each pair, held against what was said before in all of them.
pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let pairs = fs::read_to_string(fixtures::folder(NAME).join("fixtures/pairs.txt")).unwrap();
    let pairs: Vec<(&str, &str, &str)> = pairs
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            let (expected, pair) = line.split_once(": ").unwrap();
            let (before, now) = pair.split_once(" | ").unwrap();
            (expected, before, now)
        })
        .collect();
    let earlier = traces(&pairs.iter().map(|(_, before, _)| *before).collect::<Vec<_>>());
    for (expected, _, now) in pairs {
        let mut case = Case::new(expected, capture(now));
        case.earlier.clone_from(&earlier);
        each(case);
    }
}

fn called(before: &[&str], now: &str) -> String {
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    let mut case = Case::new("", capture(now));
    case.earlier = traces(before);
    let check = checks.find("text-similar").unwrap();
    check.judge(&case.capture, &case.run(&models, &cancel)).unwrap().0.reason
}

#[test]
fn what_was_said_before_is_seen_and_what_is_new_is_kept() {
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    let check = checks.find("text-similar").unwrap();
    let (mut again, mut seen, mut new, mut refused) = (0, 0, 0, Vec::new());
    cases(&mut |case| {
        let (verdict, _) = check.judge(&case.capture, &case.run(&models, &cancel)).unwrap();
        let is_refused = verdict.decision == Decision::Retry;
        if case.expected == "said_before" {
            again += 1;
            seen += usize::from(is_refused);
            if !is_refused {
                println!("missed: {:?} {:?}", case.capture, verdict.evidence);
            }
        } else {
            new += 1;
            if is_refused {
                refused.push(case.capture);
            }
        }
    });
    println!("{seen} of {again}, {} of {new}", refused.len());
    assert!(again >= 60 && new >= 60);
    assert!(seen * 100 >= again * 95, "{seen} of {again}");
    assert!(refused.len() * 100 <= new * 5, "{refused:?}");
}

#[test]
fn a_copy_is_seen_among_many_and_a_trace_of_another_time_is_passed_over() {
    let before = ["A heron by the pond.", "The swings are broken.", "It smells of bread here."];
    assert_eq!(called(&before, "The swings are BROKEN!"), "said_before");
    assert_eq!(called(&before, "Two people were fishing."), "something_new");
    let mut case = Case::new("", capture(before[0]));
    for bytes in [vec![], vec![1, 0], vec![2; 388], vec![0; 4096]] {
        case.earlier.push(Trace {
            capture: "other".to_owned(),
            bytes,
        });
    }
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    let check = checks.find("text-similar").unwrap();
    let (verdict, trace) = check.judge(&case.capture, &case.run(&models, &cancel)).unwrap();
    assert_eq!(
        (verdict.reason.as_str(), trace.map(|bytes| bytes.len())),
        ("something_new", Some(388))
    );
}

#[test]
fn what_is_kept_holds_nothing_of_what_is_taken_out() {
    let kept = |text: &str| traces(&[text]).swap_remove(0).bytes;
    assert_eq!(
        kept("Write to ada@example.org if the gate is closed."),
        kept("Write to grace@example.com if the gate is closed.")
    );
    assert_eq!(kept("Call +49 30 901820 now."), kept("Call +44 20 7946 0958 now."));
}

#[test]
fn what_the_model_cannot_read_is_not_compared() {
    for text in ["😀😀😀", " ", "\u{200b}", "ออออออ กกกกก"] {
        assert!(
            matches!(called(&[text], text).as_str(), "cannot_compare" | "said_before"),
            "{text:?}"
        );
    }
    assert_eq!(called(&[], "😀😀😀"), "cannot_compare");
    called(&[], &"a".repeat(Text::MOST_BYTES));
}

#[test]
fn the_card_tells_of_the_model_that_judges() {
    let checks = Checks::load().unwrap();
    for name in ["text-similar", "text-on-topic"] {
        let check = checks.find(name).unwrap();
        assert!(
            check.card().contains(&check.manifest().model.as_ref().unwrap().blake3),
            "{name}"
        );
    }
}
