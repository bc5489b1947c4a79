//! The loop of one connection: messages in, acknowledgements out.

use std::{net::SocketAddr, num::NonZeroU16, pin::pin, sync::Arc, time::Duration};

use bytestring::ByteString;
use earnest_domain::device::DeviceId;
use futures_util::{FutureExt, StreamExt, future::BoxFuture, stream::FuturesOrdered};
use rmqtt_codec::{
    types::{Publish, QoS},
    v5::DisconnectReasonCode,
};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    sync::oneshot,
    time::{Instant, sleep, sleep_until, timeout, timeout_at},
};

use super::{
    admission,
    dozing::Doze,
    end::End,
    endpoint::Shared,
    handler::{CommitError, Handler, Message, Taken},
    handshake::{self, Hello, Stranger},
    leisure::{self, Leisure},
    packets::{Held, Packets},
    session::{Farewell, Lease},
    topics,
    wire::{Incoming, Verdict, Version},
};

/// How long an endpoint that stops looks for what has arrived.
const LAST_LOOK: Duration = Duration::from_millis(100);

/// Serves one connection from its first byte to its last.
pub(super) async fn serve<S, H>(stream: S, peer: SocketAddr, shared: &Shared<H>, handshake: admission::Handshake)
where
    S: AsyncRead + AsyncWrite + Doze + Unpin,
    H: Handler,
{
    let greeting = async {
        let mut packets = match Packets::open(stream, &shared.limits).await {
            Ok(packets) => packets,
            Err(error) => {
                handshake::report(&error, &*shared.handler, None, peer);
                tracing::debug!(%peer, %error, "no login");
                return None;
            }
        };
        match handshake::greet(&mut packets, &*shared.handler, peer).await {
            Ok(hello) => Some((packets, hello)),
            Err(stranger) => {
                tracing::debug!(%peer, %stranger, "no login");
                if let Stranger::Refused(refusal) = stranger {
                    let answer = packets.version().refuse(refusal);
                    packets.close(Some(answer)).await;
                }
                None
            }
        }
    };
    let greeted = tokio::select! {
        () = shared.stop.cancelled() => None,
        greeted = timeout(shared.limits.handshake, greeting) => greeted.unwrap_or_else(|_| {
            tracing::debug!(%peer, "no login in time");
            None
        }),
    };
    drop(handshake);
    if let Some((packets, hello)) = greeted {
        converse(packets, hello, peer, shared).await;
    }
}

/// Serves a device that has logged in.
async fn converse<S, H>(mut packets: Packets<S>, mut hello: Hello, peer: SocketAddr, shared: &Shared<H>)
where
    S: AsyncRead + AsyncWrite + Doze + Unpin,
    H: Handler,
{
    packets.widen(&shared.limits, shared.memory.clone());
    let assigned = hello.client_id.is_empty().then(|| shared.assign_client_id());
    if let Some(id) = &assigned {
        hello.client_id.clone_from(id);
    }
    let attached = shared.sessions.attach(
        (hello.device.clone(), hello.client_id),
        hello.clean,
        hello.lifetime,
        Instant::now(),
    );
    // Half as long again as the device said (MQTT 5, section 3.1.2.10).
    let silence = hello
        .keep_alive
        .map_or(shared.limits.silence, |keep_alive| keep_alive * 3 / 2);
    let version = packets.version();
    tracing::debug!(device = %hello.device, %peer, ?version, "connected");
    let welcome = version.accept(attached.resumed, assigned.map(ByteString::from), &shared.limits);
    let mut connection = Connection {
        packets,
        version,
        shared,
        lease: &attached.lease,
        device: &hello.device,
        peer,
        waiting: FuturesOrdered::new(),
        waiting_bytes: 0,
        leisure: shared.leisure(&hello.device),
        unread_until: None,
        prompt: false,
    };
    let end = match connection.packets.send(welcome).await {
        Ok(()) => connection.run(silence, attached.farewell).await,
        Err(error) => error.into(),
    };
    tracing::debug!(device = %hello.device, %peer, %end, "disconnected");
    let last_word = end.reason().and_then(|reason| version.disconnect(reason));
    let Connection {
        packets,
        mut leisure,
        unread_until,
        ..
    } = connection;
    if (unread_until.is_some() || leisure.is_reading_what_lay()) && !matches!(end, End::Stopping) {
        leisure.in_vain(0); // perhaps it gave up waiting for an answer
    }
    shared.remember(&hello.device, leisure);
    if end.is_heard() {
        packets.close(last_word).await;
    } else {
        drop(packets);
    }
    drop(attached.lease);
    if let Some(will) = hello.will.filter(|_| end.will_is_due()) {
        let until = Instant::now() + shared.limits.commit;
        let committed = match timeout_at(until, shared.handler.submit(will)).await {
            Ok(Ok(answer)) => {
                shared.handler.drained();
                answered(answer, until).await
            }
            Ok(Err(error)) => Err(error),
            Err(_) => Err(CommitError::Timeout),
        };
        if let Err(error) = committed {
            tracing::warn!(device = %hello.device, %error, "a last will is lost");
        }
    }
}

/// The answer to a message, in time.
async fn answered(answer: oneshot::Receiver<Result<Taken, CommitError>>, until: Instant) -> Result<Taken, CommitError> {
    match timeout_at(until, answer).await {
        Ok(Ok(taken)) => taken,
        Ok(Err(_)) => Err(CommitError::Closed),
        Err(_) => Err(CommitError::Timeout),
    }
}

/// How a rest ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    InTime,
    LookedAt,
}

/// Leaves what comes where it is until its time has come, or somebody looks.
async fn rest(until: Option<Instant>, attention: impl Future<Output = ()>) -> Rest {
    tokio::select! {
        () = sleep_until(until.unwrap_or_else(Instant::now)) => Rest::InTime,
        () = attention => Rest::LookedAt,
    }
}

/// A message whose fate is known.
struct Settled {
    qos: QoS,
    id: Option<NonZeroU16>,
    bytes: usize,
    outcome: Result<Verdict, CommitError>,
}

struct Connection<'c, S, H> {
    packets: Packets<S>,
    version: Version,
    shared: &'c Shared<H>,
    lease: &'c Lease,
    device: &'c DeviceId,
    peer: SocketAddr,
    /// Messages that wait for their commit, in order of arrival; acknowledgements leave in that order (MQTT-4.6.0-2).
    waiting: FuturesOrdered<BoxFuture<'static, Settled>>,
    waiting_bytes: usize,
    leisure: Leisure,
    /// Until when what comes next is left where it is.
    unread_until: Option<Instant>,
    /// Whether its messages are read as they come in any case.
    prompt: bool,
}

impl<S: AsyncRead + AsyncWrite + Doze + Unpin, H: Handler> Connection<'_, S, H> {
    /// Runs until the connection ends, and then until what it took is acknowledged.
    async fn run(&mut self, silence: Duration, mut farewell: oneshot::Receiver<Farewell>) -> End {
        let mut idle = pin!(sleep(silence));
        let mut ending = None;
        let mut fresh = false;
        loop {
            if self.waiting.is_empty()
                && let Some(end) = ending.take()
            {
                return end;
            }
            let open = ending.is_none();
            // Full: stop reading, and TCP pushes back.
            let listening = open && self.has_room();
            let reading = listening && self.unread_until.is_none();
            if self.unread_until.is_some() && self.waiting.is_empty() {
                self.packets.doze(); // once all is answered
            }
            let end = tokio::select! {
                biased;
                Some(settled) = self.waiting.next(), if !self.waiting.is_empty() => {
                    if open && !listening {
                        idle.as_mut().reset(Instant::now() + silence); // it was us who did not listen
                    }
                    match self.acknowledge(settled).await {
                        Ok(()) => continue,
                        Err(end) => return ending.unwrap_or(end), // what is not acknowledged comes again, however it ends
                    }
                }
                () = self.shared.stop.cancelled(), if open => {
                    self.take_what_is_there().await;
                    End::Stopping
                }
                farewell = &mut farewell, if open => match farewell {
                    Ok(Farewell::Removed) => End::Removed,
                    Ok(Farewell::TakenOver) | Err(_) => {
                        self.take_what_is_there().await;
                        End::TakenOver
                    }
                },
                ended = rest(self.unread_until, self.shared.handler.attention()), if self.unread_until.is_some() => {
                    self.unread_until = None;
                    if ended == Rest::LookedAt {
                        self.leisure.stays(); // it says nothing of the sender
                    }
                    idle.as_mut().reset(Instant::now() + silence);
                    fresh = true; // whatever is there now
                    continue;
                }
                packet = self.packets.next(), if reading => match packet {
                    Some(Ok((packet, held))) => {
                        let (packet, now): (Incoming, _) = (packet.into(), Instant::now());
                        idle.as_mut().reset(now + silence);
                        if let Incoming::Publish(publish) = &packet {
                            // A message of QoS 0 is lost with the connection, and one of QoS 2 is waited for twice.
                            self.prompt |= publish.qos != QoS::AtLeastOnce;
                            self.leisure.read(publish.dup, now);
                            fresh = true;
                        }
                        match self.take(packet, held).await {
                            Ok(()) => continue,
                            Err(end) => end,
                        }
                    }
                    Some(Err(error)) => {
                        handshake::report(&error, &*self.shared.handler, Some(self.device), self.peer);
                        End::Unreadable(error)
                    }
                    None => End::Vanished,
                },
                () = &mut idle, if reading => End::Silent,
                // Last: only when there was nothing else to do.
                () = std::future::ready(()), if fresh => {
                    fresh = false;
                    self.shared.handler.drained();
                    if reading {
                        self.unread_until = self.may_rest_until(silence);
                    }
                    continue;
                }
            };
            if matches!(end, End::NotCommitted(_)) || !end.is_heard() {
                return end;
            }
            ending = Some(end);
        }
    }

    /// Takes what arrived and was not read, as far as there is room: a client that keeps no session would not send it again. That the
    /// connection ends says nothing of the sender.
    async fn take_what_is_there(&mut self) {
        self.unread_until = None;
        self.leisure.stays();
        let until = Instant::now() + LAST_LOOK;
        while self.has_room()
            && let Ok(Some(Ok((packet, held)))) = timeout_at(until, self.packets.next()).await
            && self.take(packet.into(), held).await.is_ok()
        {}
        self.shared.handler.drained();
    }

    /// All that had arrived is read; until when what comes next may lie unread.
    fn may_rest_until(&mut self, silence: Duration) -> Option<Instant> {
        let until = self.leisure.drained(Instant::now());
        // A device that may be silent for moments only is heard as it speaks.
        let prompt = self.prompt || silence <= leisure::LONGEST * 2 || self.shared.handler.wants_at_once(self.device);
        if prompt && until.is_some() {
            self.leisure.stays();
        }
        until.filter(|_| !prompt)
    }

    fn has_room(&self) -> bool {
        self.waiting.len() < self.shared.limits.unacknowledged.get().into()
            && self.waiting_bytes < self.shared.limits.unacknowledged_bytes
    }

    /// Acknowledges `settled` and whatever else is settled by now, then writes it all at once.
    async fn acknowledge(&mut self, settled: Settled) -> Result<(), End> {
        let mut next = Some(settled);
        while let Some(Settled { qos, id, bytes, outcome }) = next {
            self.waiting_bytes -= bytes;
            match (outcome, id) {
                (Ok(verdict), Some(id)) => {
                    // A refusal ends the exchange in MQTT 5 (section 4.3.3); in 3.1.1 it looks like any other.
                    if qos == QoS::ExactlyOnce && (verdict == Verdict::Committed || self.version == Version::Three) {
                        self.lease.hold(id);
                    }
                    self.packets.feed(self.version.acknowledge(qos, id, verdict)).await?;
                }
                (Ok(_), None) => {}
                // An error in PUBACK would be final in MQTT 5: closing makes the device send it again.
                (Err(error), Some(_)) => {
                    tracing::warn!(device = %self.device, %error, code = error.code(), "not committed, so not acknowledged");
                    return Err(End::NotCommitted(error));
                }
                (Err(error), None) => tracing::warn!(device = %self.device, %error, "a message of QoS 0 is lost"),
            }
            next = self.waiting.next().now_or_never().flatten();
        }
        Ok(self.packets.flush().await?)
    }

    async fn take(&mut self, incoming: Incoming, held: Held) -> Result<(), End> {
        let answer = match incoming {
            Incoming::Publish(publish) => return self.publish(*publish, held).await,
            Incoming::Release(id) => self.version.complete(id, self.lease.release(id)),
            Incoming::Subscribe(id, filters) => self.version.subscribed(id, &self.granted(&filters)),
            Incoming::Unsubscribe(id, filters) => self.version.unsubscribed(id, filters),
            Incoming::Ping => self.version.pong(),
            Incoming::Disconnect { will, expiry } => {
                if let Some(seconds) = expiry {
                    self.lease.set_lifetime(handshake::lifetime(seconds));
                }
                return Err(End::Goodbye { will });
            }
            Incoming::Unexpected => return Err(End::Protocol(DisconnectReasonCode::ProtocolError)),
        };
        Ok(self.packets.send(answer).await?)
    }

    /// Which filters are granted. Nothing is sent there yet, so there is nothing to remember.
    fn granted(&self, filters: &[(ByteString, QoS)]) -> Vec<Option<QoS>> {
        let too_many = filters.len() > self.shared.limits.filters;
        let own = |filter: &str| !too_many && topics::may_subscribe(self.device, filter);
        if let Some((filter, _)) = filters.iter().find(|(filter, _)| !topics::may_subscribe(self.device, filter)) {
            handshake::foreign(&*self.shared.handler, self.device, self.peer, "its subscription", filter);
        }
        filters.iter().map(|(filter, qos)| own(filter).then_some(*qos)).collect()
    }

    async fn publish(&mut self, publish: Publish, held: Held) -> Result<(), End> {
        let Publish { qos, packet_id, .. } = publish;
        if publish.topic.is_empty()
            || publish
                .properties
                .as_ref()
                .is_some_and(|properties| properties.topic_alias.is_some())
        {
            return Err(End::Protocol(DisconnectReasonCode::TopicAliasInvalid));
        }
        if !topics::may_publish(self.device, &publish.topic) {
            handshake::foreign(&*self.shared.handler, self.device, self.peer, "a message", &publish.topic);
            return match self.version {
                Version::Three => Err(End::ForeignTopic),
                Version::Five => self.settle(qos, packet_id, Verdict::Foreign),
            };
        }
        if let (QoS::ExactlyOnce, Some(id)) = (qos, packet_id) {
            if self.lease.is_unreleased(id) {
                return self.settle(qos, packet_id, Verdict::Committed); // it is stored; only the device does not know yet
            }
            if self.lease.unreleased() >= self.shared.limits.unreleased {
                return Err(End::Protocol(DisconnectReasonCode::ReceiveMaximumExceeded));
            }
        }
        let bytes = publish.payload.len();
        let message = Message {
            device: self.device.clone(),
            topic: publish.topic,
            payload: publish.payload,
            qos: qos.value(),
            duplicate: publish.dup,
            will: false,
        };
        let until = Instant::now() + self.shared.limits.commit;
        let answer = self.hand_over(message, until).await?;
        self.waiting_bytes += bytes;
        self.waiting.push_back(
            async move {
                let outcome = match answer {
                    Ok(answer) => answered(answer, until).await.map(|taken| match taken {
                        Taken::Committed => Verdict::Committed,
                        Taken::Refused => Verdict::Refused,
                    }),
                    Err(error) => Err(error),
                };
                drop(held);
                Settled {
                    qos,
                    id: packet_id,
                    bytes,
                    outcome,
                }
            }
            .boxed(),
        );
        Ok(())
    }

    /// Queues an acknowledgement that is certain already, behind those that are not.
    #[allow(clippy::unnecessary_wraps)] // it stands where a verdict does
    fn settle(&mut self, qos: QoS, id: Option<NonZeroU16>, verdict: Verdict) -> Result<(), End> {
        self.waiting.push_back(
            std::future::ready(Settled {
                qos,
                id,
                bytes: 0,
                outcome: Ok(verdict),
            })
            .boxed(),
        );
        Ok(())
    }

    /// Hands a message over in order of arrival. While the handler has no room, acknowledgements go on.
    async fn hand_over(
        &mut self,
        message: Message,
        until: Instant,
    ) -> Result<Result<oneshot::Receiver<Result<Taken, CommitError>>, CommitError>, End> {
        let handler = Arc::clone(&self.shared.handler);
        let mut submitted = pin!(timeout_at(until, handler.submit(message)));
        loop {
            tokio::select! {
                biased;
                answer = &mut submitted => return Ok(answer.unwrap_or(Err(CommitError::Timeout))),
                Some(settled) = self.waiting.next(), if !self.waiting.is_empty() => self.acknowledge(settled).await?,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::future::{pending, ready};

    use super::*;

    #[tokio::test]
    async fn what_lies_unread_is_read_in_time_or_when_somebody_looks() {
        let far = Instant::now() + Duration::from_hours(1);
        let in_time = rest(Some(Instant::now()), pending());
        let looked_at = rest(Some(far), ready(()));
        let ended = timeout(Duration::from_mins(1), async { tokio::join!(in_time, looked_at) }).await;
        assert_eq!(ended.unwrap(), (Rest::InTime, Rest::LookedAt));
        assert_eq!(rest(Some(far), pending()).now_or_never(), None, "otherwise it stays");
    }
}
