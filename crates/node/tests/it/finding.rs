//! How another process finds a node, and what it hears.

use std::pin::pin;

use earnest_engine::{
    commands::{GetPerson, GetStatus, Nothing, SetNameCommand, person::SetName},
    events::Event,
};
use earnest_node::{ClientError, NodeClient};
use futures_util::TryStreamExt;

use crate::start;

#[tokio::test]
async fn a_client_finds_the_node_of_a_folder_and_calls_it() {
    let folder = tempfile::tempdir().unwrap();
    let node = start(folder.path()).await.unwrap();
    let client = NodeClient::find(folder.path()).await.unwrap();
    assert_eq!(client.call::<GetStatus>(Nothing {}).await.unwrap().samples, 0);
    let error = client
        .call::<SetNameCommand>(SetName { name: String::new() })
        .await
        .unwrap_err();
    assert!(
        matches!(error, ClientError::Refused(_)) && error.code() == "invalid_name",
        "{error}"
    );
    node.stop().await;
    let error = client.call::<GetStatus>(Nothing {}).await.unwrap_err();
    assert!(error.is_gone(), "{error}");
}

#[tokio::test]
async fn the_announcement_of_a_killed_node_counts_as_none() {
    let folder = tempfile::tempdir().unwrap();
    let node = start(folder.path()).await.unwrap();
    let announcement = std::fs::read(folder.path().join("node.json")).unwrap();
    node.stop().await;
    std::fs::write(folder.path().join("node.json"), announcement).unwrap();
    assert!(matches!(
        NodeClient::find(folder.path()).await,
        Err(ClientError::NotRunning { .. })
    ));
}

#[tokio::test]
async fn another_node_on_the_port_of_a_killed_one_is_not_taken_for_it() {
    let (folder, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let node = start(other.path()).await.unwrap();
    let mut announcement: serde_json::Value =
        serde_json::from_slice(&std::fs::read(other.path().join("node.json")).unwrap()).unwrap();
    announcement["token"] = "0".repeat(64).into();
    std::fs::write(folder.path().join("node.json"), announcement.to_string()).unwrap();
    assert!(matches!(
        NodeClient::find(folder.path()).await,
        Err(ClientError::NotRunning { .. })
    ));
    node.stop().await;
}

#[tokio::test]
async fn a_listener_hears_what_happens_and_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let node = start(folder.path()).await.unwrap();
    let client = NodeClient::find(folder.path()).await.unwrap();
    let mut events = pin!(client.events().await.unwrap());
    assert_eq!(
        events.try_next().await.unwrap(),
        Some(Event::Resync),
        "what came before was missed"
    );
    client
        .call::<SetNameCommand>(SetName { name: "Ada".to_owned() })
        .await
        .unwrap();
    while events.try_next().await.unwrap() != Some(Event::Person) {}
    assert_eq!(
        client.call::<GetPerson>(Nothing {}).await.unwrap().name.as_deref(),
        Some("Ada")
    );
    node.stop().await;
    while let Ok(Some(_)) = events.try_next().await {}
}
