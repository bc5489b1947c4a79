//! A person with an engine, a hub that they can reach, and wearables that play what they are told.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use earnest_checks::assets::asset;
use earnest_domain::time::{Span, Timestamp};
use earnest_engine::{
    Clock, Engine, EngineConfig, EngineError, HubChoice, KeyChoice, Random, Zone,
    commands::{Command, PairMqttCommand, dispatch, pairing::PairMqtt, pairing::Pairing},
    events::Event,
};
use earnest_hub::{Hub, Quests};
use earnest_wearables::{
    links::mqtt::replay::{Finish, Link, Progress, Replay},
    protocols::senml::Format,
    recording::Recording,
};
use tempfile::TempDir;
use tokio::{
    net::TcpListener,
    sync::{broadcast, oneshot, watch},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;
use url::Url;

/// Long enough for a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_mins(1);

/// A minute of walking, as often as one likes.
pub(crate) const QUEST: &str = r#"
    id = "first-steps"
    version = 1
    kind = "repeated"
    title = "First steps"
    story = "Walk for one minute, anywhere."
    times = 5
    goal = { label = "walking", seconds = 60 }
    streams = ["acceleration", "angular_velocity"]
    checks = ["activity"]
    ask = { purpose = "activity-research", purpose_text = "learning how people move", precision = "summary", retention_days = 90 }
    points = { base = 40, need = 1250, cap = 100, budget = 1000000 }
"#;

pub(crate) struct World {
    pub(crate) engine: Engine,
    pub(crate) folder: TempDir,
    clock: Arc<AtomicI64>,
    hub: Url,
    serving: Option<(oneshot::Sender<()>, JoinHandle<std::io::Result<()>>)>,
}

impl World {
    pub(crate) async fn start() -> Self {
        Self::start_with(&[QUEST.to_owned()]).await
    }

    /// With a hub that offers so many walks, each of its own name.
    pub(crate) async fn start_with_walks(number: usize) -> Self {
        let walk = |n| QUEST.replace("first-steps", &format!("walk-{n:02}"));
        Self::start_with(&(0..number).map(walk).collect::<Vec<_>>()).await
    }

    pub(crate) async fn start_with(manifests: &[String]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(AtomicI64::new(Timestamp::from_seconds(1_790_000_000).micros()));
        std::fs::create_dir(folder.path().join("quests")).unwrap();
        for (n, manifest) in manifests.iter().enumerate() {
            std::fs::write(folder.path().join(format!("quests/{n}.toml")), manifest).unwrap();
        }
        let quests = Quests::default().with_folder(&folder.path().join("quests")).unwrap();
        let reading = reading(&clock);
        let database = folder.path().join("hub.sqlite");
        let hub = Hub::open(&database, "Riverside", quests, Arc::new(reading)).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url: Url = format!("http://{}/", listener.local_addr().unwrap()).parse().unwrap();
        let (stop, stopped) = oneshot::channel();
        let serving = tokio::spawn(hub.serve(listener, async move {
            let _ = stopped.await;
        }));
        let engine = open(&folder.path().join("ada"), &clock, &url).await;
        Self {
            engine,
            folder,
            clock,
            hub: url,
            serving: Some((stop, serving)),
        }
    }

    pub(crate) async fn restarted(self) -> Self {
        self.engine.close().await;
        let engine = open(&self.folder.path().join("ada"), &self.clock, &self.hub).await;
        Self { engine, ..self }
    }

    pub(crate) async fn stop(self) {
        self.engine.close().await;
        if let Some((stop, serving)) = self.serving {
            stop.send(()).unwrap();
            serving.await.unwrap().unwrap();
        }
    }

    /// Two devices of the same person: what was on the one was copied to the other, which has a clock of its own.
    pub(crate) async fn twice(self) -> (Self, Self) {
        self.engine.close().await;
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("ada")).unwrap();
        for file in std::fs::read_dir(self.folder.path().join("ada")).unwrap() {
            let file = file.unwrap();
            if file.file_type().unwrap().is_file() {
                std::fs::copy(file.path(), folder.path().join("ada").join(file.file_name())).unwrap();
            }
        }
        let clock = Arc::new(AtomicI64::new(self.now().micros()));
        let other = Self {
            engine: open(&folder.path().join("ada"), &clock, &self.hub).await,
            folder,
            clock,
            hub: self.hub.clone(),
            serving: None,
        };
        let engine = open(&self.folder.path().join("ada"), &self.clock, &self.hub).await;
        (Self { engine, ..self }, other)
    }

    pub(crate) fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.clock.load(Ordering::SeqCst))
    }

    pub(crate) fn is_at(&self, now: Timestamp) {
        self.clock.store(now.micros(), Ordering::SeqCst);
    }

    pub(crate) fn later(&self, by: Span) {
        self.clock.store(self.now().plus(by).micros(), Ordering::SeqCst);
    }

    pub(crate) async fn call<C: Command>(&self, request: C::Request) -> C::Reply {
        self.ask::<C>(request).await.unwrap()
    }

    pub(crate) async fn ask<C: Command>(&self, request: C::Request) -> Result<C::Reply, EngineError> {
        let request = serde_json::to_vec(&request).unwrap();
        let reply = dispatch(&self.engine, C::NAME, &request).await?;
        Ok(serde_json::from_slice(&reply).unwrap())
    }

    /// Asks again whenever something happens, until the answer is as wished.
    pub(crate) async fn until<C: Command<Reply: std::fmt::Debug>>(
        &self,
        request: C::Request,
        wished: impl Fn(&C::Reply) -> bool,
    ) -> C::Reply
    where
        C::Request: Clone,
    {
        let mut events = self.engine.events();
        let mut last = None;
        let waited = tokio::time::timeout(PATIENCE, async {
            loop {
                let reply = self.call::<C>(request.clone()).await;
                if wished(&reply) {
                    return reply;
                }
                last = Some(reply);
                match events.recv().await {
                    Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => {}
                    Err(broadcast::error::RecvError::Closed) => panic!("the engine closed"),
                }
            }
        });
        waited.await.unwrap_or_else(|_| panic!("{} stayed {last:?}", C::NAME))
    }

    pub(crate) async fn pair(&self, name: &str) -> Pairing {
        self.call::<PairMqttCommand>(PairMqtt { name: name.to_owned() }).await
    }

    /// The wearable sends so much walking, which ended just now. Returns when all of it is acknowledged.
    pub(crate) async fn walk(&self, pairing: &Pairing, tens_of_seconds: usize) {
        let (progress, _seen) = watch::channel(Progress::default());
        let replay = self.replay(pairing, tens_of_seconds);
        let finish = tokio::time::timeout(PATIENCE, replay.run(&progress, &CancellationToken::new())).await;
        assert_eq!(finish.expect("it is acknowledged in time"), Finish::Played);
        assert_eq!(progress.borrow().refused, 0);
    }

    /// Why the wearable is not let in; `None` when it is.
    pub(crate) async fn refusal(&self, pairing: &Pairing) -> Option<String> {
        let (progress, mut seen) = watch::channel(Progress::default());
        let (replay, cancel) = (self.replay(pairing, 1), CancellationToken::new());
        let link = async {
            let seen = seen.wait_for(|progress| progress.link != Link::Connecting).await.unwrap();
            let link = seen.link.clone();
            drop(seen);
            cancel.cancel();
            link
        };
        let (_, link) = tokio::join!(replay.run(&progress, &cancel), link);
        match link {
            Link::Waiting { why, .. } => Some(why),
            _ => None,
        }
    }

    /// So much of a real recording.
    pub(crate) fn walking(tens_of_seconds: usize) -> Recording {
        let file = asset("recordings/basic-motions/BasicMotions_TEST.ts").expect("`cargo xtask setup` fetches the recording");
        Recording::basic_motions(&file, &[("walking", tens_of_seconds)]).unwrap()
    }

    fn replay(&self, pairing: &Pairing, tens_of_seconds: usize) -> Replay {
        let recording = Self::walking(tens_of_seconds);
        Replay {
            host: pairing.host.clone(),
            port: pairing.port,
            device: pairing.device.clone(),
            password: pairing.password.clone().into(),
            speed: None,
            start: self.now().minus(recording.length()),
            format: Format::Cbor,
            recording,
        }
    }
}

fn reading(clock: &Arc<AtomicI64>) -> impl Fn() -> Timestamp + Send + Sync + 'static {
    let clock = Arc::clone(clock);
    move || Timestamp::from_micros(clock.load(Ordering::SeqCst))
}

async fn open(data: &Path, clock: &Arc<AtomicI64>, hub: &Url) -> Engine {
    let config = EngineConfig {
        data: data.to_owned(),
        mqtt: "127.0.0.1:0".parse().unwrap(),
        hub: HubChoice {
            url: hub.clone(),
            embedded: false,
        },
        key: KeyChoice::File,
        clock: Clock::new(reading(clock)),
        zone: Zone::utc(),
        random: Random::system(),
        quiet: Duration::from_millis(500),
        player: None,
        recording: None,
    };
    Engine::open(config).await.unwrap()
}

/// What was told since `events` was last read.
pub(crate) fn told(events: &mut broadcast::Receiver<Event>) -> Vec<Event> {
    std::iter::from_fn(|| events.try_recv().ok()).collect()
}
