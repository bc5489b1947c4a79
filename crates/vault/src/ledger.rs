//! What hubs wrote into their ledgers about this person, and what proves it.

use std::collections::HashMap;

use earnest_domain::{
    consent::Slug,
    contribution::ContributionId,
    identity::PersonId,
    ledger::{Export, ExportedContribution, HubExport, LogHash, Posted, ProvedEntry, SeenHead, SignedHead},
    points::Award,
    quest::SignedQuest,
    time::Timestamp,
};
use sqlx::{Row, sqlite::SqliteRow};

use crate::{
    database::{Vault, Writing},
    error::VaultError,
    stored,
};

/// What an entry does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// It pays a contribution.
    Award,
    /// It moves an award back.
    Reversal,
}

impl EntryKind {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Award => "award",
            Self::Reversal => "reversal",
        }
    }
}

/// An entry that waits for its proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unproved {
    /// What it is about.
    pub contribution: ContributionId,
    /// What it does.
    pub kind: EntryKind,
    /// The entry.
    pub posted: Posted,
}

/// A head that was seen, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownHead {
    /// As it was signed.
    pub checkpoint: SignedHead,
    /// When.
    pub seen_at: Timestamp,
}

/// What is known of a contribution in its hub's ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct InLedger {
    /// The number of the entry that paid it.
    pub entry: Option<u64>,
    /// The size of the head under which that is proved.
    pub proved_under: Option<u64>,
    /// The number of the entry that moved it back.
    pub reversed: Option<u64>,
    /// When the person took it back.
    pub undone_at: Option<Timestamp>,
    /// Whether the hub knows.
    pub undo_settled: bool,
}

impl Vault {
    /// Notes where an award stands. The same again changes nothing.
    ///
    /// # Errors
    /// [`VaultError`] when it cannot be kept.
    pub async fn note_entry(&self, hub: &Slug, contribution: ContributionId, posted: &Posted) -> Result<(), VaultError> {
        let mut writing = self.write().await?;
        writing.note_entry(hub, contribution, EntryKind::Award, posted).await?;
        writing.commit().await
    }

    /// What that hub paid and whose entry is not known, the earliest first, at most `limit`.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn without_entry(&self, hub: &Slug, limit: usize) -> Result<Vec<(ContributionId, Award)>, VaultError> {
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT id, award FROM contributions c WHERE recipient = ? AND state = 'awarded' AND award IS NOT NULL \
             AND NOT EXISTS (SELECT 1 FROM entries e WHERE e.contribution = c.id AND kind = 'award') ORDER BY number LIMIT ?",
        )
        .bind(hub.as_str())
        .bind(stored::signed(limit as u64))
        .fetch_all(self.read())
        .await?;
        rows.iter()
            .map(|(id, award)| Ok((stored::id(id)?, stored::from_json(award)?)))
            .collect()
    }

    /// The entries of a hub's log that wait for their proofs, by their numbers, at most `limit`.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn unproved(&self, hub: &Slug, limit: usize) -> Result<Vec<Unproved>, VaultError> {
        let rows: Vec<(String, String, String)> =
            sqlx::query_as("SELECT contribution, kind, posted FROM entries WHERE hub = ? AND size IS NULL ORDER BY number LIMIT ?")
                .bind(hub.as_str())
                .bind(stored::signed(limit as u64))
                .fetch_all(self.read())
                .await?;
        rows.iter()
            .map(|(contribution, kind, posted)| {
                Ok(Unproved {
                    contribution: stored::id(contribution)?,
                    kind: if kind == "award" {
                        EntryKind::Award
                    } else {
                        EntryKind::Reversal
                    },
                    posted: stored::from_json(posted)?,
                })
            })
            .collect()
    }

    /// The entry that paid a contribution, where it is known.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn entry_of(&self, contribution: ContributionId) -> Result<Option<Posted>, VaultError> {
        let posted: Option<String> = sqlx::query_scalar("SELECT posted FROM entries WHERE contribution = ? AND kind = 'award'")
            .bind(contribution.to_string())
            .fetch_optional(self.read())
            .await?;
        posted.as_deref().map(stored::from_json).transpose()
    }

    /// The newest head of a hub's log that was seen.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn newest_head(&self, hub: &Slug) -> Result<Option<KnownHead>, VaultError> {
        let row: Option<(String, i64)> =
            sqlx::query_as("SELECT checkpoint, seen_at FROM heads WHERE hub = ? ORDER BY size DESC LIMIT 1")
                .bind(hub.as_str())
                .fetch_optional(self.read())
                .await?;
        Ok(row.map(|(checkpoint, seen_at)| KnownHead {
            checkpoint: SignedHead::from_text(checkpoint),
            seen_at: Timestamp::from_micros(seen_at),
        }))
    }

    /// Keeps a head that continues the one before it, and the proofs of entries under it, in one transaction. A head of a size that is
    /// known is the same head, and is only seen again.
    ///
    /// # Errors
    /// [`VaultError`] when it cannot be kept.
    pub async fn keep_head(
        &self,
        hub: &Slug,
        size: u64,
        seen: &SeenHead,
        proved: &[(&Unproved, Vec<LogHash>)],
        now: Timestamp,
    ) -> Result<(), VaultError> {
        let mut writing = self.write().await?;
        sqlx::query(
            "INSERT INTO heads (hub, size, checkpoint, consistency, seen_at) VALUES (?, ?, ?, ?, ?) \
             ON CONFLICT (hub, size) DO UPDATE SET seen_at = excluded.seen_at",
        )
        .bind(hub.as_str())
        .bind(stored::signed(size))
        .bind(seen.checkpoint.as_str())
        .bind(stored::json(&seen.consistency)?)
        .bind(now.micros())
        .execute(writing.connection())
        .await?;
        for (entry, proof) in proved {
            sqlx::query("UPDATE entries SET size = ?, proof = ? WHERE contribution = ? AND kind = ?")
                .bind(stored::signed(size))
                .bind(stored::json(proof)?)
                .bind(entry.contribution.to_string())
                .bind(entry.kind.name())
                .execute(writing.connection())
                .await?;
        }
        writing.commit().await
    }

    /// Keeps the evidence that a hub rewrote its log.
    ///
    /// # Errors
    /// [`VaultError`] when it cannot be kept.
    pub async fn keep_contradiction(
        &self,
        hub: &Slug,
        checkpoint: &SignedHead,
        known: &SignedHead,
        now: Timestamp,
    ) -> Result<(), VaultError> {
        let mut writing = self.write().await?;
        sqlx::query(
            "INSERT INTO contradictions (hub, checkpoint, known, seen_at) VALUES (?, ?, ?, ?) ON CONFLICT (hub, checkpoint) DO NOTHING",
        )
        .bind(hub.as_str())
        .bind(checkpoint.as_str())
        .bind(known.as_str())
        .bind(now.micros())
        .execute(writing.connection())
        .await?;
        writing.commit().await
    }

    /// Whether a hub was seen to rewrite its log.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn is_contradicted(&self, hub: &Slug) -> Result<bool, VaultError> {
        Ok(
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM contradictions WHERE hub = ?)")
                .bind(hub.as_str())
                .fetch_one(self.read())
                .await?,
        )
    }

    /// What is known of contributions in their hubs' ledgers; nothing of the others.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn in_ledgers(&self) -> Result<HashMap<ContributionId, InLedger>, VaultError> {
        let mut found: HashMap<ContributionId, InLedger> = HashMap::new();
        let entries: Vec<(String, String, i64, Option<i64>)> =
            sqlx::query_as("SELECT contribution, kind, number, size FROM entries")
                .fetch_all(self.read())
                .await?;
        for (contribution, kind, number, size) in entries {
            let known = found.entry(stored::id(&contribution)?).or_default();
            let number = stored::count(number)?;
            if kind == EntryKind::Award.name() {
                known.entry = Some(number);
                known.proved_under = size.map(stored::count).transpose()?;
            } else {
                known.reversed = Some(number);
            }
        }
        let undos: Vec<(String, i64, Option<i64>)> = sqlx::query_as("SELECT contribution, at, settled_at FROM undos")
            .fetch_all(self.read())
            .await?;
        for (contribution, at, settled_at) in undos {
            let known = found.entry(stored::id(&contribution)?).or_default();
            known.undone_at = Some(Timestamp::from_micros(at));
            known.undo_settled = settled_at.is_some();
        }
        Ok(found)
    }

    /// Everything that the person has of the ledgers that they stand in.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn export(&self, person: PersonId) -> Result<Export, VaultError> {
        let rows: Vec<(String, String, Option<String>)> = sqlx::query_as(
            // The one in use comes last: its newest head is that of the whole.
            "SELECT id, name, key FROM hubs ORDER BY id = (SELECT id FROM hub), id",
        )
        .fetch_all(self.read())
        .await?;
        let mut hubs = Vec::with_capacity(rows.len());
        for (id, name, key) in rows {
            let id: Slug = stored::id(&id)?;
            hubs.push(HubExport {
                heads: self.heads(&id).await?,
                offers: self.offers(&id).await?,
                contributions: self.exported(&id).await?,
                key: key.map(|key| stored::id(&key)).transpose()?,
                id,
                name,
            });
        }
        Ok(Export {
            format: Export::FORMAT.to_owned(),
            person,
            hubs,
        })
    }

    async fn heads(&self, hub: &Slug) -> Result<Vec<SeenHead>, VaultError> {
        let rows: Vec<(String, String)> = sqlx::query_as("SELECT checkpoint, consistency FROM heads WHERE hub = ? ORDER BY size")
            .bind(hub.as_str())
            .fetch_all(self.read())
            .await?;
        rows.into_iter()
            .map(|(checkpoint, consistency)| {
                Ok(SeenHead {
                    checkpoint: SignedHead::from_text(checkpoint),
                    consistency: stored::from_json(&consistency)?,
                })
            })
            .collect()
    }

    async fn offers(&self, hub: &Slug) -> Result<Vec<SignedQuest>, VaultError> {
        let rows: Vec<String> = sqlx::query_scalar("SELECT signed FROM offers WHERE hub = ? ORDER BY quest, version")
            .bind(hub.as_str())
            .fetch_all(self.read())
            .await?;
        rows.iter().map(|signed| stored::from_json(signed)).collect()
    }

    async fn exported(&self, hub: &Slug) -> Result<Vec<ExportedContribution>, VaultError> {
        let rows = sqlx::query(
            "SELECT c.body, c.award, e.kind, e.posted, e.size, e.proof FROM contributions c \
             LEFT JOIN entries e ON e.contribution = c.id WHERE recipient = ? ORDER BY c.number, e.kind",
        )
        .bind(hub.as_str())
        .fetch_all(self.read())
        .await?;
        let mut done: Vec<ExportedContribution> = Vec::new();
        for row in &rows {
            let text: String = row.try_get("body")?;
            if done.last().is_none_or(|last| last.text != text) {
                let award: Option<String> = row.try_get("award")?;
                done.push(ExportedContribution {
                    text,
                    award: award.as_deref().map(stored::from_json).transpose()?,
                    credited: None,
                    reversed: None,
                });
            }
            let Some(last) = done.last_mut() else { continue };
            match row.try_get::<Option<String>, _>("kind")?.as_deref() {
                Some("award") => last.credited = Some(proved(row)?),
                Some(_) => last.reversed = Some(proved(row)?),
                None => {}
            }
        }
        Ok(done)
    }
}

impl Writing<'_> {
    pub(crate) async fn note_entry(
        &mut self,
        hub: &Slug,
        contribution: ContributionId,
        kind: EntryKind,
        posted: &Posted,
    ) -> Result<(), VaultError> {
        sqlx::query(
            "INSERT INTO entries (contribution, kind, hub, number, posted) VALUES (?, ?, ?, ?, ?) \
             ON CONFLICT (contribution, kind) DO NOTHING",
        )
        .bind(contribution.to_string())
        .bind(kind.name())
        .bind(hub.as_str())
        .bind(stored::signed(posted.entry.number))
        .bind(stored::json(posted)?)
        .execute(self.connection())
        .await?;
        Ok(())
    }
}

fn proved(row: &SqliteRow) -> Result<ProvedEntry, VaultError> {
    let size: Option<i64> = row.try_get("size")?;
    Ok(ProvedEntry {
        posted: stored::from_json(row.try_get("posted")?)?,
        size: size.map(stored::count).transpose()?,
        proof: stored::from_json(row.try_get("proof")?)?,
    })
}
