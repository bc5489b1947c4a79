//! Whether a photo shows a screen: a fine grid whose colours lie beside each other.

mod spectrum;

use earnest_domain::verdict::{Evidence, Permille};
use serde::Deserialize;

use self::spectrum::Spectrum;
use crate::{Check, CheckError, Finding, Manifest, Run, capture::Capture};

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
        let (width, height) = photo.pixels().dimensions();
        if (width.min(height) as usize) < spectrum::SIDE {
            return Ok(Finding::new("too_small", Permille::ONE));
        }
        let spectrum = Spectrum::of(photo.pixels(), || run.go_on())?;
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
        let measure = |what: &'static str, value: f32, unit: &'static str, most: Option<f32>| Evidence::Measure {
            what: what.into(),
            value: value.into(),
            unit: unit.into(),
            least: None,
            most: most.map(Into::into),
        };
        Ok(Finding::new(reason, score).with([
            measure("prominence", prominence, "1", Some(most)),
            measure("prominence_of_any", lines.any, "1", None),
            measure("frequency", along.hypot(down), "{cycle}/{pixel}", None),
        ]))
    }
}

#[cfg(test)]
pub(crate) mod tests;
