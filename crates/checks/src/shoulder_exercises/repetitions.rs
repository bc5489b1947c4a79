//! How often a motion is repeated: peaks of its strongest direction, as `RecoFit` counts them (Morris et al., CHI 2014, "Counting").

use earnest_domain::time::{Span, Timestamp};

use crate::{
    capture::Motion,
    motion::{SECOND, even},
    statistics::{deviation, mean, number, quantile},
};

/// Readings a second.
const RATE: u32 = 10;
/// A repetition takes 0.6 to 8 seconds.
const SHORTEST: usize = 6;
const LONGEST: usize = 80;
/// Peaks are at least this part of a period apart, and this part as high as 40 of 100 peaks are at most.
const APART: f64 = 0.75;
const LOWEST: f64 = 0.5;
/// A lag is the period if the signal is nearly as like itself there as at the best lag: whole multiples are as good.
const NEARLY: f64 = 0.8;

/// The repetitions of `[start, start + span)`; `None` where readings are missing or nothing comes back.
pub(super) fn count(motion: &Motion, start: Timestamp, span: Span) -> Option<usize> {
    let sensors = [&motion.acceleration, &motion.angular_velocity];
    // Longer than anyone repeats without a rest: what is looked at is bounded.
    let span = span.min(Span::from_micros(3_600 * SECOND));
    let mut axes: Vec<Vec<f64>> = Vec::new();
    for sensor in sensors {
        let mut some = even(sensor, start, span, RATE)?;
        // Both sensors count alike, whatever their units.
        let largest = some.iter().map(|axis| deviation(axis)).fold(f64::MIN_POSITIVE, f64::max);
        for axis in &mut some {
            let centre = mean(axis);
            for value in axis.iter_mut() {
                *value = (*value - centre) / largest;
            }
        }
        axes.extend(some);
    }
    let signal = smoothed(&strongest_direction(&axes)?);
    let period = period(&signal)?;
    // The side with the sharper peaks.
    let skew: f64 = signal.iter().map(|value| value.powi(3)).sum();
    let signal: Vec<f64> = if skew < 0.0 {
        signal.iter().map(|value| -value).collect()
    } else {
        signal
    };
    Some(peaks(&signal, APART * number(period)))
}

/// The signal along the first principal component of its axes, by power iteration.
fn strongest_direction(axes: &[Vec<f64>]) -> Option<Vec<f64>> {
    let product = |one: &[f64], other: &[f64]| one.iter().zip(other).map(|(a, b)| a * b).sum::<f64>();
    let covariance: Vec<Vec<f64>> = axes
        .iter()
        .map(|one| axes.iter().map(|other| product(one, other)).collect())
        .collect();
    // From the strongest axis on: it is never quite across the strongest direction.
    let begin = (0..axes.len()).max_by(|one, other| covariance[*one][*one].total_cmp(&covariance[*other][*other]))?;
    let mut direction = covariance[begin].clone();
    for _ in 0..100 {
        let next: Vec<f64> = covariance.iter().map(|row| product(row, &direction)).collect();
        let length = product(&next, &next).sqrt();
        if !length.is_normal() {
            return None;
        }
        direction = next.iter().map(|part| part / length).collect();
    }
    let along = |index: usize| axes.iter().zip(&direction).map(|(axis, part)| axis[index] * part).sum();
    Some((0..axes[0].len()).map(along).collect())
}

/// Under a bell of 0.7 s (Hann), so that one repetition has one peak.
fn smoothed(signal: &[f64]) -> Vec<f64> {
    const HALF: usize = 3;
    let bell: [f64; 2 * HALF + 1] =
        std::array::from_fn(|place| 1.0 - (std::f64::consts::TAU * number(place + 1) / number(2 * HALF + 2)).cos());
    let total: f64 = bell.iter().sum();
    let last = signal.len().saturating_sub(1);
    let at = |index: usize| {
        let around = bell
            .iter()
            .enumerate()
            .map(|(place, weight)| weight * signal[(index + place).saturating_sub(HALF).min(last)]);
        around.sum::<f64>() / total
    };
    (0..signal.len()).map(at).collect()
}

/// Readings from one repetition to the next.
fn period(signal: &[f64]) -> Option<usize> {
    let centre = mean(signal);
    let correlation = |lag: usize| {
        let pairs = signal.iter().zip(&signal[lag..]);
        pairs.map(|(one, later)| (one - centre) * (later - centre)).sum::<f64>() / number(signal.len() - lag)
    };
    let correlations: Vec<f64> = (0..(LONGEST + 2).min(signal.len() / 2)).map(correlation).collect();
    let is_peak = |lag: &usize| correlations[*lag] > correlations[lag - 1] && correlations[*lag] >= correlations[lag + 1];
    let peaks: Vec<usize> = (SHORTEST..correlations.len().saturating_sub(1)).filter(is_peak).collect();
    let best = peaks.iter().map(|lag| correlations[*lag]).reduce(f64::max)?;
    peaks
        .into_iter()
        .find(|lag| best > 0.0 && correlations[*lag] >= NEARLY * best)
}

/// Peaks from the highest down, each at least so far from those before it; then without those that are too low.
fn peaks(signal: &[f64], apart: f64) -> usize {
    let mut peaks: Vec<usize> = (1..signal.len().saturating_sub(1))
        .filter(|place| signal[*place] > signal[place - 1] && signal[*place] >= signal[place + 1])
        .collect();
    peaks.sort_by(|one, other| signal[*other].total_cmp(&signal[*one]));
    // In order of place, so that a new one is held against its neighbours alone.
    let mut kept = std::collections::BTreeSet::new();
    for place in peaks {
        let near = |other: Option<&usize>| other.is_some_and(|other| number(place.abs_diff(*other)) < apart);
        if !near(kept.range(..place).next_back()) && !near(kept.range(place..).next()) {
            kept.insert(place);
        }
    }
    let mut heights: Vec<f64> = kept.iter().map(|place| signal[*place]).collect();
    let Some(usual) = quantile(&mut heights, 0.4) else { return 0 };
    heights.iter().filter(|height| **height >= LOWEST * usual).count()
}
