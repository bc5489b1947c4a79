//! What stands in the way of a start, in words.

use earnest_engine::EngineError;
use earnest_node::{Announcement, Node, NodeConfig, NodeError};

use crate::{config, start};

#[tokio::test]
async fn a_second_node_on_the_same_folder_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let first = start(folder.path()).await.unwrap();
    let error = start(folder.path()).await.err().unwrap();
    assert!(
        matches!(&error, NodeError::AlreadyRunning { url: Some(url), .. } if url == first.url()),
        "{error}"
    );
    assert!(
        error.to_string().contains(first.url().as_str()),
        "it says where the first one is: {error}"
    );
    first.stop().await;
    start(folder.path())
        .await
        .expect("a stopped node leaves the folder free")
        .stop()
        .await;
}

#[tokio::test]
async fn a_port_that_is_taken_is_named_with_the_option_that_moves_it() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap();
    let folder = tempfile::tempdir().unwrap();

    let screens = NodeConfig {
        listen: address,
        ..config(folder.path())
    };
    let error = Node::start(screens).await.err().unwrap();
    assert_eq!(error.code(), "listen");
    assert!(
        error.to_string().contains(&address.to_string()) && error.to_string().contains("--listen"),
        "{error}"
    );

    let devices = NodeConfig {
        mqtt: address,
        ..config(folder.path())
    };
    let error = Node::start(devices).await.err().unwrap();
    assert!(matches!(error, NodeError::Engine(EngineError::Listen { .. })), "{error}");
    assert!(
        error.to_string().contains(&address.to_string()) && error.to_string().contains("--mqtt"),
        "{error}"
    );
}

#[tokio::test]
async fn where_any_port_will_do_a_taken_one_is_no_obstacle() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = taken.local_addr().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(NodeConfig {
        listen: address,
        mqtt: address,
        spare_ports: true,
        ..config(folder.path())
    })
    .await
    .unwrap();
    assert_ne!(node.url().port(), Some(address.port()));
    assert_ne!(node.engine().mqtt_addr().port(), address.port());
    node.stop().await;
}

#[tokio::test]
async fn a_node_is_announced_while_it_runs() {
    let folder = tempfile::tempdir().unwrap();
    let node = start(folder.path()).await.unwrap();
    let announcement = Announcement::read(folder.path()).unwrap().unwrap();
    assert_eq!(announcement.url, *node.url());
    assert_eq!(announcement.mqtt, node.engine().mqtt_addr());
    assert_eq!(announcement.pid, std::process::id());
    assert_eq!(announcement.token.len(), 64);
    node.stop().await;
    assert_eq!(Announcement::read(folder.path()).unwrap(), None);
}

#[tokio::test]
async fn after_a_start_that_failed_the_next_one_succeeds_in_the_same_process() {
    let folder = tempfile::tempdir().unwrap();
    // Where the announcement is written first: everything but the announcement has started by then.
    let obstacle = folder.path().join("node.json.new");
    std::fs::create_dir(&obstacle).unwrap();
    let error = start(folder.path()).await.err().unwrap();
    assert_eq!(error.code(), "data_folder", "{error}");
    std::fs::remove_dir(&obstacle).unwrap();
    start(folder.path())
        .await
        .expect("nothing of the first start still has the vault")
        .stop()
        .await;
}
