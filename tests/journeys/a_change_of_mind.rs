//! Withdrawing: what waits does not leave, what left is erased, points that were earned stay, and saying yes again is as easy.

use std::fs;

use earnest_engine::commands::{
    GetSharing, GetToday, Nothing,
    sharing::GrantState,
    today::{QuestState, TodayAt},
};
use earnest_journeys::{Hub, Node, NodeOptions};
use serde_json::json;

const GRANT: [&str; 10] = [
    "consent",
    "grant",
    "--purpose",
    "activity-research",
    "--stream",
    "acceleration",
    "angular_velocity",
    "--precision",
    "summary",
    "--recipient=hub",
];

async fn with_a_filled_quest(hub: &Hub, data: &std::path::Path) -> Node {
    let node = Node::start(
        data,
        NodeOptions {
            hub: Some(hub.url.clone()),
            ..NodeOptions::default()
        },
    )
    .await;
    node.earnest(&["pair", "sample", "--speed", "100"]).await;
    node.until("the quest was filled", |status| {
        status.quests.iter().any(|quest| quest.progress >= 1.0)
    })
    .await;
    node
}

async fn withdraw(node: &Node, granted: &serde_json::Value) -> serde_json::Value {
    let receipt = granted["receipt"].as_str().unwrap();
    let withdrawn = node.earnest(&["consent", "withdraw", "--receipt", receipt]).await;
    withdrawn["withdrawn"][0].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waits_does_not_leave() {
    let folder = tempfile::tempdir().unwrap();
    let mut hub = Hub::start(folder.path()).await;
    let node = with_a_filled_quest(&hub, &folder.path().join("ada")).await;
    hub.kill().await;
    let granted = node.earnest(&GRANT).await;
    node.until("the contribution was prepared", |status| status.outbox == 1).await;

    let withdrawn = withdraw(&node, &granted).await;
    assert_eq!((&withdrawn["stopped"], &withdrawn["to_erase"]), (&json!(1), &json!(0)));
    let today = node.client().await.call::<GetToday>(TodayAt::default()).await.unwrap();
    assert!(
        matches!(today.quests[0].state, QuestState::NeedsConsent { .. }),
        "the walk is still hers to give: {:?}",
        today.quests[0].state
    );
    assert_eq!(today.provisional_points, 0);

    hub.start_again().await;
    let told = node.until("the hub was told", |status| status.outbox == 0).await;
    assert_eq!((told.points, told.hub_points.unwrap_or(0)), (0, 0), "nothing had left");
    node.earnest(&GRANT).await;
    let settled = node.until_settled().await;
    assert!(
        (40..=50).contains(&settled.points),
        "said again, the same walk is paid, once: {}",
        settled.points
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_left_is_erased_and_the_points_stay() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::start(folder.path()).await;
    let node = with_a_filled_quest(&hub, &folder.path().join("ada")).await;
    let granted = node.earnest(&GRANT).await;
    let earned = node.until_settled().await.points;
    let in_the_hub = || {
        ["hub.sqlite", "hub.sqlite-wal"].iter().any(|file| {
            let bytes = fs::read(folder.path().join(file)).unwrap_or_default();
            bytes.windows(SUMMARY.len()).any(|window| window == SUMMARY)
        })
    };
    assert!(in_the_hub(), "the hub has the summary, and this test can see it");

    let withdrawn = withdraw(&node, &granted).await;
    assert_eq!((&withdrawn["stopped"], &withdrawn["to_erase"]), (&json!(0), &json!(1)));
    let after = node.until("the hub was told", |status| status.outbox == 0).await;
    assert!(!in_the_hub(), "not a byte of the summary is left in the hub's files");
    assert_eq!(
        (after.points, after.hub_points),
        (earned, Some(earned)),
        "what was earned stays"
    );
    let sharing = node.client().await.call::<GetSharing>(Nothing {}).await.unwrap();
    assert_eq!(sharing.grants[0].state, GrantState::Withdrawn);
    assert_eq!(sharing.asks[0].receipt, None, "the switch is off");
}

/// How a summary reads where it is stored.
const SUMMARY: &[u8] = br#""summary":{"label":"walking""#;
