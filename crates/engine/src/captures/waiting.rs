//! Judged captures that wait for the person's decision. They are in memory alone, and not for ever.

use std::{
    collections::VecDeque,
    sync::Arc,
    time::{Duration, Instant},
};

use super::Judged;

/// The most that wait; the oldest goes first.
const MOST: usize = 4;
/// The most bytes that wait together, the newest in any case.
const MOST_BYTES: usize = 256 << 20;
/// Whoever has not decided by then has left: a page that was closed cannot say so.
const PATIENCE: Duration = Duration::from_mins(30);

#[derive(Default)]
pub(super) struct Waiting(VecDeque<Held>);

struct Held {
    run: String,
    judged: Arc<Judged>,
    since: Instant,
}

impl Waiting {
    /// Holds the outcome of a judging, in place of an earlier one that is called so.
    pub(super) fn hold(&mut self, run: &str, judged: Arc<Judged>, now: Instant) {
        self.let_go(run);
        self.0.push_back(Held {
            run: run.to_owned(),
            judged,
            since: now,
        });
        while self.0.len() > MOST || (self.0.len() > 1 && self.bytes() > MOST_BYTES) {
            self.0.pop_front();
        }
    }

    fn bytes(&self) -> usize {
        let of = |judged: &Judged| judged.original.len() + judged.shared.as_ref().map_or(0, |shared| shared.bytes.len());
        self.0.iter().map(|held| of(&held.judged)).sum()
    }

    pub(super) fn find(&self, run: &str) -> Option<Arc<Judged>> {
        let held = self.0.iter().find(|held| held.run == run)?;
        Some(Arc::clone(&held.judged))
    }

    pub(super) fn let_go(&mut self, run: &str) {
        self.0.retain(|held| held.run != run);
    }

    /// Lets go of what nobody decided about in time.
    pub(super) fn expire(&mut self, now: Instant) {
        self.0.retain(|held| now.saturating_duration_since(held.since) < PATIENCE);
    }
}

#[cfg(test)]
mod tests {
    use earnest_domain::{capture::CaptureKind, verdict::Decision};

    use super::*;

    fn judged(bytes: usize) -> Arc<Judged> {
        Arc::new(Judged {
            id: String::new(),
            kind: CaptureKind::Text,
            original: vec![0; bytes],
            text: None,
            decision: Decision::Accept,
            verdicts: Vec::new(),
            shared: None,
            traces: Vec::new(),
        })
    }

    #[test]
    fn who_does_not_decide_is_forgotten() {
        let (mut waiting, start) = (Waiting::default(), Instant::now());
        waiting.hold("a", judged(1), start);
        waiting.hold("b", judged(1), start + PATIENCE / 2);
        waiting.expire(start + PATIENCE);
        assert!(waiting.find("a").is_none() && waiting.find("b").is_some());
    }

    #[test]
    fn memory_is_bounded_and_the_newest_is_there() {
        let (mut waiting, now) = (Waiting::default(), Instant::now());
        for run in ["a", "b", "c", "d", "e"] {
            waiting.hold(run, judged(1), now);
        }
        assert!(waiting.find("a").is_none() && waiting.find("b").is_some());
        waiting.hold("large", judged(MOST_BYTES + 1), now);
        assert!(waiting.find("e").is_none() && waiting.find("large").is_some());
        waiting.hold("large", judged(2), now);
        assert_eq!(waiting.bytes(), 2, "judged again, it is held once");
    }
}
