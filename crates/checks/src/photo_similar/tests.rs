//! Scenes taken again, and others.
#![allow(clippy::unwrap_used)]

use image::RgbImage;

use super::*;
use crate::{
    Cancel, Checks, Trace,
    fixtures::{
        self, Case,
        photos::{Dice, SCENES, all, cropped, exposed, noisy, one, photo, resized},
    },
    models::Models,
};

/// Of each scene four that were taken again, with all scenes kept; and each scene and parts of it with the others kept.
pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let mut scenes: Vec<RgbImage> = all()[..SCENES].to_vec();
    scenes.push(one("matplotlib/grace_hopper.jpg"));
    let models = fixtures::models();
    let kept: Vec<Trace> = scenes.iter().map(|pixels| kept(pixels, &models)).collect();
    let mut dice = Dice(9);
    for (number, scene) in scenes.iter().enumerate() {
        for _ in 0..4 {
            each(Case {
                earlier: kept.clone(),
                ..Case::new("same_scene", photo(&again(scene, &mut dice), 85))
            });
        }
        let others: Vec<Trace> = kept
            .iter()
            .enumerate()
            .filter(|(other, _)| *other != number)
            .map(|(_, trace)| trace.clone())
            .collect();
        for _ in 0..4 {
            each(Case {
                earlier: others.clone(),
                ..Case::new("new", photo(&again(scene, &mut dice), 85))
            });
        }
    }
}

/// Seconds later, by hand: moved, nearer, lit differently, with other noise.
fn again(scene: &RgbImage, dice: &mut Dice) -> RgbImage {
    let [width, height] = [scene.width(), scene.height()].map(f64::from);
    let share = f64::from(dice.between(0.86, 1.0));
    let mut start = |side: f64| pixel(side * (1.0 - share) * f64::from(dice.between(0.0, 1.0)));
    let (x, y) = (start(width), start(height));
    let part = cropped(scene, x, y, pixel(width * share), pixel(height * share));
    let moved = resized(&part, scene.width(), scene.height());
    noisy(&exposed(&moved, dice.between(-0.6, 0.6)), 4.0, dice)
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // within a photo
fn pixel(place: f64) -> u32 {
    place as u32
}

fn kept(pixels: &RgbImage, models: &Models) -> Trace {
    let (checks, cancel) = (Checks::load().unwrap(), Cancel::default());
    let check = checks.find("photo-similar").unwrap();
    let asked = crate::Asked::default();
    let (_, trace) = check
        .judge(&photo(pixels, 85), &crate::Run::new(models, &asked, &cancel))
        .unwrap();
    Trace {
        capture: "same_scene".to_owned(),
        bytes: trace.unwrap(),
    }
}

#[test]
fn scenes_taken_again_are_caught_and_others_are_not() {
    let shares = fixtures::photos::shares(NAME);
    let ((caught, again), (free, new)) = (shares("same_scene"), shares("new"));
    assert!(caught * 100 >= again * 95, "{caught} of {again}");
    assert!(free * 100 >= new * 95, "{free} of {new}");
}

#[test]
fn a_scene_taken_again_is_told_of_which() {
    let models = fixtures::models();
    let earlier = |number: usize| Trace {
        capture: format!("photo {number}"),
        ..kept(&all()[number], &models)
    };
    let case = Case {
        earlier: vec![earlier(0), earlier(2), earlier(3)],
        ..Case::new("same_scene", photo(&all()[2], 85))
    };
    let (verdict, _) = fixtures::check("photo-similar")
        .judge(&case.capture, &case.run(&models, &Cancel::default()))
        .unwrap();
    assert_eq!(
        (verdict.reason.as_str(), verdict.label.as_deref()),
        ("same_scene", Some("photo 2"))
    );
}

#[test]
fn the_model_is_the_one_that_tells_what_a_photo_shows() {
    let hash = |folder, text| Manifest::parse(folder, text).unwrap().model.unwrap().blake3;
    let content = hash("photo_content", include_str!("../photo_content/manifest.toml"));
    assert_eq!(
        hash(NAME, include_str!("manifest.toml")),
        content,
        "what it says is found once for both"
    );
}
