//! Whether a photo shows what an earlier one shows, moved a little, lit a little differently, taken seconds later. It looks at what is in
//! the picture; copies of one file are told by their perceptual hash, in a check of their own.

mod trace;

use earnest_domain::verdict::{Evidence, Permille};
use serde::Deserialize;

use crate::{Check, CheckError, Finding, Manifest, Model, Run, capture::Capture, mobilenet};

const NAME: &str = "photo_similar";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Similar {
        model: manifest.needed_model(NAME)?,
        limits: manifest.limits(NAME)?,
    }))
}

#[derive(Debug)]
struct Similar {
    model: Model,
    limits: Limits,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    most_alike: f32,
}

impl Check for Similar {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Photo(photo) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        let read = || Ok(mobilenet::MODEL);
        let look = |session: &mut _| mobilenet::look(NAME, session, photo.pixels());
        let impression = run.models.with(NAME, &self.model, read, look)?;
        let kept = trace::of(&impression.embedding);
        let earlier = run.earlier.traces("photo-similar")?;
        let alike = earlier.iter().filter_map(|earlier| trace::alike(&kept, &earlier.bytes));
        let most = self.limits.most_alike;
        let nearest = alike.reduce(f32::max);
        let reason = if nearest.is_some_and(|nearest| nearest > most) {
            "same_scene"
        } else {
            "new"
        };
        let score = nearest.map_or(Permille::ONE, |nearest| Permille::from_unit(1.0 - nearest));
        let measured = nearest.map(|value| Evidence::Measure {
            what: "alike".into(),
            value: f64::from(value),
            unit: "1".into(),
            least: None,
            most: Some(f64::from(most)),
        });
        Ok(Finding::new(reason, score).with(measured).traced(kept))
    }
}

#[cfg(test)]
pub(crate) mod tests;
