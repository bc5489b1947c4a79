//! How much a signal moves, and around what.

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

/// The value below which the share `part` of all lie; `None` of nothing.
pub(crate) fn quantile(values: &mut [f64], part: f64) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // a place within
    let place = (part.clamp(0.0, 1.0) * number(values.len().saturating_sub(1))).round() as usize;
    values.get(place).copied()
}

/// A count as a number to reckon with.
#[allow(clippy::cast_precision_loss)] // far fewer than 2^52
pub(crate) fn number(count: usize) -> f64 {
    count as f64
}
