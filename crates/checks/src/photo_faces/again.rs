//! The second look: at each place that could be a face, by itself and as large as the network sees best.

use image::{RgbImage, imageops};
use ort::session::Session;

use super::{
    Limits, NAME,
    network::{self, Face},
};
use crate::{
    CheckError,
    models::photo::{Part, planes, scaled},
};

/// Pixels along a side of what is looked at; of these a face as it was seen at first takes a third.
const SIDE: usize = 192;
const AROUND: f32 = 3.0;
/// A face counts if its centre is at most this share of the side off the middle, and its height at least this share.
const OFF: f32 = 1.0 / 6.0;
const HIGH: f32 = 1.0 / 8.0;
/// So many at once.
pub(super) const AT_ONCE: usize = 4;

/// Of the candidates (the surest first) those that are faces for sure, and those to look at again.
pub(super) fn unsure(candidates: Vec<Face>, limits: &Limits) -> (Vec<Face>, Vec<Face>) {
    let (mut faces, mut unsure): (Vec<Face>, Vec<Face>) = candidates.into_iter().partition(|face| face.score >= limits.sure);
    // A crowd: rather cover too much.
    faces.extend(unsure.drain(unsure.len().min(limits.most_again)..));
    (faces, unsure)
}

/// Those of a group that are faces, each as it was seen both times.
pub(super) fn look(session: &mut Session, pixels: &RgbImage, group: &[Face], least: f32) -> Result<Vec<Face>, CheckError> {
    let mut input = Vec::with_capacity(group.len() * 3 * SIDE * SIDE);
    for face in group {
        let near = close_up(pixels, face)?;
        planes(&near, [0, 0, SIDE, SIDE], [SIDE, SIDE], |_, value| value, &mut input);
    }
    let seen = network::run(session, &input, [group.len(), SIDE, SIDE], least)?;
    let faces = group.iter().zip(seen).filter_map(|(face, seen)| {
        let surest = seen
            .into_iter()
            .filter(is_in_the_middle)
            .max_by(|one, other| one.score.total_cmp(&other.score))?;
        let (scale, from) = frame(face);
        Some(surest.placed([scale; 2], from).with(face))
    });
    Ok(faces.collect())
}

#[allow(clippy::cast_precision_loss)]
fn is_in_the_middle(face: &Face) -> bool {
    let side = SIDE as f32;
    face.height >= side * HIGH && face.centre().iter().all(|place| (place - side / 2.0).abs() <= side * OFF)
}

/// How many pixels of the photo one of the close-up stands for, and where the close-up begins.
#[allow(clippy::cast_precision_loss)]
fn frame(face: &Face) -> (f32, [f32; 2]) {
    let length = face.width.max(face.height) * AROUND;
    (length / SIDE as f32, face.centre().map(|place| place - length / 2.0))
}

/// A candidate with what is around it; black beyond the photo's edge.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // within the close-up
fn close_up(pixels: &RgbImage, face: &Face) -> Result<RgbImage, CheckError> {
    let (scale, from) = frame(face);
    let side = SIDE as u32;
    // In pixels of the close-up: where the photo begins and ends in it.
    let span = |from: f32, all: u32| {
        let first = (-from / scale).max(0.0).ceil() as u32;
        let after = ((all as f32 - from) / scale).floor().min(side as f32) as u32;
        (first < after).then(|| (first, after - first))
    };
    let mut near = RgbImage::new(side, side);
    let (Some((left, width)), Some((top, height))) = (span(from[0], pixels.width()), span(from[1], pixels.height())) else {
        return Ok(near);
    };
    let back = |place: u32, from: f32, all: u32| (f64::from(place) * f64::from(scale) + f64::from(from)).clamp(0.0, f64::from(all));
    let (begin_x, begin_y) = (back(left, from[0], pixels.width()), back(top, from[1], pixels.height()));
    let part = Part {
        left: begin_x,
        top: begin_y,
        width: back(left + width, from[0], pixels.width()) - begin_x,
        height: back(top + height, from[1], pixels.height()) - begin_y,
    };
    let seen = scaled(NAME, pixels, part, [width, height])?;
    imageops::replace(&mut near, &seen, i64::from(left), i64::from(top));
    Ok(near)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use image::Rgb;

    use super::*;

    #[test]
    fn a_close_up_at_the_edge_is_black_beyond_it() {
        let photo = RgbImage::from_pixel(100, 100, Rgb([50, 60, 70]));
        let face = |left: f32, top: f32| Face {
            score: 0.5,
            left,
            top,
            width: 32.0,
            height: 32.0,
        };
        let inside = close_up(&photo, &face(34.0, 34.0)).unwrap();
        assert!(inside.pixels().all(|pixel| *pixel == Rgb([50, 60, 70])));
        let corner = close_up(&photo, &face(-16.0, -16.0)).unwrap();
        assert_eq!(*corner.get_pixel(90, 90), Rgb([0, 0, 0]));
        assert_eq!(*corner.get_pixel(100, 100), Rgb([50, 60, 70]));
        for far in [face(4000.0, 10.0), face(-4000.0, 10.0), face(99.0, 99.0)] {
            assert_eq!(close_up(&photo, &far).unwrap().width(), 192);
        }
    }
}
