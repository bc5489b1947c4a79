//! Taking samples in.

use std::{
    collections::{BTreeMap, HashMap},
    fmt::Write,
};

use earnest_domain::{sample::Sample, time::Timestamp};
use sqlx::{AssertSqlSafe, SqliteConnection};

use super::{
    Appended, Batch,
    block::{Block, Layout},
    reading::instants_between,
    standing::{Known, Standing},
};
use crate::{database::Vault, error::VaultError, stored};

impl Vault {
    /// Takes in the messages of a group, in one transaction: all are on the disk when this returns, or none.
    ///
    /// A sample whose device, channel and instant are there already is dropped, whatever its value: a message that is sent again
    /// changes nothing. What comes in the order of time is known to be new; what is late is looked up.
    ///
    /// # Errors
    /// [`VaultError::UnknownDevice`] when one of the devices is not paired; `disk_full` and `io` as everywhere. Nothing of the group
    /// is kept then.
    pub async fn append(&self, batches: Vec<Batch>) -> Result<Vec<Appended>, VaultError> {
        let mut writing = self.write().await?;
        let mut standing = match writing.standing().take() {
            Some(standing) => standing,
            None => Standing::read(writing.connection()).await?,
        };
        if let Some(unknown) = batches.iter().find(|batch| !standing.devices.contains_key(&batch.device)) {
            *writing.standing() = Some(standing); // nothing has changed yet
            return Err(VaultError::UnknownDevice(unknown.device.clone()));
        }
        let mut group = Group::default();
        let mut appended = Vec::with_capacity(batches.len());
        for batch in batches {
            let Some(known) = standing.devices.get_mut(&batch.device) else {
                return Err(VaultError::UnknownDevice(batch.device));
            };
            appended.push(group.take(batch.samples, known, writing.connection()).await?);
        }
        group.write(writing.connection()).await?;
        group.write_totals(writing.connection()).await?;
        for ((device, layout), rows) in group.taken {
            *standing.waiting.entry((device, layout)).or_default() += rows;
        }
        writing.commit_knowing(standing).await?;
        Ok(appended)
    }
}

/// A group of messages on its way into the journal.
#[derive(Default)]
struct Group {
    /// Not written yet. Of one device and layout the last one is still filled.
    blocks: HashMap<(i64, Layout), Vec<Block>>,
    totals: BTreeMap<(i64, u8), Gain>,
    /// How many instants, for [`Standing::waiting`].
    taken: HashMap<(i64, Layout), u64>,
}

/// What a group adds to a total.
struct Gain {
    samples: i64,
    last_time: i64,
    last_value: f32,
}

impl Group {
    async fn take(
        &mut self,
        mut samples: Vec<Sample>,
        known: &mut Known,
        connection: &mut SqliteConnection,
    ) -> Result<Appended, VaultError> {
        let key = |sample: &Sample| (sample.time, sample.channel.code());
        if !samples.is_sorted_by_key(key) {
            samples.sort_by_key(key); // stable: of two at one instant the first in the message stays first
        }
        let (Some(first), Some(last)) = (samples.first(), samples.last()) else {
            return Ok(Appended::default());
        };
        let (first, last) = (first.time.micros(), last.time.micros());
        let in_order = samples
            .iter()
            .all(|sample| sample.time.micros() > known.latest[usize::from(sample.channel.code())]);
        let mut there = HashMap::new();
        if !in_order {
            // What this group holds back may be what is sent again.
            self.write(connection).await?;
            there = instants_between(connection, known.number, first, last).await?;
        }

        let mut appended = Appended::default();
        let mut values = Vec::with_capacity(Layout::CODES);
        for row in samples.chunk_by(|one, next| one.time == next.time) {
            let time = row[0].time.micros();
            let mut seen: Layout = there.get(&time).copied().unwrap_or_default();
            let mut layout = Layout::default();
            values.clear();
            for sample in row {
                let code = sample.channel.code();
                if seen.has(code) {
                    appended.duplicates += 1;
                    continue;
                }
                seen = seen.with(code);
                layout = layout.with(code);
                values.push(sample.value);
                appended.stored += 1;
                let latest = &mut known.latest[usize::from(code)];
                *latest = time.max(*latest);
                self.gain(known.number, code, time, sample.value);
            }
            if values.is_empty() {
                continue;
            }
            let instant = Timestamp::from_micros(time);
            appended.span = Some((appended.span.map_or(instant, |(from, _)| from), instant));
            self.push(known.number, layout, time, &values);
        }
        if !in_order {
            // The next message may be in order again; it must not end up behind these in one block.
            self.write(connection).await?;
        }
        Ok(appended)
    }

    fn push(&mut self, device: i64, layout: Layout, time: i64, values: &[f32]) {
        let blocks = self.blocks.entry((device, layout)).or_default();
        if blocks.last().is_none_or(|block| !block.takes(time)) {
            blocks.push(Block::new(layout));
        }
        if let Some(block) = blocks.last_mut() {
            block.times.push(time);
            block.values.extend_from_slice(values);
        }
        *self.taken.entry((device, layout)).or_default() += 1;
    }

    fn gain(&mut self, device: i64, code: u8, time: i64, value: f32) {
        let gain = self.totals.entry((device, code)).or_insert(Gain {
            samples: 0,
            last_time: i64::MIN,
            last_value: value,
        });
        gain.samples += 1;
        if time > gain.last_time {
            gain.last_time = time;
            gain.last_value = value;
        }
    }

    /// Writes what is held back.
    async fn write(&mut self, connection: &mut SqliteConnection) -> Result<(), VaultError> {
        let mut rows = Vec::with_capacity(self.blocks.len());
        for ((device, layout), blocks) in self.blocks.drain() {
            for block in blocks {
                rows.push((
                    device,
                    layout,
                    block.first(),
                    block.last(),
                    stored::signed(block.times.len() as u64),
                    block.to_journal()?,
                ));
            }
        }
        let mut rows = rows.into_iter();
        while rows.len() > 0 {
            let (sql, size) = insert(
                "INSERT INTO journal (device, layout, first, last, rows, body) VALUES ",
                6,
                rows.len(),
                "",
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for (device, layout, first, last, count, body) in rows.by_ref().take(size) {
                query = query
                    .bind(device)
                    .bind(layout.0)
                    .bind(first)
                    .bind(last)
                    .bind(count)
                    .bind(body);
            }
            query.execute(&mut *connection).await?;
        }
        Ok(())
    }

    async fn write_totals(&mut self, connection: &mut SqliteConnection) -> Result<(), VaultError> {
        const ADD: &str = " ON CONFLICT (device, channel) DO UPDATE SET samples = samples + excluded.samples, \
            last_value = CASE WHEN excluded.last_time > last_time THEN excluded.last_value ELSE last_value END, \
            last_time = max(last_time, excluded.last_time)";
        let mut rows = std::mem::take(&mut self.totals).into_iter();
        while rows.len() > 0 {
            let (sql, size) = insert(
                "INSERT INTO totals (device, channel, samples, last_time, last_value) VALUES ",
                5,
                rows.len(),
                ADD,
            );
            let mut query = sqlx::query(AssertSqlSafe(sql));
            for ((device, code), gain) in rows.by_ref().take(size) {
                query = query
                    .bind(device)
                    .bind(code)
                    .bind(gain.samples)
                    .bind(gain.last_time)
                    .bind(gain.last_value);
            }
            query.execute(&mut *connection).await?;
        }
        Ok(())
    }
}

/// A statement that inserts as many of `rows` rows at once as fit, and how many those are.
///
/// One statement for many rows is twice as fast as one for each. The sizes are powers of four, so that few statements are prepared
/// and all of them stay so; 256 rows of 8 columns keep far below SQLite's 32,766 parameters.
pub(crate) fn insert(into: &str, columns: usize, rows: usize, then: &str) -> (String, usize) {
    let size = [256, 64, 16, 4].into_iter().find(|size| *size <= rows).unwrap_or(1);
    let mut sql = String::with_capacity(into.len() + then.len() + size * (columns * 2 + 2));
    sql.push_str(into);
    for row in 0..size {
        sql.push_str(if row == 0 { "(?" } else { ",(?" });
        for _ in 1..columns {
            sql.push_str(",?");
        }
        sql.push(')');
    }
    // Writing to a string cannot fail.
    let _ = write!(sql, "{then}");
    (sql, size)
}
