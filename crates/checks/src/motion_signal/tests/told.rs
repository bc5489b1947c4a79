//! What is told of a recording, and what no recording may do.

use std::collections::BTreeMap;

use earnest_domain::time::Timestamp;
use earnest_domain::verdict::Evidence;
use proptest::prelude::*;

use super::*;
use crate::motion::fixtures::START;

fn measured(finding: &crate::Finding, wanted: &str) -> f64 {
    let value = finding.evidence.iter().find_map(|evidence| match evidence {
        Evidence::Measure { what, value, .. } if what == wanted => Some(*value),
        _ => None,
    });
    value.unwrap_or_else(|| panic!("no {wanted} in {finding:?}"))
}

#[test]
fn faults_are_caught_and_sound_recordings_pass() {
    let mut counted: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    let mut wrong = Vec::new();
    cases(&mut |case| {
        let Capture::Motion(motion) = &case.capture else { panic!() };
        let found = finding(motion);
        let called = found.label.clone().unwrap_or_else(|| found.reason.to_owned());
        let (right, all) = counted.entry(case.expected.clone()).or_default();
        *all += 1;
        if called == case.expected {
            *right += 1;
        } else {
            wrong.push(format!("{} called {called}", case.expected));
        }
    });
    let mut short = false;
    for (expected, (right, all)) in counted {
        println!("{expected:24} {right} of {all}");
        short |= right * 100 < all * 95 || all < 25;
    }
    assert!(
        !short,
        "fewer than 95 of 100 are called what they are, or there are too few to tell: {wrong:#?}"
    );
}

#[test]
fn rate_jitter_and_gaps_are_told() {
    let mut random = Random(3);
    let channels = on_a_table(&mut random, 50, 20);
    let found = finding(&motion(&channels, 50));
    assert_eq!(found.reason, "sound");
    assert!((measured(&found, "rate") - 50.0).abs() < 0.01);
    assert!(measured(&found, "jitter") < 0.01 && measured(&found, "gaps") < 1e-9);

    let mut holed = motion(&channels, 50);
    let from = START.micros() + 4_000_000;
    for axis in holed.acceleration.iter_mut().chain(&mut holed.angular_velocity) {
        axis.retain(|(time, _)| !(from..from + 3_000_000).contains(&time.micros()));
    }
    let found = finding(&holed);
    assert_eq!(found.reason, "gaps");
    assert!((measured(&found, "longest_gap") - 3.02).abs() < 0.02 && (measured(&found, "gaps") - 0.15).abs() < 0.01);
    let stretch = found.evidence.iter().find_map(|evidence| match evidence {
        Evidence::Stretch { from_ms, to_ms, what } => Some((*from_ms, *to_ms, what.as_ref())),
        _ => None,
    });
    assert_eq!(stretch, Some((3_980, 7_000, "gap")));
}

#[test]
fn a_wearable_without_a_gyroscope_is_sound_and_one_without_accelerometer_is_not() {
    let mut random = Random(4);
    let mut motion = motion(&on_a_table(&mut random, 25, 10), 25);
    motion.angular_velocity = Default::default();
    assert_eq!(finding(&motion).reason, "sound");
    std::mem::swap(&mut motion.acceleration, &mut motion.angular_velocity);
    assert_eq!(finding(&motion).reason, "no_acceleration");
    assert_eq!(finding(&Motion::default()).reason, "no_readings");
}

#[test]
fn one_axis_that_never_speaks_is_a_gap() {
    let mut random = Random(5);
    let mut motion = motion(&on_a_table(&mut random, 25, 10), 25);
    motion.acceleration[1].clear();
    assert_eq!(finding(&motion).reason, "gaps");
}

proptest! {
    #[test]
    fn no_readings_make_it_panic(
        axes in proptest::array::uniform6(proptest::collection::vec((any::<i64>(), any::<f32>()), 0..40)),
        near in proptest::collection::vec((0_i64..20_000_000, any::<f32>()), 0..200),
    ) {
        let axis = |readings: &[(i64, f32)]| readings.iter().map(|(time, value)| (Timestamp::from_micros(*time), *value)).collect();
        let [a, b, c, d, e, f] = axes.each_ref().map(|readings| axis(readings));
        finding(&Motion { acceleration: [a, b, c], angular_velocity: [d, e, f] });
        let all = || axis(&near);
        finding(&Motion { acceleration: [all(), all(), all()], angular_velocity: Default::default() });
    }
}
