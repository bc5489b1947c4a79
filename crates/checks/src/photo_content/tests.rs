//! What was asked for, what something else is, and what nobody can tell.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::{
    Asked, Cancel, Checks, capture,
    fixtures::{
        self, Case,
        photos::{Dice, cropped, exposed, one, photo},
    },
};

/// Photos, what they may be asked for, and what they may not.
const ASKED: [(&str, &[&str], &[&str]); 6] = [
    (
        "scikit-image/coffee.png",
        &["a cup of coffee", "coffee", "something to drink: my cup"],
        &["a dog", "park bench", "a street sign"],
    ),
    ("scikit-image/chelsea.png", &["a cat", "my pet", "kitten"], &[]),
    ("scikit-learn/china.jpg", &["a palace", "an old building", "temple"], &[]),
    ("scikit-image/camera.png", &["a tripod"], &["a cat", "coffee", "a bus"]),
    ("scikit-image/astronaut.png", &[], &[]),
    ("scikit-image/rocket.jpg", &["a rocket"], &[]),
];
/// Asked for with words that no class has, and of photos that the network is not sure of.
const UNSURE: [(&str, &str); 8] = [
    ("scikit-image/coffee.png", "a tree"),
    ("scikit-image/chelsea.png", "somebody you love"),
    ("scikit-image/astronaut.png", "an astronaut"),
    ("scikit-image/astronaut.png", "a bench"),
    ("scikit-image/rocket.jpg", "a bench"),
    ("scikit-learn/flower.jpg", "a flower"),
    ("scikit-image/gravel.png", "a park bench"),
    ("scikit-image/grass.png", "a lawn"),
];

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let mut dice = Dice(3);
    let mut hand = |expected: &str, pixels: &_, subject: &str| {
        each(Case {
            asked: Asked {
                subject: Some(subject.to_owned()),
                ..Asked::default()
            },
            ..Case::new(expected, photo(pixels, 88))
        });
    };
    for (name, matching, other) in ASKED {
        let pixels = one(name);
        // As taken, darker or brighter, and from a little nearer.
        let (width, height) = pixels.dimensions();
        let nearer = cropped(&pixels, width / 20, height / 20, width * 9 / 10, height * 9 / 10);
        for pixels in [pixels.clone(), exposed(&pixels, dice.between(-1.5, 0.7)), nearer] {
            for subject in matching {
                hand("matches", &pixels, subject);
            }
            for subject in other {
                hand("something_else", &pixels, subject);
            }
        }
    }
    for (name, subject) in UNSURE {
        hand("unsure", &one(name), subject);
    }
    each(Case::new("espresso", photo(&one("scikit-image/coffee.png"), 88)));
    each(Case::new("not_asked", photo(&one("scikit-image/astronaut.png"), 88)));
}

#[test]
fn what_was_asked_for_matches_and_what_nobody_can_tell_is_accepted() {
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    let check = checks.find("photo-content").unwrap();
    let (mut right, mut all) = (0, 0);
    cases(&mut |case| {
        let (verdict, _) = check.judge(&case.capture, &case.run(&models, &cancel)).unwrap();
        let called = verdict.label.as_ref().unwrap_or(&verdict.reason);
        if *called == case.expected {
            right += 1;
        } else {
            println!(
                "{:?} is {}, called {called}: {:?}",
                case.asked.subject, case.expected, verdict.evidence
            );
            assert!(
                case.expected == "something_else" || *called != "something_else",
                "nobody is sent back in vain"
            );
        }
        all += 1;
    });
    assert!(right * 10 >= all * 9, "{right} of {all}");
}

#[test]
fn a_subject_of_blanks_is_none() {
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    let asked = Asked {
        subject: Some("  ".to_owned()),
        ..Asked::default()
    };
    let photo = capture::Photo::from_pixels(image::RgbImage::new(1, 1));
    let check = checks.find("photo-content").unwrap();
    let (verdict, _) = check
        .judge(&Capture::Photo(photo), &crate::Run::new(&models, &asked, &cancel))
        .unwrap();
    assert_eq!(verdict.reason, "not_asked");
}

#[test]
fn python_says_the_same() {
    let manifest = Manifest::parse(NAME, include_str!("manifest.toml")).unwrap();
    let (model, models) = (manifest.needed_model(NAME).unwrap(), fixtures::models());
    let input = mobilenet::input(NAME, &one("scikit-image/coffee.png")).unwrap();
    let path = fixtures::folder("mobilenet").join("model.onnx");
    let compare = |session: &mut _| {
        fixtures::parity::assert_same(session, &path, "photo", &[1, 3, 224, 224], &input);
        Ok(())
    };
    models.with(NAME, &model, || Ok(mobilenet::MODEL), compare).unwrap();
}
