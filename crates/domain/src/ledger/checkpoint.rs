//! A head of the log as its hub signs it: c2sp.org/tlog-checkpoint, in a c2sp.org/signed-note.

use serde::{Deserialize, Serialize};
use signed_note::{Note, Signer, Verifier, VerifierList};
use tlog_tiles::Checkpoint;

use super::{LedgerError, LogHash};
use crate::{
    consent::Slug,
    hub::{HubKey, HubKeyId},
};

/// How much stands in a log, and the root of the tree over it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// How many entries.
    pub size: u64,
    /// The root of the tree over them.
    pub root: LogHash,
}

impl Head {
    /// That of a log without entries.
    pub const EMPTY: Self = Self {
        size: 0,
        root: LogHash::EMPTY,
    };
}

/// The log's name in its checkpoints.
pub fn origin(hub: &Slug) -> String {
    format!("earnest/{hub}")
}

/// A head with its hub's signature: the text of a signed note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SignedHead(String);

/// The most bytes of a checkpoint: an origin, a number, a hash, and signatures.
const MOST_BYTES: usize = 4 << 10;

impl SignedHead {
    /// Signs a head of that hub's log.
    ///
    /// # Errors
    /// [`LedgerError::BadCheckpoint`] when there is no such note, which no hub's id brings about.
    pub fn sign(head: Head, hub: &Slug, key: &HubKey) -> Result<Self, LedgerError> {
        let origin = origin(hub);
        let text = Checkpoint::new(&origin, head.size, head.root.into(), "").map_err(|_| LedgerError::BadCheckpoint)?;
        let mut note = Note::new(&text.to_bytes(), &[]).map_err(|_| LedgerError::BadCheckpoint)?;
        let signer = Signing {
            id: key_id(&origin, &key.id()),
            origin,
            key,
        };
        note.add_sigs(&[&signer]).map_err(|_| LedgerError::BadCheckpoint)?;
        String::from_utf8(note.to_bytes())
            .map(Self)
            .map_err(|_| LedgerError::BadCheckpoint)
    }

    /// From text; what it says can be read once it is verified.
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What it says, if that hub signed it. Other signatures (of witnesses) may stand beside the hub's.
    ///
    /// # Errors
    /// [`LedgerError::BadCheckpoint`].
    pub fn verify(&self, hub: &Slug, key: &HubKeyId) -> Result<Head, LedgerError> {
        if self.0.len() > MOST_BYTES {
            return Err(LedgerError::BadCheckpoint);
        }
        let origin = origin(hub);
        let note = Note::from_bytes(self.0.as_bytes()).map_err(|_| LedgerError::BadCheckpoint)?;
        let verifier = Verifying {
            id: key_id(&origin, key),
            origin: origin.clone(),
            key: *key,
        };
        note.verify(&VerifierList::new(vec![Box::new(verifier)]))
            .map_err(|_| LedgerError::BadCheckpoint)?;
        let checkpoint = Checkpoint::from_bytes(note.text()).map_err(|_| LedgerError::BadCheckpoint)?;
        if checkpoint.origin() != origin {
            return Err(LedgerError::BadCheckpoint);
        }
        Ok(Head {
            size: checkpoint.size(),
            root: (*checkpoint.hash()).into(),
        })
    }
}

/// Ed25519 in a signed note's key.
const ED25519: u8 = 1;

fn key_id(origin: &str, key: &HubKeyId) -> u32 {
    signed_note::key_id(origin, &[&[ED25519], key.bytes().as_slice()].concat())
}

struct Signing<'k> {
    origin: String,
    id: u32,
    key: &'k HubKey,
}

impl Signer for Signing<'_> {
    fn name(&self) -> &str {
        &self.origin
    }

    fn key_id(&self) -> u32 {
        self.id
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, signature::Error> {
        Ok(self.key.sign(message).to_vec())
    }
}

struct Verifying {
    origin: String,
    id: u32,
    key: HubKeyId,
}

impl Verifier for Verifying {
    fn name(&self) -> &str {
        &self.origin
    }

    fn key_id(&self) -> u32 {
        self.id
    }

    fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        signature
            .try_into()
            .is_ok_and(|signature| self.key.verify(message, &signature).is_ok())
    }
}
