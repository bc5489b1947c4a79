//! How domain values look in a column, both ways. What cannot be read back is a damaged vault, never a panic.

use std::str::FromStr;

use serde::{Serialize, de::DeserializeOwned, de::IntoDeserializer};

use crate::error::VaultError;

/// The wire name of a value of an enumeration.
pub(crate) fn name<T: Serialize>(value: &T) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        _ => String::new(),
    }
}

/// The value of a wire name.
pub(crate) fn named<T: DeserializeOwned>(name: &str) -> Result<T, VaultError> {
    let deserializer: serde::de::value::StrDeserializer<'_, serde::de::value::Error> = name.into_deserializer();
    T::deserialize(deserializer).map_err(|error| VaultError::corrupt(error.to_string()))
}

/// An id as it was written.
pub(crate) fn id<T: FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, VaultError> {
    text.parse().map_err(|error: T::Err| VaultError::corrupt(error.to_string()))
}

/// A record as JSON.
pub(crate) fn json<T: Serialize>(record: &T) -> Result<String, VaultError> {
    serde_json::to_string(record).map_err(|error| VaultError::corrupt(error.to_string()))
}

/// The record of a JSON text.
pub(crate) fn from_json<T: DeserializeOwned>(text: &str) -> Result<T, VaultError> {
    serde_json::from_str(text).map_err(|error| VaultError::corrupt(error.to_string()))
}

/// A count, which SQLite holds as a signed number.
pub(crate) fn count(number: i64) -> Result<u64, VaultError> {
    u64::try_from(number).map_err(|_| VaultError::corrupt("a count is negative"))
}

/// A number that was stored from a narrower type.
pub(crate) fn narrow<T: TryFrom<i64>>(number: i64) -> Result<T, VaultError> {
    T::try_from(number).map_err(|_| VaultError::corrupt(format!("{number} is out of range")))
}

/// A count as SQLite holds it. Nothing here ever counts to 2^63.
pub(crate) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
