//! What is wrong is refused with its reason, and the others are served on.

use earnest_domain::rejection::RejectionReason;
use earnest_wearables::links::mqtt::Limits;

use crate::{
    by_hand::{Client, Connect, FIVE, THREE, packet},
    world::{World, device},
};

#[tokio::test]
async fn wrong_credentials_are_refused_and_reported_without_the_password() {
    for (level, code) in [(THREE, 4), (FIVE, 0x86)] {
        let mut world = World::start(Limits::default()).await;
        for (user, password, claimed) in [
            ("ada", "wrong-horse", Some(device("ada"))),
            ("nobody", "wrong-horse", Some(device("nobody"))),
            ("Ada #1", "wrong-horse", None),
        ] {
            let (mut client, answer) = Client::knock(
                world.address,
                Connect {
                    level,
                    user,
                    password,
                    ..Connect::default()
                },
            )
            .await;
            assert_eq!((answer[0], answer[2]), (0x20, code));
            assert_eq!(client.receive().await, None);
            let (device, detail) = world.rejection(RejectionReason::WrongCredentials).await;
            assert_eq!(device, claimed);
            assert!(detail.contains(user) && !detail.contains(password), "{detail}");
        }
        Client::connect(
            world.address,
            Connect {
                level,
                ..Connect::default()
            },
        )
        .await;
    }
}

#[tokio::test]
async fn another_devices_topic_is_refused() {
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
        ada.publish(1, false, 1, "earnest/bob/senml", b"x").await;
        let (owner, detail) = world.rejection(RejectionReason::ForeignTopic).await;
        assert_eq!(owner, Some(device("ada")));
        assert!(
            detail.contains("earnest/bob/senml") && detail.contains("earnest/ada/"),
            "{detail}"
        );
        if level == THREE {
            assert_eq!(ada.receive().await, None, "3.1.1 cannot say no");
        } else {
            ada.expect(0x40, &[0, 1, 0x87, 0]).await;
            ada.publish(2, false, 2, "earnest/bob/senml", b"x").await;
            ada.expect(0x50, &[0, 2, 0x87, 0]).await;
            ada.publish(0, false, 0, "elsewhere", b"x").await;
            ada.publish(1, false, 3, "earnest/ada/senml", b"x").await;
            world.committed().await;
            ada.expect(0x40, &[0, 3, 0, 0]).await;
        }
        assert!(world.messages.try_recv().is_err(), "nothing of it was handed on");
    }
}

#[tokio::test]
async fn a_device_subscribes_to_its_own_topics_alone() {
    for (level, denied) in [(THREE, &[0, 2, 0x80][..]), (FIVE, &[0, 2, 0, 0x87][..])] {
        let mut world = World::start(Limits::default()).await;
        let mut ada = Client::connect(
            world.address,
            Connect {
                level,
                ..Connect::default()
            },
        )
        .await;
        ada.subscribe(1, "earnest/ada/#").await;
        ada.expect(0x90, if level == FIVE { &[0, 1, 0, 1] } else { &[0, 1, 1] }).await;
        ada.subscribe(2, "earnest/+/senml").await;
        ada.expect(0x90, denied).await;
        world.rejection(RejectionReason::ForeignTopic).await;
        ada.hears_nothing_but_a_pong().await;
    }
}

#[tokio::test]
async fn a_last_will_goes_to_own_topics_alone() {
    for (level, code) in [(THREE, 5), (FIVE, 0x87)] {
        let mut world = World::start(Limits::default()).await;
        let connect = Connect {
            level,
            will: Some(("earnest/bob/senml", b"x")),
            ..Connect::default()
        };
        let (_, answer) = Client::knock(world.address, connect).await;
        assert_eq!(answer[2], code);
        world.rejection(RejectionReason::ForeignTopic).await;
    }
}

#[tokio::test]
async fn a_message_that_is_too_large_is_refused_with_the_size() {
    for level in [THREE, FIVE] {
        let mut world = World::start_committing(Limits {
            packet: 10_000,
            ..Limits::default()
        })
        .await;
        let mut ada = Client::connect(
            world.address,
            Connect {
                level,
                ..Connect::default()
            },
        )
        .await;
        ada.publish(1, false, 1, "earnest/ada/senml", &vec![b'x'; 20_000]).await;
        if level == FIVE {
            ada.expect(0xe0, &[0x95, 0]).await; // packet too large
        }
        assert_eq!(ada.receive().await, None);
        let (owner, detail) = world.rejection(RejectionReason::PayloadTooLarge).await;
        assert_eq!(owner, Some(device("ada")));
        assert!(detail.contains("a packet of 200") && detail.contains("10000"), "{detail}");
        let mut bob = Client::connect(
            world.address,
            Connect {
                user: "bob",
                level,
                ..Connect::default()
            },
        )
        .await;
        bob.publish(1, false, 1, "earnest/bob/senml", b"x").await;
        assert_eq!(bob.receive().await.unwrap().0, 0x40);
    }
}

#[tokio::test]
async fn what_is_no_mqtt_is_closed_at_once() {
    let mut world = World::start(Limits::default()).await;
    for bytes in [
        &b"GET / HTTP/1.1\r\n\r\n"[..],
        b"\xc0\0",
        b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
    ] {
        let mut stranger = Client::silent(world.address).await;
        stranger.send(bytes).await;
        assert_eq!(stranger.receive().await, None);
        let (device, _) = world.rejection(RejectionReason::MalformedPayload).await;
        assert_eq!(device, None);
    }
}

#[tokio::test]
async fn what_is_against_the_protocol_ends_the_connection() {
    let mut world = World::start(Limits::default()).await;
    let second_connect = Connect::default().bytes();
    let alias = packet(0x30, b"\0\0\x03\x23\0\x01x");
    let unasked = [0x40, 2, 0, 1];
    for (level, bytes) in [
        (THREE, &second_connect[..]),
        (FIVE, &alias),
        (THREE, &unasked),
        (THREE, &[0x30, 2, 0, 0]),
        (THREE, &[0x36, 0]),
    ] {
        let mut ada = Client::connect(
            world.address,
            Connect {
                level,
                ..Connect::default()
            },
        )
        .await;
        ada.send(bytes).await;
        ada.is_closed().await;
        world.connection("ada", false).await;
    }
    assert!(world.messages.try_recv().is_err());
}

/// Numbers that look random and are the same every time (Steele, Lea and Flood, 2014).
fn noise(seed: &mut u64) -> u64 {
    *seed = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mixed = (*seed ^ (*seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[tokio::test]
async fn arbitrary_bytes_never_take_the_endpoint_down() {
    let mut world = World::start_committing(Limits::default()).await;
    let mut seed = 1;
    for round in 0..300_u64 {
        let level = if round % 2 == 0 { THREE } else { FIVE };
        let length = usize::try_from(noise(&mut seed) % 200).unwrap() + 1;
        let mut bytes: Vec<u8> = (0..length).map(|_| noise(&mut seed).to_le_bytes()[0]).collect();
        match round % 3 {
            0 => Client::silent(world.address).await.try_send(&bytes).await,
            1 => {
                // A CONNECT with a few bytes turned.
                let mut connect = Connect {
                    level,
                    will: Some(("earnest/ada/x", b"w")),
                    ..Connect::default()
                }
                .bytes();
                for _ in 0..3 {
                    let place = usize::try_from(noise(&mut seed)).unwrap_or_default() % connect.len();
                    connect[place] = noise(&mut seed).to_le_bytes()[0];
                }
                let mut client = Client::silent(world.address).await;
                client.try_send(&connect).await;
                client.try_send(&bytes).await;
            }
            _ => {
                // After login: a packet whose header is sound and whose body is noise.
                let mut ada = Client::connect(
                    world.address,
                    Connect {
                        level,
                        ..Connect::default()
                    },
                )
                .await;
                let first = bytes.remove(0);
                ada.try_send(&packet(first, &bytes)).await;
                ada.try_send(&packet(0x32, &bytes)).await;
            }
        }
    }
    let mut bob = Client::connect(
        world.address,
        Connect {
            user: "bob",
            ..Connect::default()
        },
    )
    .await;
    bob.publish(1, false, 1, "earnest/bob/senml", b"still here").await;
    bob.expect(0x40, &[0, 1]).await;
    let received = world.messages.recv().await;
    assert!(received.is_some());
}
