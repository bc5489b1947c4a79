//! A hub that is killed at any instant has taken a request whole or not at all.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use earnest_domain::{
    contribution::{Contribution, ContributionId},
    points::Award,
    time::Timestamp,
    verdict::Permille,
};
use earnest_hub_api::{ContributionsReply, ContributionsRequest, HubClient, Outcome};
use tokio::{sync::Semaphore, task::JoinSet};

use crate::{
    program::Program,
    world::{FIRST_AWARD, Person, expected, quest, read},
};

const ROUNDS: u32 = 16;
const SENDERS: u32 = 4;
const WALKS: u32 = 200;

/// What the hub acknowledged so far. Nothing of it may ever change.
#[derive(Default)]
struct Acknowledged(BTreeMap<ContributionId, (Award, u64)>);

impl Acknowledged {
    fn take(&mut self, reply: &ContributionsReply) {
        for result in &reply.results {
            let Outcome::Awarded { award, posted } = &result.outcome else {
                panic!("refused: {:?}", result.outcome)
            };
            let now = (award.clone(), posted.entry.number);
            let before = self.0.entry(result.id).or_insert_with(|| now.clone());
            assert_eq!(*before, now, "what was acknowledged stays as it was");
        }
    }
}

/// Numbers that look random; a round is told apart by its seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u32) -> u32 {
        // xorshift64 (Marsaglia, 2003).
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        u32::try_from(self.0 % u64::from(sides)).unwrap()
    }
}

/// Sends random walks, one to three at a time, until the hub is gone; adds a permit for each reply.
async fn send_until_gone(
    client: HubClient,
    people: Arc<Vec<(Person, Vec<Contribution>)>>,
    acknowledged: Arc<Mutex<Acknowledged>>,
    replies: Arc<Semaphore>,
    mut dice: Dice,
) {
    loop {
        let (person, walks) = &people[usize::try_from(dice.roll(2)).unwrap()];
        let contributions = (0..=dice.roll(3))
            .map(|_| walks[usize::try_from(dice.roll(WALKS)).unwrap()].clone())
            .collect();
        match client
            .contribute(&ContributionsRequest {
                receipts: vec![person.receipt.clone()],
                contributions,
            })
            .await
        {
            Ok(reply) => acknowledged.lock().unwrap().take(&reply),
            Err(error) => {
                assert!(error.is_temporary(), "a hub that is gone is worth another try: {error}");
                return;
            }
        }
        replies.add_permits(1);
    }
}

#[tokio::test]
async fn sums_are_exact_however_often_the_hub_is_killed() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path()).await;
    let hub = program.client.info().await.unwrap().id;
    // The program reads the machine's clock: a walk long ago under a grant without end is fine at any time.
    let then = Timestamp::from_seconds(1_577_836_800);
    let quest = quest("many-steps");
    let people: Vec<(Person, Vec<Contribution>)> = [1, 2]
        .map(|seed| {
            let person = Person::new(seed, hub.clone(), then, Timestamp::MAX);
            let walks = (0..WALKS).map(|n| {
                let quality = Permille::new(u16::try_from(400 + n * 3).unwrap());
                person.signs(&person.walks(&quest, n, then), |body| body.summary.quality = quality)
            });
            let walks = walks.collect();
            (person, walks)
        })
        .into();
    let people = Arc::new(people);
    let acknowledged = Arc::new(Mutex::new(Acknowledged::default()));
    program.kill().await;

    let seed = getrandom::u64().unwrap() | 1;
    let mut dice = Dice(seed);
    for round in 0..ROUNDS {
        let program = Program::start(folder.path()).await;
        let replies = Arc::new(Semaphore::new(0));
        let mut senders = JoinSet::new();
        for _ in 0..SENDERS {
            let dice = Dice(u64::from(dice.roll(u32::MAX)) | 1);
            senders.spawn(send_until_gone(
                program.client.clone(),
                Arc::clone(&people),
                Arc::clone(&acknowledged),
                Arc::clone(&replies),
                dice,
            ));
        }
        // After some replies, and then at some instant of the requests that are under way.
        replies.acquire_many(1 + dice.roll(12)).await.unwrap().forget();
        for _ in 0..dice.roll(2_000) {
            tokio::task::yield_now().await;
        }
        program.kill().await;
        while let Some(sender) = senders.join_next().await {
            assert!(sender.is_ok(), "round {round}, seed {seed}: {sender:?}");
        }
    }
    let survived = acknowledged.lock().unwrap().0.len();

    let program = Program::start(folder.path()).await;
    for (person, walks) in people.iter() {
        let mut points = 0;
        for part in walks.chunks(50) {
            let request = ContributionsRequest {
                receipts: vec![person.receipt.clone()],
                contributions: part.to_vec(),
            };
            let reply = program.client.contribute(&request).await.unwrap();
            acknowledged.lock().unwrap().take(&reply);
            points = reply.points;
        }
        let sum: u64 = walks.iter().map(|walk| u64::from(expected(&quest, walk).points)).sum();
        assert_eq!(points, sum, "seed {seed}: every walk counts once, whatever was retried");
    }
    program.kill().await;
    assert!(
        survived >= usize::try_from(ROUNDS).unwrap(),
        "the rounds did acknowledge something: {survived}"
    );
    let entries: BTreeSet<u64> = acknowledged.lock().unwrap().0.values().map(|(_, entry)| *entry).collect();
    assert_eq!(
        entries,
        (FIRST_AWARD..FIRST_AWARD + u64::from(2 * WALKS)).collect(),
        "seed {seed}: the ledger has every entry once"
    );

    let mut connection = read(&folder.path().join("hub.sqlite")).await;
    let check: String = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(check, "ok");
}
