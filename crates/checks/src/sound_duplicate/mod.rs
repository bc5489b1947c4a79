//! Whether a recording, or a part of it, was captured before.

mod fingerprint;
mod matching;

use earnest_domain::verdict::{Evidence, Permille};
use serde::Deserialize;

use self::{fingerprint::Fingerprint, matching::Likeness};
use crate::{Check, CheckError, Finding, Manifest, Run, capture::Capture};

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
        let fingerprint = Fingerprint::of(sound.samples(), run)?;
        let mut best: Option<Likeness> = None;
        for trace in run.earlier.traces(NAME_OF_TRACES)? {
            run.go_on()?;
            let Some(earlier) = fingerprint::parse(&trace.bytes) else {
                continue;
            };
            if let Some(likeness) = matching::likeness(&fingerprint, &earlier, limits.least_ms)
                && best.as_ref().is_none_or(|best| likeness.wrong_bits < best.wrong_bits)
            {
                best = Some(likeness);
            }
        }
        let trace = fingerprint.trace();
        let Some(likeness) = best else {
            return Ok(Finding::new("new", Permille::ONE).traced(trace));
        };
        let measure = Evidence::Measure {
            what: "wrong_bits".into(),
            value: likeness.wrong_bits,
            unit: "1".into(),
            least: Some(limits.most_wrong_bits),
            most: None,
        };
        let same = likeness.wrong_bits < limits.most_wrong_bits && likeness.contrast > limits.least_contrast;
        #[allow(clippy::cast_possible_truncation)] // a share
        let novelty = Permille::from_unit((likeness.wrong_bits * 2.0) as f32);
        Ok(if same {
            Finding::new("captured_before", novelty).with([
                measure,
                Evidence::Stretch {
                    from_ms: likeness.from_ms,
                    to_ms: likeness.to_ms,
                    what: "captured_before".into(),
                },
            ])
        } else {
            Finding::new("new", novelty).with([measure])
        }
        .traced(trace))
    }
}

/// As the manifest names the check.
const NAME_OF_TRACES: &str = "sound-duplicate";

#[cfg(test)]
pub(crate) mod tests;
