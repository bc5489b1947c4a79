//! The first look: over the whole photo, closely and from afar, for everything that could be a face.

use image::RgbImage;
use ort::session::Session;

use super::{
    Limits, NAME,
    network::{self, Face, MULTIPLE},
};
use crate::{
    CheckError,
    models::photo::{Part, planes, scaled},
};

/// A tile of the photo at another size.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tile {
    /// Where it begins and how far it reaches, in pixels of the photo.
    part: Part,
    /// Its sides in pixels of what is looked at.
    sides: [u32; 2],
}

/// Every tile of every copy, which cover the photo once each.
pub(super) fn parts(pixels: &RgbImage, limits: &Limits) -> Vec<Tile> {
    let mut parts = Vec::new();
    for [width, height] in copies(pixels.width(), pixels.height(), limits) {
        let across = f64::from(pixels.width()) / f64::from(width);
        let down = f64::from(pixels.height()) / f64::from(height);
        for (top, tall) in tiles(height, limits) {
            parts.extend(tiles(width, limits).map(|(left, wide)| Tile {
                part: Part {
                    left: f64::from(left) * across,
                    top: f64::from(top) * down,
                    width: f64::from(wide) * across,
                    height: f64::from(tall) * down,
                },
                sides: [wide, tall],
            }));
        }
    }
    parts
}

/// Candidates in a tile, in pixels of the photo.
#[allow(clippy::cast_possible_truncation)] // sides of photos
pub(super) fn look(session: &mut Session, pixels: &RgbImage, tile: &Tile, least: f32) -> Result<Vec<Face>, CheckError> {
    let Tile { part, sides } = *tile;
    let seen = scaled(NAME, pixels, part, sides)?;
    let plane = sides.map(|side| side.next_multiple_of(MULTIPLE) as usize);
    let sides = sides.map(|side| side as usize);
    let mut input = Vec::new();
    planes(&seen, [0, 0, sides[0], sides[1]], plane, |_, value| value, &mut input);
    let faces = network::run(session, &input, [1, plane[0], plane[1]], least)?;
    let scale = [part.width / f64::from(seen.width()), part.height / f64::from(seen.height())].map(|scale| scale as f32);
    let from = [part.left, part.top].map(|place| place as f32);
    Ok(faces.into_iter().flatten().map(|face| face.placed(scale, from)).collect())
}

/// The sizes that a photo is looked at in.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // sides of photos
fn copies(width: u32, height: u32, limits: &Limits) -> Vec<[u32; 2]> {
    let (wide, tall) = (f64::from(width), f64::from(height));
    let sides = |scale: f64| [wide, tall].map(|side| (side * scale).round().max(1.0) as u32);
    let affordable = (f64::from(limits.most_pixels) / (wide * tall)).sqrt();
    let close = limits.enlarged.min(affordable);
    let afar = f64::from(limits.small_copy) / wide.max(tall);
    if afar * 1.5 < close {
        vec![sides(close), sides(afar)]
    } else {
        vec![sides(close)]
    }
}

/// Where tiles begin along a side and how long they are: as few as possible, of one length that the network takes as it is, each sharing
/// a strip with the next.
fn tiles(side: u32, limits: &Limits) -> impl Iterator<Item = (u32, u32)> {
    let (most, shared) = (limits.tile, limits.shared);
    let count = if side <= most {
        1
    } else {
        (side - shared).div_ceil(most - shared)
    };
    let least = (side + (count - 1) * shared).div_ceil(count);
    let length = least.next_multiple_of(MULTIPLE).min(side);
    (0..count).map(move |number| (number * (side - length) / (count - 1).max(1), length))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::float_cmp)]
    use super::*;
    use crate::Manifest;

    fn limits() -> Limits {
        let manifest = Manifest::parse(NAME, include_str!("manifest.toml")).unwrap();
        manifest.limits(NAME).unwrap()
    }

    #[test]
    fn tiles_cover_a_side_and_share_strips() {
        for side in [1, 31, 1024, 1025, 1920, 1921, 20_000] {
            let tiles: Vec<_> = tiles(side, &limits()).collect();
            assert_eq!(tiles.first().map(|tile| tile.0), Some(0));
            assert_eq!(tiles.last().map(|(from, length)| from + length), Some(side));
            assert!(tiles.iter().all(|(_, length)| *length <= limits().tile));
            let share = |pair: &[(u32, u32)]| pair[0].0 + pair[0].1 >= pair[1].0 + limits().shared;
            assert!(tiles.windows(2).all(share), "{tiles:?}");
        }
    }

    #[test]
    fn the_tiles_of_each_copy_reach_the_edges_of_the_photo() {
        for (width, height) in [(4000, 3000), (4001, 2999), (640, 480), (1, 1), (20_000, 10)] {
            let parts = parts(&RgbImage::new(width, height), &limits());
            let far = |end: fn(&Part) -> f64| parts.iter().map(|tile| end(&tile.part)).fold(0.0, f64::max);
            let (right, lower) = (far(|part| part.left + part.width), far(|part| part.top + part.height));
            assert!((right - f64::from(width)).abs() < 1e-6 && (lower - f64::from(height)).abs() < 1e-6);
            assert!(parts.iter().any(|tile| tile.part.left == 0.0 && tile.part.top == 0.0));
        }
    }

    #[test]
    fn what_is_looked_at_is_bounded_however_large_or_long_the_photo() {
        for (width, height) in [
            (1, 1),
            (24, 24),
            (512, 512),
            (4000, 3000),
            (8000, 8000),
            (20_000, 10),
            (3, 20_000),
        ] {
            let copies = copies(width, height, &limits());
            let pixels: u64 = copies.iter().map(|[wide, tall]| u64::from(*wide) * u64::from(*tall)).sum();
            assert!(pixels < 3_700_000, "{width} x {height}: {copies:?}");
            assert!(copies.iter().flatten().all(|side| *side > 0));
        }
        assert_eq!(copies(512, 512, &limits()), [[768, 768]], "small faces are enlarged");
        assert_eq!(copies(4000, 3000, &limits()), [[2000, 1500], [640, 480]]);
    }

    /// The benchmark of what this check adds to its model calls the model with as much (`benches/whole/around.rs`).
    #[test]
    fn twelve_megapixels_are_six_tiles_and_a_small_copy() {
        let parts = parts(&RgbImage::new(4000, 3000), &limits());
        let given: Vec<[u32; 2]> = parts
            .iter()
            .map(|tile| tile.sides.map(|side| side.next_multiple_of(MULTIPLE)))
            .collect();
        assert_eq!(given, [vec![[736, 800]; 6], vec![[640, 480]]].concat());
    }
}
