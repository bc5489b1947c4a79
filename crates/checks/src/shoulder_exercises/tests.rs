//! People whom the model never saw, and those who do something else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]
// Signals of some thousand readings are far from where these casts lose anything.
#![allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]

mod parity;
mod people;
mod repeated;

use std::sync::OnceLock;

use earnest_domain::verdict::Evidence;

use super::Limits;
use crate::{
    Finding, Manifest,
    capture::{Capture, Motion},
    fixtures::Case,
    models::Models,
    motion::fixtures::{
        Channels, Exercise, Gait, Random, basic_motions, exercises, in_a_vehicle, motion, on_a_table, on_foot, turned, with_gravity,
    },
};

/// Those that `train.py` leaves out.
const NEVER_SEEN: [u8; 3] = [3, 6, 9];

fn manifest() -> Manifest {
    Manifest::parse(super::NAME, include_str!("manifest.toml")).unwrap()
}

fn labels() -> Vec<String> {
    manifest().limits::<Limits>(super::NAME).unwrap().labels
}

fn never_seen() -> impl Iterator<Item = &'static Exercise> {
    exercises().iter().filter(|set| NEVER_SEEN.contains(&set.person))
}

/// Motion that is no exercise, with gravity, at some rate.
fn others() -> Vec<(Channels, usize)> {
    let mut random = Random(38);
    let mut all: Vec<(Channels, usize)> = basic_motions("TEST")
        .into_iter()
        .map(|(_, channels)| (with_gravity(&turned(&channels, &random.rotation()), random.direction()), 10))
        .collect();
    for number in 0..10 {
        let rate = [25, 50, 100][number % 3];
        let gait = if number % 2 == 0 {
            Gait::walk(&mut random)
        } else {
            Gait::run(&mut random)
        };
        all.push((on_a_table(&mut random, rate, 20), rate));
        all.push((in_a_vehicle(&mut random, rate, 20), rate));
        all.push((on_foot(&mut random, gait, 30, 2, rate), rate));
        let noise = random.noise(rate * 20, 3.0, 2.0, Random::normal);
        all.push((with_gravity(&noise, random.direction()), rate));
    }
    all
}

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let labels = labels();
    for set in never_seen() {
        each(Case::new(&labels[set.kind], Capture::Motion(motion(&set.channels, 50))));
    }
    for (channels, rate) in others() {
        each(Case::new("unknown", Capture::Motion(motion(&channels, rate))));
    }
}

fn found(motion: Motion) -> Finding {
    // One session for all tests: loading it takes longer than judging a set.
    static MODELS: OnceLock<Models> = OnceLock::new();
    let models = MODELS.get_or_init(crate::fixtures::models);
    let (asked, cancel) = (crate::Asked::default(), crate::Cancel::default());
    super::check(&manifest())
        .unwrap()
        .judge(&Capture::Motion(motion), &crate::Run::new(models, &asked, &cancel))
        .unwrap()
}

fn measured(finding: &Finding, wanted: &str) -> Option<f64> {
    finding.evidence.iter().find_map(|evidence| match evidence {
        Evidence::Measure { what, value, .. } if what == wanted => Some(*value),
        _ => None,
    })
}
