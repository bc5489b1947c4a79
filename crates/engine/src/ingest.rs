//! Messages become samples, and are acknowledged after they are committed.

use std::{
    collections::HashSet,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use earnest_domain::{device::DeviceId, rejection::Rejection};
use earnest_vault::{Batch, Compaction, Mark, Vault, VaultError};
use earnest_wearables::{
    links::mqtt::{Answer, CommitError, Handler, Message, Taken},
    protocols::senml,
};
use tokio::{
    sync::{mpsc, oneshot},
    time::Instant,
};

use crate::{
    commands::CommandError,
    config::Clock,
    credentials::Credentials,
    events::{Event, Events},
    motion::Arrivals,
    presence::Presence,
    trouble::Trouble,
};

/// Messages that may wait for their commit, over all devices; past it, submitting waits and the devices feel it.
const QUEUE: usize = 256;
/// Messages in one transaction at most.
const GROUP: usize = 256;
/// Refusals that may wait to be recorded. A stranger can cause them at will: what does not fit is not counted.
const REFUSALS: usize = 256;
/// Values after which the journal is packed: about 30 s of a watch that sends six axes at 50 Hz.
const COMPACT_AFTER: u64 = 10_000;
/// The one topic below a device's own that carries samples.
const SENML: &str = "senml";

/// How long a message waits at most to hear whether more comes from its connection: it may be lost before it says so.
const LINGER: Duration = Duration::from_millis(50);

/// What comes through the [`Door`].
enum Arrival {
    Message(Pending),
    /// A connection has nothing more for now.
    Drained,
}

/// A decoded message that waits for its commit.
struct Pending {
    batch: Batch,
    rejections: Vec<Rejection>,
    answer: oneshot::Sender<Result<Taken, CommitError>>,
}

/// Something that was refused before it was a message.
type Refusal = (Option<DeviceId>, Rejection);

/// What the endpoint hands its messages to.
pub(crate) struct Door {
    credentials: Arc<Credentials>,
    presence: Arc<Presence>,
    clock: Clock,
    events: Events,
    pending: mpsc::Sender<Arrival>,
    /// Where those who look at what arrives are known.
    arrivals: Arrivals,
    /// Devices whose messages told their time by their arrival: were they left unread, it would be the wrong one.
    timed_by_arrival: Mutex<HashSet<DeviceId>>,
    refusals: mpsc::Sender<Refusal>,
}

/// What keeps what came through the [`Door`].
pub(crate) struct Keeper {
    pending: mpsc::Receiver<Arrival>,
    refusals: mpsc::Receiver<Refusal>,
    vault: Arc<Vault>,
    presence: Arc<Presence>,
    clock: Clock,
    events: Events,
    arrivals: Arrivals,
    trouble: Trouble,
    /// Values since the journal was last packed.
    uncompacted: u64,
}

/// What a door and its keeper are made of.
pub(crate) struct Ingest {
    pub(crate) vault: Arc<Vault>,
    pub(crate) credentials: Arc<Credentials>,
    pub(crate) presence: Arc<Presence>,
    pub(crate) clock: Clock,
    pub(crate) events: Events,
    pub(crate) arrivals: Arrivals,
    pub(crate) trouble: Trouble,
}

/// A door and its keeper.
pub(crate) fn ingest(parts: Ingest) -> (Door, Keeper) {
    let Ingest {
        vault,
        credentials,
        presence,
        clock,
        events,
        arrivals,
        trouble,
    } = parts;
    let (pending, pending_here) = mpsc::channel(QUEUE);
    let (refusals, refusals_here) = mpsc::channel(REFUSALS);
    let door = Door {
        credentials,
        presence: Arc::clone(&presence),
        clock: clock.clone(),
        events: events.clone(),
        pending,
        arrivals: arrivals.clone(),
        timed_by_arrival: Mutex::default(),
        refusals,
    };
    let keeper = Keeper {
        pending: pending_here,
        refusals: refusals_here,
        vault,
        presence,
        clock,
        events,
        arrivals,
        trouble,
        uncompacted: 0,
    };
    (door, keeper)
}

impl Door {
    fn timed_by_arrival(&self) -> MutexGuard<'_, HashSet<DeviceId>> {
        self.timed_by_arrival.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Handler for Door {
    async fn login(&self, user: &str, password: &[u8]) -> Option<DeviceId> {
        self.credentials.login(user, password).await
    }

    async fn submit(&self, message: Message) -> Result<Answer, CommitError> {
        let (answer, promise) = oneshot::channel();
        if message.subtopic() != SENML {
            // A will, or a device's chatter about itself: its own business, and no sample.
            let _ = answer.send(Ok(Taken::Committed));
            return Ok(promise);
        }
        // Decoded here, on the connection's own task, so that the one writer only writes.
        let format = senml::Format::detect(&message.payload);
        let decoded = senml::decode(&message.payload, format, self.clock.now(), &senml::Limits::default());
        if decoded.relative_times {
            self.timed_by_arrival().insert(message.device.clone());
        }
        let mark = decoded.relative_times.then(|| Mark {
            digest: *blake3::hash(&message.payload).as_bytes(),
            again: message.duplicate,
        });
        let batch = Batch {
            device: message.device,
            samples: decoded.samples,
            mark,
        };
        let pending = Pending {
            batch,
            rejections: decoded.rejections,
            answer,
        };
        self.pending
            .send(Arrival::Message(pending))
            .await
            .map_err(|_| CommitError::Closed)?;
        Ok(promise)
    }

    fn drained(&self) {
        // Where there is no room there is enough to commit without this.
        let _ = self.pending.try_send(Arrival::Drained);
    }

    fn wants_at_once(&self, device: &DeviceId) -> bool {
        self.arrivals.is_looked_at() || self.timed_by_arrival().contains(device)
    }

    async fn attention(&self) {
        self.arrivals.attention().await;
    }

    fn refused(&self, device: Option<&DeviceId>, peer: SocketAddr, rejection: Rejection) {
        tracing::info!(%peer, reason = rejection.reason.code(), "refused at the door");
        if let Some(device) = device {
            self.presence.refused(device);
        }
        let _ = self.refusals.try_send((device.cloned(), rejection));
    }

    fn connection(&self, device: &DeviceId, up: bool) {
        self.presence.connection(device, up);
        self.events.readings_arrived();
    }
}

impl Keeper {
    /// Keeps what comes until the door is gone and everything that came through it is committed.
    pub(crate) async fn keep(mut self) {
        let mut refusals_open = true;
        let mut group: Vec<Pending> = Vec::new();
        let mut until = Instant::now();
        loop {
            let waiting = !group.is_empty();
            let due = tokio::select! {
                biased;
                next = self.pending.recv() => {
                    let Some(next) = next else { break };
                    if !waiting {
                        until = Instant::now() + LINGER;
                    }
                    self.take(next, &mut group)
                }
                () = tokio::time::sleep_until(until), if waiting => true,
                refusal = self.refusals.recv(), if refusals_open => {
                    match refusal {
                        Some((device, rejection)) => {
                            if let Err(error) = self.vault.reject(&[(device, rejection)], self.clock.now()).await {
                                tracing::warn!(%error, "a refusal was not recorded");
                            }
                            self.events.readings_arrived();
                        }
                        None => refusals_open = false,
                    }
                    false
                }
            };
            if due || Instant::now() >= until {
                self.commit(std::mem::take(&mut group)).await;
            }
        }
        self.commit(group).await;
    }

    /// Takes what came and all that came with it; says whether it is time to commit.
    fn take(&mut self, next: Arrival, group: &mut Vec<Pending>) -> bool {
        let mut next = Some(next);
        let mut due = false;
        while let Some(arrival) = next {
            match arrival {
                Arrival::Message(pending) => group.push(pending),
                Arrival::Drained => due = true,
            }
            if group.len() >= GROUP {
                return true;
            }
            next = self.pending.try_recv().ok();
        }
        due
    }

    /// Has the screens say that nothing can be stored, or that it can again.
    fn note(&self, error: Option<&VaultError>) {
        let news = self.trouble.set(error.map(|error| CommandError {
            code: error.code().to_owned(),
            message: format!("{error}. What was not acknowledged stays with the devices, which send it again"),
        }));
        if news {
            self.events.tell(Event::Today);
        }
    }

    /// One transaction for the samples of the whole group; the answers go out after it.
    async fn commit(&mut self, group: Vec<Pending>) {
        if group.is_empty() {
            return;
        }
        let mut batches = Vec::with_capacity(group.len());
        let mut answers = Vec::with_capacity(group.len());
        for Pending {
            batch,
            rejections,
            answer,
        } in group
        {
            answers.push((batch.device.clone(), batch.samples.is_empty(), rejections, answer));
            batches.push(batch);
        }
        let appended = match self.vault.append(batches).await {
            Ok(appended) => appended,
            Err(error) => {
                tracing::error!(%error, code = error.code(), "samples were not stored; their devices send them again");
                self.note(Some(&error));
                for (_, _, _, answer) in answers {
                    let _ = answer.send(Err(CommitError::Failed(error.code().to_owned())));
                }
                return;
            }
        };
        self.note(None);
        let now = self.clock.now();
        let mut stored = 0;
        // Refused records are on record before their message is acknowledged: it will not come again to explain itself.
        let refused: Vec<Refusal> = answers
            .iter()
            .flat_map(|(device, _, rejections, _)| rejections.iter().map(|rejection| (Some(device.clone()), rejection.clone())))
            .collect();
        let recorded = if refused.is_empty() {
            Ok(())
        } else {
            self.vault.reject(&refused, now).await
        };
        let mut arrived = Vec::with_capacity(answers.len());
        for ((device, empty, rejections, answer), appended) in answers.into_iter().zip(appended) {
            let taken = match &recorded {
                Err(error) if !rejections.is_empty() => Err(CommitError::Failed(error.code().to_owned())),
                // Nothing in it could be taken, and sending it again cannot help.
                _ if empty && !rejections.is_empty() => Ok(Taken::Refused),
                _ => Ok(Taken::Committed),
            };
            if !rejections.is_empty() {
                self.presence.refused(&device);
            } else if !empty {
                self.presence.heard(&device, now);
            }
            stored += appended.stored.len() as u64;
            arrived.push((device, appended.stored));
            let _ = answer.send(taken);
        }
        self.arrivals.tell(arrived);
        self.events.readings_arrived();
        self.uncompacted += stored;
        if self.uncompacted >= COMPACT_AFTER {
            self.uncompacted = 0;
            if let Err(error) = self.vault.compact(Compaction::Full).await {
                tracing::warn!(%error, "the journal was not packed; it is as good, only larger");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use earnest_domain::time::Timestamp;

    use super::*;

    #[tokio::test]
    async fn messages_that_tell_their_time_by_their_arrival_are_never_left_unread() {
        let (pending, _pending) = mpsc::channel(8);
        let (refusals, _refusals) = mpsc::channel(8);
        let events = Events::new();
        let door = Door {
            credentials: Arc::default(),
            presence: Arc::default(),
            clock: Clock::new(|| Timestamp::from_seconds(1_790_000_000)),
            arrivals: Arrivals::new(events.clone()),
            events,
            pending,
            timed_by_arrival: Mutex::default(),
            refusals,
        };
        let watch: DeviceId = "watch".parse().unwrap();
        for (time, at_once) in [("1789999999", false), ("-1", true), ("1789999999", true)] {
            let message = Message {
                device: watch.clone(),
                topic: format!("earnest/{watch}/senml").into(),
                payload: format!(r#"[{{"n":"heart_rate","v":61,"t":{time}}}]"#).into(),
                qos: 1,
                duplicate: false,
                will: false,
            };
            let _answer = door.submit(message).await.unwrap();
            assert_eq!(door.wants_at_once(&watch), at_once, "after a message of {time}");
        }
        assert!(!door.wants_at_once(&"other".parse().unwrap()));
    }
}
