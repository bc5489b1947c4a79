//! Whether someone can have been there and then.

mod made_up;
mod reach;

use earnest_domain::{
    time::Span,
    verdict::{Evidence, Permille},
};
use serde::Deserialize;

use crate::{
    Check, CheckError, Finding, Manifest, Run,
    capture::{Capture, Fix, Place},
};

const NAME: &str = "place_plausible";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Plausible(manifest.limits(NAME)?)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    most_speed_m_s: f64,
    most_acceleration_m_s2: f64,
    circles: f64,
    assumed_accuracy_m: f64,
    least_teleport_m: f64,
    least_in_a_row: usize,
    most_outliers: f64,
    most_mock: f64,
    most_repeated: f64,
    most_drawn: f64,
    most_future_s: f64,
    most_from_sun_h: f64,
}

#[derive(Debug)]
struct Plausible(Limits);

impl Check for Plausible {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Place(place) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        run.go_on()?;
        let finding = self
            .flagged(place, run)
            .or_else(|| self.unreachable(place))
            .or_else(|| self.made(place));
        Ok(finding.unwrap_or_else(|| Finding::new("plausible", Permille::ONE)))
    }
}

impl Plausible {
    /// What device and clocks say.
    fn flagged(&self, place: &Place, run: &Run<'_>) -> Option<Finding> {
        let Self(limits) = self;
        let fixes = place.fixes();
        let mock = share(fixes.iter().filter(|fix| fix.mock).count(), fixes.len());
        if mock > limits.most_mock {
            let evidence = [at_most("mock", mock, "1", limits.most_mock)];
            return Some(
                Finding::new("mock", Permille::ZERO)
                    .with(evidence)
                    .with(stretches(place, "mock", |fix| fix.mock)),
            );
        }
        if let (Some(now), Some(last)) = (run.now, fixes.last()) {
            #[allow(clippy::cast_precision_loss)] // microseconds of a lifetime
            let ahead = last.time.since(now).micros() as f64 / 1e6;
            if ahead > limits.most_future_s {
                #[allow(clippy::cast_possible_truncation)] // a limit in seconds
                let late = now.plus(Span::from_seconds(limits.most_future_s as i64));
                let evidence = [at_most("ahead", ahead, "s", limits.most_future_s)];
                return Some(
                    Finding::new("future", Permille::ZERO)
                        .with(evidence)
                        .with(stretches(place, "future", |fix| fix.time > late)),
                );
            }
        }
        let from_sun = place.utc_offset().and_then(|offset| {
            let away = |fix: &Fix| from_sun(fix.longitude, offset);
            fixes.iter().map(away).min_by(f64::total_cmp)
        })?;
        (from_sun > limits.most_from_sun_h)
            .then(|| Finding::new("other_zone", Permille::ZERO).with([at_most("from_sun", from_sun, "h", limits.most_from_sun_h)]))
    }

    /// What nobody can reach in that time.
    fn unreachable(&self, place: &Place) -> Option<Finding> {
        let Self(limits) = self;
        let fixes = place.fixes();
        let reached = reach::follow(fixes, limits);
        let outliers = share(reached.outliers, fixes.len());
        let usual = reach::usual_speed(fixes, limits);
        let reason = if usual > limits.most_speed_m_s {
            "impossible_speed"
        } else if !reached.teleports.is_empty() {
            "teleport"
        } else if outliers > limits.most_outliers && reached.outliers >= limits.least_in_a_row {
            "outliers"
        } else {
            return None;
        };
        let jumps = reached.teleports.iter().take(100).map(|(from, to)| Evidence::Stretch {
            from_ms: place.millis(fixes[*from].time),
            to_ms: place.millis(fixes[*to].time),
            what: "teleport".into(),
        });
        let measures = [
            at_most("usual_speed", usual, "m/s", limits.most_speed_m_s),
            at_most("outliers", outliers, "1", limits.most_outliers),
        ];
        Some(Finding::new(reason, Permille::ZERO).with(measures).with(jumps))
    }

    /// What no receiver gives.
    fn made(&self, place: &Place) -> Option<Finding> {
        let Self(limits) = self;
        let fixes = place.fixes();
        let repeated = made_up::share_repeated(fixes);
        if repeated > limits.most_repeated {
            let evidence = [at_most("repeated", repeated, "1", limits.most_repeated)];
            return Some(Finding::new("repeated", Permille::ZERO).with(evidence));
        }
        let decimals = made_up::decimals(fixes);
        if made_up::is_coarse_grid(fixes, decimals) {
            let evidence = [Evidence::Measure {
                what: "decimals".into(),
                value: f64::from(decimals),
                unit: "1".into(),
                least: Some(f64::from(made_up::LEAST_DECIMALS)),
                most: None,
            }];
            return Some(Finding::new("rounded", Permille::ZERO).with(evidence));
        }
        let drawn = made_up::share_drawn(fixes, decimals)?;
        (drawn > limits.most_drawn)
            .then(|| Finding::new("drawn", Permille::ZERO).with([at_most("drawn", drawn, "1", limits.most_drawn)]))
    }
}

/// Hours between a zone's clock and the sun's at a longitude, the short way around the day.
fn from_sun(longitude: f64, utc_offset_minutes: i32) -> f64 {
    let apart = (f64::from(utc_offset_minutes) / 60.0 - longitude / 15.0).rem_euclid(24.0);
    apart.min(24.0 - apart)
}

/// Where positions of a kind follow each other.
fn stretches(place: &Place, what: &'static str, is: impl Fn(&Fix) -> bool) -> Vec<Evidence> {
    let alike = place.fixes().chunk_by(|one, next| is(one) == is(next));
    let bad = alike
        .filter_map(|chunk| Some((chunk.first()?, chunk.last()?)))
        .filter(|(first, _)| is(first));
    bad.take(100)
        .map(|(first, last)| Evidence::Stretch {
            from_ms: place.millis(first.time),
            to_ms: place.millis(last.time) + 1,
            what: what.into(),
        })
        .collect()
}

#[allow(clippy::cast_precision_loss)] // at most a hundred thousand
fn share(some: usize, all: usize) -> f64 {
    some as f64 / all.max(1) as f64
}

fn at_most(what: &'static str, value: f64, unit: &'static str, most: f64) -> Evidence {
    Evidence::Measure {
        what: what.into(),
        value,
        unit: unit.into(),
        least: None,
        most: Some(most),
    }
}

#[cfg(test)]
pub(crate) mod tests;
