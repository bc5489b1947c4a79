//! Nothing is acknowledged before it is committed.

use std::time::Duration;

use earnest_wearables::links::mqtt::Limits;

use crate::{
    by_hand::{Client, Connect, FIVE, THREE},
    world::{World, soon},
};

const TOPIC: &str = "earnest/ada/senml";

#[tokio::test]
async fn a_message_is_acknowledged_after_its_commit_and_not_before() {
    for level in [THREE, FIVE] {
        let mut world = World::start(Limits::default()).await;
        let mut ada = Client::connect(
            world.address,
            Connect {
                level,
                ..Connect::default()
            },
        )
        .await;
        ada.publish(1, false, 7, TOPIC, b"one").await;
        let pending = world.message().await;
        ada.hears_nothing_but_a_pong().await;
        assert_eq!(
            (&pending.message.payload[..], pending.message.qos, pending.message.duplicate),
            (&b"one"[..], 1, false)
        );
        assert_eq!(
            (pending.message.device.as_str(), pending.message.subtopic()),
            ("ada", "senml")
        );
        pending.commit();
        ada.expect(0x40, if level == FIVE { &[0, 7, 0, 0] } else { &[0, 7] }).await;
    }
}

#[tokio::test]
async fn acknowledgements_leave_in_order_of_arrival() {
    let mut world = World::start(Limits::default()).await;
    let mut ada = Client::connect(world.address, Connect::default()).await;
    for id in 1..=3 {
        ada.publish(1, false, id, TOPIC, b"x").await;
    }
    let (first, second, third) = (world.message().await, world.message().await, world.message().await);
    third.commit();
    second.commit();
    ada.hears_nothing_but_a_pong().await;
    first.commit();
    for id in 1..=3 {
        ada.expect(0x40, &[0, id]).await;
    }
}

#[tokio::test]
async fn a_message_of_qos_0_is_taken_and_not_answered() {
    let mut world = World::start(Limits::default()).await;
    let mut ada = Client::connect(world.address, Connect::default()).await;
    ada.publish(0, false, 0, TOPIC, b"zero").await;
    assert_eq!(world.committed().await.qos, 0);
    ada.hears_nothing_but_a_pong().await;
}

#[tokio::test]
async fn a_message_of_qos_2_is_taken_once() {
    for level in [THREE, FIVE] {
        let mut world = World::start(Limits::default()).await;
        let mut ada = Client::connect(
            world.address,
            Connect {
                level,
                clean: false,
                ..Connect::default()
            },
        )
        .await;
        ada.publish(2, false, 9, TOPIC, b"once").await;
        let pending = world.message().await;
        ada.hears_nothing_but_a_pong().await;
        pending.commit();
        let received: &[u8] = if level == FIVE { &[0, 9, 0, 0] } else { &[0, 9] };
        ada.expect(0x50, received).await;

        // The network fails before PUBREL; the device comes back and, not knowing better, sends the message again.
        drop(ada);
        world.connection("ada", false).await;
        let (mut ada, welcome) = Client::knock(
            world.address,
            Connect {
                level,
                clean: false,
                ..Connect::default()
            },
        )
        .await;
        assert_eq!(welcome[1], 1, "the session goes on");
        ada.publish(2, true, 9, TOPIC, b"once").await;
        ada.expect(0x50, received).await;
        ada.send(&[0x62, 2, 0, 9]).await;
        let (first, body) = ada.receive().await.unwrap();
        assert_eq!((first, &body[..2]), (0x70, &[0, 9][..]));

        // Released: the same packet id is a new message.
        ada.publish(2, false, 9, TOPIC, b"new").await;
        assert_eq!(&world.committed().await.payload[..], b"new");
        ada.expect(0x50, received).await;
    }
}

#[tokio::test]
async fn a_repeated_message_carries_its_mark() {
    let mut world = World::start(Limits::default()).await;
    let mut ada = Client::connect(world.address, Connect::default()).await;
    ada.publish(1, true, 1, TOPIC, b"again").await;
    assert!(world.committed().await.duplicate);
    ada.expect(0x40, &[0, 1]).await;
}

#[tokio::test]
async fn what_can_never_be_stored_is_acknowledged_so_that_it_is_not_sent_for_ever() {
    for (level, expected) in [(THREE, &[0, 1][..]), (FIVE, &[0, 1, 0x99, 0][..])] {
        let mut world = World::start(Limits::default()).await;
        let mut ada = Client::connect(
            world.address,
            Connect {
                level,
                ..Connect::default()
            },
        )
        .await;
        ada.publish(1, false, 1, TOPIC, b"\xff\xff").await;
        world.message().await.refuse();
        ada.expect(0x40, expected).await;
    }
}

#[tokio::test]
async fn a_commit_that_fails_closes_without_an_acknowledgement_and_the_message_comes_again() {
    for level in [THREE, FIVE] {
        let mut world = World::start(Limits::default()).await;
        let mut ada = Client::connect(
            world.address,
            Connect {
                level,
                ..Connect::default()
            },
        )
        .await;
        ada.publish(1, false, 3, TOPIC, b"precious").await;
        world.message().await.fail();
        while let Some((first, _)) = ada.receive().await {
            assert_ne!(first, 0x40, "an acknowledgement would lose the message");
        }
        let mut ada = Client::connect(
            world.address,
            Connect {
                level,
                ..Connect::default()
            },
        )
        .await;
        ada.publish(1, true, 3, TOPIC, b"precious").await;
        assert_eq!(&world.committed().await.payload[..], b"precious");
        assert_eq!(ada.receive().await.unwrap().0, 0x40);
    }
}

#[tokio::test]
async fn a_commit_that_never_comes_closes_without_an_acknowledgement() {
    let mut world = World::start(Limits {
        commit: std::time::Duration::from_millis(100),
        ..Limits::default()
    })
    .await;
    let mut ada = Client::connect(world.address, Connect::default()).await;
    ada.publish(1, false, 3, TOPIC, b"precious").await;
    let forgotten = world.message().await;
    assert_eq!(ada.receive().await, None);
    drop(forgotten);
}

#[tokio::test]
async fn an_endpoint_that_is_full_stops_reading() {
    let limits = Limits {
        unacknowledged: 4.try_into().unwrap(),
        ..Limits::default()
    };
    let mut world = World::start(limits).await;
    let mut ada = Client::connect(world.address, Connect::default()).await;
    for id in 1..=6 {
        ada.publish(1, false, id, TOPIC, b"x").await;
    }
    let mut waiting = Vec::new();
    for _ in 0..4 {
        waiting.push(world.message().await);
    }
    // Another device is served meanwhile; when its message is through, ada's fifth has had every chance.
    let mut bob = Client::connect(
        world.address,
        Connect {
            user: "bob",
            ..Connect::default()
        },
    )
    .await;
    bob.publish(1, false, 1, "earnest/bob/senml", b"b").await;
    let message = world.committed().await;
    assert_eq!(
        message.device.as_str(),
        "bob",
        "ada's fifth message was read although four wait"
    );
    bob.expect(0x40, &[0, 1]).await;
    waiting.remove(0).commit();
    ada.expect(0x40, &[0, 1]).await;
    assert_eq!(world.message().await.message.device.as_str(), "ada", "there is room again");
}

#[tokio::test]
async fn a_handler_without_room_holds_up_messages_and_not_acknowledgements() {
    let mut world = World::start(Limits::default()).await;
    let mut ada = Client::connect(world.address, Connect::default()).await;
    world.has_room_for(1);
    ada.publish(1, false, 1, TOPIC, b"first").await;
    ada.publish(1, false, 2, TOPIC, b"second").await;
    let first = world.message().await;
    first.commit();
    ada.expect(0x40, &[0, 1]).await;
    assert!(world.messages.try_recv().is_err(), "there is no room for the second");
    world.has_room_for(1);
    assert_eq!(&world.committed().await.payload[..], b"second");
    ada.expect(0x40, &[0, 2]).await;
}

#[tokio::test]
async fn large_messages_and_small_ones_share_a_connection() {
    let mut world = World::start(Limits::default()).await;
    let mut ada = Client::connect(world.address, Connect::default()).await;
    for (id, bytes) in [(1, 900_000), (2, 1), (3, 70_000), (4, 900_000)] {
        ada.publish(1, false, id, TOPIC, &vec![7; bytes]).await;
        assert_eq!(world.committed().await.payload, vec![7; bytes]);
        ada.expect(0x40, &id.to_be_bytes()).await;
    }
}

#[tokio::test]
async fn stopping_acknowledges_what_is_under_way() {
    for level in [THREE, FIVE] {
        let mut world = World::start(Limits::default()).await;
        let mut ada = Client::connect(
            world.address,
            Connect {
                level,
                will: Some(("earnest/ada/will", b"gone")),
                ..Connect::default()
            },
        )
        .await;
        ada.publish(1, false, 5, TOPIC, b"last").await;
        let pending = world.message().await;
        let stopping = tokio::spawn(world.endpoint.stop());
        let refused = async { while tokio::net::TcpStream::connect(world.address).await.is_ok() {} };
        soon("the endpoint to stop listening", refused).await;
        pending.commit();
        assert_eq!(
            ada.receive().await.map(|(first, _)| first),
            Some(0x40),
            "the commit was under way"
        );
        if level == FIVE {
            ada.expect(0xe0, &[0x8b, 0]).await; // server shutting down
        }
        assert_eq!(ada.receive().await, None);
        drop(ada);
        soon("the end", stopping).await.unwrap();
        assert!(
            world.messages.recv().await.is_none(),
            "our stopping is not the device's death: no last will"
        );
    }
}

#[tokio::test]
async fn stopping_takes_what_lies_unread() {
    let world = World::start_committing(Limits::default()).await;
    world.nobody_looks();
    let mut ada = Client::connect(world.address, Connect::default()).await;
    // A device's pace; the first message that is not answered soon lies unread.
    let mut pace = tokio::time::interval(Duration::from_millis(120));
    let mut id = 0u16;
    loop {
        pace.tick().await;
        id += 1;
        ada.publish(1, false, id, TOPIC, b"a moment before").await;
        let answer = id.to_be_bytes();
        let answered = tokio::time::timeout(Duration::from_millis(60), ada.expect(0x40, &answer));
        if answered.await.is_err() {
            break;
        }
    }
    let stopping = tokio::spawn(world.endpoint.stop());
    ada.expect(0x40, &id.to_be_bytes()).await;
    drop(ada);
    soon("the end", stopping).await.unwrap();
}
