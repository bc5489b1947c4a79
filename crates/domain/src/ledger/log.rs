//! The Merkle tree over the entries, as RFC 9162 has it (section 2.1), and its proofs.

use serde::{Deserialize, Serialize};
use tlog_tiles::tlog;

use super::{Bytes32, Entry, Head, LedgerError};
use crate::canonical::Hex;

/// A hash of the tree: of a leaf, of a node, or the root. SHA-256.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct LogHash(Bytes32);

/// The most hashes of a proof: a tree of 2^64 leaves is that deep, and a proof of consistency has one more.
pub const MOST_HASHES: usize = 65;

impl LogHash {
    /// The root of a tree without leaves (RFC 9162, section 2.1.1).
    pub const EMPTY: Self = Self(Hex(tlog::EMPTY_HASH.0));

    /// Of a leaf with these bytes.
    pub fn of_leaf(bytes: &[u8]) -> Self {
        tlog::record_hash(bytes).into()
    }

    /// The bytes.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0.0
    }
}

impl From<tlog::Hash> for LogHash {
    fn from(hash: tlog::Hash) -> Self {
        Self(Hex(hash.0))
    }
}

impl From<LogHash> for tlog::Hash {
    fn from(hash: LogHash) -> Self {
        Self(hash.0.0)
    }
}

/// Whether the entry stands under the head (RFC 9162, section 2.1.3.2).
///
/// # Errors
/// [`LedgerError::NotIncluded`].
pub fn check_inclusion(head: &Head, entry: &Entry, proof: &[LogHash]) -> Result<(), LedgerError> {
    let hashes = hashes(proof).ok_or(LedgerError::NotIncluded)?;
    tlog::check_record(&hashes, head.size, head.root.into(), entry.number, entry.hash().into())
        .map_err(|_| LedgerError::NotIncluded)
}

/// Whether the later head continues the earlier one (RFC 9162, section 2.1.4.2): everything that stood there stands there still.
///
/// # Errors
/// [`LedgerError::Rewritten`].
pub fn check_consistency(old: &Head, new: &Head, proof: &[LogHash]) -> Result<(), LedgerError> {
    let rewritten = LedgerError::Rewritten {
        old: old.size,
        new: new.size,
    };
    if old.size == 0 {
        // Every tree continues the empty one, which has one root.
        return if old.root == LogHash::EMPTY { Ok(()) } else { Err(rewritten) };
    }
    let hashes = hashes(proof).ok_or(rewritten.clone())?;
    tlog::check_tree(&hashes, new.size, new.root.into(), old.size, old.root.into()).map_err(|_| rewritten)
}

/// Bounded before anything is computed with it.
fn hashes(proof: &[LogHash]) -> Option<Vec<tlog::Hash>> {
    (proof.len() <= MOST_HASHES).then(|| proof.iter().map(|&hash| hash.into()).collect())
}
