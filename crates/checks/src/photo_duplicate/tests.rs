#![allow(clippy::unwrap_used)]
use image::{RgbImage, imageops};

use super::hash::Hashes;
use crate::{
    Trace,
    capture::{Capture, Photo},
    fixtures::{
        Case,
        photos::{self, Dice, cropped, exposed, faded, noisy, photo, resized, shares},
    },
};

/// Of a photo that was captured before; the verdict's label tells which.
fn trace(pixels: &RgbImage, capture: &str) -> Trace {
    let photo = Photo::from_pixels(pixels.clone());
    Trace {
        capture: capture.to_owned(),
        bytes: Hashes::of(photo.luma()).to_bytes(),
    }
}

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let mut dice = Dice(6);
    let photos = photos::all();
    let others: Vec<Trace> = photos.iter().map(|pixels| trace(pixels, "another")).collect();
    for (number, pixels) in photos.iter().enumerate() {
        // Every photo was captured before.
        let mut earlier = others.clone();
        earlier[number].capture = "seen_before".to_owned();
        let mut copy = |capture: Capture| {
            each(Case {
                earlier: earlier.clone(),
                ..Case::new("seen_before", capture)
            });
        };
        let (width, height) = pixels.dimensions();
        copy(photo(pixels, 95));
        copy(photo(pixels, 35));
        copy(photo(&resized(pixels, width / 2, height / 2), 85));
        copy(photo(&resized(pixels, width * 3 / 2, height * 3 / 2), 85));
        copy(photo(&exposed(pixels, 0.5), 85));
        copy(photo(&exposed(pixels, -0.8), 85));
        copy(photo(&faded(pixels, 0.7, 120.0), 85));
        copy(photo(&noisy(pixels, 8.0, &mut dice), 85));
        for most in [0.04, 0.08] {
            let [left, upper, right, lower] = [0; 4].map(|_: u8| dice.between(0.0, most));
            let side = |share: f32, side: u32| {
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // within it
                let strip = (share * side as f32) as u32;
                strip
            };
            let (x, y) = (side(left, width), side(upper, height));
            let cut = cropped(pixels, x, y, width - x - side(right, width), height - y - side(lower, height));
            copy(photo(&cut, 80));
        }
    }

    // Photos of the same kind that show another place of it: the four quarters of each, all against all.
    let quarters: Vec<RgbImage> = photos
        .iter()
        .flat_map(|pixels| {
            let (width, height) = (pixels.width() / 2, pixels.height() / 2);
            [(0, 0), (width, 0), (0, height), (width, height)].map(|(x, y)| cropped(pixels, x, y, width, height))
        })
        .collect();
    let traces: Vec<Trace> = quarters.iter().map(|pixels| trace(pixels, "another")).collect();
    for (number, pixels) in quarters.iter().enumerate() {
        let mut earlier = traces.clone();
        earlier.remove(number);
        let capture = photo(pixels, 85);
        each(Case {
            earlier,
            ..Case::new("new", capture)
        });
    }
    // Each photo against all the others, as it is and mirrored.
    for (number, pixels) in photos.iter().enumerate() {
        let mut earlier = others.clone();
        earlier.remove(number);
        for capture in [photo(pixels, 85), photo(&imageops::flip_horizontal(pixels), 85)] {
            each(Case {
                earlier: earlier.clone(),
                ..Case::new("new", capture)
            });
        }
    }
    for grey in [0, 90, 250] {
        let wall = RgbImage::from_pixel(400, 300, image::Rgb([grey; 3]));
        let earlier = vec![trace(&wall, "another")];
        each(Case {
            earlier,
            ..Case::new("plain", photo(&noisy(&wall, 1.0, &mut dice), 85))
        });
    }
}

#[test]
fn copies_are_found_and_other_photos_of_the_same_kind_are_new() {
    let called = shares("photo_duplicate");
    for (expected, least) in [("seen_before", 140), ("new", 84), ("plain", 3)] {
        let (right, all) = called(expected);
        assert!(all >= least && right * 100 >= all * 95, "{expected}: {right} of {all}");
    }
}
