//! `earnest quest`, as an author uses it.

use std::{fs, path::Path};

use serde_json::Value;

use crate::world::{Said, earnest};

const STROLL: &str = r#"
id = "stroll"
version = 1
kind = "once"
title = "A stroll"
story = "Walk for twenty seconds, wherever you like."
times = 1
goal = { label = "walking", seconds = 20 }
streams = ["acceleration", "angular_velocity"]
checks = ["activity"]
ask = { purpose = "activity-research", purpose_text = "learning how people move", precision = "summary", retention_days = 90 }
points = { base = 20, need = 1250, cap = 50, budget = 1000000 }
"#;

fn written(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// A recording that `cargo xtask setup --for test` puts beside the programs.
fn basic_motions() -> String {
    let places = Path::new(env!("CARGO_BIN_EXE_earnest")).ancestors().skip(1).take(3);
    let found = places
        .map(|place| place.join("assets/recordings/basic-motions/BasicMotions_TEST.ts"))
        .find(|file| file.exists());
    found
        .expect("run `cargo xtask setup --for test` once")
        .to_str()
        .unwrap()
        .to_owned()
}

#[test]
fn the_quest_that_a_hub_comes_with_is_good() {
    let quests = Path::new(env!("CARGO_MANIFEST_DIR")).join("../hub/quests");
    for quest in fs::read_dir(quests).unwrap() {
        let path = quest.unwrap().path();
        let said = Said::by(earnest(&["quest", "lint", path.to_str().unwrap()]));
        assert_eq!(said.code, Some(0), "{said:?}");
        assert!(said.output.ends_with(": good\n"), "{said:?}");
    }
}

#[test]
fn what_is_not_good_is_told_with_its_rule_and_the_rest_is_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let good = written(folder.path(), "good.toml", STROLL);
    let greedy = written(folder.path(), "greedy.toml", &STROLL.replace("base = 20", "base = 5000"));
    let broken = written(folder.path(), "broken.toml", "id = ");
    let missing = folder.path().join("missing.toml");
    let huge = written(folder.path(), "huge.toml", &" ".repeat(70_000));
    let said = Said::by(earnest(&[
        "quest",
        "lint",
        "--json",
        &broken,
        &greedy,
        missing.to_str().unwrap(),
        &huge,
        &good,
    ]));
    assert_eq!(said.code, Some(1));
    let lines: Vec<Value> = said.output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let codes: Vec<_> = lines.iter().map(|line| line["error"]["code"].as_str()).collect();
    let unreadable = Some("quest_unreadable");
    assert_eq!(codes, [unreadable, None, unreadable, unreadable, None]);
    let rules = |line: &Value| -> Vec<String> {
        let findings = line["findings"].as_array().unwrap().iter();
        findings.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(rules(&lines[1]), ["sane_reward", "sane_reward"]);
    assert!(lines[1]["findings"][0]["why"].as_str().unwrap().contains("effort"));
    assert_eq!((rules(&lines[4]), lines[4]["quest"].as_str()), (vec![], Some("stroll")));
    assert!(said.error.contains("4 of 5 quests"), "{}", said.error);
}

#[test]
fn a_recording_fills_a_quest_or_says_how_far_it_came() {
    let folder = tempfile::tempdir().unwrap();
    let stroll = written(folder.path(), "stroll.toml", STROLL);
    let recording = basic_motions();
    let played = Said::by(earnest(&["quest", "try", "--json", &stroll, &recording])).json();
    assert_eq!((&played["filled"], &played["progress"]["goal"]), (&true.into(), &20.into()));
    // Twenty points at the need of 1250 are 25 when clear throughout.
    let points = played["award"]["points"].as_u64().unwrap();
    assert!((20..=25).contains(&points), "{played}");
    assert_eq!(played["counted"], 4, "four windows of five seconds");

    let marathon = written(
        folder.path(),
        "marathon.toml",
        &STROLL.replace("seconds = 20", "seconds = 14400"),
    );
    let said = Said::by(earnest(&["quest", "try", &marathon, &recording]));
    assert_eq!(said.code, Some(0), "{said:?}");
    assert!(
        said.output.contains("of 14400 s.") && said.output.contains("Full, as it began"),
        "{said:?}"
    );

    let heart = written(
        folder.path(),
        "heart.toml",
        &STROLL.replace("\"angular_velocity\"]", "\"heart_rate\"]"),
    );
    let said = Said::by(earnest(&["quest", "try", "--json", &heart, &recording]));
    assert_eq!(said.code, Some(1));
    let error: Value = serde_json::from_str(&said.error).unwrap();
    assert_eq!(error["error"]["code"], "quest_not_done_here");
}
