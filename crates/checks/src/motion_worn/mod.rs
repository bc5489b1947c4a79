//! Whether somebody wore the device: a living wrist, or a table, a charger, a seat.
//!
//! Block after block of five seconds: one that hardly moves is no wrist (van Hees et al., 2011 and 2013, with what `CARD.md` says is
//! different for so short a time), and neither is one that is shaken and does not turn: an arm is a lever.

use earnest_domain::{
    time::Span,
    verdict::{Evidence, Permille},
};
use serde::Deserialize;

use crate::{
    Check, CheckError, Finding, Manifest, Run,
    capture::{Capture, Motion},
    motion::{
        Even, blocks, even,
        unit::{STANDARD_GRAVITY, Sizes},
    },
    statistics::{deviation, moving, number, quantile, range},
};

const NAME: &str = "motion_worn";

/// Readings a second that a block is brought to. Faster devices are averaged, which takes some of a sensor's noise with it.
const RATE: u32 = 25;

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Worn(manifest.limits(NAME)?)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    block_seconds: u32,
    still_deviation_g: f64,
    still_range_g: f64,
    still_turning: f64,
    most_ratio: f64,
    shaken_from: f64,
    least_worn: f64,
}

#[derive(Debug)]
struct Worn(Limits);

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Block {
    Worn,
    /// Hardly anything moves.
    Still,
    /// It is pushed about, and does not turn.
    Shaken,
}

impl Check for Worn {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Motion(motion) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        self.find(motion, run)
    }
}

impl Worn {
    fn find(&self, motion: &Motion, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Self(limits) = self;
        let length = Span::from_seconds(i64::from(limits.block_seconds));
        let too_short = Finding::new("too_short", Permille::ZERO);
        let Some(sizes) = Sizes::of(motion) else {
            return Ok(too_short);
        };
        let metres = sizes.metres_in_one();
        let mut found = Vec::new();
        for start in blocks(motion, length, Span::from_millis(150)) {
            run.go_on()?;
            let Some(acceleration) = even(&motion.acceleration, start, length, RATE) else {
                continue; // a gap: that it was not worn is one reason of many
            };
            let acceleration = acceleration.map(|axis| axis.iter().map(|value| value * metres).collect());
            found.push(self.block(&acceleration, even(&motion.angular_velocity, start, length, RATE).as_ref()));
        }
        if found.is_empty() {
            return Ok(too_short);
        }
        let share = |what: Block| number(found.iter().filter(|block| **block == what).count()) / number(found.len());
        let worn = share(Block::Worn);
        let reason = if worn >= limits.least_worn {
            "worn"
        } else if share(Block::Still) >= share(Block::Shaken) {
            "still"
        } else {
            "shaken"
        };
        #[allow(clippy::cast_possible_truncation)] // a share
        let score = Permille::from_unit(worn as f32);
        Ok(Finding::new(reason, score).with([Evidence::Measure {
            what: "worn".into(),
            value: worn,
            unit: "1".into(),
            least: Some(limits.least_worn),
            most: None,
        }]))
    }

    /// A block of acceleration in m/s2, and of angular velocity where there is a gyroscope.
    fn block(&self, acceleration: &Even, turning: Option<&Even>) -> Block {
        let Self(limits) = self;
        // Of the three axes two have to agree: the limits are held against the one in the middle.
        let middle = |measure: fn(&[f64]) -> f64| {
            let mut measured = acceleration.each_ref().map(|axis| measure(axis) / STANDARD_GRAVITY);
            quantile(&mut measured, 0.5).unwrap_or(0.0)
        };
        let turns = turning.map(moving);
        let lies = middle(deviation) < limits.still_deviation_g && middle(range) < limits.still_range_g;
        if lies && turns.is_none_or(|turns| turns < limits.still_turning) {
            return Block::Still;
        }
        let pushed = moving(acceleration);
        match turns {
            Some(turns) if pushed > limits.shaken_from && pushed > limits.most_ratio * turns => Block::Shaken,
            _ => Block::Worn,
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
