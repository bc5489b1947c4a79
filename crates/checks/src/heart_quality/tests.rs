//! Clear signals are told from drowned ones.
#![allow(clippy::unwrap_used, clippy::cast_precision_loss, clippy::print_stdout)]

use std::sync::LazyLock;

use super::*;
use crate::{
    Asked, Cancel, Checks,
    fixtures::{self, Case},
    heart::{
        recordings::recordings,
        simulated::{Pace, Random, Simulated},
    },
};

const KINDS: [(HeartKind, [f64; 3]); 2] = [(HeartKind::Ecg, [128.0, 250.0, 500.0]), (HeartKind::Ppg, [25.0, 64.0, 125.0])];

fn signal(number: u64, kind: usize, random: &mut Random) -> Simulated {
    let (kind, rates) = KINDS[kind];
    let pace = [Pace::Sinus, Pace::Sinus, Pace::Ectopic(15), Pace::Random][random.below(4)];
    Simulated::new(kind, rates[random.below(3)], 60.0, 48.0 + 80.0 * random.unit(), pace, number)
}

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let mut random = Random(21);
    let mut case = |expected: &str, signal: &Simulated| each(Case::new(expected, Capture::Heart(signal.heart(14))));
    for number in 0..80 {
        let clear = signal(number, random.below(2), &mut random)
            .noisy(0.05 * random.unit())
            .drifting(0.8 * random.unit());
        case("clear", &clear);
    }
    for number in 0..44 {
        for (kind, expected) in [(0, "noisy_ecg"), (1, "noisy_pulse")] {
            let signal = signal(1_000 + number, kind, &mut random);
            let height = 1.0 + 2.0 * random.unit();
            case(expected, &signal.moving(0.5 + 0.5 * random.unit(), height));
        }
        // A loud hum and an electrode that hardly touches.
        let mut hummed = signal(2_000 + number, 0, &mut random);
        for value in &mut hummed.values {
            *value *= 0.02;
        }
        if hummed.rate_hz > 128.0 {
            case(
                "mains_hum",
                &hummed.noisy(0.03).humming(0.4, if number % 2 == 0 { 50.0 } else { 60.0 }),
            );
        }
    }
    for (name, heart) in recordings() {
        // Of one the sensor was put on only after forty seconds.
        let expected = if name == "pulse 2" { "noisy_pulse" } else { "clear" };
        each(Case::new(expected, Capture::Heart(heart)));
    }
}

fn judged(capture: &Capture) -> earnest_domain::verdict::Verdict {
    static CHECKS: LazyLock<Checks> = LazyLock::new(|| Checks::load().unwrap());
    let (models, cancel) = (fixtures::models(), Cancel::default());
    let check = CHECKS.find("heart-quality").unwrap();
    check
        .judge(capture, &crate::Run::new(&models, &Asked::default(), &cancel))
        .unwrap()
        .0
}

#[test]
fn drowned_signals_are_taken_again_and_clear_ones_are_not() {
    let (mut clear, mut kept, mut drowned, mut caught) = (0, 0, 0, 0);
    cases(&mut |case| {
        let reason = judged(&case.capture).reason;
        if case.expected == "clear" {
            clear += 1;
            kept += usize::from(reason == "clear");
        } else {
            drowned += 1;
            caught += usize::from(reason != "clear");
        }
    });
    assert!(clear >= 40 && drowned >= 80);
    assert!(caught as f64 >= 0.95 * f64::from(drowned), "{caught} of {drowned} caught");
    assert!(kept as f64 >= 0.95 * f64::from(clear), "{kept} of {clear} kept");
}

#[test]
fn the_stretch_that_was_disturbed_is_marked() {
    let mut signal = Simulated::new(HeartKind::Ppg, 64.0, 120.0, 66.0, Pace::Sinus, 3);
    let still = signal.clone();
    let moved = still.moving(1.0, 2.5);
    signal.values[1_280..1_920].copy_from_slice(&moved.values[1_280..1_920]);
    let verdict = judged(&Capture::Heart(signal.heart(14)));
    assert_eq!(verdict.reason, "clear");
    let marked: Vec<(u64, u64)> = verdict
        .evidence
        .iter()
        .filter_map(|evidence| match evidence {
            Evidence::Stretch { from_ms, to_ms, .. } => Some((*from_ms, *to_ms)),
            _ => None,
        })
        .collect();
    assert_eq!(marked, [(20_000, 30_000)]);
}

#[test]
fn noise_alone_is_no_clear_signal() {
    let mut random = Random(23);
    let mut clear = Vec::new();
    for number in 0..80_usize {
        let (kind, rates) = KINDS[number % 2];
        let rate_hz = rates[random.below(3)];
        let mut nothing = Simulated::new(kind, rate_hz, 60.0, 70.0, Pace::Sinus, 0);
        let mut walk = 0.0;
        for value in &mut nothing.values {
            // White noise, or a walk at random, as an electrode that hangs loose gives them.
            walk = 0.99 * walk + 0.05 * random.normal();
            *value = if number % 4 < 2 { 0.3 * random.normal() } else { walk };
        }
        let verdict = judged(&Capture::Heart(nothing.heart(14)));
        if verdict.reason == "clear" {
            clear.push((kind, rate_hz, verdict.score));
        }
    }
    assert!(clear.len() <= 4, "{clear:?}");
}
