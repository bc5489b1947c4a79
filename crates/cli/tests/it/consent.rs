//! Permissions, as programs read them.

use serde_json::Value;

use crate::world::{World, redacted};

const KINDS: [(&str, &str); 3] = [("/receipt", "receipt"), ("/given_at", "instant"), ("/grant/recipient", "hub")];

/// Waits until the hub is known: a permission names its recipient.
fn grant(world: &World, more: &[&str]) -> Value {
    let mut events = world.events();
    events.until(|| !world.json(&["status"])["quests"].as_array().unwrap().is_empty());
    let mut arguments = vec!["consent", "grant", "--purpose", "activity-research", "--precision", "summary"];
    arguments.extend([
        "--stream",
        "acceleration",
        "--stream",
        "angular_velocity",
        "--recipient",
        "hub",
    ]);
    arguments.extend(["--from", "2026-01-01T00:00:00Z", "--until", "2200-01-01T00:00:00Z"]);
    arguments.extend(more);
    world.json(&arguments)
}

#[test]
fn a_permission_says_exactly_what_was_asked_for() {
    let world = World::start();
    let granted = grant(&world, &[]);
    insta::assert_json_snapshot!(redacted(granted.clone(), &KINDS));
    assert_eq!(world.json(&["consent", "list"]), serde_json::json!({ "grants": [granted] }));
    assert_eq!(
        world.says(&["consent", "list"]).output.lines().next().unwrap(),
        "Allowed: summary of acceleration, angular_velocity from all devices"
    );
}

#[test]
fn a_permission_may_be_for_one_device_alone() {
    let world = World::start();
    let device = world.json(&["pair", "mqtt", "--name", "watch"])["device"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        grant(&world, &["--device", &device])["grant"]["devices"],
        serde_json::json!({ "only": [device] })
    );
}

#[test]
fn what_was_given_is_taken_back_by_its_receipt_or_by_what_it_is_for() {
    let world = World::start();
    let granted = grant(&world, &[]);
    let withdrawn = world.json(&["consent", "withdraw", "--purpose", "activity-research", "--recipient", "hub"]);
    assert_eq!(withdrawn["withdrawn"][0]["grant"]["receipt"], granted["receipt"]);
    let mut kinds: Vec<(String, &str)> = KINDS
        .iter()
        .map(|(pointer, kind)| (format!("/withdrawn/0/grant{pointer}"), *kind))
        .collect();
    kinds.push(("/withdrawn/0/grant/withdrawn_at".to_owned(), "instant"));
    let kinds: Vec<(&str, &str)> = kinds.iter().map(|(pointer, kind)| (pointer.as_str(), *kind)).collect();
    insta::assert_json_snapshot!(redacted(withdrawn, &kinds));

    let again = world.says(&["consent", "withdraw", "--purpose", "activity-research"]);
    assert_eq!(again.code, Some(1), "there is nothing left to take back: {again:?}");
    let second = grant(&world, &[])["receipt"].as_str().unwrap().to_owned();
    let withdrawn = world.json(&["consent", "withdraw", "--receipt", &second]);
    assert_eq!(withdrawn["withdrawn"][0]["grant"]["state"], "withdrawn");
}
