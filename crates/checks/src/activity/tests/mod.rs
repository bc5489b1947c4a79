//! The real check in the real ONNX Runtime. Signals that several tests need are made here, from a fixed seed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]
// Signals of a few hundred readings are far from where these casts lose anything.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss
)]

mod held_out;
mod input;
mod loading;

use earnest_domain::activity::{Activity, Window, WindowReason};
use earnest_domain::time::Timestamp;

use super::ActivityCheck;
use crate::{
    assets::asset,
    capture::{Capture, Motion, Reading},
    fixtures::Case,
};

/// Readings of six channels at 10 Hz.
type Channels = [Vec<f32>; 6];

const START: Timestamp = Timestamp::from_seconds(1_750_000_000);
/// Readings in a window of five seconds.
const READINGS: usize = 50;

fn check() -> ActivityCheck {
    ActivityCheck::load().expect("run `cargo xtask run` once: the check needs ONNX Runtime in target/assets/onnxruntime")
}

/// The windows of a split of BasicMotions, two to a recording, with what the person did.
fn windows(split: &str) -> Vec<(Activity, Channels)> {
    let path = asset(&format!("recordings/basic-motions/BasicMotions_{split}.ts"))
        .expect("run `cargo xtask run` once: it fetches the recordings");
    let text = std::fs::read_to_string(path).unwrap();
    let data = text
        .lines()
        .skip_while(|line| *line != "@data")
        .skip(1)
        .filter(|line| !line.is_empty());
    data.flat_map(|line| {
        let (channels, label) = line.rsplit_once(':').unwrap();
        let label = Activity::from_name(&label.to_lowercase()).unwrap();
        let channels: Vec<Vec<f32>> = channels
            .split(':')
            .map(|channel| channel.split(',').map(|value| value.parse().unwrap()).collect())
            .collect();
        let cut = move |from: usize| {
            (
                label,
                std::array::from_fn(|channel| channels[channel][from..from + READINGS].to_vec()),
            )
        };
        [0, READINGS].map(cut)
    })
    .collect()
}

/// As a device sends it: readings in order, `micros` giving the time of each since the window's start.
fn motion_at(channels: &Channels, micros: impl Fn(usize) -> i64) -> Motion {
    let axis = |channel: &Vec<f32>| -> Vec<Reading> {
        let time = |index| Timestamp::from_micros(START.micros() + micros(index));
        channel
            .iter()
            .enumerate()
            .map(|(index, value)| (time(index), *value))
            .collect()
    };
    let [ax, ay, az, wx, wy, wz] = channels.each_ref().map(axis);
    Motion {
        acceleration: [ax, ay, az],
        angular_velocity: [wx, wy, wz],
    }
}

/// At an even rate.
fn motion(channels: &Channels, rate: usize) -> Motion {
    motion_at(channels, |index| i64::try_from(index * 1_000_000 / rate).unwrap())
}

/// What a held-out window should be called, in the whole capture that it is.
pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    for (label, channels) in windows("TEST") {
        each(Case::new(label.name(), Capture::Motion(motion(&channels, 10))));
    }
    let mut random = Random(5);
    for number in 0..40_u8 {
        let size = 2_f32.powi(i32::from(number % 8) - 3);
        let noise = random.noise(READINGS, size, 3.0, Random::normal);
        each(Case::new(Activity::Unknown.name(), Capture::Motion(motion(&noise, 10))));
    }
}

fn judge(check: &mut ActivityCheck, channels: &Channels) -> Window {
    check.judge(&motion(channels, 10), START).unwrap()
}

/// The axes of both sensors, gone through `change`, which gets (accelerometer?, axis, value).
fn changed(channels: &Channels, change: impl Fn(bool, usize, f32) -> f32) -> Channels {
    std::array::from_fn(|channel| {
        channels[channel]
            .iter()
            .map(|value| change(channel < 3, channel % 3, *value))
            .collect()
    })
}

/// `SplitMix64` (Steele, Lea, Flood 2014): small, and the same everywhere.
struct Random(u64);

impl Random {
    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Evenly in 0..1.
    fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1_u64 << 24) as f32
    }

    /// Mean 0, deviation 1 (Box and Muller).
    fn normal(&mut self) -> f32 {
        (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (std::f32::consts::TAU * self.unit()).cos()
    }

    /// Evenly, with mean 0 and deviation 1.
    fn even(&mut self) -> f32 {
        (self.unit() - 0.5) * 12_f32.sqrt()
    }

    /// Any direction, length 1.
    fn direction(&mut self) -> [f32; 3] {
        let v = [self.normal(), self.normal(), self.normal()];
        let length = v.iter().map(|x| x * x).sum::<f32>().sqrt();
        v.map(|x| x / length)
    }

    /// Any rotation, from a random unit quaternion.
    fn rotation(&mut self) -> [[f32; 3]; 3] {
        let parts = [self.normal(), self.normal(), self.normal(), self.normal()];
        let length = parts.iter().map(|x| x * x).sum::<f32>().sqrt();
        let [w, x, y, z] = parts.map(|part| part / length);
        [
            [1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y - w * z), 2.0 * (x * z + w * y)],
            [2.0 * (x * y + w * z), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z - w * x)],
            [2.0 * (x * z - w * y), 2.0 * (y * z + w * x), 1.0 - 2.0 * (x * x + y * y)],
        ]
    }

    /// Six channels of noise; the gyroscope's is `ratio` times smaller.
    fn noise(&mut self, length: usize, size: f32, ratio: f32, sample: fn(&mut Self) -> f32) -> Channels {
        std::array::from_fn(|channel| {
            (0..length)
                .map(|_| sample(self) * if channel < 3 { size } else { size / ratio })
                .collect()
        })
    }
}

fn turned(channels: &Channels, turn: &[[f32; 3]; 3]) -> Channels {
    std::array::from_fn(|channel| {
        let (row, sensor) = (turn[channel % 3], if channel < 3 { 0 } else { 3 });
        (0..channels[0].len())
            .map(|t| (0..3).map(|axis| row[axis] * channels[sensor + axis][t]).sum())
            .collect()
    })
}

fn with_gravity(channels: &Channels, direction: [f32; 3]) -> Channels {
    changed(channels, |accelerometer, axis, value| {
        if accelerometer {
            value + 9.81 * direction[axis]
        } else {
            value
        }
    })
}

fn in_g(channels: &Channels) -> Channels {
    changed(
        channels,
        |accelerometer, _, value| if accelerometer { value / 9.806_65 } else { value },
    )
}

/// The signal at `rate`, on straight lines between the readings at 10 Hz.
fn at_rate(channels: &Channels, rate: usize) -> Channels {
    channels.each_ref().map(|channel| {
        let value = |index: usize| {
            let place = index as f32 * 10.0 / rate as f32;
            let low = place as usize;
            let (from, to) = (channel[low], channel[(low + 1).min(channel.len() - 1)]);
            from + (to - from) * (place - low as f32)
        };
        (0..channel.len() * rate / 10).map(value).collect()
    })
}
