#![allow(clippy::unwrap_used)]
use image::{Rgb, RgbImage};

use crate::fixtures::{
    Case,
    photos::{self, Dice, SCENES, exposed, faded, noisy, photo, shares, within},
};

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let mut dice = Dice(2);
    let mut case = |expected: &str, pixels: &RgbImage| each(Case::new(expected, photo(pixels, 88)));
    for (number, pixels) in photos::all().iter().enumerate() {
        let pixels = &within(pixels.clone(), 400);
        // Five stops and more below what the photographer chose, with the noise of a sensor at its limit.
        for least in [5.0, 5.6, 6.2, 6.8] {
            let dark = exposed(pixels, -dice.between(least, least + 0.6));
            case("too_dark", &noisy(&dark, 3.0, &mut dice));
        }
        // So far above it, but not by more than six, that 67 to 90 of 100 pixels are white.
        for bright in mostly_white(pixels) {
            case("too_bright", &bright);
        }
        for grey in [90.0, 130.0, 170.0, 210.0] {
            let flat = faded(pixels, dice.between(0.0, 0.06), grey);
            case("no_contrast", &noisy(&flat, 1.5, &mut dice));
        }
        // As they are; a little darker and brighter; in fog; with noise.
        case("well_exposed", pixels);
        case("well_exposed", &exposed(pixels, -1.5));
        case("well_exposed", &exposed(pixels, 0.7));
        case("well_exposed", &faded(pixels, 0.3, 170.0));
        case("well_exposed", &noisy(pixels, 8.0, &mut dice));
        // Something on a white ground, as in a shop; ink on white paper.
        if number < SCENES {
            case("well_exposed", &on_white(pixels));
        }
    }
    for number in 0..10u32 {
        let page = RgbImage::from_fn(600, 800, |x, y| {
            let ink = x > 60 && x < 540 && y % 24 < 12 && (x / 3 + y / 24 * number) % 5 < 2;
            Rgb([if ink { 25 } else { 254 }; 3])
        });
        case("well_exposed", &page);
    }
}

fn mostly_white(pixels: &RgbImage) -> Vec<RgbImage> {
    let white = |pixels: &RgbImage| {
        let white = pixels
            .pixels()
            .filter(|Rgb(colours)| colours.iter().all(|colour| *colour > 252))
            .count();
        f64::from(u32::try_from(white).unwrap()) / f64::from(pixels.width() * pixels.height())
    };
    let mut brighter = (2..=24u8)
        .map(|quarters| exposed(pixels, f32::from(quarters) / 4.0))
        .peekable();
    let mut made = Vec::new();
    for share in [0.67, 0.7, 0.75, 0.8, 0.85, 0.9] {
        while brighter.next_if(|bright| white(bright) < share).is_some() {}
        made.extend(brighter.next());
    }
    made
}

/// The photo in the middle of white, which is a little more than half.
fn on_white(pixels: &RgbImage) -> RgbImage {
    let (width, height) = (pixels.width() * 3 / 2, pixels.height() * 3 / 2);
    let mut page = RgbImage::from_pixel(width, height, Rgb([255; 3]));
    image::imageops::overlay(&mut page, pixels, i64::from(width / 6), i64::from(height / 6));
    page
}

#[test]
fn what_is_lost_is_found_and_what_is_dim_or_foggy_passes() {
    let called = shares("photo_exposure");
    for lost in ["too_dark", "too_bright", "no_contrast"] {
        let (right, all) = called(lost);
        assert!(all >= 36 && right * 100 >= all * 95, "{lost}: {right} of {all}");
    }
    let (right, all) = called("well_exposed");
    assert!(all >= 80 && right * 100 >= all * 95, "{right} of {all}");
}
