//! Which rhythms a second of motion holds.

use std::f64::consts::TAU;

use crate::{motion::Even, statistics::number};

/// Readings a second that the method works on.
pub(super) const RATE: u32 = 10;
const PER_SECOND: usize = RATE as usize;

/// Rhythms that are looked for, in hundredths of a hertz.
const SLOWEST: u32 = 40;
const FASTEST: u32 = 450;
const STEP: u32 = 5;

/// Cycles of a rhythm in one standard deviation of its wavelet's envelope, and deviations until it is cut.
const CYCLES: f64 = 2.0;
const CUT: f64 = 2.5;

/// Readings from one moment that is looked at to the next: two a second are enough for a mean over three.
const HOP: usize = 5;

/// How strong each rhythm is around a second: mean square of the three axes together, as a pure tone would have it.
#[derive(Debug)]
pub(super) struct Spectrum(pub(super) Vec<f64>);

impl Spectrum {
    /// The rhythm of a place, in hertz.
    pub(super) fn hertz(place: usize) -> f64 {
        (f64::from(SLOWEST) + f64::from(STEP) * number(place)) / 100.0
    }
}

/// Morlet's wavelets (Grossmann and Morlet, 1984): a tone under a bell.
#[derive(Debug)]
pub(super) struct Wavelets(Vec<Vec<[f64; 3]>>);

impl Wavelets {
    pub(super) fn new() -> Self {
        let wavelet = |hertz: f64| {
            let deviation = CYCLES / hertz;
            #[allow(clippy::cast_possible_truncation)] // at most some hundred readings
            let half = (CUT * deviation * f64::from(RATE)).ceil() as i32;
            (-half..=half)
                .map(|place| {
                    let t = f64::from(place) / f64::from(RATE);
                    let bell = (-t * t / (2.0 * deviation * deviation)).exp();
                    let (sine, cosine) = (TAU * hertz * t).sin_cos();
                    [bell * cosine, bell * sine, bell]
                })
                .collect()
        };
        Self(
            (SLOWEST..=FASTEST)
                .step_by(STEP as usize)
                .map(|hundredths| wavelet(f64::from(hundredths) / 100.0))
                .collect(),
        )
    }

    /// The spectra of `seconds` seconds from that after `before` on, each over three: itself and its neighbours.
    pub(super) fn spectra(&self, axes: &Even, before: usize, seconds: usize) -> Vec<Spectrum> {
        let length = axes[0].len();
        let centred = axes.each_ref().map(|axis| {
            let mean = crate::statistics::mean(axis);
            axis.iter().map(|value| value - mean).collect::<Vec<_>>()
        });
        let begin = before.saturating_sub(1) * PER_SECOND;
        let end = ((before + seconds + 1) * PER_SECOND).min(length);
        let moments: Vec<Vec<f64>> = (begin..end).step_by(HOP).map(|moment| self.power(&centred, moment)).collect();
        let place = |reading: usize| reading.saturating_sub(begin).div_ceil(HOP).min(moments.len());
        (before..before + seconds)
            .map(|second| {
                let around = place(second.saturating_sub(1) * PER_SECOND)..place((second + 2) * PER_SECOND);
                let some = moments.get(around).unwrap_or_default();
                let mean = |rhythm: usize| some.iter().map(|moment| moment[rhythm]).sum::<f64>() / number(some.len().max(1));
                Spectrum((0..self.0.len()).map(mean).collect())
            })
            .collect()
    }

    /// The strength of each rhythm at a moment. Where a wavelet reaches beyond the signal, what is left of it counts as all of it.
    fn power(&self, axes: &[Vec<f64>; 3], moment: usize) -> Vec<f64> {
        let of = |wavelet: &Vec<[f64; 3]>| {
            let half = wavelet.len() / 2;
            let (skip, from) = (half.saturating_sub(moment), moment.saturating_sub(half));
            let weight: f64 = wavelet.iter().skip(skip).take(axes[0].len() - from).map(|part| part[2]).sum();
            let square = |axis: &Vec<f64>| {
                let (mut along, mut across) = (0.0, 0.0);
                for (part, value) in wavelet[skip..].iter().zip(&axis[from..]) {
                    along += part[0] * value;
                    across += part[1] * value;
                }
                along * along + across * across
            };
            2.0 * axes.iter().map(square).sum::<f64>() / (weight * weight)
        };
        self.0.iter().map(of).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tone_is_found_where_and_as_strong_as_it_is() {
        let wavelets = Wavelets::new();
        let tone: Vec<f64> = (0..300)
            .map(|index| 3.0 * (TAU * 1.8 * f64::from(index) / 10.0).sin())
            .collect();
        let nothing = vec![9.81; 300];
        for Spectrum(powers) in wavelets.spectra(&[tone, nothing.clone(), nothing], 5, 20) {
            let (place, power) = powers
                .iter()
                .copied()
                .enumerate()
                .max_by(|one, other| one.1.total_cmp(&other.1))
                .unwrap_or_default();
            assert!((Spectrum::hertz(place) - 1.8).abs() < 1e-9, "{}", Spectrum::hertz(place));
            assert!((power - 4.5).abs() < 0.1, "{power}"); // the mean square of a tone of amplitude 3
        }
    }

    #[test]
    fn the_ends_of_a_signal_have_spectra_too() {
        let flat = vec![1.0; 45];
        assert_eq!(Wavelets::new().spectra(&[flat.clone(), flat.clone(), flat], 0, 4).len(), 4);
    }
}
