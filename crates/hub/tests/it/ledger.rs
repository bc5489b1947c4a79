//! The hub's book: it balances, it only grows, and whoever asks is shown that.

use std::collections::BTreeMap;

use earnest_domain::ledger::{Account, Entry, Event, Head, SignedHead, check_consistency, check_inclusion};
use earnest_hub::{Hub, Quests};
use earnest_hub_api::{HubError, LogPage, Outcome, ProofsRequest};
use sqlx::Connection;

use crate::world::{FIRST_AWARD, NOW, World, awarded, expected, quest, quests, read};

/// What the hub answers to anybody with a browser.
async fn get(url: String) -> reqwest::Result<reqwest::Response> {
    let whole = std::time::Duration::from_secs(20);
    let client = reqwest::Client::builder().timeout(whole).no_proxy().build().unwrap();
    client.get(url).send().await
}

/// The whole log, as anybody reads it.
async fn log(world: &World) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    loop {
        let url = format!("{}v1/log/entries?from={}", world.client.url(), entries.len());
        let page: LogPage = get(url).await.unwrap().json().await.unwrap();
        if page.entries.is_empty() {
            return entries;
        }
        entries.extend(page.entries);
    }
}

async fn head(world: &World) -> Head {
    let url = format!("{}v1/log/checkpoint", world.client.url());
    let text = get(url).await.unwrap().text().await.unwrap();
    let key = world.client.info().await.unwrap().key;
    SignedHead::from_text(text).verify(world.hub.id(), &key).unwrap()
}

/// What every account has.
fn sums(entries: &[Entry]) -> BTreeMap<Account, i64> {
    let mut sums = BTreeMap::new();
    for posting in entries.iter().flat_map(|entry| &entry.postings) {
        *sums.entry(posting.account.clone()).or_insert(0) += posting.points;
    }
    sums
}

#[tokio::test]
async fn each_award_is_proved_to_its_person_and_each_head_continues_the_last() {
    let world = World::start().await;
    let (ada, many) = (world.person(1), quest("many-steps"));
    let key = world.client.info().await.unwrap().key;
    let mut seen = Head::EMPTY;
    for n in 0..9 {
        let walk = ada.walks(&many, n, NOW);
        let reply = world.send(&[&ada.receipt], &[&walk]).await;
        let Outcome::Awarded { award, posted } = &reply.results[0].outcome else {
            panic!("refused")
        };
        assert_eq!(posted.check_award(ada.key.person(), walk.id(), award), Ok(()));
        let request = ProofsRequest {
            old: seen.size,
            entries: vec![posted.entry.number, FIRST_AWARD],
        };
        let proofs = world.client.proofs(&request).await.unwrap();
        let head = proofs.checkpoint.verify(world.hub.id(), &key).unwrap();
        assert_eq!(head.size, FIRST_AWARD + u64::from(n) + 1);
        assert_eq!(check_inclusion(&head, &posted.entry, &proofs.inclusions[0]), Ok(()));
        assert_eq!(check_consistency(&seen, &head, &proofs.consistency), Ok(()));
        seen = head;
    }
}

#[tokio::test]
async fn anybody_can_add_the_log_up_and_it_names_nobody() {
    let world = World::start().await;
    let (ada, eve, many) = (world.person(1), world.person(2), quest("many-steps"));
    for n in 0..5 {
        world.send(&[&ada.receipt], &[&ada.walks(&many, n, NOW)]).await;
    }
    let mine = world
        .send(&[&eve.receipt], &[&eve.walks(&quest("first-steps"), 0, NOW)])
        .await;
    world.client.undo(&ada.undoes(&ada.walks(&many, 1, NOW))).await.unwrap();

    let entries = log(&world).await;
    assert_eq!(
        entries
            .iter()
            .map(Entry::check)
            .collect::<Result<Vec<_>, _>>()
            .map(|all| all.len()),
        Ok(9)
    );
    let sums = sums(&entries);
    assert_eq!(sums.values().sum::<i64>(), 0, "the ledger sums to zero");
    let of = |account: &str| sums[&account.parse().unwrap()];
    assert_eq!(of("issuance"), -20_000_000);
    assert_eq!(of("pool:many-steps"), 10_000_000 - 4 * 46);
    assert_eq!(of("pool:first-steps"), 10_000_000 - 46);
    let people = sums.keys().filter(|account| matches!(account, Account::Person(_)));
    assert_eq!(people.count(), 6, "two people, and an account for each award");
    let text: String = entries.iter().map(Entry::to_text).collect();
    for person in [&ada, &eve] {
        assert!(!text.contains(&person.key.person().to_string()));
    }

    // The head that the hub signs is that over what it shows.
    let head = head(&world).await;
    for entry in &entries {
        let request = ProofsRequest {
            old: 1,
            entries: vec![entry.number],
        };
        let proofs = world.client.proofs(&request).await.unwrap();
        assert_eq!(check_inclusion(&head, entry, &proofs.inclusions[0]), Ok(()));
    }
    let Outcome::Awarded { posted, .. } = &mine.results[0].outcome else {
        panic!("refused")
    };
    assert!(entries.contains(&posted.entry), "Eve finds hers among them");
}

#[tokio::test]
async fn what_is_not_in_the_log_is_not_proved() {
    let world = World::start().await;
    for request in [
        ProofsRequest { old: 3, entries: vec![] },
        ProofsRequest {
            old: 0,
            entries: vec![FIRST_AWARD],
        },
        ProofsRequest {
            old: u64::MAX,
            entries: vec![u64::MAX],
        },
    ] {
        let error = world.client.proofs(&request).await.unwrap_err();
        assert!(matches!(error, HubError::Refused { code, .. } if code == "not_found"));
    }
    let many = ProofsRequest {
        old: 0,
        entries: vec![0; 257],
    };
    let error = world.client.proofs(&many).await.unwrap_err();
    assert!(matches!(error, HubError::Refused { code, .. } if code == "too_large"));
    let odd = get(format!("{}v1/log/entries?from=x", world.client.url())).await.unwrap();
    assert_eq!(odd.status(), 400);
    let beyond = format!("{}v1/log/entries?from={}", world.client.url(), u64::MAX);
    let page: LogPage = get(beyond).await.unwrap().json().await.unwrap();
    assert!(page.entries.is_empty());
}

#[tokio::test]
async fn a_pool_pays_what_it_has_and_then_its_quest_is_not_offered() {
    let folder = tempfile::tempdir().unwrap();
    let manifests = tempfile::tempdir().unwrap();
    let text = include_str!("../../quests/first-steps.toml");
    let text = text
        .replace("budget = 10_000_000", "budget = 100")
        .replace("kind = \"once\"", "kind = \"repeated\"")
        .replace("times = 1", "times = 10");
    std::fs::write(manifests.path().join("first-steps.toml"), &text).unwrap();
    let with = |folder: &std::path::Path| Quests::built_in().unwrap().with_folder(folder).unwrap();
    let world = World::start_with(folder, NOW, with(manifests.path())).await;
    let (ada, short) = (world.person(1), quest("first-steps"));
    let walks: Vec<_> = (0..3).map(|n| ada.walks(&short, n, NOW)).collect();
    assert_eq!(world.client.info().await.unwrap().quests.len(), 1);
    let reply = world.send(&[&ada.receipt], &[&walks[0], &walks[1], &walks[2]]).await;
    assert_eq!(reply.points, 92, "two walks of 46");
    assert!(matches!(&reply.results[2].outcome, Outcome::Refused { code, .. } if code == "budget_spent"));
    assert!(world.client.info().await.unwrap().quests.is_empty(), "8 points are left");

    // Whoever runs the hub puts more into it.
    std::fs::write(
        manifests.path().join("first-steps.toml"),
        text.replace("budget = 100", "budget = 200"),
    )
    .unwrap();
    let world = World::start_with(world.stop().await, NOW, with(manifests.path())).await;
    assert_eq!(world.client.info().await.unwrap().quests.len(), 1);
    let reply = world.send(&[], &[&walks[2]]).await;
    assert_eq!(reply.points, 3 * 46);
    assert_eq!(sums(&log(&world).await)[&"pool:first-steps".parse().unwrap()], 200 - 3 * 46);
}

#[tokio::test]
async fn the_ledger_cannot_be_rewritten() {
    let world = World::start().await;
    let ada = world.person(1);
    world
        .send(&[&ada.receipt], &[&ada.walks(&quest("first-steps"), 0, NOW)])
        .await;
    let database = world.database();
    let _folder = world.stop().await;
    let mut connection = sqlx::SqliteConnection::connect_with(&sqlx::sqlite::SqliteConnectOptions::new().filename(&database))
        .await
        .unwrap();
    for table in ["entries", "postings", "hashes"] {
        let column = sqlx::query_scalar::<_, String>("SELECT name FROM pragma_table_info(?) WHERE pk = 0")
            .bind(table)
            .fetch_one(&mut connection)
            .await
            .unwrap();
        for attempt in [
            format!("UPDATE {table} SET {column} = {column}"),
            format!("DELETE FROM {table}"),
        ] {
            let error = sqlx::raw_sql(sqlx::AssertSqlSafe(attempt))
                .execute(&mut connection)
                .await
                .unwrap_err();
            assert!(error.to_string().contains("only ever added to"), "{error}");
        }
    }
    drop(connection);
    let sum: i64 = sqlx::query_scalar("SELECT sum(points) FROM owners")
        .fetch_one(&mut read(&database).await)
        .await
        .unwrap();
    assert_eq!(sum, 46);
}

/// The database of a version that kept a list of credits and no log.
#[tokio::test]
async fn what_an_older_version_credited_is_entered_into_the_log() {
    let world = World::start().await;
    let (ada, eve, many) = (world.person(1), world.person(2), quest("many-steps"));
    let walks: Vec<_> = (0..3).map(|n| ada.walks(&many, n, NOW)).collect();
    world.send(&[&ada.receipt], &[&walks[0], &walks[1]]).await;
    let hers = eve.walks(&quest("first-steps"), 0, NOW);
    world.send(&[&eve.receipt], &[&hers]).await;
    let database = world.database();
    let folder = world.stop().await;
    let mut connection = sqlx::SqliteConnection::connect(&format!("sqlite://{}", database.display()))
        .await
        .unwrap();
    sqlx::raw_sql(
        "INSERT INTO credits_before_the_log (contribution, person, points, at)
             SELECT contribution, person, points, 1 FROM owners JOIN entries ON number = entry ORDER BY number;
         DROP TRIGGER entries_do_not_vanish; DROP TRIGGER postings_do_not_vanish; DROP TRIGGER hashes_do_not_vanish;
         DELETE FROM owners; DELETE FROM postings; DELETE FROM hashes; DELETE FROM entries; DELETE FROM pools;",
    )
    .execute(&mut connection)
    .await
    .unwrap();
    drop(connection);

    let world = World::start_in(folder, NOW).await;
    let entries = log(&world).await;
    assert_eq!(
        entries
            .iter()
            .filter(|entry| matches!(entry.what, Event::Award { .. }))
            .count(),
        3
    );
    let sums = sums(&entries);
    assert_eq!(sums[&"pool:many-steps".parse().unwrap()], 10_000_000 - 92);
    assert_eq!(
        sums[&Account::Issuance],
        -20_000_000,
        "the pools have their budgets and no more"
    );
    let again = world.send(&[], &[&walks[0], &walks[2]]).await;
    assert_eq!(
        awarded(&again.results[0].outcome).0,
        &expected(&many, &walks[0]),
        "as it was answered before"
    );
    assert_eq!(again.points, 138);
    assert_eq!(world.send(&[], &[&hers]).await.points, 46);
    let folder = world.stop().await;
    let hub = Hub::open(
        &folder.path().join("hub.sqlite"),
        "Riverside",
        quests(),
        std::sync::Arc::new(|| NOW),
    )
    .await
    .unwrap();
    drop(hub);
    let left: i64 = sqlx::query_scalar("SELECT (SELECT count(*) FROM credits_before_the_log) + (SELECT count(*) FROM entries)")
        .fetch_one(&mut read(&database).await)
        .await
        .unwrap();
    assert_eq!(
        left, 8,
        "four for the pools and four awards, entered once, however often it starts"
    );
}
