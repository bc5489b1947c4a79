//! Photos, sounds, texts and files that a person captured and kept.

use earnest_domain::{capture::CaptureKind, time::Timestamp, verdict::Verdict};

use crate::{database::Vault, error::VaultError, stored};

/// A capture that is kept, without its bytes.
#[derive(Debug, Clone, PartialEq)]
pub struct Captured {
    /// BLAKE3 of the original, in hexadecimal.
    pub id: String,
    /// What it is.
    pub kind: CaptureKind,
    /// What the person, or their file, calls it.
    pub name: String,
    /// When it was kept.
    pub kept_at: Timestamp,
    /// How many bytes it has; they stay.
    pub size: u64,
    /// How many bytes may be shared; `None` where it stays as a whole.
    pub shared_size: Option<u64>,
    /// What they are (a media type); empty where there are none.
    pub shared_type: String,
    /// What the checks made of it.
    pub verdicts: Vec<Verdict>,
}

/// A capture to keep.
#[derive(Debug, Clone, PartialEq)]
pub struct NewCapture {
    /// BLAKE3 of the original, in hexadecimal.
    pub id: String,
    /// What it is.
    pub kind: CaptureKind,
    /// What the person, or their file, calls it.
    pub name: String,
    /// When it was kept.
    pub kept_at: Timestamp,
    /// As it was taken.
    pub original: Vec<u8>,
    /// What may be shared of it, with its media type.
    pub shared: Option<(String, Vec<u8>)>,
    /// What the checks made of it.
    pub verdicts: Vec<Verdict>,
    /// What they left of it to compare later ones with: the check, and its bytes.
    pub traces: Vec<(String, Vec<u8>)>,
}

/// What a check left of an earlier capture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptTrace {
    /// The check.
    pub check: String,
    /// The capture's id.
    pub capture: String,
    /// What it left.
    pub bytes: Vec<u8>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    kind: String,
    name: String,
    kept_at: i64,
    size: i64,
    shared_size: Option<i64>,
    shared_type: String,
    verdicts: String,
}

impl TryFrom<Row> for Captured {
    type Error = VaultError;

    fn try_from(row: Row) -> Result<Self, VaultError> {
        Ok(Self {
            kind: stored::named(&row.kind)?,
            kept_at: Timestamp::from_micros(row.kept_at),
            size: stored::count(row.size)?,
            shared_size: row.shared_size.map(stored::count).transpose()?,
            verdicts: stored::from_json(&row.verdicts)?,
            id: row.id,
            name: row.name,
            shared_type: row.shared_type,
        })
    }
}

impl Vault {
    /// Keeps a capture with what may be shared of it, in one transaction. One that is there already, or was deleted, becomes what this one
    /// is: what a person was shown is what is kept.
    ///
    /// # Errors
    /// [`VaultError`] when it cannot be kept; nothing is stored then.
    pub async fn keep_capture(&self, capture: &NewCapture) -> Result<(), VaultError> {
        let verdicts = stored::json(&capture.verdicts)?;
        let (media_type, shared) = capture
            .shared
            .as_ref()
            .map_or(("", None), |(media_type, bytes)| (media_type.as_str(), Some(bytes)));
        let mut writing = self.write().await?;
        let (number,): (i64,) = sqlx::query_as(
            "INSERT INTO captures (id, kind, name, kept_at, original, shared, shared_type, verdicts) VALUES (?, ?, ?, ?, ?, ?, ?, ?) \
             ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, name = excluded.name, kept_at = excluded.kept_at, \
             shared = excluded.shared, shared_type = excluded.shared_type, verdicts = excluded.verdicts, deleted_at = NULL \
             RETURNING number",
        )
        .bind(&capture.id)
        .bind(stored::name(&capture.kind))
        .bind(&capture.name)
        .bind(capture.kept_at.micros())
        .bind(&capture.original)
        .bind(shared)
        .bind(media_type)
        .bind(&verdicts)
        .fetch_one(writing.connection())
        .await?;
        sqlx::query("DELETE FROM traces WHERE capture = ?")
            .bind(number)
            .execute(writing.connection())
            .await?;
        for (check, bytes) in &capture.traces {
            sqlx::query("INSERT INTO traces (capture, \"check\", bytes) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
                .bind(number)
                .bind(check)
                .bind(bytes)
                .execute(writing.connection())
                .await?;
        }
        writing.commit().await
    }

    /// What a capture that is kept is called; `None` when it is not there.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn capture_name(&self, id: &str) -> Result<Option<String>, VaultError> {
        let row: Option<(String,)> = sqlx::query_as("SELECT name FROM captures WHERE id = ? AND deleted_at IS NULL")
            .bind(id)
            .fetch_optional(self.read())
            .await?;
        Ok(row.map(|(name,)| name))
    }

    /// A capture as it was taken, byte for byte; `None` when it is not there.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn original_capture(&self, id: &str) -> Result<Option<Vec<u8>>, VaultError> {
        let row: Option<(Vec<u8>,)> = sqlx::query_as("SELECT original FROM captures WHERE id = ? AND deleted_at IS NULL")
            .bind(id)
            .fetch_optional(self.read())
            .await?;
        Ok(row.map(|(original,)| original))
    }

    /// Every capture that is kept, the newest first.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn captures(&self) -> Result<Vec<Captured>, VaultError> {
        let rows: Vec<Row> = sqlx::query_as(
            "SELECT id, kind, name, kept_at, length(original) AS size, length(shared) AS shared_size, shared_type, verdicts \
             FROM captures WHERE deleted_at IS NULL ORDER BY number DESC",
        )
        .fetch_all(self.read())
        .await?;
        rows.into_iter().map(Captured::try_from).collect()
    }

    /// What may be shared of a capture, with its media type; `None` when it is not there, or stays as a whole.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn shared_capture(&self, id: &str) -> Result<Option<(String, Vec<u8>)>, VaultError> {
        let row: Option<(String, Option<Vec<u8>>)> =
            sqlx::query_as("SELECT shared_type, shared FROM captures WHERE id = ? AND deleted_at IS NULL")
                .bind(id)
                .fetch_optional(self.read())
                .await?;
        Ok(row.and_then(|(media_type, shared)| Some((media_type, shared?))))
    }

    /// Deletes a capture; it can be [brought back](Self::restore_capture) until it is [swept out](Self::sweep_captures). Says whether
    /// it was there.
    ///
    /// # Errors
    /// [`VaultError`] when it cannot be deleted; it is kept then.
    pub async fn delete_capture(&self, id: &str, now: Timestamp) -> Result<bool, VaultError> {
        let mut writing = self.write().await?;
        let done = sqlx::query("UPDATE captures SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL")
            .bind(now.micros())
            .bind(id)
            .execute(writing.connection())
            .await?;
        writing.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// Brings back a capture that was deleted at `since` or later. Says whether it could be.
    ///
    /// # Errors
    /// [`VaultError`] when it cannot be written.
    pub async fn restore_capture(&self, id: &str, since: Timestamp) -> Result<bool, VaultError> {
        let mut writing = self.write().await?;
        let done = sqlx::query("UPDATE captures SET deleted_at = NULL WHERE id = ? AND deleted_at >= ?")
            .bind(id)
            .bind(since.micros())
            .execute(writing.connection())
            .await?;
        writing.commit().await?;
        Ok(done.rows_affected() > 0)
    }

    /// Removes for good what was deleted before `before`, with everything that checks left of it.
    ///
    /// # Errors
    /// [`VaultError`] when it cannot be removed; it is swept out the next time.
    pub async fn sweep_captures(&self, before: Timestamp) -> Result<(), VaultError> {
        let due: Option<(i64,)> = sqlx::query_as("SELECT number FROM captures WHERE deleted_at < ? LIMIT 1")
            .bind(before.micros())
            .fetch_optional(self.read())
            .await?;
        if due.is_none() {
            return Ok(()); // nothing is written for nothing
        }
        let mut writing = self.write().await?;
        sqlx::query("DELETE FROM traces WHERE capture IN (SELECT number FROM captures WHERE deleted_at < ?)")
            .bind(before.micros())
            .execute(writing.connection())
            .await?;
        sqlx::query("DELETE FROM captures WHERE deleted_at < ?")
            .bind(before.micros())
            .execute(writing.connection())
            .await?;
        writing.commit().await
    }

    /// What checks left of the `most` newest captures of a kind that are kept, the newest first.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn traces(&self, kind: CaptureKind, most: usize) -> Result<Vec<KeptTrace>, VaultError> {
        let rows: Vec<(String, String, Vec<u8>)> = sqlx::query_as(
            "SELECT traces.\"check\", captures.id, traces.bytes FROM traces JOIN captures ON captures.number = traces.capture \
             WHERE captures.number IN (SELECT number FROM captures WHERE kind = ? AND deleted_at IS NULL ORDER BY number DESC LIMIT ?) \
             ORDER BY captures.number DESC",
        )
        .bind(stored::name(&kind))
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .fetch_all(self.read())
        .await?;
        let kept = rows
            .into_iter()
            .map(|(check, capture, bytes)| KeptTrace { check, capture, bytes });
        Ok(kept.collect())
    }
}
