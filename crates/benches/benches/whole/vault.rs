//! What a value takes on the disk.

use std::{fs, path::Path};

use earnest_benches::motion::{Sensor, Wrist};
use earnest_wearables::protocols::senml::Format;

use crate::{
    Failure,
    node::{Node, long_enough_ago, play},
    table::Table,
};

/// Bytes of a stopped node's database: samples, windows, totals, indices and free pages.
pub(crate) fn size(folder: &Path) -> Result<f64, Failure> {
    Ok(number(fs::metadata(folder.join("vault.db"))?.len()))
}

/// As a number to divide.
#[allow(clippy::cast_precision_loss)] // far below 2^53
pub(crate) fn number(count: u64) -> f64 {
    count as f64
}

/// Bytes a value at other rates and of other sensors; `wearable_hour` measures the usual one.
pub(crate) async fn bytes(table: &mut Table) -> Result<(), Failure> {
    let wrist = Wrist::recorded()?;
    for (name, rate, seconds, sensor) in [
        ("10 Hz, BasicMotions as recorded, a day", 10, 24 * 3600, Sensor::AsRecorded),
        ("10 Hz, sensor noise, a day", 10, 24 * 3600, Sensor::Noisy),
        ("50 Hz, straight lines between recorded values", 50, 3600, Sensor::AsRecorded),
    ] {
        let node = Node::start(None).await?;
        let pairing = node.pair().await?;
        let recording = wrist.recording(rate, seconds, sensor);
        play(recording, &pairing, long_enough_ago(seconds.into())?, None, Format::Cbor).await?;
        let values = node.until_judged(u64::from(seconds / 5)).await?;
        let bytes = size(node.stop().await?.path())? / number(values);
        table.line(&format!("vault_bytes: {name}"), &[bytes], "bytes a value", "target 3");
    }
    Ok(())
}
