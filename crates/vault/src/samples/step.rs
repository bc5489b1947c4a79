//! The step that readings are multiples of.
//!
//! A sensor counts: what it tells is a whole number times a step (a 4096th of standard gravity, 0.1526 degrees a second), rounded on its
//! way to a few decimals. Told that step, pco packs the counts, in half the room that the same readings take as floats; left to itself it
//! finds it in some columns and misses it in others.

/// The finest decimal step: readings travel as text, and six decimals are the most that a wearable tells.
pub(super) const FINEST_DECIMAL: f64 = 1e-6;

/// How far a reading may be from a multiple of the sensor's step: it was rounded to six decimals.
const ROUNDING: f64 = 0.51 * FINEST_DECIMAL;

/// A sensor's step is coarser than this, or rounding hides it.
const FINEST_COUNTED: f64 = 40.0 * ROUNDING;

/// The smallest difference among some readings may be of two or three steps.
const STEPS_APART: [f64; 3] = [1.0, 2.0, 3.0];

/// With fewer different readings a step is not looked for: they take no room in any case.
const ENOUGH: usize = 16;

/// The decimal step that every value is a multiple of, to the bit, if it is no finer than six decimals.
pub(super) fn decimal(values: &[f32]) -> Option<f64> {
    [1.0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6].into_iter().find_map(|steps: f64| {
        #[allow(clippy::cast_possible_truncation)] // that it comes back the same is the question
        let fits = |value: &f32| (((f64::from(*value) * steps).round() / steps) as f32).to_bits() == value.to_bits();
        values.iter().all(fits).then_some(1.0 / steps)
    })
}

/// The step of the sensor, found in the values `first` and fit for `all`; `None` when they are no multiples of any.
pub(super) fn counted(first: &[f32], all: &[f32]) -> Option<f64> {
    let mut ascending: Vec<f32> = first.to_vec();
    ascending.sort_unstable_by(f32::total_cmp);
    ascending.dedup();
    if ascending.len() < ENOUGH {
        return None;
    }
    let smallest = ascending
        .windows(2)
        .filter_map(|pair| {
            let (one, next) = (f64::from(pair[0]), f64::from(pair[1]));
            // Two roundings of one count are no difference.
            (next - one > 2.0 * tolerance(one).max(tolerance(next))).then_some(next - one)
        })
        .min_by(f64::total_cmp)?;
    if smallest < FINEST_COUNTED {
        return None;
    }
    ascending.sort_unstable_by(|one, other| one.abs().total_cmp(&other.abs()));
    STEPS_APART
        .into_iter()
        .filter_map(|apart| refined(smallest / apart, &ascending))
        .find(|step| all.iter().all(|value| is_counted(*value, *step)))
}

/// A step that is known roughly, better known: by the small counts first, which are certain, and so on to the large ones
/// (a least-squares line through the origin, one value after the other).
fn refined(mut step: f64, by_size: &[f32]) -> Option<f64> {
    let (mut counts_by_values, mut counts_squared) = (0.0, 0.0);
    for value in by_size {
        if !is_near(*value, step) {
            return None;
        }
        let (value, count) = (f64::from(*value), (f64::from(*value) / step).round());
        if count != 0.0 {
            counts_by_values += count * value;
            counts_squared += count * count;
            step = counts_by_values / counts_squared;
        }
    }
    (step > FINEST_COUNTED / 2.0 && step.is_finite()).then_some(step)
}

/// Whether a value may be a multiple of a step that is still being refined.
fn is_near(value: f32, step: f64) -> bool {
    let count = f64::from(value) / step;
    (count - count.round()).abs() < 0.25
}

/// Whether it is one, as far as its rounding lets one say.
fn is_counted(value: f32, step: f64) -> bool {
    let value = f64::from(value);
    (value - (value / step).round() * step).abs() <= 1.5 * tolerance(value)
}

/// How far `value` may be from what was meant: six decimals, or an `f32`'s own last place where that is coarser.
fn tolerance(value: f64) -> f64 {
    ROUNDING.max(value.abs() * f64::from(f32::EPSILON))
}

/// How often the differences of neighbouring counts are taken before they are smallest: 0, 1 or 2 times. A slow movement at a fast rate
/// is nearly a line (2), a fast one at a slow rate jumps (0).
pub(super) fn differences(first: &[f32], step: f64) -> usize {
    let mut counts: Vec<f64> = first.iter().map(|value| (f64::from(*value) / step).round()).collect();
    let mut best = (0, f64::INFINITY);
    for order in 0..=2 {
        // About as many bits as they take.
        let bits: f64 = counts.iter().map(|count| (count.abs() + 1.0).log2()).sum();
        if bits < best.1 {
            best = (order, bits);
        }
        counts = counts.windows(2).map(|pair| pair[1] - pair[0]).collect();
    }
    best.0
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::cast_possible_truncation, clippy::cast_precision_loss)]
    use super::*;

    /// What a sensor with this step tells of a swinging arm.
    fn told(step: f64, decimals: Option<i32>) -> Vec<f32> {
        (0..2_000u32)
            .map(|index| {
                let swing = (f64::from(index) * 0.37).sin() * 12.0 + (f64::from(index) * 1.31).sin() * 3.0;
                let value = (swing / step).round() * step;
                match decimals.map(|decimals| 10f64.powi(decimals)) {
                    Some(scale) => ((value * scale).round() / scale) as f32,
                    None => value as f32,
                }
            })
            .collect()
    }

    #[test]
    fn a_sensors_step_is_found() {
        // An accelerometer of 8 g full scale, a gyroscope of 1000 and one of 2000 degrees a second, in 16 bits; that of BasicMotions.
        let degree = std::f64::consts::PI / 180.0;
        for step in [9.806_65 / 4096.0, degree / 32.8, degree / 16.4, 0.002_663_37] {
            for decimals in [None, Some(6)] {
                let values = told(step, decimals);
                let found = counted(&values[..1_024], &values).unwrap();
                assert!((found / step - 1.0).abs() < 1e-5, "{step}, {decimals:?} decimals: {found}");
            }
        }
    }

    #[test]
    fn no_step_is_found_where_there_is_none() {
        let smooth: Vec<f32> = (0..2_000u32)
            .map(|index| (f64::from(index) * 0.37).sin() as f32 * 9.0)
            .collect();
        assert_eq!(counted(&smooth, &smooth), None, "as floats");
        let six: Vec<f32> = smooth
            .iter()
            .map(|value| (f64::from(*value) * 1e6).round() as f32 / 1e6)
            .collect();
        assert_eq!(counted(&six, &six), None, "every decimal is used");
        assert_eq!(decimal(&six[..100]), Some(1e-6));
        let mut changed = told(9.806_65 / 4096.0, None);
        changed.extend_from_slice(&smooth);
        assert_eq!(counted(&changed[..1_024], &changed), None, "it changes on the way");
        assert_eq!(counted(&[], &[]), None);
        for size in [f32::MAX, f32::MIN_POSITIVE, f32::from_bits(1)] {
            let far: Vec<f32> = (0..100u32)
                .flat_map(|index| [size / (index + 1) as f32, -size / (index + 1) as f32])
                .collect();
            assert_eq!(counted(&far, &far), None, "beyond all measure: {size}");
        }
    }

    #[test]
    fn the_slower_the_movement_the_more_often_differences_are_taken() {
        let swing = |every: f64, noise: u32| -> Vec<f32> {
            // MurmurHash3's finaliser.
            let mixed = |index: u32| {
                (index.wrapping_mul(0x85eb_ca6b) ^ index.wrapping_mul(0x85eb_ca6b) >> 13).wrapping_mul(0xc2b2_ae35) >> 16
            };
            let noise = move |index: u32| f64::from(mixed(index) & noise);
            (0..1_000u32)
                .map(|index| (((f64::from(index) * every).sin() * 4_000.0).round() + noise(index)) as f32 * 0.01)
                .collect()
        };
        assert_eq!(differences(&swing(2.3, 0), 0.01), 0, "it jumps");
        assert_eq!(differences(&swing(0.02, 255), 0.01), 1, "it drifts, and trembles");
        assert_eq!(differences(&swing(0.01, 0), 0.01), 2, "it glides");
        assert_eq!(differences(&[], 0.01), 0);
    }

    #[test]
    fn decimals_are_seen_to_the_bit() {
        assert_eq!(decimal(&[61.0, 62.0]), Some(1.0));
        assert_eq!(decimal(&[36.6, 36.75]), Some(0.01));
        assert_eq!(decimal(&[1.0 / 3.0]), None);
    }
}
