//! What people take back of what they contributed: erased, and its award moved back.

use earnest_domain::{
    contribution::ContributionId,
    identity::PersonId,
    ledger::{Posted, ReversalReason},
    time::Timestamp,
};
use earnest_hub_api::Undo;
use sqlx::SqliteConnection;

use crate::ledger;

/// Whether a person took their contribution back.
pub(crate) async fn is_undone(
    connection: &mut SqliteConnection,
    person: PersonId,
    contribution: ContributionId,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM undos WHERE contribution = ? AND person = ?)")
        .bind(contribution.to_string())
        .bind(person.to_string())
        .fetch_one(connection)
        .await
}

/// Undoes, or answers with what was undone before. Where the hub does not have the contribution, it never will.
pub(crate) async fn undo(connection: &mut SqliteConnection, undo: &Undo, now: Timestamp) -> Result<Option<Posted>, sqlx::Error> {
    let (contribution, person) = (undo.body.contribution, undo.body.person);
    let text = serde_json::to_string(undo).map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    // The first one stays; later ones change nothing.
    sqlx::query("INSERT OR IGNORE INTO undos (contribution, person, text, received_at) VALUES (?, ?, ?, ?)")
        .bind(contribution.to_string())
        .bind(person.to_string())
        .bind(text)
        .bind(now.micros())
        .execute(&mut *connection)
        .await?;
    let Some(award) = awarded(connection, person, contribution).await? else {
        return Ok(None);
    };
    if let Some(reversal) = ledger::reversal_of(connection, &award).await? {
        return Ok(Some(reversal));
    }
    sqlx::query("DELETE FROM payloads WHERE contribution = ?")
        .bind(contribution.to_string())
        .execute(&mut *connection)
        .await?;
    // The effort is free for another one: this row keeps the proof, and gives its place back.
    sqlx::query(
        "UPDATE contributions SET ordinal = -1 - number FROM entries WHERE id = ? AND contribution = id AND reverses IS NULL",
    )
    .bind(contribution.to_string())
    .execute(&mut *connection)
    .await?;
    let reason = ReversalReason::Undone;
    ledger::reverse(connection, person, contribution, &award, reason, now)
        .await
        .map(Some)
}

/// The award of a contribution, undone or not.
async fn awarded(
    connection: &mut SqliteConnection,
    person: PersonId,
    contribution: ContributionId,
) -> Result<Option<Posted>, sqlx::Error> {
    sqlx::query(
        "SELECT leaf, opening FROM entries JOIN owners ON entry = number WHERE contribution = ? AND person = ? AND reverses IS NULL",
    )
    .bind(contribution.to_string())
    .bind(person.to_string())
    .fetch_optional(connection)
    .await?
    .map(|row| ledger::posted(&row))
    .transpose()
}
