//! What is not allowed, not asked for or not signed is refused with its reason, and nothing of it is recorded.

use earnest_domain::{
    activity::Activity,
    consent::{DeviceScope, Receipt},
    contribution::{Contribution, ContributionBody, MAX_WINDOWS},
    stream::Stream,
    time::{Span, Timestamp},
};

use crate::world::{NOW, World, fingerprint, quest};

/// The same record with one word altered, its signature left as it was.
fn altered<T: serde::Serialize + serde::de::DeserializeOwned>(record: &T, from: &str, to: &str) -> T {
    let text = serde_json::to_string(record).unwrap();
    let changed = text.replace(from, to);
    assert_ne!(changed, text);
    serde_json::from_str(&changed).unwrap()
}

#[tokio::test]
async fn an_altered_contribution_is_refused() {
    let world = World::start().await;
    let ada = world.person(1);
    let walk = altered(
        &ada.walks(&quest("first-steps"), 0, NOW),
        "\"quality\":930",
        "\"quality\":999",
    );
    let reply = world.send(&[&ada.receipt], &[&walk]).await;
    assert_eq!(world.refusal(&[&ada.receipt], &walk).await, "bad_signature");
    assert_eq!(reply.points, 0, "a balance is told to whoever signs");
    assert_eq!(world.rows().await, 0);
}

#[tokio::test]
async fn a_balance_is_told_to_its_person_alone() {
    let world = World::start().await;
    let (ada, eve) = (world.person(1), world.person(2));
    let (many, walk) = (quest("many-steps"), ada.walks(&quest("first-steps"), 0, NOW));
    world.send(&[&ada.receipt], &[&walk]).await;
    let forged = altered(&ada.walks(&many, 0, NOW), "\"ordinal\":0", "\"ordinal\":1");
    assert_eq!(world.send(&[], &[&forged]).await.points, 0);
    let own = eve.walks(&many, 0, NOW);
    let reply = world.send(&[&eve.receipt, &ada.receipt], &[&forged, &own]).await;
    assert_eq!(reply.points, 46, "Eve's, who signed");
}

#[tokio::test]
async fn a_forged_receipt_is_refused() {
    let world = World::start().await;
    let ada = world.person(1);
    let forged: Receipt = altered(&ada.receipt, "\"summary\"", "\"raw\"");
    let walk = ada.signs(&ada.walks(&quest("first-steps"), 0, NOW), |body| body.receipt = forged.id());
    assert_eq!(world.refusal(&[&forged], &walk).await, "bad_signature");
    assert_eq!(world.refusal(&[&forged, &ada.receipt], &walk).await, "bad_signature");
    assert_eq!(world.refusal(&[&ada.receipt], &walk).await, "unknown_receipt");
    assert_eq!(world.rows().await, 0);
}

#[tokio::test]
async fn a_forged_copy_does_not_push_out_the_real_receipt() {
    let world = World::start().await;
    let ada = world.person(1);
    let mut value = serde_json::to_value(&ada.receipt).unwrap();
    value["signature"] = "00".repeat(64).into();
    let copy: Receipt = serde_json::from_value(value).unwrap();
    let walk = ada.walks(&quest("first-steps"), 0, NOW);
    assert_eq!(world.send(&[&copy, &ada.receipt, &copy], &[&walk]).await.points, 46);
}

#[tokio::test]
async fn another_persons_receipt_or_contribution_is_refused() {
    let world = World::start().await;
    let (ada, eve) = (world.person(1), world.person(2));
    let (first_steps, many) = (quest("first-steps"), quest("many-steps"));
    let on_adas_receipt = eve.signs(&eve.walks(&first_steps, 0, NOW), |body| body.receipt = ada.receipt.id());
    assert_eq!(world.refusal(&[&ada.receipt], &on_adas_receipt).await, "foreign_person");
    assert_eq!(world.rows().await, 0);

    let reply = world
        .send(
            &[&ada.receipt, &eve.receipt],
            &[&ada.walks(&many, 0, NOW), &eve.walks(&many, 0, NOW)],
        )
        .await;
    assert!(
        matches!(&reply.results[1].outcome, earnest_hub_api::Outcome::Refused { code, .. } if code == "foreign_person"),
        "one request, one person"
    );
    assert_eq!(reply.points, 46);
    assert_eq!(
        world.refusal(&[], &on_adas_receipt).await,
        "foreign_person",
        "the hub keeps Ada's receipt by now"
    );
}

#[tokio::test]
async fn a_receipt_that_does_not_cover_it_is_refused_part_by_part() {
    let world = World::start().await;
    let ada = world.person(1);
    let honest = ada.walks(&quest("first-steps"), 0, NOW);
    let hour = NOW.hour();
    let cases: [(&str, Receipt); 6] = [
        (
            "recipient",
            ada.allows(|grant| grant.recipient = "elsewhere".parse().unwrap()),
        ),
        ("purpose", ada.allows(|grant| grant.purpose = "advertising".parse().unwrap())),
        (
            "purpose_changed",
            ada.allows(|grant| grant.purpose_text = Some("selling shoes".to_owned())),
        ),
        ("streams", ada.allows(|grant| grant.streams = [Stream::Acceleration].into())),
        (
            "captured_before",
            ada.allows(|grant| grant.from = hour.plus(Span::from_seconds(3_600))),
        ),
        ("expired", ada.allows(|grant| grant.until = NOW)),
    ];
    for (code, receipt) in cases {
        let walk = ada.signs(&honest, |body| body.receipt = receipt.id());
        assert_eq!(world.refusal(&[&receipt], &walk).await, code);
    }
    assert_eq!(world.rows().await, 0);

    let one_device = ada.allows(|grant| grant.devices = DeviceScope::Only(["watch".parse().unwrap()].into()));
    let walk = ada.signs(&honest, |body| body.receipt = one_device.id());
    assert_eq!(
        world.send(&[&one_device], &[&walk]).await.points,
        46,
        "a hub is never told the device; the app asked"
    );
    let wordless = ada.allows(|grant| grant.purpose_text = None);
    let walk = ada.signs(&ada.walks(&quest("many-steps"), 1, NOW), |body| body.receipt = wordless.id());
    assert_eq!(
        world.send(&[&wordless], &[&walk]).await.points,
        92,
        "a receipt of the first version, which held no words, is honoured"
    );
}

#[tokio::test]
async fn what_the_quest_does_not_ask_for_is_refused() {
    type Change = fn(&mut ContributionBody);
    let world = World::start().await;
    let ada = world.person(1);
    let honest = ada.walks(&quest("first-steps"), 0, NOW);
    let cases: [(&str, &str, Change); 13] = [
        ("no such quest", "unknown_quest", |body| {
            body.quest = "second-steps".parse().unwrap();
        }),
        ("another version", "quest_version", |body| body.quest_version = 2),
        ("a second time", "too_many_times", |body| body.ordinal = 1),
        ("a time beyond all", "too_many_times", |body| body.ordinal = u32::MAX),
        ("too short", "goal_not_reached", |body| body.summary.seconds = 59),
        ("another motion", "goal_not_reached", |body| {
            body.summary.label = Activity::Running;
        }),
        ("no window", "too_large", |body| body.fingerprints.clear()),
        ("a window too many", "too_large", |body| {
            body.fingerprints = (0..=u32::try_from(MAX_WINDOWS).unwrap()).map(|n| fingerprint(0, n)).collect();
        }),
        ("a finer time than the hour", "precision", |body| body.hour = NOW),
        ("the hour after the next", "time_in_future", |body| {
            body.hour = NOW.hour().plus(Span::from_seconds(7_200));
        }),
        ("the beginning of time", "precision", |body| {
            body.hour = Timestamp::from_micros(i64::MIN);
        }),
        ("the end of time", "precision", |body| {
            body.hour = Timestamp::from_micros(i64::MAX);
        }),
        ("before the grant", "captured_before", |body| {
            body.hour = Timestamp::from_seconds(0);
        }),
    ];
    for (story, code, change) in cases {
        assert_eq!(
            world.refusal(&[&ada.receipt], &ada.signs(&honest, change)).await,
            code,
            "{story}"
        );
    }
    assert_eq!(world.rows().await, 0);
    let ahead: Contribution = ada.signs(&honest, |body| body.hour = NOW.hour().plus(Span::from_seconds(3_600)));
    assert_eq!(
        world.send(&[&ada.receipt], &[&ahead]).await.points,
        46,
        "a clock that is some minutes fast loses nothing"
    );
}
