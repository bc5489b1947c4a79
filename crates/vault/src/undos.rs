//! What the person takes back of what a hub has, or may have.

use earnest_domain::{consent::Slug, contribution::ContributionId, ledger::Posted, time::Timestamp};

use crate::{database::Vault, error::VaultError, ledger::EntryKind, stored};

/// What taking a contribution back did here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undone {
    /// It had not left, and never will.
    NeverLeft,
    /// The hub has it, or may have it, and is told.
    ToBeTold,
    /// There was nothing to take back: it was refused, or taken back before.
    Nothing,
}

/// An undo that its hub does not know of yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsentUndo {
    /// Which contribution.
    pub contribution: ContributionId,
    /// The signed request, as text.
    pub body: String,
}

impl Vault {
    /// Takes a contribution back. Its windows stay used: what somebody took back does not leave again by itself. `body` is the signed
    /// request, which its hub is told.
    ///
    /// # Errors
    /// [`VaultError::NotFound`] when there is no such contribution.
    pub async fn undo(&self, contribution: ContributionId, body: &str, now: Timestamp) -> Result<Undone, VaultError> {
        let id = contribution.to_string();
        let mut writing = self.write().await?;
        let row: Option<(String, Option<i64>, String)> =
            sqlx::query_as("SELECT state, first_attempt_at, recipient FROM contributions WHERE id = ?")
                .bind(&id)
                .fetch_optional(writing.connection())
                .await?;
        let (state, attempted, hub) = row.ok_or_else(|| VaultError::NotFound {
            what: "contribution",
            id: id.clone(),
        })?;
        let undone = match (state.as_str(), attempted) {
            ("waiting", None) => Undone::NeverLeft,
            ("waiting" | "awarded", _) => Undone::ToBeTold,
            _ => return Ok(Undone::Nothing),
        };
        sqlx::query("UPDATE contributions SET state = 'withdrawn', settled_at = coalesce(settled_at, ?) WHERE id = ?")
            .bind(now.micros())
            .bind(&id)
            .execute(writing.connection())
            .await?;
        if undone == Undone::ToBeTold {
            sqlx::query(
                "INSERT INTO undos (contribution, hub, body, at) VALUES (?, ?, ?, ?) ON CONFLICT (contribution) DO NOTHING",
            )
            .bind(&id)
            .bind(hub)
            .bind(body)
            .bind(now.micros())
            .execute(writing.connection())
            .await?;
        }
        writing.commit().await?;
        Ok(undone)
    }

    /// What that hub is still to be told.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn unsent_undos(&self, hub: &Slug) -> Result<Vec<UnsentUndo>, VaultError> {
        let rows: Vec<(String, String)> =
            sqlx::query_as("SELECT contribution, body FROM undos WHERE hub = ? AND settled_at IS NULL ORDER BY at, contribution")
                .bind(hub.as_str())
                .fetch_all(self.read())
                .await?;
        rows.into_iter()
            .map(|(contribution, body)| {
                Ok(UnsentUndo {
                    contribution: stored::id(&contribution)?,
                    body,
                })
            })
            .collect()
    }

    /// Notes that the hub knows of an undo, and how it moved the points back, in one transaction.
    ///
    /// # Errors
    /// [`VaultError`] when it cannot be kept.
    pub async fn settle_undo(
        &self,
        hub: &Slug,
        contribution: ContributionId,
        reversal: Option<&Posted>,
        hub_points: u64,
        now: Timestamp,
    ) -> Result<(), VaultError> {
        let mut writing = self.write().await?;
        if let Some(posted) = reversal {
            writing.note_entry(hub, contribution, EntryKind::Reversal, posted).await?;
        }
        sqlx::query("UPDATE undos SET settled_at = ? WHERE contribution = ? AND settled_at IS NULL")
            .bind(now.micros())
            .bind(contribution.to_string())
            .execute(writing.connection())
            .await?;
        writing.note_points("?", hub.as_str(), hub_points).await?;
        writing.commit().await
    }
}
