//! The messages of a steady sender may lie unread while nobody looks.

use std::time::Duration;

use earnest_wearables::links::mqtt::Limits;
use rumqttc::{AsyncClient, Event, MqttOptions, Packet, QoS};
use tokio::time::interval;

use crate::world::{PASSWORD, World, soon};

const MESSAGES: usize = 50;

/// Sends a message each 80 ms, as a client does that has ten under way; all are acknowledged when this returns.
async fn a_steady_sender(world: &World) {
    let mut options = MqttOptions::new("steady", world.address.ip().to_string(), world.address.port());
    options
        .set_credentials("ada", PASSWORD)
        .set_keep_alive(Duration::from_mins(1));
    options.set_inflight(10);
    let (client, mut events) = AsyncClient::new(options, MESSAGES);
    let sending = tokio::spawn(async move {
        let mut pace = interval(Duration::from_millis(80));
        for _ in 0..MESSAGES {
            pace.tick().await;
            client
                .publish("earnest/ada/senml", QoS::AtLeastOnce, false, "[]")
                .await
                .unwrap();
        }
        client
    });
    let mut acknowledged = 0;
    while acknowledged < MESSAGES {
        if let Event::Incoming(Packet::PubAck(_)) = soon("an acknowledgement", events.poll()).await.unwrap() {
            acknowledged += 1;
        }
    }
    drop(soon("the sender", sending).await.unwrap());
}

#[tokio::test]
async fn a_few_messages_are_read_at_once_while_nobody_looks() {
    let mut world = World::start_committing(Limits::default()).await;
    world.nobody_looks();
    a_steady_sender(&world).await;
    let readings = world.drained();
    assert!(readings <= MESSAGES / 2, "{readings} readings of {MESSAGES} messages");
    for _ in 0..MESSAGES {
        world.committed().await;
    }
}

#[tokio::test]
async fn each_message_is_read_as_it_comes_while_somebody_looks() {
    let mut world = World::start_committing(Limits::default()).await;
    a_steady_sender(&world).await;
    let readings = world.drained();
    assert!(readings > MESSAGES / 2, "{readings} readings of {MESSAGES} messages");
}
