//! Voices, what is none, and that nothing of a voice is left.
#![allow(clippy::unwrap_used)]

use std::fs;

use earnest_domain::{
    capture::Speech,
    verdict::{Decision, Evidence},
};

use super::voice;
use crate::{
    Asked, Cancel, Checks, Manifest, assets,
    capture::{Capture, Sound},
    fixtures::{
        self, Case,
        sounds::{self, PEOPLE, SCENES, SENTENCES, Scene, capture, recording, scene, silence, with_noise},
    },
    redact,
};

fn asked(speech: Speech) -> Asked {
    Asked {
        speech,
        ..Asked::default()
    }
}

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let kinds = [
        (Speech::Welcome, "speech", "no_speech"),
        (Speech::Wanted, "speech", "speech_missing"),
        (Speech::Unwanted, "unwanted_speech", "no_speech"),
    ];
    for (speech, with, without) in kinds {
        let mut case = |expected: &str, samples: Vec<f32>| {
            each(Case {
                asked: asked(speech),
                ..Case::new(expected, capture(samples))
            });
        };
        for (number, spoken) in (0_u8..).zip(SENTENCES.iter().chain(PEOPLE.iter())) {
            case(with, spoken.samples.clone());
            let around = scene(SCENES[usize::from(number) % SCENES.len()], 3.0, u64::from(number));
            case(with, with_noise(&spoken.samples, &around, 12.0));
        }
        for seed in 0..4 {
            for kind in SCENES {
                case(without, scene(kind, 4.0, seed));
            }
        }
    }
}

#[test]
fn voices_are_told_from_everything_else() {
    let tally = sounds::tally("sound-speech", cases);
    for reason in ["speech", "unwanted_speech"] {
        assert!(tally.recall(reason) >= 0.95, "{reason}: {}", tally.table());
    }
    // A tenth of these are struck chords, which the model takes for voices: the card says so.
    for reason in ["no_speech", "speech_missing"] {
        assert!(tally.recall(reason) >= 0.88, "{reason}: {}", tally.table());
    }
}

#[test]
fn surroundings_without_a_tune_are_no_voice() {
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    let check = checks.find("sound-speech").unwrap();
    let asked = Asked::default();
    for seed in 10..14 {
        for kind in SCENES
            .into_iter()
            .filter(|kind| ![Scene::Chords, Scene::Birds].contains(kind))
        {
            let sound = capture(scene(kind, 4.0, seed));
            let (verdict, _) = check.judge(&sound, &crate::Run::new(&models, &asked, &cancel)).unwrap();
            assert_eq!(verdict.reason, "no_speech", "{kind:?} {seed}");
        }
    }
}

/// What is judged speech in what leaves, as the strictest reading has it: in milliseconds.
fn speech_in(samples: Vec<f32>) -> u64 {
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    let check = checks.find("sound-speech").unwrap();
    let asked = asked(Speech::Unwanted);
    let (verdict, _) = check
        .judge(&capture(samples), &crate::Run::new(&models, &asked, &cancel))
        .unwrap();
    let lengths = verdict.evidence.iter().filter_map(|evidence| match evidence {
        Evidence::Stretch { from_ms, to_ms, .. } => Some(to_ms - from_ms),
        _ => None,
    });
    lengths.sum()
}

#[test]
fn no_speech_is_left_in_what_leaves() {
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    let check = checks.find("sound-speech").unwrap();
    let asked = asked(Speech::Unwanted);
    for (number, spoken) in (0_u8..).zip(SENTENCES.iter().chain(PEOPLE.iter())) {
        // A walk: surroundings, someone speaks, surroundings.
        let around = scene(SCENES[usize::from(number) % SCENES.len()], 10.0, u64::from(number));
        let mut samples: Vec<f32> = around.iter().map(|sample| sample * 0.3).collect();
        let start = 48_000;
        for (sample, voice) in samples[start..].iter_mut().zip(&spoken.samples) {
            *sample += voice;
        }
        let sound = capture(samples.clone());
        let (verdict, _) = check.judge(&sound, &crate::Run::new(&models, &asked, &cancel)).unwrap();
        assert_eq!(verdict.decision, Decision::Redact, "{}", spoken.name);
        let shared = redact::made(&sound, &[verdict], &asked).unwrap().unwrap();
        assert_eq!((shared.media_type, shared.extension), ("audio/wav", "wav"));
        let left = recording(&shared.bytes);
        assert_eq!(left.len(), samples.len(), "nothing moves in time");
        assert_eq!(speech_in(left.clone()), 0, "{}", spoken.name);
        // The loudest of the voice is gone, and most of the surroundings is as it was.
        let end = (start + spoken.samples.len()).min(samples.len());
        let kept = |range: std::ops::Range<usize>| {
            range.clone().filter(|at| (left[*at] - samples[*at]).abs() < 1e-4).count() * 100 / range.len()
        };
        assert!(
            kept(0..start - 8_000) > 95,
            "{}: {} % of what came before is kept",
            spoken.name,
            kept(0..start - 8_000)
        );
        let voiced: Vec<usize> = (start..end).filter(|at| spoken.samples[at - start].abs() > 0.1).collect();
        let heard = voiced.iter().filter(|at| left[**at] != 0.0).count();
        assert_eq!(
            heard,
            0,
            "{}: {heard} of {} loud samples of the voice are left",
            spoken.name,
            voiced.len()
        );
    }
}

#[test]
fn who_speaks_when_is_found_as_people_marked_it() {
    let samples = recording(&fs::read(fixtures::fetched("sound/conversation/sample.wav")).unwrap());
    let marks = fs::read_to_string(fixtures::fetched("sound/conversation/sample.rttm")).unwrap();
    let mut spoken = vec![false; samples.len() / 160];
    for line in marks.lines().filter(|line| line.starts_with("SPEAKER")) {
        let field = |at: usize| line.split_whitespace().nth(at).unwrap().parse::<f32>().unwrap();
        let (from, long) = (field(3), field(4));
        let hundredth = |seconds: f32| sounds::count(seconds) / 160;
        spoken[hundredth(from)..hundredth(from + long).min(samples.len() / 160)].fill(true);
    }
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    let check = checks.find("sound-speech").unwrap();
    for (speech, least) in [(Speech::Welcome, 0.9), (Speech::Unwanted, 0.97)] {
        let asked = asked(speech);
        let (verdict, _) = check
            .judge(&capture(samples.clone()), &crate::Run::new(&models, &asked, &cancel))
            .unwrap();
        let mut found = vec![false; spoken.len()];
        for evidence in &verdict.evidence {
            if let Evidence::Stretch { from_ms, to_ms, what } = evidence {
                assert_eq!(what, "speech");
                let place = |ms: &u64| usize::try_from(ms / 10).unwrap().min(spoken.len());
                found[place(from_ms)..place(to_ms)].fill(true);
            }
        }
        let marked = spoken.iter().filter(|spoken| **spoken).count();
        let right = spoken
            .iter()
            .zip(&found)
            .filter(|(spoken, found)| **spoken && **found)
            .count();
        #[allow(clippy::cast_precision_loss)]
        let share = right as f64 / marked as f64;
        assert!(share > least, "{speech:?}: {share}");
    }
}

#[test]
fn silence_and_the_empty_recording_are_no_speech() {
    for seconds in [0.0, 0.01, 0.04, 2.0] {
        assert_eq!(speech_in(silence(seconds)), 0, "{seconds} s");
    }
}

#[test]
fn python_hears_the_same() {
    let mut samples = PEOPLE[0].samples.clone();
    samples.extend(scene(sounds::Scene::Rain, 2.0, 1));
    samples.extend(&SENTENCES[4].samples);
    samples.truncate(samples.len() - 100);
    let manifest = Manifest::parse(super::NAME, include_str!("manifest.toml")).unwrap();
    let model = manifest.model.unwrap();
    let place = assets::asset(&model.file).expect("run `cargo xtask setup --for test` once: it fetches the model");
    let (models, asked, cancel) = (fixtures::models(), Asked::default(), Cancel::default());
    let run = crate::Run::new(&models, &asked, &cancel);
    let ours = models
        .with(
            super::NAME,
            &model,
            || crate::models::beside("sound_speech", &model),
            |session| voice::probabilities(session, &samples, &run),
        )
        .unwrap();
    let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("samples.f32");
    fs::write(&file, bytes).unwrap();
    let script = fixtures::folder(super::NAME).join("parity.py");
    let theirs = fixtures::python(&script, &[place.as_os_str(), file.as_os_str()]);
    let theirs: Vec<f32> = theirs.lines().map(|line| line.parse().unwrap()).collect();
    assert_eq!(ours.len(), theirs.len());
    assert!(ours.len() > 250);
    let apart = ours
        .iter()
        .zip(&theirs)
        .map(|(one, other)| (one - other).abs())
        .fold(0.0, f32::max);
    assert!(apart < 1e-3, "{apart}");
    assert!(ours.iter().any(|probability| *probability > 0.9) && ours.iter().any(|probability| *probability < 0.1));
}

#[test]
fn work_that_nobody_waits_for_ends() {
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    cancel.cancel();
    let asked = Asked::default();
    let run = crate::Run::new(&models, &asked, &cancel);
    let check = checks.find("sound-speech").unwrap();
    let Capture::Sound(sound) = capture(silence(5.0)) else {
        unreachable!()
    };
    assert_eq!(sound.samples().len(), 5 * Sound::RATE as usize);
    assert_eq!(check.judge(&Capture::Sound(sound), &run).unwrap_err().code(), "cancelled");
}
