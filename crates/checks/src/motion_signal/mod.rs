//! Whether a recording of motion can be used at all: stuck, saturated, full of holes, in a unit that it does not name, too slow.
//!
//! `axis.rs` looks at one axis after the other, `clipping.rs` at its extremes, `scale.rs` at the unit. The first thing that is wrong is
//! what is said, in the order of the reasons in `judge`.

mod axis;
mod clipping;
mod scale;

use earnest_domain::{
    time::{Span, Timestamp},
    verdict::{Evidence, Permille},
};
use serde::Deserialize;

use self::axis::Axis;
use crate::{
    Check, CheckError, Finding, Manifest, Run,
    capture::{Capture, Motion, Reading},
    motion::unit::Sizes,
};

const NAME: &str = "motion_signal";

/// Stretches that are shown of a kind: the first ones. A recording that is all holes has thousands.
const MOST_STRETCHES: usize = 20;

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Signal(manifest.limits(NAME)?)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    least_seconds: f64,
    slowest_hz: f64,
    most_jitter: f64,
    most_not_numbers: f64,
    most_out_of_order: f64,
    gap_ms: u32,
    most_gaps: f64,
    longest_gap_seconds: f64,
    held_ms: u32,
    most_held: f64,
    most_at_the_extreme: f64,
    least_at_the_extreme: usize,
    least_visits: usize,
    extreme_over_next: f64,
    scale: scale::Limits,
}

#[derive(Debug)]
struct Signal(Limits);

impl Check for Signal {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Motion(motion) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        self.find(motion, run)
    }
}

impl Signal {
    fn find(&self, motion: &Motion, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Self(limits) = self;
        let Some((first, last)) = motion.extent() else {
            return Ok(Finding::new("no_readings", Permille::ZERO));
        };
        if motion.acceleration.iter().all(Vec::is_empty) {
            return Ok(Finding::new("no_acceleration", Permille::ZERO));
        }
        let mut axes = Vec::new();
        for sensor in [&motion.acceleration, &motion.angular_velocity] {
            // A wearable without a gyroscope is none that is broken.
            if sensor.iter().all(Vec::is_empty) {
                continue;
            }
            for readings in sensor {
                run.go_on()?;
                axes.push(Axis::of(readings, (first, last), limits));
            }
        }
        let recording = Recording { limits, axes: &axes };
        let finding = recording.flaw(motion, (first, last));
        Ok(finding.with(recording.measures()))
    }
}

/// What is known of a recording.
struct Recording<'r> {
    limits: &'r Limits,
    axes: &'r [Axis],
}

impl Recording<'_> {
    /// The gravest thing that is wrong with it, if anything is.
    fn flaw(&self, motion: &Motion, extent: (Timestamp, Timestamp)) -> Finding {
        let Self { limits, axes } = *self;
        let bad = |reason| Finding::new(reason, Permille::ZERO);
        let interval = self.most(|axis| axis.interval);
        let seconds = seconds(extent.1.since(extent.0)) + interval;
        if seconds < limits.least_seconds {
            return bad("too_short").with([at_least("length", seconds, "s", limits.least_seconds)]);
        }
        let not_numbers = self.most(|axis| axis.not_numbers);
        if not_numbers > limits.most_not_numbers {
            return bad("not_numbers").with([at_most("not_numbers", not_numbers, "1", limits.most_not_numbers)]);
        }
        let out_of_order = self.most(|axis| axis.out_of_order);
        if out_of_order > limits.most_out_of_order {
            return bad("out_of_order").with([at_most("out_of_order", out_of_order, "1", limits.most_out_of_order)]);
        }
        if interval * limits.slowest_hz > 1.0 {
            return bad("too_slow");
        }
        let stretches = |what: &'static str, of: fn(&Axis) -> &[(u64, u64)]| {
            let longest = axes
                .iter()
                .map(of)
                .max_by_key(|stretches| stretches.len())
                .unwrap_or_default();
            let shown = longest.iter().take(MOST_STRETCHES);
            shown
                .map(|(from_ms, to_ms)| Evidence::Stretch {
                    from_ms: *from_ms,
                    to_ms: *to_ms,
                    what: what.into(),
                })
                .collect::<Vec<_>>()
        };
        let longest_gap = self.most(|axis| axis.longest_gap);
        if self.most(|axis| axis.gaps) > limits.most_gaps || longest_gap > limits.longest_gap_seconds {
            return bad("gaps").with(stretches("gap", |axis| &axis.gap_stretches));
        }
        let held = self.most(|axis| axis.held);
        if held > limits.most_held {
            return bad("flat")
                .with([at_most("held", held, "1", limits.most_held)])
                .with(stretches("flat", |axis| &axis.held_stretches));
        }
        let sizes = Sizes::of(motion);
        if let Some((what, factor)) = sizes.and_then(|sizes| scale::wrong(&sizes, &limits.scale)) {
            return bad("wrong_unit").labelled(what).with([plain("times_too_large", factor, "1")]);
        }
        let saturated = self.most(|axis| axis.saturated);
        if saturated > 0.0 {
            return bad("clipped").with([at_most("at_the_extreme", saturated, "1", limits.most_at_the_extreme)]);
        }
        let kept = Permille::from_unit(narrow(1.0 - self.most(|axis| axis.gaps)));
        if self.most(|axis| axis.jitter) > limits.most_jitter {
            return Finding::new("uneven_rate", kept);
        }
        Finding::new("sound", kept)
    }

    /// What is told of every recording.
    fn measures(&self) -> [Evidence; 4] {
        let Self { limits, .. } = *self;
        let interval = self.most(|axis| axis.interval);
        let rate = if interval > 0.0 { 1.0 / interval } else { 0.0 };
        [
            at_least("rate", rate, "Hz", limits.slowest_hz),
            at_most("jitter", self.most(|axis| axis.jitter), "1", limits.most_jitter),
            at_most("gaps", self.most(|axis| axis.gaps), "1", limits.most_gaps),
            at_most(
                "longest_gap",
                self.most(|axis| axis.longest_gap),
                "s",
                limits.longest_gap_seconds,
            ),
        ]
    }

    /// Of the worst axis.
    fn most(&self, what: impl Fn(&Axis) -> f64) -> f64 {
        self.axes.iter().map(what).fold(0.0, f64::max)
    }
}

fn plain(what: &'static str, value: f64, unit: &'static str) -> Evidence {
    Evidence::Measure {
        what: what.into(),
        value,
        unit: unit.into(),
        least: None,
        most: None,
    }
}

fn at_least(what: &'static str, value: f64, unit: &'static str, limit: f64) -> Evidence {
    Evidence::Measure {
        what: what.into(),
        value,
        unit: unit.into(),
        least: Some(limit),
        most: None,
    }
}

fn at_most(what: &'static str, value: f64, unit: &'static str, limit: f64) -> Evidence {
    Evidence::Measure {
        what: what.into(),
        value,
        unit: unit.into(),
        least: None,
        most: Some(limit),
    }
}

#[allow(clippy::cast_precision_loss)] // a recording spans far less than 2^52 microseconds
fn seconds(span: Span) -> f64 {
    span.micros() as f64 / 1e6
}

#[allow(clippy::cast_possible_truncation)] // a share
fn narrow(share: f64) -> f32 {
    share as f32
}

/// Where a reading lies in its recording, in milliseconds.
fn millis(reading: Reading, first: Timestamp) -> u64 {
    u64::try_from(reading.0.since(first).micros() / 1_000).unwrap_or(0)
}

#[cfg(test)]
pub(crate) mod tests;
