//! CenterFace (Xu, Yan, Sun, Yang, Lin and Luo, 2019, "CenterFace: joint face detection and alignment using face as point"): for every
//! fourth pixel each way it says how likely a face is centred there, how large it is, and how far off the centre lies.

use ort::{session::Session, value::TensorRef};

use super::NAME;
use crate::{CheckError, models::failed};

/// Pixels of the input for one of the maps (section 3.1).
pub(super) const STEP: usize = 4;
/// The network halves its input five times.
pub(super) const MULTIPLE: u32 = 32;
/// More faces than these are no faces: the surest of each input.
const MOST: usize = 1_000;

/// A face, in pixels of what was looked at.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Face {
    pub(super) score: f32,
    pub(super) left: f32,
    pub(super) top: f32,
    pub(super) width: f32,
    pub(super) height: f32,
}

impl Face {
    /// As seen by who sees `from` as the origin, with pixels `scale` times as large.
    pub(super) fn placed(self, scale: [f32; 2], from: [f32; 2]) -> Self {
        Self {
            score: self.score,
            left: self.left * scale[0] + from[0],
            top: self.top * scale[1] + from[1],
            width: self.width * scale[0],
            height: self.height * scale[1],
        }
    }

    pub(super) fn centre(&self) -> [f32; 2] {
        [self.left + self.width / 2.0, self.top + self.height / 2.0]
    }

    /// The smallest box with both.
    pub(super) fn with(&self, other: &Self) -> Self {
        let (left, top) = (self.left.min(other.left), self.top.min(other.top));
        Self {
            score: self.score.max(other.score),
            left,
            top,
            width: (self.left + self.width).max(other.left + other.width) - left,
            height: (self.top + self.height).max(other.top + other.height) - top,
        }
    }

    /// What both cover of what one of them covers (intersection over union).
    pub(super) fn overlap(&self, other: &Self) -> f32 {
        let shared = |start: f32, length: f32, other: f32, long: f32| (start + length).min(other + long) - start.max(other);
        let across = shared(self.left, self.width, other.left, other.width).max(0.0);
        let down = shared(self.top, self.height, other.top, other.height).max(0.0);
        let both = across * down;
        let all = self.width * self.height + other.width * other.height - both;
        if all > 0.0 { both / all } else { 0.0 }
    }
}

/// Looks at `count` pictures of `width` x `height` (multiples of [`MULTIPLE`]), colours from 0 to 255 in three planes each; gives for each
/// the faces that are at least `least` likely.
pub(super) fn run(
    session: &mut Session,
    pictures: &[f32],
    [count, width, height]: [usize; 3],
    least: f32,
) -> Result<Vec<Vec<Face>>, CheckError> {
    let input = TensorRef::from_array_view(([count, 3, height, width], pictures)).map_err(|error| failed(NAME, error))?;
    let outputs = session
        .run(ort::inputs!["input.1" => input])
        .map_err(|error| failed(NAME, error))?;
    let map = |name: &str, planes: usize| {
        let output = outputs.get(name).ok_or_else(|| failed(NAME, format!("it gives no {name}")))?;
        let (_, values) = output.try_extract_tensor::<f32>().map_err(|error| failed(NAME, error))?;
        let area = width / STEP * (height / STEP);
        if area > 0 && values.len() == count * planes * area {
            Ok(values.chunks_exact(planes * area))
        } else {
            Err(failed(NAME, format!("{name} has {} values", values.len())))
        }
    };
    let maps = map("537", 1)?.zip(map("538", 2)?.zip(map("539", 2)?));
    Ok(maps
        .map(|(likely, (sizes, offsets))| decoded(&Maps { likely, sizes, offsets }, width / STEP, least))
        .collect())
}

/// What the network says of one picture.
struct Maps<'m> {
    likely: &'m [f32],
    /// Logarithms of heights, then of widths.
    sizes: &'m [f32],
    /// Downwards, then to the right.
    offsets: &'m [f32],
}

/// The faces of a picture (section 3.2: peaks of the map, sizes by exponentials, offsets of the centre).
#[allow(clippy::cast_precision_loss)] // places in a picture
fn decoded(maps: &Maps<'_>, row: usize, least: f32) -> Vec<Face> {
    let area = maps.likely.len();
    let mut faces = Vec::new();
    for (place, score) in maps.likely.iter().copied().enumerate() {
        if score < least || !is_peak(maps.likely, row, place) {
            continue;
        }
        let step = STEP as f32;
        let (height, width) = (maps.sizes[place].exp() * step, maps.sizes[area + place].exp() * step);
        let (across, down) = ((place % row) as f32, (place / row) as f32);
        let centre = [across + maps.offsets[area + place] + 0.5, down + maps.offsets[place] + 0.5];
        let face = Face {
            score,
            left: centre[0] * step - width / 2.0,
            top: centre[1] * step - height / 2.0,
            width,
            height,
        };
        // A size that is no number, or beyond all pictures, is no face.
        if (face.left + face.top).is_finite() && (1.0..1e5).contains(&width) && (1.0..1e5).contains(&height) {
            faces.push(face);
        }
    }
    if faces.len() > MOST {
        faces.sort_by(|one, other| other.score.total_cmp(&one.score));
        faces.truncate(MOST);
    }
    faces
}

/// Whether none of the eight around it is likelier.
fn is_peak(likely: &[f32], row: usize, place: usize) -> bool {
    let (across, down) = (place % row, place / row);
    let around = |at: usize, most: usize| at.saturating_sub(1)..=(at + 1).min(most - 1);
    around(down, likely.len() / row)
        .flat_map(|down| around(across, row).map(move |across| down * row + across))
        .all(|other| likely[other] <= likely[place])
}

#[cfg(test)]
mod tests {
    #![allow(clippy::float_cmp)]
    use super::*;

    #[test]
    fn a_peak_becomes_a_box_by_its_size_and_offset() {
        let mut likely = [0.0; 12];
        likely[6] = 0.9; // the third of the second row of four
        likely[7] = 0.5; // its slope
        let (mut sizes, mut offsets) = ([0.0; 24], [0.0; 24]);
        (sizes[6], sizes[12 + 6]) = (5.0_f32.ln(), 3.0_f32.ln());
        (offsets[6], offsets[12 + 6]) = (0.25, -0.5);
        let maps = Maps {
            likely: &likely,
            sizes: &sizes,
            offsets: &offsets,
        };
        let faces = decoded(&maps, 4, 0.3);
        assert_eq!(faces.len(), 1);
        let Face {
            score,
            left,
            top,
            width,
            height,
        } = faces[0];
        let near = |value: f32, wanted: f32| (value - wanted).abs() < 1e-4;
        assert!(near(width, 12.0) && near(height, 20.0) && score == 0.9, "{faces:?}");
        assert!(near(left + 6.0, 8.0) && near(top + 10.0, 7.0), "{faces:?}");
    }

    #[test]
    fn sizes_beyond_all_measure_are_no_faces() {
        let offsets = [0.0; 2];
        for size in [f32::INFINITY, f32::NAN, 1e4, -1e4] {
            let maps = Maps {
                likely: &[0.9],
                sizes: &[size, 1.0],
                offsets: &offsets,
            };
            assert_eq!(decoded(&maps, 1, 0.3), []);
        }
    }

    #[test]
    fn overlap_is_shared_by_all() {
        let face = |left: f32| Face {
            score: 1.0,
            left,
            top: 0.0,
            width: 10.0,
            height: 10.0,
        };
        assert_eq!(face(0.0).overlap(&face(0.0)), 1.0);
        assert!((face(0.0).overlap(&face(5.0)) - 1.0 / 3.0).abs() < 1e-6);
        assert_eq!(face(0.0).overlap(&face(10.0)), 0.0);
    }
}
