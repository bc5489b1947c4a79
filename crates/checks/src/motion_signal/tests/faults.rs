//! Ways in which a recording can be bad. Each gives `None` where it would not be one: who stands does not clip a sensor.
#![allow(clippy::unnecessary_wraps)] // they stand in one list

use earnest_domain::time::Timestamp;

use crate::{
    capture::Motion,
    motion::{
        fixtures::{Channels, Random, START, motion, motion_at},
        unit::STANDARD_GRAVITY,
    },
};

pub(super) type Fault = fn(&mut Random, usize, &Channels, usize) -> Option<Motion>;

pub(super) const ALL: &[(&str, Fault)] = &[
    ("flat", flat),
    ("clipped", clipped),
    ("gaps", gaps),
    ("not_numbers", not_numbers),
    ("out_of_order", out_of_order),
    ("uneven_rate", uneven),
    ("too_slow", slow),
    ("too_short", short),
    ("milli_g_or_cm_per_s2", milli_g),
    ("raw_counts", counts),
    ("degrees_per_second", degrees),
];

/// An axis, a sensor or all of it is stuck for at least 2.5 s of 10.
fn flat(random: &mut Random, number: usize, channels: &Channels, rate: usize) -> Option<Motion> {
    let mut channels = channels.clone();
    let stuck = match number / 2 % 3 {
        0 => {
            let axis = random.one_of(6);
            axis..axis + 1
        }
        1 => [0..3, 3..6][random.one_of(2)].clone(),
        _ => 0..6,
    };
    let length = channels[0].len();
    let long = (random.between(2.5, 10.0) * rate as f32) as usize;
    let from = random.one_of(length - long.min(length - 1));
    for channel in stuck {
        let value = channels[channel][from];
        channels[channel][from..(from + long).min(length)].fill(value);
    }
    Some(motion(&channels, rate))
}

/// A sensor whose range ends below what 3 to 30 of 100 readings of its largest axis would be. Where that would leave one value for a
/// second it is a flat line, and told as one.
fn clipped(random: &mut Random, _: usize, channels: &Channels, rate: usize) -> Option<Motion> {
    let sensor = [0..3, 3..6][random.one_of(2)].clone();
    let centre = |channel: &Vec<f32>| channel.iter().sum::<f32>() / channel.len() as f32;
    let spread = |channel: &Vec<f32>| {
        let centre = centre(channel);
        (channel.iter().map(|value| (value - centre).powi(2)).sum::<f32>() / channel.len() as f32).sqrt()
    };
    let largest = sensor
        .clone()
        .max_by(|one, other| spread(&channels[*one]).total_cmp(&spread(&channels[*other])))?;
    if spread(&channels[largest]) < 1.0 {
        return None;
    }
    let mut sizes: Vec<f32> = channels[largest].iter().map(|value| value.abs()).collect();
    sizes.sort_by(f32::total_cmp);
    let range = sizes[(sizes.len() as f32 * random.between(0.70, 0.97)) as usize];
    let mut channels = channels.clone();
    for channel in sensor {
        channels[channel]
            .iter_mut()
            .for_each(|value| *value = value.clamp(-range, range));
        let held = channels[channel]
            .chunk_by(|one, next| one.to_bits() == next.to_bits())
            .map(<[f32]>::len)
            .max();
        if held > Some(rate * 4 / 5) {
            return None;
        }
    }
    Some(motion(&channels, rate))
}

/// One hole of a tenth to a half, or many of half a second.
fn gaps(random: &mut Random, number: usize, channels: &Channels, rate: usize) -> Option<Motion> {
    let mut motion = motion(channels, rate);
    let holes: Vec<(i64, i64)> = if number.is_multiple_of(4) {
        let long = random.between(1.0, 5.0);
        let from = random.between(0.1, 9.9 - long);
        vec![(micros(from), micros(from + long))]
    } else {
        (0..3)
            .map(|hole| {
                let from = hole as f32 * 3.0 + random.between(0.2, 2.0);
                (micros(from), micros(from + 0.6))
            })
            .collect()
    };
    let inside = |time: Timestamp| {
        holes
            .iter()
            .any(|(from, to)| (*from..*to).contains(&(time.micros() - START.micros())))
    };
    for axis in motion.acceleration.iter_mut().chain(&mut motion.angular_velocity) {
        axis.retain(|(time, _)| !inside(*time));
    }
    Some(motion)
}

fn micros(seconds: f32) -> i64 {
    (seconds * 1e6) as i64
}

/// Three to sixty readings of a hundred are none.
fn not_numbers(random: &mut Random, number: usize, channels: &Channels, rate: usize) -> Option<Motion> {
    let mut channels = channels.clone();
    let bad = [f32::NAN, f32::INFINITY, f32::NEG_INFINITY][number / 2 % 3];
    let channel = random.one_of(6);
    let share = random.between(0.03, 0.6);
    let length = channels[channel].len();
    let count = (share * length as f32).ceil() as usize + 1;
    for index in 0..count {
        channels[channel][index * length / count] = bad;
    }
    Some(motion(&channels, rate))
}

/// Every tenth to third reading comes twice, or before its time.
fn out_of_order(random: &mut Random, number: usize, channels: &Channels, rate: usize) -> Option<Motion> {
    let every = 3 + random.one_of(8);
    let back = [0, 1_500_000][number / 2 % 2];
    let place = |index: usize| index as i64 * 1_000_000 / rate as i64;
    Some(motion_at(channels, |index| {
        if index > 0 && index.is_multiple_of(every) {
            place(index - 1) - back
        } else {
            place(index)
        }
    }))
}

/// Each reading up to three quarters of its interval late.
fn uneven(random: &mut Random, _: usize, channels: &Channels, rate: usize) -> Option<Motion> {
    let interval = 1_000_000 / rate as i64;
    let late: Vec<i64> = channels[0]
        .iter()
        .map(|_| (random.unit() * 0.75 * interval as f32) as i64)
        .collect();
    Some(motion_at(channels, |index| index as i64 * interval + late[index]))
}

/// Two to six readings a second.
fn slow(random: &mut Random, _: usize, channels: &Channels, rate: usize) -> Option<Motion> {
    let every = rate / (2 + random.one_of(4));
    let some = channels
        .each_ref()
        .map(|channel| channel.iter().copied().step_by(every).collect());
    Some(motion_at(&some, |index| (index * every) as i64 * 1_000_000 / rate as i64))
}

/// One to four seconds.
fn short(random: &mut Random, _: usize, channels: &Channels, rate: usize) -> Option<Motion> {
    let length = (random.between(1.0, 4.0) * rate as f32) as usize;
    Some(motion(&channels.each_ref().map(|channel| channel[..length].to_vec()), rate))
}

/// Acceleration `times` as large as in g, where gravity is part of it.
fn scaled(channels: &Channels, rate: usize, times: f32) -> Option<Motion> {
    let steady = (0..3)
        .map(|axis| (channels[axis].iter().sum::<f32>() / channels[axis].len() as f32).powi(2))
        .sum::<f32>()
        .sqrt();
    if !(8.0..12.0).contains(&steady) {
        return None;
    }
    let mut channels = channels.clone();
    for channel in &mut channels[..3] {
        for value in channel {
            *value *= times / STANDARD_GRAVITY as f32;
        }
    }
    Some(motion(&channels, rate))
}

fn milli_g(_: &mut Random, number: usize, channels: &Channels, rate: usize) -> Option<Motion> {
    scaled(channels, rate, [1_000.0, 980.665][number / 2 % 2])
}

fn counts(random: &mut Random, _: usize, channels: &Channels, rate: usize) -> Option<Motion> {
    let bits = [8, 9, 11, 12, 13, 14][random.one_of(6)];
    scaled(channels, rate, (1 << bits) as f32)
}

/// Where a wrist turns: the first recordings are of people.
fn degrees(_: &mut Random, number: usize, channels: &Channels, rate: usize) -> Option<Motion> {
    let turning: f32 = channels[3..].iter().flatten().map(|value| value * value).sum();
    if number >= 80 || (turning / channels[3].len() as f32).sqrt() < 0.1 {
        return None;
    }
    let mut channels = channels.clone();
    for channel in &mut channels[3..] {
        for value in channel {
            *value = value.to_degrees();
        }
    }
    Some(motion(&channels, rate))
}
