//! Systolic peaks of a pulse wave, by two moving averages (Elgendi et al. 2013, "Systolic peak detection in acceleration
//! photoplethysmograms measured from emergency responders in tropical conditions"). The paper filters by the second order; here it is the
//! third, as in `NeuroKit`, with which beats are compared.

use super::{
    beats::{REFRACTORY, highest, runs},
    filter::{Butterworth, moving_average},
};

/// A pulse wave's own frequencies.
const SLOWEST_HZ: f64 = 0.5;
const FASTEST_HZ: f64 = 8.0;
/// Averaged over a systolic peak and over a beat, in seconds.
const PEAK: f64 = 0.111;
const BEAT: f64 = 0.667;
/// Of the mean power, what the one average has to exceed the other by.
const OFFSET: f64 = 0.02;
/// A wave this much more skewed downwards rises slowly and falls fast: it was recorded upside down.
const TURNED: f64 = -0.3;

/// The filtered signal, upright, and its systolic peaks.
pub(super) fn beats(mut values: Vec<f64>, rate_hz: f64) -> (Vec<f64>, Vec<usize>) {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let settle = (3.0 * rate_hz) as usize;
    Butterworth::high_pass(3, SLOWEST_HZ, rate_hz).both_ways(&mut values, settle);
    Butterworth::low_pass(3, FASTEST_HZ, rate_hz).both_ways(&mut values, settle);
    upright(&mut values);

    let power: Vec<f64> = values.iter().map(|value| value.max(0.0).powi(2)).collect();
    let peak = moving_average(&power, PEAK * rate_hz);
    let beat = moving_average(&power, BEAT * rate_hz);
    #[allow(clippy::cast_precision_loss)]
    let offset = OFFSET * power.iter().sum::<f64>() / power.len().max(1) as f64;
    let blocks = runs(values.len(), |place| peak[place] > beat[place] + offset);
    let mut peaks: Vec<usize> = Vec::with_capacity(blocks.len());
    for block in blocks {
        #[allow(clippy::cast_precision_loss)]
        if (block.len() as f64) < PEAK * rate_hz {
            continue;
        }
        let Some(place) = highest(&values, block) else { continue };
        #[allow(clippy::cast_precision_loss)]
        match peaks.last_mut() {
            // Of two peaks that are too close, the higher is the systolic one.
            Some(last) if ((place - *last) as f64) < REFRACTORY * rate_hz => {
                if values[place] > values[*last] {
                    *last = place;
                }
            }
            _ => peaks.push(place),
        }
    }
    (values, peaks)
}

/// Turns a wave that was recorded upside down, as sensors do that count the light and not what was taken out of it: the blood comes fast
/// and goes slowly, so the steepest parts of an upright wave lead upwards.
fn upright(values: &mut [f64]) {
    let (mut squares, mut cubes, mut count) = (0.0, 0.0, 0.0);
    for pair in values.windows(2) {
        let step = pair[1] - pair[0];
        squares += step * step;
        cubes += step * step * step;
        count += 1.0;
    }
    if count == 0.0 || squares <= 0.0 {
        return;
    }
    let skewness = (cubes / count) / (squares / count).powf(1.5);
    if skewness < TURNED {
        for value in values {
            *value = -*value;
        }
    }
}
