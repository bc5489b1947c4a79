//! Access for a replay: a real client needs real credentials, and the node keeps only hashes of the device's own.

use earnest_domain::{device::DeviceId, time::Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Asks for access to publish as a paired device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct ReplayCredentials {
    /// Which device the replay speaks as.
    pub device: DeviceId,
}

/// Access for one replay; the password is forgotten when the node stops.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ReplayAccess {
    /// Where to connect.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// MQTT user name.
    pub username: String,
    /// MQTT password.
    pub password: String,
    /// Where to publish.
    pub topic: String,
    /// Now, by the engine's clock.
    pub now: Timestamp,
}

impl std::fmt::Debug for ReplayAccess {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReplayAccess").field("username", &self.username).field("password", &"***").finish_non_exhaustive()
    }
}
