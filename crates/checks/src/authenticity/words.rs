//! Texts that share most of their runs of words: resemblance and containment of sketches (Broder, *On the resemblance and containment of
//! documents*, 1997), of the kind that keeps the smallest hashes.

use std::collections::BTreeSet;

use unicode_segmentation::UnicodeSegmentation;

/// Words of a run.
const RUN: usize = 3;
/// Hashes that are kept.
const MOST: usize = 256;

/// The smallest hashes of a text's runs of words, without case and punctuation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words {
    hashes: BTreeSet<u32>,
    /// Whether these are all.
    whole: bool,
}

impl Words {
    pub(super) fn of(text: &str) -> Self {
        let words: Vec<String> = text.unicode_words().map(str::to_lowercase).collect();
        let mut hashes: BTreeSet<u32> = words.windows(RUN).map(|run| hash(&run.join(" "))).collect();
        let whole = hashes.len() <= MOST;
        while hashes.len() > MOST {
            hashes.pop_last();
        }
        Self { hashes, whole }
    }

    pub(super) fn len(&self) -> usize {
        self.hashes.len()
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![b't', u8::from(self.whole)];
        bytes.extend(self.hashes.iter().flat_map(|hash| hash.to_le_bytes()));
        bytes
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (&[b't', whole], rest) = bytes.split_first_chunk::<2>()? else {
            return None;
        };
        let hash = |bytes: &[u8]| Some(u32::from_le_bytes(*bytes.first_chunk::<4>()?));
        (rest.len() % 4 == 0 && rest.len() / 4 <= MOST).then(|| Self {
            hashes: rest.chunks_exact(4).filter_map(hash).collect(),
            whole: whole == 1,
        })
    }

    /// How much of the shorter one stands in the other, 0 to 1.
    #[allow(clippy::cast_precision_loss)] // at most 256
    pub(super) fn shared(&self, other: &Self) -> f64 {
        // Up to here both know all of their hashes.
        let known = |words: &Self| {
            if words.whole {
                u32::MAX
            } else {
                words.hashes.last().copied().unwrap_or(u32::MAX)
            }
        };
        let known = known(self).min(known(other));
        let count = |words: &Self| words.hashes.range(..=known).count();
        let both = self.hashes.range(..=known).filter(|hash| other.hashes.contains(hash)).count();
        both as f64 / count(self).min(count(other)).max(1) as f64
    }
}

fn hash(run: &str) -> u32 {
    let hash = blake3::hash(run.as_bytes());
    hash.as_bytes()
        .first_chunk::<4>()
        .map_or(0, |bytes| u32::from_le_bytes(*bytes))
}
