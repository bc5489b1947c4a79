//! Nothing more can be written: the screens say so, the wearable keeps what was not acknowledged, and it all goes on when there is room.

use earnest_engine::commands::{GetToday, today::TodayAt};
use earnest_journeys::{Device, Node, NodeOptions};

fn pulse(second: u32) -> Vec<u8> {
    format!(
        r#"[{{"n":"heart_rate","u":"beat/min","t":{},"v":61}}]"#,
        1_760_000_000 + second
    )
    .into_bytes()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_and_the_screen_says_why() {
    let folder = tempfile::tempdir().unwrap();
    let options = NodeOptions {
        may_run_out_of_disk: true,
        ..NodeOptions::default()
    };
    let node = Node::start(&folder.path().join("ada"), options).await;
    let (mut watch, _) = Device::paired(&node, "Watch").await;
    watch.sends(pulse(0)).await.unwrap();

    node.limit_files("1").await;
    watch
        .sends(pulse(1))
        .await
        .expect_err("what cannot be kept is not acknowledged");
    let client = node.client().await;
    let trouble = client.call::<GetToday>(TodayAt::default()).await.unwrap().trouble.unwrap();
    assert!(
        ["io", "disk_full", "database"].contains(&trouble.code.as_str()),
        "{trouble:?}"
    );
    assert!(
        trouble.message.contains("stays with the devices"),
        "it says what was kept and what is next: {trouble:?}"
    );
    assert_eq!(
        node.status().await.samples,
        1,
        "what was acknowledged is there, and can be read"
    );

    node.limit_files("unlimited").await;
    watch.sends(pulse(2)).await.unwrap();
    let status = node.until("all of it was kept", |status| status.samples == 3).await;
    assert_eq!(status.samples, 3, "the wearable sent again what was not acknowledged");
    assert_eq!(
        client.call::<GetToday>(TodayAt::default()).await.unwrap().trouble,
        None,
        "it is over"
    );
}
