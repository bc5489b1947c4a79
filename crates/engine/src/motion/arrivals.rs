//! What the keeper committed, on its way to the judge: from memory, since to read it back costs more than to judge it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use earnest_domain::{device::DeviceId, sample::Sample};
use tokio::sync::Notify;

/// The most samples of a device that wait in memory: 1.5 MB, three minutes of six axes at 50 Hz. A judge who is further behind reads
/// the vault, which has them all.
pub(super) const MOST: usize = 65_536;

/// Which devices have samples that nobody has judged.
#[derive(Debug, Clone, Default)]
pub(crate) struct Arrivals(Arc<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    devices: Mutex<BTreeMap<DeviceId, Arrived>>,
    bell: Notify,
}

/// What arrived from a device since the judge last looked.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Arrived {
    /// These, message by message.
    Samples(Vec<Sample>),
    /// More than fits, or what nobody told of: it is in the vault.
    Unknown,
}

impl Arrivals {
    /// These samples were stored together, and were not there before. They are told of together, too: a judge who saw the
    /// accelerations of a moment alone would take the other sensor for silent.
    pub(crate) fn tell(&self, group: impl IntoIterator<Item = (DeviceId, Vec<Sample>)>) {
        let mut devices = self.devices();
        for (device, samples) in group {
            if samples.is_empty() {
                continue;
            }
            match devices.get_mut(&device) {
                Some(Arrived::Samples(before)) if before.len() + samples.len() <= MOST => before.extend(samples),
                Some(arrived) => *arrived = Arrived::Unknown,
                None => {
                    devices.insert(device, Arrived::Samples(samples));
                }
            }
        }
        drop(devices);
        self.0.bell.notify_one();
    }

    /// There may be samples of `device` that nobody told of.
    pub(super) fn tell_unknown(&self, device: DeviceId) {
        self.devices().insert(device, Arrived::Unknown);
        self.0.bell.notify_one();
    }

    pub(super) async fn next(&self) -> (DeviceId, Arrived) {
        loop {
            let next = self.devices().pop_first();
            match next {
                Some(next) => return next,
                None => self.0.bell.notified().await,
            }
        }
    }

    fn devices(&self) -> MutexGuard<'_, BTreeMap<DeviceId, Arrived>> {
        self.0.devices.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
