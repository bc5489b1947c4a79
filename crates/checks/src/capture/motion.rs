//! Motion of a wearable.

use earnest_domain::time::Timestamp;

/// One reading of one axis.
pub type Reading = (Timestamp, f32);

/// What a wearable measured, an axis at a time (x, y, z), each in order of time.
///
/// What lies outside of the window that is asked for is ignored, so a longer stretch can be handed over as it is. A value that is no
/// finite number counts as missing, and so does a reading that is not later than the one before it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Motion {
    /// Acceleration in m/s2, with gravity or without; g is recognised as well.
    pub acceleration: [Vec<Reading>; 3],
    /// Angular velocity in rad/s.
    pub angular_velocity: [Vec<Reading>; 3],
}

impl Motion {
    /// From the earliest to the latest reading; `None` when there is none.
    pub fn extent(&self) -> Option<(Timestamp, Timestamp)> {
        let axes = || self.acceleration.iter().chain(&self.angular_velocity);
        let first = axes().filter_map(|axis| axis.first()).map(|(time, _)| *time).min()?;
        let last = axes().filter_map(|axis| axis.last()).map(|(time, _)| *time).max()?;
        Some((first, last))
    }
}
