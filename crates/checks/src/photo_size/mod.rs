//! Whether a photo has pixels enough to be of use.

use earnest_domain::verdict::{Evidence, Permille};
use serde::Deserialize;

use crate::{Check, CheckError, Finding, Manifest, Run, capture::Capture};

const NAME: &str = "photo_size";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Size(manifest.limits(NAME)?)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    least_of_the_shorter_side: u32,
}

#[derive(Debug)]
struct Size(Limits);

impl Check for Size {
    fn judge(&self, capture: &Capture, _: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Photo(photo) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        let (width, height) = photo.pixels().dimensions();
        let (shorter, least) = (width.min(height), self.0.least_of_the_shorter_side);
        let (reason, score) = if shorter < least {
            ("too_small", Permille::ZERO)
        } else {
            ("large_enough", Permille::ONE)
        };
        Ok(Finding::new(reason, score).with([Evidence::Measure {
            what: "shorter_side".into(),
            value: shorter.into(),
            unit: "{pixel}".into(),
            least: Some(least.into()),
            most: None,
        }]))
    }
}

#[cfg(test)]
pub(crate) mod tests;
