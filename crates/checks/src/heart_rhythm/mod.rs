//! How the heart beats: its rate, how the intervals vary, and which of them are beside the rhythm. A measurement, and no diagnosis.

use earnest_domain::verdict::{Evidence, Permille};
use serde::Deserialize;

use crate::{
    Check, CheckError, Finding, Manifest, Run,
    capture::Capture,
    heart::{Interval, Kept, Rhythm, examine, marked},
};

const NAME: &str = "heart_rhythm";
/// Marks that are closer than this are one, in seconds: a day of ectopic beats stays a list that can be shown.
const TOGETHER: f64 = 3.0;

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(HowItBeats(manifest.limits(NAME)?)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    least_intervals: usize,
    least_trusted: f64,
    most_ectopic: f64,
}

#[derive(Debug)]
struct HowItBeats(Limits);

impl Check for HowItBeats {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Heart(heart) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        let examined = examine(heart, run.cancel)?;
        let rhythm = Rhythm::of(examined);
        let (label, score) = self.label(&rhythm);
        Ok(Finding::new(label, score)
            .labelled(label)
            .with(measures(&rhythm))
            .with(
                rhythm
                    .irregular
                    .iter()
                    .map(|stretch| mark(stretch.from, stretch.to, "irregular")),
            )
            .with(ectopics(&rhythm.intervals))
            .with(marked(&examined.windows)))
    }
}

impl HowItBeats {
    /// What the rhythm is called, and how much of it follows the rhythm and can be trusted.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // beats of a day, and a share
    fn label(&self, rhythm: &Rhythm) -> (&'static str, Permille) {
        let Self(limits) = self;
        let (normal, ectopic) = (rhythm.share(Kept::Normal), rhythm.share(Kept::Ectopic));
        let trusted = normal + ectopic;
        let score = Permille::from_unit(normal as f32);
        if trusted < limits.least_trusted || trusted * (rhythm.intervals.len() as f64) < limits.least_intervals as f64 {
            ("unsure", score)
        } else if !rhythm.irregular.is_empty() || ectopic > limits.most_ectopic * trusted {
            ("irregular", score)
        } else {
            ("regular", score)
        }
    }
}

fn measures(rhythm: &Rhythm) -> Vec<Evidence> {
    let measure = |what: &'static str, value: f64, unit: &'static str| Evidence::measure(what, value, unit);
    let rate = rhythm.heart_rate.map(|rate| measure("heart_rate", rate, "/min"));
    let varied = rhythm.variability.map(|varied| {
        [
            measure("rmssd", varied.rmssd, "ms"),
            measure("sdnn", varied.sdnn, "ms"),
            measure("pnn50", varied.pnn50, "%"),
        ]
    });
    let left_out = [
        measure("left_out_ectopic", 100.0 * rhythm.share(Kept::Ectopic), "%"),
        measure("left_out_noise", 100.0 * rhythm.share(Kept::Noise), "%"),
    ];
    rate.into_iter().chain(varied.into_iter().flatten()).chain(left_out).collect()
}

/// Where beats came early or late.
fn ectopics(intervals: &[Interval]) -> Vec<Evidence> {
    let mut together: Vec<(f64, f64)> = Vec::new();
    for Interval { from, length, .. } in intervals.iter().filter(|interval| interval.kept == Kept::Ectopic) {
        match together.last_mut().filter(|last| *from < last.1 + TOGETHER) {
            Some(last) => last.1 = from + length,
            None => together.push((*from, from + length)),
        }
    }
    together.into_iter().map(|(from, to)| mark(from, to, "ectopic")).collect()
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // seconds of a day
fn mark(from: f64, to: f64, what: &'static str) -> Evidence {
    Evidence::Stretch {
        from_ms: (1e3 * from) as u64,
        to_ms: (1e3 * to) as u64,
        what: what.into(),
    }
}

#[cfg(test)]
mod peers;
#[cfg(test)]
pub(crate) mod tests;
