//! The engine: opened by a front, it runs until it is closed.

use std::{
    fmt,
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use earnest_domain::{device::DeviceId, identity::PersonKey, time::Timestamp, today::Day};
use earnest_hub_api::HubClient;
use earnest_vault::Vault;
use earnest_wearables::links::mqtt::{Endpoint, Limits};
use tokio::{
    sync::{Notify, broadcast, watch},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use crate::{
    EngineError, KeyPlace,
    captures::Captures,
    commands::{CommandError, person::HubStanding},
    config::{Clock, EngineConfig, Random, Zone},
    credentials::Credentials,
    events::{Event, Events},
    ingest::{self, Ingest},
    motion::{Arrivals, Judge, Latest, LatestWindow},
    outbox::Outbox,
    presence::Presence,
    quests::Quests,
    sample_wearable::Players,
    trouble::Trouble,
};

/// The engine. Clones share it.
#[derive(Clone)]
pub struct Engine(Arc<Inner>);

/// What lives as long as the engine.
struct Inner {
    vault: Arc<Vault>,
    key: Arc<PersonKey>,
    key_place: KeyPlace,
    clock: Clock,
    zone: Zone,
    random: Random,
    events: Events,
    arrivals: Arrivals,
    credentials: Arc<Credentials>,
    presence: Arc<Presence>,
    quests: Quests,
    /// Of storing, then of judging.
    troubles: [Trouble; 2],
    latest: Latest,
    captures: Captures,
    outbox: Arc<Notify>,
    hub_standing: watch::Receiver<HubStanding>,
    hub_is_embedded: bool,
    mqtt: SocketAddr,
    players: Option<Players>,
    running: Mutex<Option<Running>>,
}

/// What [`Engine::close`] ends, in this order: devices first, then what came from them, then the rest.
struct Running {
    endpoint: Endpoint,
    keeper: JoinHandle<()>,
    /// Not aborted: ONNX Runtime, under way on a thread of its own, would outlive the process's own goodbye.
    judge: JoinHandle<()>,
    closing: CancellationToken,
    others: Vec<JoinHandle<()>>,
}

impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Engine").field("mqtt", &self.0.mqtt).finish_non_exhaustive()
    }
}

impl Engine {
    /// Opens the vault, listens for devices and starts what runs by itself.
    ///
    /// # Errors
    /// [`EngineError`]: the vault cannot be opened, or the endpoint cannot listen.
    pub async fn open(config: EngineConfig) -> Result<Self, EngineError> {
        let seed = config.random.secret()?;
        let (vault, key_place) = Vault::open(&config.data, config.key, || *seed).await?;
        let vault = Arc::new(vault);
        let key = Arc::new(vault.person_key().await?);
        let client = HubClient::new(config.hub.url.clone()).map_err(|error| EngineError::HubAddress(error.to_string()))?;
        let events = Events::new();
        let credentials = Arc::new(admitted(&vault).await?);
        let presence = Arc::new(Presence::default());
        let outbox = Arc::new(Notify::new());
        let quests = Quests::new(
            Arc::clone(&vault),
            Arc::clone(&key),
            (config.clock.clone(), config.zone.clone()),
            events.clone(),
            Arc::clone(&outbox),
        );
        let (arrivals, latest) = (Arrivals::new(events.clone()), Latest::default());
        let (storing, judging) = (Trouble::default(), Trouble::default());
        let (hub_standing, hub_standing_here) = watch::channel(HubStanding::UNKNOWN);

        let closing = CancellationToken::new();
        let (door, keeper) = ingest::ingest(Ingest {
            vault: Arc::clone(&vault),
            credentials: Arc::clone(&credentials),
            presence: Arc::clone(&presence),
            clock: config.clock.clone(),
            events: events.clone(),
            arrivals: arrivals.clone(),
            trouble: storing.clone(),
        });
        let endpoint = Endpoint::start(config.mqtt, Arc::new(door), Limits::default())
            .await
            .map_err(|error| EngineError::Listen {
                address: config.mqtt,
                reason: error.to_string(),
            })?;
        let mqtt = endpoint.local_addr();
        let judge = Judge {
            vault: Arc::clone(&vault),
            key: Arc::clone(&key),
            clock: config.clock.clone(),
            arrivals: arrivals.clone(),
            events: events.clone(),
            quests: quests.clone(),
            trouble: judging.clone(),
            latest: latest.clone(),
            quiet: config.quiet,
            closing: closing.clone(),
        };
        let post = Outbox {
            vault: Arc::clone(&vault),
            key: Arc::clone(&key),
            clock: config.clock.clone(),
            events: events.clone(),
            quests: quests.clone(),
            client,
            bell: Arc::clone(&outbox),
            standing: hub_standing,
        };
        let players = config.player.zip(config.recording).map(|(player, recording)| {
            let (vault, events) = (Arc::clone(&vault), events.clone());
            Players::new(player, recording, &config.data, vault, events)
        });
        let keeper = tokio::spawn(keeper.keep());
        let judge = tokio::spawn(judge.run());
        let captures = Captures::new(events.clone())?;
        let others = vec![
            tokio::spawn(post.run()),
            tokio::spawn(events.clone().pass_on_readings()),
            tokio::spawn(captures.clone().tidy(Arc::clone(&vault), config.clock.clone())),
        ];
        Ok(Self(Arc::new(Inner {
            vault,
            key,
            key_place,
            clock: config.clock,
            zone: config.zone,
            random: config.random,
            events,
            arrivals,
            credentials,
            presence,
            quests,
            troubles: [storing, judging],
            latest,
            captures,
            outbox,
            hub_standing: hub_standing_here,
            hub_is_embedded: config.hub.embedded,
            mqtt,
            players,
            running: Mutex::new(Some(Running {
                endpoint,
                keeper,
                judge,
                closing,
                others,
            })),
        })))
    }

    /// Starts the sample wearable again if it was playing when the engine was last closed. Called once the node can be found, since
    /// the player has to find it.
    ///
    /// # Errors
    /// [`EngineError::Vault`] when the devices cannot be read.
    pub async fn resume_sample(&self) -> Result<(), EngineError> {
        match &self.0.players {
            Some(players) => players.resume().await,
            None => Ok(()),
        }
    }

    /// What happens from now on.
    pub fn events(&self) -> broadcast::Receiver<Event> {
        let events = self.0.events.subscribe();
        self.looked_at();
        events
    }

    /// Where the MQTT endpoint listens.
    pub fn mqtt_addr(&self) -> SocketAddr {
        self.0.mqtt
    }

    /// Where the vault's key lies.
    pub fn key_place(&self) -> KeyPlace {
        self.0.key_place
    }

    /// The key for the database of a hub that runs in the same process. It is the vault's to give, so the two belong together.
    pub fn hub_key(&self) -> Zeroizing<[u8; 32]> {
        self.0.vault.hub_key()
    }

    /// Says goodbye to the devices, commits what came from them, and closes the vault. A second call does nothing.
    pub async fn close(&self) {
        let running = self.0.running.lock().unwrap_or_else(PoisonError::into_inner).take();
        let Some(Running {
            endpoint,
            keeper,
            judge,
            closing,
            others,
        }) = running
        else {
            return;
        };
        endpoint.stop().await;
        // The endpoint held the door: with it gone the keeper finishes what it has and ends.
        if let Err(error) = keeper.await {
            tracing::error!(%error, "the keeper ended badly; what it had not acknowledged comes again");
        }
        closing.cancel();
        self.0.captures.end();
        if let Err(error) = judge.await {
            tracing::error!(%error, "the judge ended badly; what it had not judged is judged at the next start");
        }
        for task in others {
            task.abort();
            let _ = task.await;
        }
        if let Err(error) = self.0.vault.close().await {
            tracing::warn!(%error, "the vault was not closed cleanly; nothing acknowledged is lost");
        }
    }
}

/// Who may log in.
async fn admitted(vault: &Vault) -> Result<Credentials, EngineError> {
    let credentials = Credentials::default();
    for device in vault.devices().await? {
        // The sample wearable has no password of its own, and a hash that cannot be read lets nobody in.
        if let Ok(hash) = device.credential.parse() {
            credentials.admit(device.id, hash);
        }
    }
    Ok(credentials)
}

/// What the commands use.
impl Engine {
    pub(crate) fn vault(&self) -> &Vault {
        &self.0.vault
    }

    pub(crate) fn person_key(&self) -> &PersonKey {
        &self.0.key
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// The person's own date at an instant.
    pub(crate) fn day(&self, at: Timestamp) -> Day {
        self.0.zone.day(at)
    }

    pub(crate) fn random(&self) -> &Random {
        &self.0.random
    }

    pub(crate) fn tell(&self, event: Event) {
        self.0.events.tell(event);
    }

    /// Somebody wants to know how things are.
    pub(crate) fn looked_at(&self) {
        self.0.arrivals.looked_at();
    }

    pub(crate) fn credentials(&self) -> &Credentials {
        &self.0.credentials
    }

    /// Ends the connections of a device, which an earlier password opened.
    pub(crate) fn disconnect(&self, device: &DeviceId) {
        let running = self.0.running.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = &*running {
            running.endpoint.disconnect(device);
        }
    }

    pub(crate) fn presence(&self) -> &Presence {
        &self.0.presence
    }

    pub(crate) fn quests(&self) -> &Quests {
        &self.0.quests
    }

    pub(crate) fn captures(&self) -> &Captures {
        &self.0.captures
    }

    pub(crate) fn trouble(&self) -> Option<CommandError> {
        self.0.troubles.iter().find_map(Trouble::now)
    }

    pub(crate) fn latest_window(&self) -> Option<LatestWindow> {
        self.0.latest.now()
    }

    pub(crate) fn send_now(&self) {
        self.0.outbox.notify_one();
    }

    pub(crate) fn hub_standing(&self) -> HubStanding {
        self.0.hub_standing.borrow().clone()
    }

    pub(crate) fn hub_is_embedded(&self) -> bool {
        self.0.hub_is_embedded
    }

    pub(crate) fn players(&self) -> Result<&Players, EngineError> {
        self.0
            .players
            .as_ref()
            .ok_or(EngineError::NoSample("its recording or its player is missing"))
    }
}
