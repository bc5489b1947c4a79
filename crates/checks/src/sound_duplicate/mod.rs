//! Whether a recording, or a part of it, was captured before.

mod fingerprint;
mod matching;

use earnest_domain::verdict::{Evidence, Permille};
use serde::Deserialize;

pub(crate) use self::fingerprint::Fingerprint;
use self::matching::{Likeness, New};
use crate::{
    Check, CheckError, Finding, Manifest, Run, Trace,
    capture::{Capture, Sound},
};

const NAME: &str = "sound_duplicate";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Duplicate(manifest.limits(NAME)?)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    most_wrong_bits: f64,
    least_contrast: f64,
    least_ms: u64,
}

#[derive(Debug)]
struct Duplicate(Limits);

impl Check for Duplicate {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Sound(sound) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        let Self(limits) = self;
        let fingerprint = of(sound, run)?;
        let trace = fingerprint.trace();
        let Some((likeness, capture)) = nearest(fingerprint, run.traces(NAME_OF_TRACES)?, limits.least_ms, run)? else {
            return Ok(Finding::new("new", Permille::ONE).traced(trace));
        };
        let measure = Evidence::measure("wrong_bits", likeness.wrong_bits, "1").at_least(limits.most_wrong_bits);
        #[allow(clippy::cast_possible_truncation)] // a share
        let novelty = Permille::from_unit((likeness.wrong_bits * 2.0) as f32);
        Ok(if likeness.is_copy(limits.most_wrong_bits, limits.least_contrast) {
            let stretch = Evidence::Stretch {
                from_ms: likeness.from_ms,
                to_ms: likeness.to_ms,
                what: "captured_before".into(),
            };
            Finding::new("captured_before", novelty)
                .labelled(capture)
                .with([measure, stretch])
        } else {
            Finding::new("new", novelty).with([measure])
        }
        .traced(trace))
    }
}

/// What a recording is known again by; made once, however many checks ask.
///
/// # Errors
/// [`CheckError::Cancelled`].
pub(crate) fn of<'s>(sound: &'s Sound, run: &Run<'_>) -> Result<&'s Fingerprint, CheckError> {
    sound.fingerprint().or_find(|| Fingerprint::of(sound.samples(), run))
}

/// The earlier recording that is most like it, over at least so long, and how much.
///
/// # Errors
/// [`CheckError::Cancelled`].
pub(crate) fn nearest(
    fingerprint: &Fingerprint,
    traces: impl IntoIterator<Item = Trace>,
    least_ms: u64,
    run: &Run<'_>,
) -> Result<Option<(Likeness, String)>, CheckError> {
    let new = New::of(fingerprint);
    let mut nearest: Option<(Likeness, String)> = None;
    for trace in traces {
        run.go_on()?;
        let likeness = fingerprint::parse(&trace.bytes).and_then(|earlier| new.likeness(&earlier, least_ms));
        let is_nearer = |likeness: &Likeness| nearest.as_ref().is_none_or(|(best, _)| likeness.wrong_bits < best.wrong_bits);
        if let Some(likeness) = likeness.filter(is_nearer) {
            nearest = Some((likeness, trace.capture));
        }
    }
    Ok(nearest)
}

/// As the manifest names the check.
pub(crate) const NAME_OF_TRACES: &str = "sound-duplicate";

#[cfg(test)]
pub(crate) mod tests;
