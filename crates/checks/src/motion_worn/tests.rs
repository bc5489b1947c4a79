//! Wrists of people, and devices that lie somewhere.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]

use std::collections::BTreeMap;

use crate::{
    Checks,
    capture::{Capture, Motion},
    fixtures::Case,
    motion::fixtures::{
        Random, all_basic_motions, exercises, in_a_vehicle, in_g, motion, on_a_table, stepped, turned, with_gravity,
    },
};

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let mut random = Random(32);
    for (number, (_, channels)) in all_basic_motions().iter().enumerate() {
        let mut channels = turned(channels, &random.rotation());
        if number % 2 == 0 {
            channels = with_gravity(&channels, random.direction());
        }
        if number % 4 == 0 {
            channels = in_g(&channels);
        }
        each(Case::new("worn", Capture::Motion(motion(&channels, 10))));
    }
    for set in exercises().iter().step_by(2) {
        each(Case::new("worn", Capture::Motion(motion(&set.channels, 50))));
    }
    for number in 0..60 {
        let rate = [10, 25, 50, 100][number % 4];
        let lies = on_a_table(&mut random, rate, 15);
        // Some devices tell no more than 8 bits over +-2 g.
        let lies = if number % 5 == 0 { stepped(&lies, 0.15, 0.009) } else { lies };
        let lies = if number % 3 == 0 { in_g(&lies) } else { lies };
        each(Case::new("still", Capture::Motion(motion(&lies, rate))));
        let rides = in_a_vehicle(&mut random, rate, 15);
        let rides = if number % 3 == 0 { in_g(&rides) } else { rides };
        each(Case::new("shaken", Capture::Motion(motion(&rides, rate))));
    }
}

fn reason(motion: Motion) -> String {
    let (checks, models) = (Checks::load().unwrap(), crate::fixtures::models());
    let (asked, cancel) = (crate::Asked::default(), crate::Cancel::default());
    let check = checks.find("motion-worn").unwrap();
    let (verdict, _) = check
        .judge(&Capture::Motion(motion), &crate::Run::new(&models, &asked, &cancel))
        .unwrap();
    verdict.reason
}

#[test]
fn wrists_are_told_from_what_lies() {
    let mut counted: BTreeMap<String, BTreeMap<String, usize>> = BTreeMap::new();
    let checks = Checks::load().unwrap();
    let (models, asked, cancel) = (crate::fixtures::models(), crate::Asked::default(), crate::Cancel::default());
    let check = checks.find("motion-worn").unwrap();
    cases(&mut |case| {
        let (verdict, _) = check
            .judge(&case.capture, &crate::Run::new(&models, &asked, &cancel))
            .unwrap();
        *counted.entry(case.expected).or_default().entry(verdict.reason).or_default() += 1;
    });
    println!("{counted:?}");
    for (expected, called) in counted {
        let all: usize = called.values().sum();
        let right = called.get(&expected).copied().unwrap_or(0);
        assert!(all >= 40 && right * 100 >= all * 95, "{expected}: {called:?}");
    }
}

#[test]
fn without_a_gyroscope_what_lies_is_told_and_what_is_shaken_is_let_pass() {
    let mut random = Random(6);
    let mut lies = motion(&on_a_table(&mut random, 50, 10), 50);
    lies.angular_velocity = Default::default();
    assert_eq!(reason(lies), "still");
    let mut rides = motion(&in_a_vehicle(&mut random, 50, 10), 50);
    rides.angular_velocity = Default::default();
    assert_eq!(reason(rides), "worn");
}

#[test]
fn half_worn_is_worn_and_less_is_not() {
    let mut random = Random(7);
    let (lies, moves) = (on_a_table(&mut random, 10, 60), &all_basic_motions()[15].1);
    let partly = |seconds: usize| {
        let mut channels = lies.clone();
        for (channel, values) in channels.iter_mut().enumerate() {
            for (index, value) in values.iter_mut().take(seconds * 10).enumerate() {
                *value += moves[channel][index % 100];
            }
        }
        reason(motion(&channels, 10))
    };
    assert_eq!([partly(40), partly(20)], ["worn", "still"]);
}

#[test]
fn nothing_is_too_short() {
    let mut random = Random(8);
    assert_eq!(reason(Motion::default()), "too_short");
    assert_eq!(reason(motion(&on_a_table(&mut random, 50, 3), 50)), "too_short");
}
