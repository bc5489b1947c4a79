//! What was turned away, counted by device and reason, so that the Devices screen can say how to mend it.

use earnest_domain::{
    device::DeviceId,
    rejection::{Rejection, RejectionReason},
    time::Timestamp,
};

use crate::{database::Vault, error::VaultError, stored};

/// How many names that were never paired are counted by name. Anyone on the network can invent more; they count as nobody's.
const MOST_STRANGERS: i64 = 64;

/// What was turned away of one device for one reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// The device, or the name that a stranger gave; `None` for nobody in particular.
    pub device: Option<DeviceId>,
    /// Why.
    pub reason: RejectionReason,
    /// How often.
    pub times: u64,
    /// When last.
    pub last_at: Timestamp,
    /// What it was the last time.
    pub last_detail: String,
}

impl Vault {
    /// Counts what was turned away since the last call, in one transaction.
    ///
    /// # Errors
    /// [`VaultError`] when it cannot be kept; nothing is counted then.
    pub async fn reject(&self, rejections: &[(Option<DeviceId>, Rejection)], now: Timestamp) -> Result<(), VaultError> {
        let mut writing = self.write().await?;
        for (device, rejection) in rejections {
            let mut name = device.as_ref().map_or("", DeviceId::as_str);
            let (known, strangers): (bool, i64) = sqlx::query_as(
                "SELECT EXISTS (SELECT 1 FROM devices WHERE id = ?1) OR EXISTS (SELECT 1 FROM rejections WHERE device = ?1), \
                 (SELECT count(DISTINCT device) FROM rejections WHERE device != '' AND device NOT IN (SELECT id FROM devices))",
            )
            .bind(name)
            .fetch_one(writing.connection())
            .await?;
            if !known && strangers >= MOST_STRANGERS {
                name = "";
            }
            sqlx::query(
                "INSERT INTO rejections (device, reason, times, last_at, last_detail) VALUES (?, ?, 1, ?, ?) \
                 ON CONFLICT (device, reason) DO UPDATE \
                 SET times = times + 1, last_at = excluded.last_at, last_detail = excluded.last_detail",
            )
            .bind(name)
            .bind(rejection.reason.code())
            .bind(now.micros())
            .bind(&rejection.detail)
            .execute(writing.connection())
            .await?;
        }
        writing.commit().await
    }

    /// What was turned away, the latest first.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn rejections(&self) -> Result<Vec<Rejected>, VaultError> {
        let rows: Vec<(String, String, i64, i64, String)> = sqlx::query_as(
            "SELECT device, reason, times, last_at, last_detail FROM rejections ORDER BY last_at DESC, device, reason",
        )
        .fetch_all(self.read())
        .await?;
        rows.into_iter()
            .map(|(device, reason, times, last_at, last_detail)| {
                Ok(Rejected {
                    device: if device.is_empty() { None } else { Some(stored::id(&device)?) },
                    reason: stored::named(&reason)?,
                    times: stored::count(times)?,
                    last_at: Timestamp::from_micros(last_at),
                    last_detail,
                })
            })
            .collect()
    }
}
