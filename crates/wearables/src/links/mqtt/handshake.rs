//! CONNECT: who is it, and may they.

use std::{net::SocketAddr, time::Duration};

use bytes::Bytes;
use bytestring::ByteString;
use earnest_domain::{
    device::DeviceId,
    rejection::{Rejection, RejectionReason},
};
use rmqtt_codec::{MqttPacket, error::DecodeError, types::QoS, v3, v5};
use tokio::io::{AsyncRead, AsyncWrite};

use super::{
    dozing::Doze,
    handler::{Handler, Message},
    packets::{Packets, ReadError},
    topics,
    wire::Refusal,
};

/// A client id may be this long, in bytes.
const LONGEST_CLIENT_ID: usize = 256;

/// A device that has logged in, and what it wishes.
pub(super) struct Hello {
    pub(super) device: DeviceId,
    /// Empty when the device leaves it to us.
    pub(super) client_id: String,
    /// Whether an earlier session is to be forgotten.
    pub(super) clean: bool,
    /// How long the session is to outlive the connection.
    pub(super) lifetime: Duration,
    pub(super) keep_alive: Option<Duration>,
    pub(super) will: Option<Message>,
}

/// Why nobody logged in.
#[derive(Debug, thiserror::Error)]
pub(super) enum Stranger {
    #[error("{0}")]
    Unreadable(#[from] ReadError),
    #[error("its first packet is no CONNECT")]
    NoConnect,
    #[error("refused: {0:?}")]
    Refused(Refusal),
}

/// A CONNECT of either version.
struct Connect {
    user: Option<ByteString>,
    password: Option<Bytes>,
    client_id: ByteString,
    clean: bool,
    lifetime: Duration,
    keep_alive: u16,
    will: Option<Will>,
    /// MQTT 5's enhanced authentication.
    method: bool,
}

struct Will {
    topic: ByteString,
    payload: Bytes,
    qos: QoS,
    retain: bool,
}

impl Connect {
    fn read(packet: MqttPacket) -> Option<Self> {
        match packet {
            MqttPacket::V3(v3::Packet::Connect(connect)) => Some(Self {
                user: connect.username,
                password: connect.password,
                client_id: connect.client_id,
                clean: connect.clean_session,
                // 3.1.1 knows no expiry; the table of sessions is bounded instead.
                lifetime: if connect.clean_session {
                    Duration::ZERO
                } else {
                    Duration::MAX
                },
                keep_alive: connect.keep_alive,
                will: connect.last_will.map(|will| Will {
                    topic: will.topic,
                    payload: will.message,
                    qos: will.qos,
                    retain: will.retain,
                }),
                method: false,
            }),
            MqttPacket::V5(v5::Packet::Connect(connect)) => Some(Self {
                user: connect.username,
                password: connect.password,
                client_id: connect.client_id,
                clean: connect.clean_start,
                lifetime: lifetime(connect.session_expiry_interval_secs),
                keep_alive: connect.keep_alive,
                // A will delay (section 3.1.3.2.2) is not waited for: a device that vanished is news now, and nothing waits for its return.
                will: connect.last_will.map(|will| Will {
                    topic: will.topic,
                    payload: will.message,
                    qos: will.qos,
                    retain: will.retain,
                }),
                method: connect.auth_method.is_some(),
            }),
            _ => None,
        }
    }
}

/// A session expiry interval in seconds; the largest means never (MQTT 5, section 3.1.2.11.2).
pub(super) const fn lifetime(seconds: u32) -> Duration {
    if seconds == u32::MAX {
        Duration::MAX
    } else {
        Duration::from_secs(seconds as u64)
    }
}

/// Reads CONNECT and checks it. What is refused is reported; the answer to a refusal is the caller's to send.
pub(super) async fn greet<S, H>(packets: &mut Packets<S>, handler: &H, peer: SocketAddr) -> Result<Hello, Stranger>
where
    S: AsyncRead + AsyncWrite + Doze + Unpin,
    H: Handler,
{
    let packet = match packets.next().await {
        Some(Ok((packet, _))) => packet,
        // Without an id of its own a device may not keep a session (MQTT-3.1.3-8).
        Some(Err(ReadError::Malformed(DecodeError::InvalidClientId))) => return Err(Stranger::Refused(Refusal::BadClientId)),
        Some(Err(error)) => {
            report(&error, handler, None, peer);
            return Err(error.into());
        }
        None => return Err(ReadError::Broken("it was closed before login".to_owned()).into()),
    };
    let connect = Connect::read(packet).ok_or(Stranger::NoConnect)?;
    if connect.method {
        return Err(Stranger::Refused(Refusal::BadMethod));
    }
    let user = connect.user.as_deref().unwrap_or_default();
    let Some(device) = handler.login(user, connect.password.as_deref().unwrap_or_default()).await else {
        let claimed: Option<DeviceId> = user.parse().ok();
        let name: String = user.chars().take(64).collect();
        let detail = format!("wrong user name or password (“{name}”); pair the device again to get new ones");
        handler.refused(
            claimed.as_ref(),
            peer,
            Rejection::new(RejectionReason::WrongCredentials, detail),
        );
        return Err(Stranger::Refused(Refusal::BadCredentials));
    };
    if connect.client_id.len() > LONGEST_CLIENT_ID {
        return Err(Stranger::Refused(Refusal::BadClientId));
    }
    let will = match connect.will {
        None => None,
        Some(will) if !topics::may_publish(&device, &will.topic) => {
            foreign(handler, &device, peer, "its last will", &will.topic);
            return Err(Stranger::Refused(Refusal::ForeignWill));
        }
        Some(will) if will.retain => return Err(Stranger::Refused(Refusal::RetainedWill)),
        Some(will) => Some(Message {
            device: device.clone(),
            topic: will.topic,
            payload: will.payload,
            qos: will.qos.value(),
            duplicate: false,
            will: true,
        }),
    };
    Ok(Hello {
        device,
        client_id: connect.client_id.to_string(),
        clean: connect.clean,
        lifetime: connect.lifetime,
        keep_alive: (connect.keep_alive > 0).then(|| Duration::from_secs(connect.keep_alive.into())),
        will,
    })
}

/// Reports a foreign topic.
pub(super) fn foreign<H: Handler>(handler: &H, device: &DeviceId, peer: SocketAddr, what: &str, topic: &str) {
    let topic: String = topic.chars().take(80).collect();
    let detail = format!("{what} goes to “{topic}”; its own topics begin with earnest/{device}/");
    handler.refused(Some(device), peer, Rejection::new(RejectionReason::ForeignTopic, detail));
}

/// Reports bytes that could not be read, when they tell something: a connection that broke does not.
pub(super) fn report<H: Handler>(error: &ReadError, handler: &H, device: Option<&DeviceId>, peer: SocketAddr) {
    let rejection = match error {
        ReadError::Malformed(DecodeError::MaxSizeExceeded { size, max }) => {
            let detail = format!("a packet of {size} bytes; the most is {max}, so send fewer samples at a time");
            Rejection::new(RejectionReason::PayloadTooLarge, detail)
        }
        ReadError::Malformed(error) => Rejection::new(RejectionReason::MalformedPayload, format!("this is no MQTT: {error}")),
        ReadError::Broken(_) | ReadError::Exhausted => return,
    };
    handler.refused(device, peer, rejection);
}
