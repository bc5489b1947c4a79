//! A hub whose database is encrypted, and one that was not.

use std::path::Path;

use earnest_domain::time::{Span, Timestamp};
use earnest_hub::{DatabaseKey, Hub, StartError};
use earnest_hub_api::{ContributionsRequest, HubClient};
use tempfile::TempDir;

use crate::world::{FIRST_AWARD, NOW, Person, World, awarded, on_disk, quest, quests};

/// When the walk was.
const EARLIER: Timestamp = Timestamp::from_micros(NOW.micros() - 600_000_000);

fn key(byte: u8) -> DatabaseKey {
    DatabaseKey::new([byte; 32].into())
}

async fn open(database: &Path, byte: u8) -> Result<Hub, StartError> {
    Hub::open_encrypted(database, key(byte), "Riverside", quests(), std::sync::Arc::new(|| NOW)).await
}

/// All that stands in a folder.
fn in_the_folder(folder: &Path) -> String {
    let files = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| std::fs::read(entry.unwrap().path()).unwrap());
    files.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect()
}

/// A hub in the clear that has credited one walk, as it lies on the disk when it is killed.
async fn killed_in_the_clear() -> (TempDir, u64, String) {
    let world = World::start().await;
    let ada = world.person(1);
    let reply = world
        .send(&[&ada.receipt], &[&ada.walks(&quest("first-steps"), 0, EARLIER)])
        .await;
    awarded(&reply.results[0].outcome);
    let copy = tempfile::tempdir().unwrap();
    for end in ["", "-wal"] {
        let name = format!("hub.sqlite{end}");
        std::fs::copy(world.folder.path().join(&name), copy.path().join(&name)).unwrap();
    }
    let id = world.hub.id().to_string();
    world.stop().await;
    (copy, reply.points, id)
}

/// What the hub in `folder` says of the same walk, sent again.
async fn points_again(hub: Hub) -> u64 {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = HubClient::new(format!("http://{}", listener.local_addr().unwrap()).parse().unwrap()).unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let person = Person::new(
        1,
        hub.id().clone(),
        NOW.minus(Span::from_days(1)),
        NOW.plus(Span::from_days(180)),
    );
    let serving = tokio::spawn(hub.serve(listener, async move {
        let _ = stopped.await;
    }));
    let request = ContributionsRequest {
        receipts: vec![person.receipt.clone()],
        contributions: vec![person.walks(&quest("first-steps"), 0, EARLIER)],
    };
    let reply = client.contribute(&request).await.unwrap();
    assert_eq!(awarded(&reply.results[0].outcome).1, FIRST_AWARD, "the entry that it had");
    stop.send(()).unwrap();
    serving.await.unwrap().unwrap();
    reply.points
}

#[tokio::test]
async fn what_is_encrypted_cannot_be_read_and_another_key_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("hub.sqlite");
    let points = points_again(open(&database, 7).await.unwrap()).await;
    assert!(points > 0);
    let on_the_disk = on_disk(&database);
    for word in ["SQLite format", "first-steps", "walking", "points", "ledger"] {
        assert!(!on_the_disk.contains(word), "{word}");
    }
    let bytes = std::fs::read(&database).unwrap();
    let error = open(&database, 8).await.err().unwrap();
    assert!(matches!(error, StartError::OtherKey { .. }), "{error}");
    assert_eq!(std::fs::read(&database).unwrap(), bytes);
    assert_eq!(points_again(open(&database, 7).await.unwrap()).await, points, "credited once");
}

#[tokio::test]
async fn a_hub_in_the_clear_is_taken_over_with_its_sums_and_nothing_stays_readable() {
    let (folder, points, id) = killed_in_the_clear().await;
    let database = folder.path().join("hub.sqlite");
    assert!(on_disk(&database).contains("first-steps"), "this test can see it");
    // An attempt before this one was ended half-way.
    std::fs::write(folder.path().join("hub.sqlite-sealing"), "half of it").unwrap();
    std::fs::write(folder.path().join("hub.sqlite-sealing-journal"), "and its journal").unwrap();

    let hub = open(&database, 7).await.unwrap();
    assert_eq!(hub.id().to_string(), id);
    assert_eq!(points_again(hub).await, points);
    let left = in_the_folder(folder.path());
    for word in [
        "SQLite format",
        "first-steps",
        "walking",
        "ledger",
        "half of it",
        "its journal",
    ] {
        assert!(!left.contains(word), "{word}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(std::fs::metadata(&database).unwrap().permissions().mode() & 0o777, 0o600);
    }
    assert_eq!(
        points_again(open(&database, 7).await.unwrap()).await,
        points,
        "and the next start opens it"
    );
}

#[tokio::test]
async fn what_cannot_be_taken_over_stays_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("hub.sqlite");
    let mut damaged = b"SQLite format 3\0".to_vec();
    damaged.extend([0x55; 8000]);
    std::fs::write(&database, &damaged).unwrap();
    assert!(open(&database, 7).await.is_err());
    assert_eq!(std::fs::read(&database).unwrap(), damaged);
}
