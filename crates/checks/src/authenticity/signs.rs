//! Weak signs that a signal was not measured: too regular, too clean, too even. Each has honest explanations; only several together count.

use earnest_domain::{time::Timestamp, verdict::Evidence};
use serde::Deserialize;

use crate::{
    Cancel, CheckError,
    capture::{Fix, Heart, Motion, Place, Reading},
    heart,
    place_plausible::made_up,
    statistics::{correlation, deviation, mean, median, number},
};

/// From where on a sign tells, as the manifest says.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shows {
    pub(super) usual: f64,
    odd: f64,
    share: f64,
}

/// One sign: what was measured, between which values it begins to tell and tells all it can.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sign {
    pub(super) what: &'static str,
    pub(super) value: f64,
    pub(super) unit: &'static str,
    /// Up to (or down to) here it says nothing.
    pub(super) usual: f64,
    /// From here on it says all that it can.
    pub(super) odd: f64,
    /// How much it can say, as a share of the most telling one.
    pub(super) share: f64,
}

impl Sign {
    const fn new(what: &'static str, value: f64, usual: f64, odd: f64) -> Self {
        Self {
            what,
            value,
            unit: "1",
            usual,
            odd,
            share: 1.0,
        }
    }

    pub(super) const fn by(what: &'static str, value: f64, unit: &'static str, shows: Shows) -> Self {
        Self {
            what,
            value,
            unit,
            usual: shows.usual,
            odd: shows.odd,
            share: shows.share,
        }
    }

    const fn of(mut self, share: f64) -> Self {
        self.share = share;
        self
    }

    /// 0 to 1.
    pub(super) fn strength(&self) -> f64 {
        let along = (self.value - self.usual) / (self.odd - self.usual);
        if along.is_finite() {
            along.clamp(0.0, 1.0) * self.share
        } else {
            0.0
        }
    }

    pub(super) fn evidence(&self) -> Evidence {
        let (least, most) = if self.odd > self.usual {
            (None, Some(self.usual))
        } else {
            (Some(self.usual), None)
        };
        Evidence::measure(self.what, self.value, self.unit)
            .at_least(least)
            .at_most(most)
    }
}

/// Signs in a wrist's motion.
pub(super) fn of_motion(motion: &Motion, now: Option<Timestamp>) -> Vec<Sign> {
    let axes: Vec<&Vec<Reading>> = motion
        .acceleration
        .iter()
        .chain(&motion.angular_velocity)
        .filter(|axis| axis.len() >= 60)
        .collect();
    let Some(first) = axes.first() else { return Vec::new() };
    let rows: Vec<Vec<f64>> = axes
        .iter()
        .map(|axis| tenths(axis))
        .filter(|row| row.len() >= 50 && deviation(row) > 1e-6)
        .collect();
    let mut signs = clock(first.iter().map(|(time, _)| *time), now);
    if rows.is_empty() {
        return signs;
    }
    let middle_of = |of: &dyn Fn(&[f64]) -> f64| middle(rows.iter().map(|row| of(row)).collect());
    signs.push(Sign::new("periodic", middle_of(&periodicity), 0.9, 0.97));
    signs.push(Sign::new("unpredicted", middle_of(&unpredicted::<f64>), 0.03, 0.005));
    // A body has inertia; only a sensor at rest gives noise without memory, and little of it.
    let memory = middle_of(&|row| autocorrelation(row, 1).abs());
    signs.push(Sign::new("memory", memory, 0.15, 0.05));
    let strength = deviation(&rows[0]);
    signs.push(Sign::new(
        "strong_without_memory",
        if memory < 0.15 { strength } else { 0.0 },
        0.3,
        1.0,
    ));
    let alike: Vec<f64> = (1..rows.len()).map(|at| correlation(&rows[0], &rows[at]).abs()).collect();
    if alike.len() >= 2 {
        signs.push(Sign::new("axes_alike", middle(alike), 0.92, 0.99));
    }
    signs
}

/// Signs in a heart's.
///
/// # Errors
/// [`CheckError::Cancelled`].
pub(super) fn of_heart(signal: &Heart, cancel: &Cancel) -> Result<Vec<Sign>, CheckError> {
    let beats = &heart::examine(signal, cancel)?.beats;
    let intervals: Vec<f64> = beats.windows(2).map(|pair| pair[1] - pair[0]).collect();
    if intervals.len() < 16 {
        return Ok(Vec::new());
    }
    // Without the breath of the pace: who rests is slow in changing.
    let mean = intervals.iter().sum::<f64>() / number(intervals.len());
    let mut signs = vec![Sign::new("interval_variation", deviation(&intervals) / mean, 0.01, 0.004)];
    let shapes: Vec<Vec<f64>> = beats.iter().filter_map(|beat| shape(signal, *beat)).take(500).collect();
    let alike: Vec<f64> = shapes.windows(2).map(|pair| 1.0 - correlation(&pair[0], &pair[1])).collect();
    if alike.len() >= 10 {
        signs.push(Sign::new("beats_differ", middle(alike), 4e-3, 1e-3));
    }
    if let Some(floor) = noise_floor(signal) {
        signs.push(Sign::new("noise_floor", floor, 3e-4, 3e-5));
    }
    Ok(signs)
}

/// Signs in a way.
pub(super) fn of_place(place: &Place, now: Option<Timestamp>) -> Vec<Sign> {
    let fixes = place.fixes();
    let mut signs = clock(fixes.iter().map(|fix| fix.time), now);
    let all = number(fixes.len());
    if fixes.len() < 20 {
        return signs;
    }
    signs.push(Sign::new("unordered", number(place.unordered()) / all, 0.01, 0.1));
    signs.push(Sign::new(
        "mock",
        number(fixes.iter().filter(|fix| fix.mock).count()) / all,
        0.0,
        0.02,
    ));
    let accuracies: Vec<f64> = fixes.iter().filter_map(|fix| fix.accuracy).collect();
    if accuracies.len() >= 20 {
        signs.push(Sign::new("accuracy_varies", deviation(&accuracies), 0.05, 0.01).of(0.7));
    }
    if let Some(drawn) = made_up::share_drawn(fixes, made_up::decimals(fixes)) {
        signs.push(Sign::new("drawn", drawn, 0.15, 0.4));
    }
    let moves: Vec<(&Fix, f64)> = fixes
        .windows(2)
        .filter(|pair| pair[0].metres_to(&pair[1]) > 1.0)
        .map(|pair| (&pair[1], pair[0].metres_to(&pair[1]) / pair[0].seconds_to(&pair[1]).max(0.1)))
        .collect();
    let speeds: Vec<f64> = moves.iter().map(|(_, speed)| *speed).collect();
    if speeds.len() >= 20 {
        let mean = speeds.iter().sum::<f64>() / number(speeds.len());
        // Halves of a hundred moves: a train keeps its speed, but not to the hundredth.
        signs.push(Sign::new("speed_varies", deviation(&speeds) / mean, 0.02, 0.005));
        let told: Vec<f64> = moves
            .iter()
            .filter_map(|(fix, speed)| Some((fix.speed? - speed).abs() / speed.max(0.5)))
            .collect();
        if told.len() >= 20 {
            signs.push(Sign::new("speed_told_otherwise", middle(told), 0.8, 0.98));
        }
    }
    signs
}

/// What clocks tell. A device measures when it can, not when it should.
fn clock(times: impl Iterator<Item = Timestamp>, now: Option<Timestamp>) -> Vec<Sign> {
    let times: Vec<Timestamp> = times.collect();
    let mut signs = Vec::new();
    #[allow(clippy::cast_precision_loss)] // microseconds of a lifetime
    let seconds = |from: Timestamp, to: Timestamp| to.since(from).micros() as f64 / 1e6;
    if let (Some(now), Some(last)) = (now, times.iter().max()) {
        signs.push(Sign {
            unit: "s",
            ..Sign::new("ahead", seconds(now, *last), 300.0, 3_600.0)
        });
    }
    let steps: Vec<f64> = times.windows(2).map(|pair| seconds(pair[0], pair[1])).collect();
    if steps.len() < 20 {
        return signs;
    }
    let usual = middle(steps.clone()).max(1e-6);
    let back = number(steps.iter().filter(|step| **step < 0.0).count()) / number(steps.len());
    signs.push(Sign::new("times_go_back", back, 0.0, 0.05));
    // Files of data sets are even as well, so this says little.
    let uneven = number(steps.iter().filter(|step| (**step - usual).abs() > 2e-6).count()) / number(steps.len());
    signs.push(Sign::new("times_uneven", uneven, 0.02, 0.0).of(0.4));
    // A sensor's clock is right to some thousandths; one that changes its rate by a tenth is played by hand.
    let (early, late) = steps.split_at(steps.len() / 2);
    let drift = (middle(late.to_vec()) / middle(early.to_vec()).max(1e-6)).ln().abs();
    signs.push(Sign::new("rate_drifts", drift, 0.03, 0.1).of(0.8));
    signs
}

/// How much of a signal repeats, to the last digit and in the same order, what was there before. What rests is no repetition.
pub(super) fn repeated(values: &[f32]) -> f64 {
    const RUN: usize = 12;
    let bits: Vec<u32> = values.iter().take(1_000_000).map(|value| value.to_bits()).collect();
    // How far back each value was last, as far as that lies within one run.
    let last: Vec<usize> = (0..bits.len())
        .map(|at| (1..RUN.min(at + 1)).find(|back| bits[at - back] == bits[at]).unwrap_or(RUN))
        .collect();
    let runs = bits.windows(RUN).zip(last.windows(RUN)).filter(|(_, last)| {
        let different = last.iter().enumerate().filter(|(place, back)| *back > place).count();
        different >= RUN * 2 / 3
    });
    let mut marks: Vec<u64> = runs.map(|(run, _)| mark(run)).collect();
    let all = marks.len();
    marks.sort_unstable();
    marks.dedup();
    if all >= 20 {
        number(all - marks.len()) / number(all)
    } else {
        0.0
    }
}

/// 64 bits that tell one run from another: each value by a multiplication and a shift of `SplitMix64` (Steele, Lea and Flood, 2014).
fn mark(run: &[u32]) -> u64 {
    run.iter().fold(0, |mark, value| {
        let mixed = (mark ^ u64::from(*value)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed ^ (mixed >> 27)
    })
}

/// Means of tenths of a second; where there is none, the value before.
fn tenths(axis: &[Reading]) -> Vec<f64> {
    let Some((first, _)) = axis.first() else { return Vec::new() };
    let mut row: Vec<f64> = Vec::new();
    let mut rest = axis.iter().filter(|(_, value)| value.is_finite()).peekable();
    for number in 1..=6_000 {
        let end = first.micros().saturating_add(number * 100_000);
        let (mut sum, mut some) = (0.0, 0.0);
        while let Some((_, value)) = rest.next_if(|(time, _)| time.micros() < end) {
            sum += f64::from(*value);
            some += 1.0;
        }
        if rest.peek().is_none() && some == 0.0 {
            break;
        }
        let before = row.last().copied().unwrap_or(0.0);
        row.push(if some > 0.0 { sum / some } else { before });
    }
    row
}

/// The highest autocorrelation between 0.4 and 4 seconds.
fn periodicity(row: &[f64]) -> f64 {
    (4..=40.min(row.len() / 2))
        .map(|lag| autocorrelation(row, lag))
        .fold(0.0, f64::max)
}

fn autocorrelation(row: &[f64], lag: usize) -> f64 {
    correlation(&row[..row.len() - lag], &row[lag..])
}

/// What share of a signal the four values before each do not tell (linear prediction by least squares). Of one or two pure tones: none.
pub(super) fn unpredicted<V: Copy + Into<f64>>(row: &[V]) -> f64 {
    const ORDER: usize = 4;
    let mut row: Vec<f64> = row.iter().map(|value| (*value).into()).collect();
    let mean = mean(&row);
    for value in &mut row {
        *value -= mean;
    }
    let energy = product(&row, &row);
    // Normal equations, a little ridge so that they can be solved for pure tones too.
    let mut equations = [[0.0; ORDER + 1]; ORDER];
    for start in (ORDER..row.len()).step_by(NEAR) {
        let end = row.len().min(start + NEAR);
        let before = |back: usize| &row[start - back..end - back];
        for (one, equation) in equations.iter_mut().enumerate() {
            for (other, sum) in equation.iter_mut().enumerate() {
                *sum += product(before(one + 1), before((other + 1) % (ORDER + 1)));
            }
        }
    }
    for (one, equation) in equations.iter_mut().enumerate() {
        equation[one] += energy * 1e-9;
    }
    let weights = solved(equations);
    let left: f64 = row
        .array_windows()
        .map(|[four, three, two, one, now]| {
            (now - weights[0] * one - weights[1] * two - weights[2] * three - weights[3] * four).powi(2)
        })
        .sum();
    left / energy.max(1e-12)
}

/// Values that stay in a processor's nearest cache while they are gone over several times.
const NEAR: usize = 2_048;

/// The sum of the products of two rows, eight added up beside each other.
fn product(one: &[f64], other: &[f64]) -> f64 {
    let ((one, one_rest), (other, other_rest)) = (one.as_chunks::<8>(), other.as_chunks::<8>());
    let mut sums = [0.0; 8];
    for (one, other) in one.iter().zip(other) {
        for (sum, (one, other)) in sums.iter_mut().zip(one.iter().zip(other)) {
            *sum += one * other;
        }
    }
    let rest = one_rest.iter().zip(other_rest).map(|(one, other)| one * other);
    sums.into_iter().chain(rest).sum()
}

/// Gauss and Jordan, with pivots.
fn solved<const N: usize, const M: usize>(mut equations: [[f64; M]; N]) -> [f64; N] {
    for column in 0..N {
        let best = (column..N).max_by(|one, other| equations[*one][column].abs().total_cmp(&equations[*other][column].abs()));
        equations.swap(column, best.unwrap_or(column));
        let chosen = equations[column];
        if chosen[column].abs() < 1e-300 {
            continue;
        }
        for (row, equation) in equations.iter_mut().enumerate() {
            if row != column {
                let times = equation[column] / chosen[column];
                for (value, other) in equation.iter_mut().zip(&chosen) {
                    *value -= times * other;
                }
            }
        }
    }
    std::array::from_fn(|at| {
        let pivot = equations[at][at];
        if pivot.abs() < 1e-300 {
            0.0
        } else {
            equations[at][M - 1] / pivot
        }
    })
}

/// How much a signal trembles where it is quietest, as a share of its height: third differences, which leave no slow curve. An amplifier
/// and a converter always tremble.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within the recording
fn noise_floor(signal: &Heart) -> Option<f64> {
    let values: Vec<f64> = signal
        .values()
        .iter()
        .copied()
        .filter(|value| value.is_finite())
        .map(f64::from)
        .take(100_000)
        .collect();
    let mut sorted = values.clone();
    sorted.sort_by(f64::total_cmp);
    let height = sorted.get(sorted.len() * 98 / 100)? - sorted.get(sorted.len() * 2 / 100)?;
    let length = ((0.2 * signal.rate_hz()) as usize).max(12);
    let mut quiet: Vec<f64> = values
        .chunks_exact(length)
        .map(|piece| {
            let third = piece
                .windows(4)
                .map(|four| (four[3] - 3.0 * four[2] + 3.0 * four[1] - four[0]).powi(2));
            (third.sum::<f64>() / number(length - 3)).sqrt()
        })
        .collect();
    quiet.sort_by(f64::total_cmp);
    let floor = quiet.get(quiet.len() / 10)?;
    (height > 0.0).then(|| floor / height)
}

/// The signal around a beat, 0.2 s before to 0.3 s after.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within the recording
fn shape(signal: &Heart, beat: f64) -> Option<Vec<f64>> {
    let at = (beat * signal.rate_hz()).round() as usize;
    let (before, after) = ((0.2 * signal.rate_hz()) as usize, (0.3 * signal.rate_hz()) as usize);
    let piece = signal.values().get(at.checked_sub(before)?..at + after)?;
    piece
        .iter()
        .all(|value| value.is_finite())
        .then(|| piece.iter().map(|value| f64::from(*value)).collect())
}

fn middle(values: Vec<f64>) -> f64 {
    median(values).unwrap_or_default()
}
