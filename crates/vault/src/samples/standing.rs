//! What is known of the samples without asking the database.

use std::collections::HashMap;

use earnest_domain::device::DeviceId;
use sqlx::SqliteConnection;

use super::block::Layout;
use crate::{error::VaultError, stored};

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
    /// The latest instant by channel code. A later sample cannot be a duplicate.
    pub(super) latest: [i64; Layout::CODES],
}

impl Standing {
    pub(super) async fn read(connection: &mut SqliteConnection) -> Result<Self, VaultError> {
        let devices: Vec<(i64, String)> = sqlx::query_as("SELECT number, id FROM devices")
            .fetch_all(&mut *connection)
            .await?;
        let totals: Vec<(i64, i64, i64)> = sqlx::query_as("SELECT device, channel, last_time FROM totals")
            .fetch_all(&mut *connection)
            .await?;
        let waiting: Vec<(i64, u32, i64)> = sqlx::query_as("SELECT device, layout, sum(rows) FROM journal GROUP BY device, layout")
            .fetch_all(&mut *connection)
            .await?;

        let mut latest: HashMap<i64, [i64; Layout::CODES]> = HashMap::new();
        for (device, channel, last_time) in totals {
            let code: usize = stored::narrow(channel)?;
            let slot = latest.entry(device).or_insert([i64::MIN; Layout::CODES]).get_mut(code);
            *slot.ok_or_else(|| VaultError::corrupt(format!("there is no channel {code}")))? = last_time;
        }
        Ok(Self {
            devices: devices
                .into_iter()
                .map(|(number, id)| {
                    let latest = latest.get(&number).copied().unwrap_or([i64::MIN; Layout::CODES]);
                    Ok((stored::id(&id)?, Known { number, latest }))
                })
                .collect::<Result<_, VaultError>>()?,
            waiting: waiting
                .into_iter()
                .map(|(device, layout, rows)| Ok(((device, Layout(layout)), stored::count(rows)?)))
                .collect::<Result<_, VaultError>>()?,
        })
    }
}
