//! What a wearable measured.

use serde::{Deserialize, Serialize};

use crate::{stream::Channel, time::Timestamp};

/// One value of one channel at one instant, in the stream's unit.
///
/// `f32` on purpose: no wearable resolves more than 24 bits, and half the bytes are half the vault.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Sample {
    /// What was measured.
    pub channel: Channel,
    /// When, by the device's clock.
    pub time: Timestamp,
    /// How much; always finite.
    pub value: f32,
}
