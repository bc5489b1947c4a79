//! Red against blue, frequency by frequency, over windows of the whole picture.

use std::sync::Arc;

use image::RgbImage;
use rustfft::{Fft, FftPlanner, num_complex::Complex32};

/// The side of a window.
pub(super) const SIDE: usize = 256;
/// Windows along each side of the picture.
const WINDOWS: usize = 3;
/// The level of a block of so many frequencies along each side is their median.
const BLOCK: usize = 8;

/// Sums over windows.
#[derive(Debug, Clone)]
pub(crate) struct Spectrum {
    /// Red times the conjugate of blue.
    cross: Vec<Complex32>,
    red: Vec<f32>,
    blue: Vec<f32>,
}

impl Spectrum {
    /// Of a picture whose sides have [`SIDE`] pixels at least; `on` is asked before each window.
    pub(super) fn of<E>(pixels: &RgbImage, on: impl Fn() -> Result<(), E>) -> Result<Self, E> {
        let fft = FftPlanner::new().plan_fft_forward(SIDE);
        let hann: Vec<f32> = (0..SIDE)
            .map(|at| (std::f32::consts::PI * number(at) / number(SIDE - 1)).sin().powi(2))
            .collect();
        let mut sums = Self {
            cross: vec![Complex32::default(); SIDE * SIDE],
            red: vec![0.0; SIDE * SIDE],
            blue: vec![0.0; SIDE * SIDE],
        };
        let from = |side: u32, window: usize| (side as usize - SIDE) * window / (WINDOWS - 1);
        for window in 0..WINDOWS * WINDOWS {
            on()?;
            let corner = (
                from(pixels.width(), window % WINDOWS),
                from(pixels.height(), window / WINDOWS),
            );
            sums.add(&transformed(pixels, corner, &hann, &fft));
        }
        Ok(sums)
    }

    /// Red was the real part and blue the imaginary one: their spectra are what is even and odd of that of both.
    fn add(&mut self, both: &[Complex32]) {
        for row in 0..SIDE {
            let opposite = (SIDE - row) % SIDE * SIDE;
            for column in 0..SIDE {
                let at = row * SIDE + column;
                let (here, there) = (both[at], both[opposite + (SIDE - column) % SIDE].conj());
                let (red, blue) = ((here + there) * 0.5, (here - there) * Complex32::new(0.0, -0.5));
                self.cross[at] += red * blue.conj();
                self.red[at] += red.norm_sqr();
                self.blue[at] += blue.norm_sqr();
            }
        }
    }

    /// The strongest lines.
    pub(crate) fn lines(&self, least_out_of_step: f32) -> Lines {
        let power: Vec<f32> = self
            .red
            .iter()
            .zip(&self.blue)
            .map(|(red, blue)| (red * blue).sqrt())
            .collect();
        let levels = levels(&power);
        let blocks = SIDE / BLOCK;
        let mut lines = Lines::default();
        // Half of the frequencies: the others are their mirror images.
        for row in 0..SIDE {
            for column in 0..SIDE / 2 {
                let (at, frequency) = (row * SIDE + column, [column, row].map(signed));
                let (cross, apart) = (self.cross[at].norm(), self.cross[at].im.abs());
                // What is not alike in all windows is no grid.
                if cross < 0.5 * power[at] || !is_judged(frequency) {
                    continue;
                }
                let level = levels[row / BLOCK * blocks + column / BLOCK];
                let over_level = |power: f32| (power + 0.1).ln() - (level + 0.1).ln();
                lines.any = lines.any.max(over_level(cross));
                if apart >= least_out_of_step * cross && over_level(apart) > lines.out_of_step {
                    (lines.out_of_step, lines.frequency) = (over_level(apart), frequency);
                }
            }
        }
        lines
    }
}

/// How far lines of the spectrum stand out of the frequencies around them, as natural logarithms of power; 0 where there are none.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    /// The strongest of all.
    pub(crate) any: f32,
    /// The strongest of those whose red and blue are out of step.
    pub(crate) out_of_step: f32,
    /// Its frequency, in cycles a pixel along and down.
    pub(crate) frequency: [f32; 2],
}

/// Neither the coarse content of a picture, nor what sampling of colours and blocks of a JPEG leave along the axes.
fn is_judged([along, down]: [f32; 2]) -> bool {
    let (along, down) = (along.abs(), down.abs());
    let line = 1.6 / number(SIDE);
    let of_blocks = |one: f32, other: f32| other < line && [0.125, 0.25, 0.375].iter().any(|block| (one - block).abs() < line);
    along.hypot(down) > 0.06 && along < 0.475 && down < 0.475 && !of_blocks(along, down) && !of_blocks(down, along)
}

fn transformed(pixels: &RgbImage, (left, upper): (usize, usize), hann: &[f32], fft: &Arc<dyn Fft<f32>>) -> Vec<Complex32> {
    let width = pixels.width() as usize;
    let mut window: Vec<Complex32> = (0..SIDE)
        .flat_map(|y| pixels.as_raw()[((upper + y) * width + left) * 3..][..SIDE * 3].chunks_exact(3))
        .map(|rgb| Complex32::new(rgb[0].into(), rgb[2].into()))
        .collect();
    let mean = window.iter().sum::<Complex32>() / number(window.len());
    for (line, down) in window.chunks_exact_mut(SIDE).zip(hann) {
        for (value, along) in line.iter_mut().zip(hann) {
            *value = (*value - mean) * (along * down);
        }
    }
    fft.process(&mut window);
    let mut turned = transposed(&window);
    fft.process(&mut turned);
    transposed(&turned)
}

fn transposed(square: &[Complex32]) -> Vec<Complex32> {
    (0..SIDE)
        .flat_map(|column| (0..SIDE).map(move |row| square[row * SIDE + column]))
        .collect()
}

/// The usual power around each block of frequencies: the median of the medians of it and its neighbours, which a single line is not in.
fn levels(power: &[f32]) -> Vec<f32> {
    let blocks = SIDE / BLOCK;
    let median = |mut values: Vec<f32>| {
        let middle = values.len() / 2;
        *values.select_nth_unstable_by(middle, f32::total_cmp).1
    };
    let own: Vec<f32> = (0..blocks * blocks)
        .map(|block| {
            let (row, column) = (block / blocks * BLOCK, block % blocks * BLOCK);
            median(
                (0..BLOCK)
                    .flat_map(|y| power[(row + y) * SIDE + column..][..BLOCK].iter().copied())
                    .collect(),
            )
        })
        .collect();
    (0..blocks * blocks)
        .map(|block| {
            let around = |at: usize| [at + blocks - 1, at, at + 1].map(|at| at % blocks);
            let rows = around(block / blocks);
            let columns = around(block % blocks);
            median(
                rows.into_iter()
                    .flat_map(|row| columns.map(|column| own[row * blocks + column]))
                    .collect(),
            )
        })
        .collect()
}

/// A frequency in cycles a pixel.
fn signed(at: usize) -> f32 {
    if at < SIDE / 2 {
        number(at) / number(SIDE)
    } else {
        number(at) / number(SIDE) - 1.0
    }
}

#[allow(clippy::cast_precision_loss)] // small numbers
const fn number(count: usize) -> f32 {
    count as f32
}
