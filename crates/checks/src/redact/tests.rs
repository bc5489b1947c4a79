//! Nothing leaves that was not looked through.
#![allow(clippy::unwrap_used)]

use earnest_domain::{capture::CaptureKind, verdict::Verdict};

use super::shared;
use crate::{
    Asked, Cancel, Checks,
    capture::{Capture, Sound},
    fixtures,
};

/// Two seconds of a hum, and a letter: what no model is slow at.
fn captures() -> [Capture; 2] {
    let letter = "The bench by the river is new. Ask ada@example.org about it.";
    [
        Capture::Sound(Sound::from_samples(vec![0.1; 32_000])),
        Capture::from_bytes(letter.as_bytes(), Some(CaptureKind::Text)).unwrap(),
    ]
}

#[test]
fn a_check_that_guards_is_asked_or_nothing_leaves() {
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    let asked = Asked::default();
    for capture in captures() {
        let verdicts = checks
            .judge(&capture, |_| true, &crate::Run::new(&models, &asked, &cancel))
            .unwrap();
        let guards: Vec<&str> = checks
            .of(capture.kind())
            .filter(|check| check.manifest().guards())
            .map(|check| check.manifest().name.as_str())
            .collect();
        assert!(!guards.is_empty());
        assert!(shared(&checks, &capture, &verdicts, &asked).unwrap().is_some());
        for guard in guards {
            let others: Vec<Verdict> = verdicts
                .iter()
                .filter(|verdict| verdict.check.as_str() != guard)
                .cloned()
                .collect();
            let refused = shared(&checks, &capture, &others, &asked).unwrap_err();
            assert_eq!(refused.code(), "not_judged", "{guard}");
        }
    }
}

#[test]
fn each_kind_that_leaves_as_a_file_is_guarded() {
    let checks = Checks::load().unwrap();
    let guarded = |kind| checks.of(kind).any(|check| check.manifest().guards());
    for kind in [CaptureKind::Photo, CaptureKind::Sound, CaptureKind::Text, CaptureKind::Place] {
        assert!(guarded(kind), "{kind}");
    }
}
