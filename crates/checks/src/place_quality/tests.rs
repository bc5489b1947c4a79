//! Recordings that are made: good ones of every way to go, and each way in which one can be poor.
#![allow(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]

use earnest_domain::time::Span;

use super::*;
use crate::{
    Cancel,
    fixtures::{
        self, Case,
        places::{Random, Trip, Way, at, place},
    },
};

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let mut random = Random(11);
    let mut give = |expected: &str, fixes: Vec<Fix>| each(Case::new(expected, place(fixes, Vec::new())));
    for way in [Way::Rest].into_iter().chain(Way::MOVING) {
        for _ in 0..12 {
            let trip = Trip::any(way, &mut random);
            give("usable", trip.fixes(&mut random));
        }
    }
    for number in 0..40 {
        let way = Way::MOVING[number % 6];
        let trip = Trip::any(way, &mut random);
        let fixes = trip.fixes(&mut random);
        give("too_few", fixes[..=number % 4].to_vec());

        // Cells of the telephone network, and what phones give apps without leave for the precise location.
        let rough = random.within(150.0, 3_000.0);
        let blurred = fixes.iter().map(|fix| Fix {
            accuracy: Some(rough * (0.7 + 0.6 * ((fix.time.micros() % 7) as f64 / 6.0))),
            ..*fix
        });
        give("inaccurate", blurred.collect());

        // A way of hours with positions at its ends alone.
        let long = Trip {
            seconds: 7_200.0,
            every: 20.0,
            ..trip
        };
        let mut ends = long.fixes(&mut random);
        let last = ends.len() - 20;
        ends.drain(20..last);
        give("gaps", ends);

        let missing = fixes
            .iter()
            .enumerate()
            .map(|(index, fix)| if index % 5 == number % 5 { at_zero(fix) } else { *fix });
        give("nowhere", missing.collect());

        // A clock that is set again and again.
        let jumping = fixes.iter().enumerate().map(|(index, fix)| Fix {
            time: if index % 4 == 3 {
                fix.time.minus(Span::from_seconds(3_600))
            } else {
                fix.time
            },
            ..*fix
        });
        give("unordered", jumping.collect());
    }
}

fn at_zero(fix: &Fix) -> Fix {
    Fix {
        time: fix.time,
        ..at((0.0, 0.0))
    }
}

#[test]
fn each_recording_is_called_what_it_is() {
    fixtures::places::nearly_all_are_right("place-quality", cases);
}

#[test]
fn a_night_at_one_place_is_no_gap() {
    let check = fixtures::check("place-quality");
    let mut random = Random(3);
    let mut fixes = Trip::by(Way::Walk).fixes(&mut random);
    let (before, still) = (fixes.len(), *fixes.last().unwrap());
    fixes.push(Fix {
        time: still.time.plus(Span::from_seconds(9 * 3_600)),
        ..still
    });
    let case = Case::new("usable", place(fixes, Vec::new()));
    let (verdict, _) = check
        .judge(&case.capture, &case.run(&fixtures::models(), &Cancel::default()))
        .unwrap();
    assert_eq!((verdict.reason.as_str(), before), ("usable", 450));
}
