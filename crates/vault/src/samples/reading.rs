//! Reading samples back, from the journal and the chunks at once.

use std::collections::HashMap;

use earnest_domain::{device::DeviceId, sample::Sample, stream::Channel, time::Timestamp};
use sqlx::SqliteConnection;

use super::{
    Total,
    block::{Block, Chunk, LONGEST, Layout},
};
use crate::{database::Vault, error::VaultError, stored};

/// A row of the journal or of the chunks.
#[derive(sqlx::FromRow)]
struct Row {
    packed: bool,
    layout: u32,
    rows: i64,
    body: Vec<u8>,
}

/// Both tables in one statement, so that a compaction in between neither hides nor doubles anything. `last` is where a block ends.
const BETWEEN: &str = "\
    SELECT 0 AS packed, layout, rows, body FROM journal WHERE device = ?1 AND first BETWEEN ?2 AND ?4 AND last >= ?3 \
    UNION ALL \
    SELECT 1 AS packed, layout, rows, body FROM chunks WHERE device = ?1 AND first BETWEEN ?2 AND ?4 AND last >= ?3";

impl Vault {
    /// The samples of a device's channels from `from` until before `until`, by time, then by channel.
    ///
    /// 24 bytes of memory a sample: ask for stretches.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn samples(
        &self,
        device: &DeviceId,
        channels: &[Channel],
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Vec<Sample>, VaultError> {
        if from >= until {
            return Ok(Vec::new());
        }
        let number: Option<i64> = sqlx::query_scalar("SELECT number FROM devices WHERE id = ?")
            .bind(device.as_str())
            .fetch_optional(self.read())
            .await?;
        let Some(number) = number else { return Ok(Vec::new()) };
        let (from, until) = (from.micros(), until.micros());
        let rows: Vec<Row> = sqlx::query_as(BETWEEN)
            .bind(number)
            .bind(from.saturating_sub(LONGEST))
            .bind(from)
            .bind(until.saturating_sub(1))
            .fetch_all(self.read())
            .await?;
        let wanted = Layout::of(channels);
        // A day of motion is a tenth of a second of unpacking.
        tokio::task::spawn_blocking(move || unpack(&rows, wanted, from, until))
            .await
            .map_err(|error| VaultError::corrupt(error.to_string()))?
    }

    /// When the first sample of one of the device's channels from `from` on was measured.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn first_sample(
        &self,
        device: &DeviceId,
        channels: &[Channel],
        from: Timestamp,
    ) -> Result<Option<Timestamp>, VaultError> {
        let wanted = Layout::of(channels);
        let mut from = from;
        loop {
            // The blocks that end at `from` or later, the one that begins first before the others: mostly one look is enough.
            let next: Option<(i64, i64)> = sqlx::query_as(
                "SELECT first, last FROM (\
                   SELECT first, last FROM journal JOIN devices ON devices.number = device WHERE id = ?1 AND first >= ?4 AND last >= ?2 AND layout & ?3 <> 0 \
                   UNION ALL \
                   SELECT first, last FROM chunks JOIN devices ON devices.number = device WHERE id = ?1 AND first >= ?4 AND last >= ?2 AND layout & ?3 <> 0) \
                 ORDER BY first LIMIT 1",
            )
            .bind(device.as_str())
            .bind(from.micros())
            .bind(wanted.0)
            .bind(from.micros().saturating_sub(LONGEST))
            .fetch_optional(self.read())
            .await?;
            let Some((first, last)) = next else { return Ok(None) };
            if first >= from.micros() {
                return Ok(Some(Timestamp::from_micros(first)));
            }
            let until = Timestamp::from_micros(last.saturating_add(1));
            if let Some(sample) = self.samples(device, channels, from, until).await?.first() {
                return Ok(Some(sample.time));
            }
            from = until;
        }
    }

    /// How much each device has measured on each channel, exactly.
    ///
    /// # Errors
    /// [`VaultError`] when the vault cannot be read.
    pub async fn totals(&self) -> Result<Vec<Total>, VaultError> {
        self.standing(super::Standing::totals).await
    }
}

fn unpack(rows: &[Row], wanted: Layout, from: i64, until: i64) -> Result<Vec<Sample>, VaultError> {
    let mut samples = Vec::new();
    for row in rows {
        let layout = Layout(row.layout);
        let channels: Vec<Channel> = Layout(layout.0 & wanted.0).channels()?;
        if channels.is_empty() {
            continue;
        }
        let (times, columns) = row.columns(layout, &channels)?;
        let range = times.partition_point(|time| *time < from)..times.partition_point(|time| *time < until);
        samples.reserve(range.len() * channels.len());
        for index in range {
            for (channel, column) in channels.iter().zip(&columns) {
                samples.push(Sample {
                    channel: *channel,
                    time: Timestamp::from_micros(times[index]),
                    value: column[index],
                });
            }
        }
    }
    // Blocks come nearly in order; sorting what is nearly sorted is cheap.
    samples.sort_by_key(|sample| (sample.time, sample.channel.code()));
    Ok(samples)
}

impl Row {
    fn columns(&self, layout: Layout, channels: &[Channel]) -> Result<(Vec<i64>, Vec<Vec<f32>>), VaultError> {
        if self.packed {
            let chunk = Chunk::open(layout, stored::narrow(self.rows)?, &self.body)?;
            let columns = channels
                .iter()
                .map(|channel| {
                    chunk
                        .column(channel.code())?
                        .ok_or_else(|| VaultError::corrupt("a chunk lacks a column"))
                })
                .collect::<Result<_, _>>()?;
            return Ok((chunk.times()?, columns));
        }
        let block = Block::from_journal(layout, &self.body)?;
        let all = layout.channels()?;
        let columns = channels
            .iter()
            .filter_map(|channel| all.iter().position(|other| other == channel))
            .map(|position| block.values.iter().skip(position).step_by(all.len()).copied().collect())
            .collect();
        Ok((block.times, columns))
    }
}

/// Which channels have a sample already at the instants of `samples` (by time), as the writer sees it.
pub(super) async fn instants_of(
    connection: &mut SqliteConnection,
    device: i64,
    samples: &[Sample],
) -> Result<HashMap<i64, Layout>, VaultError> {
    let (Some(first), Some(last)) = (samples.first(), samples.last()) else {
        return Ok(HashMap::new());
    };
    let (first, last) = (first.time.micros(), last.time.micros());
    let rows: Vec<Row> = sqlx::query_as(BETWEEN)
        .bind(device)
        .bind(first.saturating_sub(LONGEST))
        .bind(first)
        .bind(last)
        .fetch_all(connection)
        .await?;
    let mut instants: HashMap<i64, Layout> = HashMap::new();
    for row in &rows {
        let layout = Layout(row.layout);
        let times = if row.packed {
            Chunk::open(layout, stored::narrow(row.rows)?, &row.body)?.times()?
        } else {
            Block::from_journal(layout, &row.body)?.times
        };
        let asked = |time: &i64| samples.binary_search_by_key(time, |sample| sample.time.micros()).is_ok();
        for time in times.into_iter().filter(asked) {
            let there = instants.entry(time).or_default();
            there.0 |= layout.0;
        }
    }
    Ok(instants)
}
