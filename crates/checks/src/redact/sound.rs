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
    let marks = redacting(verdicts)
        .flat_map(|verdict| &verdict.evidence)
        .filter_map(|evidence| match evidence {
            Evidence::Stretch { from_ms, to_ms, .. } => Some((*from_ms, *to_ms)),
            _ => None,
        });
    wav(&silenced(sound.samples(), marks.collect()))
}

/// Samples without what is marked, from one millisecond to another.
pub(crate) fn silenced(samples: &[f32], marks: Vec<(u64, u64)>) -> Vec<f32> {
    let mut left = samples.to_vec();
    for mark in widened(marks, left.len()) {
        silence(&mut left, mark);
    }
    left
}

/// 16 kHz, one channel, 16 bits.
fn wav(samples: &[f32]) -> Result<Vec<u8>, hound::Error> {
    let spec = WavSpec {
        channels: 1,
        sample_rate: Sound::RATE,
        bits_per_sample: 16,
        sample_format: SampleFormat::Int,
    };
    let mut file = Cursor::new(Vec::with_capacity(samples.len() * 2 + 44));
    let mut writer = WavWriter::new(&mut file, spec)?;
    // Hound asks for room once for so many samples, and not for each.
    for samples in samples.chunks(1 << 16) {
        #[allow(clippy::cast_possible_truncation)] // so many fit
        let mut part = writer.get_i16_writer(samples.len() as u32);
        for sample in samples {
            #[allow(clippy::cast_possible_truncation)] // cut to 16 bits
            part.write_sample((sample.clamp(-1.0, 1.0) * 32_767.0).round() as i16);
        }
        part.flush()?;
    }
    writer.finalize()?;
    Ok(file.into_inner())
}

/// What goes, in samples: the marks with their margins, those close to each other as one, those at an end to the end.
fn widened(marks: Vec<(u64, u64)>, length: usize) -> Vec<Range<usize>> {
    let all = millis(length);
    let mut stretches: Vec<(u64, u64)> = marks
        .into_iter()
        .map(|(from, to)| (from.saturating_sub(MARGIN_MS), to.saturating_add(MARGIN_MS)))
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
    let place = |ms: u64| usize::try_from(ms.min(all + 1) * u64::from(Sound::RATE) / 1_000).map_or(length, |at| at.min(length));
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use earnest_domain::verdict::{Decision, Permille};

    use super::*;

    fn marked(decision: Decision, stretches: &[(u64, u64)]) -> Verdict {
        Verdict {
            check: "sound-speech".parse().unwrap(),
            version: 1,
            decision,
            score: Permille::ZERO,
            label: None,
            reason: "found".to_owned(),
            says: "Someone speaks.".to_owned(),
            advice: String::new(),
            evidence: stretches
                .iter()
                .map(|(from_ms, to_ms)| Evidence::Stretch {
                    from_ms: *from_ms,
                    to_ms: *to_ms,
                    what: "speech".into(),
                })
                .collect(),
            model: None,
        }
    }

    /// The milliseconds that are silent in what leaves of five seconds of a constant.
    fn silent(decision: Decision, stretches: &[(u64, u64)]) -> Vec<(u64, u64)> {
        let sound = Sound::from_samples(vec![0.5; 80_000]);
        let bytes = without_marks(&sound, &[marked(decision, stretches)]).unwrap();
        let left = Sound::from_bytes(&bytes).unwrap();
        let mut found: Vec<(u64, u64)> = Vec::new();
        for (ms, part) in (0..).zip(left.samples().chunks(16)) {
            if part.iter().all(|sample| *sample == 0.0) {
                match found.last_mut() {
                    Some((_, end)) if *end == ms => *end = ms + 1,
                    _ => found.push((ms, ms + 1)),
                }
            }
        }
        found
    }

    #[test]
    fn marks_go_with_their_margins() {
        assert_eq!(silent(Decision::Redact, &[(2_000, 3_000)]), [(1_750, 3_250)]);
        assert_eq!(
            silent(Decision::Redact, &[(3_000, 3_500), (2_000, 2_500)]),
            [(1_750, 3_750)],
            "a breath between words"
        );
        assert_eq!(
            silent(Decision::Redact, &[(500, 1_000), (3_000, 3_200)]),
            [(0, 1_250), (2_750, 3_450)],
            "from the start"
        );
        assert_eq!(silent(Decision::Redact, &[(4_000, 4_500)]), [(3_750, 5_000)], "to the end");
        assert_eq!(silent(Decision::Redact, &[(0, u64::MAX)]), [(0, 5_000)], "beyond the end");
        assert_eq!(
            silent(Decision::Redact, &[(9_000, 9_500)]),
            [],
            "after the end there is nothing"
        );
        assert_eq!(silent(Decision::Retry, &[(2_000, 3_000)]), [], "not asked for");
        assert_eq!(silent(Decision::Redact, &[]), []);
    }

    #[test]
    fn nothing_but_samples_leaves() {
        let bytes = without_marks(&Sound::from_samples(vec![0.25; 16_000]), &[]).unwrap();
        assert_eq!(bytes.len(), 44 + 32_000, "a header and the samples (RIFF, 1991)");
        assert_eq!(
            *Sound::from_bytes(&bytes).unwrap().told(),
            crate::capture::SoundTold::default()
        );
    }
}
