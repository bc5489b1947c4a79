//! The hub inside of a node: what lies in the data folder.

use earnest_engine::commands::{GetPerson, Nothing};
use earnest_hub::{Hub, Quests};
use earnest_node::{Node, NodeClient};

use crate::start;

/// The hub's id as the screens show it.
async fn hub_id(node: &Node) -> String {
    let client = NodeClient::find(node.data()).await.unwrap();
    let mut events = std::pin::pin!(client.events().await.unwrap());
    loop {
        if let Some(id) = client.call::<GetPerson>(Nothing {}).await.unwrap().hub.id {
            return id.to_string();
        }
        futures_util::TryStreamExt::try_next(&mut events).await.unwrap();
    }
}

/// What can be read in the files of the data folder that are the hub's.
fn readable(folder: &std::path::Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if entry.file_name().to_string_lossy().starts_with("hub.sqlite") {
            all.extend(std::fs::read(entry.path()).unwrap());
        }
    }
    all
}

fn has(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test]
async fn nothing_of_the_hub_can_be_read_from_the_disk_and_the_next_start_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    let node = start(folder.path()).await.unwrap();
    let id = hub_id(&node).await;
    let bytes = readable(folder.path());
    assert!(!bytes.is_empty() && !has(&bytes, &id) && !has(&bytes, "ledger") && !has(&bytes, "SQLite"));
    node.stop().await;
    let bytes = readable(folder.path());
    assert!(!bytes.is_empty() && !has(&bytes, &id) && !has(&bytes, "ledger") && !has(&bytes, "SQLite"));
    let node = start(folder.path()).await.unwrap();
    assert_eq!(hub_id(&node).await, id, "the same hub");
    node.stop().await;
}

#[tokio::test]
async fn the_hub_of_an_older_version_is_taken_over_and_nothing_stays_readable() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("hub.sqlite");
    let clock = || std::sync::Arc::new(|| earnest_engine::Clock::system().now());
    let old = Hub::open(&database, "Your own hub", Quests::built_in().unwrap(), clock())
        .await
        .unwrap();
    let id = old.id().to_string();
    drop(old); // as if killed: its log is still there
    assert!(has(&readable(folder.path()), &id), "this test can see it");
    let node = start(folder.path()).await.unwrap();
    assert_eq!(hub_id(&node).await, id);
    let bytes = readable(folder.path());
    assert!(!has(&bytes, &id) && !has(&bytes, "ledger"));
    node.stop().await;
}

#[tokio::test]
async fn a_hub_of_another_vault_is_named_and_left_as_it_is() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    start(other.path()).await.unwrap().stop().await;
    let foreign = std::fs::read(other.path().join("hub.sqlite")).unwrap();
    std::fs::write(folder.path().join("hub.sqlite"), &foreign).unwrap();
    let error = start(folder.path()).await.err().unwrap();
    assert_eq!(error.code(), "database_key", "{error}");
    assert!(error.to_string().contains("hub.sqlite"), "{error}");
    assert_eq!(std::fs::read(folder.path().join("hub.sqlite")).unwrap(), foreign);
    std::fs::remove_file(folder.path().join("hub.sqlite")).unwrap();
    start(folder.path()).await.expect("and the folder is free").stop().await;
}
