//! The tree over the entries: its hashes in the database, its heads, its proofs.

use std::{cell::RefCell, collections::HashMap};

use earnest_domain::ledger::{Entry, Head, LogHash};
use sqlx::SqliteConnection;
use tlog_tiles::tlog::{self, Hash, HashReader};

/// Adds the hashes that an entry completes.
pub(super) async fn grow(connection: &mut SqliteConnection, entry: &Entry) -> Result<(), sqlx::Error> {
    let (number, leaf) = (entry.number, entry.hash());
    let new = with_hashes(connection, |hashes| {
        tlog::stored_hashes_for_record_hash(number, leaf.into(), hashes)
    })
    .await?;
    for (hash, position) in new.iter().zip(tlog::stored_hash_index(0, number)..) {
        sqlx::query("INSERT INTO hashes (position, hash) VALUES (?, ?)")
            .bind(super::signed(position)?)
            .bind(hash.0.as_slice())
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}

/// The head over the first `size` entries.
pub(crate) async fn head(connection: &mut SqliteConnection, size: u64) -> Result<Head, sqlx::Error> {
    let root = with_hashes(connection, |hashes| tlog::tree_hash(size, hashes)).await?.into();
    Ok(Head { size, root })
}

/// What shows that a head continues an earlier one, and that entries stand under it.
pub(crate) struct Proved {
    pub(crate) consistency: Vec<LogHash>,
    pub(crate) inclusions: Vec<Vec<LogHash>>,
}

/// Proves under the head of `size`; `old` is at most that, and each entry below it.
pub(crate) async fn prove(connection: &mut SqliteConnection, size: u64, old: u64, entries: &[u64]) -> Result<Proved, sqlx::Error> {
    let consistency = match old {
        0 => Vec::new(),
        old => proof(with_hashes(connection, |hashes| tlog::prove_tree(size, old, hashes)).await?),
    };
    let mut inclusions = Vec::with_capacity(entries.len());
    for &entry in entries {
        inclusions.push(proof(
            with_hashes(connection, |hashes| tlog::prove_record(size, entry, hashes)).await?,
        ));
    }
    Ok(Proved { consistency, inclusions })
}

fn proof(hashes: Vec<Hash>) -> Vec<LogHash> {
    hashes.into_iter().map(LogHash::from).collect()
}

/// Hashes that are at hand, and those that were asked for and are not.
#[derive(Default)]
struct AtHand {
    known: HashMap<u64, Hash>,
    missing: RefCell<Vec<u64>>,
}

impl HashReader for AtHand {
    fn read_hashes(&self, positions: &[u64]) -> Result<Vec<Hash>, tlog::Error> {
        let known: Option<Vec<Hash>> = positions.iter().map(|position| self.known.get(position).copied()).collect();
        known.ok_or_else(|| {
            self.missing.borrow_mut().extend_from_slice(positions);
            tlog::Error::IndexesNotInTree
        })
    }
}

/// Computes something of the tree. `tlog` reads at once and a database does not: it is asked what it needs, which is fetched, and then
/// asked again.
async fn with_hashes<T>(
    connection: &mut SqliteConnection,
    compute: impl Fn(&AtHand) -> Result<T, tlog::Error>,
) -> Result<T, sqlx::Error> {
    let mut hashes = AtHand::default();
    match compute(&hashes) {
        Err(tlog::Error::IndexesNotInTree) => {}
        done => return done.map_err(|error| sqlx::Error::Decode(Box::new(error))),
    }
    let positions = serde_json::to_string(&hashes.missing.take()).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    let rows: Vec<(i64, Vec<u8>)> =
        sqlx::query_as("SELECT position, hash FROM hashes WHERE position IN (SELECT value FROM json_each(?))")
            .bind(positions)
            .fetch_all(connection)
            .await?;
    for (position, hash) in rows {
        let hash = hash
            .try_into()
            .map_err(|_| sqlx::Error::Decode("a hash of another length".into()))?;
        hashes.known.insert(super::number_of(position)?, Hash(hash));
    }
    compute(&hashes).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}
