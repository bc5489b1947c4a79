#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;

use earnest_domain::{
    consent::{DeviceScope, Grant, Precision, Receipt},
    identity::PersonKey,
    stream::Stream,
    time::Timestamp,
};
use sqlx::{AssertSqlSafe, Connection, SqliteConnection};

fn receipt(hub: &str) -> Receipt {
    let grant = Grant {
        purpose: "activity-research".parse().unwrap(),
        purpose_text: None,
        streams: BTreeSet::from([Stream::Acceleration]),
        devices: DeviceScope::All,
        precision: Precision::Summary,
        recipient: hub.parse().unwrap(),
        retention_days: 90,
        from: Timestamp::from_seconds(0),
        until: Timestamp::from_seconds(100),
    };
    Receipt::give(grant, &PersonKey::from_seed(&[1; 32]), Timestamp::from_seconds(1)).unwrap()
}

/// A vault of the first schema that met “home”, then “town”, and was paid by both.
#[tokio::test]
async fn a_former_vault_learns_whom_each_contribution_was_for() {
    let mut vault = SqliteConnection::connect("sqlite::memory:").await.unwrap();
    for schema in [
        include_str!("../../migrations/0001_person.sql"),
        include_str!("../../migrations/0002_devices.sql"),
        include_str!("../../migrations/0003_samples.sql"),
        include_str!("../../migrations/0004_contributions.sql"),
        include_str!("../../migrations/0005_index.sql"),
        "INSERT INTO person (one, seed, hub_points) VALUES (1, zeroblob(32), 40); \
         INSERT INTO hub (one, id, name, url, seen_at) VALUES (1, 'town', 'Town', 'http://town', 5);",
    ] {
        sqlx::raw_sql(AssertSqlSafe(schema)).execute(&mut vault).await.unwrap();
    }
    for (number, hub) in ["home", "town"].into_iter().enumerate() {
        let given = receipt(hub);
        sqlx::query("INSERT INTO receipts (id, body, given_at) VALUES (?, ?, 1)")
            .bind(given.id().to_string())
            .bind(given.to_text())
            .execute(&mut vault)
            .await
            .unwrap();
        sqlx::query(
            "INSERT INTO contributions (id, quest, version, ordinal, body, receipt, state, readings, created_at, provisional_points, provisional, points, settled_at) \
             VALUES (?, 'first-steps', 1, ?, '', ?, 'awarded', 1, 1, 46, '{}', 46, ?)",
        )
        .bind(hub)
        .bind(i64::try_from(number).unwrap())
        .bind(given.id().to_string())
        .bind(i64::try_from(number).unwrap())
        .execute(&mut vault)
        .await
        .unwrap();
    }

    sqlx::raw_sql(AssertSqlSafe(include_str!("../../migrations/0007_recipients.sql")))
        .execute(&mut vault)
        .await
        .unwrap();

    let recipients: Vec<(String, String)> = sqlx::query_as("SELECT id, recipient FROM contributions ORDER BY number")
        .fetch_all(&mut vault)
        .await
        .unwrap();
    assert!(recipients.iter().all(|(id, recipient)| id == recipient), "{recipients:?}");
    let hubs: Vec<(String, String, Option<i64>)> = sqlx::query_as("SELECT id, name, points FROM hubs ORDER BY id")
        .fetch_all(&mut vault)
        .await
        .unwrap();
    assert_eq!(
        hubs,
        [
            ("home".to_owned(), "home".to_owned(), None),
            ("town".to_owned(), "Town".to_owned(), Some(40))
        ],
        "the balance is of the hub that told it"
    );
    let again = sqlx::query("UPDATE contributions SET ordinal = 0").execute(&mut vault).await;
    assert!(again.is_ok(), "one effort counts once at each hub");
}
