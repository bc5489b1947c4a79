//! Whether a heart signal was recorded at all: long and fast enough, without gaps, neither flat nor cut off.

mod flat;
mod rails;

use std::ops::Range;

use earnest_domain::verdict::{Evidence, Permille};
use serde::Deserialize;

use crate::{
    Check, CheckError, Finding, Manifest, Run,
    capture::{Capture, Heart, HeartKind},
};

const NAME: &str = "heart_signal";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Signal(manifest.limits(NAME)?)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    least_seconds: f64,
    least_rate_ecg: f64,
    least_rate_ppg: f64,
    most_missing: f64,
    flat_seconds: f64,
    flat_height: f64,
    flat_steps: f64,
    most_flat: f64,
    most_clipped_ecg: f64,
    most_clipped_ppg: f64,
}

#[derive(Debug)]
struct Signal(Limits);

impl Check for Signal {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let (Self(limits), Capture::Heart(heart)) = (self, capture) else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        let seconds = heart.seconds();
        if seconds < limits.least_seconds {
            let least = Some(limits.least_seconds);
            return Ok(Finding::new("too_short", Permille::ZERO).with([Evidence::measure("length", seconds, "s").at_least(least)]));
        }
        let (least_rate, most_clipped) = match heart.kind() {
            HeartKind::Ecg => (limits.least_rate_ecg, limits.most_clipped_ecg),
            HeartKind::Ppg => (limits.least_rate_ppg, limits.most_clipped_ppg),
        };
        // A clock that is off by a little must not fail a device that keeps to the limit.
        if heart.rate_hz() < 0.95 * least_rate {
            let rate = Evidence::measure("sampling_rate", heart.rate_hz(), "Hz").at_least(least_rate);
            return Ok(Finding::new("too_slow", Permille::ZERO).with([rate]));
        }
        let missing = missing(heart);
        if let Some(finding) = beyond("gaps", "missing", heart, &missing, limits.most_missing) {
            return Ok(finding);
        }
        run.go_on()?;
        let flat = flat::stretches(heart, limits);
        if let Some(finding) = beyond("flat_line", "flat", heart, &flat, limits.most_flat) {
            return Ok(finding);
        }
        run.go_on()?;
        let clipped = rails::stretches(heart, limits.flat_seconds);
        if let Some(finding) = beyond("clipped", "clipped", heart, &clipped, most_clipped) {
            return Ok(finding);
        }
        let lost = share(heart, &missing) + share(heart, &flat) + share(heart, &clipped);
        // What is lost is told where it is accepted as well.
        let marks = [("missing", &missing), ("flat", &flat), ("clipped", &clipped)];
        let marks = marks.into_iter().flat_map(|(what, stretches)| marked(what, heart, stretches));
        Ok(Finding::new("recorded", permille(1.0 - lost)).with(marks))
    }
}

/// The finding when more than `most` of the time is in `stretches`.
fn beyond(reason: &'static str, what: &'static str, heart: &Heart, stretches: &[Range<usize>], most: f64) -> Option<Finding> {
    let share = share(heart, stretches);
    (share > most).then(|| {
        Finding::new(reason, permille(1.0 - share))
            .with([Evidence::measure(what, share, "1").at_most(most)])
            .with(marked(what, heart, stretches))
    })
}

/// Where samples are missing.
fn missing(heart: &Heart) -> Vec<Range<usize>> {
    let mut stretches: Vec<Range<usize>> = Vec::new();
    for (place, _) in heart.values().iter().enumerate().filter(|(_, value)| value.is_nan()) {
        match stretches.last_mut().filter(|last| last.end == place) {
            Some(last) => last.end = place + 1,
            None => stretches.push(place..place + 1),
        }
    }
    stretches
}

#[allow(clippy::cast_precision_loss)] // places within a recording
fn share(heart: &Heart, stretches: &[Range<usize>]) -> f64 {
    stretches.iter().map(Range::len).sum::<usize>() as f64 / heart.values().len() as f64
}

/// Stretches as evidence; those less than a second apart as one, as every beat of a clipped recording is cut off.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
fn marked(what: &'static str, heart: &Heart, stretches: &[Range<usize>]) -> Vec<Evidence> {
    let millis = |place: usize| (1e3 * place as f64 / heart.rate_hz()) as u64;
    let mut joined: Vec<(u64, u64)> = Vec::new();
    for stretch in stretches {
        let (from_ms, to_ms) = (millis(stretch.start), millis(stretch.end));
        match joined.last_mut().filter(|last| from_ms < last.1 + 1_000) {
            Some(last) => last.1 = to_ms,
            None => joined.push((from_ms, to_ms)),
        }
    }
    let evidence = |(from_ms, to_ms)| Evidence::Stretch {
        from_ms,
        to_ms,
        what: what.into(),
    };
    joined.into_iter().map(evidence).collect()
}

#[allow(clippy::cast_possible_truncation)] // a share
fn permille(share: f64) -> Permille {
    Permille::from_unit(share as f32)
}

#[cfg(test)]
pub(crate) mod tests;
