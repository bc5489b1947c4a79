//! Which unit the numbers look like, where it is none that a stream has.

use serde::Deserialize;

use crate::{motion::unit::Sizes, statistics::number};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    /// The most that the mean acceleration of seconds is on a wrist, in m/s2.
    most_steady: f64,
    /// The most that the rest of it is, root mean square.
    most_moving: f64,
    /// How far from a unit's gravity a median may lie, as a share.
    gravity_within: f64,
    /// The most angular velocity on a wrist, root mean square in rad/s.
    most_turning: f64,
    /// Acceleration for each angular velocity: least of a wrist in m/s2 and rad/s, where gravity tells that it is m/s2.
    least_ratio: f64,
    /// The same where it does not, and g is possible as well.
    least_ratio_in_g: f64,
    /// From this angular velocity on the device is moved, and the ratio counts.
    least_turning: f64,
}

/// What the numbers look like, and how many times too large they are, if they cannot be m/s2, g and rad/s.
pub(super) fn wrong(sizes: &Sizes, limits: &Limits) -> Option<(&'static str, f64)> {
    acceleration(sizes, limits).or_else(|| turning(sizes, limits))
}

fn acceleration(sizes: &Sizes, limits: &Limits) -> Option<(&'static str, f64)> {
    const GRAVITY: f64 = 9.806_65;
    let Sizes { steady, moving, .. } = *sizes;
    if steady <= limits.most_steady && moving <= limits.most_moving {
        return None;
    }
    let near = |gravity: f64| (steady / gravity - 1.0).abs() <= limits.gravity_within;
    let times = steady / GRAVITY;
    // One g is 980.665 cm/s2: by how much a sensor errs, the two cannot be told apart.
    if near(980.665) || near(1_000.0) {
        return Some(("milli_g_or_cm_per_s2", times));
    }
    // Digital accelerometers say one g as a power of two: 256 at +-2 g of 10 bits, 16384 at +-2 g of 16.
    let counts = (8..=15).map(|bits| number(1 << bits)).find(|counts| near(*counts));
    Some(counts.map_or(("unknown_unit", times), |_| ("raw_counts", times)))
}

fn turning(sizes: &Sizes, limits: &Limits) -> Option<(&'static str, f64)> {
    const DEGREES: f64 = 180.0 / std::f64::consts::PI;
    let turning = sizes.turning.filter(|turning| *turning >= limits.least_turning)?;
    // A median of seconds like gravity's in m/s2 is gravity: then acceleration is not in g, and the ratio has less room.
    let has_gravity = (6.0..16.0).contains(&sizes.steady);
    let least = if has_gravity {
        limits.least_ratio
    } else {
        limits.least_ratio_in_g
    };
    let too_fast = turning > limits.most_turning;
    let unlike = sizes.ratio().is_some_and(|ratio| ratio < least);
    (too_fast || unlike).then_some(("degrees_per_second", DEGREES))
}
