#![allow(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]
use image::{Rgb, RgbImage};

use crate::fixtures::{
    Case,
    photos::{self, Dice, SCENES, blurred, byte, noisy, photo, resized, shares},
};

/// The side of made photos.
const SIDE: u32 = 320;

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let mut dice = Dice(7);
    let mut case = |expected: &str, pixels: &RgbImage, quality: u8| each(Case::new(expected, photo(pixels, quality)));
    for (number, pixels) in photos::all().iter().enumerate() {
        if number < SCENES {
            // Camera pixels a pixel of the screen: from a screen far off to one close by.
            for size in [0.7, 1.3, 1.7, 2.4, 3.2, 4.5] {
                let size = size * dice.between(0.97, 1.03);
                case("maybe_screen", &screen(pixels, size, &mut dice), 85);
            }
        }
        if pixels.width().min(pixels.height()) >= 256 {
            case("no_screen", pixels, 88);
            case("no_screen", &noisy(pixels, 5.0, &mut dice), 75);
        }
        let (width, height) = pixels.dimensions();
        case("no_screen", &resized(pixels, width * 3 / 2, height * 3 / 2), 88);
    }
    for pattern in [fence, gingham, tiles, blinds, page] {
        for _ in 0..10 {
            let pixels = blurred(&pattern(&mut dice), dice.between(0.5, 0.9));
            let pixels = if dice.next().is_multiple_of(2) {
                through_a_mosaic(&pixels)
            } else {
                pixels
            };
            case("no_screen", &noisy(&pixels, 2.0, &mut dice), 85);
        }
    }
}

/// A photo of a screen that shows a picture: red, green and blue side by side in each of its pixels, with gaps; a little turned and tilted, through a
/// lens that blurs, a mosaic of colours and the curve of a camera.
pub(crate) fn screen(content: &RgbImage, scale: f32, dice: &mut Dice) -> RgbImage {
    const FINER: u32 = 3;
    let (turn, tilt, gap) = (dice.between(-0.07, 0.07), dice.between(-3e-5, 3e-5), dice.between(0.08, 0.2));
    let (sine, cosine) = turn.sin_cos();
    let linear: Vec<f32> = (0..=u8::MAX).map(|level| (f32::from(level) / 255.0).powf(2.2)).collect();
    let enlarged = (SIDE as f32 / scale / content.width().min(content.height()) as f32 * 1.2).max(1.0);
    let seen = |u: f32, v: f32| {
        let (u, v) = (u - SIDE as f32 / 2.0, v - SIDE as f32 / 2.0);
        let near = (1.0 + tilt * u) / scale;
        let (x, y) = ((cosine * u - sine * v) * near, (sine * u + cosine * v) * near);
        let middle = |side: u32, at: f32| (at.floor() / enlarged + side as f32 / 2.0).clamp(0.0, side as f32 - 1.0) as u32;
        let Rgb(colours) = content.get_pixel(middle(content.width(), x), middle(content.height(), y));
        let (across, down) = (x - x.floor(), y - y.floor());
        let stripe = ((across * 3.0) as usize).min(2);
        let within = across * 3.0 - stripe as f32;
        let lit = (gap / 2.0..1.0 - gap / 2.0).contains(&within) && (gap / 2.0..1.0 - gap / 2.0).contains(&down);
        let mut light = [0.0; 3];
        if lit {
            light[stripe] = 3.0 * linear[usize::from(colours[stripe])];
        }
        light
    };
    let mut light = vec![[0.0f32; 3]; (SIDE * SIDE) as usize];
    for (at, light) in light.iter_mut().enumerate() {
        let (x, y) = (at as u32 % SIDE, at as u32 / SIDE);
        for part in 0..FINER * FINER {
            let place = |at: u32, part: u32| at as f32 + (part as f32 + 0.5) / FINER as f32;
            let seen = seen(place(x, part % FINER), place(y, part / FINER));
            light
                .iter_mut()
                .zip(seen)
                .for_each(|(sum, seen)| *sum += seen / (FINER * FINER) as f32);
        }
    }
    let curved = RgbImage::from_fn(SIDE, SIDE, |x, y| {
        Rgb(light[(y * SIDE + x) as usize].map(|light| byte(255.0 * (light + 0.003).min(1.0).powf(1.0 / 2.2))))
    });
    let sharp = blurred(&curved, dice.between(0.4, 0.8));
    noisy(&through_a_mosaic(&sharp), 2.0, dice)
}

/// One colour a pixel, as a sensor has it, and the others from its neighbours.
fn through_a_mosaic(pixels: &RgbImage) -> RgbImage {
    let (width, height) = pixels.dimensions();
    let colour_at = |x: u32, y: u32| match (x % 2, y % 2) {
        (0, 0) => 0,
        (1, 1) => 2,
        _ => 1usize,
    };
    RgbImage::from_fn(width, height, |x, y| {
        let (mut sums, mut counts) = ([0u32; 3], [0u32; 3]);
        for row in y.saturating_sub(1)..(y + 2).min(height) {
            for column in x.saturating_sub(1)..(x + 2).min(width) {
                let colour = colour_at(column, row);
                sums[colour] += u32::from(pixels.get_pixel(column, row).0[colour]);
                counts[colour] += 1;
            }
        }
        let own = colour_at(x, y);
        Rgb([0, 1, 2].map(|colour| {
            if colour == own {
                pixels.get_pixel(x, y).0[colour]
            } else {
                u8::try_from(sums[colour] / counts[colour]).unwrap()
            }
        }))
    })
}

/// A pattern in the round: turned a little, nearer on one side, and seen through pixels that have an extent.
fn pattern(dice: &mut Dice, colours: impl Fn(f32, f32) -> [f32; 3]) -> RgbImage {
    const FINER: u32 = 3;
    let (turn, tilt) = (dice.between(-0.1, 0.1), dice.between(-3e-4, 3e-4));
    let (sine, cosine) = turn.sin_cos();
    RgbImage::from_fn(SIDE, SIDE, |x, y| {
        let mut sums = [0.0; 3];
        for part in 0..FINER * FINER {
            let place = |at: u32, part: u32| at as f32 + (part as f32 + 0.5) / FINER as f32;
            let (x, y) = (place(x, part % FINER), place(y, part / FINER));
            let (u, v) = (x * cosine - y * sine + 500.0, x * sine + y * cosine + 500.0);
            let seen = colours(u * (1.0 + tilt * v), v * (1.0 + tilt * u));
            sums.iter_mut().zip(seen).for_each(|(sum, seen)| *sum += seen);
        }
        Rgb(sums.map(|sum| byte(sum / (FINER * FINER) as f32)))
    })
}

fn some_colour(dice: &mut Dice) -> [f32; 3] {
    [0; 3].map(|_: u8| dice.between(20.0, 230.0))
}

fn fence(dice: &mut Dice) -> RgbImage {
    let (behind, colour, every) = (&photos::all()[8], some_colour(dice), dice.between(6.0, 40.0));
    pattern(dice, |u, v| {
        if (u / every).fract() < 0.4 {
            return colour;
        }
        let Rgb(colours) = behind.get_pixel(u as u32 % behind.width(), v as u32 % behind.height());
        colours.map(f32::from)
    })
}

fn gingham(dice: &mut Dice) -> RgbImage {
    let (colour, every) = (some_colour(dice), dice.between(4.0, 24.0));
    pattern(dice, |u, v| {
        let dark = [u, v].map(|at| ((at / every).floor() as i32 % 2) as f32).iter().sum::<f32>() / 2.0;
        colour.map(|colour| 228.0 + (colour - 228.0) * dark)
    })
}

fn tiles(dice: &mut Dice) -> RgbImage {
    let (colour, every) = (some_colour(dice), dice.between(14.0, 50.0));
    pattern(dice, |u, v| {
        if u % every < 2.0 || v % every < 2.0 {
            [150.0, 150.0, 140.0]
        } else {
            colour
        }
    })
}

fn blinds(dice: &mut Dice) -> RgbImage {
    let every = dice.between(4.0, 16.0);
    pattern(dice, |_, v| [90.0 + 140.0 * (v / every).fract(); 3])
}

fn page(dice: &mut Dice) -> RgbImage {
    let (line, letter) = (dice.between(10.0, 18.0), dice.between(4.0, 8.0));
    pattern(dice, |u, v| {
        let place = (u / letter) as u32 * 31 + (v / line) as u32 * 17;
        let ink = (v / line).fract() < 0.55 && place.wrapping_mul(2_654_435_761) >> 28 > 5 && (u / letter).fract() < 0.6;
        if ink { [35.0, 33.0, 40.0] } else { [248.0, 246.0, 238.0] }
    })
}

#[test]
fn screens_stand_out_and_fences_cloth_and_pages_do_not() {
    let called = shares("photo_of_screen");
    for expected in ["maybe_screen", "no_screen"] {
        let (right, all) = called(expected);
        assert!(all >= 60 && right * 100 >= all * 95, "{expected}: {right} of {all}");
    }
}
