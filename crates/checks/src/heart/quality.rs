//! How far ten seconds of a signal can be trusted (Orphanidou et al. 2015, "Signal-quality indices for the electrocardiogram and
//! photoplethysmogram: derivation and applications to wireless monitoring").

use std::ops::Range;

use earnest_domain::verdict::Evidence;

use super::beats::Piece;
use crate::{
    capture::HeartKind,
    statistics::{correlation, median},
};

/// A window, in seconds, and the shortest rest that is one.
const WINDOW: f64 = 10.0;
const REST: f64 = 5.0;
/// A heart's rate, a minute.
const RATES: std::ops::RangeInclusive<f64> = 40.0..=180.0;
/// Between two beats, in seconds.
const LONGEST: f64 = 3.0;
/// Of a window, what may be missing.
const MISSING: f64 = 0.1;
/// How much of a signal is mains, as a share of its power, when that is what spoils it.
const MAINS: f64 = 0.5;

/// Why a window cannot be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// More than a tenth of it was not measured.
    Missing,
    /// Fewer beats than a heart has, more of them, or none for three seconds.
    NoBeats,
    /// The beats do not look alike, and most of the signal is the hum of the mains.
    Mains,
    /// The beats do not look alike.
    Noise,
}

impl Flaw {
    /// A word for it, as evidence.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Missing => "gap",
            Self::NoBeats => "no_beats",
            Self::Mains => "mains_hum",
            Self::Noise => "noise",
        }
    }
}

/// A stretch of a recording and how far it can be trusted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Window {
    /// Its start, in seconds.
    pub from: f64,
    /// Its end.
    pub to: f64,
    /// How much its beats are alike: their mean correlation with their mean.
    pub alike: f64,
    /// What is wrong with it, if anything is.
    pub flaw: Option<Flaw>,
}

impl Window {
    /// How much beats have to be alike.
    pub const fn least_alike(kind: HeartKind) -> f64 {
        match kind {
            HeartKind::Ecg => 0.66,
            HeartKind::Ppg => 0.86,
        }
    }
}

/// As evidence: windows with a flaw, those that follow each other as one.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // seconds of a day
pub(crate) fn marked(windows: &[Window]) -> Vec<Evidence> {
    let alike = windows.chunk_by(|one, next| one.flaw == next.flaw);
    let stretches = alike.filter_map(|alike| {
        let (first, last) = (alike.first()?, alike.last()?);
        Some(Evidence::Stretch {
            from_ms: (1e3 * first.from) as u64,
            to_ms: (1e3 * last.to) as u64,
            what: first.flaw?.word().into(),
        })
    });
    stretches.collect()
}

/// The windows of a piece's `own` samples; `first` is the place in the recording where the piece begins.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // places within a recording
pub(super) fn windows(piece: &Piece, raw: &[f32], own: Range<usize>, first: usize) -> Vec<Window> {
    let step = (WINDOW * piece.rate_hz).round().max(1.0) as usize;
    let mut windows = Vec::new();
    let mut from = own.start;
    while from < own.end {
        let to = (from + step).min(own.end);
        if (to - from) as f64 >= REST * piece.rate_hz {
            let (alike, flaw) = judged(piece, raw, from..to);
            let seconds = |place: usize| (first + place) as f64 / piece.rate_hz;
            windows.push(Window {
                from: seconds(from),
                to: seconds(to),
                alike,
                flaw,
            });
        }
        from = to;
    }
    windows
}

#[allow(clippy::cast_precision_loss)] // places within a piece
fn judged(piece: &Piece, raw: &[f32], window: Range<usize>) -> (f64, Option<Flaw>) {
    let length = window.len() as f64;
    let missing = piece.missing[window.clone()].iter().filter(|missing| **missing).count();
    if missing as f64 > MISSING * length {
        return (0.0, Some(Flaw::Missing));
    }
    let from = piece.beats.partition_point(|place| *place < window.start);
    let to = piece.beats.partition_point(|place| *place < window.end);
    let beats = &piece.beats[from..to];
    let intervals: Vec<f64> = beats.windows(2).map(|pair| (pair[1] - pair[0]) as f64).collect();
    let typical = median(intervals.clone()).unwrap_or_default();
    // To the window's edges as well: what is silent after its last beat is a gap.
    let edges = beats
        .first()
        .zip(beats.last())
        .map(|(first, last)| [first - window.start, window.end - last]);
    let silent = edges.is_none_or(|edges| {
        let longest = edges.iter().map(|edge| *edge as f64).chain(intervals).fold(0.0, f64::max);
        longest > LONGEST * piece.rate_hz
    });
    if typical <= 0.0 || !RATES.contains(&(60.0 * piece.rate_hz / typical)) || silent {
        return (0.0, Some(spoilt(raw, piece, window, Flaw::NoBeats)));
    }
    let alike = alike(&piece.clean, beats, typical);
    let flaw = (alike < Window::least_alike(piece.kind)).then(|| spoilt(raw, piece, window, Flaw::Noise));
    (alike, flaw)
}

/// The mean correlation of beats with their mean. A beat is as long as the typical interval, its peak in the middle.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn alike(clean: &[f64], beats: &[usize], typical: f64) -> f64 {
    let half = (typical / 2.0) as usize;
    let whole: Vec<&[f64]> = beats
        .iter()
        .filter_map(|place| clean.get(place.checked_sub(half)?..place + half + 1))
        .collect();
    if whole.len() < 2 {
        return 0.0;
    }
    let mut mean = vec![0.0; 2 * half + 1];
    for beat in &whole {
        for (sum, value) in mean.iter_mut().zip(*beat) {
            *sum += value / whole.len() as f64;
        }
    }
    whole.iter().map(|beat| correlation(beat, &mean)).sum::<f64>() / whole.len() as f64
}

/// Mains, if most of the window's power is theirs, and otherwise `flaw`.
fn spoilt(raw: &[f32], piece: &Piece, window: Range<usize>, flaw: Flaw) -> Flaw {
    let values: Vec<f64> = raw[window]
        .iter()
        .filter(|value| value.is_finite())
        .map(|value| f64::from(*value))
        .collect();
    let hum = [50.0, 60.0]
        .into_iter()
        .map(|hz| share_of_power(&values, hz, piece.rate_hz))
        .fold(0.0, f64::max);
    if hum > MAINS { Flaw::Mains } else { flaw }
}

/// How much of a signal's power is at one frequency, by Goertzel's sum over whole seconds.
#[allow(clippy::cast_precision_loss)]
fn share_of_power(values: &[f64], hz: f64, rate_hz: f64) -> f64 {
    if values.is_empty() || hz >= rate_hz / 2.0 {
        return 0.0;
    }
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let power: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let turn = 2.0 * (std::f64::consts::TAU * hz / rate_hz).cos();
    let (mut last, mut before) = (0.0, 0.0);
    for value in values {
        let now = value - mean + turn * last - before;
        before = last;
        last = now;
    }
    let at = last * last + before * before - turn * last * before;
    if power > 0.0 {
        2.0 * at / (power * values.len() as f64)
    } else {
        0.0
    }
}
