//! Captures that a person takes: judged off the screen's thread, held until they decide, and kept in the vault.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use earnest_checks::{
    Asked, Cancel, CheckError, Checks, Earlier, Manifest, Observer, Run, Trace,
    capture::Capture,
    models::Models,
    redact::{self, Shared},
};
use earnest_domain::{
    capture::CaptureKind,
    time::Timestamp,
    verdict::{Decision, Verdict, gravest},
};
use earnest_vault::KeptTrace;

use crate::{
    EngineError,
    events::{Event, Events},
};

/// Sessions of models that are alive at a time.
const SESSIONS: usize = 3;
/// A model that nobody has used for so long is dropped: a phone has other uses for its memory.
const IDLE: Duration = Duration::from_mins(2);
/// Judged captures that wait for the person's decision; the oldest goes first. They are in memory alone.
const WAITING: usize = 2;

/// Who judges captures. Clones are one.
#[derive(Clone)]
pub(crate) struct Captures(Arc<Inner>);

struct Inner {
    checks: Checks,
    models: Models,
    events: Events,
    /// What is being judged now.
    under_way: Mutex<Cancel>,
    waiting: Mutex<VecDeque<Judged>>,
}

/// What is to be judged.
pub(crate) struct ToJudge {
    pub(crate) bytes: Vec<u8>,
    /// The checks to ask; all of its kind where none are named.
    pub(crate) pipeline: Option<Vec<String>>,
    pub(crate) asked: Asked,
    pub(crate) now: Timestamp,
}

/// A capture with its verdicts.
#[derive(Debug, Clone)]
pub(crate) struct Judged {
    /// BLAKE3 of the original, in hexadecimal.
    pub(crate) id: String,
    pub(crate) kind: CaptureKind,
    pub(crate) taken_at: Timestamp,
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
            under_way: Mutex::default(),
            waiting: Mutex::default(),
        })))
    }

    /// Whether a check of that name is in this build.
    pub(crate) fn knows(&self, check: &str) -> bool {
        self.0.checks.find(check).is_some()
    }

    /// What a file is; nothing of it is judged.
    ///
    /// # Errors
    /// [`EngineError::NoCapture`] when it is none.
    pub(crate) async fn open(&self, bytes: Vec<u8>, kind: Option<CaptureKind>) -> Result<(Capture, Vec<u8>), EngineError> {
        aside(move || Ok((Capture::from_bytes(&bytes, kind)?, bytes))).await
    }

    /// Judges a capture, and holds it until the person decides. One at a time: what was under way is cancelled.
    ///
    /// # Errors
    /// [`EngineError::Check`] when it cannot be judged, or was cancelled.
    pub(crate) async fn judge(&self, capture: Capture, work: ToJudge, earlier: Vec<KeptTrace>) -> Result<Judged, EngineError> {
        let cancel = Cancel::default();
        std::mem::replace(&mut *held(&self.0.under_way), cancel.clone()).cancel();
        let here = self.clone();
        aside(move || here.judge_now(&capture, work, earlier, &cancel)).await
    }

    fn judge_now(&self, capture: &Capture, work: ToJudge, earlier: Vec<KeptTrace>, cancel: &Cancel) -> Result<Judged, EngineError> {
        let inner = &*self.0;
        let ToJudge {
            bytes,
            pipeline,
            asked,
            now,
            ..
        } = work;
        let heard = Heard {
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
        let verdicts = inner.checks.judge(capture, wanted, &run)?;
        run.go_on()?;
        let decision = gravest(&verdicts);
        let shared = match decision {
            Decision::Accept | Decision::Redact => redact::shared(&inner.checks, capture, &verdicts, &asked)?,
            Decision::Retry | Decision::Reject => None,
        };
        let judged = Judged {
            id: blake3::hash(&bytes).to_hex().to_string(),
            kind: capture.kind(),
            taken_at: now,
            original: bytes,
            text: match capture {
                Capture::Text(text) => Some(text.as_str().to_owned()),
                _ => None,
            },
            decision,
            verdicts,
            shared,
            traces: heard.traces.into_inner().unwrap_or_else(PoisonError::into_inner),
        };
        let mut waiting = held(&inner.waiting);
        waiting.retain(|other| other.id != judged.id);
        waiting.push_back(judged.clone());
        while waiting.len() > WAITING {
            waiting.pop_front();
        }
        Ok(judged)
    }

    /// Ends what is being judged; whoever waits for it hears that it was cancelled.
    pub(crate) fn cancel(&self) {
        held(&self.0.under_way).cancel();
    }

    /// The judged capture that the person decided to keep.
    pub(crate) fn take(&self, id: &str) -> Option<Judged> {
        let mut waiting = held(&self.0.waiting);
        let place = waiting.iter().position(|judged| judged.id == id)?;
        waiting.remove(place)
    }

    /// Puts back what could not be kept.
    pub(crate) fn put_back(&self, judged: Judged) {
        held(&self.0.waiting).push_back(judged);
    }

    /// Drops models that nobody uses, for as long as it is polled.
    pub(crate) async fn tidy(self) {
        loop {
            tokio::time::sleep(IDLE).await;
            let here = self.clone();
            // Where a session is dropped, ONNX Runtime takes its time.
            let _ = tokio::task::spawn_blocking(move || here.0.models.drop_idle(IDLE, Instant::now())).await;
        }
    }
}

/// Does it on a thread of its own: nothing else waits for it.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> Result<T, EngineError> + Send + 'static) -> Result<T, EngineError> {
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
    events: &'e Events,
    traces: Mutex<Vec<(String, Vec<u8>)>>,
}

impl Observer for Heard<'_> {
    fn begins(&self, check: &Manifest, done: usize, all: usize) {
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        self.events.tell(Event::Checking {
            check: check.title.clone(),
            done: count(done),
            all: count(all),
        });
    }

    fn judged(&self, verdict: &Verdict, trace: Option<&[u8]>) {
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
