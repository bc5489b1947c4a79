//! Who may publish: the devices' stored hashes, and access for replays that lasts as long as this run.

use std::{
    collections::HashMap,
    fmt,
    sync::{PoisonError, RwLock},
};

use earnest_domain::device::DeviceId;
use earnest_wearables::links::mqtt::credentials::{Password, PasswordHash, Verifier};

/// Who may publish.
#[derive(Default)]
pub(crate) struct Credentials {
    verifier: Verifier,
    hashes: RwLock<HashMap<DeviceId, PasswordHash>>,
    replays: RwLock<HashMap<DeviceId, [u8; 32]>>,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Credentials(***)")
    }
}

impl Credentials {
    /// Lets a device in with the password of this hash.
    pub(crate) fn admit(&self, device: DeviceId, hash: PasswordHash) {
        self.hashes
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(device, hash);
    }

    /// Lets a replay in as `device` until this run ends. A newer replay's access replaces it.
    pub(crate) fn admit_replay(&self, device: DeviceId, password: &Password) {
        let digest = digest(password.expose().as_bytes());
        self.replays
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(device, digest);
    }

    /// The device of a user name and a password, if they are right.
    pub(crate) async fn login(&self, user: &str, password: &[u8]) -> Option<DeviceId> {
        let device: Option<DeviceId> = user.parse().ok();
        let (hash, replay) = match &device {
            Some(device) => (
                self.hashes
                    .read()
                    .unwrap_or_else(PoisonError::into_inner)
                    .get(device)
                    .cloned(),
                self.replays
                    .read()
                    .unwrap_or_else(PoisonError::into_inner)
                    .get(device)
                    .copied(),
            ),
            None => (None, None),
        };
        // A replay's password has 120 random bits of its own and is never stored, so one fast digest is enough for it.
        let by_replay = replay.is_some_and(|known| blake3::Hash::from(known) == blake3::Hash::from(digest(password)));
        if by_replay || self.verifier.verify(hash.as_ref(), password).await {
            device
        } else {
            None
        }
    }
}

fn digest(password: &[u8]) -> [u8; 32] {
    blake3::derive_key("earnest 2026-11-22 replay password", password)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[tokio::test]
    async fn a_replay_gets_in_beside_the_device_and_nobody_else_does() {
        let credentials = Credentials::default();
        let device: DeviceId = "wearable-01".parse().unwrap();
        let (own, replay) = (Password::from_random([1; 15]), Password::from_random([2; 15]));
        credentials.admit(device.clone(), PasswordHash::new(&own, [3; 16]).unwrap());
        assert_eq!(
            credentials.login("wearable-01", replay.expose().as_bytes()).await,
            None,
            "no replay was let in yet"
        );
        credentials.admit_replay(device.clone(), &replay);
        assert_eq!(
            credentials.login("wearable-01", own.expose().as_bytes()).await,
            Some(device.clone())
        );
        assert_eq!(
            credentials.login("wearable-01", replay.expose().as_bytes()).await,
            Some(device)
        );
        assert_eq!(credentials.login("wearable-02", own.expose().as_bytes()).await, None);
        assert_eq!(credentials.login("no id!", b"").await, None);
    }
}
