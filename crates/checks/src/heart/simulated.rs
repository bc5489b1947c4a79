//! Heart signals made by code, with known beats: for tests, and for the cards' tables.
//!
//! An electrocardiogram is a sum of five bells about each R peak, with the angles, heights and widths of `McSharry` et al. (2003, "A dynamical
//! model for generating synthetic electrocardiogram signals", table I), stretched by the root of the interval; a pulse wave is two bells, the
//! systolic and the reflected one (after Allen 2007, "Photoplethysmography and its application in clinical physiological measurement").
#![allow(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_possible_wrap
)]

use std::f64::consts::{PI, TAU};

use crate::capture::{Heart, HeartKind};
pub(crate) use crate::fixtures::random::Random;

/// How beats follow each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Pace {
    /// Breathing and chance vary the intervals.
    Sinus,
    /// As that, and one in so many beats comes early, with a pause after it.
    Ectopic(usize),
    /// Every interval is drawn anew.
    Random,
}

/// A heart signal in the making.
#[derive(Debug, Clone)]
pub(crate) struct Simulated {
    pub(crate) kind: HeartKind,
    pub(crate) rate_hz: f64,
    /// R peaks, or systolic peaks, in seconds.
    pub(crate) beats: Vec<f64>,
    /// About 1 from foot to peak.
    pub(crate) values: Vec<f64>,
    pub(crate) random: Random,
}

impl Simulated {
    pub(crate) fn new(kind: HeartKind, rate_hz: f64, seconds: f64, per_minute: f64, pace: Pace, seed: u64) -> Self {
        let mut random = Random(seed);
        let mean = 60.0 / per_minute;
        let (breath_hz, depth, phase) = (0.15 + 0.15 * random.unit(), 0.02 + 0.04 * random.unit(), TAU * random.unit());
        let (mut beats, mut early) = (Vec::new(), Vec::new());
        let mut time = -2.0;
        while time < seconds + 2.0 {
            beats.push(time);
            early.push(false);
            let breath = depth * (TAU * breath_hz * time + phase).sin();
            let sinus = mean * (1.0 + breath + 0.01 * random.normal());
            time += match pace {
                Pace::Random => (mean * (1.0 + 0.22 * random.normal())).clamp(0.35, 1.8),
                Pace::Ectopic(one_in) if random.below(one_in) == 0 => {
                    beats.push(time + 0.6 * sinus);
                    early.push(true);
                    // The sinus node goes on as if nothing had been.
                    2.0 * sinus
                }
                Pace::Sinus | Pace::Ectopic(_) => sinus,
            };
        }
        let length = (seconds * rate_hz) as usize;
        let mut values = vec![0.0; length];
        for (place, beat) in beats.iter().enumerate() {
            let interval = match (place.checked_sub(1).map(|before| beats[before]), beats.get(place + 1)) {
                (_, Some(next)) => next - beat,
                (Some(before), None) => beat - before,
                (None, None) => mean,
            };
            let height = 1.0 + 0.03 * random.normal();
            for (at, tall, wide) in bells(kind, interval, early[place]) {
                let from = ((beat + at - 5.0 * wide) * rate_hz).max(0.0) as usize;
                let to = (((beat + at + 5.0 * wide) * rate_hz).max(0.0) as usize + 1).min(length);
                for (index, value) in values.iter_mut().enumerate().take(to).skip(from) {
                    let away = (index as f64 / rate_hz - beat - at) / wide;
                    *value += height * tall * (-0.5 * away * away).exp();
                }
            }
        }
        beats.retain(|beat| (0.0..seconds).contains(beat));
        Self {
            kind,
            rate_hz,
            beats,
            values,
            random,
        }
    }

    /// White noise of that deviation.
    pub(crate) fn noisy(mut self, deviation: f64) -> Self {
        for value in &mut self.values {
            *value += deviation * self.random.normal();
        }
        self
    }

    /// Drift, as breathing and sweat make it.
    pub(crate) fn drifting(mut self, height: f64) -> Self {
        let (hz, phase) = (0.05 + 0.2 * self.random.unit(), TAU * self.random.unit());
        self.each(|seconds| height * (TAU * hz * seconds + phase).sin());
        self
    }

    /// The hum of the mains.
    pub(crate) fn humming(mut self, height: f64, hz: f64) -> Self {
        self.each(|seconds| height * (TAU * hz * seconds).sin());
        self
    }

    /// Movement in some share of ten-second stretches: swings that are larger than the beats, of a heart's own frequencies.
    pub(crate) fn moving(mut self, share: f64, height: f64) -> Self {
        let seconds = self.values.len() as f64 / self.rate_hz;
        let stretches = (seconds / 10.0).ceil() as usize;
        let moving = (share * stretches as f64).round() as usize;
        let first = self.random.below(stretches - moving + 1);
        let waves: Vec<[f64; 3]> = (0..24)
            .map(|_| [0.4 + 7.0 * self.random.unit(), TAU * self.random.unit(), self.random.normal()])
            .collect();
        self.each(|seconds| {
            let within = (first..first + moving).contains(&((seconds / 10.0) as usize));
            let swing = |wave: &[f64; 3]| wave[2] * (TAU * wave[0] * seconds + wave[1] + 3.0 * (PI * 0.31 * seconds).sin()).sin();
            if within {
                height * waves.iter().map(swing).sum::<f64>() / 3.5
            } else {
                0.0
            }
        });
        self
    }

    /// Nothing measured in a share of it: a value stays, give or take what the converter itself adds, in thousandths of a beat's height.
    pub(crate) fn flat(mut self, share: f64, noise: f64) -> Self {
        let length = (share * self.values.len() as f64) as usize;
        let first = self.random.below(self.values.len() - length + 1);
        let stays = self.values[first];
        for value in &mut self.values[first..first + length] {
            *value = stays + (noise * self.random.normal()).round() * 0.001;
        }
        self
    }

    /// As an amplifier without room for it: `share` of the height from the least to the most is left, the rest cut off at the top or on
    /// both sides.
    pub(crate) fn clipped(mut self, share: f64, both_sides: bool) -> Self {
        let low = self.values.iter().copied().fold(f64::INFINITY, f64::min);
        let high = self.values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let cut = (1.0 - share) * (high - low);
        let least = if both_sides { low + 0.5 * cut } else { low };
        for value in &mut self.values {
            *value = value.clamp(least, least + share * (high - low));
        }
        self
    }

    /// Nothing at all for a share of it.
    pub(crate) fn interrupted(mut self, share: f64) -> Self {
        let length = (share * self.values.len() as f64) as usize;
        let first = self.random.below(self.values.len() - length + 1);
        self.values[first..first + length].fill(f64::NAN);
        self
    }

    /// As a converter of that many bits gives it, which has room for four times the height of a beat.
    pub(crate) fn heart(&self, bits: i32) -> Heart {
        let step = 4.0 / 2_f64.powi(bits);
        let counts = self.values.iter().map(|value| (value / step).round() as f32).collect();
        Heart::new(self.kind, self.rate_hz, counts).unwrap()
    }

    fn each(&mut self, add: impl Fn(f64) -> f64) {
        for (index, value) in self.values.iter_mut().enumerate() {
            *value += add(index as f64 / self.rate_hz);
        }
    }
}

/// The bells of a beat: when after its peak, how tall, how wide.
fn bells(kind: HeartKind, interval: f64, early: bool) -> Vec<(f64, f64, f64)> {
    match kind {
        // A ventricle's own beat: no P wave, a wide complex, a T wave that points the other way.
        HeartKind::Ecg if early => vec![(0.0, 1.1, 0.045), (0.12, -0.35, 0.05), (0.3, -0.35, 0.07)],
        HeartKind::Ecg => {
            let stretch = interval.max(0.35).sqrt() / TAU;
            let root = interval.max(0.35).sqrt();
            [
                (-PI / 3.0 * root, 0.12, 0.25),
                (-PI / 12.0, -0.12, 0.1),
                (0.0, 1.0, 0.1),
                (PI / 12.0, -0.25, 0.1),
                (PI / 2.0 * root, 0.25, 0.4),
            ]
            .map(|(angle, tall, wide)| (angle * stretch, tall, wide * stretch))
            .to_vec()
        }
        HeartKind::Ppg => {
            let (root, weak) = (interval.clamp(0.4, 1.2).sqrt(), if early { 0.6 } else { 1.0 });
            vec![(0.0, weak, 0.1 * root), (0.28 * root, 0.45 * weak, 0.14 * root)]
        }
    }
}
