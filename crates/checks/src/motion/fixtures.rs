//! Signals that the tests of several checks need: recordings of people, and what is made from a fixed seed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
// Signals of some thousand readings are far from where these casts lose anything.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss
)]

mod made;
mod recorded;

pub(crate) use made::*;
pub(crate) use recorded::*;

use earnest_domain::time::Timestamp;

use super::unit::STANDARD_GRAVITY;
use crate::capture::{Motion, Reading};

/// Readings of six channels at an even pace: acceleration in m/s2, angular velocity in rad/s.
pub(crate) type Channels = [Vec<f32>; 6];

pub(crate) const START: Timestamp = Timestamp::from_seconds(1_750_000_000);

/// As a device sends it: readings in order, `micros` giving the time of each since the start.
pub(crate) fn motion_at(channels: &Channels, micros: impl Fn(usize) -> i64) -> Motion {
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
pub(crate) fn motion(channels: &Channels, rate: usize) -> Motion {
    motion_at(channels, |index| i64::try_from(index * 1_000_000 / rate).unwrap())
}

/// The axes of both sensors, gone through `change`, which gets (accelerometer?, axis, value).
pub(crate) fn changed(channels: &Channels, change: impl Fn(bool, usize, f32) -> f32) -> Channels {
    std::array::from_fn(|channel| {
        channels[channel]
            .iter()
            .map(|value| change(channel < 3, channel % 3, *value))
            .collect()
    })
}

pub(crate) fn turned(channels: &Channels, turn: &[[f32; 3]; 3]) -> Channels {
    std::array::from_fn(|channel| {
        let (row, sensor) = (turn[channel % 3], if channel < 3 { 0 } else { 3 });
        (0..channels[0].len())
            .map(|t| (0..3).map(|axis| row[axis] * channels[sensor + axis][t]).sum())
            .collect()
    })
}

pub(crate) fn with_gravity(channels: &Channels, direction: [f32; 3]) -> Channels {
    changed(channels, |accelerometer, axis, value| {
        if accelerometer {
            value + 9.81 * direction[axis]
        } else {
            value
        }
    })
}

pub(crate) fn in_g(channels: &Channels) -> Channels {
    changed(channels, |accelerometer, _, value| {
        if accelerometer {
            value / STANDARD_GRAVITY as f32
        } else {
            value
        }
    })
}

/// The signal of `from` readings a second at `to`, on straight lines between the readings.
pub(crate) fn at_rate(channels: &Channels, from: usize, to: usize) -> Channels {
    channels.each_ref().map(|channel| {
        let value = |index: usize| {
            let place = index as f32 * from as f32 / to as f32;
            let low = place as usize;
            let (before, after) = (channel[low], channel[(low + 1).min(channel.len() - 1)]);
            before + (after - before) * (place - low as f32)
        };
        (0..channel.len() * to / from).map(value).collect()
    })
}
