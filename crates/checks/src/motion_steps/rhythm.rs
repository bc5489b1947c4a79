//! Which rhythm of a second is that of steps, and how long steps go on.

use serde::Deserialize;

use super::wavelet::{RATE, Spectrum};
use crate::{
    motion::Even,
    statistics::{deviation, range},
};

const PER_SECOND: usize = RATE as usize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    slowest_hz: f64,
    fastest_hz: f64,
    fast_hz: f64,
    least_span: f64,
    least_span_fast: f64,
    least_share: f64,
    least_own: f64,
    most_other: f64,
    swing_within: f64,
    most_change_hz: f64,
    shortest_bout: usize,
}

/// Steps that go on.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Bout {
    /// From this second to before that one.
    pub(super) from: usize,
    pub(super) to: usize,
    pub(super) steps: f64,
}

/// The steps of a second of the signal, if its rhythm is that of steps.
pub(super) fn pace(spectrum: &Spectrum, axes: &Even, second: usize, limits: &Limits) -> Option<f64> {
    let Spectrum(power) = spectrum;
    let part = |from: usize, to: usize| {
        axes.each_ref()
            .map(|axis| axis.get(from..to.min(axis.len())).unwrap_or_default())
    };
    let here = part(second * PER_SECOND, (second + 1) * PER_SECOND);
    let span = here.iter().map(|axis| range(axis).powi(2)).sum::<f64>().sqrt();
    if span < limits.least_span {
        return None;
    }
    let around = part(second.saturating_sub(1) * PER_SECOND, (second + 2) * PER_SECOND);
    let all: f64 = around.iter().map(|axis| deviation(axis).powi(2)).sum();

    let is_peak = |place: &usize| power[*place] > power[place - 1] && power[*place] >= power[place + 1];
    let peaks: Vec<usize> = (1..power.len().saturating_sub(1)).filter(is_peak).collect();
    let strongest = |of: &dyn Fn(f64) -> bool| {
        let some = peaks.iter().filter(|place| of(Spectrum::hertz(**place)));
        some.map(|place| power[*place]).fold(0.0, f64::max)
    };
    let mut best: Option<(f64, f64)> = None;
    for place in &peaks {
        let (steps, own) = (Spectrum::hertz(*place), power[*place]);
        if !(limits.slowest_hz..=limits.fastest_hz).contains(&steps) || own < limits.least_own * all {
            continue;
        }
        // So fast a step is a runner's, or the overtone of a walker's.
        if steps > limits.fast_hz && span < limits.least_span_fast {
            continue;
        }
        // An arm swings once in two steps, and on a wrist that is the stronger of the two.
        let is_swing = |hertz: f64| (2.0 * hertz / steps - 1.0).abs() <= limits.swing_within;
        let score = own + strongest(&is_swing);
        // What else there is: what the steps' own overtones are not.
        let is_itself = |hertz: f64| (hertz - steps).abs() < 1e-9;
        let other = strongest(&|hertz| !is_swing(hertz) && !is_itself(hertz) && hertz < 1.7 * steps);
        let is_clear = score >= limits.least_share * all && other <= limits.most_other * score;
        if is_clear && best.is_none_or(|(strength, _)| score > strength) {
            best = Some((score, steps));
        }
    }
    best.map(|(_, steps)| steps)
}

/// The bouts of steps among seconds: as many seconds in a row as the limits say, in which the pace changes by no more than a little.
pub(super) fn bouts(paces: &[Option<f64>], limits: &Limits) -> Vec<Bout> {
    let mut bouts = Vec::new();
    let mut from = 0;
    let goes_on = |one: &Option<f64>, next: &Option<f64>| match (one, next) {
        (Some(one), Some(next)) => (one - next).abs() <= limits.most_change_hz,
        _ => false,
    };
    for row in paces.chunk_by(goes_on) {
        let to = from + row.len();
        if row.len() >= limits.shortest_bout && row[0].is_some() {
            bouts.push(Bout {
                from,
                to,
                steps: row.iter().flatten().sum(),
            });
        }
        from = to;
    }
    // Where the pace changes at once, steps still go on.
    bouts.dedup_by(|next, bout| {
        let joined = bout.to == next.from;
        if joined {
            bout.to = next.to;
            bout.steps += next.steps;
        }
        joined
    });
    bouts
}
