//! A recording, played as a wearable would send it.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    process::Stdio,
};

use crate::world::{Node, World, earnest, redacted};

/// Somebody's heart, a reading a second, as SenML.
fn heart(seconds: u32) -> String {
    let first = serde_json::json!({ "bn": "heart_rate", "bu": "beat/min", "bt": 0, "v": 60 });
    let later = (1..seconds).map(|second| serde_json::json!({ "t": second, "v": 60 + second % 20 }));
    std::iter::once(first).chain(later).collect::<serde_json::Value>().to_string()
}

#[test]
fn a_recording_arrives_whole_and_once() {
    let world = World::start();
    let device = world.json(&["pair", "mqtt", "--name", "watch"])["device"]
        .as_str()
        .unwrap()
        .to_owned();
    let file = world.folder.path().join("heart.json");
    fs::write(&file, heart(30)).unwrap();
    let start = ["--start", "2026-11-01T08:00:00Z", "--speed", "1000"];
    for format in ["json", "cbor"] {
        let mut arguments = vec!["replay", file.to_str().unwrap(), "--device", &device, "--format", format];
        arguments.extend(start);
        let played = world.json(&arguments);
        insta::assert_json_snapshot!("played", redacted(played, &[("/device", "device")]));
    }
    let status = world.json(&["status"]);
    assert_eq!(status["samples"], 30, "played twice, kept once: {status}");
}

#[test]
fn a_device_that_is_not_paired_cannot_be_played() {
    let world = World::start();
    let file = world.folder.path().join("heart.json");
    fs::write(&file, heart(2)).unwrap();
    let said = world.says(&["replay", file.to_str().unwrap(), "--device", "nobody"]);
    assert_eq!(said.code, Some(1));
    assert!(said.error.contains("there is no device nobody"), "{said:?}");
}

#[test]
fn a_replay_outlives_the_node_and_goes_on_with_the_next() {
    let mut world = World::start();
    let device = world.json(&["pair", "mqtt", "--name", "watch"])["device"]
        .as_str()
        .unwrap()
        .to_owned();
    let file = world.folder.path().join("heart.json");
    fs::write(&file, heart(40)).unwrap();
    let mut events = world.events();
    let mut command = earnest(&[
        "replay",
        file.to_str().unwrap(),
        "--device",
        &device,
        "--speed",
        "10",
        "--json",
        "--data",
    ]);
    let replay = command.arg(world.folder.path()).stdout(Stdio::piped()).spawn().unwrap();
    events.until(|| world.json(&["status"])["samples"].as_u64().unwrap() > 0);
    world.node.take().unwrap().kill();
    world.node = Some(Node::start(world.folder.path(), &[]));
    let ended = replay.wait_with_output().unwrap();
    assert!(ended.status.success(), "{ended:?}");
    assert_eq!(
        world.json(&["status"])["samples"],
        40,
        "nothing is lost, nothing counts twice"
    );
}

#[test]
fn a_player_does_not_outlive_whoever_started_it() {
    let world = World::start();
    let device = world.json(&["pair", "mqtt", "--name", "watch"])["device"]
        .as_str()
        .unwrap()
        .to_owned();
    let file = world.folder.path().join("heart.json");
    fs::write(&file, heart(3_600)).unwrap();
    let mut command = earnest(&[
        "replay",
        file.to_str().unwrap(),
        "--device",
        &device,
        "--until-stdin-closes",
        "--data",
    ]);
    let mut player = command
        .arg(world.folder.path())
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut progress = BufReader::new(player.stderr.take().unwrap());
    let mut line = String::new();
    progress.read_line(&mut line).unwrap();
    assert!(line.contains("packs acknowledged"), "it plays: {line}");
    let mut input = player.stdin.take().unwrap();
    input.write_all(b"a word does not end it\n").unwrap();
    drop(input);
    assert_eq!(player.wait().unwrap().code(), Some(1), "it was not done");
}
