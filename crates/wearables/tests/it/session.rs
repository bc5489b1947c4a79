//! Coming, going, and coming back.

use std::time::Duration;

use earnest_wearables::links::mqtt::Limits;

use crate::{
    by_hand::{Client, Connect, FIVE, THREE},
    world::{World, device},
};

const WILL: Option<(&str, &[u8])> = Some(("earnest/ada/gone", b"farewell"));

#[tokio::test]
async fn a_device_that_vanishes_leaves_its_will() {
    for level in [THREE, FIVE] {
        let mut world = World::start(Limits::default()).await;
        let ada = Client::connect(
            world.address,
            Connect {
                level,
                will: WILL,
                ..Connect::default()
            },
        )
        .await;
        world.connection("ada", true).await;
        drop(ada);
        let will = world.committed().await;
        assert!(will.will);
        assert_eq!((will.subtopic(), &will.payload[..]), ("gone", &b"farewell"[..]));
        world.connection("ada", false).await;
    }
}

#[tokio::test]
async fn a_device_that_says_goodbye_leaves_no_will() {
    let mut world = World::start(Limits::default()).await;
    let mut ada = Client::connect(
        world.address,
        Connect {
            will: WILL,
            ..Connect::default()
        },
    )
    .await;
    ada.send(&[0xe0, 0]).await;
    assert_eq!(ada.receive().await, None);
    world.connection("ada", false).await;
    let mut ada = Client::connect(
        world.address,
        Connect {
            level: FIVE,
            will: WILL,
            ..Connect::default()
        },
    )
    .await;
    ada.send(&[0xe0, 1, 0x04]).await; // goodbye, but publish the will
    let message = world.committed().await;
    assert!(message.will, "the only message is the will of the second goodbye");
    assert_eq!(message.device, device("ada"));
}

#[tokio::test]
async fn a_silent_device_is_taken_for_dead_after_half_as_long_again() {
    for level in [THREE, FIVE] {
        let mut world = World::start(Limits::default()).await;
        let begin = std::time::Instant::now();
        let mut ada = Client::connect(
            world.address,
            Connect {
                level,
                keep_alive: 1,
                will: WILL,
                ..Connect::default()
            },
        )
        .await;
        if level == FIVE {
            ada.expect(0xe0, &[0x8d, 0]).await; // keep alive timeout
        }
        assert_eq!(ada.receive().await, None);
        assert!(begin.elapsed() >= Duration::from_millis(1_500), "it had a second and a half");
        drop(ada);
        assert!(world.committed().await.will);
    }
}

#[tokio::test]
async fn a_device_that_connects_anew_takes_its_session_over() {
    for level in [THREE, FIVE] {
        let mut world = World::start(Limits::default()).await;
        let mut first = Client::connect(
            world.address,
            Connect {
                level,
                ..Connect::default()
            },
        )
        .await;
        let mut bob = Client::connect(
            world.address,
            Connect {
                level,
                user: "bob",
                ..Connect::default()
            },
        )
        .await;
        let mut second = Client::connect(
            world.address,
            Connect {
                level,
                ..Connect::default()
            },
        )
        .await;
        if level == FIVE {
            first.expect(0xe0, &[0x8e, 0]).await; // session taken over
        }
        assert_eq!(first.receive().await, None);
        bob.hears_nothing_but_a_pong().await; // the same client id of another device is another session
        second.publish(1, false, 1, "earnest/ada/senml", b"x").await;
        world.committed().await;
        assert_eq!(second.receive().await.unwrap().0, 0x40);
    }
}

#[tokio::test]
async fn a_device_whose_password_is_withdrawn_is_disconnected() {
    let mut world = World::start(Limits::default()).await;
    let mut ada = Client::connect(
        world.address,
        Connect {
            level: FIVE,
            will: WILL,
            ..Connect::default()
        },
    )
    .await;
    let mut bob = Client::connect(
        world.address,
        Connect {
            user: "bob",
            ..Connect::default()
        },
    )
    .await;
    world.endpoint.disconnect(&device("ada"));
    ada.expect(0xe0, &[0x98, 0]).await; // administrative action
    assert_eq!(ada.receive().await, None);
    drop(ada);
    world.connection("ada", false).await;
    bob.hears_nothing_but_a_pong().await;
    assert!(world.messages.try_recv().is_err(), "a removed device has no say");
}

#[tokio::test]
async fn a_device_without_a_client_id_gets_one() {
    let world = World::start(Limits::default()).await;
    let (_, welcome) = Client::knock(
        world.address,
        Connect {
            level: FIVE,
            client: "",
            ..Connect::default()
        },
    )
    .await;
    assert!(welcome.windows(9).any(|part| part == b"nameless-"), "{welcome:02x?}");
    Client::connect(
        world.address,
        Connect {
            client: "",
            ..Connect::default()
        },
    )
    .await;
    let (_, refusal) = Client::knock(
        world.address,
        Connect {
            client: "",
            clean: false,
            ..Connect::default()
        },
    )
    .await;
    assert_eq!(refusal, [0x20, 0, 2], "3.1.1: a nameless session cannot be kept");
}
