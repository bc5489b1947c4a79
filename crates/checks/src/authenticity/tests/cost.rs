//! What comparing costs. Not run with the others: `cargo test -p earnest-checks --release -- --ignored --nocapture of_comparing`.

use std::time::Instant;

use super::*;
use crate::fixtures::{
    places::{Trip, Way, place},
    sounds::{SCENES, capture, scene},
};

/// What a check takes without anything before it, and with so many earlier captures.
fn show(name: &str, check: &str, capture: &Capture, trace: &Trace, counts: &[usize]) {
    let check = fixtures::check(check);
    let (models, cancel) = (fixtures::models(), Cancel::default());
    for count in counts {
        let case = Case {
            earlier: vec![trace.clone(); *count],
            ..Case::new("", capture.clone())
        };
        let begun = Instant::now();
        let (verdict, _) = check.judge(capture, &case.run(&models, &cancel)).unwrap();
        println!("{name} against {count}: {:?}, {}", begun.elapsed(), verdict.reason);
    }
}

#[test]
#[ignore = "a measurement"]
fn of_comparing() {
    let hour = |seed: u64| {
        let trip = Trip {
            seconds: 3_600.0,
            ..Trip::by(Way::Walk)
        };
        place(trip.fixes(&mut Random(seed)), Vec::new())
    };
    show("an hour of a way", "authenticity", &hour(1), &trace(&hour(2)), &[0, 16, 256]);
    let minutes = |seed: u64| {
        let mut random = Random(seed);
        let channels = (0..6).map(|_| (0..2_000).map(|_| random.normal()).collect()).collect();
        Capture::Motion(motions::motion(&channels, 10.0, 0, 0.0, &mut random))
    };
    show(
        "200 s of motion",
        "authenticity",
        &minutes(1),
        &trace(&minutes(2)),
        &[0, 16, 256],
    );
    let kept = |capture: &Capture| {
        let case = Case::new("", capture.clone());
        let (_, bytes) = fixtures::check("sound-duplicate")
            .judge(capture, &case.run(&fixtures::models(), &Cancel::default()))
            .unwrap();
        Trace {
            capture: "before".to_owned(),
            bytes: bytes.unwrap(),
        }
    };
    for seconds in [10.0, 60.0, 600.0] {
        let (new, before) = (scene(SCENES[5], seconds, 1), scene(SCENES[8], seconds, 2));
        let (new, before) = (capture(new), kept(&capture(before)));
        show(
            &format!("{seconds} s of sound"),
            "sound-duplicate",
            &new,
            &before,
            &[0, 16, 256],
        );
    }
}
