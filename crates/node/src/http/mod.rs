//! The HTTP front: the table of commands at `/api/...`, the events, and the screens.

mod api;
mod events;
mod guard;
mod page;
mod problem;
mod screens;

use std::{path::PathBuf, sync::Arc, time::Duration};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderName, HeaderValue, header},
    middleware,
    routing::{get, post},
};
use earnest_engine::Engine;
use tokio::{net::TcpListener, task::JoinHandle};
use tokio_util::sync::CancellationToken;
use tower_http::{csrf::CsrfLayer, set_header::SetResponseHeaderLayer};

use crate::{access::Access, peer::Peer};
pub(crate) use api::About;

/// More than any command takes, but for the one that takes a file.
const LONGEST_REQUEST: usize = 1 << 20;
/// A capture in base 64, and some words about it. How much of it is a capture, the command says.
const LONGEST_CAPTURE: usize = 96 << 20;
/// How long requests that are under way may go on after the node was told to stop.
const GRACE: Duration = Duration::from_secs(5);

/// Nothing but our own files and our own node; no frames, no forms, no plug-ins.
const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; img-src 'self' blob: data:; style-src 'self' 'unsafe-inline'; \
     media-src 'self' blob: data:; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// Our own pages may ask for the camera and the microphone, and nothing else of the device.
const PERMISSIONS_POLICY: &str = "camera=(self), microphone=(self), accelerometer=(), ambient-light-sensor=(), bluetooth=(), \
     display-capture=(), geolocation=(), gyroscope=(), hid=(), idle-detection=(), local-fonts=(), magnetometer=(), midi=(), payment=(), \
     screen-wake-lock=(), serial=(), usb=(), window-management=(), xr-spatial-tracking=()";

/// What every handler can reach.
#[derive(Clone)]
pub(crate) struct Front {
    pub(crate) engine: Engine,
    pub(crate) access: Arc<Access>,
    /// The data folder, to say which one a page belongs to.
    pub(crate) data: PathBuf,
    /// The screens, if they were built.
    pub(crate) screens: Option<PathBuf>,
    /// Ends the event streams, which would otherwise keep their connections for ever.
    pub(crate) stopping: CancellationToken,
}

/// The front, listening.
#[derive(Debug)]
pub(crate) struct Serving {
    stopping: CancellationToken,
    task: JoinHandle<std::io::Result<()>>,
}

impl Serving {
    /// Answers on `listener` until it is told to stop.
    pub(crate) fn start(listener: TcpListener, front: Front) -> Self {
        let stopping = front.stopping.clone();
        let stopped = stopping.clone().cancelled_owned();
        let service = router(front).into_make_service_with_connect_info::<Peer>();
        let task = tokio::spawn(async move { axum::serve(listener, service).with_graceful_shutdown(stopped).await });
        Self { stopping, task }
    }

    /// Finishes the requests that are under way and takes no new ones.
    pub(crate) async fn stop(mut self) {
        self.stopping.cancel();
        match tokio::time::timeout(GRACE, &mut self.task).await {
            Ok(Ok(Ok(()))) => {}
            Ok(Ok(Err(error))) => tracing::warn!(%error, "the HTTP front failed"),
            Ok(Err(error)) => tracing::warn!(%error, "the HTTP front broke off"),
            Err(_) => {
                tracing::warn!("requests were still under way and were broken off");
                self.task.abort();
            }
        }
    }
}

fn router(front: Front) -> Router {
    let api = Router::new()
        .route("/node", get(api::node))
        .route("/events", get(events::events))
        .route("/{command}", post(api::command))
        .route(
            "/check_capture",
            post(api::capture).layer(DefaultBodyLimit::max(LONGEST_CAPTURE)),
        )
        .fallback(api::unknown)
        .method_not_allowed_fallback(api::wrong_method)
        .layer(middleware::from_fn_with_state(front.clone(), guard::caller))
        .layer(DefaultBodyLimit::max(LONGEST_REQUEST))
        .layer(always(header::CACHE_CONTROL, "no-store"));
    Router::new()
        .nest("/api", api)
        .merge(screens::routes(&front))
        .layer(CsrfLayer::new().with_rejection_response(guard::cross_site))
        .layer(middleware::from_fn(guard::host))
        .layer(always(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY))
        .layer(always(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(always(header::REFERRER_POLICY, "no-referrer"))
        .layer(always(HeaderName::from_static("permissions-policy"), PERMISSIONS_POLICY))
        .layer(always(HeaderName::from_static("cross-origin-opener-policy"), "same-origin"))
        .layer(always(HeaderName::from_static("cross-origin-resource-policy"), "same-origin"))
        .with_state(front)
}

fn always(name: HeaderName, value: &'static str) -> SetResponseHeaderLayer<HeaderValue> {
    SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
}
