//! Nakedness and sex in a photo, by Yahoo's `open_nsfw`: such a photo does not leave.

use earnest_domain::verdict::{Evidence, Permille};
use image::RgbImage;
use ort::{session::Session, value::TensorRef};
use serde::Deserialize;

use crate::{
    Check, CheckError, Finding, Manifest, Model, Run,
    capture::Capture,
    models::{
        self, failed,
        photo::{Part, scaled},
    },
};

const NAME: &str = "photo_unsafe";

/// Pixels along a side of its input: the middle of a photo that was made 256 x 256, whatever its shape, as in training.
const SIDE: u32 = 224;
const MIDDLE: f64 = 0.875;
/// Means of blue, green and red in training.
const MEAN: [f32; 3] = [104.0, 117.0, 123.0];

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Unsafe {
        model: manifest.needed_model(NAME)?,
        limits: manifest.limits(NAME)?,
    }))
}

#[derive(Debug)]
struct Unsafe {
    model: Model,
    limits: Limits,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    most: f32,
}

impl Check for Unsafe {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Photo(photo) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        let input = input(photo.pixels())?;
        let read = || models::beside(NAME, &self.model);
        let likely = run.models.with(NAME, &self.model, read, |session| ask(session, &input))?;
        let most = self.limits.most;
        // Written so that what is no number is not called safe.
        let reason = if likely <= most { "safe" } else { "unsafe" };
        Ok(
            Finding::new(reason, Permille::from_unit(1.0 - likely)).with([Evidence::Measure {
                what: "unsafe".into(),
                value: f64::from(likely),
                unit: "1".into(),
                least: None,
                most: Some(f64::from(most)),
            }]),
        )
    }
}

/// The middle of a photo as the model reads it: pixel after pixel, blue first.
fn input(pixels: &RgbImage) -> Result<Vec<f32>, CheckError> {
    let small = scaled(NAME, pixels, Part::middle(pixels, MIDDLE, MIDDLE), [SIDE, SIDE])?;
    let [blue, green, red] = MEAN;
    let pixels = small.pixels().flat_map(|pixel| {
        let [r, g, b] = pixel.0.map(f32::from);
        [b - blue, g - green, r - red]
    });
    Ok(pixels.collect())
}

/// How likely it is unsafe.
fn ask(session: &mut Session, input: &[f32]) -> Result<f32, CheckError> {
    let side = SIDE as usize;
    let photo = TensorRef::from_array_view(([1, side, side, 3], input)).map_err(|error| failed(NAME, error))?;
    let outputs = session
        .run(ort::inputs!["input:0" => photo])
        .map_err(|error| failed(NAME, error))?;
    let output = outputs.get("outputs").ok_or_else(|| failed(NAME, "it gives no outputs"))?;
    let (_, values) = output.try_extract_tensor::<f32>().map_err(|error| failed(NAME, error))?;
    values
        .get(1)
        .copied()
        .ok_or_else(|| failed(NAME, "it gives other outputs than before"))
}

#[cfg(test)]
pub(crate) mod tests;
