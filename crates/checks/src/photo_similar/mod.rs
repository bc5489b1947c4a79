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
        let impression = mobilenet::look(NAME, &self.model, photo, run.models)?;
        let kept = trace::of(&impression.embedding);
        let most = self.limits.most_alike;
        let mut nearest: Option<(f32, String)> = None;
        for earlier in run.traces("photo-similar")? {
            run.go_on()?;
            let alike = trace::alike(&kept, &earlier.bytes);
            if let Some(alike) = alike.filter(|alike| nearest.as_ref().is_none_or(|(most, _)| alike > most)) {
                nearest = Some((alike, earlier.capture));
            }
        }
        let finding = match nearest {
            None => Finding::new("new", Permille::ONE),
            Some((alike, capture)) => {
                let (is_again, score) = (alike > most, Permille::from_unit(1.0 - alike));
                let finding = if is_again {
                    Finding::new("same_scene", score).labelled(capture)
                } else {
                    Finding::new("new", score)
                };
                finding.with([Evidence::measure("alike", alike, "1").at_most(f64::from(most))])
            }
        };
        Ok(finding.traced(kept))
    }
}

#[cfg(test)]
pub(crate) mod tests;
