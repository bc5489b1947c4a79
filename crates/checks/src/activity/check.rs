//! Judges windows of motion.

use std::fmt;

use earnest_domain::activity::{Activity, Window, WindowReason};
use earnest_domain::time::{Span, Timestamp};
use earnest_domain::verdict::Permille;
use ort::session::Session;
use ort::value::TensorRef;

use super::manifest::Limits;
use super::resample::{Place, resample};
use crate::{
    CheckError, Manifest, Model,
    capture::{Motion, Reading},
    models,
};

/// The check's name, in manifests and errors.
pub(super) const NAME: &str = "activity";

pub(super) const MANIFEST: &str = include_str!("manifest.toml");
pub(super) const MODEL: &[u8] = include_bytes!("model.onnx");

/// Three axes of two sensors.
const CHANNELS: usize = 6;

/// The activity check, with a session of its own in ONNX Runtime: one thread, which sleeps when there is nothing to do.
pub struct ActivityCheck {
    session: Session,
    judge: Judge,
}

impl ActivityCheck {
    /// Finds ONNX Runtime, verifies the model against the manifest's hash, and loads it. Takes some tens of milliseconds.
    ///
    /// # Errors
    /// Any [`CheckError`]; each says what to do.
    pub fn load() -> Result<Self, CheckError> {
        Self::from_parts(MANIFEST, MODEL)
    }

    pub(super) fn from_parts(manifest: &str, model: &[u8]) -> Result<Self, CheckError> {
        let judge = Judge::of(&Manifest::parse(NAME, manifest)?)?;
        let session = models::load(NAME, &judge.model, model)?;
        Ok(Self { session, judge })
    }

    /// How long a window is; windows follow each other without overlap.
    pub fn window_length(&self) -> Span {
        self.judge.window_length()
    }

    /// What the model reads, in readings a second. A device may send at any rate from this one upwards; ten times it is plenty.
    pub fn rate_hz(&self) -> u32 {
        self.judge.limits.rate_hz
    }

    /// The manifest's version; grows with every change of the model or the thresholds.
    pub fn version(&self) -> u32 {
        self.judge.version
    }

    /// BLAKE3 of the model that judges, in hexadecimal.
    pub fn model_hash(&self) -> &str {
        &self.judge.model.blake3
    }

    /// The model's file name in the check's folder.
    pub fn model_file(&self) -> &str {
        &self.judge.model.file
    }

    /// Judges the window that starts at `start`.
    ///
    /// The score is how sure the model is of its best known motion, even where that was not enough; it is zero where the model was
    /// not asked (gaps, constant input).
    ///
    /// # Errors
    /// [`CheckError::ModelFailed`] if ONNX Runtime fails. Bad readings are no error: they make the window unknown.
    pub fn judge(&mut self, motion: &Motion, start: Timestamp) -> Result<Window, CheckError> {
        self.judge.window(&mut self.session, motion, start)
    }

    #[cfg(test)]
    pub(super) fn parts(&mut self) -> (&Judge, &mut Session) {
        (&self.judge, &mut self.session)
    }
}

impl fmt::Debug for ActivityCheck {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ActivityCheck")
            .field("version", &self.judge.version)
            .field("model", &self.judge.model.blake3)
            .finish_non_exhaustive()
    }
}

/// What judges, beside a session of its model.
#[derive(Debug, Clone)]
pub(super) struct Judge {
    pub(super) limits: Limits,
    pub(super) model: Model,
    pub(super) version: u32,
}

impl Judge {
    pub(super) fn of(manifest: &Manifest) -> Result<Self, CheckError> {
        Ok(Self {
            limits: Limits::of(manifest)?,
            model: manifest.needed_model(NAME)?,
            version: manifest.version,
        })
    }

    pub(super) fn window_length(&self) -> Span {
        Span::from_seconds(i64::from(self.limits.seconds))
    }

    /// The time of one of the model's readings.
    pub(super) fn step(&self) -> Span {
        Span::from_micros(1_000_000 / i64::from(self.limits.rate_hz))
    }

    /// Judges the window that starts at `start`.
    pub(super) fn window(&self, session: &mut Session, motion: &Motion, start: Timestamp) -> Result<Window, CheckError> {
        let length = self.window_length();
        let answer = |label, score, reason| Window {
            start,
            length,
            label,
            score,
            reason,
        };
        let prepared = match self.prepare(motion, start) {
            Ok(prepared) => prepared,
            Err(reason) => return Ok(answer(Activity::Unknown, Permille::ZERO, reason)),
        };
        let Judgement { probabilities, distance } = self.run(session, &prepared)?;
        let limits = &self.limits;

        let mut best = (Activity::Unknown, f32::NEG_INFINITY);
        for (label, probability) in Activity::ALL.into_iter().zip(probabilities) {
            if label != Activity::Unknown && probability > best.1 {
                best = (label, probability);
            }
        }
        let (label, probability) = best;
        let score = Permille::from_unit(probability);
        // Written so that what is no number (readings beyond what floats hold) fails each test and is called unknown.
        let near = distance <= limits.most_distance;
        let known = probabilities.last().is_some_and(|unknown| *unknown <= 0.5);
        Ok(if !(near && known) {
            answer(Activity::Unknown, score, WindowReason::OutOfDistribution)
        } else if probability >= limits.least_score {
            answer(label, score, WindowReason::Recognised)
        } else {
            answer(Activity::Unknown, score, WindowReason::LowConfidence)
        })
    }

    /// The window as the model reads it, `[6, length]` row by row, or why there is none.
    pub(super) fn prepare(&self, motion: &Motion, start: Timestamp) -> Result<Vec<f32>, WindowReason> {
        let window = &self.limits;
        let span = self.window_length().micros();
        let longest_gap = i64::from(window.longest_gap_ms) * 1_000;
        let step = 1_000_000 / i64::from(window.rate_hz);
        let length = self.readings();

        let sensors =
            [&motion.acceleration, &motion.angular_velocity].map(|axes| axes.each_ref().map(|axis| tidy(axis, start, span)));
        if sensors.iter().flatten().any(|axis| has_gap(axis, span, longest_gap)) {
            return Err(WindowReason::Gaps);
        }
        if sensors.iter().any(|axes| axes.iter().all(|axis| is_constant(axis))) {
            return Err(WindowReason::Constant);
        }
        let mut prepared = Vec::with_capacity(CHANNELS * length);
        for axis in sensors.iter().flatten() {
            #[allow(clippy::cast_possible_truncation)] // the model reads 32 bits
            prepared.extend(resample(axis, step, length).into_iter().map(|value| value as f32));
        }
        Ok(prepared)
    }

    /// Asks the model about one prepared window.
    pub(super) fn run(&self, session: &mut Session, prepared: &[f32]) -> Result<Judgement, CheckError> {
        let shape = [1, CHANNELS, self.readings()];
        let window = TensorRef::from_array_view((shape, prepared)).map_err(|error| failed(&error))?;
        let outputs = session
            .run(ort::inputs!["window" => window])
            .map_err(|error| failed(&error))?;
        let floats = |name: &str| {
            let output = outputs.get(name).ok_or_else(|| CheckError::ModelFailed {
                check: NAME,
                reason: format!("it gives no {name}"),
            })?;
            output
                .try_extract_tensor::<f32>()
                .map(|(_, values)| values)
                .map_err(|error| failed(&error))
        };
        let wrong = || CheckError::ModelFailed {
            check: NAME,
            reason: "it gives other outputs than its manifest says".to_owned(),
        };
        let probabilities = floats("probabilities")?.try_into().map_err(|_| wrong())?;
        let distance = floats("distance")?.first().copied().ok_or_else(wrong)?;
        Ok(Judgement { probabilities, distance })
    }

    /// Readings of one axis in a window.
    fn readings(&self) -> usize {
        self.limits.seconds as usize * self.limits.rate_hz as usize
    }
}

/// What the model says of a window.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judgement {
    /// In the order of [`Activity::ALL`]; they sum to one.
    pub(super) probabilities: [f32; Activity::ALL.len()],
    /// From the nearest motion, squared Mahalanobis per feature: about 1 for a usual window.
    pub(super) distance: f32,
}

fn failed(error: &ort::Error) -> CheckError {
    CheckError::ModelFailed {
        check: NAME,
        reason: error.to_string(),
    }
}

/// The readings of `[start, start + span)` that can be used, in microseconds from `start`.
fn tidy(readings: &[Reading], start: Timestamp, span: i64) -> Vec<Place> {
    let mut tidied: Vec<Place> = Vec::new();
    let mut last = -1;
    for &(time, value) in readings {
        let place = time.since(start).micros();
        if place > last && place < span && value.is_finite() {
            tidied.push((place, f64::from(value)));
            last = place;
        }
    }
    tidied
}

/// Whether more than `longest` microseconds of `[0, span)` have no reading.
fn has_gap(axis: &[Place], span: i64, longest: i64) -> bool {
    let mut last = 0;
    axis.iter().map(|reading| reading.0).chain([span]).any(|place| {
        let gap = place - last;
        last = place;
        gap > longest
    })
}

/// Whether a reading never changes by more than a rounding error.
fn is_constant(axis: &[Place]) -> bool {
    let (low, high) = axis.iter().fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), reading| {
        (low.min(reading.1), high.max(reading.1))
    });
    high - low <= 1e-6 * high.abs().max(low.abs()).max(1.0)
}
