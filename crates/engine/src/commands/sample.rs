//! The sample wearable: pairing it, pausing it, letting it go on.

use earnest_domain::device::{DeviceId, DeviceKind};
use earnest_vault::{Device, Replay};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Nothing, devices::DeviceList};
use crate::{Engine, EngineError, events::Event, sample_wearable};

/// Pairs the sample wearable.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct PairSample {
    /// How many times faster than life it plays; 1 when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub speed: Option<u32>,
}

/// Pauses the sample wearable, or lets it go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SetSampleRunning {
    /// Which one.
    pub device: DeviceId,
    /// On or off.
    pub running: bool,
}

impl Engine {
    /// Pairs the sample wearable, which replays a recording, and starts it. Paired already, it plays from the beginning again.
    pub(super) async fn pair_sample(&self, request: PairSample) -> Result<DeviceList, EngineError> {
        let speed = request.speed.unwrap_or(1).clamp(1, sample_wearable::FASTEST);
        let players = self.players()?;
        let now = self.now();
        // A replay that is faster than life would reach into the future: it starts so far back that it ends now.
        let start = if speed == 1 { now } else { now.minus(players.length()) };
        let replay = Replay {
            start,
            speed,
            running: true,
        };
        let known = self
            .vault()
            .devices()
            .await?
            .into_iter()
            .find(|device| device.kind == DeviceKind::Sample);
        let id = if let Some(device) = known {
            self.vault().set_replay(&device.id, replay).await?;
            device.id
        } else {
            let id = DeviceId::random(DeviceKind::Sample, self.random().bytes()?);
            let device = Device {
                id: id.clone(),
                name: "Sample wearable".to_owned(),
                kind: DeviceKind::Sample,
                paired_at: now,
                credential: String::new(), // each replay gets its own access
                replay: Some(replay),
                judged_until: None,
            };
            self.vault().add_device(&device).await?;
            id
        };
        players.play(&id, replay);
        self.tell(Event::Devices);
        self.tell(Event::Today);
        self.devices(Nothing {}).await
    }

    /// Pauses the sample wearable, or lets it go on.
    pub(super) async fn set_sample_running(&self, request: SetSampleRunning) -> Result<DeviceList, EngineError> {
        let known = self
            .vault()
            .devices()
            .await?
            .into_iter()
            .find(|device| device.id == request.device);
        let Some(replay) = known.and_then(|device| device.replay) else {
            return Err(EngineError::UnknownDevice(request.device));
        };
        let replay = Replay {
            running: request.running,
            ..replay
        };
        self.vault().set_replay(&request.device, replay).await?;
        let players = self.players()?;
        if request.running {
            players.play(&request.device, replay);
        } else {
            players.pause(&request.device);
        }
        self.tell(Event::Devices);
        self.devices(Nothing {}).await
    }
}
