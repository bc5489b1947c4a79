//! The model, and what it says of a window.

use ort::{session::Session, value::TensorRef};

use super::NAME;
use crate::CheckError;

pub(super) const MODEL: &[u8] = include_bytes!("model.onnx");

/// What the model reads, in readings a second and seconds.
pub(super) const RATE: u32 = 10;
pub(super) const SECONDS: i64 = 4;

/// Three axes of two sensors.
const CHANNELS: usize = 6;

/// What the model says of a window.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Answer {
    /// Of each exercise in the manifest's order, then of anything else; they sum to one.
    pub(super) probabilities: Vec<f32>,
    /// From the nearest exercise, squared Mahalanobis per feature: about 1 for a usual window.
    pub(super) distance: f32,
}

/// Asks it about one window, `[6, 40]` row by row: acceleration in m/s2 with gravity, angular velocity in rad/s.
pub(super) fn ask(session: &mut Session, prepared: &[f32]) -> Result<Answer, CheckError> {
    let shape = [1, CHANNELS, prepared.len() / CHANNELS];
    let window = TensorRef::from_array_view((shape, prepared)).map_err(|error| failed(&error.to_string()))?;
    let outputs = session
        .run(ort::inputs!["window" => window])
        .map_err(|error| failed(&error.to_string()))?;
    let floats = |name: &str| {
        let output = outputs.get(name).ok_or_else(|| failed("an output is missing"))?;
        let extracted = output.try_extract_tensor::<f32>();
        extracted
            .map(|(_, values)| values)
            .map_err(|error| failed(&error.to_string()))
    };
    let distance = floats("distance")?.first().copied();
    Ok(Answer {
        probabilities: floats("probabilities")?.to_vec(),
        distance: distance.ok_or_else(|| failed("no distance is given"))?,
    })
}

fn failed(reason: &str) -> CheckError {
    CheckError::ModelFailed {
        check: NAME,
        reason: reason.to_owned(),
    }
}
