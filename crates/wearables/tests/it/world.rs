//! An endpoint, a handler whose commits the test holds in its hand, and clients.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use earnest_domain::{
    device::DeviceId,
    rejection::{Rejection, RejectionReason},
};
use earnest_wearables::links::mqtt::{
    Answer, CommitError, Endpoint, Handler, Limits, Message, Taken,
    credentials::{Password, PasswordHash, Verifier},
};
use tokio::{
    sync::{Semaphore, mpsc, oneshot, watch},
    time::timeout,
};

/// No wait of a test takes longer, unless it fails.
const PATIENCE: Duration = Duration::from_secs(20);

/// Messages that a handler takes when nothing is said of its room.
const PLENTY: usize = 1_000_000;

pub(crate) const PASSWORD: &str = "correct-horse";

/// Waits for something that must happen.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future)
        .await
        .unwrap_or_else(|_| panic!("waited in vain: {what}"))
}

pub(crate) fn device(name: &str) -> DeviceId {
    name.parse().unwrap()
}

/// A message whose commit is still to be answered.
pub(crate) struct Pending {
    pub(crate) message: Message,
    answer: oneshot::Sender<Result<Taken, CommitError>>,
}

impl Pending {
    pub(crate) fn commit(self) -> Message {
        let _ = self.answer.send(Ok(Taken::Committed));
        self.message
    }

    pub(crate) fn refuse(self) {
        let _ = self.answer.send(Ok(Taken::Refused));
    }

    pub(crate) fn fail(self) {
        let _ = self.answer.send(Err(CommitError::Failed("the disk is full".to_owned())));
    }
}

/// What the handler was told besides messages.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Event {
    Refused(Option<DeviceId>, RejectionReason, String),
    Connection(DeviceId, bool),
    Drained,
}

/// Keeps nothing: hands each message and event to the test. Ada, Bob and `load` have the password.
pub(crate) struct Probe {
    verifier: Verifier,
    hash: PasswordHash,
    messages: mpsc::UnboundedSender<Pending>,
    events: mpsc::UnboundedSender<Event>,
    /// When set, messages are committed at once.
    at_once: bool,
    /// Messages that it takes; more wait until the test makes room.
    room: Arc<Semaphore>,
    looked_at: watch::Sender<bool>,
}

impl Handler for Probe {
    async fn login(&self, user: &str, password: &[u8]) -> Option<DeviceId> {
        let known = ["ada", "bob", "load"].contains(&user).then_some(&self.hash);
        if self.verifier.verify(known, password).await {
            user.parse().ok()
        } else {
            None
        }
    }

    async fn submit(&self, message: Message) -> Result<Answer, CommitError> {
        self.room.acquire().await.map_err(|_| CommitError::Closed)?.forget();
        let (answer, receiver) = oneshot::channel();
        let pending = Pending { message, answer };
        if self.at_once {
            let message = pending.commit();
            let (answer, _) = oneshot::channel();
            let _ = self.messages.send(Pending { message, answer });
        } else {
            self.messages.send(pending).map_err(|_| CommitError::Closed)?;
        }
        Ok(receiver)
    }

    fn drained(&self) {
        let _ = self.events.send(Event::Drained);
    }

    fn wants_at_once(&self, _: &DeviceId) -> bool {
        *self.looked_at.borrow()
    }

    async fn attention(&self) {
        let _ = self.looked_at.subscribe().wait_for(|looked_at| *looked_at).await;
    }

    fn refused(&self, device: Option<&DeviceId>, _: SocketAddr, rejection: Rejection) {
        let _ = self
            .events
            .send(Event::Refused(device.cloned(), rejection.reason, rejection.detail));
    }

    fn connection(&self, device: &DeviceId, up: bool) {
        let _ = self.events.send(Event::Connection(device.clone(), up));
    }
}

/// A running endpoint and the test's view of its handler.
pub(crate) struct World {
    pub(crate) endpoint: Endpoint,
    pub(crate) address: SocketAddr,
    pub(crate) messages: mpsc::UnboundedReceiver<Pending>,
    events: mpsc::UnboundedReceiver<Event>,
    room: Arc<Semaphore>,
    looked_at: watch::Sender<bool>,
}

impl World {
    /// Commits wait for the test.
    pub(crate) async fn start(limits: Limits) -> Self {
        Self::start_at("127.0.0.1:0".parse().unwrap(), limits, false).await
    }

    /// Commits happen at once.
    pub(crate) async fn start_committing(limits: Limits) -> Self {
        Self::start_at("127.0.0.1:0".parse().unwrap(), limits, true).await
    }

    pub(crate) async fn start_at(address: SocketAddr, limits: Limits, at_once: bool) -> Self {
        let (messages, message_receiver) = mpsc::unbounded_channel();
        let (events, event_receiver) = mpsc::unbounded_channel();
        let hash = PasswordHash::new(&Password::from(PASSWORD.to_owned()), [3; 16]).unwrap();
        let room = Arc::new(Semaphore::new(PLENTY));
        let looked_at = watch::Sender::new(true);
        let probe = Probe {
            verifier: Verifier::default(),
            hash,
            messages,
            events,
            at_once,
            room: Arc::clone(&room),
            looked_at: looked_at.clone(),
        };
        let endpoint = Endpoint::start(address, Arc::new(probe), limits).await.unwrap();
        let address = endpoint.local_addr();
        Self {
            endpoint,
            address,
            messages: message_receiver,
            events: event_receiver,
            room,
            looked_at,
        }
    }

    /// From now on the handler has room for `messages` more.
    pub(crate) fn has_room_for(&self, messages: usize) {
        self.room.forget_permits(PLENTY);
        self.room.add_permits(messages);
    }

    /// From now on nobody looks at what arrives.
    pub(crate) fn nobody_looks(&self) {
        self.looked_at.send_replace(false);
    }

    /// How often a connection had submitted all that there was, so far.
    pub(crate) fn drained(&mut self) -> usize {
        std::iter::from_fn(|| self.events.try_recv().ok())
            .filter(|event| *event == Event::Drained)
            .count()
    }

    /// The next message.
    pub(crate) async fn message(&mut self) -> Pending {
        soon("a message", self.messages.recv()).await.unwrap()
    }

    /// The next message, committed.
    pub(crate) async fn committed(&mut self) -> Message {
        self.message().await.commit()
    }

    /// The next event that `wanted` accepts; others are passed over and forgotten.
    pub(crate) async fn event(&mut self, what: &str, wanted: impl Fn(&Event) -> bool) -> Event {
        soon(what, async {
            loop {
                let event = self.events.recv().await.unwrap();
                if wanted(&event) {
                    return event;
                }
            }
        })
        .await
    }

    pub(crate) async fn rejection(&mut self, reason: RejectionReason) -> (Option<DeviceId>, String) {
        let event = self
            .event(
                reason.code(),
                |event| matches!(event, Event::Refused(_, found, _) if *found == reason),
            )
            .await;
        let Event::Refused(device, _, detail) = event else {
            panic!("{event:?}")
        };
        (device, detail)
    }

    pub(crate) async fn connection(&mut self, name: &str, up: bool) {
        let wanted = Event::Connection(device(name), up);
        self.event(&format!("{name} {}", if up { "up" } else { "down" }), |event| {
            *event == wanted
        })
        .await;
    }
}
