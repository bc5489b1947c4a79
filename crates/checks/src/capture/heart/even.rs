//! Readings as they came, laid out evenly.

use super::{CaptureError, Heart, HeartKind, broken, too_large};

/// Nothing for longer than this is a gap, and not a slow reading.
const GAP_SECONDS: f64 = 0.25;
/// Times that are never further than this from even ones, in intervals, are even ones as a coarse clock tells them: nothing is laid anew.
const STILL_EVEN: f64 = 0.5;

/// Lays `values`, read at `times` (in seconds), at their mean rate.
///
/// Devices stamp packets, so that several readings share a time: these are spread over the time until the next one.
pub(super) fn laid(kind: HeartKind, mut times: Vec<f64>, values: Vec<f32>) -> Result<Heart, CaptureError> {
    if let Some(place) = times.windows(2).position(|pair| pair[1] < pair[0]) {
        return Err(broken(format!("time goes back after reading {}", place + 1)));
    }
    spread(&mut times);
    let intervals = || times.windows(2).map(|pair| pair[1] - pair[0]);
    let slow = typical_interval(&times).ok_or_else(|| broken("all its readings have one time"))?;
    let gap = GAP_SECONDS.max(3.0 * slow);
    let (count, covered) = intervals()
        .filter(|interval| *interval <= gap)
        .fold((0_u32, 0.0), |(count, covered), interval| (count + 1, covered + interval));
    if count == 0 || covered <= 0.0 {
        return Err(broken("its readings are too far apart"));
    }
    let rate_hz = f64::from(count) / covered;
    if !Heart::RATES_HZ.contains(&rate_hz) {
        return Err(broken(format!("{rate_hz:.1} readings a second are no heart signal's")));
    }
    let (first, last) = (times[0], times[times.len() - 1]);
    let length = (last - first).mul_add(rate_hz, 1.0 + 1e-6);
    #[allow(clippy::cast_precision_loss)] // some millions
    let most = Heart::MOST_SAMPLES as f64;
    if last - first > Heart::MOST_SECONDS || length > most {
        return Err(too_large());
    }
    #[allow(clippy::cast_precision_loss)]
    let is_even = times
        .iter()
        .enumerate()
        .all(|(index, time)| ((time - first) * rate_hz - index as f64).abs() <= STILL_EVEN);
    if is_even {
        return Heart::new(kind, rate_hz, values);
    }
    let known: Vec<(f64, f32)> = times.into_iter().zip(values).filter(|(_, value)| value.is_finite()).collect();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // held against the most samples above
    Heart::new(kind, rate_hz, on_lines(&known, first, rate_hz, length.floor() as usize, gap))
}

/// Spreads readings of one time evenly until the next time.
fn spread(times: &mut [f64]) {
    let mut start = 0;
    while start < times.len() {
        let time = times[start];
        let alike = times[start..].iter().take_while(|other| **other <= time).count();
        let next = times.get(start + alike).copied();
        // The last packet is spread as the one before it was.
        let step = match next {
            Some(next) => (next - time).min(GAP_SECONDS),
            None if start > 0 => time - times[start - 1],
            None => 0.0,
        };
        #[allow(clippy::cast_precision_loss)] // readings of a packet
        let share = if next.is_some() { step / alike as f64 } else { step };
        for (number, place) in times[start..start + alike].iter_mut().enumerate() {
            #[allow(clippy::cast_precision_loss)]
            {
                *place = share.mul_add(number as f64, time);
            }
        }
        start += alike;
    }
}

/// The median interval.
pub(super) fn typical_interval(times: &[f64]) -> Option<f64> {
    let mut intervals: Vec<f64> = times
        .windows(2)
        .map(|pair| pair[1] - pair[0])
        .filter(|interval| *interval > 0.0 && interval.is_finite())
        .collect();
    if intervals.is_empty() {
        return None;
    }
    let middle = intervals.len() / 2;
    Some(*intervals.select_nth_unstable_by(middle, f64::total_cmp).1)
}

/// Values on straight lines between readings that are no further apart than `gap`.
fn on_lines(known: &[(f64, f32)], first: f64, rate_hz: f64, length: usize, gap: f64) -> Vec<f32> {
    let mut after = 0;
    (0..length)
        .map(|index| {
            #[allow(clippy::cast_precision_loss)] // some millions
            let time = first + index as f64 / rate_hz;
            while known.get(after).is_some_and(|(at, _)| *at < time) {
                after += 1;
            }
            let before = after.checked_sub(1).and_then(|before| known.get(before));
            let next = known.get(after);
            match (before, next) {
                (Some((from, low)), Some((to, high))) if to - from <= gap => {
                    #[allow(clippy::cast_possible_truncation)] // as precise as the readings
                    let share = ((time - from) / (to - from)) as f32;
                    low + (high - low) * share
                }
                // At the very ends a rounding error may lie between.
                (Some((at, value)), _) | (_, Some((at, value))) if (time - at).abs() * rate_hz <= 1e-3 => *value,
                _ => f32::NAN,
            }
        })
        .collect()
}
