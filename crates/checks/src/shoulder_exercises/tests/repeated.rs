//! How far the count of repetitions is off: on sets of 20, and on made ones whose number is known.

use super::*;
use crate::{motion::fixtures::START, statistics::quantile};

#[test]
fn sets_of_twenty_are_counted() {
    let mut off: Vec<f64> = Vec::new();
    for set in exercises() {
        let motion = motion(&set.channels, 50);
        let (first, last) = motion.extent().unwrap();
        let counted = super::super::repetitions::count(&motion, first, last.since(first)).unwrap_or(0);
        off.push(counted as f64 - 20.0);
    }
    report("whole recordings", &off);
    assert!(within(&off, 1.0) * 10 >= off.len() * 9 && within(&off, 2.0) * 100 >= off.len() * 97);
}

#[test]
fn sets_that_are_found_are_counted() {
    let labels = labels();
    let mut off = Vec::new();
    for set in never_seen() {
        let finding = found(motion(&set.channels, 50));
        if finding.label.as_deref() == Some(labels[set.kind].as_str()) {
            off.push(measured(&finding, "repetitions").unwrap() - 20.0);
        }
    }
    report("sets of unseen people as the check finds them", &off);
    assert!(within(&off, 2.0) * 10 >= off.len() * 9);
}

#[test]
fn made_repetitions_are_counted() {
    let mut random = Random(39);
    let mut off = Vec::new();
    for number in 0..60 {
        let (times, rate) = (5 + random.one_of(20), [25, 50, 100][number % 3]);
        let (turns, pushes) = (random.direction(), random.direction());
        let (depth, bend) = (random.between(0.3, 1.2), random.between(-0.3, 0.3));
        let mut samples: Vec<[f32; 6]> = Vec::new();
        for _ in 0..times {
            // There and back, each time a little faster or slower.
            let seconds = 2.2 * (1.0 + 0.1 * random.normal()).clamp(0.7, 1.4);
            let readings = (seconds * rate as f32) as usize;
            for reading in 0..readings {
                let part = std::f32::consts::TAU * reading as f32 / readings as f32;
                let there = depth * (1.0 - part.cos()) / 2.0 + bend * depth * (1.0 - (2.0 * part).cos()) / 2.0;
                let speed = depth * part.sin() * std::f32::consts::PI / seconds;
                samples.push(std::array::from_fn(|channel| {
                    if channel < 3 {
                        9.81 * pushes[channel] * there.cos() + 9.81 * turns[channel] * there.sin() + 0.1 * random.normal()
                    } else {
                        turns[channel - 3] * speed + 0.05 * random.normal()
                    }
                }));
            }
        }
        let channels: Channels = std::array::from_fn(|channel| samples.iter().map(|sample| sample[channel]).collect());
        let motion = motion(&channels, rate);
        let (_, last) = motion.extent().unwrap();
        off.push(super::super::repetitions::count(&motion, START, last.since(START)).unwrap_or(0) as f64 - times as f64);
    }
    report("made", &off);
    assert!(within(&off, 1.0) * 10 >= off.len() * 9);
}

fn within(off: &[f64], most: f64) -> usize {
    off.iter().filter(|off| off.abs() <= most).count()
}

fn report(what: &str, off: &[f64]) {
    let mut sorted = off.to_vec();
    println!(
        "{what}: {} sets, exact {}, within 1 {}, within 2 {}, mean {:+.2}, 5 to 95 % {:+} to {:+}",
        off.len(),
        within(off, 0.0),
        within(off, 1.0),
        within(off, 2.0),
        off.iter().sum::<f64>() / off.len() as f64,
        quantile(&mut sorted, 0.05).unwrap(),
        quantile(&mut sorted, 0.95).unwrap()
    );
}
