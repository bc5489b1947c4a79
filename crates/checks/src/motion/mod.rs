//! What the checks of motion have in common: how readings become an even signal, and which unit they are in.

pub(crate) mod axis;
#[cfg(test)]
pub(crate) mod fixtures;
pub(crate) mod resample;
pub(crate) mod spread;
pub(crate) mod unit;

use earnest_domain::time::{Span, Timestamp};

use self::{axis::tidy, resample::resample};
use crate::capture::Reading;

/// Microseconds in a second.
pub(crate) const SECOND: i64 = 1_000_000;

/// Three axes at one pace.
pub(crate) type Even = [Vec<f64>; 3];

/// A sensor's axes from `start` on, at `rate_hz` (which divides a million), as [`resample`] says; `None` where an axis has no reading.
pub(crate) fn even(axes: &[Vec<Reading>; 3], start: Timestamp, span: Span, rate_hz: u32) -> Option<Even> {
    let step = SECOND / i64::from(rate_hz.max(1));
    let length = usize::try_from(span.micros() / step).unwrap_or(0);
    let tidied = axes.each_ref().map(|axis| tidy(axis, start, span.micros()));
    if tidied.iter().any(Vec::is_empty) {
        return None;
    }
    Some(tidied.each_ref().map(|axis| resample(axis, step, length)))
}

/// Starts of blocks of `length` that follow each other through a capture without overlap. A reading stands for the time until the next
/// one: the last block may end a step later than the last reading.
pub(crate) fn blocks(first: Timestamp, last: Timestamp, length: Span, step: Span) -> impl Iterator<Item = Timestamp> {
    std::iter::successors(Some(first), move |start| Some(start.plus(length)))
        .take_while(move |start| last.plus(step) >= start.plus(length) && start.plus(length) > *start)
}
