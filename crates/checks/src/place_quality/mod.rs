//! Whether positions are many and good enough to be of use.

use earnest_domain::verdict::{Evidence, Permille};
use serde::Deserialize;

use crate::{
    Check, CheckError, Finding, Manifest, Run,
    capture::{Capture, Fix, Place},
    statistics::{median, number},
};

const NAME: &str = "place_quality";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Quality(manifest.limits(NAME)?)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    least_fixes: usize,
    worst_accuracy_m: f64,
    gap_s: f64,
    stayed_m: f64,
    most_in_gaps: f64,
    most_unordered: f64,
    most_nowhere: f64,
}

#[derive(Debug)]
struct Quality(Limits);

impl Check for Quality {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Place(place) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        run.go_on()?;
        Ok(self.find(place))
    }
}

impl Quality {
    fn find(&self, place: &Place) -> Finding {
        let Self(limits) = self;
        let fixes = place.fixes();
        let all = number(fixes.len());
        if fixes.len() < limits.least_fixes {
            let evidence = Evidence::measure("positions", all, "1").at_least(number(limits.least_fixes));
            return Finding::new("too_few", Permille::ZERO).with([evidence]);
        }
        let nowhere = number(fixes.iter().filter(|fix| is_nowhere(fix)).count()) / all;
        if nowhere > limits.most_nowhere {
            let evidence = Evidence::measure("nowhere", nowhere, "1").at_most(limits.most_nowhere);
            return Finding::new("nowhere", Permille::ZERO).with([evidence]);
        }
        let unordered = number(place.unordered()) / all;
        if unordered > limits.most_unordered {
            let evidence = Evidence::measure("unordered", unordered, "1").at_most(limits.most_unordered);
            return Finding::new("unordered", Permille::ZERO).with([evidence]);
        }
        let accuracy = median(fixes.iter().filter_map(|fix| fix.accuracy).collect());
        if let Some(accuracy) = accuracy.filter(|accuracy| *accuracy > limits.worst_accuracy_m) {
            let evidence = Evidence::measure("accuracy", accuracy, "m").at_most(limits.worst_accuracy_m);
            return Finding::new("inaccurate", Permille::ZERO).with([evidence]);
        }
        let gaps: Vec<(&Fix, &Fix)> = fixes
            .windows(2)
            .map(|pair| (&pair[0], &pair[1]))
            .filter(|(before, after)| self.is_gap(before, after))
            .collect();
        let whole: f64 = fixes
            .first()
            .zip(fixes.last())
            .map_or(0.0, |(first, last)| first.seconds_to(last));
        let missing: f64 = gaps.iter().map(|(before, after)| before.seconds_to(after)).sum();
        let share = if whole > 0.0 { missing / whole } else { 0.0 };
        let reason = if share > limits.most_in_gaps { "gaps" } else { "usable" };
        let stretches = gaps.iter().take(100).map(|(before, after)| Evidence::Stretch {
            from_ms: place.millis(before.time),
            to_ms: place.millis(after.time),
            what: "no_position".into(),
        });
        let measures = [
            Some(Evidence::measure("in_gaps", share, "1").at_most(limits.most_in_gaps)),
            accuracy.map(|accuracy| Evidence::measure("accuracy", accuracy, "m").at_most(limits.worst_accuracy_m)),
        ];
        #[allow(clippy::cast_possible_truncation)] // a share
        Finding::new(reason, Permille::from_unit((1.0 - share) as f32))
            .with(measures.into_iter().flatten())
            .with(stretches)
    }

    /// Whether nobody knows where the device went in between. One that stays says so seldom.
    fn is_gap(&self, before: &Fix, after: &Fix) -> bool {
        let circles = before.accuracy.unwrap_or(0.0) + after.accuracy.unwrap_or(0.0);
        before.seconds_to(after) > self.0.gap_s && before.metres_to(after) > self.0.stayed_m + circles
    }
}

/// Exactly where the equator meets the prime meridian there is a buoy, and otherwise nobody.
fn is_nowhere(fix: &Fix) -> bool {
    fix.latitude.abs() < 1e-6 && fix.longitude.abs() < 1e-6
}

#[cfg(test)]
pub(crate) mod tests;
