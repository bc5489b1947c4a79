//! What a check is, what it is given beside the capture, and what it gives back.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use earnest_domain::{
    capture::Speech,
    time::Timestamp,
    verdict::{Evidence, Permille, Verdict},
};

use crate::{CheckError, Manifest, Secret, capture::Capture, models::Models};

/// One way to judge a capture.
pub trait Check: fmt::Debug + Send + Sync {
    /// Judges. Takes as long as it takes: not for a thread that something else waits for. A check that works for more than some
    /// milliseconds calls [`Run::go_on`] in between.
    ///
    /// # Errors
    /// [`CheckError`] when it cannot be made at all; that a capture is bad is a finding.
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError>;
}

/// What a check found; the manifest says what it means.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// A code of the manifest's.
    pub reason: &'static str,
    /// How well the capture did, or how sure the check is.
    pub score: Permille,
    /// What it is, where the check tells things apart.
    pub label: Option<String>,
    /// Where it shows.
    pub evidence: Vec<Evidence>,
    /// What later captures are compared with, if the check compares: small, and nothing that the capture could be made of again.
    pub trace: Option<Vec<u8>>,
}

impl Finding {
    /// A finding without evidence.
    pub const fn new(reason: &'static str, score: Permille) -> Self {
        Self {
            reason,
            score,
            label: None,
            evidence: Vec::new(),
            trace: None,
        }
    }

    /// With what the capture is.
    #[must_use]
    pub fn labelled(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// With more evidence.
    #[must_use]
    pub fn with(mut self, evidence: impl IntoIterator<Item = Evidence>) -> Self {
        self.evidence.extend(evidence);
        self
    }

    /// With what later captures are compared with.
    #[must_use]
    pub fn traced(mut self, trace: Vec<u8>) -> Self {
        self.trace = Some(trace);
        self
    }
}

/// A check as the build found it.
#[derive(Debug)]
pub(crate) struct Found {
    /// Its folder.
    pub(crate) name: &'static str,
    pub(crate) manifest: &'static str,
    pub(crate) card: &'static str,
    pub(crate) make: fn(&Manifest) -> Result<Box<dyn Check>, CheckError>,
}

/// Ends work that nobody wants any more. Clones are one.
#[derive(Debug, Clone, Default)]
pub struct Cancel {
    own: Arc<AtomicBool>,
    whole: Option<Box<Self>>,
}

impl Cancel {
    /// Of a part of some work: it ends with the whole, and may end before it.
    pub(crate) fn within(whole: &Self) -> Self {
        Self {
            own: Arc::default(),
            whole: Some(Box::new(whole.clone())),
        }
    }

    /// From now on the work may stop.
    pub fn cancel(&self) {
        self.own.store(true, Ordering::Relaxed);
    }

    /// Whether it may.
    pub fn is_cancelled(&self) -> bool {
        self.own.load(Ordering::Relaxed) || self.whole.as_deref().is_some_and(Self::is_cancelled)
    }
}

/// Hears how far judging has come.
pub trait Observer: Sync {
    /// A check begins: the `place`-th of `all`, counted from 0. The one before it may not have judged yet.
    fn begins(&self, check: &Manifest, place: usize, all: usize);
    /// The next in order has judged, in this time, and left a trace if it compares.
    fn judged(&self, verdict: &Verdict, trace: Option<&[u8]>, took: Duration);
}

/// Nobody hears.
#[derive(Debug, Clone, Copy)]
pub struct Silent;

impl Observer for Silent {
    fn begins(&self, _: &Manifest, _: usize, _: usize) {}

    fn judged(&self, _: &Verdict, _: Option<&[u8]>, _: Duration) {}
}

/// What the person was asked for, and what they permit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    /// The question, in words; its copy is no answer.
    pub prompt: Option<String>,
    /// What should be in the photo, or what the text should be about, in a few words.
    pub subject: Option<String>,
    /// Whether people may, must or must not be heard speaking in a sound.
    pub speech: Speech,
    /// The finest resolution of H3 that a place may leave in, 0 to 15; none given, 7 (cells of about 5 km2).
    pub finest_cell: Option<u8>,
    /// What draws are keyed with; without it more is kept back around home.
    pub secret: Option<Secret>,
}

/// What is kept of an earlier capture by a check that compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Which capture it was, in words that a person can find it by.
    pub capture: String,
    /// What the check [left](Finding::trace) of it.
    pub bytes: Vec<u8>,
}

/// Of so many earlier captures at most a check hears, the newest: what was captured years ago is rarely copied today, and comparing with
/// it all would take longer every day.
pub const MOST_COMPARED: usize = 1_000;

/// Knows what was captured before.
pub trait Earlier: Sync {
    /// The traces that the check of that name left, the newest first.
    ///
    /// # Errors
    /// [`CheckError`] when they cannot be had.
    fn traces(&self, check: &str) -> Result<Vec<Trace>, CheckError>;
}

/// Nothing was captured before.
#[derive(Debug, Clone, Copy)]
pub struct Nothing;

impl Earlier for Nothing {
    fn traces(&self, _: &str) -> Result<Vec<Trace>, CheckError> {
        Ok(Vec::new())
    }
}

/// What a check is given beside the capture.
pub struct Run<'r> {
    /// Where sessions are lent.
    pub models: &'r Models,
    /// What the person was asked for.
    pub asked: &'r Asked,
    /// What was captured before.
    pub earlier: &'r dyn Earlier,
    /// The device's time, if it is known: what was captured later than now was not.
    pub now: Option<Timestamp>,
    /// Ends it.
    pub cancel: &'r Cancel,
    /// Who hears of it.
    pub observer: &'r dyn Observer,
}

impl<'r> Run<'r> {
    /// Of a capture that nothing came before, at a time that is not known, with nobody who hears.
    pub fn new(models: &'r Models, asked: &'r Asked, cancel: &'r Cancel) -> Self {
        Self {
            models,
            asked,
            earlier: &Nothing,
            now: None,
            cancel,
            observer: &Silent,
        }
    }
    /// The traces that the check of that name left, the newest first, [`MOST_COMPARED`] at most.
    ///
    /// # Errors
    /// [`CheckError`] when they cannot be had.
    pub fn traces(&self, check: &str) -> Result<Vec<Trace>, CheckError> {
        let mut traces = self.earlier.traces(check)?;
        traces.truncate(MOST_COMPARED);
        Ok(traces)
    }

    /// Whether there is still a reason to work.
    ///
    /// # Errors
    /// [`CheckError::Cancelled`] when there is none.
    pub fn go_on(&self) -> Result<(), CheckError> {
        if self.cancel.is_cancelled() {
            Err(CheckError::Cancelled)
        } else {
            Ok(())
        }
    }
}

impl fmt::Debug for Run<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Run").field("cancel", &self.cancel).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::fixtures;

    /// Ten years of captures.
    struct Many;

    impl Earlier for Many {
        fn traces(&self, _: &str) -> Result<Vec<Trace>, CheckError> {
            let trace = |number: usize| Trace {
                capture: number.to_string(),
                bytes: Vec::new(),
            };
            Ok((0..20_000).map(trace).collect())
        }
    }

    #[test]
    fn a_check_hears_of_the_newest_and_of_no_more_than_it_can_compare() {
        let (models, asked, cancel) = (fixtures::models(), Asked::default(), Cancel::default());
        let run = Run {
            earlier: &Many,
            ..crate::Run::new(&models, &asked, &cancel)
        };
        let traces = run.traces("photo-duplicate").unwrap();
        assert_eq!((traces.len(), traces[0].capture.as_str()), (MOST_COMPARED, "0"));
    }
}
