//! Weak signs that a photo was not taken of the thing itself, here and now: a screen's grid, no noise of a sensor, what its file tells.

use earnest_domain::time::Timestamp;
use image::RgbImage;
use serde::Deserialize;

use super::signs::{Shows, Sign};
use crate::{CheckError, Run, capture::Photo, photo_duplicate::Hashes, photo_of_screen, statistics::quantile};

/// From where on signs tell, and how alike two photos have to be to be one.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Limits {
    pub(super) most_compared: usize,
    /// Of 64 bits each, how many may differ between copies.
    pub(super) most_waves: u32,
    pub(super) most_steps: u32,
    /// Pictures with less contrast have nothing to be known by.
    least_deviation: f64,
    least_out_of_step: f32,
    most_in_step_over: f32,
    grid: Shows,
    noise: Shows,
    camera_untold: Shows,
    edited: Shows,
    ahead: Shows,
    old: Shows,
}

/// Programs that change or make pictures, as they name themselves in files; a phone puts the version of its system there.
const EDITORS: [&str; 22] = [
    "photoshop",
    "lightroom",
    "adobe",
    "gimp",
    "snapseed",
    "affinity",
    "pixelmator",
    "picsart",
    "canva",
    "paint",
    "krita",
    "faceapp",
    "photopea",
    "darktable",
    "rawtherapee",
    "imagemagick",
    "luminar",
    "capture one",
    "midjourney",
    "stable diffusion",
    "dall-e",
    // What IPTC has those write who make pictures by a model (Digital Source Type).
    "trainedalgorithmicmedia",
];

/// What there is to see, and to read in its file.
///
/// # Errors
/// [`CheckError::Cancelled`].
pub(super) fn signs(photo: &Photo, limits: &Limits, run: &Run<'_>) -> Result<Vec<Sign>, CheckError> {
    let mut signs = Vec::new();
    if let Some(spectrum) = photo_of_screen::spectrum(photo, run)? {
        let lines = spectrum.lines(limits.least_out_of_step);
        // Of a fence, what a sensor puts out of step is far weaker than the fence.
        let is_grid = lines.any - lines.out_of_step < limits.most_in_step_over;
        let value = if is_grid { lines.out_of_step } else { 0.0 };
        signs.push(Sign::by("grid_of_screen", value.into(), "1", limits.grid));
    }
    if let Some(noise) = noise(photo.pixels()) {
        signs.push(Sign::by("noise", noise, "1", limits.noise));
    }
    let shows = |shown: bool| if shown { 1.0 } else { 0.0 };
    signs.push(Sign::by(
        "camera_untold",
        shows(!photo.names_camera()),
        "1",
        limits.camera_untold,
    ));
    let program = photo.made_with().map(str::to_lowercase);
    let edited = program.is_some_and(|program| EDITORS.iter().any(|editor| program.contains(editor)));
    signs.push(Sign::by("edited", shows(edited), "1", limits.edited));
    if let (Some(now), Some(taken)) = (run.now, photo.taken()) {
        // With the doubt on its side: a clock without a zone may be half a day off.
        signs.push(Sign::by("ahead", seconds(now, taken.earliest()), "s", limits.ahead));
        signs.push(Sign::by("old", seconds(taken.latest(), now), "s", limits.old));
    }
    Ok(signs)
}

#[allow(clippy::cast_precision_loss)] // microseconds of a lifetime
fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    to.since(from).micros() as f64 / 1e6
}

/// The hashes of a picture; `None` where there is nothing to be known by.
pub(super) fn hashes(photo: &Photo, limits: &Limits) -> Option<Hashes> {
    Hashes::of_contrast(photo.luma(), limits.least_deviation)
}

/// How much green trembles in the rougher places (70 of 100 tremble less), in levels: the deviation that Immerkær reads off a difference
/// which leaves no slope ("Fast noise variance estimation", 1996). Neither black nor white tells. `None` of small or burnt-out pictures.
fn noise(pixels: &RgbImage) -> Option<f64> {
    const TILE: u32 = 16;
    const ALONG: u32 = 24;
    let (width, height) = pixels.dimensions();
    let places = |side: u32| {
        let count = (side / TILE).min(ALONG);
        (0..count).map(move |number| (side - TILE) * number / (count - 1).max(1))
    };
    let mut rough = Vec::new();
    for y in places(height) {
        for x in places(width) {
            let at = |column: u32, row: u32| i32::from(pixels.get_pixel(x + column, y + row).0[1]);
            let (mut sum, mut level) = (0, 0);
            for row in 1..TILE - 1 {
                for column in 1..TILE - 1 {
                    let corners =
                        at(column - 1, row - 1) + at(column + 1, row - 1) + at(column - 1, row + 1) + at(column + 1, row + 1);
                    let sides = at(column, row - 1) + at(column - 1, row) + at(column + 1, row) + at(column, row + 1);
                    sum += (corners - 2 * sides + 4 * at(column, row)).abs();
                    level += at(column, row);
                }
            }
            let all = f64::from((TILE - 2) * (TILE - 2));
            if (16.0..240.0).contains(&(f64::from(level) / all)) {
                rough.push((std::f64::consts::PI / 2.0).sqrt() / 6.0 * f64::from(sum) / all);
            }
        }
    }
    if rough.len() < 16 {
        return None;
    }
    quantile(&mut rough, 0.7)
}
