//! Windows that go to the disk with the next change.
//!
//! A commit costs the same whether it keeps one thing or ten, and a steady wearable has its next messages committed within seconds
//! anyway. A window that is lost with the process is no loss: it is cut from samples that are on the disk, and is cut from them again,
//! the same to the bit. Whoever asks the vault about windows has them written first, so nobody sees that they waited.

use std::sync::{Mutex, MutexGuard, PoisonError};

use earnest_domain::{activity::Window, contribution::Fingerprint, device::DeviceId, time::Timestamp};

use super::insert_windows;
use crate::{
    database::{Gathering, Vault},
    error::VaultError,
    samples::Standing,
};

/// What was judged and is not written.
#[derive(Default)]
pub(crate) struct Held(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    judged: Vec<Judged>,
    /// The number of the newest.
    newest: u64,
}

/// Windows of a device, and how far it is judged with them.
struct Judged {
    number: u64,
    device: DeviceId,
    windows: Vec<(Window, Fingerprint)>,
    until: Timestamp,
}

impl Held {
    fn all(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds what is held to a change; says up to which number, for [`Self::written`] once it is committed.
    pub(crate) fn join(&self, gathering: &mut Gathering<'_>, standing: &mut Standing) -> Result<u64, VaultError> {
        let held = self.all();
        for Judged {
            device, windows, until, ..
        } in &held.judged
        {
            let Some(number) = standing.number(device) else { continue };
            gathering.statement("UPDATE devices SET judged_until = max(coalesce(judged_until, ?), ?) WHERE number = ?".to_owned());
            gathering.bind(until.micros())?;
            gathering.bind(until.micros())?;
            gathering.bind(number)?;
            insert_windows(gathering, number, windows)?;
            standing.judged(device, *until);
        }
        Ok(held.newest)
    }

    /// Forgets what is on the disk. By number: another change may have written and forgotten some of it meanwhile.
    pub(crate) fn written(&self, upto: u64) {
        self.all().judged.retain(|judged| judged.number > upto);
    }
}

impl Vault {
    /// Records judged windows of a device, and how far it is judged now, in one transaction. A window that is there already stays
    /// as it is, and the cursor never goes back: judging again after a crash changes nothing.
    ///
    /// They are on the disk with the next samples, or as soon as anybody asks about windows; the vault behaves as if they were now.
    ///
    /// # Errors
    /// [`VaultError::UnknownDevice`] when there is none of that id; nothing is recorded then.
    pub async fn record_windows(
        &self,
        device: &DeviceId,
        windows: &[(Window, Fingerprint)],
        judged_until: Timestamp,
    ) -> Result<(), VaultError> {
        if self.standing(|standing| standing.number(device)).await?.is_none() {
            return Err(VaultError::UnknownDevice(device.clone()));
        }
        let mut held = self.held().all();
        held.newest += 1;
        let number = held.newest;
        held.judged.push(Judged {
            number,
            device: device.clone(),
            windows: windows.to_vec(),
            until: judged_until,
        });
        Ok(())
    }

    /// Writes what is held, for somebody who reads. Where nothing can be written, they see what was judged before.
    pub(crate) async fn show_held(&self) {
        if let Err(error) = self.write_held().await {
            tracing::debug!(%error, "the newest windows are not written yet");
        }
    }

    /// Writes what is held, if anything is.
    pub(crate) async fn write_held(&self) -> Result<(), VaultError> {
        if self.held().all().judged.is_empty() {
            return Ok(());
        }
        let mut gathering = self.gather().await?;
        let mut standing = gathering.take_standing().await?;
        let joined = self.held().join(&mut gathering, &mut standing)?;
        gathering.commit(standing).await?;
        self.held().written(joined);
        Ok(())
    }
}
