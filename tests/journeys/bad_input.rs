//! Devices that lie, stutter or try to reach what is not theirs are refused with a reason that the Devices screen shows; the others are
//! served all the while.

use earnest_domain::rejection::RejectionReason::{self, *};
use earnest_engine::commands::{GetDevices, Nothing, devices::Health};
use earnest_journeys::{Device, Node, NodeOptions};

async fn refused(node: &Node, device: &str, reason: RejectionReason) -> bool {
    let list = node.client().await.call::<GetDevices>(Nothing {}).await.unwrap();
    let view = list.devices.iter().find(|view| view.id.as_str() == device).unwrap();
    view.rejections
        .iter()
        .any(|rejection| rejection.reason == reason && !rejection.detail.is_empty())
}

/// Waits until a refusal that happened at the door is on the Devices screen.
async fn until_refused(node: &Node, device: &str, reason: RejectionReason) {
    node.until("the refusal was shown", |status| status.rejected.contains_key(&reason))
        .await;
    assert!(
        refused(node, device, reason).await,
        "{reason:?} is shown with the device that caused it"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_taken_is_refused_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(&folder.path().join("ada"), NodeOptions::default()).await;
    let (mut watch, paired) = Device::paired(&node, "Watch").await;
    let (mut good, good_paired) = Device::paired(&node, "Good watch").await;
    let id = paired["device"].as_str().unwrap();
    let good_id = good_paired["device"].as_str().unwrap();
    let mut taken = 0;

    let nan_in_cbor = b"\x81\xa2\x00\x6eacceleration.x\x02\xf9\x7e\x00".to_vec(); // [{"n": "acceleration.x", "v": NaN}]
    let payloads: [(&str, Vec<u8>, RejectionReason); 8] = [
        ("a value that is no number", nan_in_cbor, NotANumber),
        (
            "a time in the far future",
            br#"[{"n":"acceleration.x","t":4000000000,"v":1}]"#.to_vec(),
            TimeInFuture,
        ),
        (
            "a clock that counts from 1970",
            br#"[{"n":"acceleration.x","t":86400,"v":1}]"#.to_vec(),
            ClockNotSet,
        ),
        (
            "a unit of something else",
            br#"[{"n":"acceleration.x","u":"Cel","v":1}]"#.to_vec(),
            UnknownUnit,
        ),
        ("a name that nobody knows", br#"[{"n":"mood","v":1}]"#.to_vec(), UnknownName),
        ("a record without a value", br#"[{"n":"acceleration.x"}]"#.to_vec(), NoValue),
        ("CBOR that breaks off", b"\x82\xa2\x00\x6eacceler".to_vec(), MalformedPayload),
        ("no SenML at all", b"{\"hello\":1}".to_vec(), MalformedPayload),
    ];
    for (story, payload, reason) in payloads {
        watch
            .sends(payload)
            .await
            .unwrap_or_else(|error| panic!("{story} is acknowledged, so that it is not sent for ever: {error}"));
        assert!(
            refused(&node, id, reason).await,
            "{story}: {reason:?} is on the Devices screen"
        );
        good.sends(r#"[{"n":"heart_rate","u":"beat/min","v":61}]"#)
            .await
            .expect("the others are served all the while");
        taken += 1;
    }

    // What it may not do at all ends its connection.
    watch
        .publishes(&format!("earnest/{good_id}/senml"), "[]")
        .await
        .expect_err("another device's topic is not acknowledged");
    until_refused(&node, id, ForeignTopic).await;
    let mut watch = Device::new(&paired, paired["password"].as_str().unwrap());
    watch
        .sends(vec![b' '; 2 << 20])
        .await
        .expect_err("an oversize message is not acknowledged");
    until_refused(&node, id, PayloadTooLarge).await;
    let mut thief = Device::new(&paired, "guessed");
    thief.sends("[]").await.expect_err("wrong credentials");
    until_refused(&node, id, WrongCredentials).await;

    good.sends(r#"[{"n":"heart_rate","v":62}]"#)
        .await
        .expect("the others are served all the while");
    taken += 1;
    let status = node.status().await;
    assert_eq!(status.samples, taken, "only what is sound was stored");
    let list = node.client().await.call::<GetDevices>(Nothing {}).await.unwrap();
    let health = |wanted: &str| list.devices.iter().find(|view| view.id.as_str() == wanted).unwrap().health;
    assert_eq!((health(id), health(good_id)), (Health::Refused, Health::Listening));
}
