//! Stretches in which beats come at random (Dash et al. 2009, "Automatic real time detection of atrial fibrillation"): neighbours differ
//! much, rises and falls follow no pattern, and every length is as frequent as another.

use super::intervals::{Interval, Kept};

/// Intervals that are looked at together, and how far the next look is. The paper takes 128; half of it finds shorter stretches.
const LOOK: usize = 64;
const STEP: usize = 16;
/// With fewer nothing is said.
const FEWEST: usize = 30;
/// Neighbours differ by at least this share of the mean interval.
const DIFFER: f64 = 0.1;
/// Of the intervals, those longer or shorter than both neighbours: two thirds by chance, and 2 in 5 as breathing carries them.
const TURNS: std::ops::RangeInclusive<f64> = 0.54..=0.77;
/// How evenly the lengths are spread, of 1. Eight bins here, 16 in the paper, as there are half as many intervals.
const SPREAD: f64 = 0.7;
const BINS: usize = 8;
/// The longest and the shortest that are no part of that, as ectopic beats would be.
const OUTLIERS: usize = 4;

/// Of the intervals, what may be ectopic beats in a rhythm that has a pattern.
const A_FEW: f64 = 0.15;

/// A stretch without a pattern.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Irregular {
    /// Its start, in seconds.
    pub from: f64,
    /// Its end.
    pub to: f64,
}

pub(super) fn stretches(intervals: &[Interval]) -> Vec<Irregular> {
    let mut found: Vec<Irregular> = Vec::new();
    // A pattern is not looked for across what cannot be trusted.
    for trusted in intervals.split(|interval| interval.kept == Kept::Noise) {
        if trusted.len() < FEWEST {
            continue;
        }
        let mut start = 0;
        loop {
            let look = &trusted[start..(start + LOOK).min(trusted.len())];
            if let (true, Some(first), Some(last)) = (is_random(look), look.first(), look.last()) {
                let to = last.from + last.length;
                match found.last_mut().filter(|before| before.to >= first.from) {
                    Some(before) => before.to = to,
                    None => found.push(Irregular { from: first.from, to }),
                }
            }
            if start + LOOK >= trusted.len() {
                break;
            }
            start = (start + STEP).min(trusted.len() - LOOK);
        }
    }
    found
}

#[allow(clippy::cast_precision_loss)] // at most 64
fn is_random(look: &[Interval]) -> bool {
    let lengths: Vec<f64> = without_ectopics(look);
    if lengths.len() < FEWEST {
        return false;
    }
    let count = lengths.len() as f64;
    let mean = lengths.iter().sum::<f64>() / count;
    let squares: f64 = lengths.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).sum();
    let differ = (squares / (count - 1.0)).sqrt() / mean;
    let turns = lengths
        .windows(3)
        .filter(|three| (three[1] - three[0]) * (three[1] - three[2]) > 0.0)
        .count() as f64
        / (count - 2.0);
    differ >= DIFFER && TURNS.contains(&turns) && spread(lengths) >= SPREAD
}

/// Without ectopic beats, which are another thing. A few are left out as they were sorted; where they are many, that sorting means nothing, as
/// nothing is like its neighbours, and only those are left out that the paper leaves out: a beat that came early, and the pause after it.
#[allow(clippy::cast_precision_loss)] // at most 64
fn without_ectopics(look: &[Interval]) -> Vec<f64> {
    let ectopic = look.iter().filter(|interval| interval.kept == Kept::Ectopic).count();
    if ectopic as f64 <= A_FEW * look.len() as f64 {
        let normal = look.iter().filter(|interval| interval.kept == Kept::Normal);
        return normal.map(|interval| interval.length).collect();
    }
    let mut left = Vec::with_capacity(look.len());
    let mut place = 0;
    while place < look.len() {
        let ratio = |one: usize, other: usize| match (look.get(one), look.get(other)) {
            (Some(one), Some(other)) => one.length / other.length,
            _ => 1.0,
        };
        // Much shorter than the one before, much longer than it, and back again.
        let is_early = place > 0 && ratio(place, place - 1) < 0.8 && ratio(place + 1, place) > 1.3;
        if is_early && ratio(place + 2, place + 1) < 0.9 {
            place += 2;
        } else {
            left.push(look[place].length);
            place += 1;
        }
    }
    left
}

/// Shannon's entropy of the lengths, of 1.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // at most 64, and bins of them
fn spread(mut lengths: Vec<f64>) -> f64 {
    lengths.sort_by(f64::total_cmp);
    let kept = &lengths[OUTLIERS..lengths.len() - OUTLIERS];
    let (Some(shortest), Some(longest)) = (kept.first(), kept.last()) else {
        return 0.0;
    };
    let width = (longest - shortest) / BINS as f64;
    if width <= 0.0 {
        return 0.0;
    }
    let mut bins = [0_u32; BINS];
    for length in kept {
        bins[(((length - shortest) / width) as usize).min(BINS - 1)] += 1;
    }
    let entropy = |count: &u32| {
        let share = f64::from(*count) / kept.len() as f64;
        if share > 0.0 { -share * share.ln() } else { 0.0 }
    };
    bins.iter().map(entropy).sum::<f64>() / (BINS as f64).ln()
}
