//! Butterworth filters, run forth and back so that no beat is shifted.
//!
//! A filter is a cascade of sections of second order (S. Butterworth 1930, "On the theory of filter amplifiers"; bilinear transform with
//! the corner prewarped). Run forth and back its phase is zero and its attenuation doubled (Gustafsson 1996, "Determining the initial
//! states in forward-backward filtering": here the simpler odd extension and the states of a standing signal, as `SciPy` has them).

use std::f64::consts::PI;

/// One section, in transposed direct form II.
#[derive(Debug, Clone, Copy)]
struct Section {
    b: [f64; 3],
    a: [f64; 2],
}

/// A cascade of at most three sections.
#[derive(Debug, Clone, Copy)]
pub(super) struct Butterworth([Section; 3]);

const NOTHING: Section = Section {
    b: [1.0, 0.0, 0.0],
    a: [0.0, 0.0],
};

impl Butterworth {
    /// Keeps what is faster than `corner_hz`, by a filter of that order (at most 6).
    pub(super) fn high_pass(order: u32, corner_hz: f64, rate_hz: f64) -> Self {
        Self::new(order, corner_hz, rate_hz, true)
    }

    /// Keeps what is slower than `corner_hz`, by a filter of that order (at most 6). A corner that the rate cannot hold lets all through.
    pub(super) fn low_pass(order: u32, corner_hz: f64, rate_hz: f64) -> Self {
        if corner_hz >= 0.45 * rate_hz {
            return Self([NOTHING; 3]);
        }
        Self::new(order, corner_hz, rate_hz, false)
    }

    fn new(order: u32, corner_hz: f64, rate_hz: f64, high: bool) -> Self {
        let k = (PI * corner_hz / rate_hz).tan();
        let mut sections = [NOTHING; 3];
        let pairs = order / 2;
        let mut places = sections.iter_mut();
        for (pair, place) in (0..pairs).zip(&mut places) {
            // The angle of a pair of poles on the circle tells its damping.
            let damping = 2.0 * (PI * f64::from(2 * pair + 1) / f64::from(2 * order)).sin();
            let scale = 1.0 / (k * k + damping * k + 1.0);
            let b = if high {
                [scale, -2.0 * scale, scale]
            } else {
                [k * k * scale, 2.0 * k * k * scale, k * k * scale]
            };
            *place = Section {
                b,
                a: [2.0 * (k * k - 1.0) * scale, (k * k - damping * k + 1.0) * scale],
            };
        }
        if let (1, Some(place)) = (order % 2, places.next()) {
            let scale = 1.0 / (k + 1.0);
            *place = Section {
                b: if high {
                    [scale, -scale, 0.0]
                } else {
                    [k * scale, k * scale, 0.0]
                },
                a: [(k - 1.0) * scale, 0.0],
            };
        }
        Self(sections)
    }

    /// Filters in place, forth and back. `settle` samples are added at both ends, mirrored about the end's value.
    pub(super) fn both_ways(&self, values: &mut [f64], settle: usize) {
        let length = values.len();
        let (Some(first), Some(last)) = (values.first().copied(), values.last().copied()) else {
            return;
        };
        let settle = settle.min(length - 1);
        let mut long = Vec::with_capacity(length + 2 * settle);
        long.extend((1..=settle).rev().map(|place| 2.0 * first - values[place]));
        long.extend_from_slice(values);
        long.extend((1..=settle).map(|place| 2.0 * last - values[length - 1 - place]));
        if let Some(start) = long.first().copied() {
            self.run(long.iter_mut(), start);
        }
        if let Some(start) = long.last().copied() {
            self.run(long.iter_mut().rev(), start);
        }
        values.copy_from_slice(&long[settle..settle + length]);
    }

    /// One way, from the state in which a signal that always was `start` leaves it.
    fn run<'v>(&self, values: impl Iterator<Item = &'v mut f64>, start: f64) {
        let Self(sections) = self;
        let mut states = [[0.0_f64; 2]; 3];
        let mut standing = start;
        for (section, state) in sections.iter().zip(&mut states) {
            let Section { b, a } = section;
            let out = standing * (b[0] + b[1] + b[2]) / (1.0 + a[0] + a[1]);
            state[1] = b[2] * standing - a[1] * out;
            state[0] = b[1] * standing - a[0] * out + state[1];
            standing = out;
        }
        for value in values {
            let mut x = *value;
            for (Section { b, a }, state) in sections.iter().zip(&mut states) {
                let y = b[0] * x + state[0];
                state[0] = b[1] * x - a[0] * y + state[1];
                state[1] = b[2] * x - a[1] * y;
                x = y;
            }
            *value = x;
        }
    }
}

/// The mean over `width` samples about each, parts of samples at the edges included; at the ends over what there is.
pub(super) fn moving_average(values: &[f64], width: f64) -> Vec<f64> {
    let half = ((width - 1.0) / 2.0).max(0.0);
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // at least 0, and samples of some seconds
    let whole = half as usize;
    #[allow(clippy::cast_precision_loss)]
    let part = half - whole as f64;
    let length = values.len();
    let mut averages = Vec::with_capacity(length);
    // What is summed from `from` to `to`, both included; summed anew now and then, so that rounding does not grow.
    let mut sum = 0.0;
    for middle in 0..length {
        let (from, to) = (middle.saturating_sub(whole), (middle + whole).min(length - 1));
        if middle % 4_096 == 0 {
            sum = values[from..=to].iter().sum();
        } else {
            if middle > whole {
                sum -= values[middle - whole - 1];
            }
            if middle + whole < length {
                sum += values[middle + whole];
            }
        }
        #[allow(clippy::cast_precision_loss)]
        let (mut total, mut weight) = (sum, (to - from + 1) as f64);
        if middle > whole {
            total += part * values[middle - whole - 1];
            weight += part;
        }
        if middle + whole + 1 < length {
            total += part * values[middle + whole + 1];
            weight += part;
        }
        averages.push(total / weight);
    }
    averages
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::cast_precision_loss)]
    use super::*;

    fn wave(hz: f64, rate_hz: f64, length: usize) -> Vec<f64> {
        (0..length)
            .map(|index| (2.0 * PI * hz * index as f64 / rate_hz).sin())
            .collect()
    }

    /// How much of a wave is left in the middle of two minutes.
    fn left(filter: &Butterworth, hz: f64) -> f64 {
        let mut values = wave(hz, 250.0, 30_000);
        filter.both_ways(&mut values, 750);
        let middle = &values[10_000..20_000];
        (2.0 * middle.iter().map(|value| value * value).sum::<f64>() / middle.len() as f64).sqrt()
    }

    #[test]
    fn a_filter_halves_the_power_once_a_way_at_its_corner() {
        for order in 1..=6 {
            for filter in [
                Butterworth::high_pass(order, 8.0, 250.0),
                Butterworth::low_pass(order, 8.0, 250.0),
            ] {
                assert!(
                    (left(&filter, 8.0) - 0.5).abs() < 1e-3,
                    "order {order}: {}",
                    left(&filter, 8.0)
                );
            }
            // An octave away: 1 / (1 + 2^2n), Butterworth's own law, both ways (bilinear: slightly more for the low pass).
            let law = 1.0 / (1.0 + 4_f64.powi(order.cast_signed()));
            assert!(
                (left(&Butterworth::high_pass(order, 1.0, 250.0), 0.5) - law).abs() < 2e-3,
                "order {order}"
            );
        }
        assert!((left(&Butterworth::low_pass(3, 200.0, 250.0), 40.0) - 1.0).abs() < 1e-9);
    }

    #[test]
    fn nothing_is_shifted_and_a_standing_signal_is_no_jump() {
        let filter = Butterworth::low_pass(3, 8.0, 250.0);
        let mut pulse = vec![0.0; 2_001];
        pulse[1_000] = 1.0;
        filter.both_ways(&mut pulse, 300);
        for distance in 1..200 {
            assert!((pulse[1_000 - distance] - pulse[1_000 + distance]).abs() < 1e-9);
        }
        let mut standing = vec![512.0; 500];
        Butterworth::high_pass(5, 0.5, 250.0).both_ways(&mut standing, 300);
        assert!(standing.iter().all(|value| value.abs() < 1e-6));
        filter.both_ways(&mut [], 10);
        let mut one = vec![3.0];
        filter.both_ways(&mut one, 10);
        assert!((one[0] - 3.0).abs() < 1e-9);
    }

    #[test]
    fn an_average_takes_the_mains_out_and_leaves_the_ends() {
        let hum = wave(60.0, 250.0, 2_500);
        let most = |values: &[f64]| values.iter().fold(0.0_f64, |most, value| most.max(value.abs()));
        assert!(most(&moving_average(&hum, 250.0 / 60.0)[10..2_490]) < 0.05);
        assert_eq!(moving_average(&[1.0, 2.0, 3.0], 3.0), [1.5, 2.0, 2.5]);
        assert_eq!(moving_average(&[1.0, 5.0], 1.0), [1.0, 5.0]);
        let long: Vec<f64> = (0..9_000).map(f64::from).collect();
        let average = moving_average(&long, 11.0);
        assert!((average[6_000] - 6_000.0).abs() < 1e-9, "{}", average[6_000]);
    }
}
