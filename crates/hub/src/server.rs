//! The hub over HTTP/1.1: routes, limits, problem documents.

use std::{convert::Infallible, io, pin::pin, sync::Arc, time::Duration};

use axum::{
    Json, Router,
    body::Bytes,
    extract::{
        DefaultBodyLimit, Query, Request, State,
        rejection::{BytesRejection, QueryRejection},
    },
    http::{HeaderMap, StatusCode, header},
    middleware::{self, Next},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use earnest_hub_api::{MAX_CONTRIBUTIONS, MAX_PROOFS, MAX_RECEIPTS, MAX_REQUEST_BYTES, Problem, ProblemCode};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
    service::TowerToHyperService,
};
use serde::de::DeserializeOwned;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinSet,
    time,
};

use crate::{Failure, Hub};

/// Requests that are worked on at once; more wait their turn.
const CONCURRENT_REQUESTS: usize = 64;
/// Open connections; more wait to be accepted.
const CONNECTIONS: usize = 256;
/// For a request as a whole, the wait for its turn included.
const REQUEST_TIME: Duration = Duration::from_secs(10);
/// For the headers of a request, and for the next request on an open connection.
const HEADER_TIME: Duration = Duration::from_secs(30);
/// For the requests that are under way when the hub is asked to stop.
const FAREWELL_TIME: Duration = Duration::from_secs(3);
/// Between two looks for what may not be kept any longer.
const ERASE_INTERVAL: Duration = Duration::from_hours(1);

impl Hub {
    /// The routes of the hub with their limits, for a server that lives elsewhere. That server also has to call
    /// [`Hub::erase_expired`] now and then, which [`Hub::serve`] does by itself.
    pub fn router(self) -> Router {
        let turns = Arc::new(Semaphore::new(CONCURRENT_REQUESTS));
        Router::new()
            .route("/v1/hub", get(info))
            .route("/v1/contributions", post(contributions))
            .route("/v1/inquiries", post(inquiries))
            .route("/v1/withdrawals", post(withdrawals))
            .route("/v1/undos", post(undos))
            .route("/v1/schemas/quest", get(quest_schema))
            .route("/v1/log/checkpoint", get(checkpoint))
            .route("/v1/log/proofs", post(proofs))
            .route("/v1/log/entries", get(entries))
            .fallback(async || refuse(ProblemCode::NotFound, "there is nothing at this path"))
            .method_not_allowed_fallback(async || refuse(ProblemCode::MethodNotAllowed, "this path does not take that method"))
            .layer(DefaultBodyLimit::max(MAX_REQUEST_BYTES))
            .layer(middleware::from_fn_with_state(turns, take_turns))
            .with_state(self)
    }

    /// Serves until `shutdown` is done; then answers what is under way, and closes the database for all clones of this hub.
    ///
    /// # Errors
    /// When what may not be kept any longer could not be erased at the start: a hub that cannot forget does not serve.
    pub async fn serve(self, listener: TcpListener, shutdown: impl Future<Output = ()>) -> io::Result<()> {
        let mut shutdown = pin!(shutdown);
        self.erase_expired(self.now()).await.map_err(io::Error::other)?;
        let mut erasing = time::interval(ERASE_INTERVAL);
        erasing.reset();
        let service = TowerToHyperService::new(self.clone().router());
        let graceful = GracefulShutdown::new();
        // Dropped with this future, and the connections with it: none outlives the hub.
        let mut open = JoinSet::new();
        loop {
            let stream = tokio::select! {
                stream = accept(&listener), if open.len() < CONNECTIONS => stream,
                _ = erasing.tick() => {
                    if let Err(error) = self.erase_expired(self.now()).await {
                        tracing::error!(%error, "what may not be kept any longer could not be erased; the next try is in an hour");
                    }
                    continue;
                }
                Some(_) = open.join_next() => continue,
                () = &mut shutdown => break,
            };
            let connection = hyper::server::conn::http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(HEADER_TIME)
                .serve_connection(TokioIo::new(stream), service.clone());
            let connection = graceful.watch(connection);
            open.spawn(async move {
                // A connection that breaks is the other side's matter; it asks again.
                if let Err(error) = connection.await {
                    tracing::debug!(%error, "a connection ended early");
                }
            });
        }
        drop(listener);
        if time::timeout(FAREWELL_TIME, graceful.shutdown()).await.is_err() {
            tracing::warn!("a request that was under way did not end in time");
        }
        open.shutdown().await;
        self.close().await;
        Ok(())
    }
}

/// The next connection.
async fn accept(listener: &TcpListener) -> TcpStream {
    loop {
        match listener.accept().await {
            Ok((stream, _)) => return stream,
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                // Out of file descriptors, most likely: asking again at once would only burn time.
                time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

async fn take_turns(State(turns): State<Arc<Semaphore>>, request: Request, next: Next) -> Result<Response, Infallible> {
    let work = async {
        let _turn = turns.acquire().await;
        next.run(request).await
    };
    let busy = || refuse(ProblemCode::Busy, "the hub has too much to do; send the same again later");
    Ok(time::timeout(REQUEST_TIME, work).await.unwrap_or_else(|_| busy()))
}

async fn info(State(hub): State<Hub>) -> Response {
    match hub.info().await {
        Ok(info) => Json(info).into_response(),
        Err(error) => failed(&error.into()),
    }
}

async fn contributions(State(hub): State<Hub>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Response {
    let request: earnest_hub_api::ContributionsRequest = match read(&headers, body) {
        Ok(request) => request,
        Err(problem) => return answer(&problem),
    };
    if request.contributions.is_empty() {
        return refuse(ProblemCode::Malformed, "the request holds no contribution");
    }
    if request.contributions.len() > MAX_CONTRIBUTIONS || request.receipts.len() > MAX_RECEIPTS {
        let detail =
            format!("a request takes {MAX_CONTRIBUTIONS} contributions and {MAX_RECEIPTS} receipts; nothing of this one was kept");
        return refuse(ProblemCode::TooLarge, detail);
    }
    match hub.contribute(&request).await {
        Ok(reply) => Json(reply).into_response(),
        Err(failure) => failed(&failure),
    }
}

async fn inquiries(State(hub): State<Hub>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Response {
    let inquiry: earnest_hub_api::Inquiry = match read(&headers, body) {
        Ok(inquiry) => inquiry,
        Err(problem) => return answer(&problem),
    };
    if inquiry.body.contributions.is_empty() {
        return refuse(ProblemCode::Malformed, "the question is about no contribution");
    }
    if inquiry.body.contributions.len() > MAX_CONTRIBUTIONS {
        return refuse(
            ProblemCode::TooLarge,
            format!("a question is about {MAX_CONTRIBUTIONS} contributions at most"),
        );
    }
    if inquiry.body.hub != *hub.id() {
        return refuse(ProblemCode::Malformed, "the question is for another hub");
    }
    match hub.inquire(&inquiry).await {
        Ok(reply) => Json(reply).into_response(),
        Err(failure) => failed(&failure),
    }
}

async fn withdrawals(State(hub): State<Hub>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Response {
    let withdrawal = match read(&headers, body) {
        Ok(withdrawal) => withdrawal,
        Err(problem) => return answer(&problem),
    };
    match hub.withdraw(&withdrawal).await {
        Ok(reply) => Json(reply).into_response(),
        Err(failure) => failed(&failure),
    }
}

async fn undos(State(hub): State<Hub>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Response {
    let undo: earnest_hub_api::Undo = match read(&headers, body) {
        Ok(undo) => undo,
        Err(problem) => return answer(&problem),
    };
    if undo.body.hub != *hub.id() {
        return refuse(ProblemCode::Malformed, "the request is for another hub");
    }
    match hub.undo(&undo).await {
        Ok(reply) => Json(reply).into_response(),
        Err(failure) => failed(&failure),
    }
}

async fn quest_schema() -> Response {
    let media_type = [(header::CONTENT_TYPE, "application/schema+json")];
    (media_type, Json(earnest_domain::quest::schema())).into_response()
}

async fn checkpoint(State(hub): State<Hub>) -> Response {
    match hub.checkpoint().await {
        Ok(head) => (
            [(header::CONTENT_TYPE, "text/plain; charset=utf-8")],
            head.as_str().to_owned(),
        )
            .into_response(),
        Err(failure) => failed(&failure),
    }
}

async fn proofs(State(hub): State<Hub>, headers: HeaderMap, body: Result<Bytes, BytesRejection>) -> Response {
    let request: earnest_hub_api::ProofsRequest = match read(&headers, body) {
        Ok(request) => request,
        Err(problem) => return answer(&problem),
    };
    if request.entries.len() > MAX_PROOFS {
        return refuse(ProblemCode::TooLarge, format!("a request takes {MAX_PROOFS} entries"));
    }
    match hub.prove(&request).await {
        Ok(Some(proofs)) => Json(proofs).into_response(),
        Ok(None) => refuse(ProblemCode::NotFound, "the log does not reach as far as that"),
        Err(failure) => failed(&failure),
    }
}

/// Where a page of the log begins.
#[derive(serde::Deserialize)]
struct From {
    #[serde(default)]
    from: u64,
}

async fn entries(State(hub): State<Hub>, from: Result<Query<From>, QueryRejection>) -> Response {
    let Ok(Query(From { from })) = from else {
        return refuse(ProblemCode::Malformed, "“from” is the number of an entry");
    };
    match hub.entries(from).await {
        Ok(page) => Json(page).into_response(),
        Err(failure) => failed(&failure),
    }
}

/// Reads a body that is declared as JSON. The declaration matters: without it a page in a browser could post here unasked.
fn read<T: DeserializeOwned>(headers: &HeaderMap, body: Result<Bytes, BytesRejection>) -> Result<T, Problem> {
    let media_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = media_type.split(';').next().unwrap_or_default().trim();
    if !essence.eq_ignore_ascii_case("application/json") {
        return Err(ProblemCode::UnsupportedMediaType.because("send application/json"));
    }
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ProblemCode::TooLarge.because(format!(
            "a request takes {MAX_REQUEST_BYTES} bytes; nothing of this one was kept"
        )),
        _ => ProblemCode::Malformed.because("the body did not arrive whole"),
    })?;
    serde_json::from_slice(&body).map_err(|error| {
        // Long enough to find the place; a stranger's text is not repeated at length.
        let detail: String = error.to_string().chars().take(200).collect();
        ProblemCode::Malformed.because(detail)
    })
}

fn failed(failure: &Failure) -> Response {
    match failure {
        Failure::Refused(ProblemCode::ForeignPerson) => refuse(
            ProblemCode::ForeignPerson,
            "the receipt is another person's; nothing was changed",
        ),
        Failure::Refused(code) => refuse(*code, "the signature does not fit the record; nothing was changed"),
        Failure::Database(sqlx::Error::PoolTimedOut) => {
            refuse(ProblemCode::Busy, "the hub has too much to do; send the same again later")
        }
        error @ (Failure::Database(_) | Failure::NoRandomness) => {
            // The reason is the operator's to read; it may name files.
            tracing::error!(%error, "a request failed");
            refuse(
                ProblemCode::Internal,
                "the hub failed; nothing of this was recorded. Send the same again later",
            )
        }
    }
}

fn refuse(code: ProblemCode, detail: impl Into<String>) -> Response {
    answer(&code.because(detail))
}

fn answer(problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, Problem::MEDIA_TYPE)], Json(problem)).into_response()
}
