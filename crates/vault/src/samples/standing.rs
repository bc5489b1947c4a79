//! What is known of the samples without asking the database.

use std::collections::{HashMap, VecDeque};

use earnest_domain::{
    device::DeviceId,
    sample::Sample,
    stream::{Channel, Stream},
    time::Timestamp,
};
use sqlx::SqliteConnection;

use super::{
    Mark, Total,
    block::{Block, Layout},
};
use crate::{database::Gathering, error::VaultError, stored};

/// Kept in step with the database: replaced on commit, read again when a change did not get that far.
#[derive(Debug)]
pub(crate) struct Standing {
    pub(super) devices: HashMap<DeviceId, Known>,
    /// How many instants of a device's layout are in the journal.
    pub(super) waiting: HashMap<(i64, Layout), u64>,
}

/// What is known of a device.
#[derive(Debug, Clone)]
pub(super) struct Known {
    /// What the tables call it.
    pub(super) number: i64,
    /// By channel code.
    pub(super) measured: [Measured; Layout::CODES],
    /// How far its motion is judged. What comes from before that is late.
    judged_until: i64,
    /// The marks of its last messages that need one, the newest last.
    marks: VecDeque<[u8; 32]>,
    /// How many marks there were.
    marked: u64,
}

/// How many marks of a device are kept: more messages than clients have under way.
const MARKS: u64 = 32;

/// What a device has measured on a channel.
#[derive(Debug, Clone, Copy)]
pub(super) struct Measured {
    pub(super) samples: u64,
    /// The latest instant. A later sample cannot be a duplicate.
    pub(super) last_time: i64,
    pub(super) last_value: f32,
}

impl Measured {
    const NOTHING: Self = Self {
        samples: 0,
        last_time: i64::MIN,
        last_value: 0.0,
    };

    pub(super) const fn add(&mut self, samples: u64, time: i64, value: f32) {
        self.samples += samples;
        if time > self.last_time {
            self.last_time = time;
            self.last_value = value;
        }
    }
}

impl Known {
    /// Notes what came from before the instant up to which the device is judged, in the transaction that keeps it: it is judged by
    /// itself, whenever that is.
    pub(super) fn note_late(&self, stored: &[Sample], gathering: &mut Gathering<'_>) -> Result<(), VaultError> {
        let mut late = stored.iter().filter(|sample| {
            sample.time.micros() < self.judged_until
                && matches!(sample.channel.stream(), Stream::Acceleration | Stream::AngularVelocity)
        });
        let Some(first) = late.next() else { return Ok(()) };
        let last = late.next_back().unwrap_or(first);
        gathering.statement("INSERT INTO late (device, first, last) VALUES (?, ?, ?)".to_owned());
        gathering.bind(self.number)?;
        gathering.bind(first.time.micros())?;
        gathering.bind(last.time.micros())
    }

    /// Whether this is a message that was stored before.
    pub(super) fn knows(&self, mark: Option<&Mark>) -> bool {
        mark.is_some_and(|mark| mark.again && self.marks.contains(&mark.digest))
    }

    /// Keeps the mark of a message, in the transaction that keeps the message.
    pub(super) fn note_mark(&mut self, mark: Option<&Mark>, gathering: &mut Gathering<'_>) -> Result<(), VaultError> {
        let Some(mark) = mark else { return Ok(()) };
        gathering.statement("INSERT OR REPLACE INTO marks (device, slot, turn, digest) VALUES (?, ?, ?, ?)".to_owned());
        gathering.bind(self.number)?;
        gathering.bind(stored::signed(self.marked % MARKS))?;
        gathering.bind(stored::signed(self.marked))?;
        gathering.bind(&mark.digest[..])?;
        self.remember(mark.digest, self.marked);
        Ok(())
    }

    fn remember(&mut self, digest: [u8; 32], turn: u64) {
        self.marked = turn + 1;
        self.marks.push_back(digest);
        if self.marks.len() as u64 > MARKS {
            self.marks.pop_front();
        }
    }

    pub(super) fn measured(&mut self, code: u8) -> &mut Measured {
        &mut self.measured[usize::from(code) % Layout::CODES]
    }
}

impl Standing {
    /// From the totals of what is packed, and from the journal, which holds the rest.
    pub(crate) async fn read(connection: &mut SqliteConnection) -> Result<Self, VaultError> {
        let devices: Vec<(i64, String, Option<i64>)> = sqlx::query_as("SELECT number, id, judged_until FROM devices")
            .fetch_all(&mut *connection)
            .await?;
        let packed: Vec<(i64, u8, i64, i64, f64)> =
            sqlx::query_as("SELECT device, channel, samples, last_time, last_value FROM totals")
                .fetch_all(&mut *connection)
                .await?;
        // Beside max() SQLite takes the other columns from the row that has it (its documentation, "Bare columns in an aggregate query").
        let journal: Vec<(i64, u32, i64, i64, Vec<u8>)> =
            sqlx::query_as("SELECT device, layout, sum(rows), max(last), body FROM journal GROUP BY device, layout")
                .fetch_all(&mut *connection)
                .await?;

        let mut known: HashMap<i64, Known> = HashMap::with_capacity(devices.len());
        for (number, _, judged_until) in &devices {
            let one = Known {
                number: *number,
                measured: [Measured::NOTHING; Layout::CODES],
                judged_until: judged_until.unwrap_or(i64::MIN),
                marks: VecDeque::new(),
                marked: 0,
            };
            known.insert(*number, one);
        }
        let nobody = || VaultError::corrupt("there are samples of no device");
        for (device, code, samples, time, value) in packed {
            #[allow(clippy::cast_possible_truncation)] // it was an f32
            let value = value as f32;
            let known = known.get_mut(&device).ok_or_else(nobody)?;
            known.measured(code).add(stored::count(samples)?, time, value);
        }
        let marks: Vec<(i64, i64, Vec<u8>)> = sqlx::query_as("SELECT device, turn, digest FROM marks ORDER BY device, turn")
            .fetch_all(&mut *connection)
            .await?;
        for (device, turn, digest) in marks {
            let digest = digest.try_into().map_err(|_| VaultError::corrupt("a mark is cut off"))?;
            known
                .get_mut(&device)
                .ok_or_else(nobody)?
                .remember(digest, stored::count(turn)?);
        }
        let mut waiting = HashMap::with_capacity(journal.len());
        for (device, layout, rows, _, body) in journal {
            let (layout, rows) = (Layout(layout), stored::count(rows)?);
            let known = known.get_mut(&device).ok_or_else(nobody)?;
            for (code, time, value) in Block::from_journal(layout, &body)?.latest() {
                known.measured(code).add(rows, time, value);
            }
            waiting.insert((device, layout), rows);
        }
        let devices = devices
            .into_iter()
            .filter_map(|(number, id, _)| Some((id, known.remove(&number)?)));
        Ok(Self {
            devices: devices
                .map(|(id, known)| Ok((stored::id(&id)?, known)))
                .collect::<Result<_, VaultError>>()?,
            waiting,
        })
    }

    /// What the tables call a device.
    pub(crate) fn number(&self, device: &DeviceId) -> Option<i64> {
        self.devices.get(device).map(|known| known.number)
    }

    /// Notes how far a device is judged.
    pub(crate) fn judged(&mut self, device: &DeviceId, until: Timestamp) {
        if let Some(known) = self.devices.get_mut(device) {
            known.judged_until = known.judged_until.max(until.micros());
        }
    }

    /// By the order in which the devices were paired, then by channel.
    pub(super) fn totals(&self) -> Vec<Total> {
        let mut devices: Vec<_> = self.devices.iter().collect();
        devices.sort_by_key(|(_, known)| known.number);
        let total = |device: &DeviceId, channel: Channel, measured: &Measured| Total {
            device: device.clone(),
            channel,
            samples: measured.samples,
            last_time: Timestamp::from_micros(measured.last_time),
            last_value: measured.last_value,
        };
        devices
            .into_iter()
            .flat_map(|(device, known)| {
                (0u8..).zip(&known.measured).filter_map(move |(code, measured)| {
                    (measured.samples > 0).then(|| Some(total(device, Channel::from_code(code)?, measured)))?
                })
            })
            .collect()
    }
}
