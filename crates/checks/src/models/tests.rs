//! Sessions are lent, shared, bounded and given back.
#![allow(clippy::unwrap_used)]

use std::sync::Barrier;

use super::*;
use crate::Manifest;

const BYTES: &[u8] = include_bytes!("../activity/model.onnx");

fn model() -> Model {
    let manifest = Manifest::parse("activity", include_str!("../activity/manifest.toml")).unwrap();
    manifest.model.unwrap()
}

#[test]
fn a_session_is_loaded_once_and_used_again() {
    let (models, reads) = (Models::new(2), AtomicUsize::new(0));
    let read = || {
        reads.fetch_add(1, Ordering::Relaxed);
        Ok(BYTES)
    };
    for _ in 0..3 {
        models
            .with("activity", &model(), read, |session| Ok(session.inputs().len()))
            .unwrap();
    }
    assert_eq!((reads.load(Ordering::Relaxed), models.alive()), (1, 1));
    let later = Instant::now() + Duration::from_mins(5);
    assert_eq!(models.drop_idle(Duration::from_mins(10), later), 0, "it may be wanted again");
    assert_eq!(models.drop_idle(Duration::from_mins(1), later), 1);
    assert_eq!(models.alive(), 0);
}

#[test]
fn never_more_sessions_than_fit_are_alive() {
    let (models, at_once, most) = (Models::new(2), AtomicUsize::new(0), AtomicUsize::new(0));
    let together = Barrier::new(4);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                together.wait();
                for _ in 0..3 {
                    let work = |_: &mut Session| {
                        most.fetch_max(at_once.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                        std::thread::yield_now();
                        at_once.fetch_sub(1, Ordering::SeqCst);
                        Ok(())
                    };
                    models.with("activity", &model(), || Ok(BYTES), work).unwrap();
                }
            });
        }
    });
    assert!(most.load(Ordering::SeqCst) <= 2);
    assert!(models.alive() <= 2);
}

#[test]
fn parts_are_worked_on_beside_each_other_as_far_as_there_is_room() {
    let parts: Vec<usize> = (0..20).collect();
    let model = Model { sessions: 3, ..model() };
    for most in 1..4 {
        let models = Models::new(most);
        let twice = |_: &mut Session, part: &usize| Ok(part * 2);
        let done = models.each("activity", &model, || Ok(BYTES), &parts, twice).unwrap();
        assert_eq!(done, (0..40).step_by(2).collect::<Vec<_>>(), "in order");
        assert!((1..=most).contains(&models.alive()));
    }
}

#[test]
fn after_an_error_no_part_is_begun_and_sessions_serve_on() {
    let parts: Vec<usize> = (0..20).collect();
    let model = Model { sessions: 2, ..model() };
    let models = Models::new(2);
    let begun = AtomicUsize::new(0);
    let first_fails = |_: &mut Session, part: &usize| {
        begun.fetch_add(1, Ordering::Relaxed);
        if *part == 0 { Err(CheckError::Cancelled) } else { Ok(()) }
    };
    let one = Model {
        sessions: 1,
        ..model.clone()
    };
    let error = models.each("activity", &one, || Ok(BYTES), &parts, first_fails).unwrap_err();
    assert_eq!((error.code(), begun.load(Ordering::Relaxed)), ("cancelled", 1));
    // Nothing is loaded again: what would be read is no model.
    models.each("activity", &one, || Ok(b""), &parts, |_, _| Ok(())).unwrap();
    // The other one has begun a part when the first fails, and none after it.
    if cores() > 1 {
        let (begun, failed) = (AtomicUsize::new(0), Barrier::new(2));
        let fails = |_: &mut Session, part: &usize| {
            begun.fetch_add(1, Ordering::Relaxed);
            failed.wait();
            if *part == 0 {
                Err::<(), _>(CheckError::Cancelled)
            } else {
                Err(CheckError::OtherKind { check: "activity" })
            }
        };
        models.each("activity", &model, || Ok(BYTES), &parts, fails).unwrap_err();
        assert_eq!(begun.load(Ordering::Relaxed), 2);
    }
}

#[test]
fn a_second_session_drops_no_other_model() {
    let models = Models::new(2);
    let other = Manifest::parse("shoulder_exercises", include_str!("../shoulder_exercises/manifest.toml")).unwrap();
    let (other, bytes) = (other.model.unwrap(), include_bytes!("../shoulder_exercises/model.onnx"));
    models.with("shoulder_exercises", &other, || Ok(bytes), |_| Ok(())).unwrap();
    let both = Model { sessions: 2, ..model() };
    models
        .each("activity", &both, || Ok(BYTES), &[1, 2, 3], |_, _| Ok(()))
        .unwrap();
    models.with("shoulder_exercises", &other, || Ok(b""), |_| Ok(())).unwrap();
}

#[test]
fn a_changed_model_is_refused_and_its_place_is_given_back() {
    let models = Models::new(1);
    for bytes in [&BYTES[1..], b""] {
        let error = models.with("activity", &model(), || Ok(bytes), |_| Ok(())).unwrap_err();
        assert_eq!(error.code(), "model_changed");
    }
    models.with("activity", &model(), || Ok(BYTES), |_| Ok(())).unwrap();
}
