//! Packets over a stream: the codec, the memory that all connections share, and writes that do not wait for ever.

use std::{io, sync::Arc, time::Duration};

use bytes::BytesMut;
use futures_util::{SinkExt, StreamExt};
use rmqtt_codec::{
    MqttCodec, MqttPacket,
    error::{DecodeError, EncodeError},
    v3, v5,
    version::{ProtocolVersion, VersionCodec},
};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};
use tokio_util::codec::{Decoder, Encoder, Framed};

use super::{dozing::Doze, limits::Limits, wire::Version};

/// How long a closing connection waits for the device to read what was said last.
const LINGER: Duration = Duration::from_millis(500);

/// Bytes of a connection's read buffer, to begin with.
const FIRST: usize = 2048;
/// A packet of more bytes than this does not leave its buffer behind.
const LARGE: u32 = 64 << 10;

/// Why no packet came.
#[derive(Debug, thiserror::Error)]
pub(super) enum ReadError {
    #[error("the connection broke: {0}")]
    Broken(String),
    #[error(transparent)]
    Malformed(DecodeError),
    /// The memory for packets is used up by all connections together.
    #[error("all connections together hold too many bytes")]
    Exhausted,
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Broken(error.to_string())
    }
}

impl From<DecodeError> for ReadError {
    fn from(error: DecodeError) -> Self {
        match error {
            DecodeError::Io(error) => Self::Broken(error.to_string()),
            other => Self::Malformed(other),
        }
    }
}

/// Why a packet could not be sent.
#[derive(Debug, thiserror::Error)]
pub(super) enum WriteError {
    #[error("the device does not read")]
    Slow,
    #[error("the connection broke: {0}")]
    Broken(String),
}

/// A share of the memory for packets; given back when dropped.
pub(super) type Held = Option<OwnedSemaphorePermit>;

/// The codec, which asks for memory before it reserves any.
struct Metered {
    codec: MqttCodec,
    /// Bytes that all connections may hold together, and that one packet may have; none before login, when packets are small anyway.
    budget: Option<(Arc<Semaphore>, u32)>,
    /// Whether the header of a packet was read and the rest is under way.
    in_packet: bool,
    held: Held,
}

impl Decoder for Metered {
    type Item = (MqttPacket, Held);
    type Error = ReadError;

    fn decode(&mut self, bytes: &mut BytesMut) -> Result<Option<Self::Item>, ReadError> {
        if let (false, Some((budget, longest))) = (self.in_packet, &self.budget) {
            let Some(length) = announced(bytes) else { return Ok(None) };
            // What is longer than allowed is refused by the codec, before it reserves anything.
            if length <= *longest {
                self.held = Some(
                    budget
                        .clone()
                        .try_acquire_many_owned(length)
                        .map_err(|_| ReadError::Exhausted)?,
                );
            }
            self.in_packet = true;
        }
        let Some((packet, length)) = self.codec.decode(bytes)? else {
            return Ok(None);
        };
        if length > LARGE && bytes.is_empty() {
            *bytes = BytesMut::with_capacity(FIRST); // one large packet must not cost its memory for as long as the device stays
        }
        self.in_packet = false;
        Ok(Some((packet, self.held.take())))
    }
}

impl Encoder<MqttPacket> for Metered {
    type Error = EncodeError;

    fn encode(&mut self, packet: MqttPacket, bytes: &mut BytesMut) -> Result<(), EncodeError> {
        self.codec.encode(packet, bytes)
    }
}

/// The remaining length that a fixed header announces (MQTT 5, section 2.1.4), or `None` when the header is not all there. A length of
/// more than four bytes is malformed; it is left to the codec to say so.
fn announced(bytes: &[u8]) -> Option<u32> {
    let mut length = 0;
    for (place, &byte) in bytes.iter().skip(1).take(4).enumerate() {
        length |= u32::from(byte & 0x7f) << (7 * place);
        if byte < 0x80 {
            return Some(length);
        }
    }
    (bytes.len() >= 5).then_some(0)
}

/// A stream of packets to and from one device.
pub(super) struct Packets<S> {
    framed: Framed<S, Metered>,
    version: Version,
    write: Duration,
}

impl<S: AsyncRead + AsyncWrite + Doze + Unpin> Packets<S> {
    /// Listens for the first packet and which MQTT it is, with the small bound that holds before login.
    pub(super) async fn open(stream: S, limits: &Limits) -> Result<Self, ReadError> {
        let codec = Metered {
            codec: MqttCodec::Version(VersionCodec),
            budget: None,
            in_packet: false,
            held: None,
        };
        let mut framed = Framed::with_capacity(stream, codec, FIRST);
        let version = match framed.next().await {
            Some(Ok((MqttPacket::Version(ProtocolVersion::MQTT5), _))) => Version::Five,
            Some(Ok(_)) => Version::Three,
            Some(Err(error)) => return Err(error),
            None => return Err(ReadError::Broken("it was closed before it began".to_owned())),
        };
        framed.codec_mut().codec = match version {
            Version::Five => MqttCodec::V5(v5::Codec::new(limits.connect_packet, 0)),
            Version::Three => MqttCodec::V3(v3::Codec::new(limits.connect_packet)),
        };
        Ok(Self {
            framed,
            version,
            write: limits.write,
        })
    }

    /// The device has logged in: larger packets, out of the memory that all share.
    pub(super) fn widen(&mut self, limits: &Limits, budget: Arc<Semaphore>) {
        let metered = self.framed.codec_mut();
        match &mut metered.codec {
            MqttCodec::V3(codec) => codec.set_max_size(limits.packet),
            MqttCodec::V5(codec) => codec.set_max_inbound_size(limits.packet),
            MqttCodec::Version(_) => {}
        }
        metered.budget = Some((budget, limits.packet));
    }

    pub(super) const fn version(&self) -> Version {
        self.version
    }

    /// Nothing that arrives from now on wakes anybody, until [`next`](Self::next).
    pub(super) fn doze(&mut self) {
        self.framed.get_mut().doze();
    }

    /// The next packet, or `None` when the device closed the connection. Nothing is lost when the future is dropped.
    pub(super) async fn next(&mut self) -> Option<Result<(MqttPacket, Held), ReadError>> {
        self.framed.next().await
    }

    /// Puts a packet into the buffer, which may have to be written for that.
    pub(super) async fn feed(&mut self, packet: MqttPacket) -> Result<(), WriteError> {
        within(self.write, self.framed.feed(packet)).await
    }

    /// Writes the buffer.
    pub(super) async fn flush(&mut self) -> Result<(), WriteError> {
        within(self.write, SinkExt::<MqttPacket>::flush(&mut self.framed)).await
    }

    pub(super) async fn send(&mut self, packet: MqttPacket) -> Result<(), WriteError> {
        self.feed(packet).await?;
        self.flush().await
    }

    /// Says a last word and closes so that it is read: closing a socket with unread bytes would throw away what is on its way out.
    pub(super) async fn close(mut self, last_word: Option<MqttPacket>) {
        let polite = async {
            match last_word {
                Some(packet) => self.framed.send(packet).await.ok()?,
                None => SinkExt::<MqttPacket>::flush(&mut self.framed).await.ok()?,
            }
            let stream = self.framed.get_mut();
            stream.shutdown().await.ok()?;
            let mut rest = [0; 4096];
            while stream.read(&mut rest).await.ok()? > 0 {}
            Some(())
        };
        let _ = timeout(LINGER, polite).await; // who does not listen misses it
    }
}

async fn within(limit: Duration, write: impl Future<Output = Result<(), EncodeError>>) -> Result<(), WriteError> {
    match timeout(limit, write).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(error)) => Err(WriteError::Broken(error.to_string())),
        Err(_) => Err(WriteError::Slow),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_packets_length_is_known_before_it_is_there() {
        assert_eq!(announced(b"\x30"), None);
        assert_eq!(announced(b"\x30\x80"), None);
        assert_eq!(announced(b"\x30\x00"), Some(0));
        assert_eq!(announced(b"\x30\x80\x80\x40"), Some(1 << 20));
        assert_eq!(announced(b"\x30\xff\xff\xff\x7f"), Some(268_435_455));
        assert_eq!(announced(b"\x30\xff\xff\xff\xff\x01"), Some(0), "the codec refuses it");
    }
}
