//! What the person owns: an encrypted SQLite database, and the key to it in the system's keyring.
//!
//! Everything that a wearable measured, what the checks made of it, what the person allowed and what left: one file, encrypted as a
//! whole by `SQLCipher`, readable by nobody who does not have the key ([`KeyPlace`]). Samples stay here; nothing in this crate sends
//! anything anywhere.
//!
//! One connection writes, each change in one `BEGIN IMMEDIATE` transaction that is on the disk when the call returns
//! (`synchronous = FULL`): who acknowledges after that loses nothing. Others read beside it. One file here is one table, or the few
//! that change together; the schema is in `migrations/`, which is only ever added to.
//!
//! Deliberately not here: rules. Whether something may leave, what it earns and what a quest counts is `earnest-domain`'s; when to
//! judge, compact or send is the engine's.

mod captures;
mod contributions;
mod database;
mod devices;
mod error;
mod hub;
mod key;
mod ledger;
mod outbox;
mod person;
mod receipts;
mod rejections;
mod samples;
mod stored;
mod today;
mod undos;
mod windows;

pub use captures::{Captured, KeptTrace, NewCapture};
pub use contributions::{Contributed, ContributionState};
pub use database::Vault;
pub use devices::{Device, Replay};
pub use error::VaultError;
pub use hub::Hub;
pub use key::{KeyChoice, KeyPlace};
pub use ledger::{EntryKind, InLedger, KnownHead, Unproved};
pub use outbox::{Efforts, Outbox};
pub use person::Person;
pub use receipts::{StoredReceipt, Withdrawn};
pub use rejections::Rejected;
pub use samples::{Appended, Batch, Compacted, Compaction, Mark, Total};
pub use today::Word;
pub use undos::{Undone, UnsentUndo};
