//! Which intervals between beats are a normal rhythm's, and how they vary (Task Force of the European Society of Cardiology and the North
//! American Society of Pacing and Electrophysiology, 1996, "Heart rate variability: standards of measurement, physiological
//! interpretation and clinical use").

use super::{Examined, Irregular, irregular};
use crate::statistics::median;

/// An interval that differs from its neighbours' median by more than this share is an ectopic beat's (Malik et al. 1989, "Heart rate
/// variability in relation to prognosis after myocardial infarction: selection of optimal processing techniques": 20 %).
const ECTOPIC: f64 = 0.2;
/// How many neighbours on either side. Against the last one alone, as in 1989, the beat after an ectopic one would be taken for one too.
const NEIGHBOURS: usize = 5;
/// A window of a flaw, and this much around it, in seconds: a filter carries a disturbance that far.
const AROUND: f64 = 0.2;
/// No interval of a heart's is shorter or longer, in seconds (30 to 200 a minute).
const INTERVALS: std::ops::RangeInclusive<f64> = 0.3..=2.0;

/// Why an interval counts, or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kept {
    /// From one normal beat to the next.
    Normal,
    /// A beat came early or late: an ectopic one, or one that was not found.
    Ectopic,
    /// The signal cannot be trusted there.
    Noise,
}

/// From one beat to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// When it begins, in seconds.
    pub from: f64,
    /// How long it is, in seconds.
    pub length: f64,
    /// Whether it counts.
    pub kept: Kept,
}

/// How intervals vary. In milliseconds, except for the share.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Variability {
    /// The root of the mean squared difference of neighbouring intervals.
    pub rmssd: f64,
    /// Their standard deviation.
    pub sdnn: f64,
    /// How many neighbours differ by more than 50 ms, in percent.
    pub pnn50: f64,
}

/// What the beats tell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rhythm {
    /// Every interval.
    pub intervals: Vec<Interval>,
    /// Beats a minute, over the intervals that count.
    pub heart_rate: Option<f64>,
    /// Over the intervals that count; none with fewer than two neighbours.
    pub variability: Option<Variability>,
    /// Stretches in which no beat follows from the one before it.
    pub irregular: Vec<Irregular>,
}

impl Rhythm {
    /// Sorts the intervals, and counts with those of normal beats alone.
    #[allow(clippy::cast_precision_loss)] // beats of a day
    pub fn of(examined: &Examined) -> Self {
        let intervals = sorted(examined);
        let normal: Vec<f64> = intervals
            .iter()
            .filter(|interval| interval.kept == Kept::Normal)
            .map(|interval| interval.length)
            .collect();
        let mean = normal.iter().sum::<f64>() / normal.len().max(1) as f64;
        // Across what is left out there is no difference to take.
        let differences: Vec<f64> = intervals
            .windows(2)
            .filter(|pair| pair.iter().all(|interval| interval.kept == Kept::Normal))
            .map(|pair| pair[1].length - pair[0].length)
            .collect();
        let variability = (differences.len() >= 2).then(|| {
            let count = differences.len() as f64;
            let squares: f64 = differences.iter().map(|difference| difference * difference).sum();
            let deviations: f64 = normal.iter().map(|length| (length - mean).powi(2)).sum();
            let large = differences.iter().filter(|difference| difference.abs() > 0.05).count();
            Variability {
                rmssd: 1e3 * (squares / count).sqrt(),
                sdnn: 1e3 * (deviations / (normal.len() - 1) as f64).sqrt(),
                pnn50: 100.0 * large as f64 / count,
            }
        });
        Self {
            heart_rate: (mean > 0.0).then(|| 60.0 / mean),
            variability,
            irregular: irregular::stretches(&intervals),
            intervals,
        }
    }

    /// How much of the intervals is of that sort.
    #[allow(clippy::cast_precision_loss)]
    pub fn share(&self, kept: Kept) -> f64 {
        let count = self.intervals.iter().filter(|interval| interval.kept == kept).count();
        count as f64 / self.intervals.len().max(1) as f64
    }
}

fn sorted(examined: &Examined) -> Vec<Interval> {
    let windows = examined.windows.iter().filter(|window| window.flaw.is_some());
    let mut flawed: Vec<(f64, f64)> = windows
        .map(|window| (window.from - AROUND, window.to + AROUND))
        .chain(examined.missing.iter().copied())
        .collect();
    flawed.sort_by(|one, other| one.0.total_cmp(&other.0));
    let mut passed = 0;
    let mut intervals: Vec<Interval> = examined
        .beats
        .windows(2)
        .map(|pair| {
            let (from, to) = (pair[0], pair[1]);
            while flawed.get(passed).is_some_and(|flaw| flaw.1 <= from) {
                passed += 1;
            }
            let is_flawed = flawed.get(passed).is_some_and(|flaw| flaw.0 < to);
            Interval {
                from,
                length: to - from,
                kept: if is_flawed { Kept::Noise } else { Kept::Normal },
            }
        })
        .collect();
    let trusted: Vec<usize> = (0..intervals.len())
        .filter(|place| intervals[*place].kept == Kept::Normal)
        .collect();
    let lengths: Vec<f64> = trusted.iter().map(|place| intervals[*place].length).collect();
    for (number, place) in trusted.into_iter().enumerate() {
        let around = number.saturating_sub(NEIGHBOURS)..(number + NEIGHBOURS + 1).min(lengths.len());
        let others = around
            .filter(|other| *other != number)
            .map(|other| lengths[other])
            .collect::<Vec<_>>();
        if others.is_empty() {
            continue;
        }
        let typical = median(others).unwrap_or_default();
        let length = lengths[number];
        if (length - typical).abs() > ECTOPIC * typical || !INTERVALS.contains(&length) {
            intervals[place].kept = Kept::Ectopic;
        }
    }
    intervals
}
