//! `/api/<command>`: the engine's table of commands over HTTP.

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State, rejection::BytesRejection},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use earnest_engine::commands::dispatch;
use serde::{Deserialize, Serialize};

use super::{Front, problem};

/// What a client asks first, to see that it is the node of its folder that answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct About {
    /// The process.
    pub(crate) pid: u32,
    /// The version of Earnest.
    pub(crate) version: String,
}

pub(super) async fn node() -> Json<About> {
    Json(About {
        pid: std::process::id(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    })
}

/// Runs the command that takes a file.
pub(super) async fn capture(state: State<Front>, headers: HeaderMap, request: Result<Bytes, BytesRejection>) -> Response {
    command(state, Path("check_capture".to_owned()), headers, request).await
}

/// Runs a command. A page of another site can send JSON only after asking, and nobody here says yes.
pub(super) async fn command(
    State(front): State<Front>,
    Path(name): Path<String>,
    headers: HeaderMap,
    request: Result<Bytes, BytesRejection>,
) -> Response {
    if !is_json(&headers) {
        return problem::problem(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "unsupported_media_type",
            "a request is application/json",
        );
    }
    let request = match request {
        Ok(request) => request,
        Err(error) => return problem::problem(error.status(), "unreadable_body", error.body_text()),
    };
    match dispatch(&front.engine, &name, &request).await {
        Ok(reply) => ([(header::CONTENT_TYPE, "application/json")], reply).into_response(),
        Err(error) => problem::of_engine(&error),
    }
}

pub(super) async fn unknown() -> Response {
    problem::problem(
        StatusCode::NOT_FOUND,
        "unknown_command",
        "there is nothing here; commands are at /api/<command>",
    )
}

pub(super) async fn wrong_method() -> Response {
    problem::problem(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        "commands take POST, events and node take GET",
    )
}

fn is_json(headers: &HeaderMap) -> bool {
    let media_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok()?.split(';').next());
    media_type.is_some_and(|media_type| media_type.trim().eq_ignore_ascii_case("application/json"))
}
