//! Whether a photo shows a screen: a fine grid whose colours lie beside each other.

mod spectrum;

use earnest_domain::verdict::{Evidence, Permille};
use serde::Deserialize;

pub(crate) use self::spectrum::Spectrum;
use crate::{
    Check, CheckError, Finding, Manifest, Run,
    capture::{Capture, Photo},
};

const NAME: &str = "photo_of_screen";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(OfScreen(manifest.limits(NAME)?)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    most_prominent: f32,
    least_out_of_step: f32,
    most_in_step_over: f32,
}

#[derive(Debug)]
struct OfScreen(Limits);

impl Check for OfScreen {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Photo(photo) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        let Some(spectrum) = spectrum(photo, run)? else {
            return Ok(Finding::new("too_small", Permille::ONE));
        };
        let lines = spectrum.lines(self.0.least_out_of_step);
        let (prominence, [along, down]) = (lines.out_of_step, lines.frequency);
        let most = self.0.most_prominent;
        // A fence has lines as well, far stronger ones than what a sensor's mosaic gets out of step of them.
        let is_grid = prominence > most && lines.any - prominence < self.0.most_in_step_over;
        let reason = if is_grid { "maybe_screen" } else { "no_screen" };
        // Half at the limit.
        let score = if is_grid {
            Permille::from_unit(1.0 - prominence / (2.0 * most))
        } else {
            Permille::ONE
        };
        Ok(Finding::new(reason, score).with([
            Evidence::measure("prominence", prominence, "1").at_most(f64::from(most)),
            Evidence::measure("prominence_of_any", lines.any, "1"),
            Evidence::measure("frequency", along.hypot(down), "{cycle}/{pixel}"),
        ]))
    }
}

/// The spectrum of a photo, made once, however many checks ask; `None` of one that is too small.
///
/// # Errors
/// [`CheckError::Cancelled`].
pub(crate) fn spectrum<'p>(photo: &'p Photo, run: &Run<'_>) -> Result<Option<&'p Spectrum>, CheckError> {
    let (width, height) = photo.pixels().dimensions();
    if (width.min(height) as usize) < spectrum::SIDE {
        return Ok(None);
    }
    let find = || Spectrum::of(photo.pixels(), || run.go_on());
    photo.spectrum().or_find(find).map(Some)
}

#[cfg(test)]
pub(crate) mod tests;
