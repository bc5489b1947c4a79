//! Whether a photo, or nearly the same one, was captured before.

mod hash;

use earnest_domain::verdict::{Evidence, Permille};
use serde::Deserialize;

pub(crate) use self::hash::Hashes;
use crate::{Check, CheckError, Finding, Manifest, Run, capture::Capture};

const NAME: &str = "photo_duplicate";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Duplicate(manifest.limits(NAME)?)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    most_waves: u32,
    most_steps: u32,
    least_deviation: f64,
}

#[derive(Debug)]
struct Duplicate(Limits);

impl Check for Duplicate {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Photo(photo) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        let Some(hashes) = Hashes::of_contrast(photo.luma(), self.0.least_deviation) else {
            return Ok(Finding::new("plain", Permille::ONE));
        };
        let mut nearest = None;
        for trace in run.traces(NAME_OF_TRACES)? {
            run.go_on()?;
            let Some(earlier) = Hashes::from_bytes(&trace.bytes) else {
                continue;
            };
            let distance = hashes.distance(&earlier);
            if nearest.as_ref().is_none_or(|(least, _)| distance < *least) && self.is_near(distance) {
                nearest = Some((distance, trace.capture));
            }
        }
        let Some((distance, capture)) = nearest else {
            return Ok(Finding::new("new", Permille::ONE).traced(hashes.to_bytes()));
        };
        let measure = |what: &'static str, bits: u32, most: u32| Evidence::measure(what, bits, "bit").at_most(f64::from(most));
        Ok(Finding::new("seen_before", Permille::ZERO)
            .labelled(capture)
            .with([
                measure("differing_waves", distance.0, self.0.most_waves),
                measure("differing_steps", distance.1, self.0.most_steps),
            ])
            .traced(hashes.to_bytes()))
    }
}

impl Duplicate {
    const fn is_near(&self, (waves, steps): (u32, u32)) -> bool {
        waves <= self.0.most_waves && steps <= self.0.most_steps
    }
}

/// As the manifest names the check.
pub(crate) const NAME_OF_TRACES: &str = "photo-duplicate";

#[cfg(test)]
pub(crate) mod tests;
