#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::{sync::Arc, time::Duration};

use keyring_core::{CredentialStore, mock};
use tempfile::TempDir;

use super::{keyring::Keyring, *};

fn keyring(store: &Arc<CredentialStore>) -> Keyring {
    let store = Arc::clone(store);
    Keyring {
        connect: Box::new(move || Ok(store)),
        connect_within: Duration::from_secs(5),
        answer_within: Duration::from_secs(5),
    }
}

fn no_keyring() -> Keyring {
    Keyring {
        connect: Box::new(|| Err(keyring_core::Error::NoDefaultStore)),
        connect_within: Duration::from_secs(5),
        answer_within: Duration::from_secs(5),
    }
}

fn mock_store() -> Arc<CredentialStore> {
    mock::Store::new().unwrap()
}

/// A database as far as the key is concerned: a file that starts with its salt.
fn write_database(folder: &TempDir, key: &VaultKey) {
    fs::write(folder.path().join(DATABASE), key.salt).unwrap();
}

#[tokio::test]
async fn a_key_in_the_keyring_is_found_again_and_no_file_is_written() {
    let (folder, store) = (TempDir::new().unwrap(), mock_store());
    let (made, place) = find_with(folder.path(), KeyChoice::System, keyring(&store)).await.unwrap();
    assert_eq!(place, KeyPlace::Keyring);
    write_database(&folder, &made);
    let (found, place) = find_with(folder.path(), KeyChoice::System, keyring(&store)).await.unwrap();
    assert_eq!((found.pragma(), place), (made.pragma(), KeyPlace::Keyring));
    assert!(!folder.path().join("vault.key").exists());
}

#[tokio::test]
async fn two_vaults_in_one_keyring_have_two_keys() {
    let store = mock_store();
    let (one, other) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (one_key, _) = find_with(one.path(), KeyChoice::System, keyring(&store)).await.unwrap();
    let (other_key, _) = find_with(other.path(), KeyChoice::System, keyring(&store)).await.unwrap();
    write_database(&one, &one_key);
    assert_ne!(one_key.pragma(), other_key.pragma());
    let moved = TempDir::new().unwrap();
    fs::rename(one.path().join(DATABASE), moved.path().join(DATABASE)).unwrap();
    let (found, _) = find_with(moved.path(), KeyChoice::System, keyring(&store)).await.unwrap();
    assert_eq!(found.pragma(), one_key.pragma(), "a folder may be moved");
}

#[tokio::test]
async fn without_a_keyring_the_key_is_a_file_and_stays_one() {
    let folder = TempDir::new().unwrap();
    let (made, place) = find_with(folder.path(), KeyChoice::System, no_keyring()).await.unwrap();
    assert_eq!(place, KeyPlace::File);
    write_database(&folder, &made);
    let (found, place) = find_with(folder.path(), KeyChoice::System, keyring(&mock_store()))
        .await
        .unwrap();
    assert_eq!(
        (found.pragma(), place),
        (made.pragma(), KeyPlace::File),
        "a keyring that turns up later changes nothing"
    );
}

#[tokio::test]
async fn an_existing_database_never_gets_a_new_key() {
    let (folder, store) = (TempDir::new().unwrap(), mock_store());
    let (made, _) = find_with(folder.path(), KeyChoice::System, keyring(&store)).await.unwrap();
    write_database(&folder, &made);
    // A locked keyring looks exactly like an empty one.
    for (choice, keyring) in [
        (KeyChoice::System, keyring(&mock_store())),
        (KeyChoice::System, no_keyring()),
        (KeyChoice::File, keyring(&store)),
    ] {
        let error = find_with(folder.path(), choice, keyring).await.unwrap_err();
        assert_eq!(error.code(), "key_missing", "{error}");
        assert!(error.to_string().contains("vault.key"), "says what to do: {error}");
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing was written");
}

#[tokio::test]
async fn a_frozen_keyring_does_not_hold_up_the_start() {
    let folder = TempDir::new().unwrap();
    let (_thaw, ice) = std::sync::mpsc::channel::<()>();
    let frozen = Keyring {
        connect: Box::new(move || {
            let _ = ice.recv();
            Err(keyring_core::Error::NoDefaultStore)
        }),
        connect_within: Duration::from_millis(20),
        answer_within: Duration::from_mins(10),
    };
    let (_, place) = find_with(folder.path(), KeyChoice::System, frozen).await.unwrap();
    assert_eq!(place, KeyPlace::File);
}

#[cfg(unix)]
#[tokio::test]
async fn the_key_file_is_its_owners_alone_and_mended_if_not() {
    use std::os::unix::fs::PermissionsExt;
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("vault.key");
    fs::write(folder.path().join("vault.key.new"), "cut o").unwrap();
    let mode = || fs::metadata(&file).unwrap().permissions().mode() & 0o777;

    let (first, _) = find_with(folder.path(), KeyChoice::File, no_keyring()).await.unwrap();
    assert_eq!(mode(), 0o600);

    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let (found, place) = find_with(folder.path(), KeyChoice::File, no_keyring()).await.unwrap();
    assert_eq!((found.secret, place, mode()), (first.secret, KeyPlace::FileMended, 0o600));
}

#[tokio::test]
async fn a_key_file_that_holds_something_else_is_refused_and_left_alone() {
    for content in [&b""[..], b"hello", b"\xff\xfe", b"AAAA"] {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("vault.key");
        fs::write(&file, content).unwrap();
        let error = find_with(folder.path(), KeyChoice::File, no_keyring()).await.unwrap_err();
        assert_eq!(error.code(), "key_unreadable");
        assert_eq!(fs::read(&file).unwrap(), content);
    }
}

#[test]
fn a_key_prints_as_stars() {
    let key = VaultKey {
        secret: Secret::random().unwrap(),
        salt: [7; 16],
    };
    assert_eq!(format!("{key:?} {:?}", key.secret), "VaultKey(***) ***");
}
