//! Flat, clipped, interrupted and short signals are told from good ones.
#![allow(clippy::unwrap_used, clippy::cast_precision_loss)]

use std::collections::BTreeMap;

use super::*;
use crate::{
    Cancel, Checks,
    fixtures::{self, Case},
    heart::{
        recordings::recordings,
        simulated::{Pace, Random, Simulated},
    },
};

const KINDS: [(HeartKind, [f64; 4]); 2] = [
    (HeartKind::Ecg, [128.0, 250.0, 360.0, 500.0]),
    (HeartKind::Ppg, [25.0, 50.0, 100.0, 125.0]),
];

/// A usual signal, as varied as people and devices are.
fn usual(number: u64, random: &mut Random) -> (Simulated, i32) {
    let (kind, rates) = KINDS[random.below(2)];
    let (rate_hz, per_minute) = (rates[random.below(4)], 45.0 + 90.0 * random.unit());
    let pace = [Pace::Sinus, Pace::Sinus, Pace::Ectopic(12), Pace::Random][random.below(4)];
    let simulated = Simulated::new(kind, rate_hz, 20.0 + 40.0 * random.unit(), per_minute, pace, number);
    (simulated.noisy(0.04 * random.unit()), [8, 10, 12, 16][random.below(4)])
}

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let mut random = Random(20);
    for number in 0..80 {
        let (signal, bits) = usual(number, &mut random);
        let signal = match number % 4 {
            0 => signal,
            1 => signal.drifting(0.6),
            2 => signal.humming(0.15, 50.0).drifting(0.3),
            _ => signal.moving(0.2, 1.0),
        };
        each(Case::new("recorded", Capture::Heart(signal.heart(bits))));
    }
    for number in 0..60 {
        let (signal, bits) = usual(1_000 + number, &mut random);
        let share = if number % 3 == 0 { 1.0 } else { 0.3 + 0.6 * random.unit() };
        let flat = signal.drifting(0.2).flat(share, [0.0, 0.4, 1.0][random.below(3)]);
        each(Case::new("flat_line", Capture::Heart(flat.heart(bits))));
    }
    for number in 0..60 {
        let (signal, bits) = usual(2_000 + number, &mut random);
        let clipped = signal.clipped(0.5 + 0.38 * random.unit(), number % 2 == 0);
        each(Case::new("clipped", Capture::Heart(clipped.heart(bits))));
    }
    for number in 0..40 {
        let (signal, bits) = usual(3_000 + number, &mut random);
        each(Case::new(
            "gaps",
            Capture::Heart(signal.interrupted(0.12 + 0.5 * random.unit()).heart(bits)),
        ));
    }
    for number in 0..40 {
        let (kind, _) = KINDS[random.below(2)];
        let short = Simulated::new(kind, 125.0, 1.0 + 8.5 * random.unit(), 70.0, Pace::Sinus, 4_000 + number);
        each(Case::new("too_short", Capture::Heart(short.heart(12))));
        let rate_hz = if kind == HeartKind::Ecg {
            15.0 + 75.0 * random.unit()
        } else {
            2.0 + 16.0 * random.unit()
        };
        let slow = Simulated::new(kind, rate_hz, 30.0, 70.0, Pace::Sinus, 5_000 + number);
        each(Case::new("too_slow", Capture::Heart(slow.heart(12))));
    }
    for (_, heart) in recordings() {
        each(Case::new("recorded", Capture::Heart(heart)));
    }
}

#[test]
fn flat_and_clipped_signals_are_caught_and_good_ones_are_not() {
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    let check = checks.find("heart-signal").unwrap();
    let mut counted: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    cases(&mut |case| {
        let (verdict, _) = check
            .judge(&case.capture, &crate::Run::new(&models, &case.asked, &cancel))
            .unwrap();
        let (all, right) = counted.entry(case.expected.clone()).or_default();
        *all += 1;
        if verdict.reason == case.expected {
            *right += 1;
        } else {
            let Capture::Heart(heart) = &case.capture else {
                unreachable!()
            };
            wrong.push(format!(
                "{} {} Hz is {}, not {}: {:?}",
                heart.kind(),
                heart.rate_hz(),
                case.expected,
                verdict.reason,
                verdict.evidence.first()
            ));
        }
    });
    for (expected, (all, right)) in counted {
        assert!(all >= 40, "{expected}: {all}");
        assert!(right as f64 >= 0.95 * all as f64, "{expected}: {right} of {all}\n{wrong:#?}");
    }
}

#[test]
fn it_shows_where_the_line_is_flat() {
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    let mut signal = Simulated::new(HeartKind::Ppg, 100.0, 40.0, 60.0, Pace::Sinus, 7);
    signal.values[1_000..2_000].fill(0.25);
    let (verdict, _) = checks
        .find("heart-signal")
        .unwrap()
        .judge(
            &Capture::Heart(signal.heart(12)),
            &crate::Run::new(&models, &crate::Asked::default(), &cancel),
        )
        .unwrap();
    assert_eq!(verdict.reason, "flat_line");
    let stretch = verdict.evidence.iter().find_map(|evidence| match evidence {
        Evidence::Stretch { from_ms, to_ms, what } => Some((*from_ms, *to_ms, what.to_string())),
        _ => None,
    });
    let (from_ms, to_ms, what) = stretch.unwrap();
    assert!(
        from_ms.abs_diff(10_000) <= 500 && to_ms.abs_diff(20_000) <= 500 && what == "flat",
        "{from_ms} {to_ms}"
    );
    assert!(!verdict.advice.is_empty());
}
