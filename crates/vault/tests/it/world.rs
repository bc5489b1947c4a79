//! What the tests have in common: a vault in a folder of its own, and a watch.

use std::fs;

use earnest_domain::{
    activity::{Activity, Window, WindowReason},
    contribution::Fingerprint,
    device::{DeviceId, DeviceKind},
    sample::Sample,
    stream::Channel,
    time::{Span, Timestamp},
    verdict::Permille,
};
use earnest_vault::{Batch, Device, KeyChoice, Vault};
use tempfile::TempDir;

pub(crate) const SEED: [u8; 32] = [42; 32];

pub(crate) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(1_790_000_000 + seconds)
}

pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) vault: Vault,
}

impl World {
    /// A new vault without devices.
    pub(crate) async fn empty() -> Self {
        let folder = TempDir::new().unwrap();
        let (vault, _) = Vault::open(folder.path(), KeyChoice::File, || SEED).await.unwrap();
        Self { folder, vault }
    }

    /// A new vault with a watch.
    pub(crate) async fn with_watch() -> Self {
        let world = Self::empty().await;
        world.vault.add_device(&device("watch")).await.unwrap();
        world
    }

    /// Closes and opens again.
    pub(crate) async fn restarted(self) -> Self {
        self.vault.close().await.unwrap();
        drop(self.vault);
        Self::opened(self.folder).await
    }

    /// Opens what the power would have left, had it gone now: the files as they are, the write-ahead log not folded in.
    pub(crate) async fn killed(self) -> Self {
        let left = TempDir::new().unwrap();
        for entry in fs::read_dir(self.folder.path()).unwrap() {
            let entry = entry.unwrap();
            fs::copy(entry.path(), left.path().join(entry.file_name())).unwrap();
        }
        self.vault.close().await.unwrap();
        Self::opened(left).await
    }

    async fn opened(folder: TempDir) -> Self {
        let (vault, _) = Vault::open(folder.path(), KeyChoice::File, || panic!("the vault exists"))
            .await
            .unwrap();
        Self { folder, vault }
    }
}

pub(crate) fn id(name: &str) -> DeviceId {
    name.parse().unwrap()
}

pub(crate) fn device(name: &str) -> Device {
    Device {
        id: id(name),
        name: "Ada’s watch".to_owned(),
        kind: DeviceKind::Mqtt,
        paired_at: at(0),
        credential: "$argon2id$v=19$…".to_owned(),
        replay: None,
        judged_until: None,
    }
}

/// A judged window of five seconds.
pub(crate) fn window(start: i64, label: Activity) -> (Window, Fingerprint) {
    let window = Window {
        start: at(start),
        length: Span::from_seconds(5),
        label,
        score: Permille::new(930),
        reason: WindowReason::Recognised,
    };
    (window, Fingerprint::from_bytes([u8::try_from(start % 251).unwrap(); 16]))
}

pub(crate) fn sample(channel: Channel, micros: i64, value: f32) -> Sample {
    Sample {
        channel,
        time: Timestamp::from_micros(at(0).micros() + micros),
        value,
    }
}

/// `rows` instants of six axes, 20 ms apart, from the `first`th on. The value is a function of channel and instant.
pub(crate) fn motion(first: i64, rows: i64) -> Vec<Sample> {
    (first..first + rows)
        .flat_map(|row| {
            Channel::ALL[..6].iter().map(move |channel| {
                let phase = row as f32 * 0.11 + f32::from(channel.code());
                sample(*channel, row * 20_000, (phase.sin() * 9.81 * 4_096.0).round() / 4_096.0)
            })
        })
        .collect()
}

pub(crate) fn batch(samples: Vec<Sample>) -> Batch {
    Batch {
        device: id("watch"),
        samples,
        mark: None,
    }
}

/// Everything that the watch has, by time and channel.
pub(crate) async fn everything(vault: &Vault) -> Vec<Sample> {
    vault
        .samples(&id("watch"), &Channel::ALL, Timestamp::from_micros(i64::MIN), Timestamp::MAX)
        .await
        .unwrap()
}
