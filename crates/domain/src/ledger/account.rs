//! Where points come from and go to.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::Bytes32;
use crate::{canonical::Hex, consent::Slug, identity::PersonId};

/// An account of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// Where all points come from. It is below zero by what the hub has promised in all.
    Issuance,
    /// What a quest can still pay.
    Pool(Slug),
    /// A person's, for one award: a digest of who they are and of the entry's [`Opening`].
    Person(Hex<32>),
}

impl Account {
    /// The account of a person under an opening.
    ///
    /// BLAKE3 in its key derivation mode over the person's key and the opening: 32 random bytes hide who it is from whoever has every key.
    pub fn of(person: PersonId, opening: &Opening) -> Self {
        let mut hasher = blake3::Hasher::new_derive_key("earnest 2026-11-24 ledger account");
        hasher.update(person.bytes());
        hasher.update(&opening.0.0);
        Self::Person(Hex(*hasher.finalize().as_bytes()))
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Issuance => f.write_str("issuance"),
            Self::Pool(quest) => write!(f, "pool:{quest}"),
            Self::Person(digest) => write!(f, "person:{digest}"),
        }
    }
}

/// A text that names no account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an account is “issuance”, “pool:” and a quest, or “person:” and 64 hexadecimal digits")]
pub struct InvalidAccount;

impl FromStr for Account {
    type Err = InvalidAccount;

    fn from_str(text: &str) -> Result<Self, InvalidAccount> {
        match text.split_once(':') {
            None if text == "issuance" => Ok(Self::Issuance),
            Some(("pool", quest)) => quest.parse().map(Self::Pool).map_err(|_| InvalidAccount),
            Some(("person", digest)) => digest.parse().map(Self::Person).map_err(|_| InvalidAccount),
            _ => Err(InvalidAccount),
        }
    }
}

impl Serialize for Account {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// 32 random bytes of one entry that show whose account it is. The hub and the person have them; once both have forgotten them, nobody
/// can tell any more.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Opening(Bytes32);

impl Opening {
    /// From random bytes, given by the caller.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(Hex(bytes))
    }

    /// The bytes.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0.0
    }
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opening(***)")
    }
}
