//! Which captures are being judged, so that each can be ended by who began it, and by nobody else.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use earnest_checks::Cancel;

use crate::EngineError;

/// The most that may be judged or wait for their turn: each holds its file in memory.
const MOST: usize = 4;

#[derive(Default)]
pub(super) struct UnderWay {
    runs: Arc<Mutex<Vec<Running>>>,
    begun: AtomicU64,
}

struct Running {
    number: u64,
    run: String,
    cancel: Cancel,
}

/// A judging from its request to its answer. Dropped, as when nobody waits for the answer any more, it is cancelled.
pub(super) struct Turn {
    runs: Arc<Mutex<Vec<Running>>>,
    number: u64,
    cancel: Cancel,
}

impl UnderWay {
    /// From now on it can be ended.
    ///
    /// # Errors
    /// [`EngineError::ManyChecks`] when there are as many as there may be.
    pub(super) fn begin(&self, run: &str) -> Result<Turn, EngineError> {
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        if runs.len() >= MOST {
            return Err(EngineError::ManyChecks);
        }
        let (number, cancel) = (self.begun.fetch_add(1, Ordering::Relaxed), Cancel::default());
        runs.push(Running {
            number,
            run: run.to_owned(),
            cancel: cancel.clone(),
        });
        Ok(Turn {
            runs: Arc::clone(&self.runs),
            number,
            cancel,
        })
    }

    /// Ends the judging that is called so, if it is under way.
    pub(super) fn end(&self, run: &str) {
        self.end_those(|running| running.run == run);
    }

    /// Ends all.
    pub(super) fn end_all(&self) {
        self.end_those(|_| true);
    }

    fn end_those(&self, which: impl Fn(&Running) -> bool) {
        let runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        for running in runs.iter().filter(|running| which(running)) {
            running.cancel.cancel();
        }
    }
}

impl Turn {
    pub(super) fn cancel(&self) -> Cancel {
        self.cancel.clone()
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        self.cancel.cancel();
        let mut runs = self.runs.lock().unwrap_or_else(PoisonError::into_inner);
        runs.retain(|running| running.number != self.number);
    }
}
