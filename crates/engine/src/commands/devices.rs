//! The wearables: which are paired, and which of them is healthy.

use std::{collections::BTreeMap, net::SocketAddr};

use earnest_domain::{
    activity::Activity,
    device::{DeviceId, DeviceKind},
    rejection::RejectionReason,
    stream::Stream,
    time::{Span, Timestamp},
    verdict::Permille,
};
use earnest_vault::{Device, Rejected, Total};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Nothing;
use crate::{Engine, EngineError, reach::reached_at};

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
    pub windows: BTreeMap<Activity, u64>,
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

/// Windows that the strip of a device shows.
const RECENT: u32 = 60;
/// A device that was heard within this time is listening.
const SILENT_AFTER: Span = Span::from_seconds(10);

impl Engine {
    /// Every device, with its health and what was refused of it.
    pub(super) async fn devices(&self, _: Nothing) -> Result<DeviceList, EngineError> {
        let now = self.now();
        let totals = self.vault().totals().await?;
        let rejected = self.vault().rejections().await?;
        let paired = self.vault().devices().await?;
        let mut devices = Vec::with_capacity(paired.len());
        for device in &paired {
            devices.push(self.device_view(device, &totals, &rejected, now).await?);
        }
        devices.sort_by_key(|device| std::cmp::Reverse(device.paired_at));
        let is_stranger = |rejected: &&Rejected| !paired.iter().any(|device| rejected.device.as_ref() == Some(&device.id));
        let address = self.mqtt_addr();
        Ok(DeviceList {
            now,
            devices,
            strangers: rejected.iter().filter(is_stranger).map(RejectionView::from).collect(),
            endpoint: EndpointView {
                host: reachable_host(address),
                port: address.port(),
            },
        })
    }

    async fn device_view(
        &self,
        device: &Device,
        totals: &[Total],
        rejected: &[Rejected],
        now: Timestamp,
    ) -> Result<DeviceView, EngineError> {
        let totals: Vec<&Total> = totals.iter().filter(|total| total.device == device.id).collect();
        let mut rejections: Vec<RejectionView> = rejected
            .iter()
            .filter(|rejected| rejected.device.as_ref() == Some(&device.id))
            .map(RejectionView::from)
            .collect();
        rejections.sort_by_key(|rejection| std::cmp::Reverse(rejection.last_at));
        let connected = self.presence().is_connected(&device.id);
        // What was heard in an earlier run is known by the device's own clock alone.
        let last_seen = self
            .presence()
            .last_heard(&device.id)
            .or_else(|| totals.iter().map(|total| total.last_time).max());
        let heard_lately = self
            .presence()
            .last_heard(&device.id)
            .is_some_and(|heard| now.since(heard) < SILENT_AFTER);
        let sample_running = device.replay.as_ref().map(|replay| replay.running);
        let health = if self.presence().was_refused(&device.id) {
            Health::Refused
        } else if heard_lately {
            Health::Listening
        } else if sample_running == Some(false) {
            Health::Resting
        } else if totals.is_empty() {
            Health::Waiting
        } else {
            Health::Silent
        };
        let recent = self.vault().recent_windows(&device.id, RECENT).await?;
        Ok(DeviceView {
            id: device.id.clone(),
            name: device.name.clone(),
            kind: device.kind,
            paired_at: device.paired_at,
            health,
            connected,
            last_seen,
            samples: totals.iter().map(|total| total.samples).sum(),
            streams: Stream::ALL
                .into_iter()
                .filter_map(|stream| stream_view(stream, &totals))
                .collect(),
            windows: self.vault().window_counts(Some(&device.id)).await?,
            recent: recent
                .iter()
                .map(|window| RecentWindow {
                    start: window.start,
                    label: window.label,
                    score: window.score,
                })
                .collect(),
            rejections,
            topic: topic(&device.id),
            sample_running,
        })
    }
}

impl From<&Rejected> for RejectionView {
    fn from(rejected: &Rejected) -> Self {
        Self {
            reason: rejected.reason,
            count: rejected.times,
            last_at: rejected.last_at,
            detail: rejected.last_detail.clone(),
        }
    }
}

fn stream_view(stream: Stream, totals: &[&Total]) -> Option<StreamView> {
    let channels: Vec<&&Total> = totals.iter().filter(|total| total.channel.stream() == stream).collect();
    let last_time = channels.iter().map(|total| total.last_time).max()?;
    let last_value = match channels.as_slice() {
        [one] => one.last_value,
        axes => axes.iter().map(|axis| axis.last_value * axis.last_value).sum::<f32>().sqrt(),
    };
    Some(StreamView {
        stream,
        unit: stream.ucum().to_owned(),
        samples: channels.iter().map(|total| total.samples).sum(),
        last_value: Some(last_value),
        last_time: Some(last_time),
    })
}

/// Where a device publishes.
pub(super) fn topic(device: &DeviceId) -> String {
    format!("earnest/{device}/senml")
}

/// The address that a device is told: one that it reaches from the network, where there is one.
pub(super) fn reachable_host(address: SocketAddr) -> String {
    reached_at(address).first().unwrap_or(&address).ip().to_string()
}
