//! Whether speech that was asked for can be heard through the noise.

mod wada;

use earnest_domain::{
    capture::Speech,
    verdict::{Evidence, Permille},
};
use serde::Deserialize;

use crate::{Check, CheckError, Finding, Manifest, Run, capture::Capture};

const NAME: &str = "sound_noise";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Noise(manifest.limits(NAME)?)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    least_db: f64,
    good_db: f64,
}

#[derive(Debug)]
struct Noise(Limits);

impl Check for Noise {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Sound(sound) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        // Of surroundings the noise is the sound.
        if run.asked.speech != Speech::Wanted {
            return Ok(Finding::new("no_speech_asked", Permille::ONE));
        }
        let Self(limits) = self;
        let ratio = wada::signal_to_noise(sound.samples());
        let evidence = Evidence::Measure {
            what: "signal_to_noise".into(),
            value: ratio,
            unit: "dB".into(),
            least: Some(limits.least_db),
            most: None,
        };
        let reason = if ratio < limits.least_db { "drowned" } else { "clear" };
        #[allow(clippy::cast_possible_truncation)] // a share
        let score = Permille::from_unit(((ratio - limits.least_db) / (limits.good_db - limits.least_db)) as f32);
        Ok(Finding::new(reason, score).with([evidence]))
    }
}

#[cfg(test)]
pub(crate) mod tests;
