//! What is taken back, or kept long enough, is gone; what was earned stays.

use earnest_domain::{contribution::Contribution, time::Span};
use earnest_hub_api::{HubError, WithdrawalReply};

use crate::world::{FIRST_AWARD, NOW, Person, World, awarded, expected, fingerprint, on_disk, quest, read};

/// Texts that are in a contribution's payload and nowhere else, short enough that some are not split between two pages.
fn traces(contribution: &Contribution) -> Vec<String> {
    let text = contribution.to_text();
    let signature = text.split("\"signature\":\"").nth(1).unwrap().trim_end_matches("\"}");
    let pieces = signature
        .as_bytes()
        .chunks(16)
        .map(|piece| String::from_utf8(piece.to_vec()).unwrap());
    let prints = contribution
        .body()
        .fingerprints
        .iter()
        .map(|print| hex::encode(print.bytes()));
    let summary = serde_json::to_string(&contribution.body().summary).unwrap();
    pieces.chain(prints).chain([summary]).collect()
}

/// Whether something is left of each contribution.
fn all_on_disk(world: &World, contributions: &[Contribution]) -> bool {
    let disk = on_disk(&world.database());
    contributions
        .iter()
        .all(|contribution| traces(contribution).iter().any(|trace| disk.contains(trace)))
}

/// Whether anything is left of any contribution.
fn any_on_disk(world: &World, contributions: &[Contribution]) -> bool {
    let disk = on_disk(&world.database());
    contributions.iter().flat_map(traces).any(|trace| disk.contains(&trace))
}

/// Walks of very different sizes, so that payloads of every layout (within a page, across many) are tried.
async fn contributes(world: &World, person: &Person, seconds: u32) -> Vec<Contribution> {
    let quest = quest("many-steps");
    let seed = u32::from(person.key.person().bytes()[0]) << 16;
    let walks: Vec<Contribution> = (0..12u32)
        .map(|n| {
            person.signs(&person.walks(&quest, n, NOW), |body| {
                body.summary.seconds = seconds + n;
                body.fingerprints = (0..=n * n * n % 211).map(|window| fingerprint(seed | n, window)).collect();
            })
        })
        .collect();
    for walk in &walks {
        world.send(&[&person.receipt], &[walk]).await;
    }
    walks
}

#[tokio::test]
async fn a_withdrawal_erases_what_was_contributed_and_keeps_what_was_earned() {
    let world = World::start().await;
    let (ada, eve) = (world.person(1), world.person(2));
    let (first, others) = (contributes(&world, &ada, 700).await, contributes(&world, &eve, 800).await);
    assert!(
        all_on_disk(&world, &first) && all_on_disk(&world, &others),
        "the hub keeps what it may keep"
    );

    let withdrawal = ada.withdraws(&ada.receipt);
    let reply = world.client.withdraw(&withdrawal).await.unwrap();
    assert!(
        !any_on_disk(&world, &first),
        "nothing that left Ada's device is left in the hub's files"
    );
    assert!(all_on_disk(&world, &others), "Eve took nothing back");

    assert_eq!(reply.erased, 12);
    assert_eq!(
        reply.awards.iter().map(|credited| credited.id).collect::<Vec<_>>(),
        first.iter().map(Contribution::id).collect::<Vec<_>>()
    );
    assert_eq!(reply.awards[3].award, expected(&quest("many-steps"), &first[3]));
    assert_eq!(reply.points, 12 * 46);
    assert_eq!(
        world.client.withdraw(&withdrawal).await.unwrap(),
        reply,
        "sent again, it is answered with the same"
    );

    let again = World::start_in(world.stop().await, NOW).await;
    assert!(!any_on_disk(&again, &first), "after a restart, too");
    assert_eq!(again.client.withdraw(&withdrawal).await.unwrap(), reply);
    let sent_again = again.send(&[&ada.receipt], &[&first[0]]).await;
    assert_eq!(
        awarded(&sent_again.results[0].outcome),
        (&reply.awards[0].award, FIRST_AWARD),
        "its reply may have been lost"
    );
    assert!(!any_on_disk(&again, &first), "nor does it come back when it is sent again");
}

#[tokio::test]
async fn under_a_withdrawn_receipt_nothing_is_credited_any_more() {
    let world = World::start().await;
    let (ada, many) = (world.person(1), quest("many-steps"));
    world.send(&[&ada.receipt], &[&ada.walks(&many, 0, NOW)]).await;
    world.client.withdraw(&ada.withdraws(&ada.receipt)).await.unwrap();
    let rows = world.rows().await;
    let late = ada.walks(&many, 1, NOW);
    assert_eq!(world.refusal(&[&ada.receipt], &late).await, "withdrawn");
    assert_eq!(world.rows().await, rows);
    let anew = ada.allows(|_| {});
    let under_a_new_receipt = ada.signs(&late, |body| body.receipt = anew.id());
    assert_eq!(
        world.send(&[&anew], &[&under_a_new_receipt]).await.points,
        92,
        "a new grant is a new start"
    );
}

#[tokio::test]
async fn the_same_motion_does_not_earn_again_after_a_withdrawal() {
    let world = World::start().await;
    let (ada, many) = (world.person(1), quest("many-steps"));
    let walk = ada.walks(&many, 0, NOW);
    world.send(&[&ada.receipt], &[&walk]).await;
    world.client.withdraw(&ada.withdraws(&ada.receipt)).await.unwrap();
    let anew = ada.allows(|_| {});
    let replay = ada.signs(&walk, |body| (body.receipt, body.ordinal) = (anew.id(), 1));
    assert_eq!(world.send(&[&anew], &[&replay]).await.points, 46);
}

#[tokio::test]
async fn a_withdrawal_may_overtake_its_receipt() {
    let world = World::start().await;
    let ada = world.person(1);
    let reply = world.client.withdraw(&ada.withdraws(&ada.receipt)).await.unwrap();
    assert_eq!(
        reply,
        WithdrawalReply {
            erased: 0,
            awards: vec![],
            points: 0
        }
    );
    assert_eq!(
        world
            .refusal(&[&ada.receipt], &ada.walks(&quest("first-steps"), 0, NOW))
            .await,
        "withdrawn"
    );
}

#[tokio::test]
async fn nobody_takes_back_the_receipt_of_another() {
    let world = World::start().await;
    let (ada, eve, many) = (world.person(1), world.person(2), quest("many-steps"));
    let early = world.client.withdraw(&eve.withdraws(&ada.receipt)).await;
    assert!(early.is_ok(), "the hub cannot know yet whose it is");
    let walk = ada.walks(&many, 0, NOW);
    assert_eq!(
        world.send(&[&ada.receipt], &[&walk]).await.points,
        46,
        "and Ada is not bound by it"
    );

    let error = world.client.withdraw(&eve.withdraws(&ada.receipt)).await.unwrap_err();
    assert!(
        matches!(&error, HubError::Refused { code, .. } if code == "foreign_person"),
        "{error}"
    );
    let mut forged = ada.withdraws(&ada.receipt);
    forged.body.at = forged.body.at.plus(Span::from_seconds(1));
    let error = world.client.withdraw(&forged).await.unwrap_err();
    assert!(
        matches!(&error, HubError::Refused { code, .. } if code == "bad_signature"),
        "{error}"
    );
    assert!(all_on_disk(&world, &[walk]));
}

#[tokio::test]
async fn what_was_kept_long_enough_is_erased_and_its_award_stays() {
    let world = World::start().await;
    let (ada, eve, quest) = (world.person(1), world.person(2), quest("many-steps"));
    let short = ada.allows(|grant| grant.retention_days = 30);
    let long = ada.allows(|grant| grant.retention_days = 365);
    let sign = |n: u32, receipt: &earnest_domain::consent::Receipt| {
        ada.signs(&ada.walks(&quest, n, NOW), |body| {
            (body.receipt, body.summary.seconds) = (receipt.id(), 500 + n);
            body.fingerprints = vec![fingerprint(7, n)];
        })
    };
    let (for_30, for_90) = (sign(0, &short), sign(1, &long));
    let reply = world.send(&[&short, &long], &[&for_30, &for_90]).await;
    let days = |days| NOW.plus(Span::from_days(days));

    assert_eq!(
        world.hub.erase_expired(days(30).minus(Span::from_micros(1))).await.unwrap(),
        0
    );
    assert!(all_on_disk(&world, &[for_30.clone(), for_90.clone()]));
    assert_eq!(
        world.hub.erase_expired(days(30)).await.unwrap(),
        1,
        "as long as the grant says"
    );
    assert!(!any_on_disk(&world, std::slice::from_ref(&for_30)));
    assert!(all_on_disk(&world, std::slice::from_ref(&for_90)));

    let later = World::start_in(world.stop().await, days(90)).await;
    assert!(
        !any_on_disk(&later, std::slice::from_ref(&for_90)),
        "and no longer than the quest asked for: a hub erases when it starts"
    );
    assert_eq!(later.send(&[], &[&for_30, &for_90]).await, reply, "the awards stay");
    assert_eq!(later.client.withdraw(&ada.withdraws(&long)).await.unwrap().erased, 1);
    later.send(&[&eve.receipt], &[&eve.walks(&quest, 0, NOW)]).await;
}

/// SQLite moves rows between the pages of a table and leaves copies behind that nobody overwrites; overflow pages it never moves.
#[tokio::test]
async fn what_was_contributed_lives_in_pages_that_leave_no_copies() {
    let world = World::start().await;
    let walks = contributes(&world, &world.person(1), 700).await;
    assert!(all_on_disk(&world, &walks));
    let database = world.database();
    let _folder = world.stop().await;
    let file = std::fs::read(&database).unwrap();
    let pages: Vec<i64> = sqlx::query_scalar("SELECT pageno FROM dbstat WHERE pagetype <> 'overflow'")
        .fetch_all(&mut read(&database).await)
        .await
        .unwrap();
    assert!(!pages.is_empty());
    for page in pages {
        let start = (usize::try_from(page).unwrap() - 1) * 4096;
        let text = String::from_utf8_lossy(&file[start..start + 4096]);
        assert!(
            !walks.iter().flat_map(traces).any(|trace| text.contains(&trace)),
            "page {page}"
        );
    }
}
