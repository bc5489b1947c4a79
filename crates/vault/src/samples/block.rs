//! A block: instants, and at each of them one value of each channel of a layout.

use earnest_domain::stream::Channel;
use pco::{ChunkConfig, DeltaSpec, ModeSpec};

use super::step;
use crate::error::VaultError;

/// A set of channels; bit n is the channel with code n.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(super) struct Layout(pub(super) u32);

impl Layout {
    /// How many codes there is room for.
    pub(super) const CODES: usize = 32;

    pub(super) fn of(channels: &[Channel]) -> Self {
        channels
            .iter()
            .fold(Self::default(), |layout, channel| layout.with(channel.code()))
    }

    pub(super) const fn with(self, code: u8) -> Self {
        Self(self.0 | 1 << code)
    }

    pub(super) const fn has(self, code: u8) -> bool {
        self.0 & 1 << code != 0
    }

    /// How many channels.
    pub(super) const fn width(self) -> usize {
        self.0.count_ones() as usize
    }

    /// In their order.
    pub(super) fn codes(self) -> impl Iterator<Item = u8> {
        (0..32u8).filter(move |code| self.has(*code))
    }

    /// By code.
    pub(super) fn channels(self) -> Result<Vec<Channel>, VaultError> {
        self.codes()
            .map(|code| Channel::from_code(code).ok_or_else(|| VaultError::corrupt(format!("there is no channel {code}"))))
            .collect()
    }
}

/// The most instants in a block as it is taken in.
pub(super) const MOST_ROWS: usize = 4_096;
/// The longest that a block lasts, in microseconds: a day. Whoever looks for an instant looks at blocks that start up to a day before.
pub(super) const LONGEST: i64 = 86_400_000_000;

/// Instants ascend, each once; values stand instant by instant, within it by code.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Block {
    pub(super) layout: Layout,
    pub(super) times: Vec<i64>,
    pub(super) values: Vec<f32>,
}

impl Block {
    pub(super) const fn new(layout: Layout) -> Self {
        Self {
            layout,
            times: Vec::new(),
            values: Vec::new(),
        }
    }

    pub(super) fn first(&self) -> i64 {
        self.times.first().copied().unwrap_or_default()
    }

    pub(super) fn last(&self) -> i64 {
        self.times.last().copied().unwrap_or_default()
    }

    /// The code of each channel, the latest instant, and its value.
    pub(super) fn latest(&self) -> impl Iterator<Item = (u8, i64, f32)> {
        let values = self.values.iter().rev().take(self.layout.width()).rev().copied();
        self.layout
            .codes()
            .zip(values)
            .map(|(code, value)| (code, self.last(), value))
    }

    /// Whether a later instant still belongs here.
    pub(super) fn takes(&self, time: i64) -> bool {
        self.times.is_empty() || (self.times.len() < MOST_ROWS && time.saturating_sub(self.first()) < LONGEST)
    }

    /// As it goes into the journal: cheap to write, 4 bytes a value and 1 to 4 an instant.
    pub(super) fn to_journal(&self) -> Result<Vec<u8>, VaultError> {
        let mut previous = 0;
        let distances: Vec<i64> = self
            .times
            .iter()
            .map(|time| time.wrapping_sub(std::mem::replace(&mut previous, *time)))
            .collect();
        postcard::to_stdvec(&(distances, &self.values)).map_err(|error| VaultError::corrupt(error.to_string()))
    }

    pub(super) fn from_journal(layout: Layout, body: &[u8]) -> Result<Self, VaultError> {
        let (mut times, values): (Vec<i64>, Vec<f32>) =
            postcard::from_bytes(body).map_err(|error| VaultError::corrupt(format!("a journal entry: {error}")))?;
        let mut time = 0i64;
        for distance in &mut times {
            time = time.wrapping_add(*distance);
            *distance = time;
        }
        if values.len() != times.len() * layout.width() {
            return Err(VaultError::corrupt("a journal entry lacks values"));
        }
        Ok(Self { layout, times, values })
    }

    /// As it rests: 1.5 to 3 bytes a value.
    pub(super) fn to_chunk(&self) -> Result<Vec<u8>, VaultError> {
        // Readings come at a steady pace: their distances are alike.
        let steady = ChunkConfig::default().with_delta_spec(DeltaSpec::TryConsecutive(1));
        let times = pack(&self.times, &steady)?;
        let width = self.layout.width();
        let mut columns = Vec::with_capacity(width);
        let mut column: Vec<f32> = Vec::with_capacity(self.times.len());
        for index in 0..width {
            column.clear();
            column.extend(self.values.iter().skip(index).step_by(width));
            columns.push(pack_values(&column)?);
        }
        postcard::to_stdvec(&(times, columns)).map_err(|error| VaultError::corrupt(error.to_string()))
    }
}

/// How many values show how all of them are packed best.
const PROBE: usize = 1_024;

/// Values, losslessly. As counts of a step where they are multiples of one: real motion at 10 Hz takes 2.4 bytes a value instead of 2.8,
/// a sensor's 16 bits with their noise 1.5 instead of 3.1. How far they are apart is told as well, since to find it out costs pco as
/// much again as to pack them.
fn pack_values(values: &[f32]) -> Result<Vec<u8>, VaultError> {
    let first = &values[..values.len().min(PROBE)];
    let counted = |step| {
        ChunkConfig::default()
            .with_mode_spec(ModeSpec::TryFloatMult(step))
            .with_delta_spec(match step::differences(first, step) {
                0 => DeltaSpec::NoOp,
                order => DeltaSpec::TryConsecutive(order),
            })
    };
    let decimal = step::decimal(values);
    let step = match decimal {
        Some(coarse) if coarse > step::FINEST_DECIMAL => decimal,
        _ => step::counted(first, values).or(decimal),
    };
    if let Some(step) = step {
        return pack(values, &counted(step));
    }
    // Some are no decimals and most are: as pco finds best, or as those. Which is better shows on the first of them.
    let (found, decimals) = (ChunkConfig::default(), counted(step::FINEST_DECIMAL));
    let better = pack(first, &decimals)?.len() < pack(first, &found)?.len();
    pack(values, if better { &decimals } else { &found })
}

/// A chunk whose columns are unpacked as they are asked for.
pub(super) struct Chunk<'a> {
    layout: Layout,
    rows: usize,
    times: &'a [u8],
    columns: Vec<&'a [u8]>,
}

impl<'a> Chunk<'a> {
    /// `rows` as the database says it; bounds what is unpacked.
    pub(super) fn open(layout: Layout, rows: usize, body: &'a [u8]) -> Result<Self, VaultError> {
        let (times, columns): (&[u8], Vec<&[u8]>) =
            postcard::from_bytes(body).map_err(|error| VaultError::corrupt(format!("a chunk: {error}")))?;
        if columns.len() != layout.width() {
            return Err(VaultError::corrupt("a chunk lacks columns"));
        }
        Ok(Self {
            layout,
            rows,
            times,
            columns,
        })
    }

    pub(super) fn times(&self) -> Result<Vec<i64>, VaultError> {
        unpack(self.times, self.rows)
    }

    /// The values of one channel; `None` when the layout does not have it.
    pub(super) fn column(&self, code: u8) -> Result<Option<Vec<f32>>, VaultError> {
        if !self.layout.has(code) {
            return Ok(None);
        }
        let before = Layout(self.layout.0 & ((1 << code) - 1)).width();
        let packed = self
            .columns
            .get(before)
            .ok_or_else(|| VaultError::corrupt("a chunk lacks columns"))?;
        unpack(packed, self.rows).map(Some)
    }
}

fn pack<T: pco::data_types::Number>(numbers: &[T], config: &ChunkConfig) -> Result<Vec<u8>, VaultError> {
    pco::standalone::simple_compress(numbers, config).map_err(|error| VaultError::corrupt(error.to_string()))
}

fn unpack<T: pco::data_types::Number + Default>(packed: &[u8], rows: usize) -> Result<Vec<T>, VaultError> {
    let mut numbers = vec![T::default(); rows];
    let progress = pco::standalone::simple_decompress_into(packed, &mut numbers)
        .map_err(|error| VaultError::corrupt(format!("a column: {error}")))?;
    if progress.n_processed != rows || !progress.finished {
        return Err(VaultError::corrupt("a column has another length than its chunk"));
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::cast_possible_truncation)]
    use proptest::prelude::*;

    use super::*;

    fn values() -> impl Strategy<Value = Vec<f32>> {
        let any = any::<f32>().prop_filter("samples are finite", |value| value.is_finite());
        let decimals = (-200_000i32..200_000).prop_map(|thousandths| (f64::from(thousandths) / 1e3) as f32);
        let small = prop::sample::select(vec![0.0f32, -0.0, 1.0, -1.0, 60.0]);
        // A sensor's counts, of steps that are no decimals, with now and then a value that is none of them.
        let counts = (1e-5..0.1f64, prop::collection::vec((-40_000i32..40_000, 0..200u8), 40..300)).prop_map(|(step, counts)| {
            let told = |(count, other): (i32, u8)| {
                if other == 0 {
                    f64::from(count).sqrt().abs()
                } else {
                    f64::from(count) * step
                }
            };
            counts
                .into_iter()
                .map(|count| told(count) as f32)
                .filter(|value| value.is_finite())
                .collect()
        });
        prop_oneof![
            counts,
            prop::collection::vec(any, 2..300),
            prop::collection::vec(decimals, 2..300),
            prop::collection::vec(small, 2..300)
        ]
    }

    proptest! {
        #[test]
        fn a_block_comes_back_to_the_bit(values in values(), start in any::<i64>(), gaps in prop::collection::vec(1u32.., 150)) {
            let layout = Layout::of(&[Channel::AccelerationY, Channel::HeartRate]);
            let rows = values.len() / 2;
            let mut times: Vec<i64> = gaps[..rows].iter().scan(start, |time, gap| {
                *time = time.saturating_add(i64::from(*gap));
                Some(*time)
            }).collect();
            times.dedup();
            let block = Block { layout, values: values[..times.len() * 2].to_vec(), times };
            let bits = |values: &[f32]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();

            let read = Block::from_journal(layout, &block.to_journal().unwrap()).unwrap();
            prop_assert_eq!((&read.times, bits(&read.values)), (&block.times, bits(&block.values)));

            let body = block.to_chunk().unwrap();
            let chunk = Chunk::open(layout, block.times.len(), &body).unwrap();
            prop_assert_eq!(chunk.times().unwrap(), block.times);
            for (index, channel) in [Channel::AccelerationY, Channel::HeartRate].into_iter().enumerate() {
                let column = chunk.column(channel.code()).unwrap().unwrap();
                let expected: Vec<f32> = block.values.iter().skip(index).step_by(2).copied().collect();
                prop_assert_eq!(bits(&column), bits(&expected));
            }
            prop_assert_eq!(chunk.column(Channel::AccelerationX.code()).unwrap(), None);
        }

        #[test]
        fn a_damaged_block_is_an_error_and_never_a_panic(body in prop::collection::vec(any::<u8>(), 0..200), rows in 0usize..100) {
            let layout = Layout::of(&[Channel::HeartRate]);
            let _ = Block::from_journal(layout, &body);
            if let Ok(chunk) = Chunk::open(layout, rows, &body) {
                let _ = (chunk.times(), chunk.column(Channel::HeartRate.code()));
            }
        }
    }
}
