//! Ada's points are checked again: by her node, and from a file with nothing running; and she takes one contribution back.

use std::path::Path;

use earnest_engine::commands::{Nothing, VerifyLedgers};
use earnest_journeys::{Hub, Node, NodeOptions, binary};
use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::process::Command;

/// Checks an export with nothing but the file: whether everything holds, and what is said.
async fn verify(export: &Path) -> (bool, Value) {
    let mut command = Command::new(binary("earnest"));
    let output = command
        .args(["verify", "--json", "--export"])
        .arg(export)
        .output()
        .await
        .unwrap();
    (output.status.success(), serde_json::from_slice(&output.stdout).unwrap())
}

/// Ada's node, whose walk was credited and proved; what was credited.
async fn proved(folder: &Path, hub: &Hub) -> (Node, u32) {
    let options = NodeOptions {
        hub: Some(hub.url.clone()),
        ..NodeOptions::default()
    };
    let node = Node::start(&folder.join("ada"), options).await;
    node.earnest(&["pair", "sample", "--speed", "100"]).await;
    let grant = ["consent", "grant", "--purpose", "activity-research", "--precision", "summary"];
    let grant = [&grant[..], &["--stream", "acceleration", "angular_velocity"]].concat();
    node.until("the hub was met", |status| !status.quests.is_empty()).await;
    node.earnest(&grant).await;
    let settled = node.until_settled().await;
    let client = node.client().await;
    let mut events = Box::pin(client.events().await.unwrap());
    loop {
        let audit = client.call::<VerifyLedgers>(Nothing {}).await.unwrap();
        if audit.holds() {
            assert_eq!((audit.awards, audit.verified, audit.sum), (1, 1, i64::from(settled.points)));
            return (node, settled.points);
        }
        // The proof follows the award.
        events.next().await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn points_are_checked_from_the_export_alone_and_a_contribution_is_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let hub = Hub::start(folder.path()).await;
    let (node, points) = proved(folder.path(), &hub).await;
    let contribution = {
        let client = node.client().await;
        let history = client.call::<earnest_engine::commands::GetHistory>(Nothing {}).await.unwrap();
        history.items[0].contribution.to_string()
    };

    // Its lines, asked for by the beginning of its id.
    let why = node.earnest(&["why", &contribution[..8]]).await;
    assert_eq!(why["award"]["points"], points);
    assert_eq!(why["ledger"]["entry"], 1, "after the pool's own");

    // The export says it all by itself.
    let export = folder.path().join("export.json");
    let text = node.earnest(&["export"]).await;
    std::fs::write(&export, text.to_string()).unwrap();
    let (holds, before) = verify(&export).await;
    assert!(holds);
    let expected = json!({ "awards": 1, "verified": 1, "sum": points, "consistent": true, "findings": [],
        "checkpoint": before["checkpoint"] });
    assert_eq!(before, expected);

    // One point more, anywhere in it, and it does not hold.
    let more = json!({ "posted": points + 1 })["posted"].to_string();
    let forged = text
        .to_string()
        .replace(&format!("\"points\":{points}"), &format!("\"points\":{more}"));
    std::fs::write(&export, forged).unwrap();
    let (holds, altered) = verify(&export).await;
    assert!(
        !holds && altered["verified"] == 0 && altered["findings"] != json!([]),
        "{altered}"
    );

    // Taken back: the hub erases it, and the points are back in their pool.
    let undone = node.earnest(&["undo", &contribution]).await;
    assert_eq!(undone["state"], "withdrawn");
    let status = node.until("the hub knew", |status| status.hub_points == Some(0)).await;
    assert_eq!((status.points, status.points_agree), (0, true));
    let left = std::fs::read(folder.path().join("hub.sqlite")).unwrap();
    assert!(
        !String::from_utf8_lossy(&left).contains(undone["text"].as_str().unwrap()),
        "nothing of it is left at the hub"
    );
    let client = node.client().await;
    let mut events = Box::pin(client.events().await.unwrap());
    while !client.call::<VerifyLedgers>(Nothing {}).await.unwrap().holds() {
        events.next().await.unwrap().unwrap();
    }
    std::fs::write(&export, node.earnest(&["export"]).await.to_string()).unwrap();
    drop((node, hub));
    let (holds, after) = verify(&export).await;
    assert!(holds, "with nothing running: {after}");
    assert_eq!((&after["awards"], &after["sum"]), (&json!(1), &json!(0)));
    assert_ne!(after["checkpoint"], before["checkpoint"], "the ledger grew");
}
