//! Whether a sensor reached the end of its range.
//!
//! A signal that turns back by itself leaves about as many readings just below its highest as at it, and none twice at the very same
//! value unless its steps are coarse. One that is cut off piles them up at one value with few below, again and again.

use super::Limits;
use crate::statistics::{number, range};

/// The share of readings at the extremes, if they are piled up there; 0 otherwise.
pub(super) fn share(values: &[f64], limits: &Limits) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let high = piled_up(values, &sorted, limits);
    let negated: Vec<f64> = values.iter().map(|value| -value).collect();
    let sorted: Vec<f64> = sorted.iter().rev().map(|value| -value).collect();
    let low = piled_up(&negated, &sorted, limits);
    number(low + high) / number(values.len().max(1))
}

/// How many of the readings (in order of time, and of size) are at the highest value, if that is a pile.
fn piled_up(values: &[f64], sorted: &[f64], limits: &Limits) -> usize {
    let Some(highest) = sorted.last() else { return 0 };
    let whole = range(sorted);
    let rounding = 1e-6 * whole;
    let is_highest = |value: &f64| *value >= highest - rounding;
    let at_highest = sorted.len() - sorted.partition_point(|value| !is_highest(value));
    let least = number(limits.least_at_the_extreme).max(limits.most_at_the_extreme * number(sorted.len()));
    if number(at_highest) < least {
        return 0;
    }
    // Once may be a reading that the device repeated.
    let visits = values
        .chunk_by(|one, next| is_highest(one) == is_highest(next))
        .filter(|run| run.first().is_some_and(is_highest))
        .count();
    // The sensor's own step: the least by which two readings differ.
    let step = sorted
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .filter(|step| *step > 10.0 * rounding)
        .fold(f64::INFINITY, f64::min);
    if visits < limits.least_visits || !step.is_finite() {
        return 0; // what is held throughout is told as such
    }
    let below = (0.02 * whole).max(2.2 * step);
    let near = sorted.len() - sorted.partition_point(|value| *value < highest - below) - at_highest;
    if number(at_highest) > limits.extreme_over_next * number(near) {
        at_highest
    } else {
        0
    }
}
