//! The person's receipts, and those they took back.

use earnest_domain::{
    consent::{Consent, Receipt, ReceiptId, Slug, Withdrawal},
    time::Timestamp,
};

use crate::{database::Vault, error::VaultError, stored};

/// A receipt, and whether it still stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredReceipt {
    /// What was allowed.
    pub receipt: Receipt,
    /// When it was taken back; `None` while it stands (it may have ended all the same).
    pub withdrawn_at: Option<Timestamp>,
    /// Whether the hub knows that it was taken back.
    pub withdrawal_sent: bool,
}

/// What taking a receipt back did here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Withdrawn {
    /// How many contributions will never leave.
    pub cancelled: u64,
    /// How many were on their way: the hub's answer says whether they arrived.
    pub under_way: u64,
}

impl Vault {
    /// Keeps a receipt. The same again changes nothing.
    ///
    /// # Errors
    /// [`VaultError`] when it cannot be kept.
    pub async fn keep_receipt(&self, receipt: &Receipt) -> Result<(), VaultError> {
        let mut writing = self.write().await?;
        sqlx::query("INSERT INTO receipts (id, body, given_at) VALUES (?, ?, ?) ON CONFLICT (id) DO NOTHING")
            .bind(receipt.id().to_string())
            .bind(receipt.to_text())
            .bind(receipt.given_at().micros())
            .execute(writing.connection())
            .await?;
        writing.commit().await
    }

    /// Every receipt, those taken back included; the latest first.
    ///
    /// # Errors
    /// [`VaultError::Corrupt`] when a stored receipt does not verify; `io` as everywhere.
    pub async fn receipts(&self) -> Result<Vec<StoredReceipt>, VaultError> {
        let rows: Vec<(String, Option<i64>, bool)> = sqlx::query_as(
            "SELECT receipts.body, at, coalesce(sent, 0) FROM receipts LEFT JOIN withdrawals ON receipt = id ORDER BY given_at DESC, id",
        )
        .fetch_all(self.read())
        .await?;
        rows.into_iter()
            .map(|(body, at, withdrawal_sent)| {
                let receipt = Receipt::from_text(&body).map_err(|error| VaultError::corrupt(error.to_string()))?;
                Ok(StoredReceipt {
                    receipt,
                    withdrawn_at: at.map(Timestamp::from_micros),
                    withdrawal_sent,
                })
            })
            .collect()
    }

    /// What may be asked for permits: the receipts, and which of them were taken back.
    ///
    /// # Errors
    /// As [`Self::receipts`].
    pub async fn consent(&self) -> Result<Consent, VaultError> {
        let receipts = self.receipts().await?;
        let withdrawn: Vec<ReceiptId> = receipts
            .iter()
            .filter(|stored| stored.withdrawn_at.is_some())
            .map(|stored| stored.receipt.id())
            .collect();
        Ok(Consent::new(receipts.into_iter().map(|stored| stored.receipt), withdrawn))
    }

    /// Takes a receipt back, in one transaction: the withdrawal is kept for the hub, and what waits under the receipt and was never
    /// tried to send is cancelled and its windows freed. What was tried stays in the outbox until the hub says what it has.
    /// The same again changes nothing.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] when there is no such receipt.
    pub async fn withdraw(&self, withdrawal: &Withdrawal, now: Timestamp) -> Result<Withdrawn, VaultError> {
        const UNTRIED: &str = "receipt = ?1 AND state = 'waiting' AND first_attempt_at IS NULL";
        let receipt = withdrawal.body.receipt.to_string();
        let mut writing = self.write().await?;
        let there: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM receipts WHERE id = ?)")
            .bind(&receipt)
            .fetch_one(writing.connection())
            .await?;
        if !there {
            return Err(VaultError::NotFound {
                what: "receipt",
                id: receipt,
            });
        }
        sqlx::query("INSERT INTO withdrawals (receipt, body, at) VALUES (?, ?, ?) ON CONFLICT (receipt) DO NOTHING")
            .bind(&receipt)
            .bind(stored::json(withdrawal)?)
            .bind(withdrawal.body.at.micros())
            .execute(writing.connection())
            .await?;
        sqlx::query(sqlx::AssertSqlSafe(format!(
            "UPDATE windows SET contribution = NULL WHERE contribution IN (SELECT number FROM contributions WHERE {UNTRIED})"
        )))
        .bind(&receipt)
        .execute(writing.connection())
        .await?;
        let cancelled = sqlx::query(sqlx::AssertSqlSafe(format!(
            "UPDATE contributions SET state = 'withdrawn', settled_at = ?2 WHERE {UNTRIED}"
        )))
        .bind(&receipt)
        .bind(now.micros())
        .execute(writing.connection())
        .await?
        .rows_affected();
        let under_way: i64 = sqlx::query_scalar("SELECT count(*) FROM contributions WHERE receipt = ? AND state = 'waiting'")
            .bind(&receipt)
            .fetch_one(writing.connection())
            .await?;
        writing.commit().await?;
        Ok(Withdrawn {
            cancelled,
            under_way: stored::count(under_way)?,
        })
    }

    /// The withdrawals of receipts for that hub that it does not know of yet, the earliest first.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn unsent_withdrawals(&self, hub: &Slug) -> Result<Vec<Withdrawal>, VaultError> {
        let bodies: Vec<String> = sqlx::query_scalar(
            "SELECT withdrawals.body FROM withdrawals JOIN receipts ON receipts.id = withdrawals.receipt \
             WHERE sent = 0 AND json_extract(receipts.body, '$.body.grant.recipient') = ? ORDER BY at, receipt",
        )
        .bind(hub.as_str())
        .fetch_all(self.read())
        .await?;
        bodies.iter().map(|body| stored::from_json(body)).collect()
    }
}
