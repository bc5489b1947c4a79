//! A wearable's stand-in: a real MQTT 5 client that plays a recording.
//!
//! It behaves as a well-made device does: it sends a pack of about a second at a time with QoS 1, keeps each until it is acknowledged,
//! and after a lost connection sends again whatever was not. The client library forgets what it had queued when a session starts anew,
//! so nothing lives only there: each connection gets a client of its own, and the list of packs is ours.

use std::{
    collections::{BTreeSet, HashMap, VecDeque},
    ops::Range,
    time::Duration,
};

use earnest_domain::{device::DeviceId, sample::Sample, time::Timestamp};
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
    time::{Instant, sleep, sleep_until, timeout},
};
use tokio_util::{sync::CancellationToken, task::AbortOnDropHandle};

use super::{credentials::Password, topics};
use crate::{
    protocols::senml::{self, Format},
    recording::Recording,
};

/// Packs that may be on their way at once; the endpoint's own bound may be smaller.
const WINDOW: usize = 32;
/// Samples in one pack at most: about 150 kB of JSON.
const LARGEST_PACK: usize = 3_000;
/// The first and the longest pause before another try to connect; each is twice the one before.
const PAUSES: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(30));
/// How long the goodbye may take.
const GOODBYE: Duration = Duration::from_secs(1);

/// What to play, as whom, where to.
#[derive(Debug, Clone)]
pub struct Replay {
    /// What is played.
    pub recording: Recording,
    /// The endpoint's host name or address.
    pub host: String,
    /// The endpoint's port.
    pub port: u16,
    /// The device that it is sent as.
    pub device: DeviceId,
    /// The device's password.
    pub password: Password,
    /// How many times faster than it was recorded; `None` is as fast as it is acknowledged. Not finite or not above 0 counts as `None`.
    pub speed: Option<f64>,
    /// The instant that the recording starts at. What lies in the future is refused: with a speed above 1, start in the past.
    pub start: Timestamp,
    /// JSON or CBOR.
    pub format: Format,
}

/// How the connection is doing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Link {
    /// On the way to its first answer.
    #[default]
    Connecting,
    /// Logged in.
    Connected,
    /// It failed, and is tried again after a pause.
    Waiting {
        /// What went wrong, in words for a person.
        why: String,
        /// The pause.
        pause: Duration,
    },
    /// Everything is acknowledged, or it was cancelled.
    Closed,
}

/// How far it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Progress {
    /// Packs of the whole recording.
    pub total: usize,
    /// Packs that were sent at least once.
    pub sent: usize,
    /// Packs that are acknowledged, refused ones included.
    pub acknowledged: usize,
    /// Packs that the endpoint will never take.
    pub refused: usize,
    /// How the connection is doing.
    pub link: Link,
}

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finish {
    /// Every pack is acknowledged.
    Played,
    /// It was cancelled before.
    Cancelled,
}

/// Samples that are sent together, and when.
struct Pack {
    moments: Range<usize>,
    /// How long after the start its last sample was measured: a device cannot send it earlier.
    due: Duration,
}

/// What became of one connection.
enum Outcome {
    Played,
    Cancelled,
    Lost(String),
}

impl Replay {
    /// Plays until every pack is acknowledged or `cancel` is cancelled; whatever goes wrong with the connection, it tries again.
    pub async fn run(&self, progress: &watch::Sender<Progress>, cancel: &CancellationToken) -> Finish {
        let mut player = Player {
            replay: self,
            packs: packs(&self.recording),
            speed: self.speed.filter(|speed| speed.is_finite() && *speed > 0.0),
            started: None,
            next: 0,
            unacknowledged: BTreeSet::new(),
            progress,
        };
        player.progress.send_modify(|progress| {
            *progress = Progress {
                total: player.packs.len(),
                ..Progress::default()
            }
        });
        let mut pause = PAUSES.0;
        let finish = loop {
            let why = match player.play(cancel).await {
                Outcome::Played => break Finish::Played,
                Outcome::Cancelled => break Finish::Cancelled,
                Outcome::Lost(why) => why,
            };
            if player.progress.borrow().link == Link::Connected {
                pause = PAUSES.0; // it had worked
            }
            tracing::debug!(device = %self.device, why, ?pause, "the replay lost its connection");
            player
                .progress
                .send_modify(|progress| progress.link = Link::Waiting { why, pause });
            tokio::select! {
                () = sleep(pause) => {}
                () = cancel.cancelled() => break Finish::Cancelled,
            }
            pause = (pause * 2).min(PAUSES.1);
        };
        player.progress.send_modify(|progress| progress.link = Link::Closed);
        finish
    }
}

/// Cuts a recording at whole seconds, and further where a second holds very much.
fn packs(recording: &Recording) -> Vec<Pack> {
    let mut packs: Vec<Pack> = Vec::new();
    let mut second = None;
    for (index, moment) in recording.moments.iter().enumerate() {
        let due = Duration::from_micros(u64::try_from(moment.after.micros()).unwrap_or_default());
        match packs.last_mut() {
            Some(pack) if second == Some(moment.after.seconds()) && pack.moments.len() < LARGEST_PACK => {
                pack.moments.end = index + 1;
                pack.due = due;
            }
            _ => packs.push(Pack {
                moments: index..index + 1,
                due,
            }),
        }
        second = Some(moment.after.seconds());
    }
    packs
}

struct Player<'r> {
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

impl Player<'_> {
    /// One connection, from CONNECT to its end.
    async fn play(&mut self, cancel: &CancellationToken) -> Outcome {
        let (client, mut events) = self.connect();
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
    fn connect(&self) -> (AsyncClient, Events) {
        let Replay {
            host,
            port,
            device,
            password,
            ..
        } = self.replay;
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

#[cfg(test)]
mod tests {
    use earnest_domain::{stream::Channel, time::Span};

    use super::*;
    use crate::recording::Moment;

    fn recording(micros: &[i64]) -> Recording {
        let moment = |after: &i64| Moment {
            after: Span::from_micros(*after),
            channel: Channel::HeartRate,
            value: 60.0,
        };
        let moments = micros.iter().map(moment).collect();
        Recording {
            name: String::new(),
            source: String::new(),
            cases: Vec::new(),
            moments,
            skipped: 0,
        }
    }

    #[test]
    fn a_pack_is_sent_when_its_last_sample_was_measured() {
        let packs = packs(&recording(&[0, 500_000, 999_999, 1_000_000, 7_200_000]));
        let cut: Vec<_> = packs
            .iter()
            .map(|pack| (pack.moments.clone(), pack.due.as_micros()))
            .collect();
        assert_eq!(cut, [(0..3, 999_999), (3..4, 1_000_000), (4..5, 7_200_000)]);
    }

    #[test]
    fn a_second_that_holds_very_much_is_cut() {
        let packs = packs(&recording(&vec![0; 2 * LARGEST_PACK + 1]));
        assert_eq!(
            packs.iter().map(|pack| pack.moments.len()).collect::<Vec<_>>(),
            [LARGEST_PACK, LARGEST_PACK, 1]
        );
    }
}
