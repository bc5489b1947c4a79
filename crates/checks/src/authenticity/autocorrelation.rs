//! How a long recording goes together with itself at every lag (Wiener and Khinchin), in blocks that fit a processor's cache: one transform over a
//! minute took two and a half times as long.

use realfft::{RealFftPlanner, num_complex::Complex32};

/// Samples of a block; what is shorter is one block.
const BLOCK: usize = 1 << 16;
/// Lines of the spectra that are multiplied at a time.
const LINES: usize = 1 << 11;

/// The sum of `samples[at] * samples[at + lag]` for every lag up to `most` at least. `None` of nothing.
pub(super) fn autocorrelation(samples: &[f32], most: usize) -> Option<Vec<f32>> {
    by_blocks(samples, most, BLOCK.min(samples.len().next_power_of_two()))
}

/// A block, followed by as much nothing, goes together with two blocks in a row at lags of up to its length. Their transform is the sum of
/// each one's, the second's shifted by half, which turns every other line's sign; so each block is transformed once.
fn by_blocks(samples: &[f32], most: usize, block: usize) -> Option<Vec<f32>> {
    let mut planner = RealFftPlanner::<f32>::new();
    let (forward, back) = (planner.plan_fft_forward(2 * block), planner.plan_fft_inverse(2 * block));
    let (mut row, mut scratch) = (forward.make_input_vec(), forward.make_scratch_vec());
    let mut spectra = Vec::with_capacity(samples.len().div_ceil(block));
    for samples in samples.chunks(block) {
        let mut spectrum = forward.make_output_vec();
        row[..samples.len()].copy_from_slice(samples);
        row[samples.len()..].fill(0.0);
        forward.process_with_scratch(&mut row, &mut spectrum, &mut scratch).ok()?;
        spectra.push(spectrum);
    }
    let products = products(&spectra, most / block + 2);
    let (mut correlations, mut scratch) = (Vec::with_capacity(products.len() * block), back.make_scratch_vec());
    #[allow(clippy::cast_precision_loss)] // a power of two
    let scale = 1.0 / (2 * block) as f32;
    for pair in products.windows(2) {
        let turned = |(line, (near, far)): (usize, (&Complex32, &Complex32))| if line % 2 == 0 { near + far } else { near - far };
        let mut spectrum: Vec<Complex32> = pair[0].iter().zip(&pair[1]).enumerate().map(turned).collect();
        // What is real has a first and a last line that are real; a product of them is, but for a sign of nothing.
        for line in [0, block] {
            spectrum[line].im = 0.0;
        }
        back.process_with_scratch(&mut spectrum, &mut row, &mut scratch).ok()?;
        correlations.extend(row[..block].iter().map(|value| value * scale));
    }
    Some(correlations)
}

/// For each of the first so many distances between blocks: the products of all blocks that lie so far apart, added up.
fn products(spectra: &[Vec<Complex32>], distances: usize) -> Vec<Vec<Complex32>> {
    let lines = spectra.first().map_or(0, Vec::len);
    let mut products = vec![vec![Complex32::default(); lines]; distances];
    for from in (0..lines).step_by(LINES) {
        let part = from..lines.min(from + LINES);
        for (distance, sums) in products.iter_mut().enumerate() {
            for (earlier, later) in spectra.iter().zip(spectra.iter().skip(distance)) {
                let pairs = earlier[part.clone()].iter().zip(&later[part.clone()]);
                for (sum, (earlier, later)) in sums[part.clone()].iter_mut().zip(pairs) {
                    *sum += earlier.conj() * later;
                }
            }
        }
    }
    products
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::cast_precision_loss)]

    use super::*;

    #[test]
    fn blocks_give_what_the_definition_gives_wherever_they_end() {
        for count in [1, 7, 8, 9, 31, 32, 33, 100] {
            let samples: Vec<f32> = (0..count).map(|at| (at as f32 * 0.7).sin() + (at * at % 7) as f32).collect();
            let by_definition = |lag: usize| -> f32 { samples.iter().zip(&samples[lag..]).map(|(one, other)| one * other).sum() };
            for (block, most) in [(1, 0), (8, 0), (8, 7), (8, 8), (16, 40), (128, 99)] {
                let correlations = by_blocks(&samples, most, block).unwrap();
                assert!(correlations.len() > most);
                for (lag, found) in correlations.iter().enumerate() {
                    let expected = if lag < count { by_definition(lag) } else { 0.0 };
                    assert!(
                        (found - expected).abs() < 1e-3,
                        "{count} by {block}, lag {lag}: {found}, and not {expected}"
                    );
                }
            }
        }
    }
}
