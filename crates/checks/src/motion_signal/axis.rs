//! What is wrong with one axis of a sensor.

use earnest_domain::time::Timestamp;

use super::{Limits, clipping, millis, seconds};
use crate::{
    capture::Reading,
    statistics::{number, quantile},
};

/// One axis, measured. Shares are of its readings, or of the recording's time; lengths are in seconds.
#[derive(Debug, Default)]
pub(super) struct Axis {
    /// Readings that are no finite number.
    pub(super) not_numbers: f64,
    /// Readings that are not later than the one before.
    pub(super) out_of_order: f64,
    /// The usual time from one reading to the next: the median.
    pub(super) interval: f64,
    /// How far that time varies: from its 10 % to its 90 % quantile, in intervals.
    pub(super) jitter: f64,
    /// Time without readings beyond the usual, where it is a gap.
    pub(super) gaps: f64,
    pub(super) longest_gap: f64,
    pub(super) gap_stretches: Vec<(u64, u64)>,
    /// Time in which one value is held.
    pub(super) held: f64,
    pub(super) held_stretches: Vec<(u64, u64)>,
    /// Readings at an extreme where more are than a signal that turns back by itself would leave there; 0 where that is not so.
    pub(super) saturated: f64,
}

impl Axis {
    pub(super) fn of(readings: &[Reading], extent: (Timestamp, Timestamp), limits: &Limits) -> Self {
        let (first, last) = extent;
        let whole = seconds(last.since(first));
        let (mut not_numbers, mut late) = (0, 0);
        let mut good: Vec<Reading> = Vec::with_capacity(readings.len());
        for reading in readings {
            if !reading.1.is_finite() {
                not_numbers += 1;
            } else if good.last().is_some_and(|before| reading.0 <= before.0) {
                late += 1;
            } else {
                good.push(*reading);
            }
        }
        let all = number(readings.len().max(1));
        let mut axis = Self {
            not_numbers: number(not_numbers) / all,
            out_of_order: number(late) / all,
            ..Self::default()
        };
        if good.is_empty() {
            axis.gaps = 1.0;
            axis.longest_gap = whole;
            return axis;
        }
        let mut intervals: Vec<f64> = good.windows(2).map(|pair| seconds(pair[1].0.since(pair[0].0))).collect();
        axis.interval = quantile(&mut intervals, 0.5).unwrap_or(0.0);
        if let (Some(least), Some(most)) = (quantile(&mut intervals, 0.1), quantile(&mut intervals, 0.9))
            && axis.interval > 0.0
        {
            axis.jitter = (most - least) / axis.interval;
        }
        axis.look_for_gaps(&good, extent, limits);
        let values: Vec<f64> = good.iter().map(|(_, value)| f64::from(*value)).collect();
        axis.saturated = clipping::share(&values, limits);
        axis.look_for_held(&good, first, whole, limits);
        axis
    }

    fn look_for_gaps(&mut self, readings: &[Reading], (first, last): (Timestamp, Timestamp), limits: &Limits) {
        let whole = seconds(last.since(first)) + self.interval;
        let limit = (f64::from(limits.gap_ms) / 1e3).max(2.5 * self.interval);
        let mut missing = 0.0;
        let times = readings.iter().map(|(time, _)| *time).chain([last]);
        let mut before = first;
        for time in times {
            let between = seconds(time.since(before));
            if between > limit {
                missing += between - self.interval;
                self.longest_gap = self.longest_gap.max(between);
                self.gap_stretches
                    .push((millis((before, 0.0), first), millis((time, 0.0), first)));
            }
            before = time;
        }
        if whole > 0.0 {
            self.gaps = missing / whole;
        }
    }

    fn look_for_held(&mut self, readings: &[Reading], first: Timestamp, whole: f64, limits: &Limits) {
        let same =
            |one: &Reading, next: &Reading| (next.1 - one.1).abs() <= 1e-6 * one.1.abs().max(next.1.abs()).max(f32::MIN_POSITIVE);
        let extreme = |wins: fn(f32, f32) -> f32| readings.iter().map(|(_, value)| *value).reduce(wins);
        // A sensor that stays at the end of its range is not stuck there.
        let ends = [extreme(f32::min), extreme(f32::max)].map(|end| end.filter(|_| self.saturated > 0.0));
        let mut held = 0.0;
        for run in readings.chunk_by(same) {
            let (Some(begin), Some(end)) = (run.first(), run.last()) else {
                continue;
            };
            let length = seconds(end.0.since(begin.0));
            if run.len() > 4 && !ends.contains(&Some(end.1)) && length * 1e3 >= f64::from(limits.held_ms) {
                held += length + self.interval;
                self.held_stretches.push((millis(*begin, first), millis(*end, first)));
            }
        }
        self.held = held / (whole + self.interval).max(f64::MIN_POSITIVE);
    }
}
