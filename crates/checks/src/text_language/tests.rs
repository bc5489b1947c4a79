//! The fixtures, and texts that nobody wrote.
#![allow(clippy::unwrap_used)]

use earnest_domain::verdict::{Decision, Verdict};
use proptest::prelude::*;

use super::NAME;
use crate::{
    Asked, Cancel, Checks,
    capture::{Capture, Text},
    fixtures::{self, Case},
};

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    fixtures::texts(NAME, "cases.txt", each);
}

fn verdict(text: &str) -> Verdict {
    let (models, asked, cancel) = (fixtures::models(), Asked::default(), Cancel::default());
    let checks = Checks::load().unwrap();
    let check = checks.find("text-language").unwrap();
    let capture = Capture::Text(Text::from_bytes(text.as_bytes()).unwrap());
    check.judge(&capture, &crate::Run::new(&models, &asked, &cancel)).unwrap().0
}

#[test]
fn most_texts_are_called_by_their_language_and_few_by_another() {
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    let check = checks.find("text-language").unwrap();
    let (mut all, mut right, mut wrong) = (0, 0, Vec::new());
    cases(&mut |case| {
        let (verdict, _) = check
            .judge(&case.capture, &crate::Run::new(&models, &case.asked, &cancel))
            .unwrap();
        let called = verdict.label.unwrap_or(verdict.reason);
        all += 1;
        right += usize::from(called == case.expected);
        if called != case.expected && called != "unsure" {
            wrong.push(format!("{} was called {called}", case.expected));
        }
    });
    assert!(all >= 150 && right * 100 >= all * 95, "{right} of {all}");
    assert!(wrong.len() * 100 <= all * 2, "{wrong:?}");
}

#[test]
fn no_language_is_refused() {
    for text in ["Þetta er fallegur garður við sjóinn.", "\u{202e}abc", "ⵜⴰⵎⴰⵣⵉⵖⵜ ⵜⴰⵎⴰⵣⵉⵖⵜ"] {
        assert_eq!(verdict(text).decision, Decision::Accept, "{text}");
    }
    assert_eq!(verdict(&"a".repeat(Text::MOST_BYTES)).decision, Decision::Accept);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_text_is_judged(text in "\\PC{1,200}") {
        let verdict = verdict(&text);
        prop_assert_eq!(verdict.decision, Decision::Accept);
        prop_assert!(verdict.label.is_none_or(|code| code.len() == 2));
    }
}
