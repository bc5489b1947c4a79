//! Messages become samples, and are acknowledged after they are committed.

use std::{net::SocketAddr, sync::Arc};

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

use tokio_util::sync::CancellationToken;

use crate::{
    commands::CommandError,
    config::Clock,
    credentials::Credentials,
    events::{Event, Events},
    motion::Arrivals,
    patience::Patience,
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
    pending: mpsc::Sender<Pending>,
    refusals: mpsc::Sender<Refusal>,
}

/// What keeps what came through the [`Door`].
pub(crate) struct Keeper {
    pending: mpsc::Receiver<Pending>,
    refusals: mpsc::Receiver<Refusal>,
    vault: Arc<Vault>,
    presence: Arc<Presence>,
    clock: Clock,
    events: Events,
    arrivals: Arrivals,
    patience: Patience,
    trouble: Trouble,
    /// Cancelled when the engine closes: nobody is waited for any more.
    leaving: CancellationToken,
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
    /// Cancelled when the engine closes: nobody is waited for any more.
    pub(crate) leaving: CancellationToken,
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
        leaving,
    } = parts;
    let (pending, pending_here) = mpsc::channel(QUEUE);
    let (refusals, refusals_here) = mpsc::channel(REFUSALS);
    let door = Door {
        credentials,
        presence: Arc::clone(&presence),
        clock: clock.clone(),
        events: events.clone(),
        pending,
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
        patience: Patience::default(),
        trouble,
        leaving,
        uncompacted: 0,
    };
    (door, keeper)
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
        self.pending.send(pending).await.map_err(|_| CommitError::Closed)?;
        Ok(promise)
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
        loop {
            let until = self.patience.until();
            let due = tokio::select! {
                biased;
                next = self.pending.recv() => {
                    let Some(next) = next else { break };
                    self.take(next, &mut group)
                }
                // The endpoint is waiting for its answers.
                () = self.leaving.cancelled(), if until.is_some() => true,
                () = tokio::time::sleep_until(until.unwrap_or_else(Instant::now)), if until.is_some() => {
                    self.patience.in_vain();
                    true
                }
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
            if due {
                self.patience.answered();
                self.commit(std::mem::take(&mut group)).await;
            }
        }
        self.commit(group).await;
    }

    /// Takes a message and all that came with it; says whether it is time to commit.
    fn take(&mut self, next: Pending, group: &mut Vec<Pending>) -> bool {
        let now = Instant::now();
        let mut next = Some(next);
        let mut due = false;
        while let Some(pending) = next {
            // A refused record is shown at once.
            due |= self.patience.arrived(&pending.batch.device, now) || !pending.rejections.is_empty();
            group.push(pending);
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
