//! Whether a capture was captured here and now: no copy of an earlier one, shifted, louder, slower or in part; not made up by a program.
//!
//! Weak signs are added as logarithms of odds. None alone holds a capture, and nothing here throws one away.

mod autocorrelation;
mod copies;
mod photos;
mod series;
mod signs;
mod sketch;
mod sounds;
mod words;

use earnest_domain::verdict::{Evidence, Permille};
use serde::Deserialize;

use self::{
    copies::{Fit, New},
    series::Series,
    signs::Sign,
    sketch::Sketch,
    words::Words,
};
use crate::{
    Check, CheckError, Finding, Manifest, Run, Trace,
    capture::{Capture, Photo, Sound},
    photo_duplicate::{self, Hashes},
    sound_duplicate, text_personal_data,
};

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
    photo: photos::Limits,
    sound: sounds::Limits,
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
#[derive(Debug, Clone)]
struct Copied {
    what: &'static str,
    value: f64,
    most: f64,
    is_one: bool,
    /// The earlier capture, where it is one.
    of: Option<String>,
}

/// A share of a signal that comes again within it.
const fn within_itself(share: f64) -> Copied {
    const MOST: f64 = 0.2;
    Copied {
        what: "repeats_itself",
        value: share,
        most: MOST,
        is_one: share > MOST,
        of: None,
    }
}

/// The one that tells more: a copy before none, and an earlier capture's before its own.
fn graver(earlier: Option<Copied>, itself: Option<Copied>) -> Option<Copied> {
    match (earlier, itself) {
        (Some(earlier), Some(itself)) if itself.is_one && !earlier.is_one => Some(itself),
        (earlier, itself) => earlier.or(itself),
    }
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
            Capture::Photo(photo) => self.of_photo(photo, run),
            Capture::Sound(sound) => self.of_sound(sound, run),
        }
    }
}

impl Authenticity {
    fn of_signal(&self, series: Option<Series>, values: &[f32], signs: &[Sign], run: &Run<'_>) -> Result<Finding, CheckError> {
        let within = signs::repeated(values);
        let itself = (within > 0.0).then_some(within);
        let Some(series) = series else {
            return Ok(if signs.is_empty() {
                Finding::new("too_little", Permille::ONE)
            } else {
                self.sum("too_little", itself.map(within_itself), signs)
            });
        };
        let new = Sketch::of(&series);
        let alike = match series.kind {
            series::Kind::Motion => &self.0.motion,
            series::Kind::Heart => &self.0.heart,
            series::Kind::Place => &self.0.place,
        };
        let mut best: Option<(Fit, String)> = None;
        let mut over_all = New::of(&new, alike);
        for trace in Self::earlier(NAME, self.0.most_compared, run)? {
            run.go_on()?;
            let Some(earlier) = Sketch::from_bytes(&trace.bytes) else {
                continue;
            };
            let fit = over_all.best(&earlier, run)?;
            if let Some(fit) = fit.filter(|fit| best.as_ref().is_none_or(|(best, _)| fit.beyond() > best.beyond())) {
                best = Some((fit, trace.capture));
            }
        }
        let earlier = best.map(|(fit, capture)| Copied {
            what: "like_an_earlier_one",
            value: fit.correlation,
            most: fit.needed,
            is_one: fit.beyond() > 0.0,
            of: Some(capture),
        });
        let copied = graver(earlier, itself.map(within_itself));
        Ok(self.sum("nothing_odd", copied, signs).traced(new.bytes()))
    }

    fn of_text(&self, text: &str, run: &Run<'_>) -> Result<Finding, CheckError> {
        // What is kept to compare with holds nothing of what is taken out.
        let new = Words::of(&text_personal_data::taken_out(text, run)?);
        // A few words are like others by chance.
        if new.len() < 5 {
            return Ok(Finding::new("too_little", Permille::ONE));
        }
        let most = self.0.text.alike;
        let (mut shared, mut of) = (0.0_f64, None);
        for trace in Self::earlier(NAME, self.0.most_compared, run)? {
            run.go_on()?;
            let earlier = Words::from_bytes(&trace.bytes).filter(|earlier| earlier.len() >= 5);
            let here = earlier.map_or(0.0, |earlier| new.shared(&earlier));
            if here > shared {
                (shared, of) = (here, Some(trace.capture));
            }
        }
        let copied = Copied {
            what: "like_an_earlier_one",
            value: shared,
            most,
            is_one: shared > most,
            of,
        };
        Ok(self.sum("nothing_odd", Some(copied), &[]).traced(new.bytes()))
    }

    /// Earlier photos are known by what the check for duplicates left of them.
    fn of_photo(&self, photo: &Photo, run: &Run<'_>) -> Result<Finding, CheckError> {
        let limits = &self.0.photo;
        let signs = photos::signs(photo, limits, run)?;
        let Some(hashes) = photos::hashes(photo, limits) else {
            return Ok(self.sum("too_little", None, &signs));
        };
        let mut nearest: Option<((u32, u32), String)> = None;
        for trace in Self::earlier(photo_duplicate::NAME_OF_TRACES, limits.most_compared, run)? {
            run.go_on()?;
            let distance = Hashes::from_bytes(&trace.bytes).map(|earlier| hashes.distance(&earlier));
            let is_near = |(waves, steps): &(u32, u32)| *waves <= limits.most_waves && *steps <= limits.most_steps;
            if let Some(distance) = distance.filter(is_near)
                && nearest.as_ref().is_none_or(|(least, _)| distance < *least)
            {
                nearest = Some((distance, trace.capture));
            }
        }
        let copied = nearest.map(|((waves, steps), capture)| Copied {
            what: "like_an_earlier_one",
            value: 1.0 - f64::from(waves + steps) / 128.0,
            most: 1.0 - f64::from(limits.most_waves + limits.most_steps) / 128.0,
            is_one: true,
            of: Some(capture),
        });
        Ok(self.sum("nothing_odd", copied, &signs))
    }

    /// Earlier sounds as well.
    fn of_sound(&self, sound: &Sound, run: &Run<'_>) -> Result<Finding, CheckError> {
        let limits = &self.0.sound;
        let (signs, itself) = sounds::signs(sound, limits, run)?;
        let fingerprint = sound_duplicate::of(sound, run)?;
        let traces = Self::earlier(sound_duplicate::NAME_OF_TRACES, limits.most_compared, run)?;
        let earlier = sound_duplicate::nearest(fingerprint, traces, limits.least_ms, run)?;
        let earlier = earlier.map(|(likeness, capture)| Copied {
            what: "like_an_earlier_one",
            value: 1.0 - likeness.wrong_bits,
            most: 1.0 - limits.most_wrong_bits,
            is_one: likeness.is_copy(limits.most_wrong_bits, limits.least_contrast),
            of: Some(capture),
        });
        Ok(self.sum("nothing_odd", graver(earlier, itself), &signs))
    }

    /// What is left of earlier captures, the newest first.
    fn earlier(check: &str, most: usize, run: &Run<'_>) -> Result<Vec<Trace>, CheckError> {
        let mut traces = run.traces(check)?;
        traces.truncate(most);
        Ok(traces)
    }

    /// Adds up what speaks against a capture. A sign that does not show takes nothing off: who copies with care has none.
    fn sum(&self, otherwise: &'static str, copied: Option<Copied>, signs: &[Sign]) -> Finding {
        let Self(limits) = self;
        let is_copy = copied.as_ref().is_some_and(|copied| copied.is_one);
        let weak: f64 = signs.iter().map(|sign| sign.strength() * limits.weak).sum();
        let odds = limits.before + weak + if is_copy { limits.copy } else { 0.0 };
        let reason = match (odds >= limits.held_at, is_copy) {
            (true, true) => "copy",
            (true, false) => "doubtful",
            (false, _) => otherwise,
        };
        let measure = |copied: &Copied| Evidence::measure(copied.what, copied.value, "1").at_most(copied.most);
        let measures = copied.as_ref().map(measure);
        let sum = Evidence::measure("log_odds", odds, "1").at_most(limits.held_at);
        // How likely it was captured.
        #[allow(clippy::cast_possible_truncation)] // a share
        let score = (1.0 / (1.0 + odds.exp())) as f32;
        let finding = Finding::new(reason, Permille::from_unit(score))
            .with([sum])
            .with(measures)
            .with(signs.iter().map(Sign::evidence));
        match copied.filter(|_| reason == "copy").and_then(|copied| copied.of) {
            Some(earlier) => finding.labelled(earlier),
            None => finding,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
