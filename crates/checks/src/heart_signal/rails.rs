//! Clipping: the signal stays at the very top or bottom of what was measured, again and again.

use std::ops::Range;

use crate::capture::Heart;

/// Stretches of two samples and more at the highest or lowest value. A single one is the top of a beat, and `flat_seconds` of them are a
/// flat line.
pub(super) fn stretches(heart: &Heart, flat_seconds: f64) -> Vec<Range<usize>> {
    let values = heart.values();
    let known = || values.iter().copied().filter(|value| value.is_finite());
    let (low, high) = (
        known().fold(f32::INFINITY, f32::min),
        known().fold(f32::NEG_INFINITY, f32::max),
    );
    let mut stretches: Vec<Range<usize>> = Vec::new();
    if low >= high {
        return stretches;
    }
    let mut last = None;
    for (place, value) in values.iter().enumerate() {
        // Exactly: a converter gives the same number each time it is at its end.
        let rail = [low, high].into_iter().find(|rail| rail.total_cmp(value).is_eq());
        match (rail, last) {
            (Some(rail), Some(before)) if f32::total_cmp(&rail, &before).is_eq() => {
                if let Some(stretch) = stretches.last_mut() {
                    stretch.end = place + 1;
                }
            }
            (Some(_), _) => stretches.push(place..place + 1),
            _ => {}
        }
        last = rail;
    }
    #[allow(clippy::cast_precision_loss)]
    stretches.retain(|stretch| stretch.len() >= 2 && (stretch.len() as f64) < flat_seconds * heart.rate_hz());
    stretches
}
