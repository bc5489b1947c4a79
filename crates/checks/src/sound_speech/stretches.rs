//! From probabilities to stretches of speech, as the model's own `get_speech_timestamps` does it (silero-vad 6.2.3, `utils_vad.py`).

use std::ops::Range;

use serde::Deserialize;

use super::voice::FRAME;
use crate::capture::Sound;

/// When speech begins and when it has ended.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Hysteresis {
    /// It begins at this probability.
    begins: f32,
    /// It has ended once the probability stays below this ...
    ends: f32,
    /// ... for so long.
    silence_ms: usize,
    /// What is no longer than this is no speech.
    shortest_ms: usize,
    /// So much is added on either side.
    pad_ms: usize,
}

impl Hysteresis {
    /// Stretches of speech, in samples.
    pub(super) fn stretches(&self, probabilities: &[f32], length: usize) -> Vec<Range<usize>> {
        let mut found = Vec::new();
        let (mut begun, mut pause) = (None, None);
        for (number, &probability) in probabilities.iter().enumerate() {
            let at = number * FRAME;
            if probability >= self.begins {
                pause = None;
                begun.get_or_insert(at);
            } else if let (Some(start), true) = (begun, probability < self.ends) {
                let end = *pause.get_or_insert(at);
                if at - end >= samples(self.silence_ms) {
                    self.keep(&mut found, start..end);
                    (begun, pause) = (None, None);
                }
            }
        }
        if let Some(start) = begun {
            self.keep(&mut found, start..length.max(start));
        }
        self.padded(found, length)
    }

    fn keep(&self, found: &mut Vec<Range<usize>>, stretch: Range<usize>) {
        if stretch.len() > samples(self.shortest_ms) {
            found.push(stretch);
        }
    }

    /// Neighbours that would overlap meet in the middle.
    fn padded(&self, mut found: Vec<Range<usize>>, length: usize) -> Vec<Range<usize>> {
        let pad = samples(self.pad_ms);
        let ends: Vec<usize> = found.iter().map(|stretch| stretch.end).collect();
        let starts: Vec<usize> = found.iter().map(|stretch| stretch.start).collect();
        for (number, stretch) in found.iter_mut().enumerate() {
            let before = number
                .checked_sub(1)
                .map_or(pad, |last| pad.min((starts[number] - ends[last]) / 2));
            let after = starts.get(number + 1).map_or(pad, |next| pad.min((next - ends[number]) / 2));
            *stretch = stretch.start.saturating_sub(before)..(stretch.end + after).min(length);
        }
        found
    }
}

const fn samples(ms: usize) -> usize {
    ms * Sound::RATE as usize / 1_000
}
