//! The wearables: pair them, and see which of them is healthy.

use std::collections::BTreeMap;

use earnest_domain::{
    device::{DeviceId, DeviceKind},
    rejection::RejectionReason,
    stream::Stream,
    time::Timestamp,
    verdict::{Activity, Permille},
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Everything that the Devices screen shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct DeviceList {
    /// Now, by the engine's clock.
    pub now: Timestamp,
    /// The paired devices, the newest first.
    pub devices: Vec<DeviceView>,
    /// What was refused of callers that are no paired device.
    pub strangers: Vec<RejectionView>,
    /// Where devices reach the endpoint.
    pub endpoint: EndpointView,
}

/// Where devices reach the built-in MQTT endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct EndpointView {
    /// Address of the interface.
    pub host: String,
    /// TCP port.
    pub port: u16,
}

/// One device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct DeviceView {
    /// Its id, and its MQTT user name.
    pub id: DeviceId,
    /// What the person calls it.
    pub name: String,
    /// How it came.
    pub kind: DeviceKind,
    /// When it was paired.
    pub paired_at: Timestamp,
    /// Health at a glance.
    pub health: Health,
    /// Whether it is connected now.
    pub connected: bool,
    /// When its newest reading arrived here; `null` before the first.
    pub last_seen: Option<Timestamp>,
    /// Values stored, in all.
    pub samples: u64,
    /// By stream.
    pub streams: Vec<StreamView>,
    /// What the activity check made of it, windows by label.
    pub windows: BTreeMap<Activity, u32>,
    /// The newest windows, the oldest of them first, at most 60.
    pub recent: Vec<RecentWindow>,
    /// What was refused, and why.
    pub rejections: Vec<RejectionView>,
    /// The topic that it publishes to.
    pub topic: String,
    /// For the sample wearable: whether its replay is on.
    pub sample_running: Option<bool>,
}

/// Health at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Health {
    /// Paired, nothing heard yet.
    Waiting,
    /// Readings arrive.
    Listening,
    /// It was heard before, and is silent now.
    Silent,
    /// The newest of what it sent was refused.
    Refused,
    /// The sample wearable has played its recording to the end, or is paused.
    Resting,
}

/// One stream of a device.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct StreamView {
    /// What is measured.
    pub stream: Stream,
    /// In which unit (UCUM).
    pub unit: String,
    /// Values stored.
    pub samples: u64,
    /// The newest value: of three axes, the length of the vector.
    pub last_value: Option<f32>,
    /// Its time, by the device's clock.
    pub last_time: Option<Timestamp>,
}

/// A judged window, for the strip that shows what a device has seen lately.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RecentWindow {
    /// When it starts.
    pub start: Timestamp,
    /// What it was.
    pub label: Activity,
    /// How sure the check was.
    pub score: Permille,
}

/// What was refused, counted by reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct RejectionView {
    /// Why.
    pub reason: RejectionReason,
    /// How often.
    pub count: u64,
    /// The last time.
    pub last_at: Timestamp,
    /// Where and what, the last time.
    pub detail: String,
}

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
        f.debug_struct("Pairing").field("device", &self.device).field("password", &"***").finish_non_exhaustive()
    }
}

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
