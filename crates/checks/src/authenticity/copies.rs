//! Whether two sketches hold the same stretch: shifted, made longer or shorter by up to a tenth, with noise, in part.
//!
//! All ways to lay one over the other are tried at once: their products are a convolution, which is a product of spectra.

use std::{collections::HashMap, sync::Arc};

use rustfft::{Fft, FftPlanner, num_complex::Complex32};

use super::{
    Alike,
    series::Kind,
    sketch::{Piece, Sketch},
};
use crate::{CheckError, Run};

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
pub(super) const fn lengths(kind: Kind) -> (usize, usize) {
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

/// At first only these speeds are tried: one of them is at most 1.5 % off. Where that comes near a copy, those around the best one are.
const COARSE: [i8; 7] = [-8, -6, -3, 0, 3, 6, 8];
const AROUND: u8 = 2;
const NEAR: f64 = 0.3;

/// A new capture, ready to be laid over many earlier ones.
pub(super) struct New {
    kind: Kind,
    least: usize,
    /// By steps over each other.
    needed: Vec<f64>,
    probes: Vec<Probe>,
    planner: FftPlanner<f32>,
    transforms: HashMap<usize, Transform>,
}

/// A stretch of the new capture, played at one speed, and its sums.
struct Probe {
    /// The speed that it is played at.
    speed: i8,
    piece: Piece,
    sums: Sums,
}

/// A piece of an earlier capture, ready to have probes laid over it.
struct Laid<'n> {
    transform: &'n Transform,
    spectra: [Vec<Complex32>; 2],
    sums: Sums,
    length: usize,
}

/// For one length: the two transforms, and the spectra of all probes.
struct Transform {
    there: Arc<dyn Fft<f32>>,
    back: Arc<dyn Fft<f32>>,
    probes: Vec<[Vec<Complex32>; 2]>,
}

impl New {
    pub(super) fn of(sketch: &Sketch, alike: &Alike) -> Self {
        let probes: Vec<Probe> = played(sketch)
            .into_iter()
            .map(|(speed, piece)| Probe {
                speed,
                sums: Sums::of(&piece),
                piece,
            })
            .collect();
        let longest = probes.iter().map(|probe| probe.piece.len()).max().unwrap_or(0);
        Self {
            kind: sketch.kind,
            least: lengths(sketch.kind).1,
            needed: (0..=longest).map(|steps| alike.needed(steps)).collect(),
            probes,
            planner: FftPlanner::new(),
            transforms: HashMap::new(),
        }
    }

    /// The best fit with an earlier capture; `None` when it is of another kind, or one of them is too short to tell.
    ///
    /// # Errors
    /// [`CheckError::Cancelled`] when nobody waits any more.
    pub(super) fn best(&mut self, earlier: &Sketch, run: &Run<'_>) -> Result<Option<Fit>, CheckError> {
        if self.kind != earlier.kind {
            return Ok(None);
        }
        let mut best: Option<Fit> = None;
        for piece in &earlier.pieces {
            run.go_on()?;
            best = better(best, self.over(piece));
        }
        Ok(best)
    }

    /// The best of all ways to lay any probe over a piece.
    fn over(&mut self, piece: &Piece) -> Option<Fit> {
        let longest = self.probes.iter().map(|probe| probe.piece.len()).max()?;
        let length = fast_length(longest + piece.len());
        let Self {
            planner,
            probes,
            transforms,
            ..
        } = self;
        transforms
            .entry(length)
            .or_insert_with(|| Transform::new(length, planner, probes));
        let transform = self.transforms.get(&length)?;
        let laid = Laid {
            transform,
            spectra: transform.of(piece),
            sums: Sums::of(piece),
            length: piece.len(),
        };
        let (best, found_at) = self.tried(&laid, |speed| COARSE.contains(&speed))?;
        if best.beyond() < -NEAR {
            return Some(best);
        }
        let around = self.tried(&laid, |speed| !COARSE.contains(&speed) && speed.abs_diff(found_at) <= AROUND);
        better(Some(best), around.map(|(fit, _)| fit))
    }

    /// The best of all ways to lay the probes of some speeds over a piece, and its speed.
    fn tried(&self, laid: &Laid<'_>, is_tried: impl Fn(i8) -> bool) -> Option<(Fit, i8)> {
        let (length, there) = (laid.transform.there.len(), laid.length);
        let mut products = Vec::new();
        let mut best: Option<(Fit, i8)> = None;
        for (number, probe) in self.probes.iter().enumerate().filter(|(_, probe)| is_tried(probe.speed)) {
            let here = probe.piece.len();
            let least = self.least.min(here).min(there);
            if self.kind == Kind::Place {
                laid.transform.turned_products(number, &laid.spectra, &mut products);
            } else {
                laid.transform.products(number, &laid.spectra, &mut products);
            }
            // The probe begins `lag` steps after the piece, counted from where just the least lies over it.
            for lag in 0..=(here + there - 2 * least) {
                let from = (here - least).saturating_sub(lag);
                let at = lag.saturating_sub(here - least);
                let over = (here - from).min(there - at);
                if over < least {
                    continue;
                }
                // Of the probe's step 0, as steps after the piece's; before it counts from the end.
                let product = products[(at + length - from) % length];
                let (one, other) = (probe.sums.over(from, over), laid.sums.over(at, over));
                let correlation = if self.kind == Kind::Place {
                    turned(product, one, other)
                } else {
                    straight(product, one, other, over)
                };
                let fit = Fit {
                    correlation,
                    needed: self.needed[over],
                };
                if best.is_none_or(|(best, _)| fit.beyond() > best.beyond()) {
                    best = Some((fit, probe.speed));
                }
            }
        }
        best
    }
}

fn better(one: Option<Fit>, other: Option<Fit>) -> Option<Fit> {
    match (one, other) {
        (Some(one), Some(other)) if one.beyond() >= other.beyond() => Some(one),
        (one, other) => other.or(one),
    }
}

/// A length that is transformed fast, at least as long: a power of two, or three quarters of one.
fn fast_length(least: usize) -> usize {
    let power = least.next_power_of_two();
    if power / 4 * 3 >= least { power / 4 * 3 } else { power }
}

impl Transform {
    fn new(length: usize, planner: &mut FftPlanner<f32>, probes: &[Probe]) -> Self {
        let mut transform = Self {
            there: planner.plan_fft_forward(length),
            back: planner.plan_fft_inverse(length),
            probes: Vec::new(),
        };
        transform.probes = probes.iter().map(|probe| transform.of(&probe.piece)).collect();
        transform
    }

    /// The spectra of a piece's rows: that of both as one complex row, and the second's own.
    fn of(&self, piece: &Piece) -> [Vec<Complex32>; 2] {
        let length = self.there.len();
        let mut both = vec![Complex32::default(); length];
        for (at, value) in both.iter_mut().enumerate().take(piece.len()) {
            let of_row = |row: usize| piece.rows.get(row).map_or(0.0, |row| row[at]);
            *value = Complex32::new(of_row(0), of_row(1));
        }
        self.there.process(&mut both);
        // The rows are real: their spectra are what is even and odd of that of both.
        let second = (0..length)
            .map(|at| (both[at] - both[(length - at) % length].conj()) * Complex32::new(0.0, -0.5))
            .collect();
        [both, second]
    }

    /// For each lag the sum of products of both first rows (real part) and of both second ones (imaginary part).
    fn products(&self, number: usize, spectra: &[Vec<Complex32>; 2], products: &mut Vec<Complex32>) {
        let turn = Complex32::new(0.0, 1.0);
        let rows = |[both, second]: &[Vec<Complex32>; 2], at: usize| (both[at] - second[at] * turn, second[at]);
        products.clear();
        products.extend((0..self.there.len()).map(|at| {
            let ((first, second), (one, other)) = (rows(spectra, at), rows(&self.probes[number], at));
            first * one.conj() + second * other.conj() * turn
        }));
        self.back(products);
    }

    /// For each lag the sum of products of both as complex rows: how they go along with and across each other.
    fn turned_products(&self, number: usize, [both, _]: &[Vec<Complex32>; 2], products: &mut Vec<Complex32>) {
        products.clear();
        products.extend(
            both.iter()
                .zip(&self.probes[number][0])
                .map(|(piece, probe)| piece * probe.conj()),
        );
        self.back(products);
    }

    #[allow(clippy::cast_precision_loss)] // some thousand
    fn back(&self, products: &mut [Complex32]) {
        self.back.process(products);
        let scale = 1.0 / products.len() as f32;
        for product in products {
            *product *= scale;
        }
    }
}

/// Sums of values and of their squares up to each step, of two rows.
struct Sums(Vec<[f64; 4]>);

impl Sums {
    fn of(piece: &Piece) -> Self {
        let mut sums = vec![[0.0; 4]];
        let mut now = [0.0; 4];
        for at in 0..piece.len() {
            for (row, pair) in piece.rows.iter().zip(now.chunks_exact_mut(2)) {
                let value = f64::from(row[at]);
                pair[0] += value;
                pair[1] += value * value;
            }
            sums.push(now);
        }
        Self(sums)
    }

    fn over(&self, from: usize, steps: usize) -> [f64; 4] {
        let (before, after) = (self.0[from], self.0[from + steps]);
        std::array::from_fn(|at| after[at] - before[at])
    }
}

/// The mean of the rows' correlations; rows that rest say nothing.
#[allow(clippy::cast_precision_loss)] // some hundred steps
fn straight(product: Complex32, one: [f64; 4], other: [f64; 4], over: usize) -> f64 {
    let (mut sum, mut rows) = (0.0, 0.0);
    let count = over as f64;
    for (row, product) in [product.re, product.im].into_iter().enumerate() {
        let ([a, aa], [b, bb]) = ([one[2 * row], one[2 * row + 1]], [other[2 * row], other[2 * row + 1]]);
        let (aa, bb, ab) = (aa - a * a / count, bb - b * b / count, f64::from(product) - a * b / count);
        if aa > 0.01 && bb > 0.01 {
            sum += ab / (aa * bb).sqrt();
            rows += 1.0;
        }
    }
    if rows > 0.0 { sum / rows } else { 0.0 }
}

/// The correlation of two rows as one of directions: unchanged when one is turned on the map.
fn turned(product: Complex32, one: [f64; 4], other: [f64; 4]) -> f64 {
    let (one, other) = (one[1] + one[3], other[1] + other[3]);
    if one > 0.01 && other > 0.01 {
        f64::from(product.norm()) / (one * other).sqrt()
    } else {
        0.0
    }
}

/// What is compared of a capture, at each speed.
pub(super) fn played(sketch: &Sketch) -> Vec<(i8, Piece)> {
    let most = stretches(sketch.kind);
    let at_each = |probe: Piece| (-most..=most).map(move |speed| (speed, stretched(&probe, 1.0 + 0.015 * f32::from(speed))));
    probes(sketch).into_iter().flat_map(at_each).collect()
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
