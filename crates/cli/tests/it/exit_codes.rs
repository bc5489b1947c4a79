//! 0 done, 1 failed, 2 usage; and errors that programs can read.

use serde_json::Value;

use crate::world::{Said, World, earnest};

#[test]
fn usage_is_two() {
    for wrong in [
        &["fly"] as &[&str],
        &[],
        &[
            "consent",
            "grant",
            "--purpose",
            "Not A Name",
            "--stream",
            "acceleration",
            "--precision",
            "summary",
        ],
        &[
            "consent",
            "grant",
            "--purpose",
            "a",
            "--stream",
            "blood_pressure",
            "--precision",
            "summary",
        ],
        &[
            "consent",
            "grant",
            "--purpose",
            "a",
            "--stream",
            "acceleration",
            "--precision",
            "everything",
        ],
        &[
            "consent",
            "grant",
            "--purpose",
            "a",
            "--stream",
            "acceleration",
            "--precision",
            "summary",
            "--until",
            "tomorrow",
        ],
        &["consent", "withdraw"],
        &["replay", "walk.ts"],
        &["replay", "walk.ts", "--device", "a", "--speed", "0"],
        &["replay", "walk.ts", "--device", "a/b"],
        &["pair", "mqtt"],
    ] {
        assert_eq!(Said::by(earnest(wrong)).code, Some(2), "{wrong:?}");
    }
}

#[test]
fn without_a_node_every_command_says_how_to_start_one() {
    let folder = tempfile::tempdir().unwrap();
    for command in [
        &["status"] as &[&str],
        &["open"],
        &["events"],
        &["consent", "list"],
        &["pair", "mqtt", "--name", "watch"],
        &["pair", "sample"],
    ] {
        let mut command = earnest(command);
        let said = Said::by({
            command.arg("--data").arg(folder.path());
            command
        });
        assert_eq!((said.code, said.output.as_str()), (Some(1), ""), "{said:?}");
        let canonical = folder.path().canonicalize().unwrap();
        let words = format!(
            "earnest: no node runs on this folder; start one with `earnest node --data {}`\n",
            canonical.display()
        );
        assert_eq!(said.error, words);
    }
}

#[test]
fn with_json_an_error_is_json_too() {
    let world = World::start();
    let said = world.says(&["consent", "withdraw", "--receipt", &"0".repeat(64), "--json"]);
    assert_eq!((said.code, said.output.as_str()), (Some(1), ""), "{said:?}");
    let error: Value = serde_json::from_str(&said.error).unwrap();
    insta::assert_json_snapshot!(error);
}
