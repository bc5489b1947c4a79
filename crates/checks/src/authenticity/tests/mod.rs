//! Copies of recordings in all the ways one can be changed, other recordings of the same people doing the same, and signals that were
//! made up.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss
)]

mod hearts;
mod motions;
mod texts;
mod ways;

use super::*;
use crate::{
    Cancel, Trace,
    fixtures::{self, Case, places::Random},
};

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    motions::cases(each);
    hearts::cases(each);
    ways::cases(each);
    texts::cases(each);
}

/// What the check leaves of a capture.
fn trace(capture: &Capture) -> Trace {
    let case = Case::new("", capture.clone());
    let check = fixtures::check("authenticity");
    let (_, trace) = check
        .judge(capture, &case.run(&fixtures::models(), &Cancel::default()))
        .unwrap();
    Trace {
        capture: "before".to_owned(),
        bytes: trace.unwrap(),
    }
}

/// Every way in which a capture of a kind is judged, held against the targets: 95 of 100 copies caught, 5 of 100 others held at most.
fn hold(kind: &str, cases: fixtures::Cases) {
    let check = fixtures::check("authenticity");
    let (models, cancel) = (fixtures::models(), Cancel::default());
    let mut kinds: std::collections::BTreeMap<String, (usize, Vec<String>)> = std::collections::BTreeMap::new();
    cases(&mut |case| {
        let (verdict, _) = check.judge(&case.capture, &case.run(&models, &cancel)).unwrap();
        let (all, wrong) = kinds.entry(case.expected.clone()).or_default();
        *all += 1;
        if verdict.reason != case.expected {
            wrong.push(format!("{}: {:?}", verdict.reason, verdict.evidence));
        }
    });
    for (expected, (all, wrong)) in kinds {
        println!("{kind}: {} of {all} {expected} are called otherwise", wrong.len());
        assert!(all >= 40, "{all} cases of {expected} are too few");
        assert!(
            wrong.len() * 20 <= all,
            "{kind}: of {all} that are {expected}, {} are called {wrong:#?}",
            wrong.len()
        );
    }
}

#[test]
fn copies_of_motion_are_known_and_others_are_not_held() {
    hold("motion", motions::cases);
}

#[test]
fn copies_of_hearts_are_known_and_others_are_not_held() {
    hold("heart", hearts::cases);
}

#[test]
fn copies_of_ways_are_known_and_others_are_not_held() {
    hold("place", ways::cases);
}

#[test]
fn copies_of_texts_are_known_and_others_are_not_held() {
    hold("text", texts::cases);
}

fn authenticity() -> Authenticity {
    let manifest = Manifest::parse(NAME, include_str!("../manifest.toml")).unwrap();
    Authenticity(manifest.limits(NAME).unwrap())
}

/// Every sign that there is, as strong as it can be.
fn all_signs() -> Vec<Sign> {
    let mut random = Random(61);
    let now = Some(earnest_domain::time::Timestamp::from_seconds(1_900_000_000));
    let mut signs = Vec::new();
    for number in 0..4 {
        let Capture::Motion(motion) = motions::made_up(number, &mut random) else {
            unreachable!()
        };
        signs.extend(signs::of_motion(&motion, now));
        let Capture::Heart(heart) = hearts::made_up(number as u64, &mut random) else {
            unreachable!()
        };
        signs.extend(signs::of_heart(&heart, &Cancel::default()).unwrap());
        let Capture::Place(mut place) = ways::made_up(number, &mut random) else {
            unreachable!()
        };
        signs.extend(signs::of_place(&place, now));
        let told = place.fixes().iter().map(|fix| crate::capture::Fix {
            speed: Some(99.0),
            ..*fix
        });
        place = crate::capture::Place::new(told.collect(), Vec::new()).unwrap();
        signs.extend(signs::of_place(&place, now));
    }
    signs.sort_by_key(|sign| sign.what);
    signs.dedup_by_key(|sign| sign.what);
    signs
        .into_iter()
        .map(|sign| Sign {
            value: sign.odd + (sign.odd - sign.usual),
            ..sign
        })
        .collect()
}

#[test]
fn no_sign_alone_holds_a_capture_and_nothing_rejects_one() {
    let (check, signs) = (authenticity(), all_signs());
    assert!(
        signs.len() >= 17,
        "{:?}",
        signs.iter().map(|sign| sign.what).collect::<Vec<_>>()
    );
    for sign in &signs {
        assert!(sign.strength() > 0.3, "{sign:?} is as strong as it can be");
        let finding = check.sum("nothing_odd", None, std::slice::from_ref(sign));
        assert_eq!(finding.reason, "nothing_odd", "{} alone", sign.what);
    }
    let together = check.sum("nothing_odd", None, &signs);
    assert_eq!(together.reason, "doubtful");
    let copied = Copied {
        value: 1.0,
        most: 0.8,
        is_one: true,
    };
    assert_eq!(
        check.sum("nothing_odd", Some(("like_an_earlier_one", copied)), &[]).reason,
        "copy"
    );
    let manifest = Manifest::parse(NAME, include_str!("../manifest.toml")).unwrap();
    for (code, reason) in manifest.reasons {
        assert!(
            reason.decision < earnest_domain::verdict::Decision::Reject,
            "{code} ends nothing"
        );
    }
    // Each part is shown beside the sum.
    assert_eq!(together.evidence.len(), 1 + signs.len());
}

#[test]
fn any_trace_is_read() {
    let mut random = Random(62);
    for length in 0..600 {
        let kind = [b'm', b'h', b'p', b't', 0][length % 5];
        let bytes: Vec<u8> = [kind, 1]
            .into_iter()
            .chain((0..length).map(|_| random.bits() as u8))
            .collect();
        let sketch = Sketch::from_bytes(&bytes);
        assert!(sketch.is_none_or(|sketch| !sketch.pieces.is_empty()));
        let _ = Words::from_bytes(&bytes);
    }
    let (_, channels) = motions::recordings().remove(0);
    let motion = motions::motion(&channels, 10.0, 0, 0.0, &mut random);
    let sketch = Sketch::of(&series::of_motion(&motion).unwrap());
    assert_eq!(
        Sketch::from_bytes(&sketch.bytes()),
        Some(sketch),
        "what is kept is what was made"
    );
}

/// Three hours of walking, kept in a few thousand bytes, and half of it known again.
#[test]
fn a_long_capture_is_kept_small_and_its_half_is_known() {
    let mut random = Random(63);
    let (mut level, mut channels) = (0.0_f64, vec![Vec::new(); 6]);
    for at in 0..108_000_i32 {
        level = level * 0.999 + random.normal() * 0.05;
        for (number, channel) in channels.iter_mut().enumerate() {
            let turn = f64::from(at) / 10.0 * (1.8 + 0.1 * level) * std::f64::consts::TAU + number as f64;
            channel.push(turn.sin() * (1.5 + level) + random.normal() * 0.5);
        }
    }
    let motion = |from: usize, random: &mut Random| {
        let part = channels.iter().map(|channel| channel[from..].to_vec()).collect();
        motions::motion(&part, 10.0, 0, 0.0, random)
    };
    let whole = trace(&Capture::Motion(motion(0, &mut random)));
    assert!(whole.bytes.len() < 5_000, "{}", whole.bytes.len());
    let half = Case {
        earlier: vec![whole],
        ..Case::new("copy", Capture::Motion(motion(50_003, &mut random)))
    };
    let check = fixtures::check("authenticity");
    let (verdict, _) = check
        .judge(&half.capture, &half.run(&fixtures::models(), &Cancel::default()))
        .unwrap();
    assert_eq!(verdict.reason, "copy", "{:?}", verdict.evidence);
}
