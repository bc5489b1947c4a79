//! One axis: which readings count, and where none are.

use earnest_domain::time::Timestamp;

use super::resample::Place;
use crate::capture::Reading;

/// The readings of `[start, start + span)` that can be used, in microseconds from `start`: finite, each later than the one before.
pub(crate) fn tidy(readings: &[Reading], start: Timestamp, span: i64) -> Vec<Place> {
    let mut tidied: Vec<Place> = Vec::new();
    let mut last = -1;
    // Readings are in order, so what lies outside is not walked through: a day has thousands of windows.
    let from = readings.partition_point(|(time, _)| *time < start);
    let inside = readings[from..]
        .iter()
        .take_while(|(time, _)| time.since(start).micros() < span);
    for &(time, value) in inside {
        let place = time.since(start).micros();
        if place > last && value.is_finite() {
            tidied.push((place, f64::from(value)));
            last = place;
        }
    }
    tidied
}

/// The stretches of `[0, span)` of more than `longest` microseconds without a reading.
pub(crate) fn gaps(axis: &[Place], span: i64, longest: i64) -> impl Iterator<Item = (i64, i64)> {
    let mut last = 0;
    axis.iter().map(|reading| reading.0).chain([span]).filter_map(move |place| {
        let from = std::mem::replace(&mut last, place);
        (place - from > longest).then_some((from, place))
    })
}

/// Whether more than `longest` microseconds of `[0, span)` have no reading.
pub(crate) fn has_gap(axis: &[Place], span: i64, longest: i64) -> bool {
    gaps(axis, span, longest).next().is_some()
}

/// Whether a reading never changes by more than a rounding error.
pub(crate) fn is_constant(axis: &[Place]) -> bool {
    let (low, high) = axis.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), reading| {
        (low.min(reading.1), high.max(reading.1))
    });
    high - low <= 1e-6 * high.abs().max(low.abs()).max(1.0)
}
