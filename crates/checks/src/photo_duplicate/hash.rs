//! Two short hashes of what a picture looks like, and of the picture with strips cut off its sides.

use image::GrayImage;

/// Bits of a picture that stay nearly the same when it is compressed, made smaller, brighter or noisier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hash {
    /// Signs of 8 x 8 low frequencies against their median (Zauner, 2010, "Implementation and benchmarking of perceptual image hash
    /// functions", 3.2.1).
    waves: u64,
    /// Whether each of 8 x 8 places is brighter than the one to its left (Krawetz, 2013, "Kind of like that").
    steps: u64,
}

impl Hash {
    /// How many bits differ, of 64 and of 64.
    pub(super) const fn distance(self, other: Self) -> (u32, u32) {
        (
            (self.waves ^ other.waves).count_ones(),
            (self.steps ^ other.steps).count_ones(),
        )
    }
}

/// A picture's hash, and those of 15 cuts of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Hashes(Vec<Hash>);

impl Hashes {
    /// What the bytes begin with; other versions are not compared.
    const VERSION: u8 = 1;
    /// Each side whole or without this share of it.
    const STRIP: f64 = 0.06;
    const COUNT: usize = 16;

    /// Of a picture in whose levels there is at least so much deviation: others have nothing to be known by.
    pub(crate) fn of_contrast(luma: &GrayImage, least_deviation: f64) -> Option<Self> {
        (deviation(luma) >= least_deviation).then(|| Self::of(luma))
    }

    pub(super) fn of(luma: &GrayImage) -> Self {
        let sums = Sums::of(luma);
        let cut = |number: usize, side: usize| if number >> side & 1 == 1 { Self::STRIP } else { 0.0 };
        Self(
            (0..Self::COUNT)
                .map(|number| sums.hash([cut(number, 0), cut(number, 1), 1.0 - cut(number, 2), 1.0 - cut(number, 3)]))
                .collect(),
        )
    }

    /// The least distance between the one whole and any cut of the other, either way: a cut copy has its whole within the other.
    pub(crate) fn distance(&self, other: &Self) -> (u32, u32) {
        let either = |one: &Self, other: &Self| {
            let whole = one.0.first().copied();
            let distances = whole
                .into_iter()
                .flat_map(|whole| other.0.iter().map(move |cut| whole.distance(*cut)));
            distances.min_by_key(|(waves, steps)| waves + steps)
        };
        [either(self, other), either(other, self)]
            .into_iter()
            .flatten()
            .min_by_key(|(waves, steps)| waves + steps)
            .unwrap_or((64, 64))
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        let hashes = self.0.iter().flat_map(|hash| [hash.waves, hash.steps]);
        [Self::VERSION].into_iter().chain(hashes.flat_map(u64::to_be_bytes)).collect()
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&version, hashes) = bytes.split_first()?;
        let (hashes, rest) = hashes.as_chunks::<16>();
        (version == Self::VERSION && rest.is_empty() && hashes.len() == Self::COUNT).then(|| {
            let number = |bytes: &[u8]| bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
            let hash = |hash: &[u8; 16]| Hash {
                waves: number(&hash[..8]),
                steps: number(&hash[8..]),
            };
            Self(hashes.iter().map(hash).collect())
        })
    }
}

/// Sums over everything above and to the left of a place, which give the mean of any box at once.
struct Sums {
    to_here: Vec<u32>,
    width: usize,
    height: usize,
}

impl Sums {
    fn of(luma: &GrayImage) -> Self {
        let (width, height) = (luma.width() as usize, luma.height() as usize);
        let mut sums = vec![0u32; (width + 1) * (height + 1)];
        for y in 0..height {
            let mut along = 0;
            for x in 0..width {
                along += u32::from(luma.as_raw()[y * width + x]);
                sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + along;
            }
        }
        Self {
            to_here: sums,
            width,
            height,
        }
    }

    /// Means of `columns` x `rows` boxes of a part of the picture: left, upper, right, lower, as shares of its sides.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within a side of 512
    fn means(&self, [left, upper, right, lower]: [f64; 4], columns: usize, rows: usize) -> Vec<f64> {
        let borders = |from: f64, to: f64, side: usize, parts: usize| {
            let step = (to - from) * side as f64 / parts as f64;
            let border = move |part: usize| (from * side as f64 + step * part as f64).round() as usize;
            move |part: usize| {
                let first = border(part).min(side - 1);
                (first, border(part + 1).clamp(first + 1, side))
            }
        };
        let across = borders(left, right, self.width, columns);
        let down = borders(upper, lower, self.height, rows);
        let at = |x: usize, y: usize| u64::from(self.to_here[y * (self.width + 1) + x]);
        let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
        places
            .map(|(column, row)| {
                let ((left, right), (upper, lower)) = (across(column), down(row));
                let sum = at(right, lower) + at(left, upper) - at(right, upper) - at(left, lower);
                sum as f64 / ((right - left) * (lower - upper)) as f64
            })
            .collect()
    }

    fn hash(&self, part: [f64; 4]) -> Hash {
        if self.width == 0 || self.height == 0 {
            return Hash { waves: 0, steps: 0 };
        }
        let bits = |bits: &mut dyn Iterator<Item = bool>| bits.fold(0, |hash, bit| hash << 1 | u64::from(bit));
        let waves = waves(&self.means(part, GRID, GRID));
        let mut sorted = waves.clone();
        sorted.sort_by(f64::total_cmp);
        let median = f64::midpoint(sorted[31], sorted[32]);
        let means = self.means(part, 9, 8);
        Hash {
            waves: bits(&mut waves.iter().map(|wave| *wave > median)),
            steps: bits(
                &mut means
                    .chunks_exact(9)
                    .flat_map(|row| row.array_windows().map(|[left, right]| left < right)),
            ),
        }
    }
}

/// The standard deviation of the levels.
#[allow(clippy::cast_precision_loss)] // pixels of a small picture
fn deviation(luma: &GrayImage) -> f64 {
    let all = luma.len().max(1) as f64;
    let mean = luma.iter().map(|level| f64::from(*level)).sum::<f64>() / all;
    let squares = luma.iter().map(|level| (f64::from(*level) - mean).powi(2)).sum::<f64>();
    (squares / all).sqrt()
}

const GRID: usize = 32;

/// The 8 x 8 lowest frequencies but the constant ones, by the discrete cosine transform (Ahmed, Natarajan and Rao, 1974).
#[allow(clippy::cast_precision_loss)] // small numbers
fn waves(grid: &[f64]) -> Vec<f64> {
    const COUNT: usize = 8;
    let wave =
        |frequency: usize, at: usize| (std::f64::consts::PI * (frequency + 1) as f64 * (at as f64 + 0.5) / GRID as f64).cos();
    let table: Vec<Vec<f64>> = (0..COUNT)
        .map(|frequency| (0..GRID).map(|at| wave(frequency, at)).collect())
        .collect();
    let along: Vec<Vec<f64>> = grid
        .chunks_exact(GRID)
        .map(|row| {
            table
                .iter()
                .map(|wave| row.iter().zip(wave).map(|(mean, wave)| mean * wave).sum())
                .collect()
        })
        .collect();
    let places = (0..COUNT).flat_map(|row| (0..COUNT).map(move |column| (column, row)));
    places
        .map(|(column, row)| along.iter().zip(&table[row]).map(|(waves, wave)| waves[column] * wave).sum())
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_trace_is_read_as_it_was_written_and_nothing_else_is() {
        let hashes = Hashes::of(&GrayImage::from_fn(90, 60, |x, y| {
            image::Luma([u8::try_from((x * y) % 251).unwrap()])
        }));
        let bytes = hashes.to_bytes();
        assert_eq!((bytes.len(), Hashes::from_bytes(&bytes)), (257, Some(hashes)));
        for wrong in [
            &b""[..],
            &bytes[1..],
            &bytes[..256],
            &[bytes.as_slice(), b"x"].concat(),
            &[[2].as_slice(), &bytes[1..]].concat(),
        ] {
            assert_eq!(Hashes::from_bytes(wrong), None);
        }
    }

    #[test]
    fn any_size_has_a_hash() {
        for (width, height) in [(1, 1), (1, 500), (500, 1), (5, 3), (31, 33)] {
            Hashes::of(&GrayImage::new(width, height));
        }
    }
}
