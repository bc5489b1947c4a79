//! From readings at a device's own pace to readings at an even one.
//!
//! The filter is that of the means: over a step of `T` a tone of frequency `f` keeps `sin(pi f T) / (pi f T)` of its size (and readings
//! that are joined by lines lose a little of what is near half of their own rate before). At half the new rate 64 % are left (-3.9 dB), at
//! the new rate and its multiples nothing, and between those at most 22 % (-13 dB). What moves an arm lies below 5 Hz, so what comes
//! back as a slow motion that never was is a fifth of what little is there; in exchange no reading rings, and a step that a sensor makes
//! stays a step.

/// A reading: microseconds since the window's start, and its value.
pub(crate) type Place = (i64, f64);

/// Brings readings (in order of time, at least one) to `length` values that lie `step` microseconds apart.
///
/// Readings are joined by straight lines and held before the first and after the last. If there are more than one and a half readings
/// to a step, each value is the mean of those lines over its step: a plain box filter, so that what is too fast for the lower rate
/// does not come back as a slow motion that never was. Otherwise values are taken from the lines on a grid that starts at the first
/// reading's place within its step: a device at the model's own pace is then read without any smoothing, however its clock lies.
///
/// `activity/motions.py` does the same for training; `activity/fixtures/parity.json` holds the two together.
#[allow(clippy::cast_precision_loss)] // a window spans far less than 2^52 microseconds
pub(crate) fn resample(readings: &[Place], step: i64, length: usize) -> Vec<f64> {
    let steps = (0..).map(|index: i64| index * step).take(length);
    if readings.len() * 2 > length * 3 {
        steps.map(|from| area(readings, from, from + step) / step as f64).collect()
    } else {
        let phase = readings.first().map_or(0, |first| first.0.rem_euclid(step));
        steps.map(|from| value_at(readings, from + phase)).collect()
    }
}

/// The joined lines' value at a moment.
#[allow(clippy::cast_precision_loss)]
fn value_at(readings: &[Place], at: i64) -> f64 {
    let after = readings.partition_point(|reading| reading.0 <= at);
    match (
        after.checked_sub(1).and_then(|before| readings.get(before)),
        readings.get(after),
    ) {
        (Some(&(from, low)), Some(&(to, high))) => low + (high - low) * ((at - from) as f64 / (to - from) as f64),
        (Some(&(_, held)), None) | (None, Some(&(_, held))) => held,
        (None, None) => 0.0,
    }
}

/// The area under the joined lines between two moments, in value times microseconds.
#[allow(clippy::cast_precision_loss)]
fn area(readings: &[Place], from: i64, to: i64) -> f64 {
    let first = readings.partition_point(|reading| reading.0 <= from);
    let inside = readings[first..].iter().copied().take_while(|reading| reading.0 < to);
    let mut last = (from, value_at(readings, from));
    let mut sum = 0.0;
    for knot in inside.chain([(to, value_at(readings, to))]) {
        sum += (knot.0 - last.0) as f64 * (knot.1 + last.1) / 2.0;
        last = knot;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    const STEP: i64 = 100_000;

    fn close(got: &[f64], wanted: &[f64]) {
        assert_eq!(got.len(), wanted.len());
        for (got, wanted) in got.iter().zip(wanted) {
            assert!((got - wanted).abs() < 1e-9, "{got} is not {wanted}");
        }
    }

    #[test]
    fn readings_at_the_models_own_pace_pass_unchanged_wherever_they_lie_in_their_step() {
        for offset in [0, 30_000, 99_999] {
            let readings = [(offset, 1.0), (offset + STEP, -2.0), (offset + 2 * STEP, 4.0)];
            close(&resample(&readings, STEP, 3), &[1.0, -2.0, 4.0]);
        }
    }

    #[test]
    fn a_missing_reading_is_bridged_by_a_line() {
        close(
            &resample(&[(0, 1.0), (2 * STEP, 3.0), (3 * STEP, 0.0)], STEP, 4),
            &[1.0, 2.0, 3.0, 0.0],
        );
    }

    #[test]
    fn before_the_first_and_after_the_last_reading_the_value_is_held() {
        close(&resample(&[(STEP, 5.0), (2 * STEP, 7.0)], STEP, 4), &[5.0, 5.0, 7.0, 7.0]);
    }

    #[test]
    #[allow(clippy::cast_precision_loss)]
    fn a_fast_slope_becomes_the_mean_of_each_step() {
        let slope: Vec<Place> = (0..=10).map(|index| (index * 20_000, index as f64)).collect();
        close(&resample(&slope, STEP, 2), &[2.5, 7.5]);
    }

    #[test]
    #[allow(clippy::cast_precision_loss)]
    fn a_tone_keeps_what_the_filter_says() {
        for hertz in [1.0, 3.0, 5.0, 7.5, 10.0, 14.0, 20.0] {
            let tone = |shift: f64| -> Vec<Place> {
                let value = |index: i64| (index as f64 * std::f64::consts::TAU * hertz / 1_000.0 + shift).sin();
                (0..5_000).map(|index| (index * 1_000, value(index))).collect()
            };
            let power = |shift| {
                resample(&tone(shift), STEP, 50)
                    .iter()
                    .map(|value| value * value)
                    .sum::<f64>()
                    / 50.0
            };
            // A quarter of a turn apart, the two together have the tone's size whatever it is turned into.
            let kept = (power(0.0) + power(std::f64::consts::FRAC_PI_2)).sqrt();
            let angle = std::f64::consts::PI * hertz / 10.0;
            assert!(
                (kept - (angle.sin() / angle).abs()).abs() < 1e-3,
                "{kept} of {hertz} Hz is left"
            );
        }
    }

    #[test]
    #[allow(clippy::cast_precision_loss)]
    fn what_is_too_fast_for_the_lower_rate_is_averaged_away() {
        // 10 Hz sampled at 100 Hz: taken every tenth reading it would look like a constant
        let tone: Vec<Place> = (0..500)
            .map(|index| (index * 10_000, (index as f64 * std::f64::consts::TAU / 10.0 + 1.0).sin()))
            .collect();
        for value in resample(&tone, STEP, 50) {
            assert!(value.abs() < 0.05, "{value} is left of a tone of amplitude 1");
        }
    }
}
