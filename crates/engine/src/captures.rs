//! Captures that a person takes: judged off the screen's thread, held until they decide, and kept in the vault.

mod under_way;
mod waiting;

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use base64::{Engine as _, prelude::BASE64_STANDARD};

use earnest_checks::{
    Asked, Cancel, CheckError, Checks, Earlier, MOST_COMPARED, Manifest, Observer, Run, Trace,
    capture::{Capture, CaptureError},
    models::Models,
    redact::{self, Shared},
};
use earnest_domain::{
    capture::CaptureKind,
    time::{Span, Timestamp},
    verdict::{Decision, Verdict, gravest},
};
use earnest_vault::{KeptTrace, Vault};

use self::{under_way::UnderWay, waiting::Waiting};
use crate::{
    EngineError,
    config::Clock,
    events::{Event, Events},
};

/// Sessions of models that are alive at a time: what a photo needs, two of them for its faces.
const SESSIONS: usize = 4;
/// A model that nobody has used for so long is dropped: a phone has other uses for its memory.
const IDLE: Duration = Duration::from_mins(2);
/// How long a deleted capture can be brought back.
pub(crate) const UNDO: Span = Span::from_micros(10 * 60 * 1_000_000);

/// Who judges captures. Clones are one.
#[derive(Clone)]
pub(crate) struct Captures(Arc<Inner>);

struct Inner {
    checks: Checks,
    models: Models,
    events: Events,
    under_way: UnderWay,
    /// One is judged at a time: each has the whole machine, and memory for one is enough.
    turn: tokio::sync::Mutex<()>,
    waiting: Mutex<Waiting>,
}

/// What is to be judged.
pub(crate) struct ToJudge {
    /// What the page that asked calls this judging.
    pub(crate) run: String,
    /// The file, in base 64.
    pub(crate) file: String,
    /// What it is, if somebody says.
    pub(crate) kind: Option<CaptureKind>,
    /// The checks to ask; all of its kind where none are named.
    pub(crate) pipeline: Option<Vec<String>>,
    pub(crate) asked: Asked,
    pub(crate) now: Timestamp,
}

/// A file that is a capture.
struct Opened {
    id: String,
    capture: Capture,
    bytes: Vec<u8>,
}

/// A capture with its verdicts.
#[derive(Debug)]
pub(crate) struct Judged {
    /// BLAKE3 of the original, in hexadecimal.
    pub(crate) id: String,
    pub(crate) kind: CaptureKind,
    pub(crate) original: Vec<u8>,
    /// The words of a text, which its marks count in.
    pub(crate) text: Option<String>,
    pub(crate) decision: Decision,
    pub(crate) verdicts: Vec<Verdict>,
    /// What may leave: nothing, unless every check accepts it or says what to take out.
    pub(crate) shared: Option<Shared>,
    pub(crate) traces: Vec<(String, Vec<u8>)>,
}

impl Captures {
    pub(crate) fn new(events: Events) -> Result<Self, CheckError> {
        Ok(Self(Arc::new(Inner {
            checks: Checks::load()?,
            models: Models::new(SESSIONS),
            events,
            under_way: UnderWay::default(),
            turn: tokio::sync::Mutex::default(),
            waiting: Mutex::default(),
        })))
    }

    /// Whether a check of that name is in this build.
    pub(crate) fn knows(&self, check: &str) -> bool {
        self.0.checks.find(check).is_some()
    }

    /// Judges a capture, and holds it until the person decides. Who does not wait for the answer any more has cancelled it.
    ///
    /// # Errors
    /// [`EngineError::NoCapture`] when it is none, [`EngineError::Check`] when it cannot be judged or was cancelled,
    /// [`EngineError::ManyChecks`] when too many are under way.
    pub(crate) async fn judge(&self, work: ToJudge, vault: &Vault) -> Result<Arc<Judged>, EngineError> {
        let under_way = self.0.under_way.begin(&work.run)?;
        let _turn = self.0.turn.lock().await;
        let cancel = under_way.cancel();
        let ToJudge { file, kind, .. } = work;
        let work = ToJudge {
            file: String::new(),
            ..work
        };
        let ended = cancel.clone();
        let opened = aside(cancel.clone(), move || open(file, kind, &ended)).await?;
        let mut earlier = vault.traces(opened.capture.kind(), MOST_COMPARED).await?;
        earlier.retain(|trace| trace.capture != opened.id); // no capture is a copy of itself
        let here = self.clone();
        aside(cancel.clone(), move || here.judge_now(opened, work, earlier, &cancel)).await
    }

    fn judge_now(
        &self,
        opened: Opened,
        work: ToJudge,
        earlier: Vec<KeptTrace>,
        cancel: &Cancel,
    ) -> Result<Arc<Judged>, EngineError> {
        let inner = &*self.0;
        let Opened { id, capture, bytes } = opened;
        let ToJudge {
            run: called,
            pipeline,
            asked,
            now,
            ..
        } = work;
        let heard = Heard {
            run: &called,
            events: &inner.events,
            traces: Mutex::default(),
        };
        let run = Run {
            models: &inner.models,
            asked: &asked,
            earlier: &Kept(earlier),
            now: Some(now),
            cancel,
            observer: &heard,
        };
        let wanted = |manifest: &Manifest| {
            let named = |names: &Vec<String>| names.iter().any(|name| name == manifest.name.as_str());
            // No quest can leave out what keeps private things from leaving.
            manifest.guards() || pipeline.as_ref().is_none_or(named)
        };
        let verdicts = inner.checks.judge(&capture, wanted, &run)?;
        let decision = gravest(&verdicts);
        let shared = match decision {
            Decision::Accept | Decision::Redact => redact::shared(&inner.checks, &capture, &verdicts, &asked)?,
            Decision::Retry | Decision::Reject => None,
        };
        let judged = Arc::new(Judged {
            id,
            kind: capture.kind(),
            original: bytes,
            text: match &capture {
                Capture::Text(text) => Some(text.as_str().to_owned()),
                _ => None,
            },
            decision,
            verdicts,
            shared,
            traces: heard.traces.into_inner().unwrap_or_else(PoisonError::into_inner),
        });
        if cancel.is_cancelled() {
            return Err(CheckError::Cancelled.into());
        }
        held(&inner.waiting).hold(&called, Arc::clone(&judged), Instant::now());
        Ok(judged)
    }

    /// Ends a judging, and lets go of its outcome: whoever waits for it hears that it was cancelled. One that nobody knows is no error.
    pub(crate) fn discard(&self, run: &str) {
        self.0.under_way.end(run);
        held(&self.0.waiting).let_go(run);
    }

    /// Ends every judging: the engine closes.
    pub(crate) fn end(&self) {
        self.0.under_way.end_all();
    }

    /// The judged capture that the person may decide to keep.
    pub(crate) fn waiting(&self, run: &str) -> Option<Arc<Judged>> {
        held(&self.0.waiting).find(run)
    }

    /// Drops models that nobody uses, judged captures that nobody decides about, and deleted ones that nobody brought back, for as long as
    /// it is polled.
    pub(crate) async fn tidy(self, vault: Arc<Vault>, clock: Clock) {
        loop {
            if let Err(error) = vault.sweep_captures(undone(clock.now())).await {
                tracing::warn!(%error, "deleted captures could not be removed; the next round tries again");
            }
            held(&self.0.waiting).expire(Instant::now());
            let here = self.clone();
            // Where a session is dropped, ONNX Runtime takes its time.
            let _ = tokio::task::spawn_blocking(move || here.0.models.drop_idle(IDLE, Instant::now())).await;
            tokio::time::sleep(IDLE).await;
        }
    }
}

/// What was deleted before this is not brought back any more.
pub(crate) fn undone(now: Timestamp) -> Timestamp {
    Timestamp::from_micros(now.micros() - UNDO.micros())
}

fn open(file: String, kind: Option<CaptureKind>, cancel: &Cancel) -> Result<Opened, EngineError> {
    let bytes = BASE64_STANDARD
        .decode(file)
        .map_err(|error| EngineError::BadRequest(format!("bytes: {error}")))?;
    let capture = Capture::from_bytes_until(&bytes, kind, cancel).map_err(|error| match error {
        CaptureError::Cancelled => CheckError::Cancelled.into(),
        other => EngineError::from(other),
    })?;
    Ok(Opened {
        id: blake3::hash(&bytes).to_hex().to_string(),
        capture,
        bytes,
    })
}

/// Does it on a thread of its own, unless it was cancelled: nothing else waits for it.
async fn aside<T: Send + 'static>(
    cancel: Cancel,
    work: impl FnOnce() -> Result<T, EngineError> + Send + 'static,
) -> Result<T, EngineError> {
    if cancel.is_cancelled() {
        return Err(CheckError::Cancelled.into());
    }
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(error) => Err(EngineError::CheckEndedBadly(error.to_string())),
    }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Passes progress on, and keeps what the checks leave.
struct Heard<'e> {
    run: &'e str,
    events: &'e Events,
    traces: Mutex<Vec<(String, Vec<u8>)>>,
}

impl Observer for Heard<'_> {
    fn begins(&self, check: &Manifest, place: usize, all: usize) {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        self.events.tell(Event::Checking {
            run: self.run.to_owned(),
            check: check.title.clone(),
            done: count(place),
            all: count(all),
        });
    }

    fn judged(&self, verdict: &Verdict, trace: Option<&[u8]>, _: Duration) {
        if let Some(trace) = trace {
            held(&self.traces).push((verdict.check.to_string(), trace.to_vec()));
        }
    }
}

/// What was kept of earlier captures.
struct Kept(Vec<KeptTrace>);

impl Earlier for Kept {
    fn traces(&self, check: &str) -> Result<Vec<Trace>, CheckError> {
        let of_check = self.0.iter().filter(|kept| kept.check == check);
        let trace = |kept: &KeptTrace| Trace {
            capture: kept.capture.clone(),
            bytes: kept.bytes.clone(),
        };
        Ok(of_check.map(trace).collect())
    }
}
