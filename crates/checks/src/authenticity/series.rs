//! Captures as rows of numbers at an even step, without size, place and direction: what stays the same in a copy.

use earnest_domain::time::Timestamp;

use crate::{
    Cancel, CheckError,
    capture::{Fix, Heart, Motion, Place, Reading},
    heart,
    statistics::{deviation, median},
};

/// What was measured; only like is compared with like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Motion,
    Heart,
    Place,
}

/// Rows of the same length, about zero and of deviation one.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Series {
    pub(super) kind: Kind,
    pub(super) rows: Vec<Vec<f32>>,
}

/// Steps of motion in microseconds, and of place.
const MOTION_STEP: i64 = 100_000;
const PLACE_STEP: i64 = 2_500_000;
/// Velocity is taken over so many steps: over fewer, a copy that begins between two steps would tremble otherwise.
const PLACE_OVER: usize = 2;
/// Longer than this nothing is read off a straight line: what is missing is taken to be usual.
const GAP_STEPS: f64 = 10.0;
/// A day of motion. What comes after is not looked at.
const MOST: usize = 864_000;

/// How strongly a wrist moves and turns, whichever way it points: lengths of acceleration and angular velocity, each axis without its
/// middle (gravity, bias), as square roots, so that a blow does not outshine the rest, without what changes slowly.
pub(super) fn of_motion(motion: &Motion) -> Option<Series> {
    let (from, to) = motion.extent()?;
    let count = steps(from, to, MOTION_STEP)?;
    let length = |axes: &[Vec<Reading>; 3]| {
        let axes = axes.each_ref().map(|axis| {
            let finite = axis.iter().filter(|(_, value)| value.is_finite());
            let mut row = even(
                finite.map(|(time, value)| (*time, f64::from(*value))),
                from,
                MOTION_STEP,
                count,
            );
            let middle = middle(&row);
            for value in &mut row {
                *value -= middle;
            }
            row
        });
        (0..count)
            .map(|at| axes.iter().map(|axis| axis[at] * axis[at]).sum::<f64>().sqrt().sqrt())
            .collect::<Vec<f64>>()
    };
    let rows = [&motion.acceleration, &motion.angular_velocity].map(|axes| usual(&without_slow(&length(axes), 21)));
    rows.iter()
        .any(|row| row.iter().any(|value| *value != 0.0))
        .then_some(Series {
            kind: Kind::Motion,
            rows: rows.into(),
        })
}

/// How each interval between beats differs from those around it, in shares of them: neither the rate of sampling nor the device, nor how
/// quickly it is played, changes that.
///
/// # Errors
/// [`CheckError::Cancelled`].
pub(super) fn of_heart(heart: &Heart, cancel: &Cancel) -> Result<Option<Series>, CheckError> {
    let beats = &heart::examine(heart, cancel)?.beats;
    let intervals: Vec<f64> = beats.windows(2).map(|pair| pair[1] - pair[0]).collect();
    Ok((intervals.len() >= 16).then(|| {
        let logs: Vec<f64> = intervals.iter().map(|interval| interval.max(1e-3).ln()).collect();
        Series {
            kind: Kind::Heart,
            rows: vec![usual(&without_slow(&logs, 9))],
        }
    }))
}

/// How velocity differs from that around it, east and north: what is left is the receiver's tremble and the person's, and little of the
/// road, which may be the same every day.
pub(super) fn of_place(place: &Place) -> Option<Series> {
    let (first, last) = (place.fixes().first()?, place.fixes().last()?);
    let count = steps(first.time, last.time, PLACE_STEP)?;
    let along = |of: fn(&Fix, &Fix) -> f64| {
        let values = place.fixes().iter().map(|fix| (fix.time, of(fix, first)));
        let row = even(values, first.time, PLACE_STEP, count);
        let velocity: Vec<f64> = row
            .windows(PLACE_OVER + 1)
            .map(|steps| steps[PLACE_OVER] - steps[0])
            .collect();
        without_slow(&velocity, 13)
    };
    let east = along(|fix, first| {
        let around = (fix.longitude - first.longitude + 540.0).rem_euclid(360.0) - 180.0;
        around * fix.latitude.to_radians().cos()
    });
    let north = along(|fix, first| fix.latitude - first.latitude);
    // As square roots: braking at a light is the same every day and must not outshine the tremble. The direction stays.
    let lengths: Vec<f64> = east
        .iter()
        .zip(&north)
        .map(|(east, north)| east.hypot(*north).sqrt().max(1e-12))
        .collect();
    let rooted = |row: &[f64]| {
        row.iter()
            .zip(&lengths)
            .map(|(value, length)| value / length)
            .collect::<Vec<f64>>()
    };
    let (east, north) = (rooted(&east), rooted(&north));
    // One size for both: the direction is part of what is compared.
    let size = (deviation(&east).powi(2) + deviation(&north).powi(2)).sqrt() / 2.0_f64.sqrt();
    (size > 0.0).then(|| Series {
        kind: Kind::Place,
        rows: vec![over(&east, size), over(&north, size)],
    })
}

/// Steps between two instants, one at least; `None` where there are too few to compare.
fn steps(from: Timestamp, to: Timestamp, step: i64) -> Option<usize> {
    let count = usize::try_from(to.since(from).micros() / step).ok()?.min(MOST) + 1;
    (count >= 30).then_some(count)
}

/// On an even grid, by straight lines between the means of each step: a step's mean lies at the mean of its times, not in its middle.
#[allow(clippy::cast_precision_loss)] // microseconds of a day
fn even(readings: impl Iterator<Item = (Timestamp, f64)>, from: Timestamp, step: i64, count: usize) -> Vec<f64> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    let (mut open, mut times, mut values, mut number) = (None, 0.0, 0.0, 0.0);
    for (time, value) in readings {
        let after = time.since(from).micros();
        let place = after.saturating_add(step / 2).div_euclid(step);
        if open != Some(place) && number > 0.0 {
            points.push((times / number, values / number));
            (times, values, number) = (0.0, 0.0, 0.0);
        }
        open = Some(place);
        times += after as f64 / step as f64;
        values += value;
        number += 1.0;
    }
    if number > 0.0 {
        points.push((times / number, values / number));
    }
    let usual = middle(&points.iter().map(|(_, value)| *value).collect::<Vec<f64>>());
    let mut next = 0;
    (0..count)
        .map(|at| {
            let at = at as f64;
            while points.get(next).is_some_and(|(time, _)| *time < at) {
                next += 1;
            }
            match (next.checked_sub(1).and_then(|last| points.get(last)), points.get(next)) {
                (Some((before, low)), Some((after, high))) if after - before <= GAP_STEPS => {
                    low + (high - low) * (at - before) / (after - before)
                }
                (Some((before, value)), None) if at - before <= 1.0 => *value,
                (None, Some((after, value))) if after - at <= 1.0 => *value,
                _ => usual,
            }
        })
        .collect()
}

/// Without the mean of what lies around, `width` steps in all.
#[allow(clippy::cast_precision_loss)] // steps of a day
fn without_slow(row: &[f64], width: usize) -> Vec<f64> {
    let half = width / 2;
    let mut sums = Vec::with_capacity(row.len() + 1);
    let mut sum = 0.0;
    sums.push(0.0);
    for value in row {
        sum += value;
        sums.push(sum);
    }
    (0..row.len())
        .map(|at| {
            let (from, to) = (at.saturating_sub(half), (at + half + 1).min(row.len()));
            row[at] - (sums[to] - sums[from]) / (to - from) as f64
        })
        .collect()
}

/// Of deviation one; all zero where nothing changes.
fn usual(row: &[f64]) -> Vec<f32> {
    over(row, deviation(row))
}

#[allow(clippy::cast_possible_truncation)] // a few deviations
fn over(row: &[f64], size: f64) -> Vec<f32> {
    let scale = if size > 1e-9 { 1.0 / size } else { 0.0 };
    row.iter().map(|value| (value * scale) as f32).collect()
}

/// The median of what is a number.
fn middle(row: &[f64]) -> f64 {
    median(row.iter().copied().filter(|value| value.is_finite()).collect()).unwrap_or_default()
}
