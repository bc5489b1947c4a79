//! Who earned what: entries that balance and are only ever added, and the sums over them.

mod earlier;
mod tree;

use earnest_domain::{
    consent::Slug,
    contribution::ContributionId,
    identity::PersonId,
    ledger::{Account, Entry, Head, Opening, Posted, ReversalReason},
    points::Facts,
    quest::Quest,
    time::Timestamp,
};
use earnest_hub_api::Credited;
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};

pub(crate) use self::{
    earlier::enter_earlier,
    tree::{head, prove},
};

/// What makes the openings of one request: 32 random bytes that are forgotten after it.
pub(crate) struct Openings<'s>(pub(crate) &'s [u8; 32]);

impl Openings<'_> {
    fn of(&self, number: u64) -> Opening {
        let mut hasher = blake3::Hasher::new_keyed(self.0);
        hasher.update(&number.to_le_bytes());
        Opening::new(*hasher.finalize().as_bytes())
    }
}

/// Enters what a contribution earns. A second award of one contribution is refused by the table itself.
pub(crate) async fn award(
    connection: &mut SqliteConnection,
    openings: &Openings<'_>,
    (contribution, person): (ContributionId, PersonId),
    quest: (Slug, u32),
    facts: Facts,
    now: Timestamp,
) -> Result<Posted, sqlx::Error> {
    let number = next_number(connection).await?;
    let opening = openings.of(number);
    let to = Account::of(person, &opening);
    let entry = Entry::award(number, now, contribution, quest, facts, to);
    add(connection, &entry, Some(contribution), None).await?;
    own(connection, &entry, person, &opening, entry.moves()).await?;
    Ok(Posted { entry, opening })
}

/// Moves an award back into its pool.
pub(crate) async fn reverse(
    connection: &mut SqliteConnection,
    person: PersonId,
    contribution: ContributionId,
    award: &Posted,
    reason: ReversalReason,
    now: Timestamp,
) -> Result<Posted, sqlx::Error> {
    let number = next_number(connection).await?;
    let reversed = award.entry.reversed(number, now, reason);
    let entry = reversed.ok_or_else(|| sqlx::Error::Decode("an entry that is no award".into()))?;
    add(connection, &entry, Some(contribution), Some(award.entry.number)).await?;
    own(connection, &entry, person, &award.opening, -entry.moves()).await?;
    Ok(Posted {
        entry,
        opening: award.opening,
    })
}

/// Fills the pools of these quests up to their budgets. A budget that became smaller takes nothing back.
pub(crate) async fn fund(connection: &mut SqliteConnection, quests: &[Quest], now: Timestamp) -> Result<(), sqlx::Error> {
    for quest in quests {
        let funded: i64 = sqlx::query_scalar(
            "SELECT coalesce(sum(points), 0) FROM postings JOIN entries ON number = entry WHERE account = ? AND contribution IS NULL",
        )
        .bind(Account::Pool(quest.id.clone()).to_string())
        .fetch_one(&mut *connection)
        .await?;
        let missing = i64::from(quest.points.budget).saturating_sub(funded);
        if let Ok(missing @ 1..) = u32::try_from(missing) {
            put(connection, &quest.id, missing, now).await?;
        }
    }
    Ok(())
}

async fn put(connection: &mut SqliteConnection, quest: &Slug, points: u32, now: Timestamp) -> Result<(), sqlx::Error> {
    let entry = Entry::funding(next_number(connection).await?, now, quest.clone(), points);
    add(connection, &entry, None, None).await
}

/// What the pool of a quest still has.
pub(crate) async fn pool(connection: &mut SqliteConnection, quest: &Slug) -> Result<u64, sqlx::Error> {
    let points: Option<i64> = sqlx::query_scalar("SELECT points FROM pools WHERE account = ?")
        .bind(Account::Pool(quest.clone()).to_string())
        .fetch_optional(connection)
        .await?;
    number_of(points.unwrap_or(0))
}

/// What a person earned, less what was undone.
pub(crate) async fn balance(connection: &mut SqliteConnection, person: PersonId) -> Result<u64, sqlx::Error> {
    let points: i64 = sqlx::query_scalar("SELECT coalesce(sum(points), 0) FROM owners WHERE person = ?")
        .bind(person.to_string())
        .fetch_one(connection)
        .await?;
    number_of(points)
}

/// The entry that moved an award back, with what opens it.
pub(crate) async fn reversal_of(connection: &mut SqliteConnection, award: &Posted) -> Result<Option<Posted>, sqlx::Error> {
    sqlx::query("SELECT leaf, opening FROM entries JOIN owners ON entry = number WHERE reverses = ?")
        .bind(signed(award.entry.number)?)
        .fetch_optional(connection)
        .await?
        .as_ref()
        .map(posted)
        .transpose()
}

/// Entries from a number on, at most so many.
pub(crate) async fn entries(connection: &mut SqliteConnection, from: u64, most: usize) -> Result<Vec<Entry>, sqlx::Error> {
    let leaves: Vec<String> = sqlx::query_scalar("SELECT leaf FROM entries WHERE number >= ? ORDER BY number LIMIT ?")
        .bind(i64::try_from(from).unwrap_or(i64::MAX))
        .bind(i64::try_from(most).unwrap_or(i64::MAX))
        .fetch_all(connection)
        .await?;
    leaves.iter().map(|leaf| read(leaf)).collect()
}

/// Reads `id`, `award`, `leaf` and `opening` of a row.
pub(crate) fn credited(row: &SqliteRow) -> Result<Credited, sqlx::Error> {
    let id = row
        .try_get::<String, _>("id")?
        .parse()
        .map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    let award = serde_json::from_str(row.try_get("award")?).map_err(|error| sqlx::Error::Decode(Box::new(error)))?;
    Ok(Credited {
        id,
        award,
        posted: posted(row)?,
    })
}

/// Reads `leaf` and `opening` of a row.
pub(crate) fn posted(row: &SqliteRow) -> Result<Posted, sqlx::Error> {
    let opening = row.try_get::<Vec<u8>, _>("opening")?;
    let opening = opening
        .try_into()
        .map_err(|_| sqlx::Error::Decode("an opening of another length".into()))?;
    Ok(Posted {
        entry: read(row.try_get("leaf")?)?,
        opening: Opening::new(opening),
    })
}

fn read(leaf: &str) -> Result<Entry, sqlx::Error> {
    Entry::from_text(leaf).ok_or_else(|| sqlx::Error::Decode("a leaf that is none".into()))
}

async fn next_number(connection: &mut SqliteConnection) -> Result<u64, sqlx::Error> {
    let last: Option<i64> = sqlx::query_scalar("SELECT max(number) FROM entries")
        .fetch_one(connection)
        .await?;
    number_of(last.map_or(0, |last| last + 1))
}

/// The one place where anything is added.
async fn add(
    connection: &mut SqliteConnection,
    entry: &Entry,
    contribution: Option<ContributionId>,
    reverses: Option<u64>,
) -> Result<(), sqlx::Error> {
    entry.check().map_err(|error| sqlx::Error::Encode(Box::new(error)))?;
    sqlx::query("INSERT INTO entries (number, leaf, contribution, reverses) VALUES (?, ?, ?, ?)")
        .bind(signed(entry.number)?)
        .bind(entry.to_text())
        .bind(contribution.map(|contribution| contribution.to_string()))
        .bind(reverses.map(signed).transpose()?)
        .execute(&mut *connection)
        .await?;
    for posting in &entry.postings {
        sqlx::query("INSERT INTO postings (entry, account, points) VALUES (?, ?, ?)")
            .bind(signed(entry.number)?)
            .bind(posting.account.to_string())
            .bind(posting.points)
            .execute(&mut *connection)
            .await?;
    }
    tree::grow(connection, entry).await
}

async fn own(
    connection: &mut SqliteConnection,
    entry: &Entry,
    person: PersonId,
    opening: &Opening,
    points: i64,
) -> Result<(), sqlx::Error> {
    sqlx::query("INSERT INTO owners (entry, person, opening, points) VALUES (?, ?, ?, ?)")
        .bind(signed(entry.number)?)
        .bind(person.to_string())
        .bind(opening.bytes().as_slice())
        .bind(points)
        .execute(connection)
        .await?;
    Ok(())
}

/// How much stands in the log.
pub(crate) async fn size(connection: &mut SqliteConnection) -> Result<u64, sqlx::Error> {
    next_number(connection).await
}

/// The head over everything that stands there now.
pub(crate) async fn newest_head(connection: &mut SqliteConnection) -> Result<Head, sqlx::Error> {
    let size = size(connection).await?;
    head(connection, size).await
}

fn number_of(stored: i64) -> Result<u64, sqlx::Error> {
    u64::try_from(stored).map_err(|error| sqlx::Error::Decode(Box::new(error)))
}

fn signed(number: u64) -> Result<i64, sqlx::Error> {
    i64::try_from(number).map_err(|error| sqlx::Error::Encode(Box::new(error)))
}
