//! What the endpoint asks of whoever keeps the samples.

use std::{fmt, future::Future, net::SocketAddr};

use bytes::Bytes;
use bytestring::ByteString;
use earnest_domain::{device::DeviceId, rejection::Rejection};
use tokio::sync::oneshot;

/// A message that a device published on a topic of its own.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Who published it; the endpoint has checked the password.
    pub device: DeviceId,
    /// The whole topic, `earnest/<device>/...`, without wildcards.
    pub topic: ByteString,
    /// The payload, not looked at yet; no longer than [`Limits::packet`](super::Limits).
    pub payload: Bytes,
    /// The quality of service that the device asked for: 0, 1 or 2.
    pub qos: u8,
    /// Whether the device says that it may have sent this before. Duplicates without the mark happen too, after a reconnection.
    pub duplicate: bool,
    /// Whether this is the device's last will: it vanished without saying goodbye.
    pub will: bool,
}

impl Message {
    /// The part of the topic after `earnest/<device>/`.
    pub fn subtopic(&self) -> &str {
        super::topics::subtopic(&self.device, &self.topic).unwrap_or_default()
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("device", &self.device)
            .field("topic", &self.topic)
            .field("payload", &format_args!("{} bytes", self.payload.len()))
            .field("qos", &self.qos)
            .field("duplicate", &self.duplicate)
            .field("will", &self.will)
            .finish()
    }
}

/// What became of a message; either way it is acknowledged, so that the device does not send it again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// It is stored, on disk.
    Committed,
    /// It can never be stored (broken CBOR, say), and that is on record. MQTT 5 tells the device: 0x99, payload format invalid.
    Refused,
}

/// A message could not be stored now. The connection is closed without an acknowledgement, so that the device sends it again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CommitError {
    /// Nobody takes messages any more.
    #[error("the store is closed; the device keeps the message and sends it again")]
    Closed,
    /// The store did not answer in time.
    #[error("the store did not answer in time; the device keeps the message and sends it again")]
    Timeout,
    /// The store answered with an error.
    #[error("the store failed ({0}); the device keeps the message and sends it again")]
    Failed(String),
}

impl CommitError {
    /// A stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Closed => "commit_closed",
            Self::Timeout => "commit_timeout",
            Self::Failed(_) => "commit_failed",
        }
    }
}

/// Resolves once the message is committed or has failed. A sender that is dropped counts as [`CommitError::Closed`].
pub type Answer = oneshot::Receiver<Result<Taken, CommitError>>;

/// Whoever keeps the samples: the engine.
///
/// The endpoint calls it from many tasks at once. Everything about one connection happens in order.
pub trait Handler: Send + Sync + 'static {
    /// The device of a user name and password, or `None` when they are wrong.
    ///
    /// Takes as long for a name that nobody has as for a wrong password; see [`Verifier`](super::credentials::Verifier).
    fn login(&self, user: &str, password: &[u8]) -> impl Future<Output = Option<DeviceId>> + Send;

    /// Takes a message in order of arrival and returns at once with the promise of an answer, so that many commit together.
    ///
    /// May wait for room: the connection then reads no further, and the device feels it. Waiting and answer together may take
    /// [`Limits::commit`](super::Limits).
    ///
    /// # Errors
    /// The message cannot be taken now; see [`CommitError`].
    fn submit(&self, message: Message) -> impl Future<Output = Result<Answer, CommitError>> + Send;

    /// A connection has submitted all that had arrived: what waits for company need not wait for more of that one. Must return at once.
    /// A connection that is lost may not say it.
    fn drained(&self);

    /// Whether the messages of a device are wanted as they arrive: somebody looks at them, or they tell their time by their arrival.
    /// Otherwise those of a steady sender may lie unread for a few seconds, so that some are taken at once.
    fn wants_at_once(&self, device: &DeviceId) -> bool;

    /// Resolves when somebody begins to look: what lies unread is read then.
    fn attention(&self) -> impl Future<Output = ()> + Send;

    /// Something was refused before it reached [`submit`](Self::submit): a wrong password, a foreign topic, a packet that is too large or
    /// malformed. `device` is the user name that was tried, when it reads as a device's id; anyone can try a name.
    ///
    /// Must return at once. A stranger can cause it at will: count, do not pile up.
    fn refused(&self, device: Option<&DeviceId>, peer: SocketAddr, rejection: Rejection);

    /// The device has its first connection, or lost its last one. Must return at once and not call the endpoint.
    fn connection(&self, device: &DeviceId, up: bool);
}
