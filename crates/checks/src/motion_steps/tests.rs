//! People on foot, with known steps or with two sensors that have to agree; and people who are not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]
// Signals of some thousand readings are far from where these casts lose anything.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss
)]

mod counted;

use std::f32::consts::TAU;

use earnest_domain::{activity::Activity, verdict::Evidence};

use crate::{
    Finding,
    capture::{Capture, Motion},
    fixtures::Case,
    motion::fixtures::{
        Channels, Gait, Random, basic_motions, exercises, in_a_vehicle, in_g, motion, on_a_table, on_foot, turned, with_gravity,
    },
};

/// Rates that devices send at.
const RATES: [usize; 4] = [10, 25, 50, 100];

/// Somebody on foot, in the `number`-th of many ways: turned anyhow, in g or m/s2; with the steps that were taken.
fn somebody(random: &mut Random, number: usize) -> (Motion, usize, Gait) {
    let gait = match number % 5 {
        4 => Gait::run(random),
        // Hands that hold something do not swing.
        3 => Gait {
            swing: 0.05,
            bounce: 2.5,
            ..Gait::walk(random)
        },
        _ => Gait::walk(random),
    };
    let (steps, rate) = (20 + random.one_of(60), RATES[number % 4]);
    let channels = turned(&on_foot(random, gait, steps, 4, rate), &random.rotation());
    let channels = if number.is_multiple_of(3) { in_g(&channels) } else { channels };
    (motion(&channels, rate), steps, gait)
}

/// Hands that do something else: type, shake a bottle, wave slowly.
fn hands(random: &mut Random, number: usize, rate: usize) -> Channels {
    let length = rate * 20;
    let mut channels = on_a_table(random, rate, 20);
    let (ways, hertz) = (
        random.direction(),
        [random.between(4.0, 4.8), random.between(0.2, 0.45)][number % 2],
    );
    let mut key = [0.0; 6];
    for index in 0..length {
        let t = index as f32 / rate as f32;
        // Keys are struck at any moment, and each strike fades.
        for (channel, value) in key.iter_mut().enumerate() {
            *value *= 0.02_f32.powf(1.0 / rate as f32 * 5.0);
            if random.unit() < 6.0 / rate as f32 {
                *value += random.normal() * if channel < 3 { 0.8 } else { 0.3 };
            }
        }
        for (channel, axis) in channels.iter_mut().enumerate() {
            axis[index] += if number.is_multiple_of(3) {
                key[channel]
            } else {
                let size = if channel < 3 { 6.0 } else { 2.0 };
                size * ways[channel % 3] * (TAU * hertz * t).sin()
            };
        }
    }
    channels
}

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let mut random = Random(33);
    for (activity, channels) in basic_motions("TEST") {
        let on_foot = matches!(activity, Activity::Walking | Activity::Running);
        let expected = if on_foot { "steps" } else { "no_steps" };
        each(Case::new(expected, Capture::Motion(motion(&channels, 10))));
        let elsewhere = with_gravity(&turned(&channels, &random.rotation()), random.direction());
        each(Case::new(expected, Capture::Motion(motion(&elsewhere, 10))));
    }
    for number in 0..60 {
        let (motion, ..) = somebody(&mut random, number);
        each(Case::new("steps", Capture::Motion(motion)));
    }
    for number in 0..20 {
        let rate = RATES[number % 4];
        for channels in [
            hands(&mut random, number, rate),
            on_a_table(&mut random, rate, 20),
            in_a_vehicle(&mut random, rate, 20),
            random.noise(rate * 20, 2.0, 2.0, Random::normal),
        ] {
            each(Case::new("no_steps", Capture::Motion(motion(&channels, rate))));
        }
    }
}

fn found(motion: &Motion) -> Finding {
    let manifest = crate::Manifest::parse(super::NAME, include_str!("manifest.toml")).unwrap();
    let (models, asked, cancel) = (crate::fixtures::models(), crate::Asked::default(), crate::Cancel::default());
    super::check(&manifest)
        .unwrap()
        .judge(&Capture::Motion(motion.clone()), &crate::Run::new(&models, &asked, &cancel))
        .unwrap()
}

fn measured(finding: &Finding, wanted: &str) -> f64 {
    let value = finding.evidence.iter().find_map(|evidence| match evidence {
        Evidence::Measure { what, value, .. } if what == wanted => Some(*value),
        _ => None,
    });
    value.unwrap_or(0.0)
}
