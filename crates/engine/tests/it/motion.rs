//! Motion is judged once, however it arrives.

use earnest_domain::{activity::Activity, sample::Sample, stream::Stream, time::Span};
use earnest_engine::commands::{GetStatus, Nothing, pairing::Pairing, status::Status};
use earnest_wearables::protocols::senml::encode_cbor;

use crate::{raw::Raw, world::World};

/// Windows that a minute gives: the twelfth is complete when something follows.
const A_MINUTE: u64 = 11;

async fn judged(world: &World, windows: u64) -> Status {
    let status = world
        .until::<GetStatus>(Nothing {}, |status| status.windows.values().sum::<u64>() >= windows)
        .await;
    assert_eq!(status.windows.values().sum::<u64>(), windows);
    status
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backlog_that_comes_after_newer_motion_is_judged_too() {
    let mut world = World::start().await;
    let watch = world.pair("Watch").await;
    world.walk(&watch, 6).await;
    judged(&world, A_MINUTE).await;

    // An hour ago, then half an hour ago, as a wearable that was out of reach tells it; in between Earnest is started again.
    world.later(Span::from_seconds(-3_600));
    world.walk(&watch, 6).await;
    judged(&world, 2 * A_MINUTE).await;
    world = world.restarted().await;
    world.later(Span::from_seconds(1_800));
    let watch = again(&world, watch);
    world.walk(&watch, 6).await;
    judged(&world, 3 * A_MINUTE).await;

    // What was judged is not judged again, and its samples are known.
    let before = judged(&world, 3 * A_MINUTE).await.samples;
    world.walk(&watch, 6).await;
    world.later(Span::from_seconds(1_800 + 60));
    world.walk(&watch, 6).await;
    let status = judged(&world, 4 * A_MINUTE + 1).await;
    assert_eq!(status.samples, before / 3 * 4, "a minute that follows the first one");
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backlog_is_judged_as_a_whole_in_whatever_order_it_comes() {
    let world = World::start().await;
    let watch = world.pair("Watch").await;
    world.walk(&watch, 6).await;
    let live = judged(&world, A_MINUTE).await;

    // The newest ten seconds first, and each sensor in a message of its own; then one reading of two years ago.
    let start = world.now().minus(Span::from_seconds(3_600));
    let mut messages: Vec<Vec<Sample>> = Vec::new();
    for sample in World::walking(6).samples(start) {
        let number = usize::try_from(sample.time.since(start).seconds() / 10 * 2).unwrap();
        let number = number + usize::from(sample.channel.stream() == Stream::AngularVelocity);
        messages.resize_with(messages.len().max(number + 1), Vec::new);
        messages[number].push(sample);
    }
    messages.reverse();
    messages.push(vec![Sample {
        time: world.now().minus(Span::from_days(730)),
        ..messages[0][0]
    }]);
    let mut raw = Raw::connect(&watch).await;
    for message in messages {
        raw.publish(&watch, &encode_cbor("", &message), false).await;
    }
    let status = judged(&world, 2 * A_MINUTE).await;
    assert_eq!(
        status.windows[&Activity::Walking],
        2 * live.windows[&Activity::Walking],
        "the same minute, judged the same"
    );
    world.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn motion_is_judged_after_a_clock_that_was_far_ahead() {
    let world = World::start().await;
    let watch = world.pair("Watch").await;
    world.later(Span::from_days(200));
    world.walk(&watch, 6).await;
    judged(&world, A_MINUTE).await;
    world.later(Span::from_days(-200));
    world.walk(&watch, 6).await;
    judged(&world, 2 * A_MINUTE).await;
    world.stop().await;
}

/// A wearable with a clock of its own that was never set: it says how long ago, and so the same bytes each time.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_without_absolute_times_counts_once_when_it_is_sent_again() {
    let world = World::start().await;
    let watch = world.pair("Watch").await;
    let pulse = br#"[{"n":"heart_rate","u":"beat/min","t":-1,"v":61}]"#;
    let mut first = Raw::connect(&watch).await;
    first.publish(&watch, pulse, false).await;
    world.later(Span::from_seconds(1));
    first.publish(&watch, pulse, false).await;
    // The acknowledgement is lost with the connection, and the wearable sends again.
    drop(first);
    world.later(Span::from_seconds(7));
    Raw::connect(&watch).await.publish(&watch, pulse, true).await;
    let status = world.call::<GetStatus>(Nothing {}).await;
    assert_eq!(status.samples, 2, "a pulse of 61, and another a second later");
    world.stop().await;
}

/// The endpoint has another port after a restart.
fn again(world: &World, watch: Pairing) -> Pairing {
    Pairing {
        port: world.engine.mqtt_addr().port(),
        ..watch
    }
}
