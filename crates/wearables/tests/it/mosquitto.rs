//! Debian's own client, which nobody here wrote. It says little by its exit code, so what it prints is looked at too.

use std::process::Stdio;

use earnest_wearables::links::mqtt::Limits;
use tokio::process::Command;

use crate::world::{PASSWORD, World, soon};

/// Runs `mosquitto_pub` as ada; whether it succeeded, and what it complained of.
async fn publish(world: &World, version: &str, password: &str, topic: &str, qos: &str, payload: &str) -> (bool, String) {
    let port = world.address.port().to_string();
    let mut command = Command::new("mosquitto_pub");
    command.args([
        "-h",
        "127.0.0.1",
        "-p",
        &port,
        "-V",
        version,
        "-u",
        "ada",
        "-P",
        password,
        "-t",
        topic,
        "-q",
        qos,
        "-m",
        payload,
    ]);
    let client = command.stdin(Stdio::null()).kill_on_drop(true).output();
    let output = soon("mosquitto_pub", client)
        .await
        .expect("mosquitto_pub is installed (Debian: mosquitto-clients)");
    (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
}

#[tokio::test]
async fn mosquitto_publishes_in_every_version_and_quality() {
    let mut world = World::start_committing(Limits::default()).await;
    for version in ["mqttv31", "mqttv311", "mqttv5"] {
        for qos in ["0", "1", "2"] {
            let payload = format!("{version} {qos}");
            let (done, complaint) = publish(&world, version, PASSWORD, "earnest/ada/senml", qos, &payload).await;
            assert!(done && complaint.is_empty(), "{payload}: {complaint}");
            assert_eq!(world.message().await.message.payload, payload.as_bytes());
        }
    }
}

#[tokio::test]
async fn mosquitto_hears_why_it_is_refused() {
    let world = World::start_committing(Limits::default()).await;
    for version in ["mqttv311", "mqttv5"] {
        let (done, complaint) = publish(&world, version, "wrong", "earnest/ada/senml", "1", "x").await;
        assert!(
            !done && complaint.to_lowercase().contains("bad user name or password"),
            "{complaint}"
        );
    }
    let (_, complaint) = publish(&world, "mqttv5", PASSWORD, "earnest/bob/senml", "1", "x").await;
    assert!(complaint.to_lowercase().contains("not authorized"), "{complaint}");
}
