//! How a capture is judged by many checks: in their order, one with a model and one without beside each other.
//!
//! A check begins once all before it have begun and its lane is free; checks with a model share a lane, as several have one model, and two
//! of them at once would need the memory of two. What is said is what would be said one after the other: once a check rejects or fails, what began after it
//! is ended and forgotten.

use std::{
    iter, panic,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use earnest_domain::verdict::{Decision, Verdict};

use crate::{Cancel, CheckError, Registered, Run, capture::Capture};

/// Judges by a pipeline. Its observer hears verdicts in the order of the pipeline, whichever came first.
///
/// # Errors
/// [`CheckError`] of the first check that cannot be made.
pub(crate) fn judge(pipeline: &[&Registered], capture: &Capture, run: &Run<'_>) -> Result<Vec<Verdict>, CheckError> {
    let rest = Cancel::within(run.cancel);
    let work = Work {
        pipeline,
        capture,
        run: Run { cancel: &rest, ..*run },
        state: Mutex::new(State {
            begun: 0,
            ended: false,
            said: iter::repeat_with(|| None).take(pipeline.len()).collect(),
            told: 0,
        }),
        changed: Condvar::new(),
    };
    if [Lane::Model, Lane::Plain]
        .iter()
        .all(|lane| pipeline.iter().any(|check| Lane::of(check) == *lane))
    {
        thread::scope(|scope| {
            // Without a model on this thread: what regular expressions keep for a thread is there from the capture before.
            let beside = scope.spawn(|| work.go(Lane::Model));
            work.go(Lane::Plain);
            beside.join().unwrap_or_else(|panicked| panic::resume_unwind(panicked));
        });
    } else if let Some(first) = pipeline.first() {
        work.go(Lane::of(first));
    }
    work.said()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lane {
    Model,
    Plain,
}

impl Lane {
    fn of(check: &Registered) -> Self {
        if check.manifest().model.is_some() {
            Self::Model
        } else {
            Self::Plain
        }
    }
}

/// What a check said, and how long it took.
type Said = (Result<(Verdict, Option<Vec<u8>>), CheckError>, Duration);

struct Work<'w> {
    pipeline: &'w [&'w Registered],
    capture: &'w Capture,
    run: Run<'w>,
    state: Mutex<State>,
    /// A check has begun, or no other will.
    changed: Condvar,
}

struct State {
    /// So many have begun: the first ones.
    begun: usize,
    /// No other begins.
    ended: bool,
    /// By place in the pipeline.
    said: Vec<Option<Said>>,
    /// Of so many the observer has heard; of all of them once it heard the last that counts.
    told: usize,
}

impl Work<'_> {
    /// Judges by the checks of a lane.
    fn go(&self, lane: Lane) {
        // Should a check panic, the other lane must not wait for it.
        let _end = End(self);
        while let Some((place, check)) = self.next(lane) {
            let begun = Instant::now();
            let said = check.judge(self.capture, &self.run);
            self.end(place, (said, begun.elapsed()));
        }
    }

    /// The next check of a lane, once all before it have begun.
    fn next(&self, lane: Lane) -> Option<(usize, &Registered)> {
        let mut state = self.state();
        loop {
            let place = state.begun;
            let check = self.pipeline.get(place).filter(|_| !state.ended)?;
            if Lane::of(check) == lane {
                state.begun += 1;
                // With the state in hand: who hears of it must hear of each in order.
                self.run.observer.begins(check.manifest(), place, self.pipeline.len());
                drop(state);
                self.changed.notify_all();
                return Some((place, check));
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Takes what a check said, and tells the observer all that is certain to count.
    fn end(&self, place: usize, said: Said) {
        let mut state = self.state();
        if is_last(&said) {
            state.ended = true;
            self.changed.notify_all();
        }
        state.said[place] = Some(said);
        let State { said, told, .. } = &mut *state;
        while let Some(Some(said)) = said.get(*told) {
            *told += 1;
            if let (Ok((verdict, trace)), took) = said {
                self.run.observer.judged(verdict, trace.as_deref(), *took);
            }
            if is_last(said) {
                // What comes after it is not told, even if it did not see in time that it was ended.
                *told = self.pipeline.len();
                self.run.cancel.cancel();
            }
        }
    }

    fn said(self) -> Result<Vec<Verdict>, CheckError> {
        let state = self.state.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut verdicts = Vec::with_capacity(state.begun);
        for said in state.said.into_iter().flatten() {
            let ends = is_last(&said);
            verdicts.push(said.0?.0);
            if ends {
                break;
            }
        }
        Ok(verdicts)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether nothing after it counts: there is nothing left to save, or nothing is known.
fn is_last((said, _): &Said) -> bool {
    said.as_ref()
        .map_or(true, |(verdict, _)| verdict.decision == Decision::Reject)
}

/// Ends the other lane when a check panics.
struct End<'w>(&'w Work<'w>);

impl Drop for End<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.state().ended = true;
            self.0.run.cancel.cancel();
            self.0.changed.notify_all();
        }
    }
}

#[cfg(test)]
mod tests;
