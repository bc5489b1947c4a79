//! Flat lines: stretches in which nothing changes but what the converter itself adds.

use std::ops::Range;

use super::Limits;
use crate::capture::Heart;

/// A piece, in seconds, of which the height is taken.
const PIECE: f64 = 0.5;

pub(super) fn stretches(heart: &Heart, limits: &Limits) -> Vec<Range<usize>> {
    let values = heart.values();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // some thousands
    let length = ((PIECE * heart.rate_hz()) as usize).max(1);
    let pieces: Vec<Option<(f32, f32)>> = values.chunks(length).map(extent).collect();
    let slack = slack(values, &pieces, limits);

    let mut stretches = Vec::new();
    let mut run: Option<(usize, (f32, f32))> = None;
    for (number, piece) in pieces.iter().chain([&None]).enumerate() {
        let joined = match (run, piece) {
            (Some((start, (low, high))), Some(piece)) => Some((start, (low.min(piece.0), high.max(piece.1)))),
            (None, Some(piece)) => Some((number, *piece)),
            (_, None) => None,
        };
        if let Some((start, (low, high))) = joined
            && f64::from(high - low) <= slack
        {
            run = Some((start, (low, high)));
            continue;
        }
        if let Some((start, _)) = run.take() {
            stretches.push(start * length..(number * length).min(values.len()));
        }
        // It may begin the next one.
        run = piece
            .filter(|(low, high)| f64::from(high - low) <= slack)
            .map(|piece| (number, piece));
    }
    #[allow(clippy::cast_precision_loss)]
    stretches.retain(|stretch: &Range<usize>| stretch.len() as f64 >= limits.flat_seconds * heart.rate_hz());
    stretches
}

/// The least and the most of what was measured.
fn extent(values: &[f32]) -> Option<(f32, f32)> {
    let known = values.iter().filter(|value| value.is_finite());
    known.fold(None, |extent: Option<(f32, f32)>, value| {
        Some(extent.map_or((*value, *value), |(low, high)| (low.min(*value), high.max(*value))))
    })
}

/// What may change in a flat line: a share of how high the signal is elsewhere, or some steps of the converter.
fn slack(values: &[f32], pieces: &[Option<(f32, f32)>], limits: &Limits) -> f64 {
    let mut heights: Vec<f64> = pieces.iter().flatten().map(|(low, high)| f64::from(high - low)).collect();
    if heights.is_empty() {
        return 0.0;
    }
    // Not the highest: a jump when the sensor is put on is no height of beats.
    let place = (heights.len() * 9 / 10).min(heights.len() - 1);
    let usual = *heights.select_nth_unstable_by(place, f64::total_cmp).1;
    let step = values
        .windows(2)
        .map(|pair| f64::from((pair[1] - pair[0]).abs()))
        .filter(|step| *step > 0.0)
        .fold(f64::INFINITY, f64::min);
    let steps = if step.is_finite() { limits.flat_steps * step } else { 0.0 };
    (limits.flat_height * usual).max(steps)
}
