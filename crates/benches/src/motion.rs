//! Motion of any length and rate, made of a real recording.

use std::error::Error;

use earnest_checks::{assets::asset, capture::Motion};
use earnest_domain::{
    sample::Sample,
    stream::Channel,
    time::{Span, Timestamp},
};
use earnest_wearables::recording::{Moment, Recording};

/// The six axes, in the order of a [`Row`].
pub const CHANNELS: [Channel; 6] = [
    Channel::AccelerationX,
    Channel::AccelerationY,
    Channel::AccelerationZ,
    Channel::AngularVelocityX,
    Channel::AngularVelocityY,
    Channel::AngularVelocityZ,
];

/// One instant: acceleration in m/s2, then angular velocity in rad/s.
pub type Row = [f32; 6];

/// Readings a second in the recording.
const RECORDED_HZ: u32 = 10;

/// What straight lines between readings leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sensor {
    /// The values as they are, joined by straight lines where the rate is higher than the recording's.
    AsRecorded,
    /// Two or three of a sensor's steps (a 4096th of standard gravity) of noise, and no value between the steps, as a real sensor
    /// with 16 bits has.
    Noisy,
}

impl Sensor {
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)] // small integers, and samples are f32
    fn reads(self, value: f32, index: u64) -> f32 {
        const STEP: f64 = 9.806_65 / 4096.0;
        match self {
            Self::AsRecorded => value,
            Self::Noisy => {
                // The same noise in every run: a multiplicative hash of the place (the constants are SplitMix64's).
                let chance = index
                    .wrapping_mul(0x9e37_79b9_7f4a_7c15)
                    .rotate_left(29)
                    .wrapping_mul(0xbf58_476d_1ce4_e5b9)
                    >> 32;
                let noise = (chance % 7) as f64 - 3.0;
                (((f64::from(value) / STEP).round() + noise) * STEP) as f32
            }
        }
    }
}

/// `BasicMotions`, both splits, every case after the other: 800 s of a smartwatch at 10 Hz.
#[derive(Debug, Clone)]
pub struct Wrist(Vec<Row>);

impl Wrist {
    /// Reads it from where `cargo xtask` puts it.
    ///
    /// # Errors
    /// It is not there, or no such recording.
    pub fn recorded() -> Result<Self, Box<dyn Error>> {
        let mut rows: Vec<Row> = Vec::new();
        for split in ["TRAIN", "TEST"] {
            let name = format!("recordings/basic-motions/BasicMotions_{split}.ts");
            let path = asset(&name).ok_or_else(|| format!("there is no {name}: run `cargo xtask setup --for bench`"))?;
            for instant in Recording::open(&path)?.moments.chunk_by(|one, next| one.after == next.after) {
                let mut row = Row::default();
                for moment in instant {
                    if let Some(axis) = CHANNELS.iter().position(|channel| *channel == moment.channel) {
                        row[axis] = moment.value;
                    }
                }
                rows.push(row);
            }
        }
        Ok(Self(rows))
    }

    /// `seconds` of motion at `rate` readings a second, and one reading more, so that the last window is complete. The recording starts
    /// anew at its end; its noise does not.
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)] // far below 2^24
    pub fn rows(&self, rate: u32, seconds: u32, sensor: Sensor) -> impl Iterator<Item = Row> + '_ {
        (0..=u64::from(rate) * u64::from(seconds)).map(move |index| {
            let place = index as f64 * f64::from(RECORDED_HZ) / f64::from(rate);
            let (before, share) = (place as usize, place.fract() as f32);
            let (one, next) = (self.0[before % self.0.len()], self.0[(before + 1) % self.0.len()]);
            std::array::from_fn(|axis| {
                let value = if share == 0.0 {
                    one[axis]
                } else {
                    one[axis] + (next[axis] - one[axis]) * share
                };
                sensor.reads(value, index * 6 + axis as u64)
            })
        })
    }

    /// The same as a recording that a replay plays.
    pub fn recording(&self, rate: u32, seconds: u32, sensor: Sensor) -> Recording {
        let moments = self.rows(rate, seconds, sensor).enumerate().flat_map(|(index, row)| {
            let after = after(index, rate);
            CHANNELS
                .into_iter()
                .zip(row)
                .map(move |(channel, value)| Moment { after, channel, value })
        });
        Recording {
            name: "motion".to_owned(),
            source: "BasicMotions".to_owned(),
            cases: Vec::new(),
            moments: moments.collect(),
            skipped: 0,
        }
    }

    /// The same as samples from `start` on, in order of time.
    pub fn samples(&self, rate: u32, seconds: u32, sensor: Sensor, start: Timestamp) -> Vec<Sample> {
        self.recording(rate, seconds, sensor).samples(start).collect()
    }

    /// The same as the activity check takes it.
    pub fn motion(&self, rate: u32, seconds: u32, sensor: Sensor, start: Timestamp) -> Motion {
        let mut motion = Motion::default();
        for (index, row) in self.rows(rate, seconds, sensor).enumerate() {
            let time = start.plus(after(index, rate));
            for axis in 0..3 {
                motion.acceleration[axis].push((time, row[axis]));
                motion.angular_velocity[axis].push((time, row[axis + 3]));
            }
        }
        motion
    }
}

/// How long after the start a reading is taken.
#[allow(clippy::cast_possible_wrap)] // hours of motion
fn after(index: usize, rate: u32) -> Span {
    Span::from_micros(index as i64 * 1_000_000 / i64::from(rate))
}
