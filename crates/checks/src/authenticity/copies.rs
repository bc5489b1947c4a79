//! Whether two sketches hold the same stretch: shifted, made longer or shorter by up to a tenth, with noise, in part.

use super::{
    Alike,
    series::Kind,
    sketch::{Piece, Sketch},
};

/// How well the best stretch of two captures fits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Fit {
    /// Correlation, -1 to 1.
    pub(super) correlation: f64,
    /// What it would have to be for so short a stretch.
    pub(super) needed: f64,
}

impl Fit {
    /// By how much it is better than it had to be.
    pub(super) fn beyond(&self) -> f64 {
        self.correlation - self.needed
    }
}

/// What is compared of a long capture: so many stretches of so many steps.
const PROBES: usize = 4;

/// Steps of a probe, and the least that have to lie over each other, for each kind.
const fn lengths(kind: Kind) -> (usize, usize) {
    match kind {
        Kind::Motion => (128, 45),
        Kind::Heart => (96, 20),
        Kind::Place => (240, 120),
    }
}

/// How much longer a copy may be played, in 1.5 %; a heart's intervals are shares already.
const fn stretches(kind: Kind) -> i8 {
    match kind {
        Kind::Motion | Kind::Place => 8,
        Kind::Heart => 0,
    }
}

/// The best fit of two sketches of one kind; `None` when they are too short to tell.
pub(super) fn best(new: &Sketch, earlier: &Sketch, alike: &Alike) -> Option<Fit> {
    if new.kind != earlier.kind {
        return None;
    }
    let (_, least) = lengths(new.kind);
    let most = stretches(new.kind);
    let mut best: Option<Fit> = None;
    for probe in probes(new) {
        for number in -most..=most {
            let probe = stretched(&probe, 1.0 + 0.015 * f32::from(number));
            for piece in &earlier.pieces {
                let fits = laid_over(&probe, piece, least, new.kind == Kind::Place, alike);
                best = [best, fits]
                    .into_iter()
                    .flatten()
                    .max_by(|one, other| one.beyond().total_cmp(&other.beyond()));
            }
        }
    }
    best
}

fn probes(sketch: &Sketch) -> Vec<Piece> {
    let (length, least) = lengths(sketch.kind);
    let pieces = sketch.pieces.iter().filter(|piece| piece.len() >= least);
    if sketch.pieces.len() > 1 {
        return pieces.take(PROBES).map(|piece| middle(piece, length)).collect();
    }
    let Some(piece) = sketch.pieces.first().filter(|piece| piece.len() >= least) else {
        return Vec::new();
    };
    if piece.len() <= length {
        return vec![piece.clone()];
    }
    let furthest = piece.len() - length;
    let count = PROBES.min(1 + furthest.div_ceil(length));
    (0..count)
        .map(|number| furthest * number / (count - 1).max(1))
        .map(|from| piece.cut(from, from + length))
        .collect()
}

fn middle(piece: &Piece, length: usize) -> Piece {
    let from = piece.len().saturating_sub(length) / 2;
    piece.cut(from, (from + length).min(piece.len()))
}

/// As if it were played slower by a factor.
#[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // some hundred steps
fn stretched(piece: &Piece, times: f32) -> Piece {
    let count = (piece.len() as f32 * times) as usize;
    let row = |row: &Vec<f32>| {
        (0..count)
            .map(|at| {
                let place = at as f32 / times;
                let low = (place as usize).min(row.len() - 1);
                let high = (low + 1).min(row.len() - 1);
                row[low] + (row[high] - row[low]) * (place - low as f32)
            })
            .collect()
    };
    Piece {
        rows: piece.rows.iter().map(row).collect(),
    }
}

/// The best of all ways to lay a probe over a piece.
fn laid_over(probe: &Piece, piece: &Piece, least: usize, turns: bool, alike: &Alike) -> Option<Fit> {
    let (here, there) = (probe.len(), piece.len());
    let least = least.min(here).min(there);
    let mut best: Option<Fit> = None;
    // The probe begins `lag` steps after the piece, counted from where just the least lies over it.
    for lag in 0..=(here + there - 2 * least) {
        let from = (here - least).saturating_sub(lag);
        let at = lag.saturating_sub(here - least);
        let over = (here - from).min(there - at);
        if over < least {
            continue;
        }
        let correlation = if turns {
            turned(probe, from, piece, at, over)
        } else {
            straight(probe, from, piece, at, over)
        };
        let fit = Fit {
            correlation,
            needed: alike.needed(over),
        };
        if best.is_none_or(|best| fit.beyond() > best.beyond()) {
            best = Some(fit);
        }
    }
    best
}

/// The mean of the rows' correlations; rows that rest say nothing.
#[allow(clippy::cast_precision_loss)] // some hundred steps
fn straight(probe: &Piece, from: usize, piece: &Piece, at: usize, over: usize) -> f64 {
    let (mut sum, mut rows) = (0.0, 0.0);
    for (one, other) in probe.rows.iter().zip(&piece.rows) {
        let (one, other) = (&one[from..from + over], &other[at..at + over]);
        let count = over as f32;
        let (a, b) = (total(one), total(other));
        let (aa, bb, ab) = (product(one, one), product(other, other), product(one, other));
        let (aa, bb, ab) = (aa - a * a / count, bb - b * b / count, ab - a * b / count);
        if aa > 0.01 && bb > 0.01 {
            sum += f64::from(ab / (aa * bb).sqrt());
            rows += 1.0;
        }
    }
    if rows > 0.0 { sum / rows } else { 0.0 }
}

/// The correlation of two rows as one of directions: unchanged when one is turned on the map.
fn turned(probe: &Piece, from: usize, piece: &Piece, at: usize, over: usize) -> f64 {
    let ([east, north], [other_east, other_north]) = (&probe.rows[..], &piece.rows[..]) else {
        return 0.0;
    };
    let (east, north) = (&east[from..from + over], &north[from..from + over]);
    let (other_east, other_north) = (&other_east[at..at + over], &other_north[at..at + over]);
    let along = product(east, other_east) + product(north, other_north);
    let across = product(east, other_north) - product(north, other_east);
    let one = product(east, east) + product(north, north);
    let other = product(other_east, other_east) + product(other_north, other_north);
    if one > 0.01 && other > 0.01 {
        f64::from((along * along + across * across).sqrt() / (one * other).sqrt())
    } else {
        0.0
    }
}

/// Sums are kept side by side, so that they are made side by side.
const SIDE: usize = 8;

fn product(one: &[f32], other: &[f32]) -> f32 {
    let mut sums = [0.0_f32; SIDE];
    let (ones, others) = (one.chunks_exact(SIDE), other.chunks_exact(SIDE));
    let rest: f32 = ones.remainder().iter().zip(others.remainder()).map(|(x, y)| x * y).sum();
    for (one, other) in ones.zip(others) {
        for (sum, (x, y)) in sums.iter_mut().zip(one.iter().zip(other)) {
            *sum += x * y;
        }
    }
    rest + sums.iter().sum::<f32>()
}

fn total(row: &[f32]) -> f32 {
    let mut sums = [0.0_f32; SIDE];
    let chunks = row.chunks_exact(SIDE);
    let rest: f32 = chunks.remainder().iter().sum();
    for chunk in chunks {
        for (sum, value) in sums.iter_mut().zip(chunk) {
            *sum += value;
        }
    }
    rest + sums.iter().sum::<f32>()
}
