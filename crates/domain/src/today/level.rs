//! A level is another way to say the points, in smaller numbers.

use serde::{Deserialize, Serialize};

/// Points between the beginnings of the first two levels; each level is this much longer than the one before.
const STEP: u64 = 100;

/// Where a person stands by their points.
///
/// Level `n` begins at `50 n (n - 1)` points, a triangular number of hundreds: 0, 100, 300, 600, 1000, ... Points alone count:
/// neither how long ago they were earned nor how long a person has been here, and whoever has the same points has the same level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ts_rs::TS)]
pub struct Level {
    /// Counted from 1.
    pub level: u32,
    /// The points that it was computed from.
    pub points: u64,
    /// Points at which this level began.
    pub from: u64,
    /// Points at which the next one begins; [`u64::MAX`] where none can.
    pub next: u64,
}

impl Level {
    /// The level that so many points make.
    pub fn of(points: u64) -> Self {
        // The greatest n with 50 n (n - 1) <= points, that is n (n - 1) <= q, is floor((1 + sqrt(1 + 4 q)) / 2); the whole root is
        // enough, since between two whole numbers no new n begins.
        let q = points / (STEP / 2);
        let level = u64::midpoint(1, (1 + 4 * q).isqrt());
        Self {
            level: u32::try_from(level).unwrap_or(u32::MAX),
            points,
            from: beginning(level),
            next: beginning(level + 1),
        }
    }
}

/// Points at which a level begins; saturates.
fn beginning(level: u64) -> u64 {
    (STEP / 2).saturating_mul(level).saturating_mul(level.saturating_sub(1))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_level_begins_with_the_very_point() {
        for (points, level, from, next) in [
            (0, 1, 0, 100),
            (99, 1, 0, 100),
            (100, 2, 100, 300),
            (299, 2, 100, 300),
            (300, 3, 300, 600),
            (1_000, 5, 1_000, 1_500),
            (495_000, 100, 495_000, 505_000),
        ] {
            let expected = Level {
                level,
                points,
                from,
                next,
            };
            assert_eq!(Level::of(points), expected);
        }
    }

    #[test]
    fn the_most_points_there_can_be_have_a_level() {
        let last = Level::of(u64::MAX);
        let begins = |level: u32| 50 * u128::from(level) * u128::from(level - 1);
        assert_eq!(u128::from(last.from), begins(last.level));
        assert_eq!(last.next, u64::MAX);
        assert!(
            begins(last.level + 1) > u128::from(u64::MAX),
            "no points are enough for the next one"
        );
    }

    proptest! {
        #[test]
        fn the_points_lie_in_their_level(points in prop_oneof![0u64..1_000_000, any::<u64>()]) {
            let level = Level::of(points);
            prop_assert!(level.from <= points);
            prop_assert!(points < level.next || level.next == u64::MAX);
            let n = u128::from(level.level);
            prop_assert_eq!(u128::from(level.from), 50 * n * (n - 1));
        }

        #[test]
        fn more_points_are_never_a_lower_level(points in any::<u64>(), more in any::<u64>()) {
            prop_assert!(Level::of(points.saturating_add(more)).level >= Level::of(points).level);
        }
    }
}
