//! What the vault costs: bytes a sample value at rest, values a second in and through compaction.
//!
//! `cargo run --release -p earnest-vault --example measure -- target/assets/recordings/basic-motions`
// Sizes and rates of a known recording, for people to read.
#![allow(
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss
)]

use std::{error::Error, fs, path::Path, time::Instant};

use earnest_domain::{
    device::DeviceKind,
    sample::Sample,
    stream::Channel,
    time::{Span, Timestamp},
};
use earnest_vault::{Batch, Compaction, Device, KeyChoice, Vault};

const CHANNELS: [Channel; 6] = [
    Channel::AccelerationX,
    Channel::AccelerationY,
    Channel::AccelerationZ,
    Channel::AngularVelocityX,
    Channel::AngularVelocityY,
    Channel::AngularVelocityZ,
];
/// Instants of a message: 60 values.
const ROWS: usize = 10;
/// Messages of a commit.
const GROUP: usize = 64;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("say where the recordings are")?;
    let motion = recording(Path::new(&folder))?;
    println!(
        "{:>6} {:>10} {:>12} {:>14} {:>14} {:>14}",
        "Hz", "values", "bytes/value", "append/s", "compact/s", "read/s"
    );
    for (rate, sensor) in [(10, Sensor::AsRecorded), (50, Sensor::AsRecorded), (50, Sensor::Noisy)] {
        measure(&motion, rate, sensor).await?;
    }
    Ok(())
}

/// What straight lines between readings leave out.
#[derive(Debug, Clone, Copy)]
enum Sensor {
    AsRecorded,
    /// Two or three of a sensor's steps (a 4096th of standard gravity) of noise, and no value between the steps.
    Noisy,
}

impl Sensor {
    fn reads(self, value: f32, index: usize) -> f32 {
        const STEP: f64 = 9.806_65 / 4096.0;
        match self {
            Self::AsRecorded => value,
            Self::Noisy => {
                let chance = (index as u64)
                    .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                    .rotate_left(29)
                    .wrapping_mul(0xbf58_476d_1ce4_e5b9)
                    >> 32;
                let noise = (chance % 7) as f64 - 3.0;
                (((f64::from(value) / STEP).round() + noise) * STEP) as f32
            }
        }
    }
}

async fn measure(motion: &[[f32; 6]], rate: usize, sensor: Sensor) -> Result<(), Box<dyn Error>> {
    let folder = tempfile::tempdir()?;
    let (vault, _) = Vault::open(folder.path(), KeyChoice::File, || [1; 32]).await?;
    let device = "wearable-0000000001".parse()?;
    vault
        .add_device(&Device {
            id: device,
            name: "Watch".to_owned(),
            kind: DeviceKind::Mqtt,
            paired_at: Timestamp::default(),
            credential: String::new(),
            replay: None,
            judged_until: None,
        })
        .await?;
    let device = vault.devices().await?.remove(0).id;

    // Four hours of 10 Hz, or one and a half of 50 Hz, which is resampled along straight lines.
    let rows: Vec<[f32; 6]> = (0..270_000.min(rate * 14_400))
        .map(|index| {
            let place = index as f64 * 10.0 / rate as f64;
            let (before, share) = (place as usize, place.fract() as f32);
            let (one, next) = (motion[before % motion.len()], motion[(before + 1) % motion.len()]);
            std::array::from_fn(|axis| {
                let value = if share == 0.0 {
                    one[axis]
                } else {
                    one[axis] + (next[axis] - one[axis]) * share
                };
                sensor.reads(value, index * 6 + axis)
            })
        })
        .collect();
    let start = Timestamp::from_seconds(1_790_000_000);
    let step = 1_000_000 / rate as i64;
    let messages: Vec<Batch> = rows
        .chunks(ROWS)
        .enumerate()
        .map(|(message, rows)| Batch {
            device: device.clone(),
            mark: None,
            samples: rows
                .iter()
                .enumerate()
                .flat_map(|(row, values)| {
                    let time = start.plus(Span::from_micros((message * ROWS + row) as i64 * step));
                    CHANNELS.into_iter().zip(values).map(move |(channel, value)| Sample {
                        channel,
                        time,
                        value: *value,
                    })
                })
                .collect(),
        })
        .collect();
    let values: u64 = messages.iter().map(|batch| batch.samples.len() as u64).sum();

    let (mut appending, mut compacting) = (0.0, 0.0);
    for batches in messages.chunks(GROUP) {
        let batches = batches.to_vec();
        let begin = Instant::now();
        vault.append(batches).await?;
        appending += begin.elapsed().as_secs_f64();
        let begin = Instant::now();
        vault.compact(Compaction::Full).await?;
        compacting += begin.elapsed().as_secs_f64();
    }
    let begin = Instant::now();
    vault.compact(Compaction::All).await?;
    compacting += begin.elapsed().as_secs_f64();
    let begin = Instant::now();
    let read = vault.samples(&device, &CHANNELS, start, Timestamp::MAX).await?.len() as f64 / begin.elapsed().as_secs_f64();
    vault.close().await?;
    let bytes = fs::metadata(folder.path().join("vault.db"))?.len();
    println!(
        "{:>11} {rate:>6} {values:>10} {:>12.3} {:>14.0} {:>14.0} {read:>14.0}",
        format!("{sensor:?}"),
        bytes as f64 / values as f64,
        values as f64 / appending,
        values as f64 / compacting,
    );
    Ok(())
}

/// Every case of both splits, one after the other: six axes at 10 Hz.
fn recording(folder: &Path) -> Result<Vec<[f32; 6]>, Box<dyn Error>> {
    let mut motion = Vec::new();
    for split in ["BasicMotions_TRAIN.ts", "BasicMotions_TEST.ts"] {
        let text = fs::read_to_string(folder.join(split))?;
        for line in text.lines().filter(|line| !line.starts_with(['#', '@']) && !line.is_empty()) {
            let axes: Vec<Vec<f32>> = line
                .split(':')
                .take(6)
                .map(|axis| axis.split(',').map(|value| Ok(value.trim().parse()?)).collect())
                .collect::<Result<_, Box<dyn Error>>>()?;
            motion.extend((0..axes[0].len()).map(|index| std::array::from_fn(|axis| axes[axis][index])));
        }
    }
    Ok(motion)
}
