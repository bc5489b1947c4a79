//! Packing the journal into chunks.

use sqlx::{AssertSqlSafe, SqliteConnection};

use super::{
    append::insert,
    block::{Block, LONGEST, Layout, MOST_ROWS},
};
use crate::{
    database::{Gathering, Vault},
    error::VaultError,
    stored,
};

/// How much of the journal is packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compaction {
    /// What fills chunks; the rest waits in the journal until it does. For every few seconds.
    Full,
    /// Everything. Leaves chunks that are not full, which stay so: for before a copy is made, not for every day.
    All,
}

/// What a compaction did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Compacted {
    /// How many chunks were written.
    pub chunks: u64,
    /// How many sample values went into them.
    pub values: u64,
}

/// The most instants that one transaction packs, so that a message waits for tens of milliseconds at most.
const MOST_AT_ONCE: usize = 2 * MOST_ROWS;

impl Vault {
    /// Packs the journal into chunks. Each step is one transaction that writes chunks and deletes what they hold from the journal:
    /// stopped at any instant, nothing is lost and nothing is there twice. Messages are taken in between the steps.
    ///
    /// # Errors
    /// [`VaultError`]; the steps before it stand.
    pub async fn compact(&self, how: Compaction) -> Result<Compacted, VaultError> {
        let mut done = Compacted::default();
        while let Some(step) = self.compact_step(how).await? {
            done.chunks += step.chunks;
            done.values += step.values;
        }
        Ok(done)
    }

    /// One step; `None` when there is nothing left to do.
    async fn compact_step(&self, how: Compaction) -> Result<Option<Compacted>, VaultError> {
        let least = match how {
            Compaction::Full => MOST_ROWS as u64,
            Compaction::All => 1,
        };
        let mut gathering = self.gather().await?;
        let mut standing = gathering.take_standing().await?;
        // The fullest first, then by number, so that the same journal is packed the same way.
        let next = standing
            .waiting
            .iter()
            .filter(|(_, rows)| **rows >= least)
            .max_by_key(|(key, rows)| (**rows, **key));
        let Some((&(device, layout), _)) = next else {
            gathering.leave(standing);
            return Ok(None);
        };
        let (numbers, blocks) = take(gathering.connection().await?, device, layout).await?;
        let taken: u64 = blocks.iter().map(|block| block.times.len() as u64).sum();
        let newest = latest(&blocks);
        let chunks = tokio::task::spawn_blocking(move || pack(layout, &blocks))
            .await
            .map_err(|error| VaultError::corrupt(error.to_string()))??;

        let step = Compacted {
            chunks: chunks.len() as u64,
            values: taken * layout.width() as u64,
        };
        replace(&mut gathering, device, layout, chunks, &numbers)?;
        write_totals(&mut gathering, device, taken, &newest)?;
        match standing.waiting.get_mut(&(device, layout)) {
            Some(rows) if *rows > taken && taken > 0 => *rows -= taken,
            _ => {
                standing.waiting.remove(&(device, layout));
            }
        }
        gathering.commit(standing).await?;
        Ok(Some(step))
    }
}

/// The earliest blocks of a device's layout in the journal, and their numbers.
async fn take(connection: &mut SqliteConnection, device: i64, layout: Layout) -> Result<(Vec<i64>, Vec<Block>), VaultError> {
    // A block has at least one instant, so this is enough for a step.
    let rows: Vec<(i64, i64)> =
        sqlx::query_as("SELECT number, rows FROM journal WHERE device = ? AND layout = ? ORDER BY first, number")
            .bind(device)
            .bind(layout.0)
            .fetch_all(&mut *connection)
            .await?;
    let mut numbers = Vec::new();
    let mut instants = 0;
    for (number, count) in rows {
        let count: usize = stored::narrow(count)?;
        if instants + count > MOST_AT_ONCE && instants > 0 {
            break;
        }
        instants += count;
        numbers.push(number);
    }
    let mut blocks = Vec::with_capacity(numbers.len());
    let mut rest = numbers.as_slice();
    while !rest.is_empty() {
        let (sql, size) = among("SELECT body FROM journal WHERE number IN ", rest.len());
        let (now, later) = rest.split_at(size);
        let mut query = sqlx::query_scalar::<_, Vec<u8>>(AssertSqlSafe(sql));
        for number in now {
            query = query.bind(number);
        }
        for body in query.fetch_all(&mut *connection).await? {
            blocks.push(Block::from_journal(layout, &body)?);
        }
        rest = later;
    }
    Ok((numbers, blocks))
}

/// One block's place among the chunks.
struct Packed {
    first: i64,
    last: i64,
    rows: i64,
    body: Vec<u8>,
}

/// Puts blocks in the order of time and cuts them into chunks of 4,096 to 8,191 instants that last a day at most.
fn pack(layout: Layout, blocks: &[Block]) -> Result<Vec<Packed>, VaultError> {
    let width = layout.width();
    let mut rows: Vec<(i64, &[f32])> = blocks
        .iter()
        .flat_map(|block| block.times.iter().copied().zip(block.values.chunks_exact(width)))
        .collect();
    rows.sort_by_key(|(time, _)| *time);

    let mut packed = Vec::new();
    let mut rest = rows.as_slice();
    while let Some((first, _)) = rest.first() {
        let day = rest.partition_point(|(time, _)| time.saturating_sub(*first) < LONGEST);
        let chunks = (day / MOST_ROWS).max(1);
        let (now, later) = rest.split_at(day.div_ceil(chunks));
        let block = Block {
            layout,
            times: now.iter().map(|(time, _)| *time).collect(),
            values: now.iter().flat_map(|(_, values)| values.iter().copied()).collect(),
        };
        packed.push(Packed {
            first: block.first(),
            last: block.last(),
            rows: stored::signed(now.len() as u64),
            body: block.to_chunk()?,
        });
        rest = later;
    }
    Ok(packed)
}

/// Puts chunks in the place of what they hold.
fn replace(
    gathering: &mut Gathering<'_>,
    device: i64,
    layout: Layout,
    chunks: Vec<Packed>,
    numbers: &[i64],
) -> Result<(), VaultError> {
    // First, so that the chunks take the room that this makes.
    let mut rest = numbers;
    while !rest.is_empty() {
        let (sql, size) = among("DELETE FROM journal WHERE number IN ", rest.len());
        let (now, later) = rest.split_at(size);
        gathering.statement(sql);
        for number in now {
            gathering.bind(*number)?;
        }
        rest = later;
    }
    let mut rows = chunks.into_iter();
    while rows.len() > 0 {
        let (sql, size) = insert(
            "INSERT INTO chunks (device, layout, first, last, rows, body) VALUES ",
            6,
            rows.len(),
            "",
        );
        gathering.statement(sql);
        for chunk in rows.by_ref().take(size) {
            gathering.bind(device)?;
            gathering.bind(layout.0)?;
            gathering.bind(chunk.first)?;
            gathering.bind(chunk.last)?;
            gathering.bind(chunk.rows)?;
            gathering.bind(chunk.body)?;
        }
    }
    Ok(())
}

/// The latest of the blocks' last instants and, by code, its values.
fn latest(blocks: &[Block]) -> Vec<(u8, i64, f32)> {
    let last = blocks.iter().max_by_key(|block| block.last());
    last.map(|block| block.latest().collect()).unwrap_or_default()
}

/// Counts what was packed: `rows` instants, of which `last` are the values of the latest.
fn write_totals(gathering: &mut Gathering<'_>, device: i64, rows: u64, last: &[(u8, i64, f32)]) -> Result<(), VaultError> {
    const ADD: &str = " ON CONFLICT (device, channel) DO UPDATE SET samples = samples + excluded.samples, \
        last_value = CASE WHEN excluded.last_time > last_time THEN excluded.last_value ELSE last_value END, \
        last_time = max(last_time, excluded.last_time)";
    let mut rest = last;
    while !rest.is_empty() {
        let (sql, size) = insert(
            "INSERT INTO totals (device, channel, samples, last_time, last_value) VALUES ",
            5,
            rest.len(),
            ADD,
        );
        let (now, later) = rest.split_at(size);
        gathering.statement(sql);
        for (code, time, value) in now {
            gathering.bind(device)?;
            gathering.bind(*code)?;
            gathering.bind(stored::signed(rows))?;
            gathering.bind(*time)?;
            gathering.bind(*value)?;
        }
        rest = later;
    }
    Ok(())
}

/// A statement about as many of `rows` numbers as one takes, and how many those are.
fn among(statement: &str, rows: usize) -> (String, usize) {
    let size = [256, 64, 16, 4].into_iter().find(|size| *size <= rows).unwrap_or(1);
    (format!("{statement}(?{})", ",?".repeat(size - 1)), size)
}
