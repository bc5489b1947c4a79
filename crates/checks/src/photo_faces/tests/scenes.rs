//! Photos with faces of known places and sizes: three people, pasted into photos of other things, turned, darkened, partly hidden.

use std::sync::OnceLock;

use image::{
    Rgb, RgbImage,
    imageops::{self, FilterType},
};

use crate::fixtures::photos::{Dice, byte, exposed, one, resized};

/// A box: left, top, width, height.
pub(super) type Place = [f32; 4];

/// A photo and the faces in it.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    /// What is particular about it.
    pub(super) kind: &'static str,
    pub(super) pixels: RgbImage,
    pub(super) faces: Vec<Place>,
}

/// Those who can be seen, and where their face lies, from forehead to chin.
pub(super) const PEOPLE: [(&str, Place); 3] = [
    ("scikit-image/astronaut.png", [182.0, 60.0, 88.0, 118.0]),
    ("matplotlib/grace_hopper.jpg", [175.0, 134.0, 182.0, 203.0]),
    ("scikit-image/camera.png", [202.0, 119.0, 55.0, 78.0]),
];

/// Where nobody is.
pub(super) const PLACES: [&str; 12] = [
    "scikit-image/coffee.png",
    "scikit-learn/china.jpg",
    "scikit-image/chelsea.png",
    "scikit-learn/flower.jpg",
    "scikit-image/rocket.jpg",
    "scikit-image/brick.png",
    "scikit-image/grass.png",
    "scikit-image/gravel.png",
    "scikit-image/coins.png",
    "scikit-image/text.png",
    "scikit-image/retina.jpg",
    "scikit-image/hubble_deep_field.jpg",
];

fn people() -> &'static [RgbImage] {
    static PIXELS: OnceLock<Vec<RgbImage>> = OnceLock::new();
    PIXELS.get_or_init(|| PEOPLE.iter().map(|(name, _)| one(name)).collect())
}

pub(super) fn places() -> &'static [RgbImage] {
    static PIXELS: OnceLock<Vec<RgbImage>> = OnceLock::new();
    PIXELS.get_or_init(|| PLACES.iter().map(|name| one(name)).collect())
}

/// Heights of the faces of a scene, and the size of its photo.
const SIZES: [(&[f32], [u32; 2]); 10] = [
    (&[24.0, 25.0, 26.0, 27.0, 28.0, 30.0], [640, 480]),
    (&[24.0, 24.0, 24.0, 24.0, 24.0, 24.0], [640, 480]),
    (&[32.0, 34.0, 36.0, 40.0], [640, 480]),
    (&[24.0, 40.0, 60.0, 80.0], [640, 480]),
    (&[50.0, 70.0, 100.0], [640, 480]),
    (&[120.0], [640, 480]),
    (&[160.0], [640, 480]),
    (&[200.0], [640, 480]),
    (&[300.0, 60.0, 24.0], [1000, 750]),
    (&[400.0, 150.0, 24.0, 30.0], [1400, 1000]),
];

/// The photos as they are, then scenes of a fixed seed.
pub(super) fn all(each: &mut dyn FnMut(Scene)) {
    for (pixels, (_, face)) in people().iter().zip(PEOPLE) {
        each(Scene {
            kind: "as taken",
            pixels: pixels.clone(),
            faces: vec![face],
        });
    }
    let mut dice = Dice(20);
    for round in 0..4 {
        for (number, (heights, size)) in SIZES.iter().enumerate() {
            let kind = ["in daylight", "in the dark", "in daylight", "partly hidden"][round];
            // What is hidden has to be large enough to have parts.
            let heights: Vec<f32> = heights
                .iter()
                .map(|height| if kind == "partly hidden" { height.max(40.0) } else { *height })
                .collect();
            each(scene(
                kind,
                &places()[(number + 3 * round) % places().len()],
                &heights,
                *size,
                &mut dice,
            ));
        }
    }
}

fn scene(kind: &'static str, place: &RgbImage, heights: &[f32], [width, height]: [u32; 2], dice: &mut Dice) -> Scene {
    let mut pixels = resized(place, width, height);
    let mut faces: Vec<Place> = Vec::new();
    for tall in heights {
        let who = faces.len() + usize::try_from(dice.next() % 3).unwrap();
        let (person, (_, face)) = (&people()[who % 3], PEOPLE[who % 3]);
        let head = Head {
            person,
            face,
            scale: tall / face[3],
            angle: dice.between(-20.0, 20.0).to_radians(),
            mirrored: dice.next().is_multiple_of(2),
            gain: dice.between(0.8, 1.15),
        };
        let reach = head.reach();
        let free = (0..500).find_map(|_| {
            let [x, y] = [width, height].map(|side| dice.between(reach, (side as f32 - reach).max(reach + 1.0)));
            let apart = |[left, top, wide, high]: &Place| {
                let (across, down) = ((x - left - wide / 2.0).abs(), (y - top - high / 2.0).abs());
                across.hypot(down) > reach + high * 1.1
            };
            faces.iter().all(apart).then_some([x, y])
        });
        if let Some(centre) = free {
            faces.push(head.paste(&mut pixels, centre));
        }
    }
    if kind == "in the dark" {
        pixels = exposed(&pixels, dice.between(-3.5, -2.0));
    }
    if kind == "partly hidden" {
        for face in &faces {
            hide(&mut pixels, face, dice);
        }
    }
    Scene { kind, pixels, faces }
}

/// What of a person is pasted, and how.
struct Head<'p> {
    person: &'p RgbImage,
    face: Place,
    scale: f32,
    angle: f32,
    mirrored: bool,
    gain: f32,
}

impl Head<'_> {
    /// How far it reaches around its centre.
    fn reach(&self) -> f32 {
        self.face[3] * self.scale
    }

    /// Pastes it as a disc with a soft rim; says where its face then is.
    fn paste(&self, onto: &mut RgbImage, [x, y]: [f32; 2]) -> Place {
        // What is needed of the photo, made smaller as a lens would; what is made larger is not sharp.
        let [left, top, wide, high] = self.face;
        let from = [left + wide / 2.0, top + high / 2.0].map(|centre| (centre - high * 1.1).max(0.0) as u32);
        let near = imageops::crop_imm(self.person, from[0], from[1], (high * 2.2) as u32, (high * 2.2) as u32).to_image();
        let scaled = |length: u32| ((length as f32 * self.scale).round() as u32).max(1);
        let near = imageops::resize(&near, scaled(near.width()), scaled(near.height()), FilterType::Triangle);
        let [left, top] = [left - from[0] as f32, top - from[1] as f32].map(|place| place * self.scale);
        let [width, height] = [wide, high].map(|length| length * self.scale);
        let (middle, reach) = ((left + width / 2.0, top + height / 2.0), self.reach());
        let (sine, cosine) = self.angle.sin_cos();
        for (column, row, pixel) in onto.enumerate_pixels_mut() {
            let (across, down) = (column as f32 - x, row as f32 - y);
            let far = across.hypot(down) / reach;
            if far >= 1.0 {
                continue;
            }
            let turned = (across * cosine + down * sine, down * cosine - across * sine);
            let across = if self.mirrored { -turned.0 } else { turned.0 };
            let (from_x, from_y) = (middle.0 + across, middle.1 + turned.1);
            if let Some(Rgb(seen)) = imageops::interpolate_bilinear(&near, from_x, from_y) {
                let cover = ((1.0 - far) * 8.0).min(1.0);
                for (colour, seen) in pixel.0.iter_mut().zip(seen) {
                    *colour = byte(f32::from(*colour) * (1.0 - cover) + f32::from(seen) * self.gain * cover);
                }
            }
        }
        [x - width / 2.0, y - height / 2.0, width, height]
    }
}

/// Covers the lower third of a face, as a scarf does, or a side of it, as a post does.
fn hide(pixels: &mut RgbImage, &[left, top, width, height]: &Place, dice: &mut Dice) {
    let colour = Rgb([0; 3].map(|_: u8| byte(dice.between(30.0, 220.0))));
    let scarf = dice.next().is_multiple_of(2);
    let (from_x, from_y) = if scarf {
        (left - width * 0.2, top + height * 0.67)
    } else {
        (left + width * 0.7, top - height * 0.3)
    };
    let (to_x, to_y) = (left + width * 1.2, top + height * 1.2);
    for (column, row, pixel) in pixels.enumerate_pixels_mut() {
        if (from_x..to_x).contains(&(column as f32)) && (from_y..to_y).contains(&(row as f32)) {
            *pixel = colour;
        }
    }
}
