//! A recording of sound, decoded, mixed and brought to one rate.

mod decode;
mod fragments;
mod levels;
mod opus;
mod resample;
mod told;

#[cfg(test)]
mod tests;

use std::time::Duration;

use earnest_domain::capture::CaptureKind;

use self::decode::Decoded;
pub use self::{
    levels::{Block, Levels},
    told::SoundTold,
};
use super::{CaptureError, Once};
use crate::{Cancel, sound_duplicate::Fingerprint};

/// A recording of sound: one channel at 16 kHz, which is what speech models read, with what was measured before it was mixed.
///
/// Channels are mixed to their mean; the way to 16 kHz is a synchronous resampler in the frequency domain (`rubato`'s), whose low pass
/// is the transform of a squared Blackman-Harris window: flat to 7.4 kHz for 48 kHz, 8 kHz down by more than 50 dB.
#[derive(Debug, Clone, PartialEq)]
pub struct Sound {
    samples: Vec<f32>,
    rate: u32,
    levels: Levels,
    told: SoundTold,
    fingerprint: Once<Fingerprint>,
}

impl Sound {
    /// Samples a second, once decoded.
    pub const RATE: u32 = 16_000;
    /// The most bytes: ten minutes of 48 kHz, 16 bit, stereo, uncompressed.
    pub const MOST_BYTES: usize = 128 << 20;
    /// The most seconds. A longer file is decoded up to there, and refused: hours of sound are no capture.
    pub const MOST_SECONDS: u32 = 600;
    /// The most channels of a file.
    pub const MOST_CHANNELS: usize = 8;
    /// The rates that a file may have, in samples a second.
    pub const RATES: std::ops::RangeInclusive<u32> = 8_000..=192_000;

    /// From the bytes of a file: WAV, FLAC, MP3, AAC, Ogg (Vorbis, Opus, FLAC), MP4 (AAC, ALAC) or `WebM` (Vorbis, Opus).
    ///
    /// # Errors
    /// [`CaptureError`] when they are no such file, or more than a recording has.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CaptureError> {
        Self::from_bytes_until(bytes, &Cancel::default())
    }

    /// The same, until nobody waits for it any more.
    ///
    /// # Errors
    /// [`CaptureError::Cancelled`] then; otherwise as [`Sound::from_bytes`].
    pub fn from_bytes_until(bytes: &[u8], cancel: &Cancel) -> Result<Self, CaptureError> {
        if bytes.is_empty() {
            return Err(CaptureError::Empty);
        }
        if bytes.len() > Self::MOST_BYTES {
            return Err(CaptureError::TooLarge {
                kind: CaptureKind::Sound,
                most: "128 MB",
            });
        }
        if !Self::begins(bytes) {
            return Err(CaptureError::UnknownFormat);
        }
        let Decoded {
            samples,
            rate,
            levels,
            told,
        } = decode::decode(bytes, cancel)?;
        Ok(Self {
            samples,
            rate,
            levels,
            told,
            fingerprint: Once::default(),
        })
    }

    /// Whether a file begins as one of those that are read, or as one that holds sound beside other things.
    pub fn begins(bytes: &[u8]) -> bool {
        let at = |from: usize, word: &[u8]| bytes.get(from..from + word.len()) == Some(word);
        let mpeg = || match bytes {
            // Eleven bits of sync; then a version, a layer (none: AAC in ADTS) and, for MP3, a rate that exist (ISO/IEC 11172-3, 2.4.2.3).
            [0xff, second, third, ..] if second & 0xe0 == 0xe0 => {
                let (version, layer) = (second >> 3 & 3, second >> 1 & 3);
                second & 0xf6 == 0xf0 || version != 1 && layer == 1 && third >> 4 != 15 && third >> 2 & 3 != 3
            }
            _ => false,
        };
        // HEIC and AVIF share the container and are photos.
        let mp4 = || at(4, b"ftyp") && ![&b"hei"[..], b"hev", b"mif", b"msf", b"avi"].iter().any(|brand| at(8, brand));
        (at(0, b"RIFF") || at(0, b"RF64")) && at(8, b"WAVE")
            || at(0, b"fLaC")
            || at(0, b"OggS")
            || at(0, b"ID3")
            || at(0, &[0x1a, 0x45, 0xdf, 0xa3])
            || mp4()
            || mpeg()
    }

    /// From samples at [`Sound::RATE`], between -1 and 1; what is beyond is cut, and what is no number is silence.
    pub fn from_samples(samples: Vec<f32>) -> Self {
        let samples: Vec<f32> = samples.into_iter().map(decode::bounded).collect();
        let mut levels = levels::Meter::new(Self::RATE, 1);
        levels.hear(std::slice::from_ref(&samples));
        Self {
            levels: levels.read(),
            samples,
            rate: Self::RATE,
            told: SoundTold::default(),
            fingerprint: Once::default(),
        }
    }

    /// One channel at [`Sound::RATE`], between -1 and 1.
    pub fn samples(&self) -> &[f32] {
        &self.samples
    }

    /// How long it is.
    pub fn length(&self) -> Duration {
        Duration::from_millis(millis(self.samples.len()))
    }

    /// Samples a second in the file.
    pub const fn rate(&self) -> u32 {
        self.rate
    }

    /// What was measured on each channel at the file's own rate.
    pub const fn levels(&self) -> &Levels {
        &self.levels
    }

    /// Where what it is known again by is kept.
    pub(crate) const fn fingerprint(&self) -> &Once<Fingerprint> {
        &self.fingerprint
    }

    /// What the file tells beside the sound. None of it leaves.
    pub const fn told(&self) -> &SoundTold {
        &self.told
    }
}

/// The time of so many samples at [`Sound::RATE`], in milliseconds.
pub(crate) const fn millis(samples: usize) -> u64 {
    samples as u64 * 1_000 / Sound::RATE as u64
}
