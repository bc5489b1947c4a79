//! Sounds: surroundings and people, copies and loops of them, and what a program made.

use std::f32::consts::TAU;

use super::*;
use crate::fixtures::sounds::{self as made, PEOPLE, RATE, SCENES, SENTENCES, Scene, capture, scene, through_opus, with_noise};

/// Surroundings as a microphone has them; chords are made of tones alone, and belong to what a program made.
fn surroundings(seed: u64) -> Vec<Vec<f32>> {
    let heard = SCENES.iter().filter(|scene| **scene != Scene::Chords);
    heard.map(|kind| scene(*kind, 8.0, seed)).collect()
}

/// People and eSpeak's voices, in a room that is not quite still.
fn voices() -> Vec<Vec<f32>> {
    let all = PEOPLE.iter().chain(SENTENCES.iter());
    all.enumerate()
        .map(|(number, spoken)| with_noise(&spoken.samples, &scene(Scene::Pink, 5.0, 40 + number as u64), 30.0))
        .collect()
}

fn tone(seconds: f32, hertz: impl Fn(f32) -> f32) -> Vec<f32> {
    let mut phase = 0.0_f64;
    (0..made::count(seconds))
        .map(|at| {
            phase = (phase + f64::from(hertz(at as f32 / RATE as f32)) / RATE as f64).fract();
            0.3 * (TAU * phase as f32).sin()
        })
        .collect()
}

/// Tones, beeps with nothing between them, sirens, chords: as files of 16 bits.
pub(super) fn made_up(number: usize, random: &mut Random) -> Capture {
    let hertz = random.within(200.0, 2_000.0) as f32;
    let second = random.within(0.3, 1.0) as f32;
    let samples = match number % 4 {
        0 => tone(8.0, |_| hertz),
        1 => {
            let long = made::count(second);
            let tone = tone(8.0, |_| hertz);
            let beep = |(at, sample): (usize, &f32)| if (at / long).is_multiple_of(2) { *sample } else { 0.0 };
            tone.iter().enumerate().map(beep).collect()
        }
        2 => tone(8.0, |time| hertz * (1.0 + 0.3 * (TAU * time / second).sin())),
        _ => {
            let (one, other) = (tone(8.0, |_| hertz), tone(8.0, |_| hertz * 1.25));
            one.iter().zip(&other).map(|(one, other)| (one + other) / 2.0).collect()
        }
    };
    capture(samples.iter().map(|sample| (sample * 32_767.0).round() / 32_767.0).collect())
}

/// A piece again and again, for eight seconds.
fn looped(samples: &[f32], random: &mut Random) -> Vec<f32> {
    let long = made::count(random.within(0.8, 2.6) as f32);
    samples[..long].iter().copied().cycle().take(made::count(8.0)).collect()
}

fn trace(samples: &[f32]) -> Trace {
    let case = Case::new("", capture(samples.to_vec()));
    let check = fixtures::check("sound-duplicate");
    let (_, bytes) = check
        .judge(&case.capture, &case.run(&fixtures::models(), &Cancel::default()))
        .unwrap();
    Trace {
        capture: "copy".to_owned(),
        bytes: bytes.unwrap(),
    }
}

pub(super) fn cases(each: &mut dyn FnMut(Case)) {
    let mut random = Random(66);
    let before: Vec<Vec<f32>> = surroundings(1).into_iter().chain(voices()).collect();
    let kept: Vec<Trace> = before.iter().map(|samples| trace(samples)).collect();
    let mut give = |expected: &str, samples: Vec<f32>, earlier: Vec<Trace>| {
        each(Case {
            earlier,
            ..Case::new(expected, capture(samples))
        });
    };
    for (number, samples) in before.iter().enumerate() {
        let others: Vec<Trace> = (0..before.len())
            .filter(|other| *other != number)
            .map(|other| kept[other].clone())
            .collect();
        // Another voice saying the same is not the same recording, but a recording of one voice twice in the fixtures may be.
        give(
            "nothing_odd",
            samples.clone(),
            if number < SCENES.len() { others } else { Vec::new() },
        );
        if samples.len() > made::count(3.5) {
            give("copy", through_opus(samples, 24_000), kept.clone());
            give("copy", with_noise(samples, &scene(Scene::Rain, 4.0, 70), 22.0), kept.clone());
        }
    }
    for seed in 2..5 {
        for samples in surroundings(seed) {
            give("nothing_odd", through_opus(&samples, 32_000), kept.clone());
            give("copy", looped(&samples, &mut random), Vec::new());
        }
    }
    for number in 0..40 {
        let Capture::Sound(sound) = made_up(number, &mut random) else {
            unreachable!()
        };
        give("doubtful", sound.samples().to_vec(), kept.clone());
    }
}
