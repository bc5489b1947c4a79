//! MobileNetV2: what is in the middle of a photo, as the chances of 1000 things and as 1280 numbers that are near for what looks alike.
//!
//! Two checks ask it; what it says is found once for both. `convert.py` made the model and the labels.

use image::RgbImage;
use ort::{session::Session, value::TensorRef};

use crate::{
    CheckError, Model,
    capture::Photo,
    models::{
        Models, failed,
        photo::{Part, planes, scaled},
    },
};

pub(crate) const MODEL: &[u8] = include_bytes!("model.onnx");

/// Pixels along a side of its input.
const SIDE: u32 = 224;
/// Of the photo's shorter side this much is looked at, as in training (224 of 256).
const MIDDLE: f64 = 0.875;
/// Means and deviations of the three colours in training.
const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
const DEVIATION: [f32; 3] = [0.229, 0.224, 0.225];

/// What it says of a photo.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Impression {
    /// In the order of [`labels`]; they sum to one.
    pub(crate) probabilities: Vec<f32>,
    pub(crate) embedding: Vec<f32>,
}

/// What each class is called, synonyms parted by commas.
pub(crate) fn labels() -> impl ExactSizeIterator<Item = &'static str> {
    include_str!("labels.txt")
        .split_terminator('\n')
        .collect::<Vec<_>>()
        .into_iter()
}

/// What it says of a photo, to whichever check asks first.
///
/// # Errors
/// [`CheckError`] when the model cannot be loaded or fails.
pub(crate) fn look<'p>(
    check: &'static str,
    model: &Model,
    photo: &'p Photo,
    models: &Models,
) -> Result<&'p Impression, CheckError> {
    photo.impression().or_find(|| {
        let look = |session: &mut _| run(check, session, &input(check, photo.pixels())?);
        models.with(check, model, || Ok(MODEL), look)
    })
}

/// The middle of a photo as the model reads it.
pub(crate) fn input(check: &'static str, pixels: &RgbImage) -> Result<Vec<f32>, CheckError> {
    let (width, height) = (f64::from(pixels.width()), f64::from(pixels.height()));
    let side = width.min(height) * MIDDLE;
    let small = scaled(check, pixels, Part::middle(pixels, side / width, side / height), [SIDE, SIDE])?;
    let side = SIDE as usize;
    let mut input = Vec::with_capacity(3 * side * side);
    let normal = |colour: usize, value: f32| (value / 255.0 - MEAN[colour]) / DEVIATION[colour];
    planes(&small, [0, 0, side, side], [side, side], normal, &mut input);
    Ok(input)
}

/// Asks the model.
pub(crate) fn run(check: &'static str, session: &mut Session, input: &[f32]) -> Result<Impression, CheckError> {
    let side = SIDE as usize;
    let photo = TensorRef::from_array_view(([1, 3, side, side], input)).map_err(|error| failed(check, error))?;
    let outputs = session
        .run(ort::inputs!["photo" => photo])
        .map_err(|error| failed(check, error))?;
    let floats = |name: &str| {
        let output = outputs
            .get(name)
            .ok_or_else(|| failed(check, format!("it gives no {name}")))?;
        let (_, values) = output.try_extract_tensor::<f32>().map_err(|error| failed(check, error))?;
        Ok(values.to_vec())
    };
    Ok(Impression {
        probabilities: floats("probabilities")?,
        embedding: floats("embedding")?,
    })
}
