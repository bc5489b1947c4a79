//! Taking samples in.

use std::{collections::HashMap, fmt::Write};

use earnest_domain::{sample::Sample, time::Span};

use super::{
    Appended, Batch,
    block::{Block, Layout},
    reading::instants_of,
    standing::Known,
};
use crate::{
    database::{Gathering, Vault},
    error::VaultError,
    stored,
};

/// Samples further apart than this are looked up by themselves.
const RUN: Span = Span::from_seconds(3_600);

impl Vault {
    /// Takes in the messages of a group, in one transaction: all are on the disk when this returns, or none.
    ///
    /// A sample whose device, channel and instant are there already is dropped, whatever its value: a message that is sent again
    /// changes nothing. What comes in the order of time is known to be new; what is late is looked up. A message whose [`Mark`](crate::Mark) is
    /// among the last 32 of its device and which says that it comes again is dropped as a whole.
    ///
    /// # Errors
    /// [`VaultError::UnknownDevice`] when one of the devices is not paired; `disk_full` and `io` as everywhere. Nothing of the group
    /// is kept then.
    pub async fn append(&self, batches: Vec<Batch>) -> Result<Vec<Appended>, VaultError> {
        let mut gathering = self.gather().await?;
        let mut standing = gathering.take_standing().await?;
        if let Some(unknown) = batches.iter().find(|batch| !standing.devices.contains_key(&batch.device)) {
            gathering.leave(standing);
            return Err(VaultError::UnknownDevice(unknown.device.clone()));
        }
        // First: what comes from before them is late.
        let joined = self.held().join(&mut gathering, &mut standing)?;
        let mut group = Group::default();
        let mut appended = Vec::with_capacity(batches.len());
        for batch in batches {
            let Some(known) = standing.devices.get_mut(&batch.device) else {
                return Err(VaultError::UnknownDevice(batch.device));
            };
            if known.knows(batch.mark.as_ref()) {
                appended.push(Appended {
                    stored: Vec::new(),
                    duplicates: u32::try_from(batch.samples.len()).unwrap_or(u32::MAX),
                });
                continue;
            }
            appended.push(group.take(batch.samples, known, &mut gathering).await?);
            known.note_mark(batch.mark.as_ref(), &mut gathering)?;
        }
        group.write(&mut gathering)?;
        for ((device, layout), rows) in group.taken {
            *standing.waiting.entry((device, layout)).or_default() += rows;
        }
        gathering.commit(standing).await?;
        self.held().written(joined);
        Ok(appended)
    }
}

/// A group of messages on its way into the journal.
#[derive(Default)]
struct Group {
    /// Not written yet. Of one device and layout the last one is still filled.
    blocks: HashMap<(i64, Layout), Vec<Block>>,
    /// How many instants, for [`Standing::waiting`].
    taken: HashMap<(i64, Layout), u64>,
}

impl Group {
    async fn take(
        &mut self,
        mut samples: Vec<Sample>,
        known: &mut Known,
        gathering: &mut Gathering<'_>,
    ) -> Result<Appended, VaultError> {
        let key = |sample: &Sample| (sample.time, sample.channel.code());
        if !samples.is_sorted_by_key(key) {
            samples.sort_by_key(key); // stable: of two at one instant the first in the message stays first
        }
        let mut appended = Appended {
            stored: Vec::with_capacity(samples.len()),
            duplicates: 0,
        };
        // One wrong instant among right ones must not have everything between them looked through.
        for run in samples.chunk_by(|one, next| next.time.since(one.time) < RUN) {
            self.take_run(run, known, gathering, &mut appended).await?;
        }
        known.note_late(&appended.stored, gathering)?;
        Ok(appended)
    }

    async fn take_run(
        &mut self,
        samples: &[Sample],
        known: &mut Known,
        gathering: &mut Gathering<'_>,
        appended: &mut Appended,
    ) -> Result<(), VaultError> {
        let in_order = samples
            .iter()
            .all(|sample| sample.time.micros() > known.measured(sample.channel.code()).last_time);
        let mut there = HashMap::new();
        if !in_order {
            // What this group holds back may be what is sent again.
            self.write(gathering)?;
            there = instants_of(gathering.connection().await?, known.number, samples).await?;
        }
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
                appended.stored.push(*sample);
                known.measured(code).add(1, time, sample.value);
            }
            if values.is_empty() {
                continue;
            }
            self.push(known.number, layout, time, &values);
        }
        if !in_order {
            // The next message may be in order again; it must not end up behind these in one block.
            self.write(gathering)?;
        }
        Ok(())
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

    /// Writes what is held back.
    fn write(&mut self, gathering: &mut Gathering<'_>) -> Result<(), VaultError> {
        let mut rows: Vec<(i64, Layout, Block)> = Vec::with_capacity(self.blocks.len());
        for ((device, layout), blocks) in self.blocks.drain() {
            rows.extend(blocks.into_iter().map(|block| (device, layout, block)));
        }
        let mut rows = rows.into_iter();
        while rows.len() > 0 {
            let (sql, size) = insert(
                "INSERT INTO journal (device, layout, first, last, rows, body) VALUES ",
                6,
                rows.len(),
                "",
            );
            gathering.statement(sql);
            for (device, layout, block) in rows.by_ref().take(size) {
                gathering.bind(device)?;
                gathering.bind(layout.0)?;
                gathering.bind(block.first())?;
                gathering.bind(block.last())?;
                gathering.bind(stored::signed(block.times.len() as u64))?;
                gathering.bind(block.to_journal()?)?;
            }
        }
        Ok(())
    }
}

/// A statement that inserts as many of `rows` rows at once as fit, and how many those are.
///
/// One statement for many rows is twice as fast as one for each. The sizes are those of a wearable's axes, then powers of four, so that
/// few statements are prepared and all of them stay so; 256 rows of 8 columns keep far below SQLite's 32,766 parameters.
pub(crate) fn insert(into: &str, columns: usize, rows: usize, then: &str) -> (String, usize) {
    let size = [256, 64, 16]
        .into_iter()
        .find(|size| *size <= rows)
        .unwrap_or(rows.clamp(1, 8));
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
