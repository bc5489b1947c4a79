//! Whether people speak in a recording, and where.

mod stretches;
mod voice;

use std::{borrow::Cow, iter, ops::Range};

use earnest_domain::{
    capture::Speech,
    verdict::{Evidence, Permille},
};
use serde::Deserialize;

use self::stretches::Hysteresis;
use crate::{
    Check, CheckError, Finding, Manifest, Model, Run,
    capture::{Capture, millis},
    models, redact,
};

const NAME: &str = "sound_speech";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Voices {
        limits: manifest.limits(NAME)?,
        model: manifest.needed_model(NAME)?,
    }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    usual: Hysteresis,
    unwanted: Hysteresis,
    least_ms: u64,
}

#[derive(Debug)]
struct Voices {
    limits: Limits,
    model: Model,
}

impl Check for Voices {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Sound(sound) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        let (found, best) = if run.asked.speech == Speech::Unwanted {
            self.all_of_it(sound.samples(), run)?
        } else {
            let probabilities = self.probabilities(sound.samples(), run)?;
            (
                self.limits.usual.stretches(&probabilities, sound.samples().len()),
                largest(&probabilities),
            )
        };
        let spoken: usize = found.iter().map(ExactSizeIterator::len).sum();
        #[allow(clippy::cast_precision_loss)] // ten minutes
        let share = spoken as f64 / sound.samples().len().max(1) as f64;
        let reason = match (found.is_empty(), run.asked.speech) {
            (true, Speech::Welcome | Speech::Unwanted) => "no_speech",
            (false, Speech::Welcome) => "speech",
            (false, Speech::Unwanted) => "unwanted_speech",
            (_, Speech::Wanted) if millis(spoken) >= self.limits.least_ms => "speech",
            (_, Speech::Wanted) => "speech_missing",
        };
        let measure = Evidence::measure("speech", share, "1");
        let stretches = found.into_iter().map(|stretch| Evidence::Stretch {
            from_ms: millis(stretch.start),
            // Rounded outwards.
            to_ms: millis(stretch.end) + 1,
            what: "speech".into(),
        });
        // How sure it is of what it says.
        let sure = if reason == "no_speech" || reason == "speech_missing" {
            1.0 - best
        } else {
            best
        };
        Ok(Finding::new(reason, Permille::from_unit(sure))
            .with([measure])
            .with(stretches))
    }
}

impl Voices {
    fn probabilities(&self, samples: &[f32], run: &Run<'_>) -> Result<Vec<f32>, CheckError> {
        run.models.with(
            NAME,
            &self.model,
            || models::beside(NAME, &self.model),
            |session| voice::probabilities(session, samples, run),
        )
    }

    /// Where speech has to go: what is found is taken out as it will be, and what is left is listened to again, until nothing is heard.
    /// If that does not come about, all of it is speech.
    fn all_of_it(&self, samples: &[f32], run: &Run<'_>) -> Result<(Vec<Range<usize>>, f32), CheckError> {
        let mut found: Vec<Range<usize>> = Vec::new();
        let mut left = Cow::Borrowed(samples);
        let mut best = 0.0_f32;
        for _ in 0..ROUNDS {
            let probabilities = self.probabilities(&left, run)?;
            best = best.max(largest(&probabilities));
            let more = self.limits.unwanted.stretches(&probabilities, samples.len());
            if more.is_empty() {
                found.sort_by_key(|stretch| stretch.start);
                return Ok((joined(found), best));
            }
            found.extend(more);
            let marks = found.iter().map(|stretch| (millis(stretch.start), millis(stretch.end) + 1));
            left = Cow::Owned(redact::sound::silenced(samples, marks.collect()));
        }
        Ok((iter::once(0..samples.len()).collect(), best))
    }
}

/// So often at most the rest is listened to.
const ROUNDS: usize = 5;

fn largest(probabilities: &[f32]) -> f32 {
    probabilities.iter().copied().fold(0.0, f32::max)
}

/// Stretches in order, those that overlap as one.
fn joined(stretches: Vec<Range<usize>>) -> Vec<Range<usize>> {
    let mut joined: Vec<Range<usize>> = Vec::with_capacity(stretches.len());
    for stretch in stretches {
        match joined.last_mut() {
            Some(last) if stretch.start <= last.end => last.end = last.end.max(stretch.end),
            _ => joined.push(stretch),
        }
    }
    joined
}

#[cfg(test)]
pub(crate) mod tests;
