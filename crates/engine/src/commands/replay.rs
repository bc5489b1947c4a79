//! Access for a replay: a real client needs real credentials, and the node keeps only hashes of the device's own.

use earnest_domain::{device::DeviceId, time::Timestamp};
use earnest_wearables::links::mqtt::credentials::Password;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::{Engine, EngineError};

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
        f.debug_struct("ReplayAccess")
            .field("username", &self.username)
            .field("password", &"***")
            .finish_non_exhaustive()
    }
}

impl Engine {
    /// Access for one replay through the endpoint, valid until the node stops.
    pub(super) async fn replay_credentials(&self, request: ReplayCredentials) -> Result<ReplayAccess, EngineError> {
        let device = request.device;
        if !self.vault().devices().await?.iter().any(|paired| paired.id == device) {
            return Err(EngineError::UnknownDevice(device));
        }
        let password = Password::from_random(self.random().bytes()?);
        self.credentials().admit_replay(device.clone(), &password);
        let address = self.mqtt_addr();
        // The replay runs on this machine, whatever the endpoint listens on.
        let host = if address.ip().is_unspecified() {
            "127.0.0.1".to_owned()
        } else {
            address.ip().to_string()
        };
        Ok(ReplayAccess {
            host,
            port: address.port(),
            username: device.to_string(),
            password: password.expose().to_owned(),
            topic: format!("earnest/{device}/senml"),
            now: self.now(),
        })
    }
}
