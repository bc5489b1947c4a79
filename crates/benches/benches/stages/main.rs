//! Each stage alone, beside a peer or a limit on the same data in the same run.
#![allow(clippy::expect_used, missing_docs)] // a benchmark that cannot be set up stops

use divan::{Bencher, black_box, counter::ItemsCount};
use earnest_benches::motion::{Row, Sensor, Wrist};
use earnest_domain::{
    device::DeviceKind,
    sample::Sample,
    time::{Span, Timestamp},
};
use earnest_vault::{Batch, Device, KeyChoice, Vault};
use earnest_wearables::protocols::senml::{self, Format};
use tokio::runtime::Runtime;

/// Readings a second.
const RATE: u32 = 50;
/// Values in a message: ten instants of six axes.
const VALUES: usize = 60;
/// Messages in a group.
const GROUP: usize = 64;
/// Where the motion starts: an instant of 2026, all benchmarks measure the same bytes.
const START: Timestamp = Timestamp::from_seconds(1_790_000_000);

mod ledger;

fn main() {
    divan::main();
}

/// Motion of a minute.
fn minute() -> Vec<Sample> {
    let wrist = Wrist::recorded().expect("the recording is there");
    wrist.samples(RATE, 60, Sensor::Noisy, START)
}

/// A pack as devices send it: each axis after the other, so that units are said once.
fn pack() -> Vec<Sample> {
    let mut samples = minute()[..VALUES].to_vec();
    samples.sort_by_key(|sample| (sample.channel, sample.time));
    samples
}

fn decode(bencher: Bencher<'_, '_>, payload: &[u8], format: Format) {
    let now = START.plus(Span::from_days(1));
    assert_eq!(
        senml::decode(payload, format, now, &senml::Limits::default()).samples.len(),
        VALUES
    );
    bencher
        .counter(ItemsCount::new(VALUES))
        .bench_local(|| senml::decode(black_box(payload), format, now, &senml::Limits::default()));
}

#[divan::bench_group(sample_count = 500)]
mod senml_json {
    use super::{Bencher, Format, ItemsCount, VALUES, black_box, decode, pack, senml};

    #[divan::bench]
    fn earnest(bencher: Bencher<'_, '_>) {
        decode(bencher, &senml::encode_json("", &pack()), Format::Json);
    }

    /// The same bytes, read into a tree that nobody has looked at yet.
    #[divan::bench]
    fn peer_serde_json_value(bencher: Bencher<'_, '_>) {
        let payload = senml::encode_json("", &pack());
        bencher
            .counter(ItemsCount::new(VALUES))
            .bench_local(|| serde_json::from_slice::<serde_json::Value>(black_box(&payload)));
    }
}

#[divan::bench_group(sample_count = 500)]
mod senml_cbor {
    use super::{Bencher, Format, ItemsCount, VALUES, black_box, decode, pack, senml};

    #[divan::bench]
    fn earnest(bencher: Bencher<'_, '_>) {
        decode(bencher, &senml::encode_cbor("", &pack()), Format::Cbor);
    }

    /// The same bytes, read into a tree that nobody has looked at yet.
    #[divan::bench]
    fn peer_ciborium_value(bencher: Bencher<'_, '_>) {
        let payload = senml::encode_cbor("", &pack());
        bencher
            .counter(ItemsCount::new(VALUES))
            .bench_local(|| ciborium::from_reader::<ciborium::Value, _>(black_box(payload.as_slice())));
    }
}

/// A vault in a folder of its own with one device.
struct Store {
    runtime: Runtime,
    vault: Vault,
    device: Device,
    rows: Vec<Row>,
    /// How many instants were taken out of `rows`.
    taken: u32,
    _folder: tempfile::TempDir,
}

impl Store {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let runtime = Runtime::new().expect("a runtime starts");
        let wrist = Wrist::recorded().expect("the recording is there");
        let (vault, device) = runtime.block_on(async {
            let (vault, _) = Vault::open(folder.path(), KeyChoice::File, || [1; 32])
                .await
                .expect("a vault opens");
            let device = Device {
                id: "wearable-0000000001".parse().expect("this is an id"),
                name: "Watch".to_owned(),
                kind: DeviceKind::Mqtt,
                paired_at: Timestamp::default(),
                credential: String::new(),
                replay: None,
                judged_until: None,
            };
            vault.add_device(&device).await.expect("a device is paired");
            (vault, device)
        });
        let rows = wrist.rows(RATE, 600, Sensor::Noisy).collect();
        Self {
            runtime,
            vault,
            device,
            rows,
            taken: 0,
            _folder: folder,
        }
    }

    /// The next messages, in order of time.
    fn messages(&mut self, number: usize) -> Vec<Batch> {
        (0..number)
            .map(|_| Batch {
                device: self.device.id.clone(),
                samples: self.message(),
                mark: None,
            })
            .collect()
    }

    fn message(&mut self) -> Vec<Sample> {
        let mut samples = Vec::with_capacity(VALUES);
        for _ in 0..VALUES / 6 {
            let time = START.plus(Span::from_micros(i64::from(self.taken) * 1_000_000 / i64::from(RATE)));
            let row = self.rows[self.taken as usize % self.rows.len()];
            self.taken += 1;
            samples.extend(
                earnest_benches::motion::CHANNELS
                    .into_iter()
                    .zip(row)
                    .map(|(channel, value)| Sample { channel, time, value }),
            );
        }
        samples
    }
}

#[divan::bench_group(sample_count = 200, sample_size = 1)]
mod append {
    use std::cell::RefCell;

    use sqlx::{ConnectOptions, SqliteConnection, sqlite::SqliteConnectOptions};

    use super::{Bencher, GROUP, ItemsCount, Store, VALUES};

    /// A group of messages, decoded, into the encrypted vault and onto the disk.
    #[divan::bench]
    fn earnest(bencher: Bencher<'_, '_>) {
        let store = RefCell::new(Store::new());
        bencher
            .counter(ItemsCount::new(GROUP * VALUES))
            .with_inputs(|| store.borrow_mut().messages(GROUP))
            .bench_local_values(|messages| {
                let store = store.borrow();
                store.runtime.block_on(store.vault.append(messages)).expect("they are taken")
            });
    }

    /// Blobs of the same size, a row a message, into a plain SQLite file by the same driver: one statement, nothing encrypted, nothing
    /// looked up, as durable.
    #[divan::bench]
    fn peer_plain_sqlite(bencher: Bencher<'_, '_>) {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let runtime = tokio::runtime::Runtime::new().expect("a runtime starts");
        let options = SqliteConnectOptions::new()
            .filename(folder.path().join("plain.db"))
            .create_if_missing(true);
        let connection: SqliteConnection = runtime.block_on(async {
            let mut connection = options.disable_statement_logging().connect().await.expect("a database opens");
            sqlx::raw_sql(
                "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE messages (number INTEGER PRIMARY KEY, body BLOB)",
            )
            .execute(&mut connection)
            .await
            .expect("a table is made");
            connection
        });
        let connection = RefCell::new(connection);
        let insert: &'static str = format!("INSERT INTO messages (body) VALUES (?){}", ",(?)".repeat(GROUP - 1)).leak();
        let bytes = VALUES * size_of::<f32>() + VALUES / 6 * size_of::<i64>();
        bencher
            .counter(ItemsCount::new(GROUP * VALUES))
            .with_inputs(|| {
                (0..GROUP)
                    .map(|message| vec![u8::try_from(message).unwrap_or_default(); bytes])
                    .collect::<Vec<_>>()
            })
            .bench_local_values(|blobs| {
                let connection = &mut *connection.borrow_mut();
                runtime.block_on(async {
                    sqlx::query("BEGIN IMMEDIATE")
                        .execute(&mut *connection)
                        .await
                        .expect("it begins");
                    let mut query = sqlx::query(insert);
                    for blob in blobs {
                        query = query.bind(blob);
                    }
                    query.execute(&mut *connection).await.expect("they are taken");
                    sqlx::query("COMMIT")
                        .execute(&mut *connection)
                        .await
                        .expect("it is on the disk");
                });
            });
    }

    /// The limit: the same bytes appended to a file and synced.
    #[divan::bench]
    fn limit_append_and_sync(bencher: Bencher<'_, '_>) {
        use std::io::Write;
        let folder = tempfile::tempdir().expect("there is room for a folder");
        let mut file = std::fs::File::create(folder.path().join("log")).expect("a file is made");
        let bytes = vec![1_u8; GROUP * (VALUES * size_of::<f32>() + VALUES / 6 * size_of::<i64>())];
        bencher.counter(ItemsCount::new(GROUP * VALUES)).bench_local(|| {
            file.write_all(&bytes).expect("it is written");
            file.sync_data().expect("it is on the disk");
        });
    }
}

#[divan::bench_group(sample_count = 30, sample_size = 1)]
mod compaction {
    use std::cell::RefCell;

    use earnest_vault::Compaction;

    use super::{Bencher, GROUP, ItemsCount, RATE, Row, Sensor, Store, VALUES, Wrist, black_box};

    /// Groups in the journal when it is packed: a little more than the instants of two chunks.
    const GROUPS: usize = 13;
    /// Instants in them.
    const INSTANTS: usize = GROUPS * GROUP * VALUES / 6;

    /// Journal to chunks: read, decrypted, compressed, encrypted, written.
    #[divan::bench]
    fn earnest(bencher: Bencher<'_, '_>) {
        let store = RefCell::new(Store::new());
        bencher
            .counter(ItemsCount::new(INSTANTS * 6))
            .with_inputs(|| {
                let mut store = store.borrow_mut();
                for _ in 0..GROUPS {
                    let messages = store.messages(GROUP);
                    store.runtime.block_on(store.vault.append(messages)).expect("they are taken");
                }
            })
            .bench_local_values(|()| {
                let store = store.borrow();
                store
                    .runtime
                    .block_on(store.vault.compact(Compaction::All))
                    .expect("they are packed")
            });
    }

    /// The limit: the same columns through the compressor alone, in memory, as its defaults are.
    #[divan::bench]
    fn limit_pco_alone(bencher: Bencher<'_, '_>) {
        let wrist = Wrist::recorded().expect("the recording is there");
        let rows: Vec<Row> = wrist.rows(RATE, 600, Sensor::Noisy).take(INSTANTS).collect();
        let columns: Vec<Vec<f32>> = rows
            .chunks(INSTANTS / 2)
            .flat_map(|rows| (0..6).map(|axis| rows.iter().map(|row| row[axis]).collect()))
            .collect();
        bencher.counter(ItemsCount::new(INSTANTS * 6)).bench_local(|| {
            for column in black_box(&columns) {
                let config = pco::ChunkConfig::default();
                black_box(pco::standalone::simple_compress(column, &config).expect("it is compressed"));
            }
        });
    }
}
