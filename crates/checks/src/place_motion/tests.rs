//! Ways that are made, with what a wrist or a phone would tell beside them: the truth, or not.
#![allow(clippy::unwrap_used, clippy::cast_possible_truncation, clippy::cast_sign_loss)]

use earnest_domain::time::Span;

use super::*;
use crate::{
    Asked, Cancel,
    fixtures::{
        self, Case,
        places::{Random, Trip, Way as By, at, place},
    },
};

/// What is told each minute: steps, or what the wearer is taken to be doing.
fn beside(trip: &Trip, random: &mut Random, way: By, counts: bool) -> Vec<Moving> {
    let minutes = (trip.seconds / 60.0) as i64;
    (0..minutes)
        .map(|minute| {
            let from = trip.start.plus(Span::from_seconds(minute * 60));
            let cadence = match way {
                By::Walk => random.within(95.0, 120.0),
                By::Run => random.within(150.0, 180.0),
                By::Cycle => random.within(0.0, 15.0),
                // A hand that reaches for something now and then.
                _ => random.within(-6.0, 8.0).max(0.0),
            };
            let on_foot = matches!(way, By::Walk | By::Run);
            let wrong = random.unit() < 0.05;
            Moving {
                from,
                to: from.plus(Span::from_seconds(60)),
                steps: counts.then_some(cadence as u32),
                on_foot: (!counts).then_some(on_foot != wrong),
                at_rest: (!counts).then_some(way == By::Rest && !wrong),
            }
        })
        .collect()
}

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let mut random = Random(31);
    for number in 0..60 {
        let counts = number % 2 == 0;
        for way in [By::Rest, By::Walk, By::Run, By::Cycle, By::Car, By::Train] {
            let trip = Trip::any(way, &mut random);
            let told = beside(&trip, &mut random, way, counts);
            each(Case::new("agrees", place(trip.fixes(&mut random), told)));
        }
        let still = Trip::any(By::Rest, &mut random);
        let told = beside(&still, &mut random, if number % 4 < 2 { By::Walk } else { By::Run }, counts);
        each(Case::new("walks_in_place", place(still.fixes(&mut random), told)));

        let walk = Trip::any(By::Walk, &mut random);
        let told = beside(&walk, &mut random, By::Rest, counts);
        each(Case::new("moves_at_rest", place(walk.fixes(&mut random), told)));

        each(Case::new("no_motion", walk.capture(&mut random)));
        let told = beside(&walk, &mut random, By::Walk, counts)[..2].to_vec();
        each(Case::new("too_little", place(walk.fixes(&mut random), told)));
    }
}

#[test]
fn each_story_is_called_what_it_is() {
    fixtures::places::nearly_all_are_right("place-motion", cases);
}

/// Positions a second apart, and as many stretches that each last for hours: together they were some thousand million positions to sort.
#[test]
fn stretches_that_all_overlap_are_looked_at_once() {
    let start = Trip::by(By::Rest).start;
    let second = |number: i64| start.plus(Span::from_seconds(number));
    let fixes: Vec<Fix> = (0..50_000)
        .map(|number| Fix {
            time: second(number),
            ..at((52.5, 13.4))
        })
        .collect();
    for hours in [1, 3, 20] {
        let told = |number: i64| Moving {
            from: second(number),
            to: second(number + hours * 3_600),
            steps: (number % 2 == 0).then_some(6_000 * hours as u32),
            on_foot: (number % 2 == 1).then_some(true),
            at_rest: None,
        };
        let capture = place(fixes.clone(), (0..50_000).map(told).collect());
        let Capture::Place(place) = &capture else { unreachable!() };
        let check = fixtures::check("place-motion");
        let stretches = Agreement(check.manifest().limits(NAME).unwrap()).stretches(place);
        let looked_at: usize = stretches.iter().map(|(_, fixes)| fixes.len()).sum();
        assert!(
            looked_at <= 2 * fixes.len() + stretches.len(),
            "{looked_at} positions in {} stretches",
            stretches.len()
        );
        let (models, asked, cancel) = (fixtures::models(), Asked::default(), Cancel::default());
        let (verdict, _) = check.judge(&capture, &crate::Run::new(&models, &asked, &cancel)).unwrap();
        assert_eq!(verdict.reason, if hours > 4 { "too_little" } else { "walks_in_place" });
    }
}
