//! The key in a real keyring: gnome-keyring on a bus of its own, in a home of its own.

use std::{fs, path::Path, process::Command};

use earnest_vault::{KeyChoice, KeyPlace, Vault};
use tempfile::TempDir;

use crate::world::SEED;

const FOLDER: &str = "EARNEST_TEST_INSIDE_A_BUS";
const STORY: &str = "EARNEST_TEST_STORY";

/// Runs `inside_a_bus` with a keyring daemon that `unlock` starts, or that nobody unlocks.
fn in_a_session(home: &Path, folder: &Path, unlock: bool, story: &str) {
    let start = if unlock {
        "printf secret | gnome-keyring-daemon --unlock --components=secrets > /dev/null && "
    } else {
        ""
    };
    let output = Command::new("dbus-run-session")
        .args([
            "--",
            "sh",
            "-c",
            &format!("{start}exec \"$0\" --exact keyring::inside_a_bus --nocapture"),
        ])
        .arg(std::env::current_exe().unwrap())
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap())
        .env("HOME", home)
        .env("XDG_DATA_HOME", home.join("data"))
        .env("XDG_RUNTIME_DIR", home.join("run"))
        .env(FOLDER, folder)
        .env(STORY, story)
        .output()
        .expect("dbus-run-session is installed (package dbus)");
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && text.contains("the story was told"),
        "{story}: {text}"
    );
}

/// Not a test by itself: what the next test tells on a bus of its own.
#[tokio::test]
async fn inside_a_bus() {
    let (Some(folder), Ok(story)) = (std::env::var_os(FOLDER), std::env::var(STORY)) else {
        return;
    };
    let opened = Vault::open(Path::new(&folder), KeyChoice::System, || SEED).await;
    match story.as_str() {
        "the first start" => {
            let (vault, place) = opened.unwrap();
            assert_eq!(place, KeyPlace::Keyring);
            vault.set_name("Ada").await.unwrap();
            vault.close().await.unwrap();
        }
        "the second start" => {
            let (vault, place) = opened.unwrap();
            assert_eq!(place, KeyPlace::Keyring);
            assert_eq!(vault.person().await.unwrap().name.as_deref(), Some("Ada"));
            // As a node does: SQLite's thread must not outlive OpenSSL, which cleans up when the process ends.
            vault.close().await.unwrap();
        }
        "a locked keyring" => {
            let error = opened.unwrap_err();
            assert_eq!(error.code(), "key_missing", "{error}");
        }
        other => panic!("{other}"),
    }
    println!("the story was told");
}

#[test]
fn the_key_lives_in_the_keyring_and_a_locked_one_changes_nothing() {
    let home = TempDir::new().unwrap();
    let folder = TempDir::new().unwrap();
    fs::create_dir(home.path().join("run")).unwrap();
    in_a_session(home.path(), folder.path(), true, "the first start");
    assert!(!folder.path().join("vault.key").exists());
    in_a_session(home.path(), folder.path(), true, "the second start");
    let before = fs::read(folder.path().join("vault.db")).unwrap();
    in_a_session(home.path(), folder.path(), false, "a locked keyring");
    assert!(
        fs::read(folder.path().join("vault.db")).unwrap() == before,
        "nothing was changed"
    );
    assert!(!folder.path().join("vault.key").exists());
    in_a_session(home.path(), folder.path(), true, "the second start");
}
