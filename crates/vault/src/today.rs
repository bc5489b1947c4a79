//! What Today is computed from: the days on which something was done, and what the person said of quests.

use std::collections::BTreeMap;

use earnest_domain::{
    consent::Slug,
    contribution::ContributionId,
    time::Timestamp,
    today::{Day, Taste},
};

use sqlx::AssertSqlSafe;

use crate::{
    database::Vault,
    error::VaultError,
    outbox::{Efforts, PAID},
    stored,
};

/// What a person says of one quest. The last word counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// Always shown, first.
    Pinned,
    /// Not shown before that day.
    Snoozed(Day),
    /// Never shown.
    Never,
    /// As any other.
    Nothing,
}

impl Vault {
    /// Notes the person's own date of a contribution. The first stays.
    ///
    /// # Errors
    /// [`VaultError`] when it cannot be kept.
    pub async fn note_day(&self, contribution: ContributionId, day: Day) -> Result<(), VaultError> {
        let mut writing = self.write().await?;
        sqlx::query("INSERT INTO days (contribution, day) VALUES (?, ?) ON CONFLICT (contribution) DO NOTHING")
            .bind(contribution.to_string())
            .bind(day.to_string())
            .execute(writing.connection())
            .await?;
        writing.commit().await
    }

    /// When something was done that was credited, or may be: the person's own date where it was noted, and the instant. What was
    /// credited and taken back later was done all the same.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn done_on(&self) -> Result<Vec<(Option<Day>, Timestamp)>, VaultError> {
        let rows: Vec<(Option<String>, i64)> = sqlx::query_as(
            "SELECT day, created_at FROM contributions LEFT JOIN days ON contribution = id \
             WHERE state IN ('waiting', 'awarded') OR award IS NOT NULL",
        )
        .fetch_all(self.read())
        .await?;
        rows.into_iter()
            .map(|(day, at)| Ok((day.as_deref().map(stored::id).transpose()?, Timestamp::from_micros(at))))
            .collect()
    }

    /// How often each quest of that hub was done; nothing of those that never were.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn all_efforts(&self, hub: &Slug) -> Result<BTreeMap<Slug, Efforts>, VaultError> {
        let rows: Vec<(String, i64, i64)> = sqlx::query_as(AssertSqlSafe(format!(
            "SELECT quest, count(*) FILTER (WHERE state = 'waiting'), count(*) FILTER (WHERE {PAID}) \
             FROM contributions WHERE recipient = ? GROUP BY quest",
        )))
        .bind(hub.as_str())
        .fetch_all(self.read())
        .await?;
        rows.into_iter()
            .map(|(quest, waiting, awarded)| {
                let efforts = Efforts {
                    waiting: stored::count(waiting)?,
                    awarded: stored::count(awarded)?,
                };
                Ok((stored::id(&quest)?, efforts))
            })
            .collect()
    }

    /// What the person said of that hub's quests.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn taste(&self, hub: &Slug) -> Result<Taste, VaultError> {
        let rows: Vec<(String, Option<i64>, Option<String>, bool)> =
            sqlx::query_as("SELECT quest, pinned, snoozed, never FROM tastes WHERE hub = ? ORDER BY pinned, quest")
                .bind(hub.as_str())
                .fetch_all(self.read())
                .await?;
        let mut taste = Taste::default();
        for (quest, pinned, snoozed, never) in rows {
            let quest: Slug = stored::id(&quest)?;
            if pinned.is_some() {
                taste.pinned.push(quest.clone());
            }
            if let Some(day) = snoozed {
                taste.snoozed.insert(quest.clone(), stored::id(&day)?);
            }
            if never {
                taste.never.insert(quest);
            }
        }
        Ok(taste)
    }

    /// Notes what the person says of a quest.
    ///
    /// # Errors
    /// [`VaultError`] when it cannot be kept.
    pub async fn say_of_quest(&self, hub: &Slug, quest: &Slug, word: Word) -> Result<(), VaultError> {
        let mut writing = self.write().await?;
        sqlx::query("DELETE FROM tastes WHERE hub = ? AND quest = ?")
            .bind(hub.as_str())
            .bind(quest.as_str())
            .execute(writing.connection())
            .await?;
        let snoozed = match word {
            Word::Snoozed(day) => Some(day.to_string()),
            _ => None,
        };
        if word != Word::Nothing {
            sqlx::query(
                "INSERT INTO tastes (hub, quest, pinned, snoozed, never) \
                 VALUES (?1, ?2, CASE WHEN ?3 THEN (SELECT coalesce(max(pinned), 0) + 1 FROM tastes WHERE hub = ?1) END, ?4, ?5)",
            )
            .bind(hub.as_str())
            .bind(quest.as_str())
            .bind(word == Word::Pinned)
            .bind(snoozed)
            .bind(word == Word::Never)
            .execute(writing.connection())
            .await?;
        }
        writing.commit().await
    }
}
