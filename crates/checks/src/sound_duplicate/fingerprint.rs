//! What a recording is known again by: a fingerprint in the way of Haitsma and Kalker ("A highly robust audio fingerprinting system",
//! ISMIR 2002): whether the energy of each of 32 pairs of neighbouring bands between 300 and 2000 Hz falls or rises over time.
//!
//! Energies, phases and everything above 2 kHz are gone, and what is kept is kept 14 times a second: a sound can be known again by it,
//! and not be heard again.

use std::f32::consts::PI;

use realfft::RealFftPlanner;

use crate::{CheckError, Run, capture::Sound};

/// The paper works at 5 kHz; every third sample of 16 kHz is near enough.
const THIN: usize = 3;
/// Samples of a window (0.384 s; the paper: 0.37 s), and between one and the next (18 ms).
const WINDOW: usize = 2_048;
const HOP: usize = 96;
/// Of a fingerprint that is kept, every fourth is; the new one is compared at all places in between. Bits compare over the same time.
pub(super) const KEPT: usize = 4;
/// Pairs of bands; one band more.
const BITS: usize = 32;
const LOWEST: f32 = 300.0;
const HIGHEST: f32 = 2_000.0;
/// What is this quiet says nothing: mean power in the bands, of full scale.
const FLOOR: f32 = 1e-9;
/// How a trace begins.
const FORMAT: u8 = 1;

/// A fingerprint at every hop. 0 says that there was nothing to hear.
#[derive(Debug, Clone)]
pub(crate) struct Fingerprint(Vec<u32>);

impl Fingerprint {
    pub(super) fn of(samples: &[f32], run: &Run<'_>) -> Result<Self, CheckError> {
        let thin = thinned(samples);
        let fft = RealFftPlanner::<f32>::new().plan_fft_forward(WINDOW);
        let (mut window, mut spectrum, mut scratch) = (fft.make_input_vec(), fft.make_output_vec(), fft.make_scratch_vec());
        let shape = hann();
        let bands = bands();
        let mut differences: Vec<Option<[f32; BITS]>> = Vec::new();
        for start in (0..(thin.len() + 1).saturating_sub(WINDOW)).step_by(HOP) {
            if start % (HOP * 256) == 0 {
                run.go_on()?;
            }
            for ((to, sample), weight) in window.iter_mut().zip(&thin[start..]).zip(&shape) {
                *to = sample * weight;
            }
            if fft.process_with_scratch(&mut window, &mut spectrum, &mut scratch).is_err() {
                break;
            }
            let mut energies = [0.0_f32; BITS + 1];
            for (energy, band) in energies.iter_mut().zip(bands.windows(2)) {
                *energy = spectrum[band[0]..band[1]]
                    .iter()
                    .map(realfft::num_complex::Complex::norm_sqr)
                    .sum();
            }
            let heard = energies.iter().sum::<f32>() > FLOOR * WINDOW_POWER;
            differences.push(heard.then(|| std::array::from_fn(|bit| energies[bit] - energies[bit + 1])));
        }
        let bits = differences.iter().enumerate().skip(KEPT).map(|(at, now)| {
            let (Some(now), Some(before)) = (now, &differences[at - KEPT]) else {
                return 0;
            };
            let mut bits = 0;
            for (now, before) in now.iter().zip(before) {
                bits = bits << 1 | u32::from(now > before);
            }
            bits
        });
        Ok(Self(bits.collect()))
    }

    pub(super) const fn codes(&self) -> &[u32] {
        self.0.as_slice()
    }

    /// What is kept of it: 56 bytes a second.
    pub(super) fn trace(&self) -> Vec<u8> {
        let kept = self.0.iter().step_by(KEPT).flat_map(|code| code.to_le_bytes());
        [FORMAT].into_iter().chain(kept).collect()
    }
}

/// A trace that was kept; none if it is of another format.
pub(super) fn parse(trace: &[u8]) -> Option<Vec<u32>> {
    let codes = trace.strip_prefix(&[FORMAT])?;
    let (codes, []) = codes.as_chunks::<4>() else {
        return None;
    };
    Some(codes.iter().copied().map(u32::from_le_bytes).collect())
}

/// The milliseconds of so many hops.
#[allow(clippy::cast_possible_truncation)] // bounded by a recording's length
pub(super) const fn hops_to_ms(hops: usize) -> u64 {
    (hops * HOP * THIN) as u64 * 1_000 / Sound::RATE as u64
}

/// The length of a window in milliseconds.
pub(super) const WINDOW_MS: u64 = (WINDOW * THIN) as u64 * 1_000 / Sound::RATE as u64;

/// What a sine of full scale would have in a window, squared: half the sum of the weights, which is a quarter of the window.
#[allow(clippy::cast_precision_loss)] // small
const WINDOW_POWER: f32 = (WINDOW as f32 / 4.0) * (WINDOW as f32 / 4.0);

/// Every third sample, after a low pass: a sinc to 2.2 kHz under a Hann window.
#[allow(clippy::cast_precision_loss)] // small
fn thinned(samples: &[f32]) -> Vec<f32> {
    const HALF: usize = 24;
    const CUT: f32 = 2_200.0 / (Sound::RATE as f32);
    let taps: Vec<f32> = (0..=2 * HALF)
        .map(|tap| {
            let from_middle = tap as f32 - HALF as f32;
            let weight = 0.5 + 0.5 * (PI * from_middle / (HALF as f32 + 1.0)).cos();
            let angle = 2.0 * PI * CUT * from_middle;
            let sinc = if tap == HALF { 1.0 } else { angle.sin() / angle };
            2.0 * CUT * sinc * weight
        })
        .collect();
    let windows = samples.windows(taps.len()).step_by(THIN);
    windows
        .map(|window| window.iter().zip(&taps).map(|(sample, tap)| sample * tap).sum())
        .collect()
}

#[allow(clippy::cast_precision_loss)] // small
fn hann() -> Vec<f32> {
    (0..WINDOW)
        .map(|at| 0.5 - 0.5 * (2.0 * PI * at as f32 / WINDOW as f32).cos())
        .collect()
}

/// The first line of the spectrum of each band, and the one after the last. Evenly on the logarithm of frequency, as the ear hears.
#[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)] // small
fn bands() -> [usize; BITS + 2] {
    let line = Sound::RATE as f32 / THIN as f32 / WINDOW as f32;
    std::array::from_fn(|band| {
        let hertz = LOWEST * (HIGHEST / LOWEST).powf(band as f32 / (BITS + 1) as f32);
        (hertz / line).round() as usize
    })
}
