//! Readings as they come: late, missing, stuck, or no numbers at all.

use serde::Deserialize;

use super::*;

/// Walking from the train split, which the check knows well.
fn walking() -> Channels {
    windows("TRAIN")
        .into_iter()
        .find(|(label, _)| *label == Activity::Walking)
        .unwrap()
        .1
}

#[derive(Deserialize)]
struct Parity {
    name: String,
    micros: Vec<i64>,
    readings: [Vec<f32>; 6],
    resampled: [Vec<f32>; 6],
    probabilities: [f32; 5],
    distance: f32,
}

#[test]
fn this_side_and_the_training_script_compute_the_same() {
    let mut check = check();
    let cases: Vec<Parity> = serde_json::from_str(include_str!("../fixtures/parity.json")).unwrap();
    assert_eq!(cases.len(), 12);
    for case in cases {
        let motion = motion_at(&case.readings, |index| case.micros[index]);
        let (judge, session) = check.parts();
        let prepared = judge.prepare(&motion, START).unwrap();
        for (place, (got, wanted)) in prepared.iter().zip(case.resampled.iter().flatten()).enumerate() {
            assert!(
                (got - wanted).abs() < 1e-4,
                "{}: value {place} is {got}, not {wanted}",
                case.name
            );
        }
        let judgement = judge.run(session, &prepared).unwrap();
        for (got, wanted) in judgement.probabilities.iter().zip(case.probabilities) {
            assert!(
                (got - wanted).abs() < 1e-3,
                "{}: {:?}, not {:?}",
                case.name,
                judgement.probabilities,
                case.probabilities
            );
        }
        assert!(
            (judgement.distance - case.distance).abs() < 1e-3 * case.distance.max(1.0),
            "{}: {judgement:?}",
            case.name
        );
    }
}

#[test]
fn silence_and_anything_that_never_changes_is_called_constant() {
    let mut check = check();
    let mut random = Random(5);
    let silence: Channels = std::array::from_fn(|_| vec![0.0; READINGS]);
    let mut constant = vec![silence.clone()];
    for _ in 0..50 {
        constant.push(with_gravity(&silence, random.direction()));
        let values: [f32; 6] = std::array::from_fn(|_| random.normal() * 20.0);
        constant.push(values.map(|value| vec![value; READINGS]));
    }
    for channels in &constant {
        let window = judge(&mut check, channels);
        assert_eq!((window.label, window.reason), (Activity::Unknown, WindowReason::Constant));
        assert_eq!(window.score.thousandths(), 0);
    }
}

#[test]
fn one_stuck_sensor_is_enough() {
    let mut check = check();
    for stuck in [0..3, 3..6] {
        let mut channels = walking();
        for channel in stuck {
            channels[channel] = vec![1.25; READINGS];
        }
        assert_eq!(judge(&mut check, &channels).reason, WindowReason::Constant);
    }
}

#[test]
fn a_stretch_without_readings_makes_a_window_unknown_and_a_short_one_does_not() {
    let mut check = check();
    let channels = walking();
    let without = |from: i64, to: i64| {
        let mut motion = motion(&channels, 10);
        motion.angular_velocity[1].retain(|(time, _)| !(from..to).contains(&(time.micros() - START.micros())));
        motion
    };
    for (from, to) in [(0, 600_000), (2_000_000, 2_500_000), (4_400_000, 5_000_000), (0, 5_000_000)] {
        let window = check.judge(&without(from, to), START).unwrap();
        assert_eq!(
            (window.label, window.reason),
            (Activity::Unknown, WindowReason::Gaps),
            "without {from}..{to}"
        );
    }
    for (from, to) in [(0, 0), (0, 400_000), (2_000_000, 2_400_000), (4_600_000, 5_000_000)] {
        let window = check.judge(&without(from, to), START).unwrap();
        assert_eq!(window.label, Activity::Walking, "without {from}..{to}: {window:?}");
    }
}

#[test]
fn a_sensor_slower_than_two_readings_a_second_is_all_gaps() {
    let mut check = check();
    let window = check.judge(&motion(&walking(), 1), START).unwrap();
    assert_eq!(window.reason, WindowReason::Gaps);
    assert_eq!(check.judge(&Motion::default(), START).unwrap().reason, WindowReason::Gaps);
}

#[test]
fn what_lies_outside_of_the_window_is_ignored() {
    let mut check = check();
    let channels = walking();
    let alone = judge(&mut check, &channels);
    let mut longer = motion(&channels, 10);
    let mut random = Random(6);
    for axis in longer.acceleration.iter_mut().chain(&mut longer.angular_velocity) {
        let outside = |seconds: i64, value| (Timestamp::from_micros(START.micros() + seconds * 1_000_000), value);
        axis.insert(0, outside(-3, random.normal() * 50.0));
        axis.push(outside(5, random.normal() * 50.0)); // the next window's first
        axis.push(outside(9, f32::NAN));
    }
    assert_eq!(check.judge(&longer, START).unwrap(), alone);
}

#[test]
fn what_is_no_number_or_beyond_all_numbers_is_unknown_and_never_a_panic() {
    let mut check = check();
    let mut with = |bad: f32, channels: std::ops::Range<usize>, readings: &dyn Fn(usize) -> bool| {
        let mut changed = walking();
        for channel in channels {
            (0..READINGS)
                .filter(|index| readings(*index))
                .for_each(|index| changed[channel][index] = bad);
        }
        judge(&mut check, &changed)
    };
    for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        assert_eq!(with(bad, 0..6, &|_| true).reason, WindowReason::Gaps, "all {bad}");
        assert_eq!(
            with(bad, 2..3, &|index| index > 40).reason,
            WindowReason::Gaps,
            "{bad} from 4.1 s on"
        );
        for channel in 0..6 {
            let window = with(bad, channel..channel + 1, &|index| index == 17);
            assert_eq!(
                window.label,
                Activity::Walking,
                "one {bad} in channel {channel} is a missing reading: {window:?}"
            );
        }
    }
    for bad in [f32::MAX, f32::MIN, 1e30, -1e20, 1e6] {
        for every in [2, 7, 50] {
            for channels in [0..6, 0..1, 4..5] {
                let window = with(bad, channels.clone(), &|index| index % every == 0);
                assert_eq!(
                    window.label,
                    Activity::Unknown,
                    "{bad} in every {every}. reading of {channels:?}: {window:?}"
                );
            }
        }
        assert_eq!(with(bad, 0..6, &|_| true).reason, WindowReason::Constant, "all {bad}");
    }
    assert_eq!(with(f32::MIN_POSITIVE, 0..6, &|_| true).reason, WindowReason::Constant);
}

#[test]
fn disordered_and_repeated_readings_do_no_harm() {
    let mut check = check();
    let channels = walking();
    let mut twice = motion(&channels, 10);
    for axis in twice.acceleration.iter_mut().chain(&mut twice.angular_velocity) {
        *axis = axis.iter().flat_map(|reading| [*reading, *reading]).collect();
    }
    assert_eq!(check.judge(&twice, START).unwrap(), judge(&mut check, &channels));
    let mut backwards = motion(&channels, 10);
    backwards.acceleration[0].reverse();
    assert_eq!(check.judge(&backwards, START).unwrap().reason, WindowReason::Gaps);
    let far = motion(&channels, 10);
    for start in [
        Timestamp::from_micros(i64::MIN),
        Timestamp::from_micros(i64::MAX),
        Timestamp::from_micros(0),
    ] {
        assert_eq!(check.judge(&far, start).unwrap().reason, WindowReason::Gaps);
    }
}
