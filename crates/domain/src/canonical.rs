//! One way to turn a record into bytes, so that ids and signatures agree everywhere.
//!
//! Canonical bytes are compact JSON with the fields in the order in which the type declares them. Signed types hold no floats and
//! no maps with unordered keys, so that one value has one encoding.

use std::fmt;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// The canonical bytes of a record.
pub(crate) fn bytes<T: Serialize>(record: &T) -> Vec<u8> {
    // Our records have string keys and no failing `Serialize`; an empty vector would verify against nothing.
    serde_json::to_vec(record).unwrap_or_default()
}

/// What a digest is of, so that no two kinds of record can share one.
pub(crate) trait Context {
    /// The context of BLAKE3's key derivation mode: globally unique, hard-coded, with a date.
    const CONTEXT: &'static str;
}

/// The BLAKE3 digest of a record, within its context: the same content has the same id on every machine.
pub(crate) fn digest<C: Context, T: Serialize>(record: &T) -> [u8; 32] {
    blake3::derive_key(C::CONTEXT, &bytes(record))
}

/// Bytes that travel as lower-case hexadecimal of exactly `N` bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hex<const N: usize>(pub [u8; N]);

/// A text that is not `N` bytes of hexadecimal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected {expected} hexadecimal digits")]
pub struct InvalidHex {
    /// How many digits it takes.
    pub expected: usize,
}

impl<const N: usize> std::str::FromStr for Hex<N> {
    type Err = InvalidHex;

    fn from_str(text: &str) -> Result<Self, InvalidHex> {
        let mut bytes = [0; N];
        // Upper case would give one id two spellings.
        if text.len() != 2 * N
            || text.bytes().any(|byte| byte.is_ascii_uppercase())
            || hex::decode_to_slice(text, &mut bytes).is_err()
        {
            return Err(InvalidHex { expected: 2 * N });
        }
        Ok(Self(bytes))
    }
}

impl<const N: usize> fmt::Display for Hex<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl<const N: usize> fmt::Debug for Hex<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<const N: usize> Serialize for Hex<N> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(self.0))
    }
}

impl<'de, const N: usize> Deserialize<'de> for Hex<N> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// Declares an id: 32 bytes, hexadecimal on the wire.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize, ts_rs::TS)]
        #[serde(transparent)]
        #[ts(type = "string")]
        pub struct $name(pub(crate) crate::canonical::Hex<32>);

        impl $name {
            /// The bytes of the id.
            pub const fn bytes(&self) -> &[u8; 32] {
                &self.0.0
            }

            /// The first eight digits: enough for a person to tell two apart.
            pub fn short(&self) -> String {
                self.to_string().chars().take(8).collect()
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::canonical::InvalidHex;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    };
}
pub(crate) use id;

/// Reads a record and refuses what is not in canonical form, so that a stored record always verifies again.
pub(crate) fn read<T: Serialize + DeserializeOwned>(text: &[u8]) -> Option<T> {
    let record: T = serde_json::from_slice(text).ok()?;
    (bytes(&record) == text).then_some(record)
}
