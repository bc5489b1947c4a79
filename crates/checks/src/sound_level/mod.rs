//! Whether a recording is silent, too quiet, or cut off because it was too loud.

use earnest_domain::verdict::{Evidence, Permille};
use serde::Deserialize;

use crate::{
    Check, CheckError, Finding, Manifest, Run,
    capture::{Capture, Levels},
};

const NAME: &str = "sound_level";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Level(manifest.limits(NAME)?)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    silent_db: f64,
    quiet_db: f64,
    loud_part: f64,
    most_clipped: f64,
    most_flat: f64,
}

#[derive(Debug)]
struct Level(Limits);

impl Check for Level {
    fn judge(&self, capture: &Capture, _: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Sound(sound) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        Ok(self.find(sound.levels()))
    }
}

impl Level {
    fn find(&self, levels: &Levels) -> Finding {
        let Self(limits) = self;
        let decibels = |what: &'static str, value: f64, least: f64| Evidence::Measure {
            what: what.into(),
            value,
            unit: "dB".into(),
            least: Some(least),
            most: None,
        };
        let share = |what: &'static str, value: f64, most: f64| Evidence::Measure {
            what: what.into(),
            value,
            unit: "1".into(),
            least: None,
            most: Some(most),
        };
        let loudest = levels.level(1.0);
        if loudest < limits.silent_db {
            return Finding::new("silent", Permille::ZERO).with([decibels("loudest_level", loudest, limits.silent_db)]);
        }
        let clipped = f64::from(levels.clipped());
        if clipped > limits.most_clipped {
            let evidence = [share("clipped", clipped, limits.most_clipped)];
            return Finding::new("clipped", Permille::ZERO)
                .with(evidence)
                .with(clipped_stretches(levels));
        }
        let flat = f64::from(levels.flat_tops());
        if flat > limits.most_flat {
            return Finding::new("clipped", Permille::ZERO).with([share("flat_tops", flat, limits.most_flat)]);
        }
        let loud = levels.level(limits.loud_part);
        let evidence = [decibels("loud_level", loud, limits.quiet_db)];
        if loud < limits.quiet_db {
            return Finding::new("too_quiet", Permille::ZERO).with(evidence);
        }
        Finding::new("good_level", Permille::ONE).with(evidence)
    }
}

/// Where it is cut off, blocks side by side as one stretch.
fn clipped_stretches(levels: &Levels) -> Vec<Evidence> {
    let mut stretches: Vec<(u64, u64)> = Vec::new();
    for (block, from) in levels
        .blocks()
        .iter()
        .zip((0..).step_by(usize::try_from(Levels::BLOCK_MS).unwrap_or(100)))
    {
        if block.clipped > 0.0 {
            let to = from + Levels::BLOCK_MS;
            match stretches.last_mut() {
                Some((_, end)) if *end == from => *end = to,
                _ => stretches.push((from, to)),
            }
        }
    }
    stretches
        .into_iter()
        .map(|(from_ms, to_ms)| Evidence::Stretch {
            from_ms,
            to_ms,
            what: "clipped".into(),
        })
        .collect()
}

#[cfg(test)]
pub(crate) mod tests;
