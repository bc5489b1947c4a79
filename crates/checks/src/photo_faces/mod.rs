//! Faces in a photo, each with its place, so that they are covered before anything could leave.
//!
//! CenterFace is looked through twice: once over the whole photo, where it may be unsure (`first.rs`), and once at each place that could
//! be a face, by itself and large (`again.rs`). The first is set to miss nothing, the second takes out what is none.

mod again;
mod first;
mod network;

use earnest_domain::verdict::{Evidence, Permille};
use image::RgbImage;
use ort::session::Session;
use serde::Deserialize;

use self::network::Face;
use crate::{Check, CheckError, Finding, Manifest, Model, Run, capture::Capture, models};

const NAME: &str = "photo_faces";

/// A face is covered with this share of its size around it: hair and ears tell who somebody is as well.
const AROUND: f32 = 0.15;
/// What two boxes share of what both cover, from which on they are one face.
const SAME: f32 = 0.4;

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Faces {
        model: manifest.needed_model(NAME)?,
        limits: manifest.limits(NAME)?,
    }))
}

#[derive(Debug)]
struct Faces {
    model: Model,
    limits: Limits,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    enlarged: f64,
    most_pixels: u32,
    small_copy: u32,
    tile: u32,
    shared: u32,
    candidate: f32,
    sure: f32,
    confirmed: f32,
    most_again: usize,
}

impl Check for Faces {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Photo(photo) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        let faces = self.find(photo.pixels(), run)?;
        let Some(surest) = faces.iter().map(|face| face.score).reduce(f32::max) else {
            return Ok(Finding::new("none_found", Permille::ONE));
        };
        let regions = faces.iter().map(|face| region(face, photo.pixels()));
        Ok(Finding::new("found", Permille::from_unit(surest)).with(regions))
    }
}

impl Faces {
    /// The faces of a photo, the surest first.
    fn find(&self, pixels: &RgbImage, run: &Run<'_>) -> Result<Vec<Face>, CheckError> {
        let candidates = distinct(self.each(&first::parts(pixels, &self.limits), run, |session, part| {
            first::look(session, pixels, part, self.limits.candidate)
        })?);
        let (mut faces, unsure) = again::unsure(candidates, &self.limits);
        let groups: Vec<&[Face]> = unsure.chunks(again::AT_ONCE).collect();
        faces.extend(self.each(&groups, run, |session, group| {
            again::look(session, pixels, group, self.limits.confirmed)
        })?);
        Ok(distinct(faces))
    }

    /// Faces of every part, looked at beside each other.
    fn each<P: Sync>(
        &self,
        parts: &[P],
        run: &Run<'_>,
        look: impl Fn(&mut Session, &P) -> Result<Vec<Face>, CheckError> + Sync,
    ) -> Result<Vec<Face>, CheckError> {
        if parts.is_empty() {
            return Ok(Vec::new());
        }
        let read = || models::beside(NAME, &self.model);
        let faces = run.models.each(NAME, &self.model, read, parts, |session, part| {
            run.go_on()?;
            look(session, part)
        })?;
        Ok(faces.into_iter().flatten().collect())
    }
}

/// Of boxes that show one face the surest (non-maximum suppression).
fn distinct(mut faces: Vec<Face>) -> Vec<Face> {
    faces.sort_by(|one, other| other.score.total_cmp(&one.score));
    let mut kept: Vec<Face> = Vec::new();
    for face in faces {
        if kept.iter().all(|other| other.overlap(&face) < SAME) {
            kept.push(face);
        }
    }
    kept
}

/// Where a face is covered.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // clamped to the photo
fn region(face: &Face, pixels: &RgbImage) -> Evidence {
    let span = |start: f32, length: f32, side: u32| {
        let around = length * AROUND;
        let first = (start - around).floor().clamp(0.0, side as f32) as u32;
        let after = (start + length + around).ceil().clamp(0.0, side as f32) as u32;
        (first, after.saturating_sub(first))
    };
    let (x, width) = span(face.left, face.width, pixels.width());
    let (y, height) = span(face.top, face.height, pixels.height());
    Evidence::Region {
        x,
        y,
        width,
        height,
        what: "face".into(),
    }
}

#[cfg(test)]
pub(crate) mod tests;
