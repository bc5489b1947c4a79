//! R peaks of an electrocardiogram, by its steepness: the method of `NeuroKit` (Makowski et al. 2021, "`NeuroKit2`: A Python toolbox for
//! neurophysiological signal processing").

use super::{
    beats::{REFRACTORY, highest, runs},
    filter::{Butterworth, moving_average},
};
use crate::statistics::median;

/// Slower than this is drift.
const DRIFT_HZ: f64 = 0.5;
/// Steepness is averaged over the length of a QRS complex, and over most of a beat; in seconds.
const COMPLEX: f64 = 0.1;
const AROUND: f64 = 0.75;
/// A complex is where the one exceeds the other this many times.
const EXCEEDS: f64 = 1.5;
/// A run that is shorter than this share of the mean one is no complex.
const SHORTEST: f64 = 0.4;
/// A complex that is this much less steep than its neighbours is a wave of another kind, or noise in a pause.
const FAINT: f64 = 0.25;
/// How many neighbours on either side.
const NEIGHBOURS: usize = 8;

/// The filtered signal, upright, and its R peaks.
pub(super) fn beats(mut values: Vec<f64>, rate_hz: f64) -> (Vec<f64>, Vec<usize>) {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let settle = (3.0 * rate_hz) as usize;
    Butterworth::high_pass(5, DRIFT_HZ, rate_hz).both_ways(&mut values, settle);
    // The mean over one period of the mains takes it out, in Europe and in America.
    let mut clean = values;
    for mains_hz in [50.0, 60.0] {
        if rate_hz > 2.0 * mains_hz {
            clean = moving_average(&clean, rate_hz / mains_hz);
        }
    }
    let last = clean.len().saturating_sub(1);
    let steepness: Vec<f64> = (0..clean.len())
        .map(|place| (clean[(place + 1).min(last)] - clean[place.saturating_sub(1)]).abs())
        .collect();
    let complex = moving_average(&steepness, COMPLEX * rate_hz);
    let around = moving_average(&complex, AROUND * rate_hz);
    let mut complexes = runs(clean.len(), |place| complex[place] > EXCEEDS * around[place]);
    #[allow(clippy::cast_precision_loss)]
    let shortest = SHORTEST * complexes.iter().map(|run| run.len() as f64).sum::<f64>() / complexes.len().max(1) as f64;
    #[allow(clippy::cast_precision_loss)]
    complexes.retain(|run| run.len() as f64 > shortest);
    upright(&mut clean, &complexes);

    let steepest: Vec<f64> = complexes
        .iter()
        .map(|run| complex[run.clone()].iter().fold(0.0, |most: f64, value| most.max(*value)))
        .collect();
    let mut peaks: Vec<(usize, f64)> = Vec::with_capacity(complexes.len());
    for (number, run) in complexes.into_iter().enumerate() {
        let neighbours = number.saturating_sub(NEIGHBOURS)..(number + NEIGHBOURS + 1).min(steepest.len());
        if steepest[number] < FAINT * median(steepest[neighbours].to_vec()).unwrap_or_default() {
            continue;
        }
        let Some(peak) = highest(&clean, run) else { continue };
        #[allow(clippy::cast_precision_loss)]
        let too_soon = |last: &(usize, f64)| (peak - last.0) as f64 <= REFRACTORY * rate_hz;
        match peaks.last_mut().filter(|last| too_soon(last)) {
            // Of a complex and the wave that follows it, the steeper is the complex.
            Some(last) if steepest[number] > last.1 => *last = (peak, steepest[number]),
            Some(_) => {}
            None => peaks.push((peak, steepest[number])),
        }
    }
    (clean, peaks.into_iter().map(|(place, _)| place).collect())
}

/// Turns a signal whose complexes point down, as with electrodes that were swapped.
fn upright(clean: &mut [f64], complexes: &[std::ops::Range<usize>]) {
    let reach = |sign: f64| {
        let tops = complexes.iter().map(|run| {
            let top = clean[run.clone()]
                .iter()
                .fold(f64::NEG_INFINITY, |top, value| top.max(sign * value));
            let middle = median(clean[run.clone()].to_vec()).unwrap_or_default();
            top - sign * middle
        });
        median(tops.collect()).unwrap_or_default()
    };
    // Clearly: an R and an S of one size are left as they are.
    if reach(-1.0) > 1.5 * reach(1.0) {
        for value in clean {
            *value = -*value;
        }
    }
}
