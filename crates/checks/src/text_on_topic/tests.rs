//! The fixtures, and what nobody would ask.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use earnest_domain::verdict::{Decision, Verdict};

use super::NAME;
use crate::{
    Asked, Cancel, Checks,
    capture::{Capture, Text},
    fixtures::{self, Case},
};

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    fixtures::texts(NAME, "cases.txt", each);
}

fn verdict(prompt: Option<&str>, text: &str) -> Verdict {
    let asked = Asked {
        prompt: prompt.map(str::to_owned),
        ..Asked::default()
    };
    let (models, cancel, checks) = (fixtures::models(), Cancel::default(), Checks::load().unwrap());
    let capture = Capture::Text(Text::from_bytes(text.as_bytes()).unwrap());
    let check = checks.find("text-on-topic").unwrap();
    check.judge(&capture, &crate::Run::new(&models, &asked, &cancel)).unwrap().0
}

#[test]
fn what_is_about_something_else_is_mostly_seen_and_what_is_not_is_kept() {
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    let check = checks.find("text-on-topic").unwrap();
    let (mut off, mut seen, mut on, mut refused) = (0, 0, 0, Vec::new());
    cases(&mut |case| {
        let (verdict, _) = check.judge(&case.capture, &case.run(&models, &cancel)).unwrap();
        let is_refused = verdict.decision == Decision::Retry;
        if case.expected == "off_topic" {
            off += 1;
            seen += usize::from(is_refused);
        } else {
            on += 1;
            if is_refused {
                refused.push(case);
            }
        }
    });
    println!("{seen} of {off}, {} of {on}", refused.len());
    assert!(off >= 60 && on >= 60);
    assert!(seen * 100 >= off * 85, "{seen} of {off}");
    assert!(refused.len() * 100 <= on * 5, "{refused:?}");
}

#[test]
fn without_a_question_there_is_no_topic() {
    assert_eq!(verdict(None, "My cat sleeps on the keyboard again.").reason, "not_asked");
    assert_eq!(
        verdict(Some("?!"), "My cat sleeps on the keyboard again.").reason,
        "not_asked"
    );
}

#[test]
fn an_answer_that_is_personal_data_alone_is_asked_for_again() {
    let question = Some("How did you sleep last night?");
    let nothing = verdict(question, "ada@example.org");
    assert_eq!((nothing.reason.as_str(), nothing.decision), ("nothing_left", Decision::Retry));
    let some = verdict(
        question,
        "I slept badly and woke up at three, write to ada@example.org if you want to know more.",
    );
    assert_eq!(some.reason, "on_topic");
}

#[test]
fn it_is_silent_in_languages_that_it_does_not_know() {
    let question = Some("How did you sleep last night?");
    for text in [
        "สวนสาธารณะเงียบสงบ มีเพียงเสียงนก",
        "Der Schrank ist zu groß für das kleine Zimmer.",
        "😀😀😀",
    ] {
        assert_eq!(verdict(question, text).reason, "other_language", "{text}");
    }
    let german = verdict(
        Some("Wie haben Sie in der letzten Nacht geschlafen?"),
        "My cat sleeps on the keyboard again.",
    );
    assert_eq!(german.reason, "other_language");
}

#[test]
fn a_question_hidden_in_a_long_text_or_no_text_at_all_ends_in_a_verdict() {
    let question = Some("How did you sleep last night?");
    for text in [
        "a".repeat(Text::MOST_BYTES),
        "walk ".repeat(50_000),
        " ".to_owned(),
        "\u{202e}\u{200b}".to_owned(),
    ] {
        verdict(question, &text);
    }
}
