//! Motion, cut into windows.

use earnest_checks::{CheckError, activity::ActivityCheck, capture::Motion};
use earnest_domain::{
    activity::Window, contribution::Fingerprint, identity::PersonKey, sample::Sample, stream::Channel, time::Timestamp,
};

/// Windows that were judged.
pub(crate) type Judged = Vec<(Window, Fingerprint)>;

/// Cuts `samples` (in order of time) into windows from `from` on, judges those that end by `until`, and says how far it came.
pub(crate) fn cut(
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
