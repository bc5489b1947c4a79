//! What a person takes back: erased, its points back in their pool, its place free.

use earnest_domain::identity::Signed;
use earnest_hub_api::HubError;

use crate::world::{NOW, World, awarded, on_disk, quest};

#[tokio::test]
async fn an_undo_erases_moves_the_points_back_and_frees_the_effort() {
    let world = World::start().await;
    let (ada, first) = (world.person(1), quest("first-steps"));
    let walk = ada.walks(&first, 0, NOW);
    let reply = world.send(&[&ada.receipt], &[&walk]).await;
    let (award, number) = awarded(&reply.results[0].outcome);
    let signature = walk.to_text().split("\"signature\":\"").nth(1).unwrap()[..32].to_owned();
    assert!(on_disk(&world.database()).contains(&signature));

    let undo = ada.undoes(&walk);
    let reply = world.client.undo(&undo).await.unwrap();
    assert_eq!(reply.points, 0);
    let reversal = reply.reversal.clone().unwrap();
    assert_eq!(reversal.entry.moves(), i64::from(award.points));
    assert!(reversal.entry.number > number);
    assert!(!on_disk(&world.database()).contains(&signature), "nothing of it is left");
    assert_eq!(
        world.client.undo(&undo).await.unwrap(),
        reply,
        "asked again, answered the same"
    );

    assert_eq!(
        world.refusal(&[&ada.receipt], &walk).await,
        "undone",
        "a copy that was late changes nothing"
    );
    let asked = world.client.inquire(&ada.asks_after(&[&walk])).await.unwrap();
    assert!(asked.awards.is_empty());
    let withdrawn = world.client.withdraw(&ada.withdraws(&ada.receipt)).await.unwrap();
    assert_eq!((withdrawn.awards.len(), withdrawn.points), (0, 0));

    // The quest can be done once, and its only time is free again; what was walked before is not new.
    let later = ada.allows(|grant| grant.retention_days = 30);
    let again = ada.signs(&ada.walks(&first, 0, NOW), |body| {
        body.receipt = later.id();
        body.fingerprints[0] = crate::world::fingerprint(9, 9);
    });
    let reply = world.send(&[&later], &[&again]).await;
    assert_eq!(reply.points, 3, "a twelfth of it is new");
}

#[tokio::test]
async fn an_undo_that_arrives_first_keeps_the_contribution_out() {
    let world = World::start().await;
    let ada = world.person(1);
    let walk = ada.walks(&quest("first-steps"), 0, NOW);
    let reply = world.client.undo(&ada.undoes(&walk)).await.unwrap();
    assert_eq!((reply.reversal, reply.points), (None, 0));
    assert_eq!(world.refusal(&[&ada.receipt], &walk).await, "undone");
}

#[tokio::test]
async fn nobody_undoes_what_is_anothers() {
    let world = World::start().await;
    let (ada, eve) = (world.person(1), world.person(2));
    let walk = ada.walks(&quest("first-steps"), 0, NOW);
    world.send(&[&ada.receipt], &[&walk]).await;
    let reply = world.client.undo(&eve.undoes(&walk)).await.unwrap();
    assert_eq!(reply.reversal, None);
    let forged = {
        let mut undo = serde_json::to_value(eve.undoes(&walk)).unwrap();
        undo["body"]["person"] = ada.key.person().to_string().into();
        serde_json::from_value(undo).unwrap()
    };
    let error = world.client.undo(&forged).await.unwrap_err();
    assert!(matches!(error, HubError::Refused { code, .. } if code == "bad_signature"));
    let elsewhere = {
        let mut body = ada.undoes(&walk).body;
        body.hub = "hub-0badcafe".parse().unwrap();
        Signed::sign(body, &ada.key).unwrap()
    };
    let error = world.client.undo(&elsewhere).await.unwrap_err();
    assert!(matches!(error, HubError::Refused { code, .. } if code == "malformed"));
    assert_eq!(world.send(&[], &[&walk]).await.points, 46, "it stands");
}
