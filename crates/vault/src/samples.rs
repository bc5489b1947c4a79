//! The samples: how they are taken in, packed and read.
//!
//! What arrives is written to the **journal** as it is, in the transaction that the sender waits for. Later [`Vault::compact`] packs
//! the journal into **chunks**: columns of one device and one set of channels, with their instants stored once, compressed by pco.
//! A sample stands in exactly one of the two at any instant, so that reading both is reading everything.

mod append;
mod block;
mod compaction;
mod reading;
mod standing;
mod step;

use earnest_domain::{device::DeviceId, sample::Sample, stream::Channel, time::Timestamp};

pub use self::compaction::{Compacted, Compaction};
pub(crate) use self::{append::insert, standing::Standing};

/// The samples of one message of one device.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Whose.
    pub device: DeviceId,
    /// In any order.
    pub samples: Vec<Sample>,
    /// For a message whose samples do not tell it from its repetition.
    pub mark: Option<Mark>,
}

/// What tells a message from its repetition when its instants were told relative to its arrival: sent again, it has others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// Of the message as it came.
    pub digest: [u8; 32],
    /// Whether its sender says that it may have sent it before (MQTT 3.1.1, section 3.3.1.1). Without that, an equal message is another
    /// one: a pulse of 60 now, and a pulse of 60 a second later.
    pub again: bool,
}

/// What became of a [`Batch`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Appended {
    /// What is new, by time, then by channel.
    pub stored: Vec<Sample>,
    /// How many were there already, or twice in the message: the first stays.
    pub duplicates: u32,
}

/// What a device has measured on one channel so far.
#[derive(Debug, Clone, PartialEq)]
pub struct Total {
    /// Which device.
    pub device: DeviceId,
    /// Which channel.
    pub channel: Channel,
    /// How many samples.
    pub samples: u64,
    /// When the latest was measured.
    pub last_time: Timestamp,
    /// The latest value, in the stream's unit.
    pub last_value: f32,
}
