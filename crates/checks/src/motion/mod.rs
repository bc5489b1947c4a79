//! What the checks of motion have in common: how readings become an even signal, and which unit they are in.

pub(crate) mod axis;
#[cfg(test)]
pub(crate) mod fixtures;
pub(crate) mod resample;
pub(crate) mod unit;

use earnest_domain::time::{Span, Timestamp};

use self::{axis::tidy, resample::resample};
use crate::capture::{Motion, Reading};

/// Microseconds in a second.
pub(crate) const SECOND: i64 = 1_000_000;

/// Three axes at one pace.
pub(crate) type Even = [Vec<f64>; 3];

/// A sensor's axes from `start` on, at `rate_hz` (which divides a million), as [`resample`] says; `None` where an axis has no reading.
pub(crate) fn even(axes: &[Vec<Reading>; 3], start: Timestamp, span: Span, rate_hz: u32) -> Option<Even> {
    let step = SECOND / i64::from(rate_hz.max(1));
    let length = usize::try_from(span.micros() / step).unwrap_or(0);
    let tidied = axes.each_ref().map(|axis| tidy(axis, start, span.micros()));
    if tidied.iter().any(Vec::is_empty) {
        return None;
    }
    Some(tidied.each_ref().map(|axis| resample(axis, step, length)))
}

/// Starts of blocks of `length` that follow each other through a capture without overlap. A reading stands for the time until the next
/// one, `step` later: the last block may end so much after the last reading. Of a silence only the first block is given, for between two
/// readings whose times are wrong there may be an age.
pub(crate) fn blocks(motion: &Motion, length: Span, step: Span) -> Vec<Timestamp> {
    let Some((first, last)) = motion.extent() else {
        return Vec::new();
    };
    let axes = || motion.acceleration.iter().chain(&motion.angular_velocity);
    // Each block has a reading, or comes after one that has; if readings are in no order, this is what ends it.
    let most = 2 * axes().map(Vec::len).sum::<usize>() + 2;
    let (mut starts, mut start) = (Vec::new(), first);
    while starts.len() < most {
        let end = start.plus(length);
        if end <= start || last.plus(step) < end {
            break;
        }
        starts.push(start);
        let next = axes().filter_map(|axis| axis.get(axis.partition_point(|(time, _)| *time < start)));
        let silence = next.map(|(time, _)| time.since(end).micros()).min().unwrap_or(0).max(0);
        start = end.plus(Span::from_micros(silence / length.micros().max(1) * length.micros()));
    }
    starts
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::sync::OnceLock;

    use earnest_domain::capture::CaptureKind;
    use proptest::prelude::*;

    use super::*;
    use crate::{Asked, Cancel, Checks, capture::Capture, models::Models};

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(48))]

        #[test]
        fn whatever_a_device_sends_each_check_of_motion_answers(
            anywhere in proptest::array::uniform6(proptest::collection::vec((any::<i64>(), any::<f32>()), 0..20)),
            nearby in proptest::array::uniform6(proptest::collection::vec((0_i64..20_000_000, any::<f32>()), 0..300)),
        ) {
            // Sessions outlive a case: to load them takes longer than to judge.
            static MODELS: OnceLock<Models> = OnceLock::new();
            let (checks, models) = (Checks::load().unwrap(), MODELS.get_or_init(|| Models::new(2)));
            let (asked, cancel) = (Asked::default(), Cancel::default());
            for (axes, in_order) in [(&anywhere, false), (&anywhere, true), (&nearby, false), (&nearby, true)] {
                let [a, b, c, d, e, f] = axes.each_ref().map(|axis| {
                    let mut readings: Vec<Reading> = axis.iter().map(|(time, value)| (Timestamp::from_micros(*time), *value)).collect();
                    if in_order {
                        readings.sort_by_key(|reading| reading.0);
                    }
                    readings
                });
                let capture = Capture::Motion(Motion { acceleration: [a, b, c], angular_velocity: [d, e, f] });
                for check in checks.of(CaptureKind::Motion) {
                    check.judge(&capture, &crate::Run::new(models, &asked, &cancel)).unwrap();
                }
            }
        }
    }

    #[test]
    fn blocks_follow_each_other_and_leap_over_silence() {
        let at = |seconds: &[i64]| {
            let readings = seconds.iter().map(|second| (Timestamp::from_seconds(*second), 0.0)).collect();
            let motion = Motion {
                acceleration: [readings, Vec::new(), Vec::new()],
                ..Motion::default()
            };
            let starts = blocks(&motion, Span::from_seconds(5), Span::from_seconds(1));
            starts.into_iter().map(Timestamp::seconds).collect::<Vec<_>>()
        };
        assert_eq!(at(&[0, 2, 4, 6, 9, 12]), [0, 5]);
        assert_eq!(
            at(&[0, 2, 1_003, 1_010]),
            [0, 5, 1_000, 1_005],
            "one silent block, then where it goes on"
        );
        assert_eq!(at(&[0, 1_000_000_000_000]).len(), 2);
        assert_eq!(at(&[9_000_000_000, 0, -9_000_000_000, 5]), Vec::<i64>::new());
        assert!(at(&[-9_000_000_000, 5, -3, 9_000_000_000]).len() < 20);
    }
}
