//! Whether a recording is long enough to be of use.

use earnest_domain::{
    capture::Speech,
    verdict::{Evidence, Permille},
};
use serde::Deserialize;

use crate::{Check, CheckError, Finding, Manifest, Run, capture::Capture};

const NAME: &str = "sound_length";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Length(manifest.limits(NAME)?)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    least_seconds: f64,
    least_seconds_of_speech: f64,
}

#[derive(Debug)]
struct Length(Limits);

impl Check for Length {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Sound(sound) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        let least = match run.asked.speech {
            Speech::Wanted => self.0.least_seconds_of_speech,
            Speech::Welcome | Speech::Unwanted => self.0.least_seconds,
        };
        let seconds = sound.length().as_secs_f64();
        let long = seconds >= least;
        let (reason, score) = if long {
            ("long_enough", Permille::ONE)
        } else {
            ("too_short", Permille::ZERO)
        };
        Ok(Finding::new(reason, score).with([Evidence::Measure {
            what: "length".into(),
            value: seconds,
            unit: "s".into(),
            least: Some(least),
            most: None,
        }]))
    }
}

#[cfg(test)]
pub(crate) mod tests;
