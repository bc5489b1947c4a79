//! Who is connected, and when each was last heard: true for this run alone, so it is not stored.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, PoisonError},
};

use earnest_domain::{device::DeviceId, time::Timestamp};

/// Who is connected, and when each was last heard.
#[derive(Debug, Default)]
pub(crate) struct Presence(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    connected: HashSet<DeviceId>,
    heard: HashMap<DeviceId, Timestamp>,
    refused: HashSet<DeviceId>,
}

impl Presence {
    fn known(&self) -> std::sync::MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn connection(&self, device: &DeviceId, up: bool) {
        let mut known = self.known();
        if up {
            known.connected.insert(device.clone());
        } else {
            known.connected.remove(device);
        }
    }

    /// Readings of the device were stored.
    pub(crate) fn heard(&self, device: &DeviceId, now: Timestamp) {
        let mut known = self.known();
        known.heard.insert(device.clone(), now);
        known.refused.remove(device);
    }

    /// The newest thing that the device sent was refused.
    pub(crate) fn refused(&self, device: &DeviceId) {
        self.known().refused.insert(device.clone());
    }

    pub(crate) fn is_connected(&self, device: &DeviceId) -> bool {
        self.known().connected.contains(device)
    }

    pub(crate) fn last_heard(&self, device: &DeviceId) -> Option<Timestamp> {
        self.known().heard.get(device).copied()
    }

    pub(crate) fn was_refused(&self, device: &DeviceId) -> bool {
        self.known().refused.contains(device)
    }
}
