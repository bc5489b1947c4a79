//! How far the count and the cadence are off.

use super::*;
use crate::statistics::quantile;

/// Times a second that an arm swings: where the gyroscope's autocorrelation, unbiased and over all axes, is highest for the first time after it
/// was below nothing. No wavelet, no accelerometer: what the check's own cadence is held against.
fn swings(channels: &Channels) -> Option<f64> {
    let length = channels[0].len();
    let axes: Vec<Vec<f64>> = channels[3..]
        .iter()
        .map(|axis| {
            let mean = axis.iter().map(|value| f64::from(*value)).sum::<f64>() / length as f64;
            axis.iter().map(|value| f64::from(*value) - mean).collect()
        })
        .collect();
    let correlation = |lag: usize| {
        let sum: f64 = axes
            .iter()
            .map(|axis| axis.iter().zip(&axis[lag..]).map(|(one, later)| one * later).sum::<f64>())
            .sum();
        sum / (length - lag) as f64
    };
    let below = (1..40).find(|lag| correlation(*lag) < 0.0)?;
    let lag = (below..40).max_by(|one, other| correlation(*one).total_cmp(&correlation(*other)))?;
    // A whole multiple of the period is as high: the first that is nearly as high counts.
    let lag = (below..lag)
        .find(|shorter| correlation(*shorter) > 0.75 * correlation(lag) && correlation(*shorter) >= correlation(*shorter + 1))
        .unwrap_or(lag);
    let (left, middle, right) = (correlation(lag - 1), correlation(lag), correlation(lag + 1));
    let top = lag as f64 + 0.5 * (left - right) / (left - 2.0 * middle + right);
    Some(10.0 / top)
}

#[test]
fn the_cadence_of_the_accelerometer_is_twice_the_swing_of_the_gyroscope() {
    let mut off = Vec::new();
    for (activity, channels) in basic_motions("TEST") {
        if !matches!(activity, Activity::Walking | Activity::Running) {
            continue;
        }
        let finding = found(&motion(&channels, 10));
        let (Some(swings), "steps") = (swings(&channels), finding.reason) else {
            continue;
        };
        let cadence = measured(&finding, "cadence") / 60.0;
        off.push((cadence / (2.0 * swings) - 1.0).abs());
    }
    let (all, within) = (off.len(), off.iter().filter(|off| **off < 0.05).count());
    println!(
        "{all} of 20: median {:.3}, 90 % below {:.3}, within 5 %: {within}",
        quantile(&mut off, 0.5).unwrap(),
        quantile(&mut off, 0.9).unwrap()
    );
    assert!(all >= 17 && within * 10 >= all * 8);
}

#[test]
fn known_steps_are_counted() {
    let mut random = Random(34);
    let mut off: Vec<f64> = Vec::new();
    let mut by_kind = [const { Vec::new() }; 3];
    for number in 0..100 {
        let (motion, steps, gait) = somebody(&mut random, number);
        let counted = measured(&found(&motion), "steps");
        let error = counted / steps as f64 - 1.0;
        off.push(error.abs());
        by_kind[[0, 0, 0, 1, 2][number % 5]].push(error);
        if error.abs() > 0.2 {
            println!("{number}: {counted} of {steps}, {gait:?}");
        }
    }
    for (kind, errors) in ["swinging", "held", "running"].iter().zip(&mut by_kind) {
        let mean = errors.iter().sum::<f64>() / errors.len() as f64;
        println!(
            "{kind}: {} walks, mean {mean:+.3}, from {:+.3} to {:+.3}",
            errors.len(),
            quantile(errors, 0.05).unwrap(),
            quantile(errors, 0.95).unwrap()
        );
    }
    let median = quantile(&mut off, 0.5).unwrap();
    println!("median {median:.3}, 90 % below {:.3}", quantile(&mut off, 0.9).unwrap());
    assert!(median < 0.05 && quantile(&mut off, 0.9).unwrap() < 0.15);
}

#[test]
fn bouts_are_shown_where_they_are() {
    let mut random = Random(35);
    let gait = Gait {
        cadence: 1.8,
        swing: 0.5,
        bounce: 2.0,
    };
    let finding = found(&motion(&on_foot(&mut random, gait, 36, 20, 50), 50));
    let stretches: Vec<(u64, u64)> = finding
        .evidence
        .iter()
        .filter_map(|evidence| match evidence {
            Evidence::Stretch { from_ms, to_ms, .. } => Some((*from_ms, *to_ms)),
            _ => None,
        })
        .collect();
    let [(from, to)] = stretches[..] else { panic!("{finding:?}") };
    assert!(
        from.abs_diff(20_000) <= 2_000 && to.abs_diff(40_000) <= 2_000,
        "{from} to {to}"
    );
    assert!((measured(&finding, "cadence") - 108.0).abs() < 4.0, "{finding:?}");
}

#[test]
fn a_long_walk_is_counted_across_the_borders_of_its_parts() {
    let mut random = Random(36);
    let gait = Gait {
        cadence: 1.9,
        swing: 0.5,
        bounce: 2.0,
    };
    let finding = found(&motion(&on_foot(&mut random, gait, 400, 5, 25), 25));
    assert!((measured(&finding, "steps") - 400.0).abs() < 12.0, "{finding:?}");
}

#[test]
fn a_gap_has_no_steps_and_nothing_is_too_short() {
    let mut random = Random(37);
    let gait = Gait {
        cadence: 1.8,
        swing: 0.5,
        bounce: 2.0,
    };
    let mut walk = motion(&on_foot(&mut random, gait, 72, 1, 25), 25);
    let all = measured(&found(&walk), "steps");
    let from = walk.acceleration[0][25 * 15].0;
    for axis in &mut walk.acceleration {
        axis.retain(|(time, _)| !(0..10_000_000).contains(&time.since(from).micros()));
    }
    let without = measured(&found(&walk), "steps");
    assert!((all - without - 18.0).abs() < 4.0, "{all} and {without}");
    assert_eq!(found(&Motion::default()).reason, "too_short");
}

/// What the check cannot tell from walking is told on its card: an arm that goes to and fro at a walker's pace.
#[test]
fn exercises_of_the_arm_are_counted_as_steps_as_often_as_the_card_says() {
    let (mut called, mut walked, mut whole) = (0, 0.0, 0.0);
    for set in exercises() {
        let motion = motion(&set.channels, 50);
        let finding = found(&motion);
        called += usize::from(finding.reason == "steps");
        walked += measured(&finding, "time");
        let (first, last) = motion.extent().unwrap();
        whole += last.since(first).seconds() as f64;
    }
    let share = 100.0 * walked / whole;
    println!(
        "{called} of {} sets have steps, in {share:.0} % of their time",
        exercises().len()
    );
    let card = include_str!("../CARD.md");
    assert!(
        card.contains(&format!("{called} of {} sets", exercises().len())) && card.contains(&format!("{share:.0} % of their time"))
    );
}
