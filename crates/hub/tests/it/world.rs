//! A hub that runs, a clock that stands where it is put, and people who walk.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use earnest_domain::{
    activity::{Activity, Window, WindowReason},
    consent::{Consent, DeviceScope, Grant, Receipt, Slug, Withdrawal, WithdrawalBody},
    contribution::{Capture, CapturedWindow, Contribution, ContributionBody, Fingerprint, credit},
    identity::{PersonKey, Signed},
    points::Award,
    quest::Quest,
    time::{Span, Timestamp},
    verdict::Permille,
};
use earnest_hub::{Hub, Quests};
use earnest_hub_api::{ContributionsReply, ContributionsRequest, HubClient, Inquiry, InquiryBody, Outcome, Undo, UndoBody};
use sqlx::{Connection, sqlite::SqliteConnectOptions};
use tempfile::TempDir;
use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle};

/// Ten past the hour.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(3_600 * 497_222 + 600);

/// The built-in quest and one that can be done a thousand times.
pub(crate) fn quests() -> Quests {
    let folder = tempfile::tempdir().unwrap();
    write_many_steps(folder.path());
    Quests::built_in().unwrap().with_folder(folder.path()).unwrap()
}

pub(crate) fn write_many_steps(folder: &Path) {
    let text = include_str!("../../quests/first-steps.toml");
    let text = text
        .replace("\"first-steps\"", "\"many-steps\"")
        .replace("kind = \"once\"", "kind = \"repeated\"")
        .replace("times = 1", "times = 1000");
    std::fs::write(folder.join("many-steps.toml"), text).unwrap();
}

/// The number of the first award: each pool was funded before.
pub(crate) const FIRST_AWARD: u64 = 2;

pub(crate) fn quest(id: &str) -> Quest {
    quests().offered().into_iter().find(|quest| quest.id.as_str() == id).unwrap()
}

/// A hub in this process, on a port of its own.
pub(crate) struct World {
    pub(crate) folder: TempDir,
    pub(crate) hub: Hub,
    pub(crate) client: HubClient,
    clock: Arc<AtomicI64>,
    stop: oneshot::Sender<()>,
    serving: JoinHandle<std::io::Result<()>>,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), NOW).await
    }

    pub(crate) async fn start_in(folder: TempDir, now: Timestamp) -> Self {
        Self::start_with(folder, now, quests()).await
    }

    pub(crate) async fn start_with(folder: TempDir, now: Timestamp, quests: Quests) -> Self {
        let clock = Arc::new(AtomicI64::new(now.micros()));
        let reading = Arc::clone(&clock);
        let hub = Hub::open(
            &folder.path().join("hub.sqlite"),
            "Riverside",
            quests,
            Arc::new(move || Timestamp::from_micros(reading.load(Ordering::SeqCst))),
        )
        .await
        .unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let client = HubClient::new(url.parse().unwrap()).unwrap();
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(hub.clone().serve(listener, async move {
            let _ = stopped.await;
        }));
        // Served once, the hub has done all that it does at its start.
        client.info().await.unwrap();
        Self {
            folder,
            hub,
            client,
            clock,
            stop,
            serving,
        }
    }

    pub(crate) fn is_at(&self, now: Timestamp) {
        self.clock.store(now.micros(), Ordering::SeqCst);
    }

    /// Stops as SIGTERM does; gives back the folder with the database.
    pub(crate) async fn stop(self) -> TempDir {
        self.stop.send(()).unwrap();
        self.serving.await.unwrap().unwrap();
        self.folder
    }

    pub(crate) fn database(&self) -> PathBuf {
        self.folder.path().join("hub.sqlite")
    }

    pub(crate) fn person(&self, seed: u8) -> Person {
        Person::new(
            seed,
            self.hub.id().clone(),
            NOW.minus(Span::from_days(1)),
            NOW.plus(Span::from_days(180)),
        )
    }

    pub(crate) async fn send(&self, receipts: &[&Receipt], contributions: &[&Contribution]) -> ContributionsReply {
        let request = ContributionsRequest {
            receipts: receipts.iter().copied().cloned().collect(),
            contributions: contributions.iter().copied().cloned().collect(),
        };
        self.client.contribute(&request).await.unwrap()
    }

    /// The code with which this contribution alone is refused.
    pub(crate) async fn refusal(&self, receipts: &[&Receipt], contribution: &Contribution) -> String {
        let reply = self.send(receipts, &[contribution]).await;
        match &reply.results[0].outcome {
            Outcome::Refused { code, .. } => code.clone(),
            Outcome::Awarded { .. } => panic!("it was credited"),
        }
    }

    /// How many rows the hub keeps about people, in all.
    pub(crate) async fn rows(&self) -> i64 {
        let mut connection = read(&self.database()).await;
        sqlx::query_scalar(
            "SELECT (SELECT count(*) FROM receipts) + (SELECT count(*) FROM withdrawals) + (SELECT count(*) FROM contributions) \
             + (SELECT count(*) FROM payloads) + (SELECT count(*) FROM seen) + (SELECT count(*) FROM owners) + (SELECT count(*) FROM undos)",
        )
        .fetch_one(&mut connection)
        .await
        .unwrap()
    }
}

pub(crate) async fn read(database: &Path) -> sqlx::SqliteConnection {
    let options = SqliteConnectOptions::new().filename(database).read_only(true);
    sqlx::SqliteConnection::connect_with(&options).await.unwrap()
}

/// All that stands in the database's files.
pub(crate) fn on_disk(database: &Path) -> String {
    let file = |end: &str| {
        let mut file = database.as_os_str().to_owned();
        file.push(end);
        std::fs::read(file).unwrap_or_default()
    };
    ["", "-wal", "-shm", "-journal"]
        .map(|end| String::from_utf8_lossy(&file(end)).into_owned())
        .concat()
}

/// Somebody with a key, who allowed summaries to one hub.
pub(crate) struct Person {
    pub(crate) key: PersonKey,
    pub(crate) grant: Grant,
    pub(crate) receipt: Receipt,
}

impl Person {
    pub(crate) fn new(seed: u8, hub: Slug, from: Timestamp, until: Timestamp) -> Self {
        let ask = quest("first-steps");
        let key = PersonKey::from_seed(&[seed; 32]);
        let grant = Grant {
            purpose: ask.ask.purpose,
            purpose_text: Some(ask.ask.purpose_text),
            streams: ask.streams,
            devices: DeviceScope::All,
            precision: ask.ask.precision,
            recipient: hub,
            retention_days: 90,
            from,
            until,
        };
        let receipt = Receipt::give(grant.clone(), &key, from).unwrap();
        Self { key, grant, receipt }
    }

    /// The same grant, changed, as another receipt.
    pub(crate) fn allows(&self, change: impl FnOnce(&mut Grant)) -> Receipt {
        let mut grant = self.grant.clone();
        change(&mut grant);
        Receipt::give(grant, &self.key, Timestamp::from_seconds(0)).unwrap()
    }

    /// Asks what became of these, without sending them.
    pub(crate) fn asks_after(&self, contributions: &[&Contribution]) -> Inquiry {
        let body = InquiryBody {
            person: self.key.person(),
            hub: self.grant.recipient.clone(),
            contributions: contributions.iter().map(|contribution| contribution.id()).collect(),
        };
        Signed::sign(body, &self.key).unwrap()
    }

    /// A minute of walking, made as the app makes it: with a permit.
    pub(crate) fn walks(&self, quest: &Quest, ordinal: u32, at: Timestamp) -> Contribution {
        let windows = (0..12).map(|n| CapturedWindow {
            device: "watch".parse().unwrap(),
            window: Window {
                start: at.plus(Span::from_seconds(n * 5)),
                length: Span::from_seconds(5),
                label: Activity::Walking,
                score: Permille::new(930),
                reason: WindowReason::Recognised,
            },
            fingerprint: fingerprint(ordinal, u32::try_from(n).unwrap()),
        });
        let capture = Capture::new(windows.collect()).unwrap();
        let consent = Consent::new([self.receipt.clone()], []);
        let permit = consent
            .permit(capture.request(quest, self.grant.recipient.clone()), at)
            .unwrap();
        Contribution::build(permit, quest, ordinal, &capture, &self.key).unwrap()
    }

    /// What somebody sends who wrote a client of their own: anything, properly signed.
    pub(crate) fn signs(&self, honest: &Contribution, change: impl FnOnce(&mut ContributionBody)) -> Contribution {
        let mut body = honest.body().clone();
        change(&mut body);
        let signed = Signed::sign(body, &self.key).unwrap();
        serde_json::from_value(serde_json::to_value(signed).unwrap()).unwrap()
    }

    pub(crate) fn undoes(&self, contribution: &Contribution) -> Undo {
        let body = UndoBody {
            person: self.key.person(),
            hub: self.grant.recipient.clone(),
            contribution: contribution.id(),
            at: NOW,
        };
        Signed::sign(body, &self.key).unwrap()
    }

    pub(crate) fn withdraws(&self, receipt: &Receipt) -> Withdrawal {
        Signed::sign(
            WithdrawalBody {
                person: self.key.person(),
                receipt: receipt.id(),
                at: NOW,
            },
            &self.key,
        )
        .unwrap()
    }
}

pub(crate) fn fingerprint(a: u32, b: u32) -> Fingerprint {
    let mut bytes = [0xf1; 16];
    bytes[..4].copy_from_slice(&a.to_be_bytes());
    bytes[4..8].copy_from_slice(&b.to_be_bytes());
    Fingerprint::from_bytes(bytes)
}

/// What the app expects for a contribution none of whose windows was sent before.
pub(crate) fn expected(quest: &Quest, contribution: &Contribution) -> Award {
    credit(quest, contribution.body(), |_| false)
}

pub(crate) fn awarded(outcome: &Outcome) -> (&Award, u64) {
    match outcome {
        Outcome::Awarded { award, posted } => (award, posted.entry.number),
        Outcome::Refused { code, reason } => panic!("refused: {code}: {reason}"),
    }
}
