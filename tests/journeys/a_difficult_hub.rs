//! The hub fails in every way it can between Ada and her points; she gets them once.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use earnest_journeys::{Hub, Node, NodeOptions};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Notify, watch},
};

/// What the way to the hub does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// Passes it on.
    Clear,
    /// Answers 500 by itself.
    Broken,
    /// Passes the request on and cuts the answer off after a few bytes: the hub has credited, and nobody here knows.
    CutsAnswers,
    /// Passes the request on and holds the answer back until it is let go.
    Slow,
}

/// The way to the hub, which can be made difficult.
struct Road {
    url: String,
    way: watch::Sender<Way>,
    /// Requests to contribute that it saw.
    contributions: Arc<AtomicUsize>,
    seen: Arc<Notify>,
    let_go: Arc<Notify>,
}

impl Road {
    async fn to(hub: &Hub) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let target = hub.url.trim_start_matches("http://").to_owned();
        let (way, way_here) = watch::channel(Way::Clear);
        let road = Self {
            url,
            way,
            contributions: Arc::default(),
            seen: Arc::default(),
            let_go: Arc::default(),
        };
        let (contributions, seen, let_go) = (
            Arc::clone(&road.contributions),
            Arc::clone(&road.seen),
            Arc::clone(&road.let_go),
        );
        tokio::spawn(async move {
            while let Ok((mut client, _)) = listener.accept().await {
                let (target, way, contributions) = (target.clone(), way_here.clone(), Arc::clone(&contributions));
                let (seen, let_go) = (Arc::clone(&seen), Arc::clone(&let_go));
                tokio::spawn(async move {
                    let Some(request) = read_message(&mut client).await else {
                        return;
                    };
                    let mut way = *way.borrow();
                    let contributes = request.starts_with(b"POST /v1/contributions");
                    if !contributes && way != Way::Broken {
                        way = Way::Clear;
                    }
                    if contributes {
                        contributions.fetch_add(1, Ordering::SeqCst);
                        seen.notify_one();
                    }
                    if way == Way::Broken {
                        let _ = client
                            .write_all(b"HTTP/1.1 500 Oops\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
                            .await;
                        return;
                    }
                    let mut hub = TcpStream::connect(&target).await.unwrap();
                    hub.write_all(&request).await.unwrap();
                    let Some(mut answer) = read_message(&mut hub).await else {
                        return;
                    };
                    if way == Way::Slow {
                        let_go.notified().await;
                    }
                    if way == Way::CutsAnswers {
                        answer.truncate(20);
                    }
                    let _ = client.write_all(&answer).await;
                    let _ = client.shutdown().await;
                });
            }
        });
        road
    }

    fn becomes(&self, way: Way) {
        self.way.send_replace(way);
    }

    /// Waits for the next request to contribute.
    async fn sees_a_contribution(&self) {
        self.seen.notified().await;
    }
}

/// One HTTP/1.1 message with a content length, head and body.
async fn read_message(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut message = Vec::new();
    loop {
        let mut part = [0; 4096];
        let read = stream.read(&mut part).await.ok()?;
        if read == 0 {
            return None;
        }
        message.extend_from_slice(&part[..read]);
        let Some(head) = message.windows(4).position(|bytes| bytes == b"\r\n\r\n") else {
            continue;
        };
        let text = String::from_utf8_lossy(&message[..head]).to_ascii_lowercase();
        let length = text
            .lines()
            .find_map(|line| line.strip_prefix("content-length:")?.trim().parse::<usize>().ok())
            .unwrap_or(0);
        if message.len() >= head + 4 + length {
            return Some(message);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hub_that_fails_in_every_way_pays_once() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = Hub::start(folder.path()).await;
    let road = Road::to(&hub).await;
    let node = Node::start(
        &folder.path().join("ada"),
        NodeOptions {
            hub: Some(road.url.clone()),
            ..NodeOptions::default()
        },
    )
    .await;
    let devices = node.earnest(&["pair", "sample", "--speed", "100"]).await;
    node.until("the quest was filled", |status| {
        status.quests.iter().any(|quest| quest.progress >= 1.0)
    })
    .await;

    road.becomes(Way::Broken);
    let grant = [
        "consent",
        "grant",
        "--purpose",
        "activity-research",
        "--stream",
        "acceleration",
        "angular_velocity",
    ];
    let grant = [
        &grant[..],
        &[
            "--precision",
            "summary",
            "--recipient",
            "hub",
            "--device",
            devices["device"].as_str().unwrap(),
        ],
    ]
    .concat();
    node.earnest(&grant).await;
    let waiting = node.until("the contribution was prepared", |status| status.outbox == 1).await;
    assert_eq!((waiting.points, waiting.hub_points), (0, None), "an estimate is no point yet");

    // The hub credits, and the answer is lost.
    road.becomes(Way::CutsAnswers);
    road.sees_a_contribution().await;
    // It is sent again, and the hub takes its time to say that it has it already; the node goes on answering meanwhile.
    road.becomes(Way::Slow);
    road.sees_a_contribution().await;
    assert_eq!(node.status().await.outbox, 1, "what is not answered is not settled");
    // The hub goes down before the answer came through, and comes back.
    hub.kill().await;
    hub.start_again().await;
    road.becomes(Way::Clear);
    road.let_go.notify_waiters();

    let settled = node.until_settled().await;
    assert!(road.contributions.load(Ordering::SeqCst) >= 2, "it was sent more than once");
    assert!((40..=50).contains(&settled.points), "and paid once: {}", settled.points);
}
