//! What is kept of a capture to know its copies: some thousand small numbers of which the capture cannot be made again.

use super::series::{Kind, Series};

/// Steps that are kept: of motion three minutes and a half, of a way nearly an hour and a half, of a heart two thousand beats.
const MOST: usize = 2_048;
/// Of longer captures so many pieces of so many steps, around where most happens: a part has the same summits as the whole.
const PIECES: usize = 8;
const PIECE: usize = 256;

/// Pieces of a series.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Sketch {
    pub(super) kind: Kind,
    pub(super) pieces: Vec<Piece>,
}

/// Rows of the same length.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece {
    pub(super) rows: Vec<Vec<f32>>,
}

impl Piece {
    pub(super) fn len(&self) -> usize {
        self.rows.first().map_or(0, Vec::len)
    }

    pub(super) fn cut(&self, from: usize, to: usize) -> Self {
        Self {
            rows: self.rows.iter().map(|row| row[from..to].to_vec()).collect(),
        }
    }
}

/// A deviation is so many steps of a byte: four of them are told apart from more.
const STEPS: f32 = 31.0;

impl Sketch {
    pub(super) fn of(series: &Series) -> Self {
        let whole = Piece {
            // As it will be read again: a capture is compared with itself as with its copy.
            rows: series
                .rows
                .iter()
                .map(|row| row.iter().map(|value| f32::from(small(*value)) / STEPS).collect())
                .collect(),
        };
        let pieces = if whole.len() <= MOST {
            vec![whole]
        } else {
            summits(&whole)
                .into_iter()
                .map(|from| whole.cut(from, from + PIECE))
                .collect()
        };
        Self {
            kind: series.kind,
            pieces,
        }
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![match self.kind {
            Kind::Motion => b'm',
            Kind::Heart => b'h',
            Kind::Place => b'p',
        }];
        for piece in &self.pieces {
            bytes.extend([
                u8::try_from(piece.rows.len()).unwrap_or(u8::MAX),
                piece.len().to_le_bytes()[0],
                piece.len().to_le_bytes()[1],
            ]);
            bytes.extend(piece.rows.iter().flatten().map(|value| small(*value).to_le_bytes()[0]));
        }
        bytes
    }

    /// From bytes; `None` for what is no sketch.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (kind, mut rest) = bytes.split_first()?;
        let kind = match kind {
            b'm' => Kind::Motion,
            b'h' => Kind::Heart,
            b'p' => Kind::Place,
            _ => return None,
        };
        let mut pieces = Vec::new();
        while let Some(([rows, low, high], after)) = rest.split_first_chunk::<3>() {
            let length = usize::from(u16::from_le_bytes([*low, *high]));
            let (rows, size) = (usize::from(*rows), usize::from(*rows) * length);
            if length == 0 || rows == 0 || rows > 2 || length > MOST || after.len() < size || pieces.len() >= PIECES {
                return None;
            }
            let (data, after) = after.split_at(size);
            let row = |row: &[u8]| row.iter().map(|byte| f32::from(i8::from_le_bytes([*byte])) / STEPS).collect();
            pieces.push(Piece {
                rows: data.chunks_exact(length).map(row).collect(),
            });
            rest = after;
        }
        (rest.is_empty() && !pieces.is_empty()).then_some(Self { kind, pieces })
    }
}

#[allow(clippy::cast_possible_truncation)] // clamped
fn small(value: f32) -> i8 {
    (value * STEPS).round().clamp(-127.0, 127.0) as i8
}

/// Where pieces begin: around the summits of what happens, the highest first. A summit is the highest for a piece's length on both sides,
/// so that it is one in every part that holds it.
fn summits(whole: &Piece) -> Vec<usize> {
    let count = whole.len();
    let mut sums = vec![0.0_f64];
    for at in 0..count {
        let energy: f32 = whole.rows.iter().map(|row| row[at] * row[at]).sum();
        sums.push(sums[at] + f64::from(energy));
    }
    let around = |at: usize| sums[(at + 16).min(count)] - sums[at.saturating_sub(16)];
    let envelope: Vec<f64> = (0..count).map(around).collect();
    let mut found: Vec<(f64, usize)> = Vec::new();
    let mut begin = 0;
    // One summit at most in each stretch of a piece's length; neighbours may share a border.
    while begin < count {
        let end = (begin + PIECE).min(count);
        let best = (begin..end).max_by(|one, other| envelope[*one].total_cmp(&envelope[*other]));
        if let Some(at) = best {
            let near = at.saturating_sub(PIECE / 2)..(at + PIECE / 2).min(count);
            if envelope[near].iter().all(|other| *other <= envelope[at]) {
                found.push((envelope[at], at));
            }
        }
        begin = end;
    }
    found.sort_by(|one, other| other.0.total_cmp(&one.0));
    found.truncate(PIECES);
    found
        .into_iter()
        .map(|(_, at)| at.saturating_sub(PIECE / 2).min(count - PIECE))
        .collect()
}
