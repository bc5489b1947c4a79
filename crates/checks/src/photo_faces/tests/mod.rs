//! Faces of every size, turned, in the dark, partly hidden, many and none.
#![allow(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::print_stdout
)]

mod scenes;

use std::collections::BTreeMap;

use earnest_domain::verdict::{Decision, Verdict};
use image::RgbImage;

use self::scenes::{PLACES, Place, Scene, places};
use super::*;
use crate::{
    Cancel, Checks,
    capture::Photo,
    fixtures::{
        self, Case,
        photos::{Dice, cropped, exposed, noisy, photo, resized},
    },
    models::Models,
    redact,
};

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    scenes::all(&mut |scene| each(Case::new("found", photo(&scene.pixels, 90))));
    nobody(&mut |pixels| each(Case::new("none_found", photo(&pixels, 90))));
}

/// Photos of other things, whole, and parts of them, brighter, darker, and with noise.
fn nobody(each: &mut dyn FnMut(RgbImage)) {
    let mut dice = Dice(7);
    for (place, _) in places().iter().zip(PLACES) {
        each(fixtures::photos::within(place.clone(), 800));
        for turn in 0..3 {
            let share = |side: u32, dice: &mut Dice| (side as f32 * dice.between(0.3, 0.6)) as u32;
            let (width, height) = (share(place.width(), &mut dice), share(place.height(), &mut dice));
            let at = |side: u32, dice: &mut Dice| (side as f32 * dice.between(0.0, 0.4)) as u32;
            let (x, y) = (at(place.width(), &mut dice), at(place.height(), &mut dice));
            let part = resized(&cropped(place, x, y, width, height), 400, 300);
            each(match turn {
                0 => part,
                1 => exposed(&part, dice.between(-3.0, 1.0)),
                _ => noisy(&part, dice.between(2.0, 20.0), &mut dice),
            });
        }
    }
}

/// A photo of several tiles, with faces on both sides of their seams.
#[test]
fn two_sessions_find_what_one_finds() {
    let scene = &places()[0];
    let mut wide = resized(scene, 2_400, 1_600);
    let person = fixtures::photos::one("scikit-image/astronaut.png");
    for (x, y, side) in [(100, 80, 260), (1_130, 700, 300), (1_900, 1_000, 420), (760, 900, 200)] {
        image::imageops::replace(&mut wide, &resized(&person, side, side), x, y);
    }
    let capture = photo(&wide, 90);
    let (checks, cancel) = (Checks::load().unwrap(), Cancel::default());
    let check = checks.find("photo-faces").unwrap();
    let told = [1, 2].map(|sessions| {
        let (models, asked) = (Models::new(sessions), crate::Asked::default());
        check.judge(&capture, &crate::Run::new(&models, &asked, &cancel)).unwrap().0
    });
    assert!(told[0].evidence.len() >= 4, "{told:?}");
    assert_eq!(told[0], told[1]);
}

fn judge(capture: &Capture) -> Verdict {
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    let check = checks.find("photo-faces").unwrap();
    check
        .judge(capture, &crate::Run::new(&models, &crate::Asked::default(), &cancel))
        .unwrap()
        .0
}

fn regions(verdict: &Verdict) -> Vec<Place> {
    let region = |evidence: &Evidence| match evidence {
        Evidence::Region {
            x,
            y,
            width,
            height,
            what,
        } if what == "face" => Some([*x, *y, *width, *height].map(|side| side as f32)),
        _ => None,
    };
    verdict.evidence.iter().filter_map(region).collect()
}

/// How much of a face lies in the regions that are covered, judged by points all over it.
fn covered(face: &Place, regions: &[Place]) -> f32 {
    let points: Vec<(f32, f32)> = (0..100)
        .map(|number| ((number % 10) as f32 / 9.0, (number / 10) as f32 / 9.0))
        .collect();
    let within = |(across, down): &&(f32, f32)| {
        let (x, y) = (face[0] + face[2] * across, face[1] + face[3] * down);
        regions
            .iter()
            .any(|[left, top, width, height]| (*left..left + width).contains(&x) && (*top..top + height).contains(&y))
    };
    points.iter().filter(within).count() as f32 / points.len() as f32
}

/// The table on the card: `cargo test -p earnest-checks every_face -- --nocapture`.
#[test]
fn every_face_in_the_fixtures_is_found() {
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    let check = checks.find("photo-faces").unwrap();
    let (asked, mut missed, mut least) = (crate::Asked::default(), Vec::new(), 1.0_f32);
    let mut by_size: BTreeMap<(&str, &str), (usize, usize)> = BTreeMap::new();
    let mut beside = 0;
    scenes::all(&mut |Scene { kind, pixels, faces }| {
        let (verdict, _) = check
            .judge(&photo(&pixels, 90), &crate::Run::new(&models, &asked, &cancel))
            .unwrap();
        let regions = regions(&verdict);
        beside += regions.len().saturating_sub(faces.len());
        for face in &faces {
            let size = match face[3] {
                ..31.0 => "24 to 30",
                ..61.0 => "32 to 60",
                ..161.0 => "70 to 160",
                _ => "200 to 400",
            };
            let part = covered(face, &regions);
            let (found, all) = by_size.entry((kind, size)).or_default();
            *all += 1;
            if part > 0.75 {
                *found += 1;
                least = least.min(part);
            } else {
                missed.push((kind, *face, part));
            }
        }
    });
    for ((kind, size), (found, all)) in &by_size {
        println!("| {kind} | {size} | {} |", fixtures::share(*found, *all));
    }
    println!("covered at least {least}, beside faces {beside}");
    assert!(missed.iter().all(|(kind, ..)| *kind == "partly hidden"), "{missed:#?}");
    let hidden = by_size.iter().filter(|((kind, _), _)| *kind == "partly hidden");
    let (found, all) = hidden.fold((0, 0), |sum, (_, (found, all))| (sum.0 + found, sum.1 + all));
    assert!(found * 100 >= all * 85, "of those partly hidden {found} of {all}");
}

#[test]
fn nothing_of_a_covered_face_is_found_in_what_is_shared() {
    let mut number = 0;
    scenes::all(&mut |Scene { pixels, faces, .. }| {
        number += 1;
        // All of them would take long: the photos, and scenes of every size.
        if number > 3 && number % 7 != 0 {
            return;
        }
        let capture = photo(&pixels, 90);
        let verdict = judge(&capture);
        assert_eq!(verdict.decision, Decision::Redact);
        let marked = regions(&verdict);
        let shared = redact::made(&capture, &[verdict], &crate::Asked::default()).unwrap().unwrap();
        let left = judge(&Capture::Photo(Photo::from_bytes(&shared.bytes).unwrap()));
        let found = regions(&left);
        let again = faces
            .iter()
            .find(|face| covered(face, &marked) > 0.75 && covered(face, &found) > 0.3);
        assert_eq!(again, None, "scene {number}: {found:?}");
    });
}

/// Orientation 6 (Exif 2.3, 4.6.4): the photo was taken with the camera turned, and is to be turned by a quarter.
#[test]
fn a_face_in_a_photo_that_its_file_turns_is_marked_where_it_is_seen() {
    let (name, face) = scenes::PEOPLE[0];
    let upright = fixtures::photos::one(name);
    let lying = fixtures::photos::as_jpeg(&image::imageops::rotate270(&upright), 92);
    let exif = b"\xff\xe1\x00\x22Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0";
    let turned = [&lying[..2], exif, &lying[2..]].concat();
    let verdict = judge(&Capture::Photo(Photo::from_bytes(&turned).unwrap()));
    assert!(covered(&face, &regions(&verdict)) > 0.9, "{verdict:?}");
}

#[test]
fn python_says_the_same() {
    let manifest = Manifest::parse(NAME, include_str!("../manifest.toml")).unwrap();
    let (model, models) = (manifest.needed_model(NAME).unwrap(), fixtures::models());
    let small = resized(&fixtures::photos::one("scikit-image/astronaut.png"), 160, 128);
    let mut input = Vec::new();
    models::photo::planes(&small, [0, 0, 160, 128], [160, 128], |_, value| value, &mut input);
    let path = crate::assets::asset(&model.file).unwrap();
    let compare = |session: &mut _| {
        fixtures::parity::assert_same(session, &path, "input.1", &[1, 3, 128, 160], &input);
        Ok(())
    };
    models.with(NAME, &model, || models::beside(NAME, &model), compare).unwrap();
}

#[test]
fn any_size_of_photo_is_judged() {
    for (width, height) in [(1, 1), (1, 3000), (3000, 2), (33, 31)] {
        let photo = Photo::from_pixels(RgbImage::from_pixel(width, height, image::Rgb([120, 90, 60])));
        assert_eq!(judge(&Capture::Photo(photo)).reason, "none_found", "{width} x {height}");
    }
}
