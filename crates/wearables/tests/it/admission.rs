//! Who is slow or silent keeps nobody else out.

use std::time::Duration;

use earnest_wearables::links::mqtt::Limits;

use crate::{
    by_hand::{Client, Connect, packet},
    world::World,
};

#[tokio::test]
async fn a_silent_client_blocks_nobody_and_is_closed() {
    let limits = Limits {
        handshake: Duration::from_millis(1500),
        ..Limits::default()
    };
    let mut world = World::start(limits).await;
    let mut silent = Client::silent(world.address).await;
    let mut slow = Client::silent(world.address).await;
    slow.send(&Connect::default().bytes()[..9]).await;
    let mut ada = Client::connect(world.address, Connect::default()).await;
    ada.publish(1, false, 1, "earnest/ada/senml", b"x").await;
    world.committed().await;
    ada.expect(0x40, &[0, 1]).await;
    assert_eq!(silent.receive().await, None, "the handshake has its time");
    assert_eq!(slow.receive().await, None);
}

#[tokio::test]
async fn one_address_has_a_share_of_the_handshakes() {
    let world = World::start(Limits {
        handshakes_per_address: 2,
        ..Limits::default()
    })
    .await;
    let mut ada = Client::connect(world.address, Connect::default()).await;
    let silent = [Client::silent(world.address).await, Client::silent(world.address).await];
    let mut third = Client::silent(world.address).await;
    assert_eq!(third.receive().await, None, "closed as it comes");
    ada.hears_nothing_but_a_pong().await; // who has logged in is not counted
    drop(silent);
    loop {
        // The endpoint sees the two leave when it does; then there is room.
        let mut next = Client::silent(world.address).await;
        next.try_send(
            &Connect {
                user: "bob",
                ..Connect::default()
            }
            .bytes(),
        )
        .await;
        if next.receive().await.is_some() {
            break;
        }
    }
}

#[tokio::test]
async fn connections_are_bounded() {
    let world = World::start(Limits {
        connections: 2,
        ..Limits::default()
    })
    .await;
    let mut ada = Client::connect(world.address, Connect::default()).await;
    let _bob = Client::connect(
        world.address,
        Connect {
            user: "bob",
            ..Connect::default()
        },
    )
    .await;
    let mut third = Client::silent(world.address).await;
    assert_eq!(third.receive().await, None);
    ada.hears_nothing_but_a_pong().await;
}

#[tokio::test]
async fn connections_share_a_bounded_memory() {
    let limits = Limits {
        total_bytes: 3_000,
        packet: 2_000,
        ..Limits::default()
    };
    let mut world = World::start(limits).await;
    let mut ada = Client::connect(world.address, Connect::default()).await;
    ada.publish(1, false, 1, "earnest/ada/senml", &[b'x'; 1_900]).await;
    let held = world.message().await;
    let mut bob = Client::connect(
        world.address,
        Connect {
            user: "bob",
            ..Connect::default()
        },
    )
    .await;
    bob.publish(1, false, 1, "earnest/bob/senml", b"small").await;
    world.committed().await;
    bob.expect(0x40, &[0, 1]).await;
    bob.publish(1, false, 2, "earnest/bob/senml", &[b'x'; 1_500]).await;
    bob.is_closed().await;
    held.commit();
    ada.expect(0x40, &[0, 1]).await;
    let mut bob = Client::connect(
        world.address,
        Connect {
            user: "bob",
            ..Connect::default()
        },
    )
    .await;
    bob.publish(1, false, 2, "earnest/bob/senml", &[b'x'; 1_500]).await;
    assert_eq!(world.committed().await.payload.len(), 1_500, "there is memory again");
    bob.expect(0x40, &[0, 2]).await;
}

#[tokio::test]
async fn an_announcement_before_login_reserves_nothing() {
    let world = World::start(Limits::default()).await;
    let mut stranger = Client::silent(world.address).await;
    let mut connect = packet(0x10, b"\0\x04MQTT\x04\xc2\0\x3c");
    connect.splice(1..2, [0xff, 0xff, 0xff, 0x7f]); // 256 MB
    stranger.send(&connect).await;
    assert_eq!(
        stranger.receive().await,
        None,
        "closed at once, not after the handshake's time"
    );
}
