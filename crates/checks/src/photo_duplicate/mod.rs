//! Whether a photo, or nearly the same one, was captured before.

mod hash;

use earnest_domain::verdict::{Evidence, Permille};
use image::GrayImage;
use serde::Deserialize;

use self::hash::Hashes;
use crate::{Check, CheckError, Finding, Manifest, Run, capture::Capture};

const NAME: &str = "photo_duplicate";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Duplicate {
        name: manifest.name.to_string(),
        limits: manifest.limits(NAME)?,
    }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    most_waves: u32,
    most_steps: u32,
    least_deviation: f64,
}

#[derive(Debug)]
struct Duplicate {
    name: String,
    limits: Limits,
}

impl Check for Duplicate {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Photo(photo) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        if deviation(photo.luma()) < self.limits.least_deviation {
            return Ok(Finding::new("plain", Permille::ONE));
        }
        let hashes = Hashes::of(photo.luma());
        let mut nearest = None;
        for trace in run.earlier.traces(&self.name)? {
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
        let measure = |what: &'static str, bits: u32, most: u32| Evidence::Measure {
            what: what.into(),
            value: bits.into(),
            unit: "bit".into(),
            least: None,
            most: Some(most.into()),
        };
        Ok(Finding::new("seen_before", Permille::ZERO)
            .labelled(capture)
            .with([
                measure("differing_waves", distance.0, self.limits.most_waves),
                measure("differing_steps", distance.1, self.limits.most_steps),
            ])
            .traced(hashes.to_bytes()))
    }
}

impl Duplicate {
    const fn is_near(&self, (waves, steps): (u32, u32)) -> bool {
        waves <= self.limits.most_waves && steps <= self.limits.most_steps
    }
}

/// The standard deviation of the levels.
#[allow(clippy::cast_precision_loss)] // pixels of a small picture
fn deviation(luma: &GrayImage) -> f64 {
    let all = luma.len().max(1) as f64;
    let mean = luma.iter().map(|level| f64::from(*level)).sum::<f64>() / all;
    let squares = luma.iter().map(|level| (f64::from(*level) - mean).powi(2)).sum::<f64>();
    (squares / all).sqrt()
}

#[cfg(test)]
pub(crate) mod tests;
