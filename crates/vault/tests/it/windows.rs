//! Windows: recorded once, seen at once, and on the disk with the next samples.

use earnest_domain::activity::Activity;

use crate::world::{World, at, batch, everything, id, motion, window};

#[tokio::test]
async fn windows_are_recorded_once_and_counted() {
    let world = World::with_watch().await;
    let windows = [
        window(0, Activity::Walking),
        window(5, Activity::Running),
        window(10, Activity::Unknown),
    ];
    world.vault.record_windows(&id("watch"), &windows, at(15)).await.unwrap();
    let again = [window(10, Activity::Walking), window(15, Activity::Walking)];
    world.vault.record_windows(&id("watch"), &again, at(10)).await.unwrap();
    assert_eq!(
        world
            .vault
            .record_windows(&id("ghost"), &again, at(20))
            .await
            .unwrap_err()
            .code(),
        "unknown_device"
    );

    let world = world.restarted().await;
    let counts: Vec<_> = world.vault.window_counts(None).await.unwrap().into_iter().collect();
    assert_eq!(
        counts,
        [(Activity::Walking, 2), (Activity::Running, 1), (Activity::Unknown, 1)],
        "what was judged stays judged"
    );
    assert_eq!(
        world.vault.devices().await.unwrap()[0].judged_until,
        Some(at(15)),
        "the cursor does not go back"
    );
    let walking = world.vault.unused_windows(Some(Activity::Walking), at(1)).await.unwrap();
    assert_eq!(walking.len(), 1);
    assert_eq!(
        (walking[0].window.clone(), walking[0].fingerprint),
        window(15, Activity::Walking)
    );
    assert_eq!(world.vault.unused_windows(None, at(0)).await.unwrap().len(), 4);
    assert_eq!(world.vault.window_counts(Some(&id("ghost"))).await.unwrap().len(), 0);
    let recent: Vec<_> = world
        .vault
        .recent_windows(&id("watch"), 2)
        .await
        .unwrap()
        .into_iter()
        .map(|window| window.start)
        .collect();
    assert_eq!(recent, [at(10), at(15)], "the newest, the earliest of them first");
}

#[tokio::test]
async fn a_window_is_on_the_disk_with_the_next_samples_and_no_harm_is_done_before() {
    let world = World::with_watch().await;
    let (watch, windows) = (id("watch"), [window(0, Activity::Walking)]);
    world.vault.append(vec![batch(motion(0, 250))]).await.unwrap();
    world.vault.record_windows(&watch, &windows, at(5)).await.unwrap();
    let world = world.killed().await;
    assert_eq!(
        world.vault.devices().await.unwrap()[0].judged_until,
        None,
        "it is judged again"
    );
    assert!(world.vault.unused_windows(None, at(0)).await.unwrap().is_empty());
    assert_eq!(everything(&world.vault).await, motion(0, 250), "of what it was cut from");

    world.vault.record_windows(&watch, &windows, at(5)).await.unwrap();
    world
        .vault
        .append(vec![batch(motion(250, 50)), batch(motion(240, 5))])
        .await
        .unwrap();
    let world = world.killed().await;
    assert_eq!(world.vault.devices().await.unwrap()[0].judged_until, Some(at(5)));
    assert_eq!(world.vault.unused_windows(None, at(0)).await.unwrap().len(), 1);
    world.vault.close().await.unwrap();
}

#[tokio::test]
async fn who_asks_about_windows_sees_what_was_judged() {
    let world = World::with_watch().await;
    let watch = id("watch");
    for (start, seen) in [(0, 1), (5, 2), (10, 3), (15, 4), (20, 5)] {
        let windows = [window(start, Activity::Walking)];
        world.vault.record_windows(&watch, &windows, at(start + 5)).await.unwrap();
        let here = match start {
            0 => world.vault.recent_windows(&watch, 9).await.unwrap().len(),
            5 => usize::try_from(world.vault.window_counts(None).await.unwrap()[&Activity::Walking]).unwrap(),
            10 => world.vault.unused_windows(None, at(0)).await.unwrap().len(),
            15 => world.vault.judged_between(&watch, at(0), at(60)).await.unwrap().len(),
            _ => usize::try_from(
                world.vault.devices().await.unwrap()[0]
                    .judged_until
                    .unwrap()
                    .since(at(0))
                    .micros()
                    / 5_000_000,
            )
            .unwrap(),
        };
        assert_eq!(here, seen, "after the window at {start}");
    }
    world.vault.close().await.unwrap();
}
