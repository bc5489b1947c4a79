//! What the hub last said, so that the screens work while it is away. A cache: the hub's word replaces it.

use std::collections::BTreeMap;

use earnest_domain::{
    consent::Slug,
    hub::HubKeyId,
    quest::{Quest, SignedQuest},
    time::Timestamp,
};

use crate::{database::Vault, error::VaultError, stored};

/// A hub as it introduced itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hub {
    /// Its name in records.
    pub id: Slug,
    /// What it calls itself.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// When it last said so.
    pub seen_at: Timestamp,
}

impl Vault {
    /// The hub in use: the one that answered last. `None` before the first time that one did.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn hub(&self) -> Result<Option<Hub>, VaultError> {
        let row: Option<(String, String, String, i64)> = sqlx::query_as("SELECT id, name, url, seen_at FROM hub")
            .fetch_optional(self.read())
            .await?;
        row.map(|(id, name, url, seen_at)| {
            Ok(Hub {
                id: stored::id(&id)?,
                name,
                url,
                seen_at: Timestamp::from_micros(seen_at),
            })
        })
        .transpose()
    }

    /// The person's points as that hub last told them; `None` before it did.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn hub_points(&self, hub: &Slug) -> Result<Option<u64>, VaultError> {
        let points: Option<Option<i64>> = sqlx::query_scalar("SELECT points FROM hubs WHERE id = ?")
            .bind(hub.as_str())
            .fetch_optional(self.read())
            .await?;
        points.flatten().map(stored::count).transpose()
    }

    /// What that hub signed with when it was met first; `None` where it never was, or signed nothing then.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn key_of_hub(&self, hub: &Slug) -> Result<Option<HubKeyId>, VaultError> {
        let key: Option<Option<String>> = sqlx::query_scalar("SELECT key FROM hubs WHERE id = ?")
            .bind(hub.as_str())
            .fetch_optional(self.read())
            .await?;
        key.flatten().map(|key| stored::id(&key)).transpose()
    }

    /// What every hub that was ever met calls itself.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn hub_names(&self) -> Result<BTreeMap<Slug, String>, VaultError> {
        let rows: Vec<(String, String)> = sqlx::query_as("SELECT id, name FROM hubs").fetch_all(self.read()).await?;
        rows.into_iter().map(|(id, name)| Ok((stored::id(&id)?, name))).collect()
    }

    /// The quests that the hub last offered, in its order. One that this version cannot read is left out.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn quests(&self) -> Result<Vec<Quest>, VaultError> {
        let bodies: Vec<String> = sqlx::query_scalar("SELECT body FROM quests ORDER BY position")
            .fetch_all(self.read())
            .await?;
        let readable = bodies.iter().filter_map(|body| serde_json::from_str::<Quest>(body).ok());
        // An older version may have kept one that is no longer taken.
        Ok(readable.filter(|quest| quest.check_sound().is_ok()).collect())
    }

    /// The same as the hub signed them; those that an older version kept are left out.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn signed_quests(&self) -> Result<Vec<SignedQuest>, VaultError> {
        let signed: Vec<String> = sqlx::query_scalar("SELECT signed FROM quests WHERE signed IS NOT NULL ORDER BY position")
            .fetch_all(self.read())
            .await?;
        Ok(signed.iter().filter_map(|quest| serde_json::from_str(quest).ok()).collect())
    }

    /// Replaces what the hub said before, in one transaction. The key that it is known by stays the first. The caller has verified the
    /// quests.
    ///
    /// # Errors
    /// [`VaultError`] when it cannot be kept; what was there before stays.
    pub async fn set_hub(&self, hub: &Hub, key: HubKeyId, quests: &[SignedQuest]) -> Result<(), VaultError> {
        let mut writing = self.write().await?;
        sqlx::query("INSERT OR REPLACE INTO hub (one, id, name, url, seen_at) VALUES (1, ?, ?, ?, ?)")
            .bind(hub.id.as_str())
            .bind(&hub.name)
            .bind(&hub.url)
            .bind(hub.seen_at.micros())
            .execute(writing.connection())
            .await?;
        sqlx::query(
            "INSERT INTO hubs (id, name, key) VALUES (?, ?, ?)
             ON CONFLICT (id) DO UPDATE SET name = excluded.name, key = coalesce(key, excluded.key)",
        )
        .bind(hub.id.as_str())
        .bind(&hub.name)
        .bind(key.to_string())
        .execute(writing.connection())
        .await?;
        sqlx::query("DELETE FROM quests").execute(writing.connection()).await?;
        for (position, signed) in quests.iter().enumerate() {
            let quest = signed.quest();
            // A hub that names one quest twice means the later.
            sqlx::query("INSERT OR REPLACE INTO quests (id, version, position, body, signed) VALUES (?, ?, ?, ?, ?)")
                .bind(quest.id.as_str())
                .bind(quest.version)
                .bind(stored::signed(position as u64))
                .bind(stored::json(quest)?)
                .bind(stored::json(signed)?)
                .execute(writing.connection())
                .await?;
        }
        writing.commit().await
    }
}
