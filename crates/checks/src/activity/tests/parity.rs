//! Python's ONNX Runtime says the same of the same windows. That both sides make the same windows of readings is held by `input.rs`.

use super::*;
use crate::{fixtures::folder, motion::fixtures::windows_by_python};

#[test]
fn python_says_the_same() {
    let (mut check, mut random) = (check(), Random(7));
    let (judge, session) = check.parts();
    let signals = windows("TEST").into_iter().map(|(_, channels)| channels);
    let noise = (0..20).map(|number| random.noise(READINGS, 2_f32.powi(number % 8 - 3), 2.0, Random::normal));
    let prepared: Vec<Vec<f32>> = signals
        .chain(noise)
        .filter_map(|channels| judge.prepare(&motion(&channels, 10), START).ok())
        .collect();
    assert_eq!(prepared.len(), 100);
    let python = windows_by_python(&folder("activity").join("model.onnx"), &prepared, READINGS);
    for (window, (probabilities, distance)) in prepared.iter().zip(python) {
        let judgement = judge.run(session, window).unwrap();
        for (got, wanted) in judgement.probabilities.iter().zip(&probabilities) {
            assert!((got - wanted).abs() < 1e-3, "{judgement:?}, not {probabilities:?}");
        }
        assert!(
            (judgement.distance - distance).abs() < 1e-3 * distance.max(1.0),
            "{judgement:?}, not {distance}"
        );
    }
}
