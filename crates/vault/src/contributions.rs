//! What is to leave and what has left: the outbox and the history in one table.

use std::collections::HashSet;

use earnest_domain::{
    consent::{ReceiptId, Slug},
    contribution::{CapturedWindow, Contribution, ContributionId, Fingerprint},
    points::Award,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};
use sqlx::AssertSqlSafe;

use crate::{
    database::{Vault, Writing},
    error::VaultError,
    stored, windows,
};

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
    /// It was cancelled before the hub had it.
    Withdrawn,
}

/// A contribution as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contributed {
    /// Its content address.
    pub id: ContributionId,
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

/// Sums over the contributions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outbox {
    /// How many wait.
    pub waiting: u64,
    /// Points that the hub paid.
    pub points: u64,
    /// Points that the app expects for what waits.
    pub provisional: u64,
}

#[derive(sqlx::FromRow)]
struct Row {
    id: String,
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

const COLUMNS: &str = "SELECT id, quest, version, ordinal, body, receipt, state, readings, created_at, attempts, first_attempt_at, \
    provisional, award, refusal, settled_at FROM contributions";

impl TryFrom<Row> for Contributed {
    type Error = VaultError;

    fn try_from(row: Row) -> Result<Self, VaultError> {
        Ok(Self {
            id: stored::id(&row.id)?,
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
        let mut writing = self.write().await?;
        let withdrawn: Option<bool> = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM withdrawals WHERE receipt = receipts.id) FROM receipts WHERE receipts.id = ?",
        )
        .bind(&receipt)
        .fetch_optional(writing.connection())
        .await?;
        match withdrawn {
            None => {
                return Err(VaultError::NotFound {
                    what: "receipt",
                    id: receipt,
                });
            }
            Some(true) => return Err(VaultError::ReceiptWithdrawn),
            Some(false) => {}
        }
        let exists: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM contributions WHERE quest = ? AND ordinal = ? AND state IN ('waiting', 'awarded'))",
        )
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
            "INSERT INTO contributions (id, quest, version, ordinal, body, receipt, state, readings, created_at, provisional_points, provisional) \
             VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING RETURNING number",
        )
        .bind(contribution.id().to_string())
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

    /// What waits, the earliest first, at most `limit`.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn waiting(&self, limit: u32) -> Result<Vec<Contributed>, VaultError> {
        self.contributions_where("WHERE state = 'waiting' ORDER BY number LIMIT ?", limit)
            .await
    }

    /// The history, the latest first, at most `limit`.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn contributions(&self, limit: u32) -> Result<Vec<Contributed>, VaultError> {
        self.contributions_where("ORDER BY number DESC LIMIT ?", limit).await
    }

    async fn contributions_where(&self, condition: &'static str, limit: u32) -> Result<Vec<Contributed>, VaultError> {
        let rows: Vec<Row> = sqlx::query_as(AssertSqlSafe(format!("{COLUMNS} {condition}")))
            .bind(limit)
            .fetch_all(self.read())
            .await?;
        rows.into_iter().map(Contributed::try_from).collect()
    }

    /// Notes, before they leave, that contributions are tried to send; says which of them still wait. Only those may leave: the
    /// person may have taken the receipt back since they were read.
    ///
    /// # Errors
    /// [`VaultError`] when it cannot be kept; nothing may leave then.
    pub async fn mark_attempted(&self, ids: &[ContributionId], now: Timestamp) -> Result<Vec<ContributionId>, VaultError> {
        let mut writing = self.write().await?;
        let mut leaving = Vec::with_capacity(ids.len());
        for id in ids {
            let marked = sqlx::query(
                "UPDATE contributions SET attempts = attempts + 1, first_attempt_at = coalesce(first_attempt_at, ?) \
                 WHERE id = ? AND state = 'waiting'",
            )
            .bind(now.micros())
            .bind(id.to_string())
            .execute(writing.connection())
            .await?;
            if marked.rows_affected() == 1 {
                leaving.push(*id);
            }
        }
        writing.commit().await?;
        Ok(leaving)
    }

    /// Notes the hub's award, and the person's points as the hub told them with it, in one transaction. Says whether it was news:
    /// the same answer again changes nothing.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] when there is no such contribution.
    pub async fn settle(
        &self,
        id: ContributionId,
        award: &Award,
        hub_points: Option<u64>,
        now: Timestamp,
    ) -> Result<bool, VaultError> {
        let mut writing = self.write().await?;
        let settled = sqlx::query(
            "UPDATE contributions SET state = 'awarded', points = ?, award = ?, settled_at = ? WHERE id = ? AND state = 'waiting'",
        )
        .bind(award.points)
        .bind(stored::json(award)?)
        .bind(now.micros())
        .bind(id.to_string())
        .execute(writing.connection())
        .await?;
        let news = settled.rows_affected() == 1;
        if !news {
            writing.must_have(id).await?;
        }
        if let Some(points) = hub_points {
            sqlx::query("UPDATE person SET hub_points = ?")
                .bind(stored::signed(points))
                .execute(writing.connection())
                .await?;
        }
        writing.commit().await?;
        Ok(news)
    }

    /// Notes that the hub said no. The windows stay used, or the same effort would be tried for ever; [`Self::release`] frees them.
    /// Says whether it was news.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] when there is no such contribution.
    pub async fn refuse(&self, id: ContributionId, code: &str, now: Timestamp) -> Result<bool, VaultError> {
        let mut writing = self.write().await?;
        let refused = sqlx::query(
            "UPDATE contributions SET state = 'refused', refusal = ?, settled_at = ? WHERE id = ? AND state = 'waiting'",
        )
        .bind(code)
        .bind(now.micros())
        .bind(id.to_string())
        .execute(writing.connection())
        .await?;
        let news = refused.rows_affected() == 1;
        if !news {
            writing.must_have(id).await?;
        }
        writing.commit().await?;
        Ok(news)
    }

    /// Frees the windows of a contribution that the hub does not have: one that waits is cancelled, one that was refused stays
    /// refused. Says whether that changed anything.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] when there is no such contribution.
    pub async fn release(&self, id: ContributionId, now: Timestamp) -> Result<bool, VaultError> {
        let mut writing = self.write().await?;
        let freed = sqlx::query(
            "UPDATE windows SET contribution = NULL WHERE contribution = \
             (SELECT number FROM contributions WHERE id = ? AND state IN ('waiting', 'refused'))",
        )
        .bind(id.to_string())
        .execute(writing.connection())
        .await?
        .rows_affected();
        let cancelled =
            sqlx::query("UPDATE contributions SET state = 'withdrawn', settled_at = ? WHERE id = ? AND state = 'waiting'")
                .bind(now.micros())
                .bind(id.to_string())
                .execute(writing.connection())
                .await?
                .rows_affected();
        writing.must_have(id).await?;
        writing.commit().await?;
        Ok(freed + cancelled > 0)
    }

    /// The fingerprints of what waits or was paid: what a next contribution is not new against.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn fingerprints_contributed(&self) -> Result<HashSet<Fingerprint>, VaultError> {
        let rows: Vec<Vec<u8>> = sqlx::query_scalar(
            "SELECT fingerprint FROM windows WHERE contribution IN (SELECT number FROM contributions WHERE state IN ('waiting', 'awarded'))",
        )
        .fetch_all(self.read())
        .await?;
        rows.into_iter().map(windows::fingerprint).collect()
    }

    /// The least ordinal of a quest that nothing waits or was paid under.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn next_ordinal(&self, quest: &Slug) -> Result<u32, VaultError> {
        let taken: Vec<u32> = sqlx::query_scalar(
            "SELECT ordinal FROM contributions WHERE quest = ? AND state IN ('waiting', 'awarded') ORDER BY ordinal",
        )
        .bind(quest.as_str())
        .fetch_all(self.read())
        .await?;
        let free = taken
            .iter()
            .zip(0..)
            .find(|(taken, ordinal)| *taken != ordinal)
            .map(|(_, ordinal)| ordinal);
        free.map_or_else(|| stored::narrow(stored::signed(taken.len() as u64)), Ok)
    }

    /// What waits and what was paid, summed up.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn outbox(&self) -> Result<Outbox, VaultError> {
        let (waiting, provisional, points): (i64, i64, i64) = sqlx::query_as(
            "SELECT count(*) FILTER (WHERE state = 'waiting'), \
             coalesce(sum(provisional_points) FILTER (WHERE state = 'waiting'), 0), \
             coalesce(sum(points) FILTER (WHERE state = 'awarded'), 0) FROM contributions",
        )
        .fetch_one(self.read())
        .await?;
        Ok(Outbox {
            waiting: stored::count(waiting)?,
            points: stored::count(points)?,
            provisional: stored::count(provisional)?,
        })
    }
}

impl Writing<'_> {
    async fn must_have(&mut self, id: ContributionId) -> Result<(), VaultError> {
        let there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM contributions WHERE id = ?)")
            .bind(id.to_string())
            .fetch_one(self.connection())
            .await?;
        if there {
            Ok(())
        } else {
            Err(VaultError::NotFound {
                what: "contribution",
                id: id.to_string(),
            })
        }
    }
}
