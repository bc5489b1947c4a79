//! Photos as cameras take them, copies of earlier ones, screens, pictures that were drawn, and files that tell what cannot be.

use std::f32::consts::TAU;

use earnest_domain::time::{Span, Timestamp};
use exif::{Tag, Value};
use image::{Rgb, RgbImage};

use super::*;
use crate::{
    fixtures::photos::{self as made, Dice, SCENES, byte, cropped, exposed, noisy, resized, with_exif},
    photo_metadata::tests::{clock, text},
    photo_of_screen::tests::screen,
};

/// 2026-06-15 12:00 UTC.
const NOW: Timestamp = Timestamp::from_seconds(1_781_524_800);
const DAY: i64 = 86_400;

/// What a file tells of who took it.
#[derive(Debug, Clone, Copy, PartialEq)]
enum From {
    Camera,
    Nobody,
    Editor,
}

fn photo(pixels: &RgbImage, quality: u8, from: From, ago: Option<i64>) -> Capture {
    let mut fields: Vec<(Tag, Value)> = Vec::new();
    match from {
        From::Camera => fields.extend([
            (Tag::Make, text("Acme")),
            (Tag::Model, text("A1")),
            (Tag::Software, text("17.5.1")),
        ]),
        From::Nobody => {}
        From::Editor => fields.push((Tag::Software, text("Adobe Photoshop 24.1 (Windows)"))),
    }
    if let Some(ago) = ago {
        fields.push((Tag::DateTimeOriginal, clock(NOW.minus(Span::from_seconds(ago)))));
        fields.push((Tag::OffsetTimeOriginal, text("+00:00")));
    }
    Capture::Photo(Photo::from_bytes(&with_exif(pixels, quality, &fields)).unwrap())
}

/// What no sensor saw: areas of one colour, and slopes.
pub(super) fn drawn(number: usize, dice: &mut Dice) -> RgbImage {
    let mut colours: Vec<[f32; 3]> = (0..12).map(|_| [0; 3].map(|_: u8| dice.between(30.0, 220.0))).collect();
    if !number.is_multiple_of(2) {
        colours[0] = [0; 3].map(|_: u8| dice.between(30.0, 110.0));
        colours[1] = [0; 3].map(|_: u8| dice.between(180.0, 230.0));
        colours[2] = [0; 3].map(|_: u8| dice.between(30.0, 110.0));
    }
    let (across, down, turn) = (dice.between(40.0, 90.0), dice.between(40.0, 90.0), dice.between(0.0, TAU));
    RgbImage::from_fn(400, 320, |x, y| {
        let (x, y) = (x as f32, y as f32);
        let colour = if number.is_multiple_of(2) {
            colours[((x / across) as usize * 5 + (y / down) as usize) % colours.len()]
        } else {
            let circle = (x - 200.0).hypot(y - 160.0) < across;
            let slope = if circle {
                1.0
            } else {
                0.5 + 0.5 * ((x * turn.cos() + y * turn.sin()) / 150.0).sin()
            };
            [0, 1, 2].map(|at| colours[usize::from(circle)][at] * slope + colours[2][at] * (1.0 - slope))
        };
        Rgb(colour.map(byte))
    })
}

/// With everything in its file that tells.
pub(super) fn told(pixels: &RgbImage, now: Timestamp) -> Capture {
    photo(pixels, 90, From::Editor, Some(NOW.since(now).micros() / 1_000_000))
}

fn traces(photos: &[RgbImage]) -> Vec<Trace> {
    let check = fixtures::check("photo-duplicate");
    let trace = |pixels| {
        let case = Case::new("", made::photo(pixels, 90));
        let (_, bytes) = check
            .judge(&case.capture, &case.run(&fixtures::models(), &Cancel::default()))
            .unwrap();
        Trace {
            capture: "copy".to_owned(),
            bytes: bytes.unwrap(),
        }
    };
    photos.iter().map(trace).collect()
}

pub(super) fn cases(each: &mut dyn FnMut(Case)) {
    let mut dice = Dice(64);
    let all = made::all();
    let kept = traces(all);
    let mut give = |expected: &str, capture: Capture, earlier: Vec<Trace>| {
        each(Case {
            earlier,
            now: Some(NOW),
            ..Case::new(expected, capture)
        });
    };
    for (number, pixels) in all.iter().enumerate() {
        let others: Vec<Trace> = (0..all.len())
            .filter(|other| *other != number)
            .map(|other| kept[other].clone())
            .collect();
        // From the camera, from a browser that tells nothing, brightened by a program, and by a camera whose year is wrong.
        give("nothing_odd", photo(pixels, 90, From::Camera, Some(60)), others.clone());
        give("nothing_odd", photo(pixels, 75, From::Nobody, None), others.clone());
        give(
            "nothing_odd",
            photo(&exposed(pixels, 0.4), 85, From::Editor, Some(DAY)),
            others.clone(),
        );
        give("nothing_odd", photo(pixels, 85, From::Camera, Some(400 * DAY)), others);
        // Saved anew, smaller, lighter, cut.
        give("copy", photo(pixels, 60, From::Nobody, None), kept.clone());
        give(
            "copy",
            photo(
                &resized(pixels, pixels.width() / 2, pixels.height() / 2),
                80,
                From::Camera,
                Some(60),
            ),
            kept.clone(),
        );
        give(
            "copy",
            photo(&noisy(&exposed(pixels, -0.5), 3.0, &mut dice), 85, From::Editor, Some(60)),
            kept.clone(),
        );
        let (width, height) = pixels.dimensions();
        let cut = cropped(pixels, width / 40, height / 50, width - width / 20, height - height / 25);
        give("copy", photo(&cut, 85, From::Camera, Some(60)), kept.clone());
        // Of a screen, and something else beside; or of another day, and that told by a program.
        if number < SCENES {
            let of_screen = screen(pixels, dice.between(1.3, 3.2), &mut dice);
            give("nothing_odd", photo(&of_screen, 85, From::Camera, Some(60)), Vec::new());
            give("doubtful", photo(&of_screen, 85, From::Editor, Some(60)), Vec::new());
            let of_screen = screen(pixels, dice.between(1.3, 3.2), &mut dice);
            give("doubtful", photo(&of_screen, 85, From::Nobody, Some(500 * DAY)), Vec::new());
            give("doubtful", photo(pixels, 85, From::Editor, Some(-DAY)), Vec::new());
        }
    }
    for number in 0..40 {
        let picture = drawn(number, &mut dice);
        give("nothing_odd", photo(&picture, 90, From::Camera, Some(60)), Vec::new());
        let (from, ago) = if number.is_multiple_of(3) {
            (From::Nobody, Some(-DAY))
        } else {
            (From::Editor, None)
        };
        give("doubtful", photo(&picture, 90, from, ago), Vec::new());
    }
}
