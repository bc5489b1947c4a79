//! How loud a recording is and how much of it is cut off, measured on each channel at the file's own rate: mixing and resampling would
//! round the flat tops.

/// A part of a recording: a tenth of a second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Block {
    /// The root mean square of its loudest channel around its mean, 1 being full scale.
    pub rms: f32,
    /// The share of its samples that stand at full scale, three or more in a row.
    pub clipped: f32,
}

/// What was measured.
#[derive(Debug, Clone, PartialEq)]
pub struct Levels {
    blocks: Vec<Block>,
    peak: f32,
    flat_tops: f32,
}

impl Levels {
    /// The length of a block in milliseconds; the last may be shorter.
    pub const BLOCK_MS: u64 = 100;

    /// All blocks in order.
    pub fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    /// The largest sample of any channel.
    pub const fn peak(&self) -> f32 {
        self.peak
    }

    /// The share of samples that lie on a flat top: at the largest that the worst channel has, where far more lie than just below. 0
    /// where there is none.
    pub const fn flat_tops(&self) -> f32 {
        self.flat_tops
    }

    /// The level that `share` of the blocks do not exceed, in dB below full scale (a full-scale sine: -3). Silence: -120.
    pub fn level(&self, share: f64) -> f64 {
        let mut levels: Vec<f32> = self.blocks.iter().map(|block| block.rms).collect();
        levels.sort_by(f32::total_cmp);
        #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)] // some thousand blocks
        let place = (share.clamp(0.0, 1.0) * levels.len().saturating_sub(1) as f64).round() as usize;
        decibels(levels.get(place).copied().unwrap_or(0.0))
    }

    /// The share of samples that stand at full scale, three or more in a row.
    #[allow(clippy::cast_precision_loss)] // some thousand blocks
    pub fn clipped(&self) -> f32 {
        let sum: f32 = self.blocks.iter().map(|block| block.clipped).sum();
        sum / self.blocks.len().max(1) as f32
    }
}

/// An amplitude in dB below full scale; nothing is -120.
fn decibels(amplitude: f32) -> f64 {
    20.0 * f64::from(amplitude).max(1e-6).log10()
}

/// At least this counts as full scale. 16 bits reach 0.99997; a lossy codec leaves a little less.
const FULL: f32 = 0.999;
/// So many samples in a row at full scale are no peak.
const RUN: u32 = 3;
/// Steps of the histogram of amplitudes.
const STEPS: usize = 8_192;

/// Measures as it comes.
pub(super) struct Meter {
    channels: Vec<Channel>,
    in_block: usize,
    block: usize,
    blocks: Vec<Block>,
}

#[derive(Clone)]
struct Channel {
    amplitudes: Vec<u32>,
    peak: f32,
    run: u32,
    sum: f64,
    squares: f64,
    clipped: u32,
}

impl Meter {
    pub(super) fn new(rate: u32, channels: usize) -> Self {
        let channel = Channel {
            amplitudes: vec![0; STEPS],
            peak: 0.0,
            run: 0,
            sum: 0.0,
            squares: 0.0,
            clipped: 0,
        };
        Self {
            channels: vec![channel; channels],
            in_block: 0,
            block: usize::try_from(u64::from(rate) * Levels::BLOCK_MS / 1_000)
                .unwrap_or(1)
                .max(1),
            blocks: Vec::new(),
        }
    }

    /// Takes what comes next of every channel, each as long as the others.
    pub(super) fn hear(&mut self, planes: &[Vec<f32>]) {
        let frames = planes.iter().map(Vec::len).min().unwrap_or(0);
        let mut from = 0;
        while from < frames {
            let to = frames.min(from + self.block - self.in_block);
            for (channel, plane) in self.channels.iter_mut().zip(planes) {
                channel.hear(&plane[from..to]);
            }
            self.in_block += to - from;
            from = to;
            if self.in_block == self.block {
                self.end_block();
            }
        }
    }

    pub(super) fn read(mut self) -> Levels {
        // What is left of less than half a block says little, unless it is all there is.
        if self.in_block * 2 >= self.block || self.blocks.is_empty() && self.in_block > 0 {
            self.end_block();
        }
        Levels {
            peak: self.channels.iter().map(|channel| channel.peak).fold(0.0, f32::max),
            flat_tops: self.channels.iter().map(Channel::flat_tops).fold(0.0, f32::max),
            blocks: self.blocks,
        }
    }

    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // a tenth of a second
    fn end_block(&mut self) {
        let count = self.in_block as f64;
        let mut block = Block { rms: 0.0, clipped: 0.0 };
        for channel in &mut self.channels {
            let mean = channel.sum / count;
            let rms = (channel.squares / count - mean * mean).max(0.0).sqrt();
            block.rms = block.rms.max(rms as f32);
            block.clipped = block.clipped.max((f64::from(channel.clipped) / count) as f32);
            (channel.sum, channel.squares, channel.clipped) = (0.0, 0.0, 0);
        }
        self.blocks.push(block);
        self.in_block = 0;
    }
}

impl Channel {
    fn hear(&mut self, samples: &[f32]) {
        let largest = largest(samples);
        self.peak = self.peak.max(largest);
        let (sum, squares) = sums(samples);
        self.sum += sum;
        self.squares += squares;
        self.count_amplitudes(samples);
        if largest < FULL {
            self.run = 0;
        } else {
            self.count_clipped(samples);
        }
    }

    fn count_amplitudes(&mut self, samples: &[f32]) {
        let (parts, rest) = samples.as_chunks::<BESIDE>();
        for part in parts {
            // Eight are worked out at once, and counted one after the other.
            for step in part.map(step) {
                self.amplitudes[step] += 1;
            }
        }
        for sample in rest {
            self.amplitudes[step(*sample)] += 1;
        }
    }

    fn count_clipped(&mut self, samples: &[f32]) {
        for sample in samples {
            if sample.abs() >= FULL {
                self.run += 1;
                self.clipped += match self.run {
                    ..RUN => 0,
                    RUN => RUN,
                    _ => 1,
                };
            } else {
                self.run = 0;
            }
        }
    }

    /// The share of samples on a flat top, or 0 where there is none.
    ///
    /// Of a sound that nothing cut, ever fewer samples lie the nearer they are to the largest; one that was cut has a heap there,
    /// whatever happened to its level later. A heap counts when the last hundredth of the amplitudes holds `NARROW` times what a
    /// hundredth a little lower holds (of a sine it holds 3.1 times as much). A codec rounds the tops and shoots over them: so it counts
    /// as well when some eighth in the upper half holds `WIDE` times what the eighth below it holds. A tone has such a heap, too: it
    /// is large (a third of all), and at most 2.5 times what lies below.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // ten minutes of samples
    fn flat_tops(&self) -> f32 {
        const NARROW: f64 = 6.0;
        const WIDE: f64 = 1.5;
        const WIDE_OF_MUCH: f64 = 2.8;
        /// Of less a histogram says little; a heap of more may be a tone's.
        const LITTLE: f64 = 0.015;
        const MUCH: f64 = 0.15;
        let all: u64 = self.amplitudes.iter().copied().map(u64::from).sum();
        let Some(top) = self.amplitudes.iter().rposition(|count| *count > 0) else {
            return 0.0;
        };
        let at = |thousandths: usize| (top + 1) * thousandths / 1_000;
        // Too quiet to tell; or a few amplitudes again and again, as a machine's pure tone has them, which are no histogram.
        let upper = &self.amplitudes[at(500)..at(980)];
        let taken = upper.iter().filter(|count| **count > 0).count();
        if top < STEPS / 40 || taken * 10 < upper.len() {
            return 0.0;
        }
        let between = |from: usize, to: usize| -> f64 {
            let count: u64 = self.amplitudes[from.min(to)..to.min(top + 1)]
                .iter()
                .copied()
                .map(u64::from)
                .sum();
            count as f64 / all.max(1) as f64
        };
        let narrow = between(at(990), top + 1);
        if narrow > NARROW * between(at(970), at(980)) {
            return narrow as f32;
        }
        let wide = (600..=1_000).step_by(20).filter_map(|level| {
            let around = |low: usize, high: usize| between(at(level * low / 100), at(level * high / 100));
            let heap = around(94, 106);
            let times = if heap < MUCH { WIDE } else { WIDE_OF_MUCH };
            (heap > LITTLE && heap > times * around(80, 92)).then_some(heap)
        });
        wide.fold(0.0, f64::max) as f32
    }
}

/// Of so many steps of equal height the one that an amplitude of at most 1 lies on, to a two-thousandth of a step.
///
/// A number between 8,192 and 16,384 has its whole part in the first 13 bits behind the leading one (IEEE 754, 3.4), from where it is read
/// for many at once; a cast looks at each for what is too large or no number.
const fn step(sample: f32) -> usize {
    const HEIGHT: f32 = 8_192.0;
    let last = HEIGHT - 0.5;
    let height = sample.abs() * HEIGHT;
    let within = if height < last { height } else { last };
    ((within + HEIGHT).to_bits() >> 10) as usize & (STEPS - 1)
}

/// Sums that are added up beside each other: one after the other, each addition would wait for the last.
const BESIDE: usize = 8;

fn largest(samples: &[f32]) -> f32 {
    let (parts, rest) = samples.as_chunks::<BESIDE>();
    let mut largest = [0.0_f32; BESIDE];
    for part in parts {
        for (largest, sample) in largest.iter_mut().zip(part) {
            let amplitude = sample.abs();
            *largest = if amplitude > *largest { amplitude } else { *largest };
        }
    }
    rest.iter().map(|sample| sample.abs()).chain(largest).fold(0.0, f32::max)
}

/// The sum of samples, and that of their squares.
fn sums(samples: &[f32]) -> (f64, f64) {
    let (parts, rest) = samples.as_chunks::<BESIDE>();
    let (mut sums, mut squares) = ([0.0_f64; BESIDE], [0.0_f64; BESIDE]);
    for part in parts {
        for at in 0..BESIDE {
            let sample = f64::from(part[at]);
            sums[at] += sample;
            squares[at] += sample * sample;
        }
    }
    let rest = rest.iter().map(|sample| f64::from(*sample));
    (
        rest.clone().chain(sums).sum(),
        rest.map(|sample| sample * sample).chain(squares).sum(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amplitude_lies_on_the_step_that_division_gives() {
        for sixteen_bits in i16::MIN..=i16::MAX {
            let sample = f32::from(sixteen_bits) / 32_768.0;
            let expected = (usize::from(sixteen_bits.unsigned_abs()) * STEPS / 32_768).min(STEPS - 1);
            assert_eq!(step(sample), expected, "{sixteen_bits}");
        }
        assert_eq!((step(f32::NAN), step(f32::INFINITY)), (STEPS - 1, STEPS - 1));
    }

    #[test]
    fn what_is_added_beside_each_other_is_all_of_it() {
        #[allow(clippy::cast_precision_loss)] // forty
        let samples: Vec<f32> = (0..40).map(|at| (at as f32 * 0.7).sin()).collect();
        for length in 0..samples.len() {
            let samples = &samples[..length];
            let each = samples.iter().map(|sample| f64::from(*sample));
            let (sum, squares) = sums(samples);
            assert!((sum - each.clone().sum::<f64>()).abs() < 1e-12);
            assert!((squares - each.map(|sample| sample * sample).sum::<f64>()).abs() < 1e-12);
            let naive = samples.iter().map(|sample| sample.abs()).fold(0.0, f32::max);
            assert_eq!(largest(samples).to_bits(), naive.to_bits());
        }
    }
}
