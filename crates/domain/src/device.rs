//! The wearables that a person owns.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// A device's id, which is also its MQTT user name and a level of its topics: 1 to 64 of `a-z`, `0-9` and `-`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
pub struct DeviceId(String);

/// A text that is no device id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no device id: it takes 1 to 64 of a-z, 0-9 and -")]
pub struct InvalidDeviceId(pub String);

impl DeviceId {
    /// The id as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// A new id out of random bytes, given by the caller.
    ///
    /// It carries nothing of the name that the person chose: a receipt may name devices, and receipts leave the device.
    pub fn random(kind: DeviceKind, bytes: [u8; 5]) -> Self {
        let stem = match kind {
            DeviceKind::Mqtt => "wearable",
            DeviceKind::Sample => "sample",
        };
        Self(format!("{stem}-{}", hex::encode(bytes)))
    }
}

/// How a device came to Earnest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
#[serde(rename_all = "snake_case")]
pub enum DeviceKind {
    /// A wearable that speaks MQTT to the built-in endpoint.
    Mqtt,
    /// The sample wearable, which replays a recording.
    Sample,
}

impl DeviceKind {
    /// The name on the wire and in the vault.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Mqtt => "mqtt",
            Self::Sample => "sample",
        }
    }
}

impl fmt::Display for DeviceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for DeviceId {
    type Err = InvalidDeviceId;

    fn from_str(text: &str) -> Result<Self, InvalidDeviceId> {
        let sound = (1..=64).contains(&text.len())
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        if sound {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidDeviceId(text.chars().take(80).collect()))
        }
    }
}

impl TryFrom<String> for DeviceId {
    type Error = InvalidDeviceId;

    fn try_from(text: String) -> Result<Self, InvalidDeviceId> {
        text.parse()
    }
}

impl From<DeviceId> for String {
    fn from(id: DeviceId) -> Self {
        id.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_random_id_is_an_id() {
        let id = DeviceId::random(DeviceKind::Mqtt, [0x7f, 3, 0xa0, 0, 1]);
        assert_eq!(id.as_str(), "wearable-7f03a00001");
        assert_eq!(id.as_str().parse(), Ok(id));
    }

    #[test]
    fn an_id_cannot_reach_another_topic() {
        for text in ["", "a/b", "a+", "#", "A", "ü", &"a".repeat(65)] {
            assert!(text.parse::<DeviceId>().is_err(), "{text}");
        }
    }
}
