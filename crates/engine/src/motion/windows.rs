//! Motion, cut into windows.

use earnest_checks::{
    CheckError,
    activity::{ActivityCheck, Motion},
};
use earnest_domain::{
    contribution::Fingerprint,
    identity::PersonKey,
    sample::Sample,
    stream::Channel,
    time::{Span, Timestamp},
    verdict::Window,
};

/// How long a window waits for a sensor whose readings come in messages of their own; a sensor that is later has fallen silent.
const LAG: Span = Span::from_seconds(30);

/// Windows that were judged.
pub(super) type Judged = Vec<(Window, Fingerprint)>;

/// Until when all channels have told, given the newest time of each: the accelerations of a window may arrive before its angular
/// velocities, and a window without them is called unknown for ever.
pub(super) fn complete_until(newest_of_channels: impl Iterator<Item = Timestamp> + Clone) -> Option<Timestamp> {
    let newest = newest_of_channels.clone().max()?;
    newest_of_channels.filter(|time| newest.since(*time) < LAG).min()
}

/// Cuts `samples` (in order of time) into windows from `from` on, judges those that end by `until`, and says how far it came.
pub(super) fn cut(
    check: &mut ActivityCheck,
    samples: &[Sample],
    from: Timestamp,
    until: Timestamp,
    key: &PersonKey,
) -> Result<(Judged, Timestamp), CheckError> {
    let length = check.window_length();
    let mut windows = Vec::new();
    let mut start = from;
    loop {
        let here = samples.partition_point(|sample| sample.time < start);
        let Some(first) = samples.get(here) else {
            return Ok((windows, start));
        };
        if first.time.since(start) >= length {
            start = first.time; // silence: the next window begins with the next sample
        }
        let end = start.plus(length);
        if end > until {
            return Ok((windows, start));
        }
        let there = samples.partition_point(|sample| sample.time < end);
        let inside = &samples[here..there];
        let window = check.judge(&motion(inside), start)?;
        windows.push((window, Fingerprint::of(inside, start, key)));
        start = end;
    }
}

/// The first stretch from `from` on, by `until` at most, in which a window has room between those that are there: `taken`, by time.
pub(super) fn first_gap(
    from: Timestamp,
    until: Timestamp,
    taken: &[(Timestamp, Timestamp)],
    length: Span,
) -> Option<(Timestamp, Timestamp)> {
    let mut start = from;
    for (next, end) in taken.iter().filter(|(start, end)| *end > from && *start < until) {
        if next.since(start) >= length {
            return Some((start, *next));
        }
        start = *end;
    }
    (until.since(start) >= length).then_some((start, until))
}

fn motion(samples: &[Sample]) -> Motion {
    let mut motion = Motion::default();
    for sample in samples {
        let axis = match sample.channel {
            Channel::AccelerationX => &mut motion.acceleration[0],
            Channel::AccelerationY => &mut motion.acceleration[1],
            Channel::AccelerationZ => &mut motion.acceleration[2],
            Channel::AngularVelocityX => &mut motion.angular_velocity[0],
            Channel::AngularVelocityY => &mut motion.angular_velocity[1],
            Channel::AngularVelocityZ => &mut motion.angular_velocity[2],
            _ => continue,
        };
        axis.push((sample.time, sample.value));
    }
    motion
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_waits_for_the_slower_sensor_and_not_for_a_silent_one() {
        let at = Timestamp::from_seconds;
        let complete = |seconds: &[i64]| complete_until(seconds.iter().map(|second| at(*second)));
        assert_eq!(complete(&[]), None);
        assert_eq!(complete(&[100, 100]), Some(at(100)));
        assert_eq!(
            complete(&[105, 100]),
            Some(at(100)),
            "the angular velocities of the last seconds are on their way"
        );
        assert_eq!(complete(&[130, 100]), Some(at(130)), "they stopped half a minute ago");
    }

    #[test]
    fn late_motion_is_cut_where_a_window_has_room() {
        let at = Timestamp::from_seconds;
        let taken = [(at(100), at(105)), (at(105), at(110)), (at(113), at(118)), (at(130), at(135))];
        let gap = |from, until| first_gap(at(from), at(until), &taken, Span::from_seconds(5));
        assert_eq!(gap(80, 99), Some((at(80), at(99))));
        assert_eq!(gap(80, 120), Some((at(80), at(100))), "until the next window");
        assert_eq!(gap(97, 110), None, "three seconds here, three there");
        assert_eq!(gap(97, 140), Some((at(118), at(130))));
        assert_eq!(gap(131, 160), Some((at(135), at(160))));
        assert_eq!(gap(131, 139), None);
    }
}
