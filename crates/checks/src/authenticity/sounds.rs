//! Weak signs that a sound was not recorded: silence that no microphone has, no noise between tones, the same again and again.

use realfft::RealFftPlanner;
use serde::Deserialize;

use super::{
    Copied,
    autocorrelation::autocorrelation,
    signs::{Shows, Sign, unpredicted},
};
use crate::{
    CheckError, Run,
    capture::Sound,
    statistics::{median, number, quantile},
};

/// From where on signs tell, and how alike two recordings have to be to be one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    pub(super) most_compared: usize,
    pub(super) most_wrong_bits: f64,
    pub(super) least_contrast: f64,
    pub(super) least_ms: u64,
    /// A loop is as like itself as this, a turn later, and less (`most_beside`) a moment beside.
    pub(super) loop_from: f64,
    most_beside: f64,
    silence: Shows,
    noise_floor: Shows,
    periodic: Shows,
    unpredicted: Shows,
}

/// So much of a recording is looked at for loops.
const LOOKED_AT: usize = 60 * Sound::RATE as usize;
/// No sound of a microphone is as quiet: a thirtieth of the smallest step of 16 bits.
const SILENT: f32 = 1e-6;
/// So many samples in a row are a silence (10 ms).
const RUN: usize = 160;

/// What there is to hear, and whether it is one loop.
///
/// # Errors
/// [`CheckError::Cancelled`].
pub(super) fn signs(sound: &Sound, limits: &Limits, run: &Run<'_>) -> Result<(Vec<Sign>, Option<Copied>), CheckError> {
    let samples = sound.samples();
    let mut signs = vec![Sign::by("silence", silence(samples), "1", limits.silence)];
    let floor = noise_floor(samples, run)?;
    if let Some(floor) = floor {
        signs.push(Sign::by("noise_floor", floor, "dB", limits.noise_floor));
    }
    run.go_on()?;
    let samples = &samples[..samples.len().min(LOOKED_AT)];
    let Some((alike, beside)) = again(samples) else {
        return Ok((signs, None));
    };
    run.go_on()?;
    signs.push(Sign::by("unpredicted", unpredicted(samples), "1", limits.unpredicted));
    // A tone is like itself at every turn, and a hum nearly so. What has noise in it is not, unless it is one piece again and again.
    let has_noise = floor.is_some_and(|floor| floor > limits.noise_floor.usual);
    if has_noise && alike > limits.loop_from && beside < limits.most_beside {
        let copied = Copied {
            what: "repeats_itself",
            value: alike,
            most: limits.loop_from,
            is_one: true,
            of: None,
        };
        return Ok((signs, Some(copied)));
    }
    signs.push(Sign::by("periodic", alike, "1", limits.periodic));
    Ok((signs, None))
}

/// The share of a recording that is silent to the last digit, ten milliseconds and more at a time.
fn silence(samples: &[f32]) -> f64 {
    let runs = samples.chunk_by(|one, other| (one.abs() < SILENT) == (other.abs() < SILENT));
    let silent = runs.filter(|run| run.len() >= RUN && run[0].abs() < SILENT).map(<[f32]>::len);
    number(silent.sum()) / number(samples.len().max(1))
}

/// How far the quietest tenth of the frequencies between 300 and 3000 Hz lies below their mean, in decibels: the median of the louder half
/// of up to 400 windows. Between the tones of whatever was recorded are the noise of the room and of the microphone.
fn noise_floor(samples: &[f32], run: &Run<'_>) -> Result<Option<f64>, CheckError> {
    const WINDOW: usize = 2_048;
    const MOST: usize = 400;
    let fft = RealFftPlanner::<f32>::new().plan_fft_forward(WINDOW);
    let (mut window, mut spectrum) = (fft.make_input_vec(), fft.make_output_vec());
    #[allow(clippy::cast_precision_loss)] // small
    let shape: Vec<f32> = (0..WINDOW)
        .map(|at| (std::f32::consts::PI * at as f32 / WINDOW as f32).sin().powi(2))
        .collect();
    let line = |hertz: usize| hertz * WINDOW / Sound::RATE as usize;
    let windows = samples.len() / WINDOW;
    let mut found: Vec<(f64, f64)> = Vec::new();
    for number in 0..windows.min(MOST) {
        if number % 64 == 0 {
            run.go_on()?;
        }
        let start = windows * number / windows.min(MOST) * WINDOW;
        for ((to, sample), weight) in window.iter_mut().zip(&samples[start..]).zip(&shape) {
            *to = sample * weight;
        }
        if fft.process(&mut window, &mut spectrum).is_err() {
            return Ok(None);
        }
        let mut powers: Vec<f64> = spectrum[line(300)..line(3_000)]
            .iter()
            .map(|value| f64::from(value.norm_sqr()))
            .collect();
        let mean = crate::statistics::mean(&powers);
        if let Some(low) = quantile(&mut powers, 0.1).filter(|_| mean > 1e-6) {
            found.push((mean, 10.0 * (low.max(1e-18) / mean).log10()));
        }
    }
    found.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    found.truncate(found.len().div_ceil(2));
    Ok(median(found.into_iter().map(|(_, floor)| floor).collect()))
}

/// How like itself a recording is a quarter of a second later or more, where it is most so (1: the very same), and how like itself at
/// most 10 to 60 ms before and after that. `None` of silence and of less than a second.
fn again(samples: &[f32]) -> Option<(f64, f64)> {
    const LEAST: usize = Sound::RATE as usize / 4;
    const BESIDE: std::ops::Range<usize> = Sound::RATE as usize / 100..Sound::RATE as usize * 6 / 100;
    let count = samples.len();
    if count < 4 * LEAST {
        return None;
    }
    let correlations = autocorrelation(samples, count / 2 + BESIDE.end)?;
    let mut energies = vec![0.0_f64];
    let mut energy = 0.0;
    energies.extend(samples.iter().map(|sample| {
        energy += f64::from(*sample).powi(2);
        energy
    }));
    if energy < 1e-7 * number(count) {
        return None;
    }
    let alike = |lag: usize| {
        let size = (energies[count - lag] * (energy - energies[lag])).sqrt();
        if size > 1e-3 * energy {
            f64::from(correlations[lag]) / size
        } else {
            0.0
        }
    };
    let best = (LEAST..=count / 2)
        .map(|lag| (lag, alike(lag)))
        .max_by(|one, other| one.1.total_cmp(&other.1))?;
    let beside = BESIDE.flat_map(|step| [best.0 - step, best.0 + step]);
    Some((best.1, beside.map(alike).fold(0.0, f64::max)))
}
