//! What becomes of a contribution on its way: tried, settled, refused, released; and the sums.
//!
//! Each contribution is for one hub, and every sum is that of one hub: another one's points are of no use at this one.

use std::collections::{BTreeMap, BTreeSet};

use earnest_domain::{
    consent::{ReceiptId, Slug},
    contribution::ContributionId,
    points::Award,
    time::Timestamp,
};
use sqlx::AssertSqlSafe;

use crate::{
    database::{Vault, Writing},
    error::VaultError,
    stored,
};

/// Sums over the contributions to one hub.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Outbox {
    /// How many wait.
    pub waiting: u64,
    /// Points of what the hub paid, as this device computed them.
    pub points: u64,
    /// Points that the app expects for what waits.
    pub provisional: u64,
}

/// How often a quest was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Efforts {
    /// On their way to the hub.
    pub waiting: u64,
    /// Paid, through this device or another one.
    pub awarded: u64,
}

impl Efforts {
    /// Whether any of them was paid.
    pub const fn is_paid(&self) -> bool {
        self.awarded > 0
    }
}

/// Of a contribution: its effort was paid. Where the hub says that it paid another contribution for it, that was one of the same person.
pub(crate) const PAID: &str = "(state = 'awarded' OR (state = 'refused' AND refusal = 'already_credited'))";

impl Vault {
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

    /// Takes back what [`Self::mark_attempted`] noted first at `now`: no connection came about, so nothing left.
    ///
    /// # Errors
    /// [`VaultError`] when it cannot be kept; they count as tried then.
    pub async fn unmark_attempted(&self, ids: &[ContributionId], now: Timestamp) -> Result<(), VaultError> {
        let mut writing = self.write().await?;
        for id in ids {
            sqlx::query(
                "UPDATE contributions SET attempts = attempts - 1, first_attempt_at = NULL \
                 WHERE id = ? AND state = 'waiting' AND attempts = 1 AND first_attempt_at = ?",
            )
            .bind(id.to_string())
            .bind(now.micros())
            .execute(writing.connection())
            .await?;
        }
        writing.commit().await
    }

    /// Notes the hub's award, and the person's points as that hub told them with it, in one transaction. Says whether it was news:
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
        let news = writing.award(id, award, now).await?;
        if !news {
            writing.must_have(id).await?;
        }
        if let Some(points) = hub_points {
            writing
                .note_points("(SELECT recipient FROM contributions WHERE id = ?)", &id.to_string(), points)
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
    /// refused. `reason` is the code that says why it did not come to be, where it was not the person who took it back. Says whether
    /// that changed anything.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] when there is no such contribution.
    pub async fn release(&self, id: ContributionId, reason: Option<&str>, now: Timestamp) -> Result<bool, VaultError> {
        let mut writing = self.write().await?;
        let changed = writing.release(id, reason, now).await?;
        writing.must_have(id).await?;
        writing.commit().await?;
        Ok(changed)
    }

    /// Notes that the hub knows of a withdrawal, and what its answer says of contributions that were on their way, in one
    /// transaction: those that it credited are settled, and the others under that receipt are cancelled and their windows freed. An
    /// award of a contribution under another receipt is none of this answer's business and is left out; says how many those were.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] when that receipt was not taken back.
    pub async fn settle_withdrawal(
        &self,
        receipt: ReceiptId,
        credited: &[(ContributionId, Award)],
        hub_points: u64,
        now: Timestamp,
    ) -> Result<usize, VaultError> {
        let mut writing = self.write().await?;
        let known: Vec<(String, bool)> =
            sqlx::query_as("SELECT id, state = 'waiting' FROM contributions WHERE receipt = ? ORDER BY number")
                .bind(receipt.to_string())
                .fetch_all(writing.connection())
                .await?;
        let mut known: BTreeMap<ContributionId, bool> = known
            .into_iter()
            .map(|(id, waits)| Ok((stored::id(&id)?, waits)))
            .collect::<Result<_, VaultError>>()?;
        let mut foreign = 0;
        for (id, award) in credited {
            match known.remove(id) {
                Some(true) => {
                    writing.award(*id, award, now).await?;
                }
                Some(false) => {}
                None => foreign += 1,
            }
        }
        for id in known.into_iter().filter_map(|(id, waits)| waits.then_some(id)) {
            writing.release(id, None, now).await?;
        }
        writing
            .note_points(
                "(SELECT json_extract(body, '$.body.grant.recipient') FROM receipts WHERE id = ?)",
                &receipt.to_string(),
                hub_points,
            )
            .await?;
        let told = sqlx::query("UPDATE withdrawals SET sent = 1 WHERE receipt = ?")
            .bind(receipt.to_string())
            .execute(writing.connection())
            .await?;
        if told.rows_affected() == 0 {
            return Err(VaultError::NotFound {
                what: "withdrawal of",
                id: receipt.to_string(),
            });
        }
        writing.commit().await?;
        Ok(foreign)
    }

    /// How many efforts for a quest of that hub wait, and how many it has paid.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn efforts(&self, hub: &Slug, quest: &Slug) -> Result<Efforts, VaultError> {
        let (waiting, awarded): (i64, i64) = sqlx::query_as(AssertSqlSafe(format!(
            "SELECT count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE {PAID}) \
             FROM contributions WHERE recipient = ? AND quest = ?",
        )))
        .bind(hub.as_str())
        .bind(quest.as_str())
        .fetch_one(self.read())
        .await?;
        Ok(Efforts {
            waiting: stored::count(waiting)?,
            awarded: stored::count(awarded)?,
        })
    }

    /// The ordinals of a quest that something waits or was paid under, at that hub: through this device, or through another one of the
    /// same person.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn taken(&self, hub: &Slug, quest: &Slug) -> Result<BTreeSet<u32>, VaultError> {
        let taken: Vec<u32> = sqlx::query_scalar(AssertSqlSafe(format!(
            "SELECT ordinal FROM contributions WHERE recipient = ? AND quest = ? AND (state = 'waiting' OR {PAID})"
        )))
        .bind(hub.as_str())
        .bind(quest.as_str())
        .fetch_all(self.read())
        .await?;
        Ok(taken.into_iter().collect())
    }

    /// What waits for that hub and what it paid, summed up.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn outbox(&self, hub: &Slug) -> Result<Outbox, VaultError> {
        let (waiting, points, provisional): (i64, i64, i64) = sqlx::query_as(
            "SELECT count(*) FILTER (WHERE state = 'waiting'), \
             coalesce(sum(provisional_points) FILTER (WHERE state = 'awarded'), 0), \
             coalesce(sum(provisional_points) FILTER (WHERE state = 'waiting'), 0) FROM contributions WHERE recipient = ?",
        )
        .bind(hub.as_str())
        .fetch_one(self.read())
        .await?;
        Ok(Outbox {
            waiting: stored::count(waiting)?,
            points: stored::count(points)?,
            provisional: stored::count(provisional)?,
        })
    }

    /// How many contributions and withdrawals wait for hubs other than that one, or for any when it is `None`.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn waiting_elsewhere(&self, hub: Option<&Slug>) -> Result<u64, VaultError> {
        let waiting: i64 = sqlx::query_scalar(
            "SELECT (SELECT count(*) FROM contributions WHERE state = 'waiting' AND recipient <> ?1) \
             + (SELECT count(*) FROM withdrawals JOIN receipts ON receipts.id = withdrawals.receipt \
                WHERE sent = 0 AND json_extract(receipts.body, '$.body.grant.recipient') <> ?1)",
        )
        .bind(hub.map_or("", Slug::as_str))
        .fetch_one(self.read())
        .await?;
        stored::count(waiting)
    }

    /// How many bytes left since then, to any hub.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn bytes_left(&self, since: Timestamp) -> Result<u64, VaultError> {
        let bytes: i64 = sqlx::query_scalar(
            "SELECT coalesce(sum(length(CAST(body AS BLOB))), 0) FROM contributions WHERE first_attempt_at >= ?",
        )
        .bind(since.micros())
        .fetch_one(self.read())
        .await?;
        stored::count(bytes)
    }

    /// How many contributions were paid under a receipt.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn awarded_under(&self, receipt: ReceiptId) -> Result<u64, VaultError> {
        let awarded: i64 = sqlx::query_scalar("SELECT count(*) FROM contributions WHERE receipt = ? AND state = 'awarded'")
            .bind(receipt.to_string())
            .fetch_one(self.read())
            .await?;
        stored::count(awarded)
    }
}

impl Writing<'_> {
    /// Settles a contribution that waits; whether it did.
    async fn award(&mut self, id: ContributionId, award: &Award, now: Timestamp) -> Result<bool, VaultError> {
        let settled = sqlx::query(
            "UPDATE contributions SET state = 'awarded', points = ?, award = ?, settled_at = ? WHERE id = ? AND state = 'waiting'",
        )
        .bind(award.points)
        .bind(stored::json(award)?)
        .bind(now.micros())
        .bind(id.to_string())
        .execute(self.connection())
        .await?;
        Ok(settled.rows_affected() == 1)
    }

    /// Frees a contribution's windows and cancels it if it waits; whether that changed anything.
    async fn release(&mut self, id: ContributionId, reason: Option<&str>, now: Timestamp) -> Result<bool, VaultError> {
        let freed = sqlx::query(
            "UPDATE windows SET contribution = NULL WHERE contribution = \
             (SELECT number FROM contributions WHERE id = ? AND state IN ('waiting', 'refused'))",
        )
        .bind(id.to_string())
        .execute(self.connection())
        .await?
        .rows_affected();
        let cancelled = sqlx::query(
            "UPDATE contributions SET state = 'withdrawn', refusal = ?, settled_at = ? WHERE id = ? AND state = 'waiting'",
        )
        .bind(reason)
        .bind(now.micros())
        .bind(id.to_string())
        .execute(self.connection())
        .await?
        .rows_affected();
        Ok(freed + cancelled > 0)
    }

    /// Notes the person's points as a hub tells them; `hub` is an expression with one parameter that gives the hub's id.
    pub(crate) async fn note_points(&mut self, hub: &'static str, parameter: &str, points: u64) -> Result<(), VaultError> {
        sqlx::query(AssertSqlSafe(format!(
            "INSERT INTO hubs (id, name, points) SELECT of.id, of.id, ?2 FROM (SELECT {} AS id) AS of WHERE true \
             ON CONFLICT (id) DO UPDATE SET points = excluded.points",
            hub.replace('?', "?1")
        )))
        .bind(parameter)
        .bind(stored::signed(points))
        .execute(self.connection())
        .await?;
        Ok(())
    }

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

#[cfg(test)]
mod tests;
