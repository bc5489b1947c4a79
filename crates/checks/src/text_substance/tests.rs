//! The fixtures, one by one.
#![allow(clippy::unwrap_used)]

use super::NAME;
use crate::{
    Cancel, Checks,
    fixtures::{self, Case},
};

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    fixtures::texts(NAME, "cases.txt", each);
}

#[test]
fn each_text_is_called_what_it_is() {
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    let check = checks.find("text-substance").unwrap();
    let (mut all, mut wrong) = (0, Vec::new());
    cases(&mut |case| {
        all += 1;
        let (verdict, _) = check
            .judge(&case.capture, &crate::Run::new(&models, &case.asked, &cancel))
            .unwrap();
        if verdict.reason != case.expected {
            wrong.push(format!("{:?} is {}, not {}", case.capture, case.expected, verdict.reason));
        }
    });
    assert!(all >= 90, "{all}");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
