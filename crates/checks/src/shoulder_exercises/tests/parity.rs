//! Python's ONNX Runtime says the same of the same windows.

use super::{super::model, *};
use crate::{
    fixtures::folder,
    models,
    motion::fixtures::{START, windows_by_python},
};

#[test]
fn python_says_the_same() {
    let manifest = manifest();
    let mut session = models::load(
        super::super::NAME,
        manifest.model.as_ref().unwrap(),
        model::MODEL,
        models::How::Best,
    )
    .unwrap();
    let check = super::super::Exercises {
        limits: manifest.limits(super::super::NAME).unwrap(),
        model: manifest.model.clone().unwrap(),
    };
    let motions: Vec<Motion> = never_seen()
        .step_by(3)
        .map(|set| motion(&set.channels, 50))
        .chain(others().iter().map(|(channels, rate)| motion(channels, *rate)))
        .collect();
    let windows: Vec<Vec<f32>> = motions
        .iter()
        .filter_map(|motion| check.prepare(motion, START, 9.806_65))
        .collect();
    assert!(windows.len() >= 60);
    let python = windows_by_python(&folder(super::super::NAME).join("model.onnx"), &windows, 40);
    for (window, (probabilities, distance)) in windows.iter().zip(python) {
        let answer = model::ask(&mut session, window).unwrap();
        for (got, wanted) in answer.probabilities.iter().zip(&probabilities) {
            assert!((got - wanted).abs() < 1e-3, "{answer:?}, not {probabilities:?}");
        }
        assert_eq!(answer.probabilities.len(), probabilities.len());
        assert!(
            (answer.distance - distance).abs() < 1e-3 * distance.max(1.0),
            "{answer:?}, not {distance}"
        );
    }
}
