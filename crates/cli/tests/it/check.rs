//! `earnest check`, as a person uses it.

use std::fs;

use serde_json::Value;

use crate::world::{Said, earnest};

fn lines(arguments: &[&str]) -> Vec<Value> {
    let said = Said::by(earnest(arguments));
    said.output.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn a_text_is_judged_and_what_may_be_shared_is_written_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let (file, shared) = (folder.path().join("bench.txt"), folder.path().join("shared.txt"));
    fs::write(&file, "The bench is new. Ask ada@example.org, she knows.\n").unwrap();
    let (file, shared) = (file.to_str().unwrap(), shared.to_str().unwrap());
    let mut judged = lines(&["check", file, "--redacted", shared, "--json"]);
    let mut judged = judged.remove(0);
    for check in judged["checks"].as_array_mut().unwrap() {
        assert!(check["millis"].as_f64().unwrap() >= 0.0);
        check["millis"] = 0.into();
    }
    assert_eq!(
        (judged["file"].take(), judged["redacted"].take()),
        (file.into(), shared.into())
    );
    insta::assert_json_snapshot!(judged);
    assert_eq!(
        fs::read_to_string(shared).unwrap(),
        "The bench is new. Ask [e-mail], she knows.\n"
    );

    let again = Said::by(earnest(&["check", file, "--redacted", shared, "--json"]));
    assert_eq!(again.code, Some(1));
    assert!(again.error.contains("there already"), "{}", again.error);
}

#[test]
fn whatever_a_file_holds_it_gets_a_line_with_a_reason() {
    let folder = tempfile::tempdir().unwrap();
    let mut arguments = vec!["check".to_owned(), "--json".to_owned()];
    let files: [(&str, &[u8], &str); 5] = [
        ("empty.txt", b"", "empty_file"),
        ("latin.txt", b"caf\xe9", "not_utf8"),
        ("program", b"\x7fELF\0\0\0", "not_text"),
        ("noise.txt", b"asdf asdf jkl asdf", "keyboard_noise"),
        ("broken.senml", b"[{\"n\":", "recording_malformed"),
    ];
    for (name, bytes, _) in files {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        arguments.push(path.to_str().unwrap().to_owned());
    }
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let judged = lines(&arguments);
    for (line, (name, _, reason)) in judged.iter().zip(files) {
        let last = line["checks"]
            .as_array()
            .unwrap()
            .iter()
            .find(|check| check["verdict"] != "accept")
            .unwrap();
        assert_eq!(last["reason"], reason, "{name}: {line}");
    }
    assert_eq!(judged.len(), files.len());
}

#[test]
fn a_wrong_question_is_answered_clearly() {
    let said = Said::by(earnest(&["check", "/nowhere/at/all.txt"]));
    assert_eq!(said.code, Some(1));
    assert!(said.error.contains("there is no file"), "{}", said.error);
    let said = Said::by(earnest(&["check", file!(), "--check", "beauty"]));
    assert!(
        said.error.contains("there is no check “beauty”. There are: "),
        "{}",
        said.error
    );
    assert_eq!(Said::by(earnest(&["check"])).code, Some(2));
}
