//! `earnest check`, as a person uses it.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;

use crate::world::{Said, earnest};

fn lines(arguments: &[&str]) -> Vec<Value> {
    let said = Said::by(earnest(arguments));
    said.output.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A file that `cargo xtask setup --for test` puts into `target/fixtures/`.
fn fetched(relative: &str) -> String {
    let places = Path::new(env!("CARGO_BIN_EXE_earnest")).ancestors().skip(1).take(3);
    let found = places
        .map(|place| place.join("fixtures").join(relative))
        .find(|file| file.exists());
    let found = found.unwrap_or_else(|| panic!("{relative} is not there: run `cargo xtask setup --for test` once"));
    found.to_str().unwrap().to_owned()
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
fn who_wants_a_copy_of_what_is_not_good_yet_hears_why_there_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let (file, shared) = (folder.path().join("bench.txt"), folder.path().join("shared.txt"));
    fs::write(
        &file,
        "bench bench bench bench bench bench bench bench bench bench bench bench",
    )
    .unwrap();
    let said = Said::by(earnest(&[
        "check",
        file.to_str().unwrap(),
        "--redacted",
        shared.to_str().unwrap(),
    ]));
    assert_eq!(said.code, Some(0), "it was judged: {}", said.error);
    assert!(said.output.contains("better taken again"), "{}", said.output);
    assert!(
        said.output.contains("No copy was written: take it again first."),
        "{}",
        said.output
    );
    assert!(!shared.exists());
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
fn what_cannot_be_judged_gets_a_line_and_the_others_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let text = "The bench is new, and it is green.\n";
    fs::write(at("one.txt"), text).unwrap();
    fs::write(at("noise.txt"), "asdf asdf jkl asdf").unwrap();
    fs::create_dir(at("album")).unwrap();
    let files = [at("one.txt"), at("gone.txt"), at("album"), at("noise.txt")];
    let mut arguments = vec!["check", "--json"];
    arguments.extend(files.iter().map(String::as_str));
    let said = Said::by(earnest(&arguments));
    let told: Vec<Value> = said.output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let named: Vec<_> = told.iter().map(|line| line["file"].as_str().unwrap()).collect();
    assert_eq!(named, files, "a line a file, in their order");
    let verdicts: Vec<_> = told.iter().map(|line| line["verdict"].as_str()).collect();
    assert_eq!(verdicts, [Some("accept"), None, None, Some("retry")]);
    for line in &told[1..3] {
        let check = &line["checks"][0];
        assert_eq!(
            (&check["check"], &check["reason"], &check["verdict"], &check["score"]),
            (&"capture".into(), &"no_file".into(), &Value::Null, &Value::Null),
            "{line}"
        );
    }
    assert_eq!(said.code, Some(1), "some could not be judged");
    let error: Value = serde_json::from_str(&said.error).unwrap();
    assert_eq!(error["error"]["code"], "not_all_judged");
    let message = error["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("2 of 4 files"), "{message}");

    let said = Said::by(earnest(&["check", &files[1], &files[3]]));
    let first = said.output.lines().next().unwrap();
    assert!(first.ends_with("gone.txt: could not be judged"), "{first}");
    assert!(said.output.contains("there is no such file [no_file]"), "{}", said.output);
    assert_eq!(Said::by(earnest(&["check", &files[3]])).code, Some(0), "a bad verdict is one");
}

#[test]
fn a_check_that_cannot_be_made_is_named_and_the_other_files_go_on() {
    // The program alone, without what is installed beside it: nothing runs a model.
    let place = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let alone = place.path().join("a/b");
    fs::create_dir_all(&alone).unwrap();
    let program = alone.join("earnest");
    if fs::hard_link(env!("CARGO_BIN_EXE_earnest"), &program).is_err() {
        fs::copy(env!("CARGO_BIN_EXE_earnest"), &program).unwrap();
    }
    let at = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    fs::write(at("bench.txt"), "The bench in the park is new, and it is green.\n").unwrap();
    fs::write(at("way.txt"), "asdf asdf jkl asdf").unwrap();
    let mut command = Command::new(program);
    command.args(["check", "--json", "--subject", "a bench", &at("bench.txt"), &at("way.txt")]);
    command.args(["--check", "text-substance", "--check", "text-on-topic"]);
    let said = Said::by(command);
    let told: Vec<Value> = said.output.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let checks = told[0]["checks"].as_array().unwrap();
    assert_eq!(
        (&checks[0]["check"], &checks[0]["verdict"]),
        (&"text-substance".into(), &"accept".into())
    );
    assert_eq!(
        (&checks[1]["check"], &checks[1]["reason"], &checks[1]["verdict"]),
        (&"text-on-topic".into(), &"file_missing".into(), &Value::Null)
    );
    assert_eq!(told[0]["verdict"], Value::Null, "nobody knows what the rest would have said");
    assert_eq!(told[1]["file"], at("way.txt"));
    assert_eq!(said.code, Some(1));
}

#[test]
fn copies_have_names_of_their_own_before_anything_is_judged() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for place in ["a", "b"] {
        fs::create_dir(at(place)).unwrap();
        fs::write(at(&format!("{place}/x.md")), "The bench is new, and it is green.\n").unwrap();
    }
    fs::write(at("b/x.md.txt"), "The door is old, and it is blue.\n").unwrap();
    let check = |files: &[&str], out: &str| {
        let files: Vec<_> = files.iter().map(|file| at(file)).collect();
        let mut arguments = vec!["check", "--json", "--redacted", out];
        arguments.extend(files.iter().map(String::as_str));
        Said::by(earnest(&arguments))
    };
    let out = at("out");
    // The second pair has two names, and with what is appended one.
    for files in [["a/x.md", "b/x.md"], ["a/x.md", "b/x.md.txt"]] {
        let said = check(&files, &out);
        assert_eq!((said.code, said.output.as_str()), (Some(1), ""), "{said:?}");
        assert!(said.error.contains("\"same_name\""), "{}", said.error);
        assert!(!fs::exists(&out).unwrap(), "nothing is made for what is refused");
    }
    let said = check(&["a/x.md", "b/../a/gone.md"], &out);
    assert_eq!(fs::read_dir(&out).unwrap().count(), 1, "{said:?}");
    assert!(fs::exists(at("out/x.md.txt")).unwrap());
    let said = check(&["a/x.md", "a/gone.md"], &out);
    assert_eq!((said.code, said.output.as_str()), (Some(1), ""), "{said:?}");
    assert!(
        said.error.contains("\"exists\"") && said.error.contains("x.md.txt"),
        "{}",
        said.error
    );
}

#[test]
fn whatever_check_is_named_what_guards_judges_too_before_a_copy_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let (photo, out) = (fetched("photos/scikit-image/astronaut.png"), out.to_str().unwrap());
    let text = folder.path().join("bench.txt");
    fs::write(&text, "Ask ada@example.org about the bench.\n").unwrap();
    let told = lines(&[
        "check",
        &photo,
        text.to_str().unwrap(),
        "--check",
        "photo-sharpness",
        "--redacted",
        out,
        "--json",
    ]);
    let named = |line: &Value, name: &str| {
        let checks = line["checks"].as_array().unwrap();
        checks.iter().find(|check| check["check"] == name).cloned()
    };
    assert!(named(&told[0], "photo-sharpness").is_some());
    let faces = named(&told[0], "photo-faces").unwrap();
    assert_eq!((&faces["reason"], &faces["verdict"]), (&"found".into(), &"redact".into()));
    // Eileen Collins looks into the camera, in the upper half and a little left of the middle.
    let face = &faces["evidence"][0];
    let inside = |from: &str, length: &str, point: f64| {
        let (from, length) = (face[from].as_f64().unwrap(), face[length].as_f64().unwrap());
        (from..from + length).contains(&point)
    };
    assert!(inside("x", "width", 226.0) && inside("y", "height", 119.0), "{face}");

    // The end of a copy's name is what it is, of a photo as of a text.
    let copy = told[0]["redacted"].as_str().unwrap();
    assert!(copy.ends_with("astronaut.png.jpg"), "{copy}");
    assert!(fs::read(copy).unwrap().starts_with(b"\xff\xd8\xff"), "a JPEG");
    let again = lines(&["check", copy, "--check", "photo-faces", "--json"]);
    assert_eq!(
        named(&again[0], "photo-faces").unwrap()["reason"],
        "none_found",
        "{}",
        again[0]
    );
    assert_eq!(
        fs::read_to_string(told[1]["redacted"].as_str().unwrap()).unwrap(),
        "Ask [e-mail] about the bench.\n"
    );
}

#[cfg(unix)]
#[test]
fn who_asks_it_to_stop_does_not_wait_for_the_other_files() {
    let photo = fetched("photos/scikit-image/astronaut.png");
    let mut command = earnest(&["check", "--json"]);
    command.args(vec![photo; 500]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut process = command.spawn().unwrap();
    let mut output = BufReader::new(process.stdout.take().unwrap());
    let mut first = String::new();
    output.read_line(&mut first).unwrap();
    let asked = Command::new("kill").arg(process.id().to_string()).status().unwrap();
    assert!(asked.success());
    let others = output.lines().count();
    let ended = process.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(1));
    assert!(others < 499, "{others} more were judged");
    let error: Value = serde_json::from_slice(&ended.stderr).unwrap();
    assert_eq!(error["error"]["code"], "cancelled");
}

#[test]
fn a_file_from_the_future_is_told_by_the_clock() {
    let folder = tempfile::tempdir().unwrap();
    let ahead = |year: u32| {
        let file = folder.path().join(format!("{year}.gpx"));
        let mut points = String::new();
        for second in 10..40 {
            let time = format!("{year}-05-01T10:00:{second}Z");
            points.extend([
                "<trkpt lat=\"52.5",
                &second.to_string(),
                "\" lon=\"13.4\"><time>",
                &time,
                "</time></trkpt>",
            ]);
        }
        let gpx = format!("<?xml version=\"1.0\"?><gpx version=\"1.1\"><trk><trkseg>{points}</trkseg></trk></gpx>");
        fs::write(&file, gpx).unwrap();
        let told = lines(&["check", file.to_str().unwrap(), "--check", "authenticity", "--json"]);
        let signs = told[0]["checks"][0]["evidence"].as_array().unwrap().clone();
        signs.iter().find(|sign| sign["what"] == "ahead").unwrap()["value"]
            .as_f64()
            .unwrap()
    };
    assert!(ahead(2090) > 0.0 && ahead(2020) < 0.0);
}

#[test]
fn a_wrong_question_is_answered_clearly() {
    let said = Said::by(earnest(&["check", file!(), "--check", "beauty"]));
    assert_eq!(said.code, Some(1));
    assert!(
        said.error.contains("there is no check “beauty”. There are: "),
        "{}",
        said.error
    );
    let a_text = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    let said = Said::by(earnest(&["check", a_text, "--check", "photo-sharpness"]));
    assert_eq!(said.code, Some(1), "judged by nothing is not judged");
    assert!(
        said.output.contains("none of the checks that were asked for"),
        "{}",
        said.output
    );
    assert_eq!(Said::by(earnest(&["check"])).code, Some(2));
}
