//! A wearable that speaks MQTT, and does exactly as it is told.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // as in the journeys

use std::time::Duration;

use rumqttc::{AsyncClient, ConnectionError, Event, EventLoop, MqttOptions, Packet, QoS};
use serde_json::Value;

use crate::Node;

/// A device that does as it is told.
pub struct Device {
    client: AsyncClient,
    events: EventLoop,
    topic: String,
    /// How many messages were not acknowledged; they are sent again after the connection is lost.
    unanswered: usize,
}

impl Device {
    /// A device that was given what `earnest pair mqtt --json` prints, and perhaps another password.
    ///
    /// # Panics
    /// A credential is missing.
    pub fn new(paired: &Value, password: &str) -> Self {
        let text = |key: &str| paired[key].as_str().unwrap().to_owned();
        let port = u16::try_from(paired["port"].as_u64().unwrap()).unwrap();
        let mut options = MqttOptions::new(format!("client-of-{}", text("username")), text("host"), port);
        options
            .set_credentials(text("username"), password)
            .set_keep_alive(Duration::from_secs(30));
        options.set_max_packet_size(4 << 20, 4 << 20);
        // What was not acknowledged is sent again after the connection was lost; without a session this client would forget it.
        options.set_clean_session(false);
        let (client, events) = AsyncClient::new(options, 8);
        Self {
            client,
            events,
            topic: text("topic"),
            unanswered: 0,
        }
    }

    /// A device that the node of a journey has just paired, and what it was given.
    pub async fn paired(node: &Node, name: &str) -> (Self, Value) {
        let paired = node.earnest(&["pair", "mqtt", "--name", name]).await;
        (Self::new(&paired, paired["password"].as_str().unwrap()), paired)
    }

    /// Publishes and waits until this and all before it are acknowledged.
    ///
    /// # Errors
    /// The endpoint hung up.
    pub async fn publishes(&mut self, topic: &str, payload: impl Into<Vec<u8>>) -> Result<(), ConnectionError> {
        self.client.publish(topic, QoS::AtLeastOnce, false, payload).await.unwrap();
        self.unanswered += 1;
        while self.unanswered > 0 {
            if let Event::Incoming(Packet::PubAck(_)) = self.events.poll().await? {
                self.unanswered -= 1;
            }
        }
        Ok(())
    }

    /// Sends a payload to its own topic.
    ///
    /// # Errors
    /// The endpoint hung up.
    pub async fn sends(&mut self, payload: impl Into<Vec<u8>>) -> Result<(), ConnectionError> {
        let topic = self.topic.clone();
        self.publishes(&topic, payload).await
    }
}
