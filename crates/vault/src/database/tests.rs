#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use earnest_domain::{
    device::{DeviceId, DeviceKind},
    sample::Sample,
    stream::Channel,
    time::{Span, Timestamp},
};
use tempfile::TempDir;

use super::*;
use crate::{Batch, Device};

fn message(number: i64) -> Batch {
    let samples = (number * 500..(number + 1) * 500)
        .map(|row| Sample {
            channel: Channel::HeartRate,
            time: Timestamp::default().plus(Span::from_seconds(row)),
            value: 60.0,
        })
        .collect();
    Batch {
        device: watch(),
        samples,
        mark: None,
    }
}

fn watch() -> DeviceId {
    "watch".parse().unwrap()
}

async fn vault() -> (TempDir, Vault) {
    let folder = TempDir::new().unwrap();
    let (vault, _) = Vault::open(folder.path(), KeyChoice::File, || [1; 32]).await.unwrap();
    let device = Device {
        id: watch(),
        name: "Watch".to_owned(),
        kind: DeviceKind::Mqtt,
        paired_at: Timestamp::default(),
        credential: String::new(),
        replay: None,
        judged_until: None,
    };
    vault.add_device(&device).await.unwrap();
    (folder, vault)
}

async fn stored(vault: &Vault) -> u64 {
    vault.totals().await.unwrap().iter().map(|total| total.samples).sum()
}

async fn limit_pages(vault: &Vault, most: &'static str) {
    let mut writing = vault.write().await.unwrap();
    sqlx::query(most).execute(writing.connection()).await.unwrap();
    writing.commit().await.unwrap();
}

#[tokio::test]
async fn a_full_disk_keeps_what_was_acknowledged_and_goes_on_when_there_is_room() {
    let (folder, vault) = vault().await;
    limit_pages(&vault, "PRAGMA max_page_count = 60").await;
    let mut acknowledged = 0;
    let error = loop {
        match vault.append(vec![message(acknowledged)]).await {
            Ok(appended) => acknowledged += i64::from(appended[0].stored.len() == 500),
            Err(error) => break error,
        }
    };
    assert_eq!(error.code(), "disk_full", "{error}");
    assert!(acknowledged > 5);
    assert_eq!(
        vault.append(vec![message(acknowledged)]).await.unwrap_err().code(),
        "disk_full",
        "and again"
    );
    assert_eq!(stored(&vault).await, acknowledged.unsigned_abs() * 500);

    limit_pages(&vault, "PRAGMA max_page_count = 1000000").await;
    let appended = vault
        .append(vec![message(acknowledged - 1), message(acknowledged)])
        .await
        .unwrap();
    assert_eq!(
        (appended[0].stored.len(), appended[1].stored.len()),
        (0, 500),
        "no message was half taken"
    );
    assert_eq!(stored(&vault).await, (acknowledged.unsigned_abs() + 1) * 500);
    let check: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(vault.read())
        .await
        .unwrap();
    assert_eq!(check, "ok");
    drop(folder);
}

#[tokio::test]
async fn a_change_that_nobody_waits_for_any_more_never_half_happens() {
    let (_folder, vault) = vault().await;
    for number in 0..40 {
        // Given up after some number of steps, as when a client goes away.
        let mut change = Box::pin(vault.append(vec![message(number)]));
        for _ in 0..number {
            if futures_step(&mut change).await {
                break;
            }
        }
        drop(change);
        let before = stored(&vault).await;
        assert!(before.is_multiple_of(500));
        let again = vault.append(vec![message(number)]).await.unwrap().remove(0);
        assert_eq!(again.stored.len() + again.duplicates as usize, 500);
        assert!(again.stored.len() == 500 || again.duplicates == 500);
        assert_eq!(
            stored(&vault).await,
            (number.unsigned_abs() + 1) * 500,
            "once, whether it had got through or not"
        );
    }
}

/// Lets a change go one step further; says whether it is done.
async fn futures_step<F: Future + Unpin>(change: &mut F) -> bool {
    let done =
        std::future::poll_fn(|context| std::task::Poll::Ready(std::pin::Pin::new(&mut *change).poll(context).is_ready())).await;
    tokio::task::yield_now().await;
    std::thread::yield_now();
    done
}

#[tokio::test]
async fn the_writer_is_as_durable_as_an_acknowledgement_promises() {
    let (_folder, vault) = vault().await;
    let mut writing = vault.write().await.unwrap();
    let synchronous: i64 = sqlx::query_scalar("PRAGMA synchronous")
        .fetch_one(writing.connection())
        .await
        .unwrap();
    let journal: String = sqlx::query_scalar("PRAGMA journal_mode")
        .fetch_one(writing.connection())
        .await
        .unwrap();
    let foreign_keys: bool = sqlx::query_scalar("PRAGMA foreign_keys")
        .fetch_one(writing.connection())
        .await
        .unwrap();
    assert_eq!((synchronous, journal.as_str(), foreign_keys), (2, "wal", true), "2 is FULL");
    drop(writing);
    assert!(!format!("{vault:?}").contains("x'"), "the key is not printed");
}

#[tokio::test]
async fn totals_of_an_older_vault_still_count_its_journal_once() {
    let (folder, vault) = vault().await;
    vault.append((0..10).map(message).collect()).await.unwrap();
    vault.compact(crate::Compaction::All).await.unwrap();
    vault.append((10..13).map(message).collect()).await.unwrap();
    // As versions before step 6 left it: the totals count the journal, too.
    let mut writing = vault.write().await.unwrap();
    sqlx::raw_sql(
        "UPDATE totals SET samples = samples + (SELECT coalesce(sum(rows), 0) FROM journal WHERE (layout >> channel) & 1); \
         DROP TRIGGER windows_are_counted; DROP TABLE late; DELETE FROM _sqlx_migrations WHERE version = 6",
    )
    .execute(writing.connection())
    .await
    .unwrap();
    writing.commit().await.unwrap();
    vault.close().await.unwrap();
    drop(vault);
    let (vault, _) = Vault::open(folder.path(), KeyChoice::File, || [1; 32]).await.unwrap();
    assert_eq!(stored(&vault).await, 13 * 500);
}
