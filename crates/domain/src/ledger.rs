//! Who earned what, as a hub writes it down: entries that balance, in a log that cannot be rewritten unnoticed.
//!
//! Double entry: each entry moves points between accounts and sums to zero, so every credit has the pool that it was paid from, and
//! the whole ledger sums to zero at any moment. Entries are only ever added; what is undone is moved back by an entry of its own.
//!
//! The entries are the leaves of a Merkle tree (RFC 9162, section 2.1; SHA-256) whose heads the hub signs as checkpoints
//! (c2sp.org/tlog-checkpoint in c2sp.org/signed-note). Whoever has an entry, a proof of its inclusion and a checkpoint knows that it
//! stands there; whoever keeps the checkpoints that they saw notices when a later one is not their continuation.
//!
//! Everybody may read the log. It names nobody: the account of a person is another one in each entry, and only the hub and the person
//! have what opens it ([`Opening`]).

mod account;
mod audit;
mod checkpoint;
mod entry;
mod export;
mod log;

use crate::canonical::Hex;

pub use self::{
    account::{Account, InvalidAccount, Opening},
    audit::{Audit, Finding, audit},
    checkpoint::{Head, SignedHead, origin},
    entry::{Entry, Event, Posted, Posting, ReversalReason},
    export::{Export, ExportedContribution, HubExport, ProvedEntry, SeenHead},
    log::{LogHash, MOST_HASHES, check_consistency, check_inclusion},
};

/// What is wrong with a ledger, or with what a hub says of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The postings do not sum to zero, or are not those of the event.
    #[error("an entry of the ledger does not balance")]
    Unbalanced,
    /// The entry is about something else, or its account is another person's.
    #[error("an entry of the ledger is not about this contribution of this person")]
    Foreign,
    /// The entry pays other points than its facts give.
    #[error("an entry of the ledger pays {paid} points, and its facts give {due}")]
    OtherPoints {
        /// What stands there.
        paid: i64,
        /// What the formula gives.
        due: u32,
    },
    /// No checkpoint, or not that hub's.
    #[error("this is no checkpoint that the hub signed")]
    BadCheckpoint,
    /// The proof does not lead from the entry to the head.
    #[error("the entry does not stand in the ledger that the hub signed")]
    NotIncluded,
    /// The later head is no continuation of the earlier one.
    #[error("the hub rewrote its ledger: the one of {new} entries does not continue the one of {old}")]
    Rewritten {
        /// Entries under the earlier head.
        old: u64,
        /// Entries under the later one.
        new: u64,
    },
}

impl LedgerError {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unbalanced => "entry_unbalanced",
            Self::Foreign => "entry_foreign",
            Self::OtherPoints { .. } => "entry_other_points",
            Self::BadCheckpoint => "bad_checkpoint",
            Self::NotIncluded => "entry_not_included",
            Self::Rewritten { .. } => "ledger_rewritten",
        }
    }
}

/// 32 bytes in hexadecimal.
type Bytes32 = Hex<32>;

#[cfg(test)]
mod tests;
