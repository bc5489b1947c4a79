//! What is contributed is credited, to the point and once.

use std::collections::BTreeSet;

use earnest_domain::{
    contribution::{MAX_WINDOWS, credit},
    identity::Signed,
    time::Span,
};
use earnest_hub_api::{ContributionsRequest, MAX_CONTRIBUTIONS, Outcome, PROTOCOL};

use crate::world::{FIRST_AWARD, NOW, World, awarded, expected, fingerprint, quest};

#[tokio::test]
async fn a_hub_presents_itself_and_keeps_its_id() {
    let world = World::start().await;
    let info = world.client.info().await.unwrap();
    assert_eq!((info.name.as_str(), info.protocol), ("Riverside", PROTOCOL));
    assert!(
        info.id.as_str().starts_with("hub-") && info.id.as_str().len() == 12,
        "{}",
        info.id
    );
    assert_eq!(
        info.sound_quests()
            .iter()
            .map(|signed| signed.quest().clone())
            .collect::<Vec<_>>(),
        [quest("first-steps"), quest("many-steps")],
        "each with its signature"
    );

    let again = World::start_in(world.stop().await, NOW).await;
    assert_eq!(
        again.client.info().await.unwrap(),
        info,
        "grants name it, so a restart must not change it"
    );
    assert_ne!(World::start().await.hub.id(), &info.id, "another hub is another recipient");
}

#[tokio::test]
async fn a_walk_earns_what_the_app_expects() {
    let world = World::start().await;
    let (ada, quest) = (world.person(1), quest("first-steps"));
    let walk = ada.walks(&quest, 0, NOW);
    let reply = world.send(&[&ada.receipt], &[&walk]).await;
    assert_eq!(reply.results[0].id, walk.id());
    let (award, entry) = awarded(&reply.results[0].outcome);
    assert_eq!((award, entry), (&expected(&quest, &walk), FIRST_AWARD));
    assert_eq!((award.points, reply.points), (46, 46));
}

#[tokio::test]
async fn a_walk_is_credited_once_however_often_and_concurrently_it_is_sent() {
    let world = World::start().await;
    let ada = world.person(1);
    let request = ContributionsRequest {
        receipts: vec![ada.receipt.clone()],
        contributions: vec![ada.walks(&quest("first-steps"), 0, NOW)],
    };
    let posts: Vec<_> = (0..16)
        .map(|_| {
            let (client, request) = (world.client.clone(), request.clone());
            tokio::spawn(async move { client.contribute(&request).await.unwrap() })
        })
        .collect();
    let mut replies = Vec::new();
    for post in posts {
        replies.push(post.await.unwrap());
    }
    assert_eq!(replies[0].points, 46);
    assert!(
        replies.iter().all(|reply| *reply == replies[0]),
        "everyone hears the same: {replies:?}"
    );

    let again = World::start_in(world.stop().await, NOW).await;
    assert_eq!(
        again.client.contribute(&request).await.unwrap(),
        replies[0],
        "after a restart, too"
    );
}

#[tokio::test]
async fn of_sixteen_different_walks_for_one_effort_one_is_credited() {
    let world = World::start().await;
    let (ada, quest) = (world.person(1), quest("first-steps"));
    let posts: Vec<_> = (0..16u32)
        .map(|n| {
            let walk = ada.signs(&ada.walks(&quest, 0, NOW), |body| {
                body.fingerprints = vec![fingerprint(99, n)];
            });
            let request = ContributionsRequest {
                receipts: vec![ada.receipt.clone()],
                contributions: vec![walk],
            };
            let client = world.client.clone();
            tokio::spawn(async move { client.contribute(&request).await.unwrap() })
        })
        .collect();
    let mut codes = Vec::new();
    for post in posts {
        let reply = post.await.unwrap();
        assert_eq!(reply.points, 46);
        codes.push(match &reply.results[0].outcome {
            Outcome::Awarded { .. } => "awarded".to_owned(),
            Outcome::Refused { code, .. } => code.clone(),
        });
    }
    codes.sort();
    assert_eq!(codes.iter().filter(|code| *code == "already_credited").count(), 15);
    assert_eq!(codes[15], "awarded");
}

#[tokio::test]
async fn a_full_request_is_credited_in_its_order() {
    let world = World::start().await;
    let (ada, quest) = (world.person(1), quest("many-steps"));
    let walks: Vec<_> = (0..u32::try_from(MAX_CONTRIBUTIONS).unwrap())
        .map(|n| ada.walks(&quest, n, NOW))
        .collect();
    let reply = world.send(&[&ada.receipt], &walks.iter().collect::<Vec<_>>()).await;
    let entries: Vec<u64> = reply.results.iter().map(|result| awarded(&result.outcome).1).collect();
    assert_eq!(entries, (FIRST_AWARD..FIRST_AWARD + 64).collect::<Vec<_>>());
    assert_eq!(reply.points, 64 * 46);
    let next = ada.walks(&quest, 64, NOW);
    assert_eq!(
        world.send(&[], &[&next]).await.points,
        65 * 46,
        "the hub knows the receipt by now"
    );
}

#[tokio::test]
async fn what_was_walked_before_earns_its_fresh_share_as_the_app_expects() {
    let world = World::start().await;
    let (ada, quest) = (world.person(1), quest("many-steps"));
    let first = ada.walks(&quest, 0, NOW);
    let half = ada.signs(&ada.walks(&quest, 1, NOW), |body| {
        body.fingerprints[..6].copy_from_slice(&first.body().fingerprints[..6]);
    });
    let repeated = ada.signs(&ada.walks(&quest, 2, NOW), |body| {
        body.fingerprints.clone_from(&first.body().fingerprints);
    });
    let reply = world.send(&[&ada.receipt], &[&first, &half, &repeated]).await;
    let known: BTreeSet<_> = first.body().fingerprints.iter().collect();
    let points: Vec<u32> = reply.results.iter().map(|result| awarded(&result.outcome).0.points).collect();
    assert_eq!(
        points,
        [46, credit(&quest, half.body(), |print| known.contains(print)).points, 0]
    );
    assert_eq!(points[1], 23);

    let eve = world.person(2);
    let same_motion = eve.signs(&eve.walks(&quest, 0, NOW), |body| {
        body.fingerprints.clone_from(&first.body().fingerprints);
    });
    assert_eq!(
        world.send(&[&eve.receipt], &[&same_motion]).await.points,
        46,
        "what Ada walked says nothing about Eve"
    );
}

#[tokio::test]
async fn one_bad_contribution_does_not_hold_up_the_others() {
    let world = World::start().await;
    let (ada, quest) = (world.person(1), quest("many-steps"));
    let (first, third) = (ada.walks(&quest, 0, NOW), ada.walks(&quest, 2, NOW));
    let short = ada.signs(&ada.walks(&quest, 1, NOW), |body| body.summary.seconds = 59);
    let reply = world.send(&[&ada.receipt], &[&first, &short, &third]).await;
    assert!(matches!(&reply.results[1].outcome, Outcome::Refused { code, .. } if code == "goal_not_reached"));
    assert_eq!(
        (awarded(&reply.results[0].outcome).1, awarded(&reply.results[2].outcome).1),
        (FIRST_AWARD, FIRST_AWARD + 1),
        "the ledger has no gap"
    );
    assert_eq!(reply.points, 92);
}

#[tokio::test]
async fn a_day_of_windows_fits_into_one_contribution() {
    let world = World::start().await;
    let (ada, quest) = (world.person(1), quest("first-steps"));
    let day = ada.signs(&ada.walks(&quest, 0, NOW), |body| {
        body.summary.seconds = 86_400;
        body.fingerprints = (0..u32::try_from(MAX_WINDOWS).unwrap()).map(|n| fingerprint(1, n)).collect();
    });
    assert_eq!(world.send(&[&ada.receipt], &[&day]).await.points, 46);
}

#[tokio::test]
async fn an_award_outlives_its_receipt() {
    let world = World::start().await;
    let ada = world.person(1);
    let walk = ada.walks(&quest("first-steps"), 0, NOW);
    let reply = world.send(&[&ada.receipt], &[&walk]).await;
    world.is_at(NOW.plus(Span::from_days(400)));
    assert_eq!(
        world.send(&[], &[&walk]).await,
        reply,
        "its reply may have been lost; the points were not"
    );
}

/// An app whose permission ended while an answer was lost on the way asks by the ids, and learns whether the effort was spent.
#[tokio::test]
async fn after_the_end_of_a_permission_the_hub_still_tells_what_it_had_credited() {
    let world = World::start().await;
    let (ada, many) = (world.person(1), quest("many-steps"));
    let (arrived, never_arrived) = (ada.walks(&many, 0, NOW), ada.walks(&many, 1, NOW));
    let first = world.send(&[&ada.receipt], &[&arrived]).await;
    world.is_at(ada.grant.until);
    let asked = ada.asks_after(&[&never_arrived, &arrived, &arrived]);
    let told = world.client.inquire(&asked).await.unwrap();
    let awards: Vec<_> = told.awards.into_iter().map(|credited| credited.id).collect();
    assert_eq!((awards, told.points), (vec![arrived.id()], 46), "each once, and no other");
    assert_eq!(told.now, ada.grant.until, "by whose clock");
    let late = world.send(&[&ada.receipt], &[&arrived, &never_arrived]).await;
    assert_eq!(late.results[0], first.results[0], "the award stays");
    assert!(
        matches!(&late.results[1].outcome, earnest_hub_api::Outcome::Refused { code, .. } if code == "expired"),
        "{late:?}"
    );
    let anew = ada.allows(|grant| grant.until = grant.until.plus(earnest_domain::time::Span::from_days(1)));
    let for_the_next_permission = ada.signs(&never_arrived, |body| body.receipt = anew.id());
    assert_eq!(
        world.send(&[&anew], &[&for_the_next_permission]).await.points,
        92,
        "nothing was spent on it"
    );
}

#[tokio::test]
async fn what_was_credited_is_told_to_its_person_alone() {
    let world = World::start().await;
    let (ada, eve) = (world.person(1), world.person(2));
    let walk = ada.walks(&quest("first-steps"), 0, NOW);
    world.send(&[&ada.receipt], &[&walk]).await;
    let told = world.client.inquire(&eve.asks_after(&[&walk])).await.unwrap();
    assert_eq!((told.awards, told.points), (vec![], 0));
    let mut forged = eve.asks_after(&[&walk]);
    forged.body.person = ada.key.person();
    let error = world.client.inquire(&forged).await.unwrap_err();
    assert_eq!(error.code(), "bad_signature");
    let mut elsewhere = ada.asks_after(&[&walk]);
    elsewhere.body.hub = "hub-other".parse().unwrap();
    let elsewhere = Signed::sign(elsewhere.body, &ada.key).unwrap();
    assert_eq!(
        world.client.inquire(&elsewhere).await.unwrap_err().code(),
        "malformed",
        "asked of another hub"
    );
    assert_eq!(
        world.client.inquire(&ada.asks_after(&[])).await.unwrap_err().code(),
        "malformed"
    );
    let too_many = ada.asks_after(&vec![&walk; earnest_hub_api::MAX_CONTRIBUTIONS + 1]);
    assert_eq!(world.client.inquire(&too_many).await.unwrap_err().code(), "too_large");
}
