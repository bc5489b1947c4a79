//! Asked, allowed, contributed, credited, taken back.

use earnest_domain::{consent::Precision, contribution::ContributionId, stream::Stream, time::Span};
use earnest_engine::{
    commands::{
        GetDevices, GetHistory, GetPerson, GetSharing, GetStatus, GetToday, GrantConsentCommand, ListConsents, Nothing,
        WithdrawConsentCommand,
        history::History,
        sharing::{AskView, GrantConsent, GrantState, WithdrawConsent},
        today::{QuestState, TodayAt},
    },
    events::Event,
};

use crate::world::{World, told};

/// What the switch of the Sharing screen sends.
pub(crate) fn yes_to(ask: &AskView) -> GrantConsent {
    GrantConsent {
        purpose: ask.purpose.clone(),
        purpose_text: Some(ask.purpose_text.clone()),
        retention_days: Some(ask.retention_days),
        streams: ask.streams.clone(),
        precision: ask.precision,
        devices: None,
        recipient: Some(ask.recipient.clone()),
        from: None,
        until: None,
    }
}

pub(crate) async fn asked(world: &World) -> AskView {
    world
        .until::<GetSharing>(Nothing {}, |sharing| !sharing.asks.is_empty())
        .await
        .asks[0]
        .clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_sharing_screen_shows_is_what_the_receipt_says() {
    let world = World::start().await;
    let ask = asked(&world).await;
    assert_eq!(
        (ask.purpose_text.as_str(), ask.precision),
        ("learning how people move", Precision::Summary)
    );
    assert_eq!(ask.streams, [Stream::Acceleration, Stream::AngularVelocity]);
    assert_eq!(ask.recipient_name, "Riverside");
    assert_eq!(
        (ask.from, ask.until),
        (world.now().minus(Span::from_days(1)), world.now().plus(Span::from_days(90)))
    );
    assert_eq!(ask.receipt, None, "nothing is allowed unless somebody says so");

    let given = world.call::<GrantConsentCommand>(yes_to(&ask)).await;
    assert_eq!((given.grant.from, given.grant.until), (ask.from, ask.until));
    assert_eq!(
        (given.grant.purpose, given.grant.recipient),
        (ask.purpose.clone(), ask.recipient.clone())
    );
    assert_eq!(given.grant.streams.into_iter().collect::<Vec<_>>(), ask.streams);
    assert_eq!(
        (given.grant.precision, given.grant.retention_days),
        (ask.precision, ask.retention_days)
    );
    let sharing = world.call::<GetSharing>(Nothing {}).await;
    assert_eq!((sharing.asks[0].receipt, sharing.left.len()), (Some(given.receipt), 0));

    world.later(Span::from_days(91));
    let ended = world.call::<ListConsents>(Nothing {}).await;
    assert_eq!(ended.grants[0].state, GrantState::Ended, "and ends by itself");
    assert_eq!(world.call::<GetSharing>(Nothing {}).await.asks[0].receipt, None);
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn walks_wait_for_a_yes_are_credited_once_each_and_a_no_reaches_the_hub() {
    let world = World::start().await;
    let watch = world.pair("Watch").await;
    world.walk(&watch, 7).await;
    let filled = world.until::<GetToday>(TodayAt::default(), |today| {
        today
            .quests
            .iter()
            .any(|quest| matches!(quest.state, QuestState::NeedsConsent { .. }))
    });
    filled.await;
    assert!(
        world.call::<GetHistory>(Nothing {}).await.items.is_empty(),
        "nothing is prepared without leave"
    );

    let mut events = world.engine.events();
    let receipt = world.call::<GrantConsentCommand>(yes_to(&asked(&world).await)).await.receipt;
    let settled = |number: usize| {
        move |history: &History| {
            history.items.len() == number
                && history.items.iter().all(|item| item.award.is_some())
                && history.hub_points == Some(history.points)
        }
    };
    let first = world.until::<GetHistory>(Nothing {}, settled(1)).await.items[0].contribution;
    let today = world.call::<GetToday>(TodayAt::default()).await;
    assert_eq!((today.streak.days, today.streak.done_today), (1, true), "and the day counts");
    world.later(Span::from_seconds(3_600));
    world.walk(&watch, 7).await;
    let history = world.until::<GetHistory>(Nothing {}, settled(2)).await;
    assert_eq!(history.items[1].contribution, first, "the newest comes first");
    assert!(history.items[0].at > history.items[1].at);
    assert!(history.items.iter().all(|item| item.receipt == receipt));
    // What is stored can be seen a moment before it is told.
    let mut awards: Vec<ContributionId> = Vec::new();
    while awards.len() < 2 {
        if let Event::Awarded { contribution, .. } = events.recv().await.unwrap() {
            awards.push(contribution);
        }
    }
    assert_eq!(awards, [first, history.items[0].contribution]);
    let again = |event: &Event| matches!(event, Event::Awarded { .. });
    assert!(!told(&mut events).iter().any(again), "each award is told once");

    let withdrawn = world.call::<WithdrawConsentCommand>(WithdrawConsent { receipt }).await;
    assert_eq!((withdrawn.stopped, withdrawn.to_erase), (0, 2));
    assert_eq!(withdrawn.grant.state, GrantState::Withdrawn);
    world.until::<GetStatus>(Nothing {}, |status| status.outbox == 0).await;
    let sharing = world.call::<GetSharing>(Nothing {}).await;
    assert_eq!(sharing.asks[0].receipt, None);
    world.later(Span::from_seconds(3_600));
    world.walk(&watch, 7).await;
    world
        .until::<GetToday>(TodayAt::default(), |today| {
            today
                .quests
                .iter()
                .any(|quest| matches!(quest.state, QuestState::NeedsConsent { .. }))
        })
        .await;
    let after = world.call::<GetHistory>(Nothing {}).await;
    assert_eq!(
        (after.items.len(), after.points),
        (2, history.points),
        "earned points stay, and no more leaves"
    );

    // Nothing of all this is forgotten.
    let before = (
        world.call::<GetDevices>(Nothing {}).await.devices[0].samples,
        world.call::<ListConsents>(Nothing {}).await,
        world.call::<GetPerson>(Nothing {}).await.hub.id,
    );
    let world = world.restarted().await;
    let again = (
        world.call::<GetDevices>(Nothing {}).await.devices[0].samples,
        world.call::<ListConsents>(Nothing {}).await,
        world.call::<GetPerson>(Nothing {}).await.hub.id,
    );
    assert_eq!(again, before);
    let kept = world.call::<GetHistory>(Nothing {}).await;
    assert_eq!((kept.items.len(), kept.points), (2, history.points));
    world.stop().await;
}
