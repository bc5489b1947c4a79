//! Silence, whispers and overload, made by code.

use crate::{
    capture::{Capture, Sound},
    fixtures::{
        Case,
        sounds::{self, Random, SCENES, SENTENCES, capture, scale, scene, silence, through_opus},
    },
};

/// What a good recording may be of, at -26 dB.
fn originals() -> impl Iterator<Item = Vec<f32>> {
    let scenes = (0..4_u64).flat_map(|seed| SCENES.map(move |kind| scene(kind, 3.0, seed)));
    let speech = SENTENCES.iter().map(|spoken| {
        let mut samples = spoken.samples.clone();
        scale(&mut samples, 0.05);
        samples
    });
    scenes.chain(speech)
}

fn amplified(samples: &[f32], decibels: f32) -> Vec<f32> {
    samples.iter().map(|sample| sample * 10_f32.powf(decibels / 20.0)).collect()
}

/// Cut at `most`, at least a hundredth of it.
fn cut(samples: &[f32], most: f32, share: f32) -> Vec<f32> {
    let mut sorted: Vec<f32> = samples.iter().map(|sample| sample.abs()).collect();
    sorted.sort_by(f32::total_cmp);
    #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss, clippy::cast_sign_loss)]
    let at = sorted[((1.0 - share) * sorted.len() as f32) as usize];
    samples.iter().map(|sample| (sample / at).clamp(-1.0, 1.0) * most).collect()
}

fn quantised(samples: &[f32]) -> Vec<f32> {
    samples.iter().map(|sample| (sample * 32_768.0).round() / 32_768.0).collect()
}

/// Recordings of which 1 to 10 % of the samples were cut, and whether they went through a codec afterwards.
fn overloaded(random: &mut Random) -> Vec<(bool, Vec<f32>)> {
    originals()
        .enumerate()
        .map(|(number, samples)| {
            let share = random.between(0.01, 0.1);
            // At full scale; or before the last amplifier, so that the flat tops lie lower; or before a codec that rounds them.
            match number % 3 {
                0 => (false, cut(&samples, 1.0, share)),
                1 => (false, cut(&samples, random.between(0.3, 0.9), share)),
                _ => (
                    true,
                    through_opus(&cut(&samples, random.between(0.5, 1.0), share.max(0.03)), 64_000),
                ),
            }
        })
        .collect()
}

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let mut random = Random(7);
    for number in 0..44_u8 {
        let hiss = random.between(-95.0, -70.0);
        let mut samples = silence(3.0);
        let offset = if number % 3 == 0 { random.between(-0.2, 0.2) } else { 0.0 };
        for sample in &mut samples {
            let noise = if number % 4 == 0 {
                0.0
            } else {
                random.normal() * 10_f32.powf(hiss / 20.0)
            };
            *sample = noise + offset;
        }
        each(Case::new("silent", capture(quantised(&samples))));
    }
    for samples in originals() {
        let quiet = amplified(&samples, random.between(-36.0, -30.0));
        each(Case::new("too_quiet", capture(quantised(&quiet))));
    }
    for (_, samples) in overloaded(&mut random) {
        each(Case::new("clipped", capture(samples)));
    }
    for (number, mut samples) in originals().enumerate() {
        match number % 3 {
            // As loud as it gets without being cut, as many programs leave it.
            0 => {
                let peak = samples.iter().fold(0.0, |most: f32, sample| most.max(sample.abs()));
                for sample in &mut samples {
                    *sample *= 0.999 / peak;
                }
            }
            1 => samples = through_opus(&amplified(&samples, random.between(-10.0, 6.0)), 32_000),
            _ => samples = amplified(&samples, random.between(-14.0, 4.0)),
        }
        each(Case::new("good_level", capture(samples)));
    }
    for hertz in [60.0, 110.0, 441.0, 1_000.0, 3_000.0, 5_123.0] {
        #[allow(clippy::cast_precision_loss)]
        let samples =
            (0..sounds::count(2.0)).map(|at| 0.99 * (std::f32::consts::TAU * (hertz * at as f32 / 16_000.0).fract()).sin());
        each(Case::new("good_level", capture(samples.collect())));
    }
}

#[test]
fn bad_levels_are_caught_and_good_ones_are_left_alone() {
    let tally = sounds::tally("sound-level", cases);
    for bad in ["silent", "too_quiet"] {
        assert!(tally.recall(bad) >= 0.95, "{bad}: {}", tally.table());
    }
    assert!(tally.recall("good_level") >= 0.95, "{}", tally.table());
}

#[test]
fn what_was_cut_is_caught_as_long_as_no_codec_came_after() {
    let cases = |coded: bool| {
        move |each: &mut dyn FnMut(Case)| {
            for (_, samples) in overloaded(&mut Random(8))
                .into_iter()
                .filter(|(through, _)| *through == coded)
            {
                each(Case::new("clipped", capture(samples)));
            }
        }
    };
    assert!(sounds::tally("sound-level", cases(false)).recall("clipped") >= 0.95);
    // A codec hides half of it: the card says so.
    assert!(sounds::tally("sound-level", cases(true)).recall("clipped") >= 0.4);
}

#[test]
fn it_says_where_it_was_too_loud() {
    let mut samples = scene(sounds::Scene::Chords, 3.0, 1);
    let loud = amplified(&samples[16_000..24_000], 30.0);
    samples[16_000..24_000].copy_from_slice(&loud);
    let Capture::Sound(sound) = capture(samples) else {
        unreachable!()
    };
    let stretches = super::clipped_stretches(Sound::levels(&sound));
    let text = format!("{stretches:?}");
    assert!(text.contains("from_ms: 1000") && text.contains("to_ms: 1500"), "{text}");
}
