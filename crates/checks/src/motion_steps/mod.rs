//! Steps and their cadence, second by second, from the rhythm of a wrist.
//!
//! `wavelet.rs` says which rhythms a second holds, `rhythm.rs` which of them is that of steps and how long it lasts. `CARD.md` names the method
//! and tells what is different here.

mod rhythm;
mod wavelet;

use earnest_domain::{
    time::{Span, Timestamp},
    verdict::{Evidence, Permille},
};
use serde::Deserialize;

use self::wavelet::{RATE, Wavelets};
use crate::{
    Check, CheckError, Finding, Manifest, Run,
    capture::{Capture, Motion},
    motion::{
        SECOND,
        axis::{gaps, tidy},
        blocks, even,
        unit::Sizes,
    },
    statistics::number,
};

const NAME: &str = "motion_steps";

/// Seconds that are looked at together, and how far the longest wavelet reaches beyond them. A day takes no more memory than a minute.
const CHUNK: i64 = 60;
const REACH: i64 = 13;

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Steps {
        limits: manifest.limits(NAME)?,
        wavelets: Wavelets::new(),
    }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    least_seconds: i64,
    longest_gap_ms: i64,
    rhythm: rhythm::Limits,
}

#[derive(Debug)]
struct Steps {
    limits: Limits,
    wavelets: Wavelets,
}

impl Check for Steps {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Motion(motion) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        let too_short = Finding::new("too_short", Permille::ZERO);
        let (Some((first, last)), Some(sizes)) = (motion.extent(), Sizes::of(motion)) else {
            return Ok(too_short);
        };
        // A reading stands for the time until the next one.
        let seconds = (last.since(first).micros() + SECOND / i64::from(RATE)) / SECOND;
        if seconds < self.limits.least_seconds {
            return Ok(too_short);
        }
        let whole = (first, first.plus(Span::from_seconds(seconds)));
        let chunk = Span::from_seconds(CHUNK);
        // Stretches without silence: the second that each begins in, and its paces.
        let mut stretches: Vec<(Timestamp, Vec<Option<f64>>)> = Vec::new();
        for start in blocks(motion, chunk, chunk) {
            run.go_on()?;
            let paces = self.paces(motion, start, whole, sizes.metres_in_one());
            match stretches.last_mut() {
                Some((begin, before)) if start.since(*begin).seconds() == i64::try_from(before.len()).unwrap_or(0) => {
                    before.extend(paces);
                }
                _ => stretches.push((start, paces)),
            }
        }
        let mut bouts = Vec::new();
        for (begin, paces) in &stretches {
            let offset = u64::try_from(begin.since(first).seconds()).unwrap_or(0);
            bouts.extend(
                rhythm::bouts(paces, &self.limits.rhythm)
                    .into_iter()
                    .map(|bout| (offset, bout)),
            );
        }
        let seconds = stretches.iter().map(|(_, paces)| paces.len()).sum();
        Ok(sum_up(&bouts, seconds))
    }
}

impl Steps {
    /// The steps in each second of the chunk that begins at `start`, where there are any.
    fn paces(&self, motion: &Motion, start: Timestamp, (first, end): (Timestamp, Timestamp), metres: f64) -> Vec<Option<f64>> {
        let reach = Span::from_seconds(REACH);
        let to = start.plus(Span::from_seconds(CHUNK)).min(end);
        let (from, until) = (start.minus(reach).max(first), to.plus(reach).min(end));
        let seconds = usize::try_from(to.since(start).seconds()).unwrap_or(0);
        let nothing = vec![None; seconds];
        let span = until.since(from);
        let Some(axes) = even(&motion.acceleration, from, span, RATE) else {
            return nothing;
        };
        let axes = axes.map(|axis| axis.iter().map(|value| value * metres).collect());
        let mut paces = nothing;
        let before = usize::try_from(start.since(from).seconds()).unwrap_or(0);
        let spectra = self.wavelets.spectra(&axes, before, seconds);
        for (second, (pace, spectrum)) in paces.iter_mut().zip(&spectra).enumerate() {
            *pace = rhythm::pace(spectrum, &axes, before + second, &self.limits.rhythm);
        }
        // Lines that bridge a gap are no motion.
        for axis in &motion.acceleration {
            let tidied = tidy(axis, start, to.since(start).micros());
            for (gap, over) in gaps(&tidied, to.since(start).micros(), self.limits.longest_gap_ms * 1_000) {
                let seconds = gap / SECOND..=(over - 1) / SECOND;
                seconds
                    .filter_map(|second| usize::try_from(second).ok())
                    .for_each(|second| paces.get_mut(second).map_or((), |pace| *pace = None));
            }
        }
        paces
    }
}

/// What is told of all bouts, each with the second that its stretch begins in.
fn sum_up(bouts: &[(u64, rhythm::Bout)], seconds: usize) -> Finding {
    let steps: f64 = bouts.iter().map(|(_, bout)| bout.steps).sum::<f64>().round();
    let walked: f64 = bouts.iter().map(|(_, bout)| number(bout.to - bout.from)).sum();
    if walked <= 0.0 {
        return Finding::new("no_steps", Permille::ZERO).with([Evidence::measure("steps", 0.0, "{step}")]);
    }
    #[allow(clippy::cast_possible_truncation)] // a share
    let score = Permille::from_unit((walked / number(seconds.max(1))) as f32);
    let stretches = bouts.iter().map(|(offset, bout)| Evidence::Stretch {
        from_ms: (offset + bout.from as u64) * 1_000,
        to_ms: (offset + bout.to as u64) * 1_000,
        what: "steps".into(),
    });
    Finding::new("steps", score)
        .with([
            Evidence::measure("steps", steps, "{step}"),
            Evidence::measure("cadence", 60.0 * steps / walked, "{step}/min"),
            Evidence::measure("time", walked, "s"),
        ])
        .with(stretches)
}

#[cfg(test)]
pub(crate) mod tests;
