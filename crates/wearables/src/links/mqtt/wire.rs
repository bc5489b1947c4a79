//! What MQTT 3.1.1 and 5 say differently, so that no other room has to know.

use std::num::NonZeroU16;

use bytestring::ByteString;
use rmqtt_codec::{
    MqttPacket,
    types::{Publish, QoS},
    v3, v5,
    v5::DisconnectReasonCode,
};

use super::limits::Limits;

/// The MQTT that a device speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// 3.1 or 3.1.1.
    Three,
    Five,
}

/// What a device that has logged in may say.
pub(super) enum Incoming {
    Publish(Box<Publish>),
    Release(NonZeroU16),
    Subscribe(NonZeroU16, Vec<(ByteString, QoS)>),
    Unsubscribe(NonZeroU16, usize),
    Ping,
    /// Goodbye, with or without its last will, and perhaps with another lifetime of its session in seconds.
    Disconnect {
        will: bool,
        expiry: Option<u32>,
    },
    /// Anything that a device has no business to say here: a second CONNECT, an acknowledgement of something that was not sent.
    Unexpected,
}

impl From<MqttPacket> for Incoming {
    fn from(packet: MqttPacket) -> Self {
        match packet {
            MqttPacket::V3(v3::Packet::Publish(publish)) | MqttPacket::V5(v5::Packet::Publish(publish)) => Self::Publish(publish),
            MqttPacket::V3(v3::Packet::PublishRelease { packet_id }) => Self::Release(packet_id),
            MqttPacket::V5(v5::Packet::PublishRelease(release)) => Self::Release(release.packet_id),
            MqttPacket::V3(v3::Packet::Subscribe {
                packet_id,
                topic_filters,
            }) => Self::Subscribe(packet_id, topic_filters),
            MqttPacket::V5(v5::Packet::Subscribe(subscribe)) => {
                let filters = subscribe
                    .topic_filters
                    .into_iter()
                    .map(|(filter, options)| (filter, options.qos));
                Self::Subscribe(subscribe.packet_id, filters.collect())
            }
            MqttPacket::V3(v3::Packet::Unsubscribe {
                packet_id,
                topic_filters,
            }) => Self::Unsubscribe(packet_id, topic_filters.len()),
            MqttPacket::V5(v5::Packet::Unsubscribe(leave)) => Self::Unsubscribe(leave.packet_id, leave.topic_filters.len()),
            MqttPacket::V3(v3::Packet::PingRequest) | MqttPacket::V5(v5::Packet::PingRequest) => Self::Ping,
            MqttPacket::V3(v3::Packet::Disconnect) => Self::Disconnect {
                will: false,
                expiry: None,
            },
            MqttPacket::V5(v5::Packet::Disconnect(goodbye)) => Self::Disconnect {
                will: goodbye.reason_code == DisconnectReasonCode::DisconnectWithWillMessage,
                expiry: goodbye.session_expiry_interval_secs,
            },
            _ => Self::Unexpected,
        }
    }
}

/// Why a device may not connect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    BadCredentials,
    /// Its last will goes to a topic that is not its own.
    ForeignWill,
    BadClientId,
    /// MQTT 5's enhanced authentication, which is not offered.
    BadMethod,
    /// Its last will is to be retained, which is not offered (MQTT-3.2.2-13).
    RetainedWill,
}

/// What becomes of a published message, as the device is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Committed,
    /// Never to be taken; sending it again cannot help.
    Refused,
    /// The topic is not the device's own. MQTT 3.1.1 cannot say it, and the connection is closed instead.
    Foreign,
}

impl Version {
    pub(super) fn refuse(self, refusal: Refusal) -> MqttPacket {
        match self {
            Self::Three => MqttPacket::V3(v3::Packet::ConnectAck(v3::ConnectAck {
                return_code: match refusal {
                    Refusal::BadCredentials | Refusal::BadMethod => v3::ConnectAckReason::BadUserNameOrPassword,
                    Refusal::ForeignWill | Refusal::RetainedWill => v3::ConnectAckReason::NotAuthorized,
                    Refusal::BadClientId => v3::ConnectAckReason::IdentifierRejected,
                },
                session_present: false,
            })),
            Self::Five => {
                let reason_code = match refusal {
                    Refusal::BadCredentials => v5::ConnectAckReason::BadUserNameOrPassword,
                    Refusal::ForeignWill => v5::ConnectAckReason::NotAuthorized,
                    Refusal::BadClientId => v5::ConnectAckReason::ClientIdentifierNotValid,
                    Refusal::BadMethod => v5::ConnectAckReason::BadAuthenticationMethod,
                    Refusal::RetainedWill => v5::ConnectAckReason::RetainNotSupported,
                };
                MqttPacket::V5(
                    v5::ConnectAck {
                        reason_code,
                        ..v5::ConnectAck::default()
                    }
                    .into(),
                )
            }
        }
    }

    /// Welcome. MQTT 5 is also told what is offered; `assigned` is the client id of a device that gave none.
    pub(super) fn accept(self, session_present: bool, assigned: Option<ByteString>, limits: &Limits) -> MqttPacket {
        match self {
            Self::Three => MqttPacket::V3(v3::Packet::ConnectAck(v3::ConnectAck {
                return_code: v3::ConnectAckReason::ConnectionAccepted,
                session_present,
            })),
            Self::Five => MqttPacket::V5(
                v5::ConnectAck {
                    session_present,
                    receive_max: limits.unacknowledged,
                    max_packet_size: Some(limits.packet),
                    assigned_client_id: assigned,
                    topic_alias_max: 0,
                    retain_available: false,
                    shared_subscription_available: false,
                    subscription_identifiers_available: false,
                    ..v5::ConnectAck::default()
                }
                .into(),
            ),
        }
    }

    /// PUBACK for QoS 1, PUBREC for QoS 2.
    pub(super) fn acknowledge(self, qos: QoS, packet_id: NonZeroU16, verdict: Verdict) -> MqttPacket {
        match (self, qos) {
            (Self::Three, QoS::ExactlyOnce) => MqttPacket::V3(v3::Packet::PublishReceived { packet_id }),
            (Self::Three, _) => MqttPacket::V3(v3::Packet::PublishAck { packet_id }),
            (Self::Five, qos) => {
                let reason_code = match verdict {
                    Verdict::Committed => v5::PublishAckReason::Success,
                    Verdict::Refused => v5::PublishAckReason::PayloadFormatInvalid,
                    Verdict::Foreign => v5::PublishAckReason::NotAuthorized,
                };
                let acknowledgement = v5::PublishAck {
                    packet_id,
                    reason_code,
                    properties: Vec::new(),
                    reason_string: None,
                };
                MqttPacket::V5(match qos {
                    QoS::ExactlyOnce => v5::Packet::PublishReceived(acknowledgement),
                    _ => v5::Packet::PublishAck(acknowledgement),
                })
            }
        }
    }

    /// PUBCOMP; `known` says whether the message was waiting for its release.
    pub(super) fn complete(self, packet_id: NonZeroU16, known: bool) -> MqttPacket {
        match self {
            Self::Three => MqttPacket::V3(v3::Packet::PublishComplete { packet_id }),
            Self::Five => MqttPacket::V5(v5::Packet::PublishComplete(v5::PublishAck2 {
                packet_id,
                reason_code: if known {
                    v5::PublishAck2Reason::Success
                } else {
                    v5::PublishAck2Reason::PacketIdNotFound
                },
                properties: Vec::new(),
                reason_string: None,
            })),
        }
    }

    /// SUBACK: for each filter the QoS that is granted, or that it is not the device's own.
    pub(super) fn subscribed(self, packet_id: NonZeroU16, granted: &[Option<QoS>]) -> MqttPacket {
        match self {
            Self::Three => {
                let status = granted
                    .iter()
                    .map(|qos| qos.map_or(v3::SubscribeReturnCode::Failure, v3::SubscribeReturnCode::Success));
                MqttPacket::V3(v3::Packet::SubscribeAck {
                    packet_id,
                    status: status.collect(),
                })
            }
            Self::Five => {
                let status = granted.iter().map(|qos| match qos {
                    Some(QoS::AtMostOnce) => v5::SubscribeAckReason::GrantedQos0,
                    Some(QoS::AtLeastOnce) => v5::SubscribeAckReason::GrantedQos1,
                    Some(QoS::ExactlyOnce) => v5::SubscribeAckReason::GrantedQos2,
                    None => v5::SubscribeAckReason::NotAuthorized,
                });
                let status = status.collect();
                MqttPacket::V5(
                    v5::SubscribeAck {
                        packet_id,
                        properties: Vec::new(),
                        reason_string: None,
                        status,
                    }
                    .into(),
                )
            }
        }
    }

    /// UNSUBACK for `filters` filters.
    pub(super) fn unsubscribed(self, packet_id: NonZeroU16, filters: usize) -> MqttPacket {
        match self {
            Self::Three => MqttPacket::V3(v3::Packet::UnsubscribeAck { packet_id }),
            Self::Five => {
                let status = vec![v5::UnsubscribeAckReason::Success; filters];
                MqttPacket::V5(
                    v5::UnsubscribeAck {
                        packet_id,
                        properties: Vec::new(),
                        reason_string: None,
                        status,
                    }
                    .into(),
                )
            }
        }
    }

    pub(super) const fn pong(self) -> MqttPacket {
        match self {
            Self::Three => MqttPacket::V3(v3::Packet::PingResponse),
            Self::Five => MqttPacket::V5(v5::Packet::PingResponse),
        }
    }

    /// The endpoint's goodbye with its reason, which only MQTT 5 has.
    pub(super) fn disconnect(self, reason: DisconnectReasonCode) -> Option<MqttPacket> {
        (self == Self::Five).then(|| MqttPacket::V5(v5::Disconnect::new(reason).into()))
    }
}
