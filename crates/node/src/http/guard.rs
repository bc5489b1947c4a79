//! What is turned away before a handler sees it.

use axum::{
    body::Body,
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::Response,
};
use tower_http::csrf::ProtectionError;

use super::{Front, problem::problem};
use crate::{
    access::{Host, Session, host as host_of},
    peer::Peer,
};

/// Refuses requests that call this node by a name that somebody else may have pointed here.
pub(super) async fn host(ConnectInfo(peer): ConnectInfo<Peer>, request: Request, next: Next) -> Response {
    if host_of(request.headers(), &peer) == Host::Foreign {
        let detail = "this is an Earnest node, and the request asked for somebody else; use the address that the node printed";
        return problem(StatusCode::MISDIRECTED_REQUEST, "foreign_host", detail);
    }
    next.run(request).await
}

/// Refuses callers that show neither the token nor a session.
pub(super) async fn caller(
    State(front): State<Front>,
    ConnectInfo(peer): ConnectInfo<Peer>,
    request: Request,
    next: Next,
) -> Response {
    if front.access.admits(request.headers(), &peer).await {
        return next.run(request).await;
    }
    let detail =
        "this node does not know the caller; open the link that `earnest open` prints, or send the token of its data folder";
    let mut response = problem(StatusCode::UNAUTHORIZED, "unauthorised", detail);
    response
        .headers_mut()
        .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    // A page that stayed open while the node was started again: it may have a new session, and asks again by itself.
    if front.access.invites(request.headers(), &peer).await
        && let Some(cookie) = front.access.cookie(Session::Own, &peer)
    {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// The answer to what a page of another site tries to do.
pub(super) fn cross_site(_error: ProtectionError) -> Response<Body> {
    problem(
        StatusCode::FORBIDDEN,
        "cross_site",
        "this came from a page of another site; nothing was changed",
    )
}
