//! Ways: other goings of the same way, and copies of one.

use earnest_domain::time::Span;

use super::*;
use crate::{
    capture::Fix,
    fixtures::places::{NOON, Trip, Way, at, moved, place},
};

const WAYS: [Way; 5] = [Way::Walk, Way::Run, Way::Cycle, Way::Car, Way::Train];

/// The same way on another day: neither as fast everywhere nor with the same errors.
fn again(route: &[Fix], error: f64, random: &mut Random) -> Vec<Fix> {
    let (mut pace, mut later) = (0.0_f64, random.within(0.0, 2e7));
    let mut errors = [random.normal() * error, random.normal() * error];
    let mut last: Option<&Fix> = None;
    let day = random.within(1.0, 300.0).floor() * 86_400.0;
    let mut again = Vec::new();
    let mut waits = 1.0;
    for fix in route {
        // Lights are as they are: each wait is as long as it is that day.
        let stands = fix.speed.is_some_and(|speed| speed < 0.4);
        if !stands {
            waits = random.within(0.2, 2.0);
        }
        let step = last.map_or(0.0, |last| last.seconds_to(fix));
        let keep = (-step / 40.0).exp();
        for axis in &mut errors {
            *axis = *axis * keep + random.normal() * error * (1.0 - keep * keep).sqrt();
        }
        pace = pace * keep + random.normal() * 0.12 * (1.0 - keep * keep).sqrt();
        later += step * if stands { waits } else { (1.0 + pace).clamp(0.6, 1.5) };
        let here = moved(
            (fix.latitude, fix.longitude),
            errors[0] + random.normal() * 0.3,
            errors[1] + random.normal() * 0.3,
        );
        again.push(Fix {
            time: NOON.plus(Span::from_micros(((day + later) * 1e6) as i64)),
            accuracy: Some((error * random.within(1.0, 2.0)).round()),
            ..at(here)
        });
        last = Some(fix);
    }
    again
}

fn copied(way: usize, fixes: &[Fix], random: &mut Random) -> Vec<Fix> {
    let first = fixes[0];
    let times = |factor: f64| {
        move |fix: &Fix| Fix {
            time: first
                .time
                .plus(Span::from_micros((first.seconds_to(fix) * factor * 1e6) as i64)),
            ..*fix
        }
    };
    match way {
        0 => fixes.to_vec(),
        1 => fixes
            .iter()
            .map(|fix| Fix {
                time: fix.time.plus(Span::from_seconds(86_400 * 9 + 11)),
                ..*fix
            })
            .collect(),
        // In another town, and turned by a quarter.
        2 => fixes
            .iter()
            .map(|fix| {
                let east = (fix.longitude - first.longitude) * first.latitude.to_radians().cos() * 111_195.0;
                let north = (fix.latitude - first.latitude) * 111_195.0;
                let there = moved((48.1, 11.6), -north, east);
                Fix {
                    latitude: there.0,
                    longitude: there.1,
                    ..*fix
                }
            })
            .collect(),
        3 => fixes.iter().map(times(0.92)).collect(),
        4 => fixes.iter().map(times(1.09)).collect(),
        5 => fixes
            .iter()
            .map(|fix| {
                let here = moved((fix.latitude, fix.longitude), random.normal() * 0.7, random.normal() * 0.7);
                Fix {
                    latitude: here.0,
                    longitude: here.1,
                    ..*fix
                }
            })
            .collect(),
        6 => {
            let from = (random.unit() * fixes.len() as f64 / 2.0) as usize;
            fixes[from..from + fixes.len() / 2].to_vec()
        }
        _ => fixes.iter().step_by(2).copied().collect(),
    }
}

/// Drawn with a ruler or a compass, at an even pace.
pub(super) fn made_up(number: usize, random: &mut Random) -> Capture {
    let (speed, every, radius) = (
        random.within(1.0, 20.0),
        [1.0, 2.0, 5.0][number % 3],
        random.within(2_000.0, 9_000.0),
    );
    let heading = random.within(0.0, 6.0_f64);
    let fix = |at_step: usize| {
        let along = speed * every * at_step as f64;
        let (east, north) = if number.is_multiple_of(2) {
            (along * heading.cos(), along * heading.sin())
        } else {
            (radius * (along / radius).cos(), radius * (along / radius).sin())
        };
        Fix {
            time: NOON.plus(Span::from_micros((at_step as f64 * every * 1e6) as i64)),
            accuracy: Some(5.0),
            ..at(moved((52.5, 13.4), east, north))
        }
    };
    place((0..300).map(fix).collect(), Vec::new())
}

pub(super) fn cases(each: &mut dyn FnMut(Case)) {
    let mut random = Random(53);
    for number in 0..60 {
        let trip = Trip {
            seconds: 1_200.0,
            every: [1.0, 2.0, 5.0][number % 3],
            error: 0.0,
            ..Trip::by(WAYS[number % 5])
        };
        let route = trip.fixes(&mut random);
        let error = random.within(2.0, 7.0);
        let goings: Vec<Vec<Fix>> = (0..4).map(|_| again(&route, error, &mut random)).collect();
        let traces: Vec<Trace> = goings[1..]
            .iter()
            .map(|fixes| trace(&place(fixes.clone(), Vec::new())))
            .collect();
        each(Case {
            earlier: traces.clone(),
            ..Case::new("nothing_odd", place(goings[0].clone(), Vec::new()))
        });
        each(Case {
            earlier: traces,
            ..Case::new(
                "copy",
                place(copied(number % 8, &goings[1 + number % 3], &mut random), Vec::new()),
            )
        });
        if number < 40 {
            each(Case::new("doubtful", made_up(number, &mut random)));
        }
    }
}
