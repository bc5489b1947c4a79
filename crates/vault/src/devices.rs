//! The devices that were paired.

use earnest_domain::{
    device::{DeviceId, DeviceKind},
    time::Timestamp,
};

use crate::{database::Vault, error::VaultError, stored};

/// A device as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// Its id, which is its MQTT user name too.
    pub id: DeviceId,
    /// What the person calls it.
    pub name: String,
    /// How it came to Earnest.
    pub kind: DeviceKind,
    /// When.
    pub paired_at: Timestamp,
    /// The Argon2 hash of its password, as a PHC string.
    pub credential: String,
    /// The replay of a sample wearable; `None` for others, and before it was started.
    pub replay: Option<Replay>,
    /// Windows that start before this were judged; `None` before the first.
    pub judged_until: Option<Timestamp>,
}

/// How a sample wearable replays its recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replay {
    /// The instant that the recording's first reading gets.
    pub start: Timestamp,
    /// How many times faster than life it plays.
    pub speed: u32,
    /// Whether it goes on at the next start.
    pub running: bool,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    name: String,
    kind: String,
    paired_at: i64,
    credential: String,
    sample_start: Option<i64>,
    sample_speed: i64,
    sample_running: bool,
    judged_until: Option<i64>,
}

impl TryFrom<Row> for Device {
    type Error = VaultError;

    fn try_from(row: Row) -> Result<Self, VaultError> {
        Ok(Self {
            id: stored::id(&row.id)?,
            name: row.name,
            kind: stored::named(&row.kind)?,
            paired_at: Timestamp::from_micros(row.paired_at),
            credential: row.credential,
            replay: match row.sample_start {
                Some(start) => {
                    let speed = stored::narrow(row.sample_speed)?;
                    Some(Replay {
                        start: Timestamp::from_micros(start),
                        speed,
                        running: row.sample_running,
                    })
                }
                None => None,
            },
            judged_until: row.judged_until.map(Timestamp::from_micros),
        })
    }
}

impl Vault {
    /// Keeps a new device.
    ///
    /// # Errors
    /// [`VaultError::DeviceExists`] when the id is taken.
    pub async fn add_device(&self, device: &Device) -> Result<(), VaultError> {
        let mut writing = self.write().await?;
        let added = sqlx::query(
            "INSERT INTO devices (id, name, kind, paired_at, credential, sample_start, sample_speed, sample_running, judged_until) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING",
        )
        .bind(device.id.as_str())
        .bind(&device.name)
        .bind(device.kind.name())
        .bind(device.paired_at.micros())
        .bind(&device.credential)
        .bind(device.replay.map(|replay| replay.start.micros()))
        .bind(device.replay.map_or(1, |replay| replay.speed))
        .bind(device.replay.is_some_and(|replay| replay.running))
        .bind(device.judged_until.map(Timestamp::micros))
        .execute(writing.connection())
        .await?;
        if added.rows_affected() == 0 {
            return Err(VaultError::DeviceExists(device.id.clone()));
        }
        *writing.standing() = None; // it knows one device fewer
        writing.commit().await
    }

    /// The devices, in the order in which they were paired.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn devices(&self) -> Result<Vec<Device>, VaultError> {
        self.show_held().await; // how far they are judged
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, name, kind, paired_at, credential, sample_start, sample_speed, sample_running, judged_until FROM devices ORDER BY number",
        )
        .fetch_all(self.read())
        .await?;
        rows.into_iter().map(Device::try_from).collect()
    }

    /// Gives a device another name.
    ///
    /// # Errors
    /// [`VaultError::UnknownDevice`] when there is none of that id.
    pub async fn rename_device(&self, id: &DeviceId, name: &str) -> Result<(), VaultError> {
        let mut writing = self.write().await?;
        let done = sqlx::query("UPDATE devices SET name = ? WHERE id = ?")
            .bind(name)
            .bind(id.as_str())
            .execute(writing.connection())
            .await?;
        found(done.rows_affected(), id)?;
        writing.commit().await
    }

    /// Gives a device another password.
    ///
    /// # Errors
    /// [`VaultError::UnknownDevice`] when there is none of that id.
    pub async fn set_credential(&self, id: &DeviceId, credential: &str) -> Result<(), VaultError> {
        let mut writing = self.write().await?;
        let done = sqlx::query("UPDATE devices SET credential = ? WHERE id = ?")
            .bind(credential)
            .bind(id.as_str())
            .execute(writing.connection())
            .await?;
        found(done.rows_affected(), id)?;
        writing.commit().await
    }

    /// Notes where a sample wearable's replay starts, and whether it runs.
    ///
    /// # Errors
    /// [`VaultError::UnknownDevice`] when there is none of that id.
    pub async fn set_replay(&self, id: &DeviceId, replay: Replay) -> Result<(), VaultError> {
        let mut writing = self.write().await?;
        let done = sqlx::query("UPDATE devices SET sample_start = ?, sample_speed = ?, sample_running = ? WHERE id = ?")
            .bind(replay.start.micros())
            .bind(replay.speed)
            .bind(replay.running)
            .bind(id.as_str())
            .execute(writing.connection())
            .await?;
        found(done.rows_affected(), id)?;
        writing.commit().await
    }
}

fn found(rows: u64, id: &DeviceId) -> Result<(), VaultError> {
    if rows == 0 {
        Err(VaultError::UnknownDevice(id.clone()))
    } else {
        Ok(())
    }
}
