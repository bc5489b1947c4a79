//! Silero VAD: how likely someone speaks, for each 32 milliseconds.

use ort::{session::Session, value::TensorRef};

use super::NAME;
use crate::{CheckError, Run};

/// Samples that are judged at a time, and samples before them that the model hears as well.
pub(super) const FRAME: usize = 512;
const BEFORE: usize = 64;
/// Frames that go through the model in one call, eight seconds: enough to make calls cheap, few enough to stop soon.
const FRAMES: usize = 256;
/// The model's memory: two vectors of so many numbers.
const MEMORY: usize = 128;

/// A probability for each frame; the last is filled up with silence.
pub(super) fn probabilities(session: &mut Session, samples: &[f32], run: &Run<'_>) -> Result<Vec<f32>, CheckError> {
    let mut probabilities = Vec::with_capacity(samples.len().div_ceil(FRAME));
    let (mut hidden, mut cell) = (vec![0.0_f32; MEMORY], vec![0.0_f32; MEMORY]);
    let mut frames = Vec::with_capacity(FRAMES * (BEFORE + FRAME));
    for (number, part) in samples.chunks(FRAMES * FRAME).enumerate() {
        run.go_on()?;
        let start = number * FRAMES * FRAME;
        frames.clear();
        for from in (start..start + part.len()).step_by(FRAME) {
            let to = samples.len().min(from + FRAME);
            // Before the first sample there was silence.
            let before = from.saturating_sub(BEFORE);
            frames.resize(frames.len() + BEFORE - (from - before), 0.0);
            frames.extend_from_slice(&samples[before..to]);
            frames.resize(frames.len().next_multiple_of(BEFORE + FRAME), 0.0);
        }
        let count = frames.len() / (BEFORE + FRAME);
        let input = TensorRef::from_array_view(([count, BEFORE + FRAME], frames.as_slice())).map_err(|error| failed(&error))?;
        let state = [1, 1, MEMORY];
        let outputs = session
            .run(ort::inputs![
                "input" => input,
                "h" => TensorRef::from_array_view((state, hidden.as_slice())).map_err(|error| failed(&error))?,
                "c" => TensorRef::from_array_view((state, cell.as_slice())).map_err(|error| failed(&error))?,
            ])
            .map_err(|error| failed(&error))?;
        let floats = |name: &str, expected: usize| {
            let output = outputs.get(name).and_then(|output| output.try_extract_tensor::<f32>().ok());
            output
                .map(|(_, values)| values.to_vec())
                .filter(|values| values.len() == expected)
                .ok_or_else(|| CheckError::ModelFailed {
                    check: NAME,
                    reason: format!("it gives no {name} of {expected} numbers"),
                })
        };
        probabilities.extend(floats("speech_probs", count)?);
        (hidden, cell) = (floats("hn", MEMORY)?, floats("cn", MEMORY)?);
    }
    Ok(probabilities)
}

fn failed(error: &ort::Error) -> CheckError {
    CheckError::ModelFailed {
        check: NAME,
        reason: error.to_string(),
    }
}
