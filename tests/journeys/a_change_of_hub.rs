//! One person, one data folder, two hubs: each pays for what it was given, the sums are those of the hub in use, and what waits for
//! the other waits.

use std::path::Path;

use earnest_engine::{
    Clock,
    commands::{GetHistory, GetSharing, GetStatus, Nothing, history::ContributionState, sharing::Erasure, status::Status},
};
use earnest_journeys::{Hub, Node, NodeOptions, Replay, walk};

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

async fn with(hub: &Hub, data: &Path) -> Node {
    Node::start(
        data,
        NodeOptions {
            hub: Some(hub.url.clone()),
            ..NodeOptions::default()
        },
    )
    .await
}

/// The name in records of the hub in use.
async fn hub_of(node: &Node) -> String {
    let sharing = node.client().await.call::<GetSharing>(Nothing {}).await.unwrap();
    sharing.hub.id.unwrap().to_string()
}

/// The same walk, some hours ago.
async fn walked(node: &Node, device: &str, hours_ago: i64) {
    let start = Clock::system().now().seconds() - hours_ago * 3_600;
    Replay::of(&walk(), node.data(), device, start, 100).plays_to_the_end().await;
    node.until("the quest was filled", filled).await;
}

fn filled(status: &Status) -> bool {
    status.quests.iter().any(|quest| quest.progress >= 1.0)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_hub_has_its_own_points_and_changing_back_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let (riverside, hillside) = (folder.path().join("riverside"), folder.path().join("hillside"));
    std::fs::create_dir(&riverside).unwrap();
    std::fs::create_dir(&hillside).unwrap();
    let mut first = Hub::start(&riverside).await;
    let second = Hub::start(&hillside).await;
    let data = folder.path().join("ada");

    // A walk for the first hub. It goes down, and the permission is taken back meanwhile.
    let node = with(&first, &data).await;
    let paired = node.earnest(&["pair", "mqtt", "--name", "Watch"]).await;
    let watch = paired["device"].as_str().unwrap();
    walked(&node, watch, 6).await;
    let first_id = hub_of(&node).await;
    let early = node.earnest(&GRANT).await;
    let earned = node.until_settled().await.points;
    assert!((40..=50).contains(&earned), "{earned}");
    first.kill().await;
    node.earnest(&["consent", "withdraw", "--receipt", early["receipt"].as_str().unwrap()])
        .await;
    assert_eq!(
        node.status().await.outbox,
        1,
        "the withdrawal waits for the hub that had the permission"
    );
    node.kill().await;

    // The other hub: nothing of the first one's counts here, and nothing of it is sent here.
    let node = with(&second, &data).await;
    let status = node
        .until("the other hub was met", |status| status.outbox_elsewhere == 1)
        .await;
    let second_id = hub_of(&node).await;
    assert_eq!((status.points, status.hub_points, status.points_agree), (0, None, true));
    assert_eq!(status.outbox, 0, "nothing here waits for this hub");
    walked(&node, watch, 3).await;
    assert!(
        !node.status().await.quests[0].done,
        "the first hub's walk is no walk for this one"
    );
    node.earnest(&GRANT).await;
    let there = node.until_settled().await;
    assert!(
        (40..=50).contains(&there.points),
        "the motion is new to this hub: {}",
        there.points
    );
    assert_eq!((there.hub_points, there.outbox_elsewhere), (Some(there.points), 1));

    let history = node.client().await.call::<GetHistory>(Nothing {}).await.unwrap();
    assert_eq!(history.points, there.points);
    let told: Vec<_> = history
        .items
        .iter()
        .map(|item| (item.recipient.to_string(), item.elsewhere, item.state))
        .collect();
    assert_eq!(
        told,
        [
            (second_id.clone(), false, ContributionState::Awarded),
            (first_id.clone(), true, ContributionState::Awarded)
        ],
        "History says which hub each is for"
    );
    let sharing = node.client().await.call::<GetSharing>(Nothing {}).await.unwrap();
    let erasures: Vec<_> = sharing.left.iter().map(|item| item.erasure).collect();
    assert_eq!(erasures, [None, Some(Erasure::Asked)], "what is to be erased is marked");
    let words = sharing.grants[0].grant.purpose_text.as_deref();
    assert_eq!(
        words,
        Some(sharing.asks[0].purpose_text.as_str()),
        "the receipt holds what was read"
    );
    node.kill().await;

    // Back to the first: its points are there, and it is told what waited for it.
    first.start_again().await;
    let node = with(&first, &data).await;
    let back = node
        .until("the first hub was told of the withdrawal", |status| {
            status.outbox == 0 && status.outbox_elsewhere == 0
        })
        .await;
    assert_eq!(
        (back.points, back.hub_points, back.points_agree),
        (earned, Some(earned), true)
    );
    let sharing = node.client().await.call::<GetSharing>(Nothing {}).await.unwrap();
    let erased = sharing
        .left
        .iter()
        .find(|item| item.receipt.to_string() == early["receipt"].as_str().unwrap());
    assert_eq!(erased.unwrap().erasure, Some(Erasure::Confirmed));
    let status = node.client().await.call::<GetStatus>(Nothing {}).await.unwrap();
    assert!(status.quests[0].done, "done once here, it stays done");
}
