#![allow(clippy::unwrap_used)]
use image::RgbImage;

use crate::{
    capture::{Capture, Photo},
    fixtures::{
        Case,
        photos::{Dice, shares},
    },
};

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // sides
pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let mut dice = Dice(1);
    let mut side = |least: f32, most: f32| dice.between(least, most) as u32;
    let mut case = |expected: &str, width: u32, height: u32| {
        each(Case::new(
            expected,
            Capture::Photo(Photo::from_pixels(RgbImage::new(width, height))),
        ));
    };
    for _ in 0..20 {
        case("too_small", side(1.0, 240.0), side(1.0, 900.0));
        case("too_small", side(1.0, 900.0), side(1.0, 240.0));
        case("large_enough", side(240.0, 900.0), side(240.0, 900.0));
        case("large_enough", side(240.0, 2000.0), side(240.0, 400.0));
    }
    case("too_small", 1, 1);
    case("too_small", 5000, 239);
    case("large_enough", 320, 240);
}

#[test]
fn every_size_is_called_what_it_is() {
    let called = shares("photo_size");
    assert_eq!((called("too_small"), called("large_enough")), ((42, 42), (41, 41)));
}
