//! Samples: in once, whatever is sent again, and the same before and after they are packed.

use std::collections::BTreeMap;

use earnest_domain::{sample::Sample, stream::Channel};
use earnest_vault::{Appended, Batch, Compaction, Mark};
use proptest::{prelude::*, test_runner::TestRunner};

use crate::world::{World, at, batch, device, everything, id, motion, sample};

const DAY: i64 = 86_400_000_000; // microseconds

#[tokio::test]
async fn what_is_acknowledged_is_read_back_in_order() {
    let world = World::with_watch().await;
    let mut shuffled = motion(0, 50);
    shuffled.reverse();
    let appended = world
        .vault
        .append(vec![batch(shuffled), batch(motion(50, 50))])
        .await
        .unwrap();
    assert_eq!(appended[0].stored, motion(0, 50), "in order");
    assert_eq!(
        appended[1],
        Appended {
            stored: motion(50, 50),
            duplicates: 0,
        }
    );
    assert_eq!(everything(&world.vault).await, motion(0, 100));

    let x = world
        .vault
        .samples(&id("watch"), &[Channel::AccelerationX], at(1), at(2))
        .await
        .unwrap();
    assert_eq!(x.len(), 50, "from one second until before the next, of one channel");
    assert!(
        x.iter()
            .all(|sample| sample.channel == Channel::AccelerationX && sample.time >= at(1) && sample.time < at(2))
    );
    assert!(
        world
            .vault
            .samples(&id("other"), &Channel::ALL, at(0), at(9))
            .await
            .unwrap()
            .is_empty()
    );
}

#[tokio::test]
async fn a_message_that_comes_again_counts_once() {
    let world = World::with_watch().await;
    // Twice in one group, then again in a later one, then with another value.
    let twice = world
        .vault
        .append(vec![batch(motion(0, 10)), batch(motion(0, 10))])
        .await
        .unwrap();
    assert_eq!((twice[0].stored.len(), twice[0].duplicates), (60, 0));
    assert_eq!(
        twice[1],
        Appended {
            stored: Vec::new(),
            duplicates: 60,
        }
    );
    let other_values: Vec<Sample> = motion(0, 12)
        .into_iter()
        .map(|sample| Sample { value: 1.0, ..sample })
        .collect();
    let again = world.vault.append(vec![batch(other_values)]).await.unwrap();
    assert_eq!((again[0].stored.len(), again[0].duplicates), (12, 60), "two instants are new");
    assert_eq!(everything(&world.vault).await[..60], motion(0, 10), "the first value stays");

    world.vault.compact(Compaction::All).await.unwrap();
    let packed = world.vault.append(vec![batch(motion(0, 10))]).await.unwrap();
    assert_eq!(packed[0].duplicates, 60, "what is packed is known too");
    let world = world.restarted().await;
    let restarted = world.vault.append(vec![batch(motion(5, 10))]).await.unwrap();
    assert_eq!((restarted[0].stored.len(), restarted[0].duplicates), (18, 42));
}

#[tokio::test]
async fn one_unknown_device_keeps_the_whole_group_out() {
    let world = World::with_watch().await;
    let mut foreign = batch(motion(0, 10));
    foreign.device = id("stranger");
    let error = world.vault.append(vec![batch(motion(0, 10)), foreign]).await.unwrap_err();
    assert_eq!(error.code(), "unknown_device");
    assert!(everything(&world.vault).await.is_empty());
    world.vault.add_device(&device("stranger")).await.unwrap();
    let mut known = batch(motion(0, 10));
    known.device = id("stranger");
    assert_eq!(
        world.vault.append(vec![known]).await.unwrap()[0].stored.len(),
        60,
        "a device that is paired later is known"
    );
}

#[tokio::test]
async fn totals_say_what_was_measured_last() {
    let world = World::with_watch().await;
    let beats = |pairs: &[(i64, f32)]| {
        batch(
            pairs
                .iter()
                .map(|(second, beat)| sample(Channel::HeartRate, second * 1_000_000, *beat))
                .collect(),
        )
    };
    world
        .vault
        .append(vec![beats(&[(10, 70.0), (11, 71.5)]), beats(&[(3, 60.0)])])
        .await
        .unwrap();
    world.vault.append(vec![beats(&[(4, 61.0)])]).await.unwrap();
    let totals = world.vault.totals().await.unwrap();
    assert_eq!(totals.len(), 1);
    assert_eq!(
        (totals[0].samples, totals[0].last_time, totals[0].last_value),
        (4, at(11), 71.5),
        "late ones change the count alone"
    );
}

#[tokio::test]
async fn packing_leaves_a_tail_and_changes_nothing_that_is_read() {
    let world = World::with_watch().await;
    for first in (0..5_000).step_by(500) {
        world.vault.append(vec![batch(motion(first, 500))]).await.unwrap();
    }
    world
        .vault
        .append(vec![batch(
            (0..100)
                .map(|beat| sample(Channel::HeartRate, beat * 1_000_000, 60.0))
                .collect(),
        )])
        .await
        .unwrap();
    let (before, totals) = (everything(&world.vault).await, world.vault.totals().await.unwrap());

    let compacted = world.vault.compact(Compaction::Full).await.unwrap();
    assert_eq!(
        (compacted.chunks, compacted.values),
        (1, 30_000),
        "the heart rate does not fill a chunk"
    );
    assert_eq!(everything(&world.vault).await, before);
    assert_eq!(world.vault.compact(Compaction::Full).await.unwrap().chunks, 0);

    let rest = world.vault.compact(Compaction::All).await.unwrap();
    assert_eq!((rest.chunks, rest.values), (1, 100));
    let world = world.restarted().await;
    assert_eq!(everything(&world.vault).await, before);
    assert_eq!(world.vault.totals().await.unwrap(), totals);
}

#[tokio::test]
async fn a_night_without_readings_is_no_trouble() {
    let world = World::with_watch().await;
    // Once a minute for ten days in one message, and a clock that jumps far away.
    let sparse: Vec<Sample> = (0..14_400)
        .map(|minute| sample(Channel::HeartRate, minute * 60_000_000, 60.0))
        .collect();
    let far: Vec<Sample> = [-400 * DAY, 400 * DAY]
        .map(|micros| sample(Channel::HeartRate, micros, 1.0))
        .to_vec();
    world.vault.append(vec![batch(sparse.clone()), batch(far)]).await.unwrap();
    for _ in 0..2 {
        assert_eq!(everything(&world.vault).await.len(), 14_402);
        let hour = world
            .vault
            .samples(&id("watch"), &[Channel::HeartRate], at(5 * 86_400), at(5 * 86_400 + 3_600))
            .await
            .unwrap();
        assert_eq!(hour.len(), 60);
        assert_eq!(
            world.vault.append(vec![batch(sparse[7_000..7_100].to_vec())]).await.unwrap()[0].duplicates,
            100
        );
        world.vault.compact(Compaction::All).await.unwrap();
    }
}

/// A message: some instants of a small grid, each with some of the channels.
fn message() -> impl Strategy<Value = Vec<Sample>> {
    prop::collection::vec((0i64..120, 1u8..128), 0..12).prop_map(|rows| {
        rows.into_iter()
            .flat_map(|(instant, layout)| {
                Channel::ALL
                    .into_iter()
                    .filter(move |channel| layout >> (channel.code() - 1) & 1 == 1)
                    .map(move |channel| {
                        let value = f32::from(channel.code()) * 100.0 + instant as f32;
                        // Two hours apart, so that blocks are cut by the day as well.
                        sample(channel, instant * 7_200_000_000, value)
                    })
            })
            .collect()
    })
}

/// Messages in groups; after each group perhaps a compaction, or a restart.
fn story() -> impl Strategy<Value = Vec<(Vec<Vec<Sample>>, u8)>> {
    prop::collection::vec((prop::collection::vec(message(), 0..4), 0u8..4), 1..8)
}

#[test]
fn any_order_and_any_repetition_of_messages_is_the_same_content() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let mut runner = TestRunner::new(ProptestConfig {
        cases: 40,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    runner
        .run(&story(), |story| {
            runtime.block_on(async {
                let mut world = World::with_watch().await;
                let mut expected: BTreeMap<(i64, u8), Sample> = BTreeMap::new();
                for (group, then) in story {
                    let sent: u32 = group.iter().map(|message| message.len() as u32).sum();
                    let before = expected.len();
                    for sample in group.iter().flatten() {
                        expected
                            .entry((sample.time.micros(), sample.channel.code()))
                            .or_insert(*sample);
                    }
                    let appended = world.vault.append(group.into_iter().map(batch).collect()).await.unwrap();
                    let stored: usize = appended.iter().map(|appended| appended.stored.len()).sum();
                    let duplicates: u32 = appended.iter().map(|appended| appended.duplicates).sum();
                    assert_eq!((stored, stored as u32 + duplicates), (expected.len() - before, sent));
                    match then {
                        1 => drop(world.vault.compact(Compaction::Full).await.unwrap()),
                        2 => drop(world.vault.compact(Compaction::All).await.unwrap()),
                        3 => world = world.restarted().await,
                        _ => {}
                    }
                }
                let content: Vec<Sample> = expected.values().copied().collect();
                assert_eq!(everything(&world.vault).await, content);
                for total in world.vault.totals().await.unwrap() {
                    let of_channel: Vec<&Sample> = content.iter().filter(|sample| sample.channel == total.channel).collect();
                    let last = of_channel.last().unwrap();
                    assert_eq!(
                        (total.samples, total.last_time, total.last_value),
                        (of_channel.len() as u64, last.time, last.value)
                    );
                }
            });
            Ok(())
        })
        .unwrap();
}

#[tokio::test]
async fn what_comes_late_is_noted_until_it_is_judged() {
    let world = World::with_watch().await;
    let watch = id("watch");
    world.vault.append(vec![batch(motion(5_000, 500))]).await.unwrap();
    assert!(world.vault.late(&watch).await.unwrap().0.is_empty(), "nothing was judged yet");
    world.vault.record_windows(&watch, &[], at(120)).await.unwrap();
    let beat = sample(Channel::HeartRate, 1_000_000, 60.0);
    world.vault.append(vec![batch(vec![beat])]).await.unwrap();
    assert!(world.vault.late(&watch).await.unwrap().0.is_empty(), "a pulse is not judged");

    let micros = |row: i64| sample(Channel::AccelerationX, row * 20_000, 0.0).time;
    world.vault.append(vec![batch(motion(1_000, 50))]).await.unwrap();
    world
        .vault
        .append(vec![batch(motion(900, 50)), batch(motion(6_001, 50))])
        .await
        .unwrap();
    let world = world.restarted().await;
    let (late, upto) = world.vault.late(&watch).await.unwrap();
    assert_eq!(
        late,
        [(micros(1_000), micros(1_049)), (micros(900), micros(949))],
        "and not what is new"
    );
    // More comes while that is judged: it stays noted.
    world.vault.append(vec![batch(motion(800, 1))]).await.unwrap();
    world.vault.late_is_judged(&watch, upto).await.unwrap();
    assert_eq!(world.vault.late(&watch).await.unwrap().0, [(micros(800), micros(800))]);
}

#[tokio::test]
async fn a_message_that_is_known_by_its_mark_alone_counts_once() {
    let mut world = World::with_watch().await;
    // The same message, whose instants are those of its arrival.
    let sent = |row, digest: u8, again| Batch {
        mark: Some(Mark {
            digest: [digest; 32],
            again,
        }),
        ..batch(motion(row, 10))
    };
    let stored = |appended: Vec<Appended>| -> Vec<usize> { appended.iter().map(|one| one.stored.len()).collect() };
    let first = world
        .vault
        .append(vec![sent(0, 1, false), sent(100, 1, true), sent(200, 1, false)])
        .await
        .unwrap();
    assert_eq!(stored(first), [60, 0, 60], "sent again, and equal by chance");
    world = world.restarted().await;
    let again = world
        .vault
        .append(vec![sent(300, 1, true), sent(400, 2, true)])
        .await
        .unwrap();
    assert_eq!(
        stored(again),
        [0, 60],
        "known after a restart; the other one never came through"
    );
    for number in 3..40 {
        world
            .vault
            .append(vec![sent(i64::from(number) * 1_000, number, false)])
            .await
            .unwrap();
    }
    world = world.restarted().await;
    let old = world
        .vault
        .append(vec![sent(50_000, 39, true), sent(50_100, 8, true), sent(50_200, 7, true)])
        .await
        .unwrap();
    assert_eq!(stored(old), [0, 0, 60], "of the last 32 one is known");
}
