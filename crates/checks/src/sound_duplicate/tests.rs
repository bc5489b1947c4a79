//! Copies in disguise, and takes that only resemble each other.
#![allow(clippy::unwrap_used)]

use crate::{
    Asked, Cancel, Checks, Trace,
    fixtures::{
        self, Case,
        sounds::{self, PEOPLE, Random, SCENES, SENTENCES, Scene, capture, scene, through_opus, with_noise},
    },
};

fn trace(samples: &[f32]) -> Vec<u8> {
    let (checks, models, cancel, asked) = (
        Checks::load().unwrap(),
        fixtures::models(),
        Cancel::default(),
        Asked::default(),
    );
    let check = checks.find("sound-duplicate").unwrap();
    let (_, trace) = check
        .judge(&capture(samples.to_vec()), &crate::Run::new(&models, &asked, &cancel))
        .unwrap();
    trace.unwrap()
}

/// Scenes and talk of eight seconds; another `seed` is another take.
fn takes(seed: u64) -> Vec<Vec<f32>> {
    let scenes = SCENES.iter().map(|kind| scene(*kind, 8.0, seed));
    let walks = (0..10).map(|number| {
        let around = scene(SCENES[number], 8.0, seed + 100);
        // A recording of a voice that is in two recordings is a copy: other takes have other ones.
        let voices: Vec<_> = if seed == 1 {
            SENTENCES[..7].iter().chain(&PEOPLE[..3]).collect()
        } else {
            SENTENCES[7..].iter().chain(&PEOPLE[3..]).collect()
        };
        let voice = &voices[number % voices.len()].samples;
        around
            .iter()
            .enumerate()
            .map(|(at, sample)| sample + voice.get(at.wrapping_sub(16_000)).unwrap_or(&0.0) * 0.5)
            .collect()
    });
    scenes.chain(walks).collect()
}

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let earlier: Vec<Trace> = takes(1)
        .iter()
        .map(|samples| Trace {
            capture: "captured_before".to_owned(),
            bytes: trace(samples),
        })
        .collect();
    let mut case = |expected: &str, samples: Vec<f32>| {
        each(Case {
            earlier: earlier.clone(),
            ..Case::new(expected, capture(samples))
        });
    };
    let mut random = Random(3);
    for samples in takes(1) {
        // Coded anew; a part of it, softer; later in another recording; with other noise; cut by a fraction of a sample's step.
        case("captured_before", through_opus(&samples, 24_000));
        let from = sounds::count(random.between(0.5, 3.0));
        let part: Vec<f32> = samples[from..from + sounds::count(4.5)]
            .iter()
            .map(|sample| sample * 0.2)
            .collect();
        case("captured_before", part);
        let mut later = scene(Scene::Traffic, random.between(1.0, 4.0), 77);
        later.extend(&samples[..sounds::count(6.0)]);
        case("captured_before", later);
        case("captured_before", with_noise(&samples, &scene(Scene::Pink, 3.0, 99), 20.0));
    }
    for seed in 2..6 {
        for samples in takes(seed) {
            case("new", samples);
        }
    }
    for silent in [0.0, 1e-5] {
        case("new", vec![silent; sounds::count(5.0)]);
    }
}

#[test]
fn copies_are_found_and_other_takes_are_not() {
    let tally = sounds::tally("sound-duplicate", cases);
    assert!(tally.recall("captured_before") >= 0.95, "{}", tally.table());
    assert!(tally.recall("new") >= 0.95, "{}", tally.table());
}

#[test]
fn what_is_as_steady_as_a_hum_is_no_copy() {
    #[allow(clippy::cast_precision_loss)]
    let tone = |hertz: f32, seed: u64| -> Vec<f32> {
        let tone: Vec<f32> = (0..sounds::count(6.0))
            .map(|at| 0.3 * (std::f32::consts::TAU * (hertz * at as f32 / 16_000.0).fract()).sin())
            .collect();
        with_noise(&tone, &scene(Scene::Pink, 6.0, seed), 30.0)
    };
    let cases = |each: &mut dyn FnMut(Case)| {
        let earlier = Trace {
            capture: "a hum".to_owned(),
            bytes: trace(&tone(440.0, 1)),
        };
        for (hertz, seed) in [(440.0, 2), (440.5, 3), (100.0, 4)] {
            each(Case {
                earlier: vec![earlier.clone()],
                ..Case::new("new", capture(tone(hertz, seed)))
            });
        }
    };
    cases(&mut |case| {
        let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
        let (verdict, _) = checks
            .find("sound-duplicate")
            .unwrap()
            .judge(&case.capture, &case.run(&models, &cancel))
            .unwrap();
        assert_eq!(verdict.reason, "new", "{:?}", verdict.evidence);
    });
}

#[test]
fn a_trace_is_small_and_one_of_another_format_is_passed_over() {
    let samples = scene(Scene::Rain, 60.0, 5);
    let bytes = trace(&samples);
    assert!(bytes.len() < 3_500, "{} bytes for a minute", bytes.len());
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    for strange in [vec![], vec![9; 100], vec![1, 2], vec![1], bytes[..9].to_vec()] {
        let case = Case {
            earlier: vec![Trace {
                capture: String::new(),
                bytes: strange,
            }],
            ..Case::new("new", capture(samples[..80_000].to_vec()))
        };
        let (verdict, _) = checks
            .find("sound-duplicate")
            .unwrap()
            .judge(&case.capture, &case.run(&models, &cancel))
            .unwrap();
        assert_eq!(verdict.reason, "new");
    }
}

#[test]
fn a_long_recording_is_looked_through_by_its_codes() {
    let samples = scene(Scene::Birds, 90.0, 8);
    let earlier = Trace {
        capture: "the garden".to_owned(),
        bytes: trace(&samples),
    };
    let mut again = scene(Scene::Wind, 40.0, 9);
    again.extend(through_opus(&samples[16_000 * 20..], 32_000));
    let case = Case {
        earlier: vec![earlier],
        ..Case::new("captured_before", capture(again))
    };
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    let (verdict, _) = checks
        .find("sound-duplicate")
        .unwrap()
        .judge(&case.capture, &case.run(&models, &cancel))
        .unwrap();
    assert_eq!(verdict.reason, "captured_before", "{:?}", verdict.evidence);
    assert_eq!(
        verdict.label.as_deref(),
        Some("the garden"),
        "who is told of a copy is told of what"
    );
}
