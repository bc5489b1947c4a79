//! Quests that come back every day, and those that follow others.

use earnest_domain::time::{Span, Timestamp};
use earnest_engine::commands::{
    GetHistory, GetToday, GrantConsentCommand, Nothing,
    history::History,
    today::{QuestCard, QuestState, Today, TodayAt},
};

use crate::{
    contributing::{asked, yes_to},
    world::{QUEST, World},
};

const HOUR: i64 = 3_600;
/// The next one after the clock of a new world.
const MIDNIGHT: i64 = 1_790_035_200;

fn daily() -> String {
    QUEST
        .replace("kind = \"repeated\"", "kind = \"daily\"")
        .replace("times = 5", "times = 300")
}

fn card<'t>(today: &'t Today, quest: &str) -> &'t QuestCard {
    let found = today.quests.iter().find(|card| card.id.as_str() == quest);
    found.unwrap_or_else(|| panic!("{quest} is not shown"))
}

fn settled(number: usize) -> impl Fn(&History) -> bool {
    move |history| {
        history.items.len() == number
            && history
                .items
                .iter()
                .all(|item| item.award.is_some() || item.refusal.is_some())
    }
}

fn paid(history: &History) -> usize {
    history.items.iter().filter(|item| item.award.is_some()).count()
}

async fn allowed(world: &World) {
    let ask = asked(world).await;
    world.call::<GrantConsentCommand>(yes_to(&ask)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_daily_quest_pays_once_a_date_whatever_the_clock_does_and_no_date_is_lost() {
    let world = World::start_with(&[daily()]).await;
    let watch = world.pair("Watch").await;
    allowed(&world).await;
    world.is_at(Timestamp::from_seconds(MIDNIGHT - 2 * HOUR));
    world.walk(&watch, 7).await;
    world.until::<GetHistory>(Nothing {}, settled(1)).await;
    let today = world.call::<GetToday>(TodayAt::default()).await;
    assert_eq!(card(&today, "first-steps").state, QuestState::Awarded);

    // Another walk of the same evening is no effort of its own, and stays at home.
    world.later(Span::from_seconds(HOUR));
    world.walk(&watch, 7).await;
    assert_eq!(world.call::<GetHistory>(Nothing {}).await.items.len(), 1);
    // The clock goes back and forth on that date.
    world.is_at(Timestamp::from_seconds(MIDNIGHT - 5 * HOUR));
    world.walk(&watch, 7).await;
    world.is_at(Timestamp::from_seconds(MIDNIGHT - 60));
    assert_eq!(world.call::<GetHistory>(Nothing {}).await.items.len(), 1);

    // A walk across midnight counts for each date what is of that date.
    world.is_at(Timestamp::from_seconds(MIDNIGHT + 30));
    world.walk(&watch, 7).await;
    let today = world.call::<GetToday>(TodayAt::default()).await;
    let begun = card(&today, "first-steps");
    assert_eq!(begun.state, QuestState::Open, "it is back");
    assert!((20..=35).contains(&begun.progress.seconds), "{:?}", begun.progress);
    world.is_at(Timestamp::from_seconds(MIDNIGHT + HOUR));
    world.walk(&watch, 7).await;
    let history = world.until::<GetHistory>(Nothing {}, settled(2)).await;
    assert_eq!(paid(&history), 2);
    let today = world.call::<GetToday>(TodayAt::default()).await;
    assert_eq!(
        (today.streak.days, card(&today, "first-steps").state),
        (2, QuestState::Awarded)
    );
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_that_was_walked_before_the_yes_is_paid_as_well() {
    let world = World::start_with(&[daily()]).await;
    let watch = world.pair("Watch").await;
    world.is_at(Timestamp::from_seconds(MIDNIGHT - 2 * HOUR));
    world.walk(&watch, 7).await;
    world.is_at(Timestamp::from_seconds(MIDNIGHT + 2 * HOUR));
    let waits = |today: &Today| matches!(card(today, "first-steps").state, QuestState::NeedsConsent { .. });
    world.until::<GetToday>(TodayAt::default(), waits).await;
    world.walk(&watch, 7).await;
    allowed(&world).await;
    let history = world.until::<GetHistory>(Nothing {}, settled(2)).await;
    assert_eq!(paid(&history), 2, "yesterday's and today's");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_devices_of_one_person_that_did_the_same_quest_apart_are_paid_once() {
    let world = World::start_with(&[daily()]).await;
    allowed(&world).await;
    let (first, second) = world.twice().await;
    second.later(Span::from_seconds(HOUR));
    for one in [&first, &second] {
        let watch = one.pair("Watch").await;
        one.walk(&watch, 7).await;
        one.until::<GetHistory>(Nothing {}, settled(1)).await;
    }
    let (here, there) = (
        first.call::<GetHistory>(Nothing {}).await,
        second.call::<GetHistory>(Nothing {}).await,
    );
    assert_eq!((paid(&here), paid(&there)), (1, 0));
    let refused = there.items[0].refusal.as_ref().unwrap();
    assert_eq!(refused, "already_credited");

    // The other device does not try that date again, and both go on with the next one.
    let watch = second.pair("Other watch").await;
    second.later(Span::from_seconds(600));
    second.walk(&watch, 7).await;
    assert_eq!(second.call::<GetHistory>(Nothing {}).await.items.len(), 1);
    first.later(Span::from_days(1)); // the hub's clock, too
    second.later(Span::from_days(1));
    let still: Today = second.call::<GetToday>(TodayAt::default()).await;
    assert_eq!(card(&still, "first-steps").state, QuestState::Open);
    second.walk(&watch, 7).await;
    assert_eq!(paid(&second.until::<GetHistory>(Nothing {}, settled(2)).await), 1);
    second.engine.close().await;
    first.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_quest_that_follows_another_is_there_once_that_one_is_paid() {
    let next = QUEST
        .replace("first-steps", "further-steps")
        .replace("version = 1", "version = 1\nafter = [\"first-steps\"]");
    let world = World::start_with(&[QUEST.replace("times = 5", "times = 1"), next]).await;
    let watch = world.pair("Watch").await;
    allowed(&world).await;
    let shown = |today: &Today| -> Vec<String> { today.quests.iter().map(|card| card.id.to_string()).collect() };
    let today = world.call::<GetToday>(TodayAt::default()).await;
    assert_eq!(shown(&today), ["first-steps"]);
    world.walk(&watch, 7).await;
    world.until::<GetHistory>(Nothing {}, settled(1)).await;
    let today = world
        .until::<GetToday>(TodayAt::default(), |today| today.quests.len() == 2)
        .await;
    assert_eq!(card(&today, "further-steps").state, QuestState::Open);
    world.later(Span::from_seconds(HOUR));
    world.walk(&watch, 7).await;
    let history = world.until::<GetHistory>(Nothing {}, settled(2)).await;
    assert_eq!(paid(&history), 2);
    world.stop().await;
}
