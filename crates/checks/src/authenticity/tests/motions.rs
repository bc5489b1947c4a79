//! Motion: the recordings of `BasicMotions`.

use earnest_domain::time::{Span, Timestamp};

use super::*;
use crate::{
    assets::asset,
    capture::{Motion, Reading},
};

/// Readings of six channels at an even rate.
pub(super) type Channels = Vec<Vec<f64>>;

const START: Timestamp = Timestamp::from_seconds(1_750_000_000);

/// Every recording of both splits, with what the person did.
pub(super) fn recordings() -> Vec<(String, Channels)> {
    let read = |split: &str| {
        let path = asset(&format!("recordings/basic-motions/BasicMotions_{split}.ts")).expect("run `cargo xtask run` once");
        let text = std::fs::read_to_string(path).unwrap();
        let lines = text
            .lines()
            .skip_while(|line| *line != "@data")
            .skip(1)
            .filter(|line| !line.is_empty());
        let recording = |line: &str| {
            let (channels, label) = line.rsplit_once(':').unwrap();
            let channel = |channel: &str| channel.split(',').map(|value| value.parse().unwrap()).collect();
            (label.to_owned(), channels.split(':').map(channel).collect())
        };
        lines.map(recording).collect::<Vec<(String, Channels)>>()
    };
    let mut all = read("TRAIN");
    all.extend(read("TEST"));
    all
}

/// At a rate, begun some seconds later, each reading a little late.
pub(super) fn motion(channels: &Channels, rate: f64, later: i64, jitter: f64, random: &mut Random) -> Motion {
    let late: Vec<f64> = channels[0].iter().map(|_| random.within(0.0, jitter.max(1e-9))).collect();
    let axis = |channel: &Vec<f64>| -> Vec<Reading> {
        let time = |at: usize| START.plus(Span::from_micros(((later as f64 + at as f64 / rate + late[at]) * 1e6) as i64));
        channel
            .iter()
            .enumerate()
            .map(|(at, value)| (time(at), *value as f32))
            .collect()
    };
    let mut each = channels.iter().map(axis);
    let mut three = || std::array::from_fn(|_| each.next().unwrap());
    Motion {
        acceleration: three(),
        angular_velocity: three(),
    }
}

fn deviation(channel: &[f64]) -> f64 {
    let mean = channel.iter().sum::<f64>() / channel.len() as f64;
    (channel.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / channel.len() as f64).sqrt()
}

fn noisy(channels: &Channels, share: f64, random: &mut Random) -> Channels {
    let noisy = |channel: &Vec<f64>| {
        let size = deviation(channel) * share;
        channel.iter().map(|value| value + random.normal() * size).collect()
    };
    channels.iter().map(noisy).collect()
}

/// Played faster by a factor.
fn played(channels: &Channels, factor: f64) -> Channels {
    let played = |channel: &Vec<f64>| {
        let count = (channel.len() as f64 / factor) as usize;
        let value = |at: usize| {
            let place = at as f64 * factor;
            let low = (place as usize).min(channel.len() - 1);
            let high = (low + 1).min(channel.len() - 1);
            channel[low] + (channel[high] - channel[low]) * (place - low as f64)
        };
        (0..count).map(value).collect()
    };
    channels.iter().map(played).collect()
}

fn half(channels: &Channels, random: &mut Random) -> Channels {
    let length = channels[0].len() / 2;
    let from = (random.unit() * length as f64) as usize;
    channels.iter().map(|channel| channel[from..from + length].to_vec()).collect()
}

/// As another device would wear its axes, with gravity on one of them.
fn other_device(channels: &Channels, random: &mut Random) -> Channels {
    let order = [[0, 1, 2], [1, 2, 0], [2, 0, 1], [0, 2, 1], [2, 1, 0], [1, 0, 2]][(random.unit() * 6.0) as usize];
    let sign: [f64; 3] = std::array::from_fn(|_| if random.unit() < 0.5 { -1.0 } else { 1.0 });
    (0..6)
        .map(|at| {
            let (sensor, axis) = (at / 3 * 3, at % 3);
            let gravity = if at == 2 { 9.81 } else { 0.0 };
            channels[sensor + order[axis]]
                .iter()
                .map(|value| sign[axis] * value + gravity)
                .collect()
        })
        .collect()
}

const WAYS: [&str; 9] = [
    "exact",
    "shifted",
    "gain",
    "rate 0.9",
    "rate 1.1",
    "noise",
    "half",
    "other device",
    "several",
];

fn copied(way: &str, channels: &Channels, random: &mut Random) -> Motion {
    let plain = |channels: &Channels, random: &mut Random| motion(channels, 10.0, 0, 0.0, random);
    match way {
        "exact" => plain(channels, random),
        "shifted" => motion(channels, 10.0, 86_400 * 3 + 7, 0.02, random),
        "gain" => {
            let gain = random.within(0.5, 2.0);
            let louder: Channels = channels
                .iter()
                .map(|channel| channel.iter().map(|value| value * gain).collect())
                .collect();
            plain(&louder, random)
        }
        "rate 0.9" => plain(&played(channels, 0.9), random),
        "rate 1.1" => plain(&played(channels, 1.1), random),
        "noise" => plain(&noisy(channels, 0.2, random), random),
        "half" => plain(&half(channels, random), random),
        "other device" => plain(&other_device(channels, random), random),
        _ => {
            let faster = played(channels, random.within(0.92, 1.08));
            let noisy = noisy(&other_device(&faster, random), 0.1, random);
            motion(&noisy, 10.0, 3_600, 0.01, random)
        }
    }
}

pub(super) fn cases(each: &mut dyn FnMut(Case)) {
    let mut random = Random(51);
    let all = recordings();
    let captures: Vec<Capture> = all
        .iter()
        .map(|(_, channels)| Capture::Motion(motion(channels, 10.0, 0, 0.0, &mut random)))
        .collect();
    let traces: Vec<Trace> = captures.iter().map(trace).collect();
    let mut give = |expected: &str, capture: Capture, earlier: Vec<Trace>| {
        each(Case {
            earlier,
            ..Case::new(expected, capture)
        });
    };
    for (number, (label, channels)) in all.iter().enumerate() {
        // Others of the same people doing the same.
        let others = (0..all.len()).filter(|other| *other != number && all[*other].0 == *label);
        let others: Vec<Trace> = others.map(|other| traces[other].clone()).collect();
        give("nothing_odd", captures[number].clone(), others.clone());
        let way = WAYS[number % WAYS.len()];
        let with_itself = others.into_iter().chain([traces[number].clone()]).collect();
        give("copy", Capture::Motion(copied(way, channels, &mut random)), with_itself);
    }
    for number in 0..40 {
        give("doubtful", made_up(number, &mut random), Vec::new());
    }
}

/// Made up by a program: tones, the same wave again and again, and noise.
pub(super) fn made_up(number: usize, random: &mut Random) -> Capture {
    let rate = [10.0, 25.0, 50.0][number % 3];
    let length = (rate * random.within(10.0, 40.0)) as usize;
    let hz = random.within(0.6, 2.4);
    let template: Vec<f64> = (0..40).map(|_| random.normal()).collect();
    let channels: Channels = (0..6)
        .map(|_| {
            let (size, phase) = (
                random.within(0.5, 6.0),
                if number.is_multiple_of(2) {
                    0.0
                } else {
                    random.within(0.0, 6.0)
                },
            );
            (0..length)
                .map(|at| {
                    let turn = std::f64::consts::TAU * hz * at as f64 / rate + phase;
                    match number % 4 {
                        0 => size * turn.sin(),
                        1 => size * (turn.sin() + 0.4 * (2.0 * turn).sin()) + 0.002 * size * random.normal(),
                        2 => {
                            let place = (turn / std::f64::consts::TAU).rem_euclid(1.0) * 40.0;
                            let (low, part) = (place as usize % 40, place.fract());
                            size * (template[low] * (1.0 - part) + template[(low + 1) % 40] * part + 0.005 * random.normal())
                        }
                        _ => size * random.normal(),
                    }
                })
                .collect()
        })
        .collect();
    Capture::Motion(motion(&channels, rate, 0, 0.0, random))
}
