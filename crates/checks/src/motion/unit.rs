//! In which unit an accelerometer speaks.

use earnest_domain::time::Span;

use super::{blocks, even};
use crate::{
    capture::Motion,
    statistics::{moving, quantile, steady},
};

/// m/s2 in one g, by definition (3rd CGPM, 1901).
pub(crate) const STANDARD_GRAVITY: f64 = 9.806_65;

/// Blocks that a unit is looked for in: spread over the whole capture, and few enough that a day takes no longer than an hour.
const MOST_BLOCKS: usize = 600;

/// How large the signals of a capture are, over blocks of a second; medians, in the capture's own units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sizes {
    /// Length of the mean acceleration: gravity, where the device has not taken it out and the arm is not thrown about.
    pub(crate) steady: f64,
    /// Root mean square of acceleration over the whole capture, without its mean.
    pub(crate) moving: f64,
    /// The same of angular velocity; `None` without a gyroscope.
    pub(crate) turning: Option<f64>,
}

impl Sizes {
    /// Measures a capture; `None` where there is not a second with readings of all axes of the accelerometer.
    pub(crate) fn of(motion: &Motion) -> Option<Self> {
        const RATE: u32 = 10;
        let second = Span::from_seconds(1);
        let starts = blocks(motion, second, Span::from_millis(100));
        let every = starts.len().div_ceil(MOST_BLOCKS).max(1);
        let (mut steadies, mut accelerations, mut turns) = (Vec::new(), [const { Vec::new() }; 3], [const { Vec::new() }; 3]);
        for start in starts.into_iter().step_by(every) {
            if let Some(axes) = even(&motion.acceleration, start, second, RATE) {
                steadies.push(steady(&axes));
                append(&mut accelerations, axes);
            }
            if let Some(axes) = even(&motion.angular_velocity, start, second, RATE) {
                append(&mut turns, axes);
            }
        }
        Some(Self {
            steady: quantile(&mut steadies, 0.5)?,
            moving: moving(&accelerations),
            turning: (!turns[0].is_empty()).then(|| moving(&turns)),
        })
    }

    /// Acceleration for each angular velocity, without their means: 0.5 to 6.5 m/s2 a rad/s over 990 blocks of 5 s of wrists that stood,
    /// walked, ran, played and exercised.
    pub(crate) fn ratio(&self) -> Option<f64> {
        self.turning
            .filter(|turning| *turning > 0.0)
            .map(|turning| self.moving / turning)
    }

    /// What to multiply acceleration with to have m/s2: 1, or one g.
    ///
    /// Said by gravity where it is there and the rest is small beside it. Otherwise the [ratio](Self::ratio) says it: in g it is
    /// at most 0.66, and in m/s2 of so little steady acceleration (a device that leaves gravity out) at least 1.2.
    pub(crate) fn metres_in_one(&self) -> f64 {
        let one_g = (0.7..1.3).contains(&self.steady) && self.moving < 0.6 * self.steady;
        let moves = self.turning.is_some_and(|turning| turning > 0.1);
        let in_g = |ratio: f64| ratio < 0.3 || (ratio < 0.9 && self.steady < 2.5);
        if one_g || moves && self.ratio().is_some_and(in_g) {
            STANDARD_GRAVITY
        } else {
            1.0
        }
    }
}

fn append(all: &mut [Vec<f64>; 3], axes: [Vec<f64>; 3]) {
    for (all, axis) in all.iter_mut().zip(axes) {
        all.extend(axis);
    }
}
