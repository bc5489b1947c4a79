//! What stands between the check and a verdict: the library, the model, the manifest.

use std::process::Command;

use super::*;
use crate::activity::check::{MANIFEST, MODEL};

#[test]
fn the_check_loads_and_says_what_it_is() {
    fn can_move_to_another_thread<T: Send>(_: &T) {}
    let check = check();
    can_move_to_another_thread(&check);
    assert_eq!(
        (check.window_length().seconds(), check.rate_hz(), check.version()),
        (5, 10, 2)
    );
    assert_eq!(check.model_hash(), blake3::hash(MODEL).to_hex().as_str());
    assert_eq!(check.model_file(), "model.onnx");
    assert!(
        include_str!("../CARD.md").contains(check.model_hash()),
        "the card tells of another model"
    );
    assert!(MODEL.len() < 300_000, "the model has {} bytes", MODEL.len());
}

#[test]
fn two_checks_live_side_by_side_and_agree() {
    let (mut one, mut other) = (check(), check());
    let (label, channels) = windows("TRAIN").swap_remove(0);
    let other_windows = channels.clone();
    let there = std::thread::spawn(move || judge(&mut other, &other_windows)).join().unwrap();
    assert_eq!(judge(&mut one, &channels), there);
    assert_eq!(there.label, label);
}

#[test]
fn a_changed_model_is_refused() {
    for place in [0, MODEL.len() / 2, MODEL.len() - 1] {
        let mut model = MODEL.to_vec();
        model[place] ^= 1;
        let error = ActivityCheck::from_parts(MANIFEST, &model).unwrap_err();
        assert_eq!(error.code(), "model_changed");
        assert!(error.to_string().contains(blake3::hash(MODEL).to_hex().as_str()), "{error}");
    }
    assert_eq!(ActivityCheck::from_parts(MANIFEST, &[]).unwrap_err().code(), "model_changed");
}

#[test]
fn a_file_that_is_no_model_is_refused_even_with_the_right_hash() {
    let text = b"this is no model";
    let manifest = MANIFEST.replace(blake3::hash(MODEL).to_hex().as_str(), blake3::hash(text).to_hex().as_str());
    assert_eq!(ActivityCheck::from_parts(&manifest, text).unwrap_err().code(), "model_failed");
}

#[test]
fn a_manifest_that_does_not_fit_is_refused_with_the_reason() {
    for (from, to, reason) in [
        ("version = 2", "name = \"speech\"\nversion = 2", "its folder is its name"),
        ("version = 2", "version = 0", "versions start at 1"),
        ("\"standing\", \"walking\"", "\"walking\", \"standing\"", "labels"),
        ("[model]", "[modell]", "modell"),
        ("rate_hz = 10", "rate_hz = 7", "whole microseconds"),
        ("shortest_bout = 2", "shortest_bout = 0", "1 to 100 windows"),
        ("seconds = 5", "seconds = 0", "1 to 60 seconds"),
        ("least_score = 0.5", "least_score = 1.5", "threshold"),
        ("[limits]", "[limits]\nsurprise = 1", "surprise"),
        ("applies_to", "aplies_to", "aplies_to"),
    ] {
        assert!(MANIFEST.contains(from), "{from}");
        let error = ActivityCheck::from_parts(&MANIFEST.replacen(from, to, 1), MODEL).unwrap_err();
        assert_eq!(error.code(), "manifest_invalid");
        assert!(error.to_string().contains(reason), "{reason} is not in: {error}");
    }
}

/// Not a test by itself: what the two tests below run in a process that has never loaded ONNX Runtime.
#[test]
#[ignore = "run by its neighbours, in a folder of its own"]
fn loading_prints_its_error() {
    let error = ActivityCheck::load().map(|_| ()).unwrap_err();
    println!("code={} text={error}", error.code());
}

/// Runs the test above from a copy of this executable in an empty folder, after `prepare` has put something into it.
fn loading_elsewhere(prepare: impl Fn(&std::path::Path)) -> String {
    let folder = tempfile::tempdir().unwrap();
    let executable = folder.path().join("one").join("two").join("checks.exe");
    std::fs::create_dir_all(executable.parent().unwrap()).unwrap();
    std::fs::copy(std::env::current_exe().unwrap(), &executable).unwrap();
    prepare(folder.path());
    let output = Command::new(&executable)
        .args([
            "--ignored",
            "--exact",
            "activity::tests::loading::loading_prints_its_error",
            "--nocapture",
        ])
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    text
}

#[test]
fn a_missing_runtime_is_a_clear_error_and_neither_a_hang_nor_a_panic() {
    let text = loading_elsewhere(|_| ());
    assert!(
        text.contains("code=runtime_missing") && text.contains("cargo xtask run"),
        "{text}"
    );
}

#[test]
fn a_file_that_is_no_library_is_a_clear_error() {
    let text = loading_elsewhere(|folder| {
        let place = folder.join("assets").join("onnxruntime");
        std::fs::create_dir_all(&place).unwrap();
        for name in ["libonnxruntime.so", "libonnxruntime.dylib", "onnxruntime.dll"] {
            std::fs::write(place.join(name), b"not a library").unwrap();
        }
    });
    assert!(
        text.contains("code=runtime_unusable") && text.contains("Delete that file"),
        "{text}"
    );
}
