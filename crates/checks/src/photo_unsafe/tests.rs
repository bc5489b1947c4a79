//! Safe photos stay safe. Photos that are not cannot be kept in a repository; the card says so.
#![allow(clippy::unwrap_used)]

use image::Rgb;

use super::*;
use crate::{
    Asked, Cancel, Checks,
    fixtures::{
        self, Case,
        photos::{self, Dice, cropped, exposed, photo, resized},
    },
};

/// Photos whole, in parts, darker and brighter, and people among them.
pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let mut dice = Dice(11);
    let people = [photos::one("matplotlib/grace_hopper.jpg")];
    for pixels in photos::all().iter().chain(&people) {
        let (width, height) = pixels.dimensions();
        each(Case::new("safe", photo(pixels, 90)));
        each(Case::new("safe", photo(&exposed(pixels, dice.between(-3.0, 1.5)), 85)));
        let part = cropped(pixels, width / 4, height / 5, width / 2, height / 2);
        each(Case::new("safe", photo(&resized(&part, 400, 400), 90)));
    }
}

#[test]
fn what_is_safe_is_called_safe() {
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    let (check, mut likeliest) = (checks.find("photo-unsafe").unwrap(), 0.0);
    cases(&mut |case| {
        let (verdict, _) = check.judge(&case.capture, &case.run(&models, &cancel)).unwrap();
        assert_eq!(verdict.reason, "safe", "{:?}", verdict.evidence);
        let Some(Evidence::Measure { value, .. }) = verdict.evidence.first() else {
            unreachable!()
        };
        likeliest = f64::max(likeliest, *value);
    });
    println!("the least safe of the safe ones: {likeliest:.3}");
    assert!(likeliest < 0.3);
}

#[test]
fn python_says_the_same() {
    let manifest = Manifest::parse(NAME, include_str!("manifest.toml")).unwrap();
    let (model, models) = (manifest.needed_model(NAME).unwrap(), fixtures::models());
    let input = input(&photos::one("scikit-image/chelsea.png")).unwrap();
    let path = crate::assets::asset(&model.file).unwrap();
    let compare = |session: &mut Session| {
        fixtures::parity::assert_same(session, &path, "input:0", &[1, 224, 224, 3], &input);
        Ok(())
    };
    models.with(NAME, &model, || models::beside(NAME, &model), compare).unwrap();
}

#[test]
fn any_size_of_photo_is_judged() {
    let (checks, models, cancel) = (Checks::load().unwrap(), fixtures::models(), Cancel::default());
    let check = checks.find("photo-unsafe").unwrap();
    for (width, height) in [(1, 1), (1, 900), (900, 1), (3000, 40)] {
        let pixels = image::RgbImage::from_pixel(width, height, Rgb([90, 120, 60]));
        let capture = Capture::Photo(crate::capture::Photo::from_pixels(pixels));
        assert!(
            check
                .judge(&capture, &crate::Run::new(&models, &Asked::default(), &cancel))
                .is_ok(),
            "{width} x {height}"
        );
    }
}
