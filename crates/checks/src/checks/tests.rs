//! The registry: what the build found, and that a copied folder is found.
#![allow(clippy::unwrap_used)]

use std::{collections::BTreeSet, fs, path::Path};

use super::*;
use crate::{Asked, Cancel, capture::Text, fixtures};

#[path = "../../register.rs"]
mod register;

fn source() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src"))
}

#[test]
fn every_folder_with_a_manifest_is_a_check() {
    let folders: BTreeSet<String> = fs::read_dir(source())
        .unwrap()
        .map(|entry| entry.unwrap())
        .filter(|entry| entry.path().join("manifest.toml").exists())
        .map(|entry| entry.file_name().into_string().unwrap())
        .collect();
    let checks = Checks::load().unwrap();
    let found: BTreeSet<String> = checks.iter().map(|check| check.folder.to_owned()).collect();
    assert_eq!(found, folders);
    for check in checks.iter() {
        assert!(
            checks
                .of(check.manifest.applies_to[0])
                .any(|other| other.folder == check.folder)
        );
        assert!(check.card().starts_with("# "), "{} has a card", check.folder);
    }
}

#[test]
fn a_copied_folder_is_a_check_with_nothing_else_touched() {
    let folder = tempfile::tempdir().unwrap();
    let copy = |name: &str, check: &str| {
        let to = folder.path().join(name);
        fs::create_dir(&to).unwrap();
        for file in fs::read_dir(source().join(check)).unwrap().map(Result::unwrap) {
            if file.file_type().unwrap().is_file() {
                fs::copy(file.path(), to.join(file.file_name())).unwrap();
            }
        }
    };
    copy("text_substance", "text_substance");
    copy("text_of_my_own", "text_substance");
    fs::create_dir(folder.path().join("capture")).unwrap();
    let registry = register::registry(folder.path()).unwrap();
    for name in ["text_substance", "text_of_my_own"] {
        assert!(registry.contains(&format!("pub mod {name};")), "{registry}");
        assert!(registry.contains(&format!("make: {name}::check")), "{registry}");
    }
    assert!(
        registry.contains("[Found; 2]"),
        "a folder without a manifest is none: {registry}"
    );

    // What is registered so judges, under its own name.
    let manifest = fs::read_to_string(folder.path().join("text_of_my_own/manifest.toml")).unwrap();
    let copied = Registered::new(&Found {
        name: "text_of_my_own",
        manifest: manifest.leak(),
        card: "# Mine",
        make: crate::text_substance::check,
    });
    let (models, asked, cancel) = (fixtures::models(), Asked::default(), Cancel::default());
    let text = Capture::Text(Text::from_bytes(b"A walk along the river.").unwrap());
    let (verdict, _) = copied
        .unwrap()
        .judge(&text, &crate::Run::new(&models, &asked, &cancel))
        .unwrap();
    assert_eq!(verdict.check.as_str(), "text-of-my-own");

    copy("Other-Check", "text_substance");
    let error = register::registry(folder.path()).unwrap_err().to_string();
    assert!(error.contains("Other-Check") && error.contains("a-z"), "{error}");
}

#[test]
fn a_cancelled_run_ends_before_the_next_check() {
    let checks = Checks::load().unwrap();
    let (models, asked, cancel) = (fixtures::models(), Asked::default(), Cancel::default());
    cancel.cancel();
    let run = crate::Run::new(&models, &asked, &cancel);
    let text = Capture::Text(Text::from_bytes(b"A walk along the river.").unwrap());
    assert_eq!(checks.judge(&text, |_| true, &run).unwrap_err().code(), "cancelled");
}
