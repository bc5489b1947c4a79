//! Listening, accepting, stopping.

use std::{
    collections::HashMap,
    fmt, io,
    net::SocketAddr,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use earnest_domain::device::DeviceId;
use tokio::{
    net::TcpListener,
    sync::Semaphore,
    task::{JoinHandle, JoinSet},
    time::{sleep, timeout},
};
use tokio_util::sync::{CancellationToken, DropGuard};

use super::{
    admission::Admission, connection, dozing::Dozing, handler::Handler, leisure::Leisure, limits::Limits, session::Sessions,
};

/// How long accepting pauses after an error: without file descriptors it fails at once, again and again.
const PAUSE: Duration = Duration::from_millis(100);

/// What all connections share.
pub(super) struct Shared<H> {
    pub(super) handler: Arc<H>,
    pub(super) limits: Limits,
    pub(super) sessions: Arc<Sessions>,
    /// Bytes of packets that connections may hold together.
    pub(super) memory: Arc<Semaphore>,
    pub(super) stop: CancellationToken,
    nameless: AtomicU64,
    /// What was learned of the devices that logged in, each by the last of its connections.
    leisure: Mutex<HashMap<DeviceId, Leisure>>,
}

impl<H> Shared<H> {
    /// What is known of a device, for its next connection.
    pub(super) fn leisure(&self, device: &DeviceId) -> Leisure {
        let mut known = self.leisure.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(device).map(Leisure::again).unwrap_or_default()
    }

    /// Keeps what a connection has learned of its device.
    pub(super) fn remember(&self, device: &DeviceId, leisure: Leisure) {
        let mut known = self.leisure.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(device.clone(), leisure);
    }

    /// A client id for a device that gave none.
    pub(super) fn assign_client_id(&self) -> String {
        format!("nameless-{}", self.nameless.fetch_add(1, Ordering::Relaxed))
    }
}

/// A running MQTT endpoint. Dropped, it closes as after `kill`; [`stop`](Self::stop) lets what is under way finish.
pub struct Endpoint {
    address: SocketAddr,
    stop: DropGuard,
    sessions: Arc<Sessions>,
    accepting: JoinHandle<()>,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Endpoint")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

impl Endpoint {
    /// Listens on `address` (port 0: any that is free) and serves devices from now on.
    ///
    /// # Errors
    /// The address cannot be listened on: it is taken, or not one of this computer's.
    pub async fn start<H: Handler>(address: SocketAddr, handler: Arc<H>, limits: Limits) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        let address = listener.local_addr()?;
        let presence = Arc::clone(&handler);
        let sessions = Arc::new(Sessions::new(limits.sessions, move |device, up| {
            presence.connection(device, up);
        }));
        let stop = CancellationToken::new();
        let shared = Arc::new(Shared {
            handler,
            memory: Arc::new(Semaphore::new(limits.total_bytes.min(Semaphore::MAX_PERMITS))),
            limits,
            sessions: Arc::clone(&sessions),
            stop: stop.clone(),
            nameless: AtomicU64::new(1),
            leisure: Mutex::default(),
        });
        let accepting = tokio::spawn(accept(listener, shared));
        tracing::info!(%address, "MQTT endpoint listens");
        Ok(Self {
            address,
            stop: stop.drop_guard(),
            sessions,
            accepting,
        })
    }

    /// Where it listens.
    pub const fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Ends every connection of a device and forgets its sessions: its password was withdrawn. Returns at once.
    pub fn disconnect(&self, device: &DeviceId) {
        self.sessions.remove(device);
    }

    /// Stops: what has arrived is taken and nothing more, commits under way are acknowledged, then every connection is closed. Takes [`Limits::stop`] at most.
    pub async fn stop(self) {
        drop(self.stop);
        if let Err(error) = self.accepting.await {
            tracing::error!(%error, "the MQTT endpoint ended badly");
        }
    }
}

async fn accept<H: Handler>(listener: TcpListener, shared: Arc<Shared<H>>) {
    let admission = Admission::new(&shared.limits);
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = shared.stop.cancelled() => break,
            Some(ended) = connections.join_next(), if !connections.is_empty() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a connection ended badly");
                }
            }
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let Some((place, handshake)) = admission.enter(peer.ip()) else {
                        tracing::debug!(%peer, "no place for another connection");
                        continue;
                    };
                    if let Err(error) = stream.set_nodelay(true) {
                        tracing::debug!(%peer, %error, "acknowledgements may be slow");
                    }
                    let shared = Arc::clone(&shared);
                    connections.spawn(async move {
                        connection::serve(Dozing::from(stream), peer, &shared, handshake).await;
                        drop(place);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "cannot accept connections at the moment");
                    tokio::select! {
                        () = sleep(PAUSE) => {}
                        () = shared.stop.cancelled() => break,
                    }
                }
            }
        }
    }
    drop(listener);
    let ended = timeout(shared.limits.stop, async { while connections.join_next().await.is_some() {} }).await;
    if ended.is_err() {
        tracing::warn!(
            connections = connections.len(),
            "stopped before every commit was acknowledged; the devices send again"
        );
        connections.shutdown().await;
    }
}
