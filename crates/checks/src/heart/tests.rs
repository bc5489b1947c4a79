//! Beats that are known are found, and what they tell is what was put in.
#![allow(clippy::unwrap_used, clippy::cast_precision_loss, clippy::print_stdout)]

use super::{
    simulated::{Pace, Simulated},
    *,
};
use crate::{
    Cancel,
    capture::{Heart, HeartKind},
};

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
    let rhythm = Rhythm::of(&examined);
    (examined, rhythm)
}

#[test]
fn known_beats_are_found_at_every_rate_and_in_noise() {
    for (kind, rates) in [(HeartKind::Ecg, [128.0, 250.0, 500.0]), (HeartKind::Ppg, [25.0, 64.0, 125.0])] {
        for (number, rate_hz) in rates.into_iter().enumerate() {
            for per_minute in [45.0, 60.0, 75.0, 100.0, 140.0] {
                let seed = number as u64 * 1_000 + per_minute as u64;
                let simulated = Simulated::new(kind, rate_hz, 90.0, per_minute, Pace::Sinus, seed)
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
