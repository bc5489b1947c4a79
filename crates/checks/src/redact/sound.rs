//! A recording without what is marked in it: one channel of 16 kHz in 16 bits, and nothing beside it.

use std::{io::Cursor, ops::Range};

use earnest_domain::verdict::{Evidence, Verdict};
use hound::{SampleFormat, WavSpec, WavWriter};

use super::redacting;
use crate::capture::{Sound, millis};

/// Beside a mark this much goes as well: a word begins and ends softer than a model hears, and closed lips are part of it.
const MARGIN_MS: u64 = 250;
/// Between two marks less than this is no surroundings, but the breath of someone who goes on.
const BREATH_MS: u64 = 400;
/// The way into silence and out of it.
const FADE_MS: u64 = 10;

/// The file that may leave. What lies within a mark is silence: nothing of it, not even how loud it was, is left.
pub(super) fn without_marks(sound: &Sound, verdicts: &[Verdict]) -> Result<Vec<u8>, hound::Error> {
    let mut samples = sound.samples().to_vec();
    for mark in marks(&samples, verdicts) {
        silence(&mut samples, mark);
    }
    wav(&samples)
}

/// 16 kHz, one channel, 16 bits.
pub(crate) fn wav(samples: &[f32]) -> Result<Vec<u8>, hound::Error> {
    let spec = WavSpec {
        channels: 1,
        sample_rate: Sound::RATE,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let mut file = Cursor::new(Vec::with_capacity(samples.len() * 2 + 44));
    let mut writer = WavWriter::new(&mut file, spec)?;
    for sample in samples {
        #[allow(clippy::cast_possible_truncation)] // cut to 16 bits
        writer.write_sample((sample.clamp(-1.0, 1.0) * 32_767.0).round() as i16)?;
    }
    writer.finalize()?;
    Ok(file.into_inner())
}

/// What goes, in samples: the marks with their margins, those close to each other as one, those at an end to the end.
fn marks(samples: &[f32], verdicts: &[Verdict]) -> Vec<Range<usize>> {
    let all = millis(samples.len());
    let mut stretches: Vec<(u64, u64)> = redacting(verdicts)
        .flat_map(|verdict| &verdict.evidence)
        .filter_map(|evidence| match evidence {
            Evidence::Stretch { from_ms, to_ms, .. } => Some((from_ms.saturating_sub(MARGIN_MS), to_ms.saturating_add(MARGIN_MS))),
            _ => None,
        })
        .collect();
    stretches.sort_unstable();
    let mut joined: Vec<(u64, u64)> = Vec::with_capacity(stretches.len());
    for (from, to) in stretches {
        let from = if from < BREATH_MS { 0 } else { from };
        let to = if to.saturating_add(BREATH_MS) > all { u64::MAX } else { to };
        match joined.last_mut() {
            Some((_, end)) if from < end.saturating_add(BREATH_MS) => *end = to.max(*end),
            _ => joined.push((from, to)),
        }
    }
    let place = |ms: u64| {
        usize::try_from(ms.min(all + 1) * u64::from(Sound::RATE) / 1_000).map_or(samples.len(), |at| at.min(samples.len()))
    };
    joined.into_iter().map(|(from, to)| place(from)..place(to)).collect()
}

/// Silences a stretch. The fades lie outside of it, where nothing private is, so that no click is left.
fn silence(samples: &mut [f32], mark: Range<usize>) {
    #[allow(clippy::cast_possible_truncation)] // some samples
    let fade = (FADE_MS * u64::from(Sound::RATE) / 1_000) as usize;
    let before = mark.start.saturating_sub(fade)..mark.start;
    let after = mark.end..(mark.end + fade).min(samples.len());
    samples[mark].fill(0.0);
    #[allow(clippy::cast_precision_loss)] // some samples
    let part = |at: usize| at as f32 / fade as f32;
    for (at, sample) in samples[before].iter_mut().rev().enumerate() {
        *sample *= part(at);
    }
    for (at, sample) in samples[after].iter_mut().enumerate() {
        *sample *= part(at);
    }
}
