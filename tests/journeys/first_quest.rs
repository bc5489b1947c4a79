//! Ada pairs the sample wearable, says yes once, and a minute of its walking becomes points that the hub and she agree on.

use earnest_journeys::{Hub, Node, NodeOptions};
use serde_json::json;

#[tokio::test]
async fn a_minute_of_walking_becomes_points() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::start(folder.path()).await;
    let node = Node::start(
        &folder.path().join("ada"),
        NodeOptions {
            hub: Some(hub.url.clone()),
            ..NodeOptions::default()
        },
    )
    .await;

    // Nothing leaves by default: the walk fills the quest, and waits.
    let devices = node.earnest(&["pair", "sample", "--speed", "100"]).await;
    let device = devices["device"].as_str().unwrap().to_owned();
    let filled = node
        .until("the walk filled the quest", |status| {
            status.quests.iter().any(|quest| quest.progress >= 1.0)
        })
        .await;
    assert_eq!(
        (filled.outbox, filled.points, filled.hub_points),
        (0, 0, None),
        "nothing was prepared and the hub was told nothing"
    );

    // Once allowed, the quest is credited, to the point.
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
        &["--precision", "summary", "--recipient", "hub", "--device", &device],
    ]
    .concat();
    node.earnest(&grant).await;
    let settled = node.until_settled().await;
    assert!(
        (40..=50).contains(&settled.points),
        "40 base, 1.25 need, and how clear the walk was: {}",
        settled.points
    );
    assert_eq!(settled.hub_points, Some(settled.points));
    assert!(settled.windows.keys().any(|label| label.name() == "walking"));
    assert_eq!(settled.rejected, [].into());

    // The award explains itself, and what was estimated here is what the hub paid.
    let client = node.client().await;
    let history = client
        .call::<earnest_engine::commands::GetHistory>(earnest_engine::commands::Nothing {})
        .await
        .unwrap();
    let item = &history.items[0];
    assert_eq!(item.agrees, Some(true));
    let award = item.award.clone().unwrap();
    let factors: Vec<_> = award.lines.iter().map(|line| json!(line.factor)).collect();
    assert_eq!(factors, ["base", "quality", "novelty", "need"]);
    assert_eq!(
        award.lines.iter().map(|line| line.change).sum::<i64>() / 1_000,
        i64::from(award.points)
    );

    // What left is a summary: no reading, no device, no finer time than the hour.
    assert!(item.stayed_readings >= 6 * 600, "a minute of six axes at 10 Hz stayed here");
    assert!(!item.text.contains(&device), "{}", item.text);
}
