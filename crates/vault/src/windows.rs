//! The windows of motion that were judged.

mod held;

use std::collections::BTreeMap;

use earnest_domain::{
    activity::{Activity, Window},
    contribution::{CapturedWindow, Fingerprint},
    device::DeviceId,
    time::{Span, Timestamp},
    verdict::Permille,
};

use sqlx::AssertSqlSafe;

pub(crate) use self::held::Held;
use crate::{
    database::{Gathering, Vault},
    error::VaultError,
    samples::insert,
    stored,
};

#[derive(sqlx::FromRow)]
struct Row {
    device: String,
    start: i64,
    length: i64,
    label: String,
    score: i64,
    reason: String,
    fingerprint: Vec<u8>,
}

impl TryFrom<Row> for CapturedWindow {
    type Error = VaultError;

    fn try_from(row: Row) -> Result<Self, VaultError> {
        let window = Window {
            start: Timestamp::from_micros(row.start),
            length: Span::from_micros(row.length),
            label: stored::named(&row.label)?,
            score: Permille::new(stored::narrow(row.score)?),
            reason: stored::named(&row.reason)?,
        };
        Ok(Self {
            device: stored::id(&row.device)?,
            window,
            fingerprint: fingerprint(row.fingerprint)?,
        })
    }
}

/// Of a stored column.
pub(crate) fn fingerprint(bytes: Vec<u8>) -> Result<Fingerprint, VaultError> {
    bytes
        .try_into()
        .map(Fingerprint::from_bytes)
        .map_err(|_| VaultError::corrupt("a fingerprint is cut off"))
}

impl Vault {
    /// Records windows of what came late; a window that is there already stays as it is.
    ///
    /// # Errors
    /// [`VaultError::UnknownDevice`] when there is none of that id; nothing is recorded then.
    pub async fn record_late_windows(&self, device: &DeviceId, windows: &[(Window, Fingerprint)]) -> Result<(), VaultError> {
        let mut gathering = self.gather().await?;
        let standing = gathering.take_standing().await?;
        let Some(number) = standing.number(device) else {
            gathering.leave(standing);
            return Err(VaultError::UnknownDevice(device.clone()));
        };
        insert_windows(&mut gathering, number, windows)?;
        gathering.commit(standing).await
    }

    /// What came late from a device and is not judged: the earliest and the latest instant of each message, and a number for
    /// [`Self::late_is_judged`].
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn late(&self, device: &DeviceId) -> Result<(Vec<(Timestamp, Timestamp)>, i64), VaultError> {
        let rows: Vec<(i64, i64, i64)> = sqlx::query_as(
            "SELECT late.number, first, last FROM late JOIN devices ON devices.number = late.device WHERE id = ? ORDER BY late.number",
        )
        .bind(device.as_str())
        .fetch_all(self.read())
        .await?;
        let upto = rows.last().map_or(0, |(number, _, _)| *number);
        let span = |(_, first, last): (i64, i64, i64)| (Timestamp::from_micros(first), Timestamp::from_micros(last));
        Ok((rows.into_iter().map(span).collect(), upto))
    }

    /// Notes that what [`Self::late`] told with this number is judged. What came later than that stays noted.
    ///
    /// # Errors
    /// [`VaultError`] when it cannot be written; it is judged again then, which changes nothing.
    pub async fn late_is_judged(&self, device: &DeviceId, upto: i64) -> Result<(), VaultError> {
        let mut writing = self.write().await?;
        sqlx::query("DELETE FROM late WHERE device = (SELECT number FROM devices WHERE id = ?) AND number <= ?")
            .bind(device.as_str())
            .bind(upto)
            .execute(writing.connection())
            .await?;
        writing.commit().await
    }

    /// When the windows of a device that start from `from` until `until` start and end, by time.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn judged_between(
        &self,
        device: &DeviceId,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<(Timestamp, Timestamp)>, VaultError> {
        self.write_held().await?; // what is cut beside them must not miss one
        let rows: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT start, length FROM windows JOIN devices ON devices.number = windows.device \
             WHERE id = ? AND start BETWEEN ? AND ? ORDER BY start",
        )
        .bind(device.as_str())
        .bind(from.micros())
        .bind(until.micros())
        .fetch_all(self.read())
        .await?;
        let ends = |(start, length): (i64, i64)| {
            let start = Timestamp::from_micros(start);
            (start, start.plus(Span::from_micros(length)))
        };
        Ok(rows.into_iter().map(ends).collect())
    }

    /// How many windows have each label, of one device or of all; a label that none has is left out.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn window_counts(&self, device: Option<&DeviceId>) -> Result<BTreeMap<Activity, u64>, VaultError> {
        self.show_held().await;
        let rows: Vec<(String, i64)> = sqlx::query_as(
            "SELECT label, sum(windows) FROM labels JOIN devices ON number = device WHERE ?1 IS NULL OR id = ?1 GROUP BY label",
        )
        .bind(device.map(DeviceId::as_str))
        .fetch_all(self.read())
        .await?;
        rows.into_iter()
            .map(|(label, windows)| Ok((stored::named(&label)?, stored::count(windows)?)))
            .collect()
    }

    /// The newest windows of a device, the earliest of them first, at most `limit`.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn recent_windows(&self, device: &DeviceId, limit: u32) -> Result<Vec<Window>, VaultError> {
        self.show_held().await;
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT devices.id AS device, start, length, label, score, reason, fingerprint \
             FROM windows JOIN devices ON devices.number = windows.device WHERE id = ? ORDER BY start DESC LIMIT ?",
        )
        .bind(device.as_str())
        .bind(limit)
        .fetch_all(self.read())
        .await?;
        rows.into_iter()
            .rev()
            .map(|row| CapturedWindow::try_from(row).map(|captured| captured.window))
            .collect()
    }

    /// The windows that no contribution uses, of one label or of all, which start at `from` or later; by time.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn unused_windows(&self, label: Option<Activity>, from: Timestamp) -> Result<Vec<CapturedWindow>, VaultError> {
        const COLUMNS: &str = "SELECT devices.id AS device, start, length, label, score, reason, fingerprint \
            FROM windows JOIN devices ON devices.number = windows.device WHERE contribution IS NULL AND start >= ?1";
        self.show_held().await;
        let (sql, label) = match label {
            Some(label) => (format!("{COLUMNS} AND label = ?2 ORDER BY start, device"), label.name()),
            None => (format!("{COLUMNS} AND ?2 = '' ORDER BY start, device"), ""),
        };
        let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(sql))
            .bind(from.micros())
            .bind(label)
            .fetch_all(self.read())
            .await?;
        rows.into_iter().map(CapturedWindow::try_from).collect()
    }
}

fn insert_windows(gathering: &mut Gathering<'_>, device: i64, windows: &[(Window, Fingerprint)]) -> Result<(), VaultError> {
    let mut rest = windows;
    while !rest.is_empty() {
        let (sql, size) = insert(
            "INSERT INTO windows (device, start, length, label, score, reason, fingerprint) VALUES ",
            7,
            rest.len(),
            " ON CONFLICT (device, start) DO NOTHING",
        );
        let (now, later) = rest.split_at(size);
        gathering.statement(sql);
        for (window, fingerprint) in now {
            gathering.bind(device)?;
            gathering.bind(window.start.micros())?;
            gathering.bind(window.length.micros())?;
            gathering.bind(window.label.name())?;
            gathering.bind(window.score.thousandths())?;
            gathering.bind(stored::name(&window.reason))?;
            gathering.bind(&fingerprint.bytes()[..])?;
        }
        rest = later;
    }
    Ok(())
}
