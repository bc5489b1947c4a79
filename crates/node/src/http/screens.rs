//! The screens: the same files as in the desktop window, and the session that lets them call commands.

use std::path::PathBuf;

use axum::{
    Router,
    extract::{ConnectInfo, Query, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{Html, IntoResponse, Redirect, Response},
    routing::get,
};
use serde::Deserialize;
use tower_http::{services::ServeDir, set_header::SetResponseHeader};

use super::{
    Front,
    page::{escaped, page},
    problem::problem,
};
use crate::{access::Session, folder::name_of_data_dir, peer::Peer};

/// The start page, the link, and every other file of the screens.
pub(super) fn routes(front: &Front) -> Router<Front> {
    let routes = Router::new()
        .route("/", get(start))
        .route("/index.html", get(start))
        .route("/open", get(open));
    match &front.screens {
        // The names of built files carry their hash, but not all do: asking again costs little on one machine.
        Some(folder) => {
            let files = ServeDir::new(folder)
                .append_index_html_on_directories(false)
                .fallback(get(nothing_here));
            routes.fallback_service(SetResponseHeader::if_not_present(
                files,
                header::CACHE_CONTROL,
                HeaderValue::from_static("no-cache"),
            ))
        }
        None => routes.fallback(nothing_here),
    }
}

async fn nothing_here() -> Response {
    problem(StatusCode::NOT_FOUND, "not_found", "there is nothing here")
}

/// The page that loads the screens, with a session for whoever may have one.
async fn start(State(front): State<Front>, ConnectInfo(peer): ConnectInfo<Peer>, headers: HeaderMap) -> Response {
    let known = front.access.session(&headers, &peer).await.is_some();
    if !known && !front.access.invites(&headers, &peer).await {
        let command = format!("earnest open --data {}", escaped(&name_of_data_dir(&front.data)));
        let paragraph = format!(
            "This node answers only the person it belongs to. If that is you, run <code>{command}</code> on the machine where it runs, \
             and open the link that it prints."
        );
        return page(StatusCode::UNAUTHORIZED, "Whose screen is this?", &paragraph);
    }
    let mut response = match index(front.screens).await {
        Some(html) => ([(header::CACHE_CONTROL, "no-store")], Html(html)).into_response(),
        None => page(
            StatusCode::NOT_FOUND,
            "The screens are not here yet",
            "The node runs, and commands and devices reach it. To see the screens, build them with <code>cargo xtask build</code>, \
             or let <code>cargo xtask run</code> do everything; then start the node again.",
        ),
    };
    if let (false, Some(cookie)) = (known, front.access.cookie(Session::Own, &peer)) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

async fn index(screens: Option<PathBuf>) -> Option<String> {
    tokio::fs::read_to_string(screens?.join("index.html")).await.ok()
}

#[derive(Deserialize)]
struct Link {
    #[serde(default)]
    token: String,
}

/// The link that `earnest open` prints: a session in exchange for the token, which leaves the address bar at once.
async fn open(State(front): State<Front>, ConnectInfo(peer): ConnectInfo<Peer>, Query(link): Query<Link>) -> Response {
    let cookie = front
        .access
        .cookie(Session::Linked, &peer)
        .filter(|_| front.access.is_token(&link.token));
    match cookie {
        Some(cookie) => (
            [
                (header::SET_COOKIE, cookie),
                (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
            ],
            Redirect::to("/"),
        )
            .into_response(),
        None => page(
            StatusCode::UNAUTHORIZED,
            "This link is no longer good",
            "A link is good until the node stops. Run <code>earnest open</code> again, and open what it prints.",
        ),
    }
}
