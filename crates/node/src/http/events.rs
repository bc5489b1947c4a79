//! `/api/events`: what happens, as it happens (server-sent events, WHATWG HTML section 9.2).

use std::{convert::Infallible, time::Duration};

use axum::{
    extract::State,
    response::{
        Sse,
        sse::{Event as Message, KeepAlive},
    },
};
use earnest_engine::events::Event;
use futures_util::{Stream, StreamExt, stream};
use tokio_stream::wrappers::{BroadcastStream, errors::BroadcastStreamRecvError};

use super::Front;

/// Often enough that no proxy or phone gives the connection up.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Every event as a JSON object, after a `resync`: what happened before the stream began, this listener has missed.
pub(super) async fn events(State(front): State<Front>) -> Sse<impl Stream<Item = Result<Message, Infallible>>> {
    let events = BroadcastStream::new(front.engine.events()).map(|event| match event {
        Ok(event) => event,
        Err(BroadcastStreamRecvError::Lagged(_)) => Event::Resync,
    });
    let messages = stream::once(async { Event::Resync })
        .chain(events)
        .take_until(front.stopping.cancelled_owned())
        .map(|event| Ok(Message::default().data(serde_json::to_string(&event).unwrap_or_default())));
    Sse::new(messages).keep_alive(KeepAlive::new().interval(KEEP_ALIVE))
}
