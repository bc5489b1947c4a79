//! Quests that come back every day, and those that follow others, as the hub sees them.

use earnest_domain::quest::{Kind, Quest};
use earnest_hub::{Quests, QuestsError};

use crate::world::{NOW, World, quest};

/// The date of [`NOW`] in Greenwich, in days since 1970.
fn date() -> u32 {
    u32::try_from(NOW.seconds() / 86_400).unwrap()
}

fn quests(changed: &[Quest]) -> Result<Quests, QuestsError> {
    let folder = tempfile::tempdir().unwrap();
    for quest in changed {
        std::fs::write(
            folder.path().join(format!("{}.toml", quest.id)),
            toml::to_string(quest).unwrap(),
        )
        .unwrap();
    }
    Quests::built_in().unwrap().with_folder(folder.path())
}

async fn world(changed: &[Quest]) -> World {
    World::start_with(tempfile::tempdir().unwrap(), NOW, quests(changed).unwrap()).await
}

#[tokio::test]
async fn a_daily_quest_is_credited_once_a_date_and_only_for_dates_that_the_hour_has() {
    let walk = Quest {
        id: "walk".parse().unwrap(),
        kind: Kind::Daily,
        times: 2,
        ..quest("first-steps")
    };
    let world = world(std::slice::from_ref(&walk)).await;
    let ada = world.person(1);
    for (days, code) in [
        (0, "wrong_day"),
        (date() - 2, "wrong_day"),
        (date() + 2, "wrong_day"),
        (u32::MAX, "wrong_day"),
    ] {
        let refusal = world.refusal(&[&ada.receipt], &ada.walks(&walk, days, NOW)).await;
        assert_eq!(refusal, code, "{days}");
    }
    assert_eq!(
        world.send(&[&ada.receipt], &[&ada.walks(&walk, date(), NOW)]).await.points,
        46
    );
    let again = ada.signs(&ada.walks(&walk, date(), NOW), |body| body.summary.seconds = 61);
    assert_eq!(world.refusal(&[], &again).await, "already_credited");

    let days = |days: i64| NOW.plus(earnest_domain::time::Span::from_days(days));
    world.is_at(days(1));
    assert_eq!(world.send(&[], &[&ada.walks(&walk, date() + 1, days(1))]).await.points, 92);
    world.is_at(days(2));
    let third = ada.walks(&walk, date() + 2, days(2));
    assert_eq!(
        world.refusal(&[], &third).await,
        "too_many_times",
        "two days are all that it has"
    );
}

#[tokio::test]
async fn a_quest_that_follows_another_is_credited_to_those_who_did_that_one() {
    let next = Quest {
        id: "next".parse().unwrap(),
        after: ["first-steps".parse().unwrap()].into(),
        ..quest("first-steps")
    };
    let world = world(std::slice::from_ref(&next)).await;
    let (ada, eve) = (world.person(1), world.person(2));
    assert_eq!(
        world.refusal(&[&ada.receipt], &ada.walks(&next, 0, NOW)).await,
        "quest_not_open"
    );
    let first = ada.walks(&quest("first-steps"), 0, NOW);
    assert_eq!(world.send(&[&ada.receipt], &[&first]).await.points, 46);
    assert_eq!(
        world.refusal(&[&eve.receipt], &eve.walks(&next, 0, NOW)).await,
        "quest_not_open",
        "Ada did it, and not Eve"
    );
    let second = ada.signs(&ada.walks(&next, 0, NOW), |body| {
        body.fingerprints = (100..112).map(|n| crate::world::fingerprint(1, n)).collect();
    });
    assert_eq!(world.send(&[], &[&second]).await.points, 92);
}

#[test]
fn quests_that_nobody_could_begin_are_refused_by_name() {
    let follows = |id: &str, before: &str| Quest {
        id: id.parse().unwrap(),
        after: [before.parse().unwrap()].into(),
        ..quest("first-steps")
    };
    let error = quests(&[follows("chicken", "egg"), follows("egg", "chicken")]).unwrap_err();
    assert_eq!(error.code(), "quest_never_opens");
    assert!(error.to_string().contains("“chicken”"), "{error}");
    assert!(quests(&[follows("egg", "phoenix")]).is_err(), "there is none");
    assert!(quests(&[follows("egg", "first-steps")]).is_ok());
}
