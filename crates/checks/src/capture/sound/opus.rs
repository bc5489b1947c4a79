//! Opus (RFC 6716), which symphonia unpacks and does not decode.

use ropus::{Channels, DecodeMode, Decoder};

/// What Opus decodes to, and how long a packet may be at most: 120 ms (RFC 6716, section 2.1.4).
pub(super) const RATE: u32 = 48_000;
const LONGEST: usize = 5_760;

pub(super) struct Opus {
    decoder: Decoder,
    channels: usize,
    /// Samples of every channel that come before the sound.
    lead: usize,
    interleaved: Vec<f32>,
}

impl Opus {
    /// `head` is the identification header (RFC 7845, section 5.1).
    pub(super) fn new(head: &[u8]) -> Result<Self, String> {
        let (channels, lead, gain) = match head {
            [
                b'O',
                b'p',
                b'u',
                b's',
                b'H',
                b'e',
                b'a',
                b'd',
                _,
                channels,
                lead0,
                lead1,
                _,
                _,
                _,
                _,
                gain0,
                gain1,
                ..,
            ] => (
                usize::from(*channels),
                usize::from(u16::from_le_bytes([*lead0, *lead1])),
                i32::from(i16::from_le_bytes([*gain0, *gain1])),
            ),
            _ => return Err("its Opus header is cut off".to_owned()),
        };
        let layout = match channels {
            1 => Channels::Mono,
            2 => Channels::Stereo,
            _ => return Err(format!("{channels} channels in Opus; one or two are read")),
        };
        let mut decoder = Decoder::new(RATE, layout).map_err(|error| error.to_string())?;
        decoder.set_gain(gain).map_err(|error| error.to_string())?;
        Ok(Self {
            decoder,
            channels,
            lead,
            interleaved: vec![0.0; LONGEST * channels],
        })
    }

    /// Decodes a packet into a vector a channel. `cut` samples at its end are padding.
    pub(super) fn decode(&mut self, packet: &[u8], cut: usize, planes: &mut Vec<Vec<f32>>) -> Result<(), String> {
        planes.resize(self.channels, Vec::new());
        planes.iter_mut().for_each(Vec::clear);
        // To the decoder nothing means lost, and it would make something up.
        if packet.is_empty() {
            return Ok(());
        }
        let made = self
            .decoder
            .decode_float(packet, &mut self.interleaved, DecodeMode::Normal)
            .map_err(|error| error.to_string())?;
        let first = self.lead.min(made);
        self.lead -= first;
        let last = made.saturating_sub(cut).max(first);
        let frames = self.interleaved.chunks_exact(self.channels).take(last).skip(first);
        for frame in frames {
            for (plane, sample) in planes.iter_mut().zip(frame) {
                plane.push(*sample);
            }
        }
        Ok(())
    }
}
