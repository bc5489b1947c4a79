//! What numbers have in common: around what they lie, how far from it, and whether two rows of them go together.

/// The mean; 0 of nothing.
pub(crate) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / number(values.len().max(1))
}

/// The standard deviation.
pub(crate) fn deviation(values: &[f64]) -> f64 {
    let centre = mean(values);
    (values.iter().map(|value| (value - centre).powi(2)).sum::<f64>() / number(values.len().max(1))).sqrt()
}

/// From the least to the most.
pub(crate) fn range(values: &[f64]) -> f64 {
    let (low, high) = values.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(*value), high.max(*value))
    });
    (high - low).max(0.0)
}

/// The root mean square, over all axes together, of what is left without each axis' mean.
pub(crate) fn moving(axes: &[Vec<f64>; 3]) -> f64 {
    axes.iter().map(|axis| deviation(axis).powi(2)).sum::<f64>().sqrt()
}

/// The length of the mean vector.
pub(crate) fn steady(axes: &[Vec<f64>; 3]) -> f64 {
    axes.iter().map(|axis| mean(axis).powi(2)).sum::<f64>().sqrt()
}

/// The value below which the share `part` of all lie; `None` of nothing. Their order changes.
pub(crate) fn quantile(values: &mut [f64], part: f64) -> Option<f64> {
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a place within
    let place = (part.clamp(0.0, 1.0) * number(values.len().saturating_sub(1))).round() as usize;
    (place < values.len()).then(|| *values.select_nth_unstable_by(place, f64::total_cmp).1)
}

/// The middle value, the upper one of two; `None` of nothing.
pub(crate) fn median(mut values: Vec<f64>) -> Option<f64> {
    let middle = values.len() / 2;
    (middle < values.len()).then(|| *values.select_nth_unstable_by(middle, f64::total_cmp).1)
}

/// Pearson's correlation of two rows, as far as both go; 0 where one of them rests.
pub(crate) fn correlation(one: &[f64], other: &[f64]) -> f64 {
    let length = one.len().min(other.len());
    let (one, other) = (&one[..length], &other[..length]);
    let (a, b) = (mean(one), mean(other));
    let (mut aa, mut bb, mut ab) = (0.0, 0.0, 0.0);
    for (x, y) in one.iter().zip(other) {
        let (x, y) = (x - a, y - b);
        aa += x * x;
        bb += y * y;
        ab += x * y;
    }
    let size = (aa * bb).sqrt();
    if size > 0.0 { ab / size } else { 0.0 }
}

/// A count as a number to reckon with.
#[allow(clippy::cast_precision_loss)] // far fewer than 2^52
pub(crate) fn number(count: usize) -> f64 {
    count as f64
}
