//! Hears what each check said of a file, and how long it took.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use earnest_checks::{Manifest, Observer};
use earnest_domain::verdict::Verdict;

use super::judged::Line;

/// Hears what each check said of a file, and how long it took.
#[derive(Default)]
pub(super) struct Stopwatch(Mutex<Watched>);

/// What was heard.
#[derive(Default)]
pub(super) struct Watched {
    /// The checks that have begun, in order.
    begun: Vec<String>,
    /// What was said, in order.
    pub(super) lines: Vec<Line>,
    /// What checks left of the file, by their names.
    pub(super) traces: Vec<(String, Vec<u8>)>,
}

impl Stopwatch {
    /// What was heard until now.
    pub(super) fn stopped(self) -> Watched {
        self.0.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    fn watched(&self) -> MutexGuard<'_, Watched> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Watched {
    /// The first check that has begun and not judged.
    pub(super) fn under_way(&self) -> Option<&str> {
        self.begun.get(self.lines.len()).map(String::as_str)
    }
}

impl Observer for Stopwatch {
    fn begins(&self, check: &Manifest, _: usize, _: usize) {
        self.watched().begun.push(check.name.to_string());
    }

    fn judged(&self, verdict: &Verdict, trace: Option<&[u8]>, took: Duration) {
        let mut held = self.watched();
        let Verdict {
            check,
            decision,
            score,
            label,
            reason,
            says,
            advice,
            evidence,
            model,
            ..
        } = verdict.clone();
        if let Some(trace) = trace {
            held.traces.push((check.to_string(), trace.to_vec()));
        }
        held.lines.push(Line {
            check: check.to_string(),
            verdict: Some(decision),
            score: Some(score),
            label,
            reason,
            says,
            advice,
            evidence,
            millis: (took.as_secs_f64() * 1e6).round() / 1e3,
            model,
        });
    }
}
