//! Pairing, as programs read it.

use crate::world::{World, redacted};

#[test]
fn a_wearable_gets_what_it_needs_to_connect() {
    let world = World::start();
    let paired = world.json(&["pair", "mqtt", "--name", "My watch"]);
    let keys: Vec<&str> = paired.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys.len(), 6, "{keys:?}");
    let device = paired["device"].as_str().unwrap().to_owned();
    assert_eq!(paired["username"], device.as_str());
    assert_eq!(paired["topic"], format!("earnest/{device}/senml"));
    let address = format!("{}:{}", paired["host"].as_str().unwrap(), paired["port"]);
    assert_eq!(world.node.as_ref().unwrap().ready["mqtt"], address.as_str());
    let kinds = [
        ("/device", "device"),
        ("/port", "port"),
        ("/username", "device"),
        ("/password", "password"),
        ("/topic", "topic"),
    ];
    insta::assert_json_snapshot!(redacted(paired, &kinds));
}

#[test]
fn the_sample_wearable_is_paired_and_plays() {
    let world = World::start();
    let mut events = world.events();
    let paired = world.json(&["pair", "sample", "--speed", "1000"]);
    insta::assert_json_snapshot!(redacted(paired, &[("/device", "device"), ("/topic", "topic")]));
    events.until(|| world.json(&["status"])["samples"].as_u64().unwrap() > 0);
}
