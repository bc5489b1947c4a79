//! What went wrong with a request, as problem+json (RFC 9457), the same document that a hub answers with.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use earnest_engine::EngineError;
use earnest_hub_api::Problem;

/// A status, a stable code and a sentence.
pub(super) fn problem(status: StatusCode, code: &str, detail: impl Into<String>) -> Response {
    let problem = Problem {
        title: status.canonical_reason().unwrap_or_default().to_owned(),
        status: status.as_u16(),
        detail: detail.into(),
        code: code.to_owned(),
    };
    let mut response = (status, Json(problem)).into_response();
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(Problem::MEDIA_TYPE));
    response
}

/// What a command failed with.
pub(super) fn of_engine(error: &EngineError) -> Response {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    problem(status, error.code(), error.to_string())
}
