//! Which shoulder exercise a wrist does, and how often it is repeated.
//!
//! Windows of four seconds, one every two, are named by a model (`model.rs`); windows of the same name that follow each other are a set,
//! whose repetitions are counted (`repetitions.rs`). `CARD.md` tells on whom it was trained and tested.

mod model;
mod repetitions;

use earnest_domain::{
    time::{Span, Timestamp},
    verdict::{Evidence, Permille},
};
use ort::session::Session;
use serde::Deserialize;

use self::model::{Answer, MODEL, RATE, SECONDS};
use crate::{
    Check, CheckError, Finding, Manifest, Model, Run,
    capture::{Capture, Motion, Reading},
    motion::{
        axis::{has_gap, tidy},
        blocks, even,
        unit::Sizes,
    },
    statistics::number,
};

const NAME: &str = "shoulder_exercises";

/// How far a set may reach beyond the windows that are named.
const MARGIN: Span = Span::from_millis(2_500);

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    let invalid = |reason: &str| CheckError::ManifestInvalid {
        check: NAME,
        reason: reason.to_owned(),
    };
    let limits: Limits = manifest.limits(NAME)?;
    if limits.labels.is_empty() || !(0.0..=1.0).contains(&limits.least_score) || limits.most_distance.is_nan() {
        return Err(invalid("it has no labels, or a threshold is no probability or no number"));
    }
    let model = manifest.model.clone().ok_or_else(|| invalid("it names no model"))?;
    Ok(Box::new(Exercises { limits, model }))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    least_score: f32,
    most_distance: f32,
    least_share: f64,
    shortest_set: usize,
    most_between: usize,
    longest_gap_ms: i64,
    least_gravity: f64,
    most_gravity: f64,
    labels: Vec<String>,
}

#[derive(Debug)]
struct Exercises {
    limits: Limits,
    model: Model,
}

/// A window and what it was called.
#[derive(Debug, Clone, Copy)]
struct Window {
    start: Timestamp,
    /// The place of its label, if it is an exercise, and how likely that is.
    exercise: Option<(usize, f32)>,
}

impl Check for Exercises {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Motion(motion) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        let Some(sizes) = Sizes::of(motion) else {
            return Ok(Finding::new("too_short", Permille::ZERO));
        };
        if motion.angular_velocity.iter().any(Vec::is_empty) {
            return Ok(unknown("no_gyroscope"));
        }
        let metres = sizes.metres_in_one();
        let gravity = sizes.steady * metres;
        if !(self.limits.least_gravity..=self.limits.most_gravity).contains(&gravity) {
            return Ok(unknown("no_gravity").with([Evidence::measure("gravity", gravity, "m/s2")
                .at_least(self.limits.least_gravity)
                .at_most(self.limits.most_gravity)]));
        }
        let windows = self.windows(motion, metres, run)?;
        Ok(self.sum_up(motion, &windows))
    }
}

fn unknown(reason: &'static str) -> Finding {
    Finding::new(reason, Permille::ZERO).labelled("unknown")
}

impl Exercises {
    fn windows(&self, motion: &Motion, metres: f64, run: &Run<'_>) -> Result<Vec<Window>, CheckError> {
        let length = Span::from_seconds(SECONDS);
        let step = Span::from_micros(1_000_000 / i64::from(RATE));
        let Some((_, last)) = motion.extent() else {
            return Ok(Vec::new());
        };
        // Half a window apart.
        let starts = blocks(motion, Span::from_seconds(SECONDS / 2), step);
        let starts = starts.into_iter().filter(|start| last.plus(step) >= start.plus(length));
        run.models.with(
            NAME,
            &self.model,
            || Ok(MODEL),
            |session| {
                starts
                    .map(|start| {
                        run.go_on()?;
                        let exercise = match self.prepare(motion, start, metres) {
                            Some(prepared) => self.name(session, &prepared)?,
                            None => None,
                        };
                        Ok(Window { start, exercise })
                    })
                    .collect()
            },
        )
    }

    /// The window as the model reads it; `None` where readings are missing.
    fn prepare(&self, motion: &Motion, start: Timestamp, metres: f64) -> Option<Vec<f32>> {
        let length = Span::from_seconds(SECONDS);
        let mut prepared = Vec::new();
        for (sensor, unit) in [(&motion.acceleration, metres), (&motion.angular_velocity, 1.0)] {
            let holed = |axis: &Vec<Reading>| {
                has_gap(
                    &tidy(axis, start, length.micros()),
                    length.micros(),
                    self.limits.longest_gap_ms * 1_000,
                )
            };
            if sensor.iter().any(holed) {
                return None;
            }
            for axis in even(sensor, start, length, RATE)? {
                #[allow(clippy::cast_possible_truncation)] // the model reads 32 bits
                prepared.extend(axis.iter().map(|value| (value * unit) as f32));
            }
        }
        Some(prepared)
    }

    fn name(&self, session: &mut Session, prepared: &[f32]) -> Result<Option<(usize, f32)>, CheckError> {
        let Answer { probabilities, distance } = model::ask(session, prepared)?;
        let known = probabilities.iter().copied().take(self.limits.labels.len()).enumerate();
        let best = known.max_by(|one, other| one.1.total_cmp(&other.1));
        // Written so that what is no number fails the test.
        let near = distance <= self.limits.most_distance;
        Ok(best.filter(|(_, score)| near && *score >= self.limits.least_score))
    }

    /// The exercise of most windows, if it is that of enough; its sets, and how often it was repeated.
    fn sum_up(&self, motion: &Motion, windows: &[Window]) -> Finding {
        let Self { limits, .. } = self;
        let Some(first) = windows.first() else {
            return Finding::new("too_short", Permille::ZERO);
        };
        let of = |label: usize| {
            windows
                .iter()
                .filter_map(move |window| window.exercise.filter(|exercise| exercise.0 == label))
        };
        // Of equal ones the first counts, as in `train.py`.
        let counts = (0..limits.labels.len()).rev().map(|label| (label, of(label).count()));
        let Some((label, count)) = counts.max_by_key(|(_, count)| *count) else {
            return unknown("no_exercise");
        };
        let share = number(count) / number(windows.len());
        let share_told = Evidence::measure("share", share, "1").at_least(limits.least_share);
        let sets = self.sets(windows, label);
        if share < limits.least_share || sets.is_empty() {
            return unknown("no_exercise").with([share_told]);
        }
        let mean = of(label).map(|exercise| exercise.1).sum::<f32>() / of(label).map(|_| 1.0).sum::<f32>();
        let length = Span::from_seconds(SECONDS);
        let millis = |time: Timestamp| u64::try_from(time.since(first.start).micros() / 1_000).unwrap_or_default();
        let name = &limits.labels[label];
        let mut repeated = 0;
        let mut shown = Vec::new();
        let extent = motion.extent().unwrap_or_default();
        for (begin, end) in sets {
            // The first and the last repetition share their windows with what is none.
            let begin = begin.minus(MARGIN).max(extent.0);
            let end = end.plus(length).plus(MARGIN).min(extent.1);
            repeated += repetitions::count(motion, begin, end.since(begin)).unwrap_or(0);
            shown.push(Evidence::Stretch {
                from_ms: millis(begin),
                to_ms: millis(end),
                what: name.clone().into(),
            });
        }
        Finding::new("exercise", Permille::from_unit(mean))
            .labelled(name.clone())
            .with([Evidence::measure("repetitions", number(repeated), "1"), share_told])
            .with(shown)
    }

    /// Stretches of windows of one exercise, first and last window: with at most so many others between two of them, and with at least so
    /// many of its own.
    fn sets(&self, windows: &[Window], label: usize) -> Vec<(Timestamp, Timestamp)> {
        let half = Span::from_seconds(SECONDS / 2).micros();
        let between = i64::try_from(self.limits.most_between).unwrap_or(0) + 1;
        let mut sets: Vec<(Timestamp, Timestamp, usize)> = Vec::new();
        for window in windows
            .iter()
            .filter(|window| window.exercise.is_some_and(|exercise| exercise.0 == label))
        {
            match sets.last_mut() {
                Some((_, last, count)) if window.start.since(*last).micros() <= between * half => {
                    *last = window.start;
                    *count += 1;
                }
                _ => sets.push((window.start, window.start, 1)),
            }
        }
        sets.into_iter()
            .filter(|(_, _, count)| *count >= self.limits.shortest_set)
            .map(|(begin, last, _)| (begin, last))
            .collect()
    }
}

#[cfg(test)]
pub(crate) mod tests;
