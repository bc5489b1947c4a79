//! Whether a capture was captured here and now: no copy of an earlier one, shifted, louder, slower or in part; not made up by a program.
//!
//! Weak signs are added as logarithms of odds. None alone holds a capture, and nothing here throws one away.

mod copies;
mod series;
mod signs;
mod sketch;
mod words;

use earnest_domain::verdict::{Evidence, Permille};
use serde::Deserialize;

use self::{copies::Fit, series::Series, signs::Sign, sketch::Sketch, words::Words};
use crate::{Check, CheckError, Finding, Manifest, Run, capture::Capture};

const NAME: &str = "authenticity";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Authenticity(manifest.limits(NAME)?)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    most_compared: usize,
    before: f64,
    held_at: f64,
    copy: f64,
    weak: f64,
    motion: Alike,
    heart: Alike,
    place: Alike,
    text: AlikeWords,
}

/// From which correlation on two stretches are one.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct Alike {
    alike: f64,
    alike_short: f64,
}

impl Alike {
    /// Chance makes short stretches alike: its correlations shrink with the root of the length.
    #[allow(clippy::cast_precision_loss)] // some hundred steps
    fn needed(&self, steps: usize) -> f64 {
        (self.alike + self.alike_short / (steps.max(1) as f64).sqrt()).min(0.98)
    }
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
struct AlikeWords {
    alike: f64,
}

#[derive(Debug)]
struct Authenticity(Limits);

/// What speaks for a copy.
#[derive(Debug, Clone, Copy)]
struct Copied {
    value: f64,
    most: f64,
    is_one: bool,
}

impl Check for Authenticity {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        run.go_on()?;
        match capture {
            Capture::Motion(motion) => {
                let values: Vec<f32> = motion.acceleration[0].iter().map(|(_, value)| *value).collect();
                self.of_signal(series::of_motion(motion), &values, &signs::of_motion(motion, run.now), run)
            }
            Capture::Heart(heart) => {
                let series = series::of_heart(heart, run.cancel)?;
                self.of_signal(series, heart.values(), &signs::of_heart(heart, run.cancel)?, run)
            }
            Capture::Place(place) => self.of_signal(series::of_place(place), &[], &signs::of_place(place, run.now), run),
            Capture::Text(text) => self.of_text(text.as_str(), run),
            // Photos and sounds have checks of their own for what came before.
            _ => Err(CheckError::OtherKind { check: NAME }),
        }
    }
}

impl Authenticity {
    fn of_signal(&self, series: Option<Series>, values: &[f32], signs: &[Sign], run: &Run<'_>) -> Result<Finding, CheckError> {
        let within = signs::repeated(values);
        let itself = (within > 0.0).then_some(Copied {
            value: within,
            most: 0.2,
            is_one: within > 0.2,
        });
        let Some(series) = series else {
            return Ok(if signs.is_empty() {
                Finding::new("too_little", Permille::ONE)
            } else {
                self.sum("too_little", itself.map(|itself| ("repeats_itself", itself)), signs)
            });
        };
        let new = Sketch::of(&series);
        let alike = match series.kind {
            series::Kind::Motion => &self.0.motion,
            series::Kind::Heart => &self.0.heart,
            series::Kind::Place => &self.0.place,
        };
        let mut best: Option<Fit> = None;
        for trace in run.earlier.traces(NAME)?.iter().take(self.0.most_compared) {
            run.go_on()?;
            let fit = Sketch::from_bytes(&trace.bytes).and_then(|earlier| copies::best(&new, &earlier, alike));
            best = [best, fit]
                .into_iter()
                .flatten()
                .max_by(|one, other| one.beyond().total_cmp(&other.beyond()));
        }
        let earlier = best.map(|fit| Copied {
            value: fit.correlation,
            most: fit.needed,
            is_one: fit.beyond() > 0.0,
        });
        let copied = match (earlier, itself) {
            (earlier, Some(itself)) if itself.is_one && earlier.is_none_or(|earlier| !earlier.is_one) => {
                Some(("repeats_itself", itself))
            }
            (Some(earlier), _) => Some(("like_an_earlier_one", earlier)),
            (None, itself) => itself.map(|itself| ("repeats_itself", itself)),
        };
        Ok(self.sum("nothing_odd", copied, signs).traced(new.bytes()))
    }

    fn of_text(&self, text: &str, run: &Run<'_>) -> Result<Finding, CheckError> {
        let new = Words::of(text);
        // A few words are like others by chance.
        if new.len() < 5 {
            return Ok(Finding::new("too_little", Permille::ONE));
        }
        let most = self.0.text.alike;
        let mut shared = 0.0_f64;
        for trace in run.earlier.traces(NAME)?.iter().take(self.0.most_compared) {
            run.go_on()?;
            let earlier = Words::from_bytes(&trace.bytes).filter(|earlier| earlier.len() >= 5);
            shared = shared.max(earlier.map_or(0.0, |earlier| new.shared(&earlier)));
        }
        let copied = Copied {
            value: shared,
            most,
            is_one: shared > most,
        };
        Ok(self
            .sum("nothing_odd", Some(("like_an_earlier_one", copied)), &[])
            .traced(new.bytes()))
    }

    /// Adds up what speaks against a capture. A sign that does not show takes nothing off: who copies with care has none.
    fn sum(&self, otherwise: &'static str, copied: Option<(&'static str, Copied)>, signs: &[Sign]) -> Finding {
        let Self(limits) = self;
        let is_copy = copied.is_some_and(|(_, copied)| copied.is_one);
        let weak: f64 = signs.iter().map(|sign| sign.strength() * limits.weak).sum();
        let odds = limits.before + weak + if is_copy { limits.copy } else { 0.0 };
        let reason = match (odds >= limits.held_at, is_copy) {
            (true, true) => "copy",
            (true, false) => "doubtful",
            (false, _) => otherwise,
        };
        let measures = copied.map(|(what, copied)| Evidence::Measure {
            what: what.into(),
            value: copied.value,
            unit: "1".into(),
            least: None,
            most: Some(copied.most),
        });
        let sum = Evidence::Measure {
            what: "log_odds".into(),
            value: odds,
            unit: "1".into(),
            least: None,
            most: Some(limits.held_at),
        };
        // How likely it was captured.
        #[allow(clippy::cast_possible_truncation)] // a share
        let score = (1.0 / (1.0 + odds.exp())) as f32;
        Finding::new(reason, Permille::from_unit(score))
            .with([sum])
            .with(measures)
            .with(signs.iter().map(Sign::evidence))
    }
}

#[cfg(test)]
pub(crate) mod tests;
