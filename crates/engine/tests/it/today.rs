//! What a day has: the same each time it is asked, to the person's taste.

use std::collections::BTreeSet;

use earnest_domain::{
    consent::Slug,
    time::{Span, Timestamp},
    today::StreakState,
};
use earnest_engine::commands::{
    GetToday, SayOfQuestCommand,
    taste::{QuestWord, SayOfQuest},
    today::{Today, TodayAt},
};

use crate::world::World;

fn shown(today: &Today) -> Vec<Slug> {
    today.quests.iter().map(|quest| quest.id.clone()).collect()
}

async fn at(world: &World, at: Timestamp) -> Today {
    let request = TodayAt {
        at: Some(at),
        ..TodayAt::default()
    };
    world.call::<GetToday>(request).await
}

async fn say(world: &World, quest: &Slug, said: QuestWord) -> Vec<Slug> {
    let request = SayOfQuest {
        quest: quest.clone(),
        word: said,
    };
    shown(&world.call::<SayOfQuestCommand>(request).await)
}

#[tokio::test]
async fn a_day_has_six_quests_which_are_the_same_each_time_and_others_come_round() {
    let world = World::start_with_walks(40).await;
    let today = world
        .until::<GetToday>(TodayAt::default(), |today| !today.quests.is_empty())
        .await;
    assert_eq!((today.quests.len(), today.others), (6, 34));
    assert_eq!((today.streak.days, today.streak.state), (0, StreakState::Fresh));
    assert_eq!((today.level.level, today.level.next), (1, 100));
    let first = shown(&today);
    assert_eq!(shown(&world.call::<GetToday>(TodayAt::default()).await), first);
    let all = TodayAt {
        all: true,
        ..TodayAt::default()
    };
    assert_eq!(world.call::<GetToday>(all).await.quests.len(), 40);

    // A node that was started anew, and one whose clock was set back and forth, shows the same.
    let world = world.restarted().await;
    assert_eq!(shown(&world.call::<GetToday>(TodayAt::default()).await), first);
    world.later(Span::from_days(3));
    assert_ne!(shown(&world.call::<GetToday>(TodayAt::default()).await), first);
    world.later(Span::from_days(-3));
    assert_eq!(shown(&world.call::<GetToday>(TodayAt::default()).await), first);

    let mut seen: BTreeSet<Slug> = BTreeSet::new();
    for day in 0..58 {
        let later = at(&world, world.now().plus(Span::from_days(day))).await;
        assert_eq!(later.quests.len(), 6);
        seen.extend(shown(&later));
    }
    assert!(
        seen.len() >= 39,
        "two cycles of days show (nearly) all of them: {}",
        seen.len()
    );
    world.stop().await;
}

#[tokio::test]
async fn a_quest_is_shown_first_or_later_or_never_as_the_person_says() {
    let world = World::start_with_walks(40).await;
    let today = world
        .until::<GetToday>(TodayAt::default(), |today| !today.quests.is_empty())
        .await;
    let before = shown(&today);
    let all = TodayAt {
        all: true,
        ..TodayAt::default()
    };
    let every = shown(&world.call::<GetToday>(all).await);
    let absent = every.iter().find(|quest| !before.contains(quest)).unwrap().clone();

    let pinned = say(&world, &absent, QuestWord::Pin).await;
    assert!(pinned.contains(&absent) && pinned.len() == 6, "{pinned:?}");
    assert!(
        !say(&world, &absent, QuestWord::Nothing).await.contains(&absent),
        "taken back"
    );

    let snoozed = before[0].clone();
    assert!(!say(&world, &snoozed, QuestWord::Snooze).await.contains(&snoozed));
    say(&world, &absent, QuestWord::Pin).await;
    say(&world, &absent, QuestWord::Snooze).await;
    let week = world.now().plus(Span::from_days(6));
    assert!(!shown(&at(&world, week).await).contains(&absent), "the last word counts");

    let never = before[1].clone();
    say(&world, &never, QuestWord::Never).await;
    for day in 0..58 {
        let later = at(&world, world.now().plus(Span::from_days(day))).await;
        assert!(!shown(&later).contains(&never));
    }
    assert_eq!(say(&world, &snoozed, QuestWord::Nothing).await.len(), 6);
    assert!(
        say(&world, &never, QuestWord::Nothing).await.contains(&never),
        "it is there again"
    );

    let unknown = SayOfQuest {
        quest: "no-such-quest".parse().unwrap(),
        word: QuestWord::Pin,
    };
    let error = world.ask::<SayOfQuestCommand>(unknown).await.unwrap_err();
    assert_eq!(error.code(), "unknown_quest");
    world.stop().await;
}
