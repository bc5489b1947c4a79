//! What is to leave and what has left, as it is stored: the outbox and the history in one table.

use std::collections::HashSet;

use earnest_domain::{
    consent::{Receipt, ReceiptId, Slug},
    contribution::{CapturedWindow, Contribution, ContributionId, Fingerprint},
    points::Award,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;

use crate::{database::Vault, error::VaultError, stored, windows};

/// How far a contribution has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContributionState {
    /// In the outbox.
    Waiting,
    /// The hub has it and paid.
    Awarded,
    /// The hub has said no.
    Refused,
    /// It was cancelled before the hub had it, or taken back after.
    Withdrawn,
}

/// A contribution as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contributed {
    /// Its content address.
    pub id: ContributionId,
    /// Whom it is for: a hub's id.
    pub recipient: Slug,
    /// For which quest.
    pub quest: Slug,
    /// In which version.
    pub quest_version: u32,
    /// The how-manieth for this quest.
    pub ordinal: u32,
    /// The exact bytes that leave, or left.
    pub text: String,
    /// What allows it.
    pub receipt: ReceiptId,
    /// How far it has come.
    pub state: ContributionState,
    /// How many samples it sums up; they stayed.
    pub readings: u64,
    /// When it was prepared.
    pub created_at: Timestamp,
    /// How often it was tried to send.
    pub attempts: u32,
    /// When first; from then on the hub may have it.
    pub first_attempt_at: Option<Timestamp>,
    /// The award that the app expects.
    pub provisional: Award,
    /// The hub's award.
    pub award: Option<Award>,
    /// The hub's code when it said no.
    pub refusal: Option<String>,
    /// When it stopped waiting.
    pub settled_at: Option<Timestamp>,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
    recipient: String,
    quest: String,
    version: i64,
    ordinal: i64,
    body: String,
    receipt: String,
    state: String,
    readings: i64,
    created_at: i64,
    attempts: i64,
    first_attempt_at: Option<i64>,
    provisional: String,
    award: Option<String>,
    refusal: Option<String>,
    settled_at: Option<i64>,
}

const COLUMNS: &str = "SELECT id, recipient, quest, version, ordinal, body, receipt, state, readings, created_at, attempts, first_attempt_at, \
    provisional, award, refusal, settled_at FROM contributions";

impl TryFrom<Row> for Contributed {
    type Error = VaultError;

    fn try_from(row: Row) -> Result<Self, VaultError> {
        Ok(Self {
            id: stored::id(&row.id)?,
            recipient: stored::id(&row.recipient)?,
            quest: stored::id(&row.quest)?,
            quest_version: stored::narrow(row.version)?,
            ordinal: stored::narrow(row.ordinal)?,
            text: row.body,
            receipt: stored::id(&row.receipt)?,
            state: stored::named(&row.state)?,
            readings: stored::count(row.readings)?,
            created_at: Timestamp::from_micros(row.created_at),
            attempts: stored::narrow(row.attempts)?,
            first_attempt_at: row.first_attempt_at.map(Timestamp::from_micros),
            provisional: stored::from_json(&row.provisional)?,
            award: row.award.as_deref().map(stored::from_json).transpose()?,
            refusal: row.refusal,
            settled_at: row.settled_at.map(Timestamp::from_micros),
        })
    }
}

impl Vault {
    /// Puts a contribution into the outbox and marks its windows as used, in one transaction.
    ///
    /// `readings` is how many samples it sums up.
    ///
    /// # Errors
    /// [`VaultError::WindowUsed`] and [`VaultError::EffortExists`] when it would count something twice,
    /// [`VaultError::ReceiptWithdrawn`] when the receipt was taken back meanwhile, [`VaultError::NotFound`] when it is not here.
    /// Nothing is changed then.
    pub async fn prepare(
        &self,
        contribution: &Contribution,
        provisional: &Award,
        windows: &[CapturedWindow],
        readings: u64,
        now: Timestamp,
    ) -> Result<(), VaultError> {
        let body = contribution.body();
        let receipt = body.receipt.to_string();
        self.write_held().await?; // its windows have to be there
        let mut writing = self.write().await?;
        let kept: Option<(String, bool)> = sqlx::query_as(
            "SELECT body, EXISTS (SELECT 1 FROM withdrawals WHERE receipt = receipts.id) FROM receipts WHERE receipts.id = ?",
        )
        .bind(&receipt)
        .fetch_optional(writing.connection())
        .await?;
        let recipient = match kept {
            None => {
                return Err(VaultError::NotFound {
                    what: "receipt",
                    id: receipt,
                });
            }
            Some((_, true)) => return Err(VaultError::ReceiptWithdrawn),
            Some((text, false)) => {
                let kept = Receipt::from_text(&text).map_err(|error| VaultError::corrupt(error.to_string()))?;
                kept.grant().recipient.clone()
            }
        };
        let exists: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM contributions WHERE recipient = ? AND quest = ? AND ordinal = ? AND state IN ('waiting', 'awarded'))",
        )
        .bind(recipient.as_str())
        .bind(body.quest.as_str())
        .bind(body.ordinal)
        .fetch_one(writing.connection())
        .await?;
        if exists {
            return Err(VaultError::EffortExists {
                quest: body.quest.to_string(),
                ordinal: body.ordinal,
            });
        }
        // The same content has the same id: one that was cancelled and is prepared again takes its old place.
        sqlx::query("DELETE FROM contributions WHERE id = ? AND state = 'withdrawn'")
            .bind(contribution.id().to_string())
            .execute(writing.connection())
            .await?;
        let number: Option<i64> = sqlx::query_scalar(
            "INSERT INTO contributions (id, recipient, quest, version, ordinal, body, receipt, state, readings, created_at, provisional_points, provisional) \
             VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING number",
        )
        .bind(contribution.id().to_string())
        .bind(recipient.as_str())
        .bind(body.quest.as_str())
        .bind(body.quest_version)
        .bind(body.ordinal)
        .bind(contribution.to_text())
        .bind(&receipt)
        .bind(stored::signed(readings))
        .bind(now.micros())
        .bind(provisional.points)
        .bind(stored::json(provisional)?)
        .fetch_optional(writing.connection())
        .await?;
        // Refused before, in the same words: its windows are used.
        let number = number.ok_or(VaultError::WindowUsed)?;
        sqlx::query(
            "INSERT INTO offers (hub, quest, version, signed) \
             SELECT hub.id, quests.id, version, signed FROM quests JOIN hub WHERE quests.id = ? AND version = ? AND signed IS NOT NULL \
             ON CONFLICT DO NOTHING",
        )
        .bind(body.quest.as_str())
        .bind(body.quest_version)
        .execute(writing.connection())
        .await?;
        for captured in windows {
            let marked = sqlx::query(
                "UPDATE windows SET contribution = ? \
                 WHERE device = (SELECT number FROM devices WHERE id = ?) AND start = ? AND contribution IS NULL",
            )
            .bind(number)
            .bind(captured.device.as_str())
            .bind(captured.window.start.micros())
            .execute(writing.connection())
            .await?;
            if marked.rows_affected() != 1 {
                return Err(VaultError::WindowUsed);
            }
        }
        writing.commit().await
    }

    /// The history, the latest first, at most `limit`: what went to, or waits for, any hub.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn contributions(&self, limit: u32) -> Result<Vec<Contributed>, VaultError> {
        let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(format!("{COLUMNS} ORDER BY number DESC LIMIT ?")))
            .bind(limit)
            .fetch_all(self.read())
            .await?;
        rows.into_iter().map(Contributed::try_from).collect()
    }

    /// The newest contribution to a quest of that hub which was not cancelled.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn newest(&self, hub: &Slug, quest: &Slug) -> Result<Option<Contributed>, VaultError> {
        let row: Option<Row> = sqlx::query_as(AssertSqlSafe(format!(
            "{COLUMNS} WHERE recipient = ? AND quest = ? AND state <> 'withdrawn' ORDER BY number DESC LIMIT 1"
        )))
        .bind(hub.as_str())
        .bind(quest.as_str())
        .fetch_optional(self.read())
        .await?;
        row.map(Contributed::try_from).transpose()
    }

    /// What waits for that hub, the earliest first, at most `limit`.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn waiting(&self, hub: &Slug, limit: u32) -> Result<Vec<Contributed>, VaultError> {
        let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(format!(
            "{COLUMNS} WHERE state = 'waiting' AND recipient = ? ORDER BY number LIMIT ?"
        )))
        .bind(hub.as_str())
        .bind(limit)
        .fetch_all(self.read())
        .await?;
        rows.into_iter().map(Contributed::try_from).collect()
    }

    /// The fingerprints of what waits for that hub, was paid by it, or was taken back from it: what a next contribution to it is not new
    /// against. What it turned out never to have had is left out.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn fingerprints_contributed(&self, hub: &Slug) -> Result<HashSet<Fingerprint>, VaultError> {
        let rows: Vec<Vec<u8>> = sqlx::query_scalar(
            "SELECT fingerprint FROM windows WHERE contribution IN \
             (SELECT number FROM contributions c WHERE recipient = ? AND (state IN ('waiting', 'awarded') OR EXISTS \
                (SELECT 1 FROM undos u WHERE u.contribution = c.id AND (u.settled_at IS NULL OR EXISTS \
                    (SELECT 1 FROM entries e WHERE e.contribution = c.id AND e.kind = 'reversal')))))",
        )
        .bind(hub.as_str())
        .fetch_all(self.read())
        .await?;
        rows.into_iter().map(windows::fingerprint).collect()
    }
}
