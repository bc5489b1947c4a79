//! Who earned what: entries that are only ever added, and their sum.

use earnest_domain::{contribution::ContributionId, identity::PersonId, points::Award, time::Timestamp};
use earnest_hub_api::Credited;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

/// Adds an entry; gives its number. A second entry of one contribution is refused by the table itself.
pub(crate) async fn append(
    connection: &mut SqliteConnection,
    contribution: ContributionId,
    person: PersonId,
    award: &Award,
    now: Timestamp,
) -> Result<u64, sqlx::Error> {
    let entry: i64 =
        sqlx::query_scalar("INSERT INTO ledger (contribution, person, points, at) VALUES (?, ?, ?, ?) RETURNING entry")
            .bind(contribution.to_string())
            .bind(person.to_string())
            .bind(award.points)
            .bind(now.micros())
            .fetch_one(connection)
            .await?;
    u64::try_from(entry).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// The sum of a person's entries.
pub(crate) async fn balance(connection: &mut SqliteConnection, person: PersonId) -> Result<u64, sqlx::Error> {
    let points: i64 = sqlx::query_scalar("SELECT coalesce(sum(points), 0) FROM ledger WHERE person = ?")
        .bind(person.to_string())
        .fetch_one(connection)
        .await?;
    u64::try_from(points).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

/// Reads `id`, `award` and `entry` of a row.
pub(crate) fn credited(row: &SqliteRow) -> Result<Credited, sqlx::Error> {
    let id = row
        .try_get::<String, _>("id")?
        .parse()
        .map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    let award = serde_json::from_str(row.try_get("award")?).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    let entry = u64::try_from(row.try_get::<i64, _>("entry")?).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    Ok(Credited { id, award, entry })
}
