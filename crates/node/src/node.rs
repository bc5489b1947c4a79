//! The composition: what a node is made of, and in which order it starts and stops.

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    path::{Path, PathBuf},
    sync::Arc,
};

use earnest_checks::assets::asset;
use earnest_engine::{Clock, Engine, EngineConfig, EngineError, HubChoice, KeyChoice, Random, Zone};
use earnest_hub::{DatabaseKey, Hub, Quests, QuestsError, StartError};
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::{CancellationToken, DropGuard};
use url::Url;
use zeroize::Zeroizing;

use crate::{
    access::Access,
    announcement::{Announcement, Published},
    folder::{DataFolder, FolderError},
    http::{Front, Serving},
    ways::{Way, link, ways},
};

/// The database of the embedded hub, in the data folder.
const HUB_DATABASE: &str = "hub.sqlite";
/// What the embedded hub calls itself on the screens.
const HUB_NAME: &str = "Your own hub";
/// What the sample wearable plays.
const RECORDING: &str = "recordings/basic-motions/BasicMotions_TEST.ts";

/// What a node is given.
#[derive(Debug, Clone)]
pub struct NodeConfig {
    /// The data folder; made when there is none.
    pub data: PathBuf,
    /// Where the screens and the commands are served; port 0 takes a free one.
    pub listen: SocketAddr,
    /// Where the MQTT endpoint listens; port 0 takes a free one.
    pub mqtt: SocketAddr,
    /// Whether a free port will do where the wanted one is taken.
    pub spare_ports: bool,
    /// Where contributions go; `None` runs a hub in this process.
    pub hub: Option<Url>,
    /// Where the vault's key may lie.
    pub key: KeyChoice,
    /// What time it is.
    pub clock: Clock,
    /// Where the person's clock stands beside UTC.
    pub zone: Zone,
    /// Where randomness comes from.
    pub random: Random,
}

/// Why a node does not start, or not any more. What the data folder holds is unchanged.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NodeError {
    /// The system names no place for a person's data.
    #[error("this system names no place for your data; name a folder with --data")]
    NoDataFolder,
    /// Another node uses the folder.
    #[error(
        "a node already runs on {}{}; stop it first, or name another folder with --data",
        folder.display(),
        url.as_ref().map(|url| format!(", at {url}")).unwrap_or_default()
    )]
    AlreadyRunning {
        /// The data folder.
        folder: PathBuf,
        /// Where that node's screens are, if it has said so yet.
        url: Option<Url>,
    },
    /// The folder cannot be used.
    #[error("the data folder {} cannot be used: {source}", folder.display())]
    Folder {
        /// The data folder.
        folder: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The screens cannot be served.
    #[error("the screens cannot be served at {address}: {source}. Choose another address with --listen; port 0 takes a free one")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        source: io::Error,
    },
    /// The embedded hub does not start.
    #[error("the hub in this node does not start: {0}")]
    Hub(#[from] StartError),
    /// The quests of the embedded hub cannot be read.
    #[error("the quests of the hub in this node cannot be read: {0}")]
    Quests(#[from] QuestsError),
    /// The engine does not start.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl NodeError {
    /// Stable code.
    pub fn code(&self) -> &str {
        match self {
            Self::NoDataFolder => "no_data_folder",
            Self::AlreadyRunning { .. } => "already_running",
            Self::Folder { .. } => "data_folder",
            Self::Listen { .. } => "listen",
            Self::Hub(error) => error.code(),
            Self::Quests(error) => error.code(),
            Self::Engine(error) => error.code(),
        }
    }
}

/// A running node. Call [`Node::stop`] when it is no longer wanted: dropping it stops nothing in order.
pub struct Node {
    // In the order in which they go when a start fails half-way.
    published: Published,
    front: Serving,
    engine: Engine,
    hub: Option<EmbeddedHub>,
    access: Arc<Access>,
    url: Url,
    everywhere: Option<SocketAddr>,
    hub_url: Url,
    folder: DataFolder,
}

impl Node {
    /// Starts everything, and returns when the screens are served, devices are heard and the node can be found.
    ///
    /// # Errors
    /// [`NodeError`]; whatever had started is stopped again.
    pub async fn start(config: NodeConfig) -> Result<Self, NodeError> {
        let folder = open_folder(&config.data)?;
        // The listeners first: an address that is taken is the likeliest thing to go wrong.
        let listener = listen(config.listen, config.spare_ports).await?;
        let url = url_of(&listener, config.listen)?;
        let everywhere = listener.local_addr().ok().filter(|address| address.ip().is_unspecified());
        // The engine has to know where the hub is, and the hub's database is opened by a key that the engine has: what asks before
        // the hub is there waits at its door.
        let (hub, hub_url) = if let Some(url) = config.hub.clone() {
            (None, url)
        } else {
            let hub = HubToBe::new().await?;
            let url = hub.url.clone();
            (Some(hub), url)
        };
        let engine = open_engine(&config, folder.path(), hub_url.clone(), hub.is_some()).await?;
        match Self::around(&engine, &config, listener, &url, folder.path(), hub).await {
            Ok((published, front, hub, access)) => {
                tracing::info!(%url, mqtt = %engine.mqtt_addr(), "the node is ready");
                Ok(Self {
                    published,
                    front,
                    engine,
                    hub,
                    access,
                    url,
                    everywhere,
                    hub_url,
                    folder,
                })
            }
            Err(error) => {
                // Otherwise it would go on in the background and keep the vault from the next start.
                engine.close().await;
                Err(error)
            }
        }
    }

    /// Starts what stands around the engine, or nothing of it.
    async fn around(
        engine: &Engine,
        config: &NodeConfig,
        listener: TcpListener,
        url: &Url,
        folder: &Path,
        hub: Option<HubToBe>,
    ) -> Result<(Published, Serving, Option<EmbeddedHub>, Arc<Access>), NodeError> {
        let access = Arc::new(Access::new(&config.random)?);
        let hub = match hub {
            Some(hub) => Some(hub.start(&folder.join(HUB_DATABASE), engine.hub_key(), &config.clock).await?),
            None => None,
        };
        let announcement = Announcement {
            url: url.clone(),
            everywhere: listener.local_addr().ok().filter(|address| address.ip().is_unspecified()),
            token: access.token().to_owned(),
            pid: std::process::id(),
            mqtt: engine.mqtt_addr(),
        };
        let published = match announcement.publish(folder) {
            Ok(published) => published,
            Err(source) => {
                if let Some(hub) = hub {
                    hub.stop().await;
                }
                let folder = folder.to_owned();
                return Err(NodeError::Folder { folder, source });
            }
        };
        let front = Front {
            engine: engine.clone(),
            access: access.clone(),
            data: folder.to_owned(),
            screens: asset("ui"),
            stopping: CancellationToken::new(),
        };
        Ok((published, Serving::start(listener, front), hub, access))
    }

    /// Where the screens are, for a browser on this machine.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The link that gives a browser a session, whoever and wherever it is.
    pub fn link(&self) -> Url {
        link(&self.url, self.access.token())
    }

    /// The links, and from where each can be opened; the one that is reached from the most places first.
    pub fn ways(&self) -> Vec<Way> {
        ways(&self.url, self.everywhere, self.access.token())
    }

    /// What a person opens to see the screens: the plain address where the node can tell that a browser is its own user's, else the link.
    pub fn way_in(&self) -> Url {
        let loopback = self.url.host_str().is_some_and(|host| host == "127.0.0.1" || host == "[::1]");
        if cfg!(target_os = "linux") && loopback {
            self.url.clone()
        } else {
            self.link()
        }
    }

    /// The hub that contributions go to.
    pub fn hub_url(&self) -> &Url {
        &self.hub_url
    }

    /// The data folder, links resolved.
    pub fn data(&self) -> &Path {
        self.folder.path()
    }

    /// What the fronts call.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// Stops in order: nobody finds it, nobody asks, nothing is captured, nothing is sent, and the folder is free.
    pub async fn stop(self) {
        drop(self.published);
        self.front.stop().await;
        self.engine.close().await;
        if let Some(hub) = self.hub {
            hub.stop().await;
        }
        tracing::info!("the node has stopped");
    }
}

async fn open_engine(config: &NodeConfig, folder: &Path, hub: Url, embedded: bool) -> Result<Engine, NodeError> {
    let engine_config = EngineConfig {
        data: folder.to_owned(),
        mqtt: config.mqtt,
        hub: HubChoice { url: hub, embedded },
        key: config.key,
        clock: config.clock.clone(),
        zone: config.zone.clone(),
        random: config.random.clone(),
        quiet: EngineConfig::QUIET,
        player: player(),
        recording: asset(RECORDING),
    };
    let opened = match Engine::open(engine_config.clone()).await {
        Err(EngineError::Listen { .. }) if config.spare_ports => {
            let mqtt = SocketAddr::new(config.mqtt.ip(), 0);
            Engine::open(EngineConfig { mqtt, ..engine_config }).await
        }
        opened => opened,
    };
    Ok(opened?)
}

fn open_folder(path: &Path) -> Result<DataFolder, NodeError> {
    DataFolder::open(path).map_err(|error| match error {
        FolderError::Taken => NodeError::AlreadyRunning {
            folder: path.to_owned(),
            url: Announcement::read(path).ok().flatten().map(|announcement| announcement.url),
        },
        FolderError::Io(source) => NodeError::Folder {
            folder: path.to_owned(),
            source,
        },
    })
}

async fn listen(address: SocketAddr, spare: bool) -> Result<TcpListener, NodeError> {
    let bound = match TcpListener::bind(address).await {
        Err(error) if spare && error.kind() == io::ErrorKind::AddrInUse => {
            TcpListener::bind(SocketAddr::new(address.ip(), 0)).await
        }
        bound => bound,
    };
    bound.map_err(|source| NodeError::Listen { address, source })
}

/// How a program on this machine reaches a listener.
fn url_of(listener: &TcpListener, wanted: SocketAddr) -> Result<Url, NodeError> {
    let failed = |source| NodeError::Listen { address: wanted, source };
    let address = listener.local_addr().map_err(failed)?;
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        std::net::IpAddr::V4(_) => Ipv4Addr::LOCALHOST.into(),
        std::net::IpAddr::V6(_) => Ipv6Addr::LOCALHOST.into(),
    };
    let url = format!("http://{}", SocketAddr::new(ip, address.port()));
    url.parse()
        .map_err(|error| failed(io::Error::new(io::ErrorKind::InvalidInput, error)))
}

/// The `earnest` executable: this process itself, or its neighbour.
fn player() -> Option<PathBuf> {
    let executable = std::env::current_exe().ok()?;
    let name = format!("earnest{}", std::env::consts::EXE_SUFFIX);
    if executable.file_name().is_some_and(|its_name| its_name == name.as_str()) {
        return Some(executable);
    }
    let folder = executable.canonicalize().unwrap_or(executable).parent()?.to_owned();
    // Cargo puts the programs of tests one folder deeper.
    folder
        .ancestors()
        .take(2)
        .map(|folder| folder.join(&name))
        .find(|path| path.is_file())
}

/// The place of a hub in this process: its address is known, and nobody answers there yet.
struct HubToBe {
    listener: TcpListener,
    url: Url,
    quests: Quests,
}

impl HubToBe {
    async fn new() -> Result<Self, NodeError> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let listener = listen(address, false).await?;
        let url = url_of(&listener, address)?;
        let quests = Quests::built_in()?;
        Ok(Self { listener, url, quests })
    }

    async fn start(self, database: &Path, key: Zeroizing<[u8; 32]>, clock: &Clock) -> Result<EmbeddedHub, NodeError> {
        let (key, clock) = (DatabaseKey::new(key), clock.clone());
        let hub = Hub::open_encrypted(database, key, HUB_NAME, self.quests, Arc::new(move || clock.now())).await?;
        let stop = CancellationToken::new();
        let stopped = stop.clone().cancelled_owned();
        let listener = self.listener;
        let task = tokio::spawn(async move { hub.serve(listener, stopped).await });
        Ok(EmbeddedHub {
            stop: stop.drop_guard(),
            task,
        })
    }
}

/// A hub in this process, reached as any other is: over HTTP.
struct EmbeddedHub {
    stop: DropGuard,
    task: JoinHandle<io::Result<()>>,
}

impl EmbeddedHub {
    async fn stop(self) {
        drop(self.stop);
        match self.task.await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::warn!(%error, "the hub in this node failed"),
            Err(error) => tracing::warn!(%error, "the hub in this node broke off"),
        }
    }
}
