//! Ways that are made: those that people go, and each manner of making one up.
#![allow(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]

use earnest_domain::time::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::{
    Cancel,
    fixtures::{
        self, Case,
        places::{NOON, Random, Trip, Way, at, moved, place},
    },
};

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let mut random = Random(21);
    for way in [Way::Rest].into_iter().chain(Way::MOVING) {
        for _ in 0..20 {
            let trip = Trip::any(way, &mut random);
            let mut case = Case::new("plausible", trip.capture(&mut random));
            case.now = Some(trip.start.plus(Span::from_seconds(3_600)));
            each(case);
        }
    }
    for number in 0..40 {
        let mut trip = Trip::any(Way::MOVING[number % 6], &mut random);
        trip.seconds = trip.seconds.max(trip.every * 60.0);
        let fixes = trip.fixes(&mut random);
        let middle = fixes.len() / 2;
        let mut give = |expected: &str, fixes: Vec<Fix>| each(Case::new(expected, place(fixes, Vec::new())));

        // The flag of the system, on all of it or on a part.
        let from = if number % 2 == 0 { 0 } else { middle };
        give("mock", altered(&fixes, |index, fix| fix.mock = index >= from));

        // Elsewhere from one moment to the next; sometimes back after a while.
        let (away, back) = (
            random.within(10_000.0, 2e6),
            if number % 2 == 0 { fixes.len() } else { middle + 12 },
        );
        let jump = |index: usize, fix: &mut Fix| {
            if (middle..back).contains(&index) {
                *fix = shifted(fix, away);
            }
        };
        give("teleport", altered(&fixes, jump));

        // Positions thrown about, one in four.
        let throw: Vec<f64> = fixes.iter().map(|_| random.within(4_000.0, 40_000.0)).collect();
        let thrown = |index: usize, fix: &mut Fix| {
            if index % 4 == 1 && !(30.0..).contains(&trip.every) {
                *fix = shifted(fix, throw[index] * trip.every);
            }
        };
        give("outliers", altered(&fixes, thrown));

        // A way played too fast.
        let fast = random.within(450.0, 3_000.0);
        let step = |index: usize, fix: &mut Fix| *fix = shifted(fix, index as f64 * trip.every * fast);
        give("impossible_speed", altered(&fixes, step));

        // A loop of some minutes, played again and again.
        let piece = &fixes[..fixes.len() / 4];
        let again = (0..fixes.len()).map(|index| Fix {
            time: fixes[index].time,
            ..piece[index % piece.len()]
        });
        let again: Vec<Fix> = again.collect();
        // What goes far is caught by its jump back before.
        let slow = trip.way == Way::Walk || trip.way == Way::Run;
        if slow {
            give("repeated", near(&again, &piece[0]));
        } else {
            let walk = Trip { way: Way::Walk, ..trip };
            let round = there_and_back(&walk.fixes(&mut random));
            give("repeated", round);
        }

        // A route drawn with a mouse: straight legs, an even pace, no tremble.
        give("drawn", drawn(&trip, &mut random));

        // The phone gives the app a grid of a kilometre or a hundred metres.
        let decimals = 10_f64.powi(2 + i32::from(number % 2 == 0));
        let round = |degrees: f64| (degrees * decimals).round() / decimals;
        let quick = Trip {
            way: Way::MOVING[2 + number % 4],
            every: 10.0,
            seconds: 1_500.0,
            ..trip
        };
        let grid = |_: usize, fix: &mut Fix| {
            (fix.latitude, fix.longitude) = (round(fix.latitude), round(fix.longitude));
            fix.accuracy = Some(1_500.0);
        };
        give("rounded", altered(&quick.fixes(&mut random), grid));

        let mut case = Case::new("future", place(fixes.clone(), Vec::new()));
        let ahead = random.within(600.0, 1e7) as i64;
        case.now = Some(fixes[fixes.len() - 1].time.minus(Span::from_seconds(ahead)));
        each(case);

        // Told to be in the zone of a place six to twelve hours away.
        let sun = (fixes[middle].longitude / 15.0).round();
        let zone = sun + random.within(6.5, 17.5);
        let zone = if zone > 14.0 { zone - 24.0 } else { zone };
        let told = Place::new(fixes, Vec::new())
            .unwrap()
            .with_utc_offset(Some((zone * 60.0) as i32));
        each(Case::new("other_zone", Capture::Place(told)));
    }
}

fn altered(fixes: &[Fix], mut change: impl FnMut(usize, &mut Fix)) -> Vec<Fix> {
    let mut fixes = fixes.to_vec();
    for (index, fix) in fixes.iter_mut().enumerate() {
        change(index, fix);
    }
    fixes
}

/// Some metres further north, or south where there is no north left.
fn shifted(fix: &Fix, metres: f64) -> Fix {
    let degrees = metres / 111_195.0;
    let up = fix.latitude + degrees;
    // Around the globe by way of the poles, and on the far side of the day where it has to be.
    let around = (up + 90.0).rem_euclid(360.0);
    let (latitude, over) = if around <= 180.0 {
        (around - 90.0, 0.0)
    } else {
        (270.0 - around, 180.0)
    };
    Fix {
        latitude,
        longitude: (fix.longitude + over + 540.0).rem_euclid(360.0) - 180.0,
        ..*fix
    }
}

/// Each round begins where the last ended: no jump shows.
fn there_and_back(fixes: &[Fix]) -> Vec<Fix> {
    let piece = &fixes[..fixes.len() / 4];
    let mut round: Vec<Fix> = piece.to_vec();
    round.extend(piece.iter().rev().skip(1).take(piece.len() - 2));
    fixes
        .iter()
        .enumerate()
        .map(|(index, fix)| Fix {
            time: fix.time,
            ..round[index % round.len()]
        })
        .collect()
}

/// With its rounds put so that they close.
fn near(again: &[Fix], _: &Fix) -> Vec<Fix> {
    there_and_back(again)
}

fn drawn(trip: &Trip, random: &mut Random) -> Vec<Fix> {
    let speed = [1.4, 3.0, 5.0, 12.0, 50.0, 200.0][(random.unit() * 6.0) as usize];
    let (mut east, mut north, mut heading) = (0.0, 0.0, 0.0_f64);
    let mut way = Vec::new();
    for number in 0..100 {
        if number % 15 == 0 {
            heading = random.within(0.0, std::f64::consts::TAU);
        }
        east += speed * trip.every * heading.cos();
        north += speed * trip.every * heading.sin();
        way.push(Fix {
            time: NOON.plus(Span::from_micros((f64::from(number) * trip.every * 1e6) as i64)),
            accuracy: Some(5.0),
            speed: Some(speed),
            ..at(moved(trip.from, east, north))
        });
    }
    way
}

#[test]
fn each_way_is_called_what_it_is() {
    fixtures::places::nearly_all_are_right("place-plausible", cases);
}

#[test]
fn a_stale_first_position_and_single_mistakes_are_forgiven() {
    let mut random = Random(5);
    let mut fixes = Trip::by(Way::Walk).fixes(&mut random);
    fixes[0] = shifted(&fixes[0], 40_000.0);
    for index in [50, 51, 200, 300] {
        fixes[index] = shifted(&fixes[index], 5_000.0);
    }
    let case = Case::new("plausible", place(fixes, Vec::new()));
    let check = fixtures::check("place-plausible");
    let (verdict, _) = check
        .judge(&case.capture, &case.run(&fixtures::models(), &Cancel::default()))
        .unwrap();
    assert_eq!(verdict.reason, "plausible", "{:?}", verdict.evidence);
}

#[test]
fn the_zones_of_the_world_are_believed() {
    // Kashgar, Vigo in summer, Reykjavik, Kiritimati, Tonga, Provideniya, Buenos Aires, Adak.
    let zones = [
        (75.99, 8.0),
        (-8.72, 2.0),
        (-21.9, 0.0),
        (-157.4, 14.0),
        (-175.2, 13.0),
        (-173.2, 12.0),
        (-58.4, -3.0),
        (-176.6, -10.0),
    ];
    for (longitude, hours) in zones {
        let apart = from_sun(longitude, (hours * 60.0) as i32);
        assert!(apart <= 4.5, "{longitude}: {apart}");
    }
    assert!(from_sun(13.4, -5 * 60) > 4.5, "New York's clock in Berlin");
}

proptest! {
    #[test]
    fn any_way_is_judged(points in proptest::collection::vec((-90.0..=90.0, -180.0..=180.0, 0..2_000_000_000_i64, 0.0..1e5), 1..60)) {
        let fixes = points.into_iter().map(|(north, east, time, accuracy)| Fix {
            time: Timestamp::from_seconds(time),
            accuracy: Some(accuracy),
            ..at((north, east))
        });
        let case = Case::new("", place(fixes.collect(), Vec::new()));
            let check = fixtures::check("place-plausible");
        prop_assert!(check.judge(&case.capture, &case.run(&fixtures::models(), &Cancel::default())).is_ok());
    }
}
