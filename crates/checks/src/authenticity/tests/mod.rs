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
mod photos;
mod sounds;
mod texts;
mod ways;

use super::*;
use crate::statistics::correlation;
use crate::{
    Asked, Cancel, Trace,
    fixtures::{self, Case, photos::Dice, places::Random},
};

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    motions::cases(each);
    hearts::cases(each);
    ways::cases(each);
    texts::cases(each);
    photos::cases(each);
    sounds::cases(each);
}

/// What the check leaves of a capture.
fn trace(capture: &Capture) -> Trace {
    let case = Case::new("", capture.clone());
    let check = fixtures::check("authenticity");
    let (_, trace) = check
        .judge(capture, &case.run(&fixtures::models(), &Cancel::default()))
        .unwrap();
    Trace {
        capture: "copy".to_owned(),
        bytes: trace.unwrap(),
    }
}

/// The best fit of two sketches.
fn fit(new: &Sketch, earlier: &Sketch, alike: &Alike) -> Option<Fit> {
    let (models, asked, cancel) = (fixtures::models(), Asked::default(), Cancel::default());
    New::of(new, alike)
        .best(earlier, &crate::Run::new(&models, &asked, &cancel))
        .unwrap()
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

#[test]
fn copies_of_photos_are_known_and_others_are_not_held() {
    hold("photo", photos::cases);
}

#[test]
fn copies_of_sounds_are_known_and_others_are_not_held() {
    hold("sound", sounds::cases);
}

fn authenticity() -> Authenticity {
    let manifest = Manifest::parse(NAME, include_str!("../manifest.toml")).unwrap();
    Authenticity(manifest.limits(NAME).unwrap())
}

/// Every sign that there is, as strong as it can be.
fn all_signs() -> Vec<Sign> {
    let mut random = Random(61);
    let at = earnest_domain::time::Timestamp::from_seconds(1_900_000_000);
    let now = Some(at);
    let (models, asked, cancel) = (fixtures::models(), Asked::default(), Cancel::default());
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
        let picture = photos::drawn(number, &mut Dice(60));
        let Capture::Photo(photo) = photos::told(&picture, at) else {
            unreachable!()
        };
        let run = Run {
            now,
            ..crate::Run::new(&models, &asked, &cancel)
        };
        signs.extend(super::photos::signs(&photo, &authenticity().0.photo, &run).unwrap());
        let Capture::Sound(sound) = sounds::made_up(number, &mut random) else {
            unreachable!()
        };
        signs.extend(super::sounds::signs(&sound, &authenticity().0.sound, &run).unwrap().0);
    }
    // Two kinds may have a sign of one name.
    signs.sort_by(|one, other| {
        (one.what, one.unit)
            .cmp(&(other.what, other.unit))
            .then(one.usual.total_cmp(&other.usual))
    });
    signs.dedup_by(|one, other| one.what == other.what && one.usual.total_cmp(&other.usual).is_eq());
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
        signs.len() >= 26,
        "{:?}",
        signs.iter().map(|sign| sign.what).collect::<Vec<_>>()
    );
    for sign in &signs {
        assert!(sign.strength() > 0.29, "{sign:?} is as strong as it can be");
        let finding = check.sum("nothing_odd", None, std::slice::from_ref(sign));
        assert_eq!(finding.reason, "nothing_odd", "{} alone", sign.what);
    }
    let together = check.sum("nothing_odd", None, &signs);
    assert_eq!(together.reason, "doubtful");
    let copied = Copied {
        what: "like_an_earlier_one",
        of: Some("the pond".to_owned()),
        value: 1.0,
        most: 0.8,
        is_one: true,
    };
    let copy = check.sum("nothing_odd", Some(copied), &[]);
    assert_eq!(
        (copy.reason, copy.label.as_deref()),
        ("copy", Some("the pond")),
        "who is told of a copy is told of what"
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

/// What all products at once give is what each gives by itself.
#[test]
fn laid_over_each_other_by_spectra_or_step_by_step_is_the_same() {
    let mut random = Random(68);
    let alike = Alike {
        alike: 0.0,
        alike_short: 0.0,
    };
    for kind in [series::Kind::Motion, series::Kind::Heart, series::Kind::Place] {
        let rows = if kind == series::Kind::Heart { 1 } else { 2 };
        let mut sketch = |length: usize| {
            let mut row = || (0..length).map(|_| random.normal() as f32).collect();
            Sketch::of(&Series {
                kind,
                rows: (0..rows).map(|_| row()).collect(),
            })
        };
        let (one, other) = (sketch(150), sketch(400));
        let found = fit(&one, &other, &alike).unwrap().correlation;
        let stepwise = stepwise(&one, &other);
        // Of a heart all is tried; of others not every speed, where nothing is near.
        let off = if kind == series::Kind::Heart { 1e-3 } else { 0.1 };
        assert!((found - stepwise).abs() < off, "{kind:?}: {found}, {stepwise}");
        let part = Sketch {
            kind,
            pieces: vec![other.pieces[0].cut(130, 390)],
        };
        assert!(
            fit(&part, &other, &alike).unwrap().correlation > 0.999,
            "{kind:?}: a part of it"
        );
    }
}

/// The best correlation of all, as its definition says.
fn stepwise(new: &Sketch, earlier: &Sketch) -> f64 {
    let piece = &earlier.pieces[0];
    let mut best = f64::MIN;
    for (_, probe) in copies::played(new) {
        let least = copies::lengths(new.kind).1.min(probe.len()).min(piece.len());
        let (here, there) = (probe.len() as isize, piece.len() as isize);
        for lag in 1 - here..there {
            let (from, at) = ((-lag).max(0) as usize, lag.max(0) as usize);
            let over = (probe.len() - from).min(piece.len() - at);
            if over < least {
                continue;
            }
            let row = |piece: &sketch::Piece, row: usize, from: usize| -> Vec<f64> {
                piece.rows[row][from..from + over]
                    .iter()
                    .map(|value| f64::from(*value))
                    .collect()
            };
            let correlation = if new.kind == series::Kind::Place {
                let product = |one: &[f64], other: &[f64]| one.iter().zip(other).map(|(one, other)| one * other).sum::<f64>();
                let ([east, north], [other_east, other_north]) = (
                    [row(&probe, 0, from), row(&probe, 1, from)],
                    [row(piece, 0, at), row(piece, 1, at)],
                );
                let along = product(&east, &other_east) + product(&north, &other_north);
                let across = product(&east, &other_north) - product(&north, &other_east);
                let size = |east: &[f64], north: &[f64]| product(east, east) + product(north, north);
                along.hypot(across) / (size(&east, &north) * size(&other_east, &other_north)).sqrt()
            } else {
                let each = (0..probe.rows.len()).map(|number| correlation(&row(&probe, number, from), &row(piece, number, at)));
                each.sum::<f64>() / probe.rows.len() as f64
            };
            best = best.max(correlation);
        }
    }
    best
}
