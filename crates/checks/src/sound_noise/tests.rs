//! Speech in noise of a known ratio.

use super::wada;
use earnest_domain::capture::Speech;

use crate::{
    Asked,
    fixtures::{
        Case,
        sounds::{self, PEOPLE, Random, SENTENCES, Scene, capture, scene, with_noise},
    },
};

const NOISES: [Scene; 5] = [Scene::White, Scene::Pink, Scene::Rain, Scene::Traffic, Scene::Wind];

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let mut random = Random(11);
    let wanted = || Asked {
        speech: Speech::Wanted,
        ..Asked::default()
    };
    for (number, spoken) in (0..).zip(SENTENCES.iter().chain(PEOPLE.iter())) {
        for noise in NOISES {
            let noise = scene(noise, 3.0, number);
            let drowned = with_noise(&spoken.samples, &noise, random.between(-10.0, 0.0));
            let clear = with_noise(&spoken.samples, &noise, random.between(15.0, 30.0));
            for (expected, samples) in [("drowned", drowned), ("clear", clear)] {
                let mut samples = samples;
                sounds::scale(&mut samples, 0.05);
                each(Case {
                    asked: wanted(),
                    ..Case::new(expected, capture(samples))
                });
            }
        }
    }
}

#[test]
fn speech_that_drowns_is_said_again() {
    let tally = sounds::tally("sound-noise", cases);
    assert!(tally.recall("drowned") >= 0.95, "{}", tally.table());
    assert!(tally.recall("clear") >= 0.95, "{}", tally.table());
}

/// The table of `wada.rs` again, from fewer samples: a gamma variable of shape 0.4 (Marsaglia and Tsang, 2000) and a normal one.
#[test]
fn the_table_is_the_papers_integral() {
    let mut random = Random(2008);
    let shape: f32 = 1.4;
    let mut gamma = || loop {
        let (d, x) = (shape - 1.0 / 3.0, random.normal());
        let v = (1.0 + x / (9.0 * d).sqrt()).powi(3);
        if v > 0.0 && (1.0 - random.unit()).ln() < 0.5 * x * x + d - d * v + d * v.ln() {
            let boosted = d * v * (1.0 - random.unit()).powf(1.0 / 0.4);
            break if random.unit() < 0.5 { boosted } else { -boosted };
        }
    };
    let speech: Vec<f32> = (0..400_000).map(|_| gamma() / (0.4_f32 * 1.4).sqrt()).collect();
    let mut other = Random(1);
    let noise: Vec<f32> = (0..400_000).map(|_| other.normal()).collect();
    for decibels in [-10.0_f32, 0.0, 10.0, 20.0, 30.0] {
        let mixed: Vec<f32> = speech
            .iter()
            .zip(&noise)
            .map(|(speech, noise)| speech + noise * 10_f32.powf(-decibels / 20.0))
            .collect();
        let found = wada::signal_to_noise(&mixed);
        let allowed = if decibels < -5.0 { 6.0 } else { 0.7 };
        assert!((found - f64::from(decibels)).abs() < allowed, "{decibels} is called {found}");
    }
}

#[test]
fn silence_has_no_ratio() {
    assert!(wada::signal_to_noise(&[]) <= -20.0);
    assert!(wada::signal_to_noise(&[0.0; 1_000]) <= -20.0);
    assert!(wada::signal_to_noise(&[0.25; 1_000]) <= -20.0, "a constant is silence");
}
