#![allow(clippy::unwrap_used)]
use image::RgbImage;

use crate::fixtures::{
    Case,
    photos::{self, Dice, NAMES, blurred, faded, mapped, noisy, photo, shaken, shares, within},
};

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let mut dice = Dice(3);
    let mut case = |expected: &str, pixels: &RgbImage, quality: u8| each(Case::new(expected, photo(pixels, quality)));
    for (name, pixels) in NAMES.iter().zip(photos::all()) {
        // The page is not sharp itself.
        if name.ends_with("text.png") {
            continue;
        }
        // At the size at which sharpness is judged, so that a blur has the strength it says.
        let pixels = within(pixels.clone(), 512);
        for deviation in [2.0, 3.0, 5.0, 8.0] {
            case("blurred", &blurred(&pixels, deviation), 85);
        }
        for length in [10.0, 14.0, 20.0, 30.0] {
            let angle = dice.between(0.0, std::f32::consts::PI);
            case("blurred", &shaken(&pixels, length, angle), 85);
        }
        let noise = noisy(&blurred(&pixels, 2.5), 4.0, &mut dice);
        case("blurred", &noise, 90);
        let noise = noisy(&shaken(&pixels, 14.0, dice.between(0.0, 3.0)), 4.0, &mut dice);
        case("blurred", &noise, 90);

        case("sharp", &pixels, 95);
        case("sharp", &pixels, 60);
        case("sharp", &noisy(&pixels, 5.0, &mut dice), 90);
        // A foggy morning, and the night: a fifth of the light, with noise.
        case("sharp", &faded(&pixels, 0.35, 160.0), 90);
        let night = mapped(&pixels, |colour| colour * 0.45);
        case("sharp", &noisy(&night, 3.0, &mut dice), 90);
        // A sharp subject before a blurred ground, as portraits are taken.
        case("sharp", &before_a_blurred_ground(&pixels), 90);
    }
}

/// The middle, a sixth of the picture, as it was; the rest out of focus.
fn before_a_blurred_ground(pixels: &RgbImage) -> RgbImage {
    let mut made = blurred(pixels, 5.0);
    let (width, height) = (pixels.width() * 2 / 5, pixels.height() * 2 / 5);
    let (x, y) = ((pixels.width() - width) / 2, (pixels.height() - height) / 2);
    let middle = photos::cropped(pixels, x, y, width, height);
    image::imageops::overlay(&mut made, &middle, x.into(), y.into());
    made
}

#[test]
fn blur_is_found_and_fog_and_night_pass() {
    let called = shares("photo_sharpness");
    for expected in ["blurred", "sharp"] {
        let (right, all) = called(expected);
        assert!(all >= 70 && right * 100 >= all * 95, "{expected}: {right} of {all}");
    }
}

#[test]
fn any_size_is_judged() {
    let called = |width: u32, height: u32| {
        let pixels = RgbImage::from_fn(width, height, |x, y| {
            image::Rgb([if (x / 7 + y / 5) % 2 == 0 { 20 } else { 220 }; 3])
        });
        let (checks, models, cancel) = (
            crate::Checks::load().unwrap(),
            crate::fixtures::models(),
            crate::Cancel::default(),
        );
        let case = Case::new("", photo(&pixels, 90));
        let check = checks.find("photo-sharpness").unwrap();
        check.judge(&case.capture, &case.run(&models, &cancel)).unwrap().0.reason
    };
    assert_eq!(called(100, 80), "sharp");
    for (width, height) in [(1, 1), (1, 400), (400, 1), (15, 15), (16, 16), (17, 16), (5000, 16)] {
        called(width, height);
    }
}
