//! The outbox over a real vault and a real hub; what is faked is time, and what is no hub.
#![allow(clippy::unwrap_used)]

use std::sync::atomic::{AtomicI64, Ordering};

use earnest_domain::{
    activity::{Activity, Window, WindowReason},
    consent::{DeviceScope, Grant, Precision, Receipt, Withdrawal, WithdrawalBody},
    contribution::Fingerprint,
    device::{DeviceId, DeviceKind},
    hub::HubKey,
    identity::{PersonKey, Signed},
    quest::SignedQuest,
    time::{Span, Timestamp},
    verdict::Permille,
};
use earnest_vault::{ContributionState, Device, KeyChoice};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::Mutex,
};

use super::*;

const NOW: Timestamp = Timestamp::from_seconds(3_600 * 497_222 + 600);

/// Ada's vault, and the outbox that carries what is in it to `url`.
mod ledger;

struct World {
    folder: TempDir,
    vault: Arc<Vault>,
    key: Arc<PersonKey>,
    quests: Quests,
    outbox: Outbox,
    standing: watch::Receiver<HubStanding>,
    micros: Arc<AtomicI64>,
}

impl World {
    async fn with_hub() -> (Self, Slug) {
        let folder = TempDir::new().unwrap();
        let micros = Arc::new(AtomicI64::new(NOW.micros()));
        let clock = Arc::clone(&micros);
        let hub = earnest_hub::Hub::open(
            &folder.path().join("hub.sqlite"),
            "Riverside",
            earnest_hub::Quests::built_in().unwrap(),
            Arc::new(move || Timestamp::from_micros(clock.load(Ordering::SeqCst))),
        )
        .await
        .unwrap();
        let id = hub.id().clone();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(hub.serve(listener, std::future::pending()));
        let world = Self::at(folder, micros, &url).await;
        assert!(world.outbox.round().await.is_ok(), "the hub was met");
        (world, id)
    }

    async fn at(folder: TempDir, micros: Arc<AtomicI64>, url: &str) -> Self {
        let (vault, _) = Vault::open(folder.path(), KeyChoice::File, || [1; 32]).await.unwrap();
        let vault = Arc::new(vault);
        let device = Device {
            id: watch_id(),
            name: "Watch".to_owned(),
            kind: DeviceKind::Mqtt,
            paired_at: Timestamp::default(),
            credential: String::new(),
            replay: None,
            judged_until: None,
        };
        vault.add_device(&device).await.unwrap();
        let key = Arc::new(vault.person_key().await.unwrap());
        let reading = Arc::clone(&micros);
        let clock = Clock::new(move || Timestamp::from_micros(reading.load(Ordering::SeqCst)));
        let (events, bell) = (Events::new(), Arc::new(Notify::new()));
        let quests = Quests::new(
            Arc::clone(&vault),
            Arc::clone(&key),
            (clock.clone(), crate::Zone::utc()),
            events.clone(),
            Arc::clone(&bell),
        );
        let (standing, seen) = watch::channel(HubStanding::UNKNOWN);
        let outbox = Outbox {
            vault: Arc::clone(&vault),
            key: Arc::clone(&key),
            clock,
            events,
            quests: quests.clone(),
            client: HubClient::new(url.parse().unwrap()).unwrap(),
            bell,
            standing,
        };
        Self {
            folder,
            vault,
            key,
            quests,
            outbox,
            standing: seen,
            micros,
        }
    }

    fn is_at(&self, now: Timestamp) {
        self.micros.store(now.micros(), Ordering::SeqCst);
    }

    /// Allows summaries of everything, for an hour from now.
    async fn allows(&self, hub: &Slug) -> Receipt {
        let now = self.outbox.clock.now();
        let quest = self.vault.quests().await.unwrap().remove(0);
        let grant = Grant {
            purpose: quest.ask.purpose,
            purpose_text: Some(quest.ask.purpose_text),
            streams: quest.streams,
            devices: DeviceScope::All,
            precision: Precision::Summary,
            recipient: hub.clone(),
            retention_days: 90,
            from: NOW.minus(Span::from_days(1)),
            until: now.plus(Span::from_seconds(3_600)),
        };
        let receipt = Receipt::give(grant, &self.key, now).unwrap();
        self.vault.keep_receipt(&receipt).await.unwrap();
        self.quests.advance().await.unwrap();
        receipt
    }

    fn withdrawal(&self, receipt: &Receipt) -> Withdrawal {
        let body = WithdrawalBody {
            person: self.key.person(),
            receipt: receipt.id(),
            at: self.outbox.clock.now(),
        };
        Signed::sign(body, &self.key).unwrap()
    }

    async fn walks_a_minute(&self) {
        let windows: Vec<(Window, Fingerprint)> = (0..12u8)
            .map(|n| {
                let window = Window {
                    start: NOW.minus(Span::from_seconds(120 - i64::from(n) * 5)),
                    length: Span::from_seconds(5),
                    label: Activity::Walking,
                    score: Permille::new(930),
                    reason: WindowReason::Recognised,
                };
                (window, Fingerprint::from_bytes([n; 16]))
            })
            .collect();
        self.vault.record_windows(&watch_id(), &windows, NOW).await.unwrap();
    }

    /// The one contribution that waits, tried once before the node lost sight of the hub.
    async fn tried(&self, hub: &Slug) -> Contributed {
        let waiting = self.vault.waiting(hub, 9).await.unwrap().remove(0);
        self.vault.mark_attempted(&[waiting.id], NOW).await.unwrap();
        waiting
    }

    /// Ada's clock, apart from the hub's: the two are one otherwise.
    fn whose_own_clock_stands_at(mut self, now: Timestamp) -> Self {
        self.outbox.clock = Clock::new(move || now);
        self
    }

    async fn round(&self) -> Round {
        match self.outbox.round().await {
            Ok(round) => round,
            Err(Stop::Hub(error)) => panic!("{error}"),
            Err(Stop::Here(error)) => panic!("{error}"),
        }
    }
}

fn watch_id() -> DeviceId {
    "watch".parse().unwrap()
}

#[tokio::test]
async fn an_effort_that_the_hub_never_had_is_free_again_when_its_permission_ended() {
    let (world, hub) = World::with_hub().await;
    world.walks_a_minute().await;
    let receipt = world.allows(&hub).await;
    let tried = world.tried(&hub).await;
    world.is_at(receipt.grant().until);
    world.round().await;

    let history = world.vault.contributions(9).await.unwrap();
    assert_eq!(
        (history[0].id, history[0].state, history[0].refusal.as_deref()),
        (tried.id, ContributionState::Withdrawn, Some("expired"))
    );
    assert_eq!(
        history[0].attempts, 1,
        "the hub was asked by its id, and nothing was sent again"
    );
    world.allows(&hub).await;
    world.round().await;
    let sums = world.vault.outbox(&hub).await.unwrap();
    assert_eq!(
        (sums.waiting, sums.points),
        (0, 46),
        "the walk counts for the next permission"
    );
    assert_eq!(world.vault.hub_points(&hub).await.unwrap(), Some(46));
}

#[tokio::test]
async fn an_effort_that_the_hub_has_keeps_its_award_when_its_permission_ended() {
    let (world, hub) = World::with_hub().await;
    world.walks_a_minute().await;
    let receipt = world.allows(&hub).await;
    let tried = world.tried(&hub).await;
    // It arrived, and the answer was lost.
    let request = ContributionsRequest {
        receipts: vec![receipt.clone()],
        contributions: vec![Contribution::from_text(&tried.text).unwrap()],
    };
    world.outbox.client.contribute(&request).await.unwrap();
    world.is_at(receipt.grant().until);
    world.round().await;
    let sums = world.vault.outbox(&hub).await.unwrap();
    assert_eq!((sums.waiting, sums.points), (0, 46));
    assert_eq!(world.vault.hub_points(&hub).await.unwrap(), Some(46));
    let history = world.vault.contributions(9).await.unwrap();
    assert_eq!(history[0].attempts, 1, "nothing left under a permission that had ended");
}

#[tokio::test]
async fn while_an_effort_may_still_arrive_it_is_not_free() {
    let (world, hub) = World::with_hub().await;
    world.walks_a_minute().await;
    let receipt = world.allows(&hub).await;
    world.tried(&hub).await;
    // The hub's clock is behind: there the permission has not ended yet.
    let until = receipt.grant().until;
    let hurried = world.whose_own_clock_stands_at(until);
    let round = hurried.round().await;
    assert_eq!(round.put_off.len(), 1, "it is asked after again");
    assert_eq!(hurried.vault.outbox(&hub).await.unwrap().waiting, 1);
    hurried.is_at(until);
    hurried.round().await;
    assert_eq!(hurried.vault.outbox(&hub).await.unwrap().waiting, 0);
}

#[tokio::test]
async fn a_hub_whose_clock_is_ahead_spends_no_effort() {
    let (world, hub) = World::with_hub().await;
    world.walks_a_minute().await;
    let receipt = world.allows(&hub).await;
    // Ours goes back after the contribution was prepared.
    let early = world.outbox.clock.now();
    let slow = world.whose_own_clock_stands_at(early);
    slow.is_at(receipt.grant().until);
    let round = slow.round().await;
    assert_eq!(round.trouble.unwrap().code, "expired");
    assert_eq!(round.put_off.len(), 1, "it is asked again");
    assert_eq!(slow.vault.outbox(&hub).await.unwrap().waiting, 1);
}

#[tokio::test]
async fn a_withdrawal_that_the_hub_does_not_take_holds_up_no_other() {
    let (world, hub) = World::with_hub().await;
    let (damaged, sound) = (world.allows(&hub).await, {
        world.is_at(NOW.plus(Span::from_seconds(1)));
        world.allows(&hub).await
    });
    let mut unsigned = world.withdrawal(&damaged);
    unsigned.body.at = NOW;
    world.vault.withdraw(&unsigned, NOW).await.unwrap();
    world.vault.withdraw(&world.withdrawal(&sound), NOW).await.unwrap();
    let round = world.round().await;
    assert_eq!(round.trouble.unwrap().code, WITHDRAWAL_REFUSED);
    let unsent = world.vault.unsent_withdrawals(&hub).await.unwrap();
    assert_eq!(unsent, [unsigned], "the other one is told");
}

#[tokio::test]
async fn a_known_hub_that_signs_with_another_key_is_sent_nothing() {
    let (mut world, hub) = World::with_hub().await;
    world.walks_a_minute().await;
    world.allows(&hub).await;
    let mut info = world.outbox.client.info().await.unwrap();
    let other = HubKey::from_seed(&[9; 32]);
    let quests = info.sound_quests().into_iter();
    info.quests = quests
        .map(|quest| SignedQuest::sign(quest.quest().clone(), &hub, &other))
        .collect();
    info.key = other.id();

    let body = serde_json::to_string(&info).unwrap();
    let answer = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut request = vec![0; 4096];
            let length = stream.read(&mut request).await.unwrap();
            let request = String::from_utf8_lossy(&request[..length]).into_owned();
            heard.lock().await.push(request.lines().next().unwrap_or_default().to_owned());
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    world.outbox.client = HubClient::new(url.parse().unwrap()).unwrap();
    match world.outbox.round().await {
        Err(Stop::Hub(error)) => assert_eq!((error.code(), error.is_temporary()), ("hub_other_key", false)),
        _ => panic!("the round went on"),
    }
    assert_eq!(
        asked.lock().await.as_slice(),
        ["GET /v1/hub HTTP/1.1"],
        "it was asked who it is, and told nothing"
    );
    assert_eq!(world.vault.outbox(&hub).await.unwrap().waiting, 1, "what is ready waits");
}

#[tokio::test]
async fn what_is_no_hub_is_shown_as_that() {
    for answer in [
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: 19\r\n\r\n<html>log in</html>",
        "HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\ncontent-length: 6\r\n\r\n<html>",
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        let micros = Arc::new(AtomicI64::new(NOW.micros()));
        let World {
            outbox, mut standing, ..
        } = World::at(TempDir::new().unwrap(), micros, &url).await;
        let running = tokio::spawn(outbox.run());
        let seen = standing
            .wait_for(|seen| seen.state != HubState::Unknown)
            .await
            .unwrap()
            .clone();
        running.abort();
        assert_eq!(seen.state, HubState::Trouble, "{answer}");
        let trouble = seen.trouble.unwrap();
        assert_eq!(trouble.code, "hub_protocol");
        assert!(
            trouble.message.starts_with("what answers there is no hub"),
            "{}",
            trouble.message
        );
    }
}
