//! Beats that are known are found, and what they tell is what was put in.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::float_cmp,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]

use std::sync::LazyLock;

use earnest_domain::{capture::CaptureKind, verdict::Evidence};
use proptest::prelude::*;

use super::{
    simulated::{Pace, Simulated},
    *,
};
use crate::{
    Asked, Cancel, Checks,
    capture::{Capture, Heart, HeartKind},
    fixtures,
};

static CHECKS: LazyLock<Checks> = LazyLock::new(|| Checks::load().unwrap());

/// Of known beats, the share that was found within 50 ms, and of those found, the share that is known.
pub(crate) fn found(known: &[f64], beats: &[f64]) -> (f64, f64) {
    let near = |of: &[f64], beat: f64| {
        let after = of.partition_point(|other| *other < beat);
        let around = after.saturating_sub(1)..(after + 1).min(of.len());
        of[around].iter().any(|other| (other - beat).abs() <= 0.05)
    };
    let share = |of: &[f64], among: &[f64]| of.iter().filter(|beat| near(among, **beat)).count() as f64 / of.len().max(1) as f64;
    (share(known, beats), share(beats, known))
}

fn looked_at(heart: &Heart) -> (Examined, Rhythm) {
    let examined = examine(heart, &Cancel::default()).unwrap();
    (examined.clone(), Rhythm::of(examined))
}

#[test]
fn known_beats_are_found_at_every_rate_and_in_noise() {
    for (kind, rates) in [(HeartKind::Ecg, [128.0, 250.0, 500.0]), (HeartKind::Ppg, [25.0, 64.0, 125.0])] {
        for (number, rate_hz) in rates.into_iter().enumerate() {
            for per_minute in [45.0, 60.0, 75.0, 100.0, 140.0] {
                let simulated = Simulated::new(kind, rate_hz, 90.0, per_minute, Pace::Sinus, 60 + number as u64)
                    .noisy(0.03)
                    .drifting(0.5);
                let (examined, _) = looked_at(&simulated.heart(14));
                let (recall, precision) = found(&simulated.beats, &examined.beats);
                println!("{kind} {rate_hz} Hz {per_minute}/min: {recall:.3} {precision:.3}");
                assert!(
                    recall >= 0.98 && precision >= 0.98,
                    "{kind} {rate_hz} Hz {per_minute}/min: {recall} {precision}"
                );
            }
        }
    }
}

#[test]
fn a_beat_that_was_not_measured_is_no_ectopic_one() {
    let mut signal = Simulated::new(HeartKind::Ecg, 250.0, 60.0, 70.0, Pace::Sinus, 12);
    let middle = (signal.beats[20] * 250.0) as usize;
    signal.values[middle - 40..middle + 40].fill(f64::NAN);
    let (examined, rhythm) = looked_at(&signal.heart(14));
    assert_eq!(examined.missing.len(), 1);
    assert_eq!(rhythm.share(Kept::Ectopic), 0.0, "{:?}", rhythm.intervals);
    assert!(rhythm.share(Kept::Noise) > 0.0);
}

#[test]
fn long_recordings_have_every_beat_once_across_their_pieces() {
    let signal = Simulated::new(HeartKind::Ppg, 32.0, 1_900.0, 72.0, Pace::Sinus, 13).noisy(0.02);
    let (examined, rhythm) = looked_at(&signal.heart(14));
    assert!(
        examined.beats.len().abs_diff(signal.beats.len()) <= 1,
        "{} of {}",
        examined.beats.len(),
        signal.beats.len()
    );
    assert!(rhythm.share(Kept::Normal) > 0.999);
    assert_eq!(examined.windows.len(), 190);
    let seamless = examined
        .windows
        .windows(2)
        .all(|pair| (pair[0].to - pair[1].from).abs() < 0.05);
    assert!(seamless, "windows follow each other");
}

#[test]
fn a_signal_upside_down_has_the_same_beats() {
    for kind in [HeartKind::Ecg, HeartKind::Ppg] {
        let mut signal = Simulated::new(kind, 125.0, 60.0, 70.0, Pace::Sinus, 14).noisy(0.01);
        for value in &mut signal.values {
            *value = -*value;
        }
        let (examined, _) = looked_at(&signal.heart(14));
        let (recall, precision) = found(&signal.beats, &examined.beats);
        assert!(recall >= 0.98 && precision >= 0.98, "{kind}: {recall} {precision}");
    }
}

proptest! {
    #[test]
    fn no_signal_makes_a_check_panic(
        values in prop::collection::vec(prop_oneof![any::<f32>(), -1.0..1.0_f32, Just(f32::NAN), Just(0.0)], 1..900),
        rate_hz in prop_oneof![Just(0.5), 0.5..30.0, 30.0..4_000.0],
        is_ecg in any::<bool>(),
    ) {
        let kind = if is_ecg { HeartKind::Ecg } else { HeartKind::Ppg };
        if let Ok(heart) = Heart::new(kind, rate_hz, values) {
            let (checks, models, asked, cancel) = (&*CHECKS, fixtures::models(), Asked::default(), Cancel::default());
            for verdict in checks.of(CaptureKind::Heart).map(|check| check.judge(&Capture::Heart(heart.clone()), &crate::Run::new(&models, &asked, &cancel))) {
                for evidence in verdict.unwrap().0.evidence {
                    if let Evidence::Measure { value, .. } = evidence {
                        prop_assert!(value.is_finite());
                    }
                }
            }
        }
    }
}

/// All checks of a heart's signal together examine it once.
#[test]
fn a_recording_is_examined_once_however_many_checks_ask() {
    let heart = Simulated::new(HeartKind::Ecg, 250.0, 120.0, 70.0, Pace::Sinus, 8).heart(12);
    let ended = Cancel::default();
    ended.cancel();
    assert!(examine(&heart, &ended).is_err(), "what was ended is not kept");
    let first: *const Examined = examine(&heart, &Cancel::default()).unwrap();
    assert!(
        std::ptr::eq(first, examine(&heart, &ended).unwrap()),
        "the second has nothing to do"
    );
    let capture = Capture::Heart(heart);
    let (checks, models, asked, cancel) = (
        Checks::load().unwrap(),
        fixtures::models(),
        Asked::default(),
        Cancel::default(),
    );
    let verdicts = checks
        .judge(&capture, |_| true, &crate::Run::new(&models, &asked, &cancel))
        .unwrap();
    assert!(verdicts.len() >= 4, "{verdicts:?}");
    let Capture::Heart(heart) = &capture else { unreachable!() };
    assert!(heart.examined().or_find(|| Err("nobody examined it")).is_ok());
}
