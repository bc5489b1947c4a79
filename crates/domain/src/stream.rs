//! What is measured, in which unit, along which axis.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// What is measured. A grant speaks of streams; a device sends [`Channel`]s of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ts_rs::TS, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Stream {
    /// Acceleration along three axes, gravity included or not, in `m/s2`.
    Acceleration,
    /// Angular velocity around three axes, in `rad/s`.
    AngularVelocity,
    /// Heart rate, in beats per minute.
    HeartRate,
}

impl Stream {
    /// Every stream, in the order of the screens.
    pub const ALL: [Self; 3] = [Self::Acceleration, Self::AngularVelocity, Self::HeartRate];

    /// The name on the wire and in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Acceleration => "acceleration",
            Self::AngularVelocity => "angular_velocity",
            Self::HeartRate => "heart_rate",
        }
    }

    /// The unit that values are stored in, in UCUM (Unified Code for Units of Measure, case sensitive).
    pub const fn ucum(self) -> &'static str {
        match self {
            Self::Acceleration => "m/s2",
            Self::AngularVelocity => "rad/s",
            Self::HeartRate => "{beat}/min",
        }
    }

    /// Factor from `unit` to the stored unit, or `None` when `unit` is no unit of this stream.
    ///
    /// Takes the units of the SenML registry (RFC 8428, section 12.1) and UCUM's codes.
    pub fn factor_from(self, unit: &str) -> Option<f64> {
        const STANDARD_GRAVITY: f64 = 9.806_65; // m/s2, by definition (3rd CGPM, 1901)
        match (self, unit) {
            (Self::Acceleration, "m/s2")
            | (Self::AngularVelocity, "rad/s")
            | (Self::HeartRate, "beat/min" | "{beat}/min" | "/min" | "1/min") => Some(1.0),
            (Self::Acceleration, "[g]") => Some(STANDARD_GRAVITY),
            (Self::AngularVelocity, "deg/s") => Some(std::f64::consts::PI / 180.0),
            _ => None,
        }
    }

    /// The channels of this stream.
    pub const fn channels(self) -> &'static [Channel] {
        match self {
            Self::Acceleration => &[Channel::AccelerationX, Channel::AccelerationY, Channel::AccelerationZ],
            Self::AngularVelocity => &[
                Channel::AngularVelocityX,
                Channel::AngularVelocityY,
                Channel::AngularVelocityZ,
            ],
            Self::HeartRate => &[Channel::HeartRate],
        }
    }
}

impl fmt::Display for Stream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A name that is no stream.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is no stream; the streams are acceleration, angular_velocity and heart_rate")]
pub struct UnknownStream(pub String);

impl FromStr for Stream {
    type Err = UnknownStream;

    fn from_str(name: &str) -> Result<Self, UnknownStream> {
        Self::ALL
            .into_iter()
            .find(|stream| stream.name() == name)
            .ok_or_else(|| UnknownStream(name.to_owned()))
    }
}

/// One number of a stream: an axis, or the stream itself when it has only one.
///
/// The discriminants are stored; they never change and are never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[repr(u8)]
#[non_exhaustive]
#[allow(missing_docs)] // each is its name
pub enum Channel {
    AccelerationX = 1,
    AccelerationY = 2,
    AccelerationZ = 3,
    AngularVelocityX = 4,
    AngularVelocityY = 5,
    AngularVelocityZ = 6,
    HeartRate = 7,
}

impl Channel {
    /// Every channel, by code.
    pub const ALL: [Self; 7] = [
        Self::AccelerationX,
        Self::AccelerationY,
        Self::AccelerationZ,
        Self::AngularVelocityX,
        Self::AngularVelocityY,
        Self::AngularVelocityZ,
        Self::HeartRate,
    ];

    /// The number that the vault stores.
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The channel of a stored number.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.code() == code)
    }

    /// The stream that this is a number of.
    pub const fn stream(self) -> Stream {
        match self {
            Self::AccelerationX | Self::AccelerationY | Self::AccelerationZ => Stream::Acceleration,
            Self::AngularVelocityX | Self::AngularVelocityY | Self::AngularVelocityZ => Stream::AngularVelocity,
            Self::HeartRate => Stream::HeartRate,
        }
    }

    /// The name in a SenML record.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AccelerationX => "acceleration.x",
            Self::AccelerationY => "acceleration.y",
            Self::AccelerationZ => "acceleration.z",
            Self::AngularVelocityX => "angular_velocity.x",
            Self::AngularVelocityY => "angular_velocity.y",
            Self::AngularVelocityZ => "angular_velocity.z",
            Self::HeartRate => "heart_rate",
        }
    }

    /// The channel of a SenML name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.name() == name)
    }
}
