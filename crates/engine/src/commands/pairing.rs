//! Pairing a wearable that speaks MQTT, and what can be changed of it afterwards.

use earnest_domain::device::{DeviceId, DeviceKind};
use earnest_vault::{Device, VaultError};
use earnest_wearables::links::mqtt::credentials::{Password, PasswordHash};
use fast_qr::convert::svg::SvgBuilder;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{
    Nothing,
    devices::{DeviceList, reachable_host, topic},
    person::named,
};
use crate::{Engine, EngineError, events::Event};

/// Pairs a wearable that speaks MQTT.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PairMqtt {
    /// What the person calls it: 1 to 60 characters.
    pub name: String,
}

/// Everything a device needs; the password is shown once and kept only as a hash.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Pairing {
    /// The device's id.
    pub device: DeviceId,
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
    /// The same as a QR code: an SVG image of a JSON object with these fields.
    pub qr_svg: String,
}

impl std::fmt::Debug for Pairing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pairing")
            .field("device", &self.device)
            .field("password", &"***")
            .finish_non_exhaustive()
    }
}

/// Gives a device another name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RenameDevice {
    /// Which one.
    pub device: DeviceId,
    /// What the person calls it: 1 to 60 characters.
    pub name: String,
}

/// Gives a device another password.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct RenewCredential {
    /// Which one.
    pub device: DeviceId,
}

impl Engine {
    /// Pairs a wearable that speaks MQTT: makes its credentials, shown once.
    pub(super) async fn pair_mqtt(&self, request: PairMqtt) -> Result<Pairing, EngineError> {
        let name = named(&request.name)?;
        let id = DeviceId::random(DeviceKind::Mqtt, self.random().bytes()?);
        let password = Password::from_random(self.random().bytes()?);
        let hash = self.hashed(&password).await?;
        let device = Device {
            id: id.clone(),
            name,
            kind: DeviceKind::Mqtt,
            paired_at: self.now(),
            credential: hash.as_str().to_owned(),
            replay: None,
            judged_until: None,
        };
        self.vault().add_device(&device).await?;
        self.credentials().admit(id.clone(), hash);
        self.tell(Event::Devices);
        self.tell(Event::Today);
        self.pairing(id, &password)
    }

    /// Gives a device another name.
    pub(super) async fn rename_device(&self, request: RenameDevice) -> Result<DeviceList, EngineError> {
        let name = named(&request.name)?;
        let renamed = self.vault().rename_device(&request.device, &name).await;
        renamed.map_err(|error| match error {
            VaultError::UnknownDevice(device) => EngineError::UnknownDevice(device),
            error => error.into(),
        })?;
        self.tell(Event::Devices);
        self.devices(Nothing {}).await
    }

    /// Gives a device another password, shown once. The one it had opens nothing from now on; what is connected by it stays until it
    /// goes.
    pub(super) async fn renew_credential(&self, request: RenewCredential) -> Result<Pairing, EngineError> {
        let known = self.vault().devices().await?;
        let known = known.into_iter().find(|device| device.id == request.device);
        let id = match known {
            Some(device) if device.kind == DeviceKind::Mqtt => device.id,
            Some(_) => return Err(EngineError::NoPassword),
            None => return Err(EngineError::UnknownDevice(request.device)),
        };
        let password = Password::from_random(self.random().bytes()?);
        let hash = self.hashed(&password).await?;
        self.vault().set_credential(&id, hash.as_str()).await?;
        self.credentials().admit(id.clone(), hash);
        self.disconnect(&id);
        self.pairing(id, &password)
    }

    fn pairing(&self, device: DeviceId, password: &Password) -> Result<Pairing, EngineError> {
        let address = self.mqtt_addr();
        let mut pairing = Pairing {
            host: reachable_host(address),
            port: address.port(),
            username: device.to_string(),
            password: password.expose().to_owned(),
            topic: topic(&device),
            device,
            qr_svg: String::new(),
        };
        pairing.qr_svg = qr_svg(&pairing)?;
        Ok(pairing)
    }

    async fn hashed(&self, password: &Password) -> Result<PasswordHash, EngineError> {
        let (password, salt) = (password.clone(), self.random().bytes()?);
        let hash = tokio::task::spawn_blocking(move || PasswordHash::new(&password, salt)).await;
        hash.map_err(|_| EngineError::Closing)?
            .map_err(|error| EngineError::Credentials(error.to_string()))
    }
}

/// What a phone or a watch scans: the pairing as JSON.
fn qr_svg(pairing: &Pairing) -> Result<String, EngineError> {
    let text = serde_json::json!({
        "host": pairing.host,
        "port": pairing.port,
        "username": pairing.username,
        "password": pairing.password,
        "topic": pairing.topic,
    });
    let code = fast_qr::QRBuilder::new(text.to_string())
        .build()
        .map_err(|error| EngineError::Credentials(error.to_string()))?;
    Ok(SvgBuilder::default().to_str(&code))
}
