//! One connection after another, and what is under way on each.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    time::Duration,
};

use earnest_domain::sample::Sample;
use rumqttc::{
    Outgoing,
    v5::{
        AsyncClient, ConnectionError, Event, Incoming, MqttOptions, StateError,
        mqttbytes::{
            QoS,
            v5::{ConnectReturnCode, PubAckReason},
        },
    },
};
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, sleep_until, timeout},
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use super::{
    Access, Link, Progress, Replay,
    packs::{Pack, packs},
};
use crate::{
    links::mqtt::topics,
    protocols::senml::{self, Format},
};

/// Packs that may be on their way at once; the endpoint's own bound may be smaller.
const WINDOW: usize = 32;
/// How long the goodbye may take.
const GOODBYE: Duration = Duration::from_secs(1);

/// What became of one connection.
pub(super) enum Outcome {
    Played,
    Cancelled,
    Lost(String),
}

/// A recording on its way.
pub(super) struct Player<'r> {
    replay: &'r Replay,
    packs: Vec<Pack>,
    speed: Option<f64>,
    /// When the first connection stood: the recording plays from there, whatever happens to later connections.
    started: Option<Instant>,
    /// The first pack that was never sent.
    next: usize,
    /// Packs that were sent and are not acknowledged.
    unacknowledged: BTreeSet<usize>,
    progress: &'r watch::Sender<Progress>,
}

/// What one connection has under way.
#[derive(Default)]
struct Flight {
    /// Packs that a former connection has sent in vain, in order.
    again: VecDeque<usize>,
    /// Packs that the client has not given a packet id yet, in order.
    handed: VecDeque<usize>,
    /// The pack behind each packet id.
    by_id: HashMap<u16, usize>,
}

impl Flight {
    fn len(&self) -> usize {
        self.handed.len() + self.by_id.len()
    }
}

impl<'r> Player<'r> {
    pub(super) fn new(replay: &'r Replay, progress: &'r watch::Sender<Progress>) -> Self {
        let packs = packs(&replay.recording);
        progress.send_modify(|progress| {
            *progress = Progress {
                total: packs.len(),
                ..Progress::default()
            }
        });
        Self {
            replay,
            packs,
            speed: replay.speed.filter(|speed| speed.is_finite() && *speed > 0.0),
            started: None,
            next: 0,
            unacknowledged: BTreeSet::new(),
            progress,
        }
    }

    /// One connection, from CONNECT to its end.
    pub(super) async fn play(&mut self, access: &Access, cancel: &CancellationToken) -> Outcome {
        let (client, mut events) = self.connect(access);
        let mut flight = Flight {
            again: self.unacknowledged.iter().copied().collect(),
            ..Flight::default()
        };
        let mut connected = false;
        loop {
            if connected && self.next == self.packs.len() && self.unacknowledged.is_empty() {
                goodbye(&client, &mut events).await;
                return Outcome::Played;
            }
            let candidate = flight
                .again
                .front()
                .copied()
                .or((self.next < self.packs.len()).then_some(self.next));
            let ready = candidate.filter(|_| connected && flight.len() < WINDOW);
            let due = ready.map_or_else(Instant::now, |pack| self.due(pack));
            let event = tokio::select! {
                biased;
                () = cancel.cancelled() => {
                    goodbye(&client, &mut events).await;
                    return Outcome::Cancelled;
                }
                event = events.recv() => event,
                () = sleep_until(due), if ready.is_some() => {
                    if let Some(pack) = ready && let Err(why) = self.send(&client, pack, &mut flight) {
                        return Outcome::Lost(why);
                    }
                    continue;
                }
            };
            match event {
                Some(Ok(Event::Incoming(Incoming::ConnAck(_)))) => {
                    connected = true;
                    self.started.get_or_insert_with(Instant::now);
                    self.progress.send_modify(|progress| progress.link = Link::Connected);
                }
                Some(Ok(Event::Outgoing(Outgoing::Publish(id)))) => {
                    if let Some(pack) = flight.handed.pop_front() {
                        flight.by_id.insert(id, pack);
                    }
                }
                Some(Ok(Event::Incoming(Incoming::PubAck(acknowledgement)))) => {
                    if let Some(pack) = flight.by_id.remove(&acknowledgement.pkid) {
                        let taken = matches!(
                            acknowledgement.reason,
                            PubAckReason::Success | PubAckReason::NoMatchingSubscribers
                        );
                        self.unacknowledged.remove(&pack);
                        self.progress.send_modify(|progress| {
                            progress.acknowledged += 1;
                            progress.refused += usize::from(!taken);
                        });
                    }
                }
                Some(Ok(_)) => {}
                Some(Err(error)) => return Outcome::Lost(why(&error)),
                None => return Outcome::Lost("the connection ended".to_owned()),
            }
        }
    }

    /// A client of its own for this connection. Its loop runs in a task, so that it is never dropped in the middle of a packet.
    fn connect(&self, access: &Access) -> (AsyncClient, Events) {
        let device = &self.replay.device;
        let Access { host, port, password } = access;
        let mut options = MqttOptions::new(format!("replay-{device}"), host, *port);
        options.set_credentials(device.as_str(), password.expose());
        options.set_keep_alive(Duration::from_secs(30));
        options.set_clean_start(true);
        #[allow(clippy::cast_possible_truncation)] // it is 32
        options.set_outgoing_inflight_upper_limit(WINDOW as u16);
        let (client, mut network) = AsyncClient::new(options, WINDOW);
        let (sender, events) = mpsc::channel(WINDOW);
        let polling = AbortOnDropHandle::new(tokio::spawn(async move {
            loop {
                let event = network.poll().await;
                let over = event.is_err();
                if sender.send(event).await.is_err() || over {
                    break;
                }
            }
        }));
        (
            client,
            Events {
                events,
                _polling: polling,
            },
        )
    }

    fn due(&self, pack: usize) -> Instant {
        match (self.started, self.speed) {
            (Some(started), Some(speed)) => started + self.packs[pack].due.div_f64(speed),
            _ => Instant::now(),
        }
    }

    /// Hands a pack to the client, whose queue is as long as the window.
    fn send(&mut self, client: &AsyncClient, pack: usize, flight: &mut Flight) -> Result<(), String> {
        let start = self.replay.start;
        let mut samples: Vec<Sample> = self.replay.recording.moments[self.packs[pack].moments.clone()]
            .iter()
            .map(|moment| Sample {
                channel: moment.channel,
                time: start.plus(moment.after),
                value: moment.value,
            })
            .collect();
        samples.sort_by_key(|sample| (sample.channel, sample.time)); // each stream's unit is then said once
        let payload = match self.replay.format {
            Format::Json => senml::encode_json("", &samples),
            Format::Cbor => senml::encode_cbor("", &samples),
        };
        let topic = topics::senml(&self.replay.device);
        client
            .try_publish(topic, QoS::AtLeastOnce, false, payload)
            .map_err(|_| "the connection ended".to_owned())?;
        flight.handed.push_back(pack);
        if flight.again.front() == Some(&pack) {
            flight.again.pop_front();
        } else {
            self.next = pack + 1;
            self.unacknowledged.insert(pack);
            self.progress.send_modify(|progress| progress.sent += 1);
        }
        Ok(())
    }
}

/// What happens on a connection; the task behind it ends with it.
struct Events {
    events: mpsc::Receiver<Result<Event, ConnectionError>>,
    _polling: AbortOnDropHandle<()>,
}

impl Events {
    async fn recv(&mut self) -> Option<Result<Event, ConnectionError>> {
        self.events.recv().await
    }
}

/// Says DISCONNECT and waits until it is out, so that the endpoint does not take the device for dead.
async fn goodbye(client: &AsyncClient, events: &mut Events) {
    if client.try_disconnect().is_ok() {
        let said = async {
            while let Some(Ok(event)) = events.recv().await {
                if matches!(event, Event::Outgoing(Outgoing::Disconnect)) {
                    break;
                }
            }
        };
        let _ = timeout(GOODBYE, said).await;
    }
}

/// What went wrong, in words for a person.
fn why(error: &ConnectionError) -> String {
    match error {
        ConnectionError::ConnectionRefused(ConnectReturnCode::BadUserNamePassword | ConnectReturnCode::NotAuthorized) => {
            "the device's name or password is wrong; pair it again".to_owned()
        }
        ConnectionError::ConnectionRefused(code) => format!("the endpoint refused the connection ({code:?})"),
        ConnectionError::Timeout(_) => "the endpoint does not answer".to_owned(),
        ConnectionError::Io(error) | ConnectionError::MqttState(StateError::Io(error)) => format!("no connection: {error}"),
        ConnectionError::MqttState(StateError::ServerDisconnect { reason_code, .. }) => {
            format!("the endpoint closed the connection ({reason_code:?})")
        }
        other => format!("the connection failed: {other}"),
    }
}
