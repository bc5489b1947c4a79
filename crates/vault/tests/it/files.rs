//! The files: unreadable without the key, and never written over.

use std::{fs, path::Path};

use earnest_vault::{KeyChoice, KeyPlace, Vault, VaultError};
use sqlx::{ConnectOptions, Connection, sqlite::SqliteConnectOptions};

use crate::world::{SEED, World, batch, id, motion};

async fn open(folder: &Path, choice: KeyChoice) -> Result<(Vault, KeyPlace), VaultError> {
    Vault::open(folder, choice, || SEED).await
}

fn contents(folder: &Path) -> Vec<u8> {
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
        .iter()
        .filter(|path| !path.ends_with("vault.key"))
        .flat_map(|path| fs::read(path).unwrap())
        .collect()
}

#[tokio::test]
async fn nothing_can_be_read_without_the_key() {
    let world = World::with_watch().await;
    world.vault.set_name("Ada Lovelace").await.unwrap();
    world.vault.append(vec![batch(motion(0, 100))]).await.unwrap();
    for closed in [false, true] {
        if closed {
            world.vault.close().await.unwrap();
        }
        let bytes = contents(world.folder.path());
        for name in ["SQLite format", "Lovelace", "watch", "argon2id", "CREATE TABLE"] {
            let found = bytes.windows(name.len()).any(|window| window == name.as_bytes());
            assert!(!found, "“{name}” stands in the clear (closed: {closed})");
        }
    }
    let plain = SqliteConnectOptions::new().filename(world.folder.path().join("vault.db"));
    let mut connection = plain.connect().await.unwrap();
    let error = sqlx::query("SELECT count(*) FROM sqlite_master")
        .execute(&mut connection)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("file is not a database"), "{error}");
}

#[cfg(unix)]
#[tokio::test]
async fn key_and_folder_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::TempDir::new().unwrap();
    let folder = parent.path().join("earnest");
    let (vault, place) = open(&folder, KeyChoice::File).await.unwrap();
    assert_eq!(place, KeyPlace::File);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&folder), mode(&folder.join("vault.key"))), (0o700, 0o600));
    for file in ["vault.db", "vault.db-wal", "vault.lock"] {
        assert_eq!(mode(&folder.join(file)), 0o600, "{file} is for its owner alone");
    }
    drop(vault);
}

#[tokio::test]
async fn a_vault_without_its_key_is_refused_and_left_as_it_is() {
    let world = World::with_watch().await;
    world.vault.close().await.unwrap();
    drop(world.vault);
    let folder = world.folder.path();
    let key = fs::read(folder.join("vault.key")).unwrap();
    fs::remove_file(folder.join("vault.key")).unwrap();
    let before = contents(folder);
    let error = open(folder, KeyChoice::File).await.unwrap_err();
    assert_eq!(error.code(), "key_missing", "{error}");

    let other = World::empty().await;
    fs::copy(other.folder.path().join("vault.key"), folder.join("vault.key")).unwrap();
    let error = open(folder, KeyChoice::File).await.unwrap_err();
    assert_eq!(error.code(), "wrong_key", "{error}");
    assert!(contents(folder) == before, "nothing was changed");

    fs::write(folder.join("vault.key"), key).unwrap();
    let (vault, _) = open(folder, KeyChoice::File).await.unwrap();
    assert_eq!(vault.devices().await.unwrap().len(), 1, "with the key everything is there");
}

#[tokio::test]
async fn a_vault_is_open_in_one_place_at_a_time() {
    let world = World::empty().await;
    let error = open(world.folder.path(), KeyChoice::File).await.unwrap_err();
    assert_eq!(error.code(), "locked", "{error}");
    world.vault.close().await.unwrap();
    drop(world.vault);
    open(world.folder.path(), KeyChoice::File).await.unwrap();
}

#[tokio::test]
async fn what_was_written_is_there_after_a_crash_before_any_close() {
    let world = World::with_watch().await;
    world.vault.append(vec![batch(motion(0, 100))]).await.unwrap();
    // The files as a crash leaves them: the write-ahead log not yet folded in.
    let crashed = tempfile::TempDir::new().unwrap();
    for entry in fs::read_dir(world.folder.path()).unwrap().map(Result::unwrap) {
        if entry.file_name() != "vault.db-shm" {
            fs::copy(entry.path(), crashed.path().join(entry.file_name())).unwrap();
        }
    }
    let (vault, _) = open(crashed.path(), KeyChoice::File).await.unwrap();
    assert_eq!(
        vault.totals().await.unwrap().iter().map(|total| total.samples).sum::<u64>(),
        600
    );
}

#[tokio::test]
async fn a_vault_of_a_newer_earnest_is_refused() {
    let world = World::empty().await;
    world.vault.close().await.unwrap();
    drop(world.vault);
    let folder = world.folder.path();
    // Any key that opens it will do: the raw key of the file, with the salt that the database starts with.
    let key = fs::read_to_string(folder.join("vault.key")).unwrap();
    let raw = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, key.trim()).unwrap();
    let mut connection = SqliteConnectOptions::new()
        .filename(folder.join("vault.db"))
        .pragma("key", format!("\"x'{}'\"", hex::encode(raw)))
        .connect()
        .await
        .unwrap();
    sqlx::query("INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES (9999, 'later', 1, x'00', 0)")
        .execute(&mut connection)
        .await
        .unwrap();
    connection.close().await.unwrap();
    let error = open(folder, KeyChoice::File).await.unwrap_err();
    assert_eq!(error.code(), "newer_database", "{error}");
}

#[tokio::test]
async fn after_closing_nothing_is_written() {
    let world = World::with_watch().await;
    world.vault.close().await.unwrap();
    assert!(world.vault.append(vec![batch(motion(0, 1))]).await.is_err());
    assert!(world.vault.rename_device(&id("watch"), "x").await.is_err());
    assert!(world.vault.close().await.is_ok(), "closing twice is fine");
}
