//! What an English text means, as a direction in 384 dimensions: texts that say the same point the same way.
//!
//! The model is all-MiniLM-L6-v2 with 8-bit weights (pinned in `crates/xtask/pins.toml`), its words are cut as BERT's are
//! (`wordpiece.rs`), and the mean over its tokens is brought to length 1, as sentence-transformers does. Shared by the checks that
//! compare meanings; what a text means is found once for both.

mod wordpiece;

use ort::{session::Session, value::TensorRef};

pub(crate) use self::wordpiece::Tokens;
use crate::{
    CheckError, Manifest, Model, Run,
    capture::{Once, Text},
    models, text_personal_data,
};

/// Numbers in a meaning.
const SIZE: usize = 384;

/// A direction: its length is 1, or 0 for what has none.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Meaning(Vec<f32>);

impl Meaning {
    /// How many bytes one is kept in.
    pub(crate) const BYTES: usize = SIZE;

    /// The cosine of the angle between two: 1 for the same, about 0 for what has nothing to do with each other.
    pub(crate) fn likeness(&self, other: &Self) -> f32 {
        self.0.iter().zip(&other.0).map(|(one, other)| one * other).sum()
    }

    /// In eight bits a number, the largest as 127.
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let most = self.0.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
        let scale = if most > 0.0 { 127.0 / most } else { 0.0 };
        #[allow(clippy::cast_possible_truncation)] // within -127..=127
        let byte = |value: &f32| ((value * scale).round() as i8).cast_unsigned();
        self.0.iter().map(byte).collect()
    }

    /// From those bytes; `None` when they are too few or too many.
    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let values: Vec<f32> = bytes.iter().map(|byte| f32::from(byte.cast_signed())).collect();
        (values.len() == SIZE).then(|| Self::towards(values))
    }

    fn towards(mut values: Vec<f32>) -> Self {
        let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
        // What is no number has no direction either.
        if length.is_normal() {
            for value in &mut values {
                *value /= length;
            }
        } else {
            values.fill(0.0);
        }
        Self(values)
    }
}

/// A text without what is taken out of it, cut for the model, and what that means: found once, for every check that asks.
#[derive(Debug, Clone)]
pub(crate) struct Said {
    /// The words.
    pub(crate) words: String,
    /// Their pieces.
    pub(crate) tokens: Tokens,
    meaning: Once<Meaning>,
}

impl Said {
    /// What a text says.
    ///
    /// # Errors
    /// [`CheckError::Cancelled`].
    pub(crate) fn of<'t>(text: &'t Text, run: &Run<'_>) -> Result<&'t Self, CheckError> {
        text.said().or_find(|| {
            let words = text_personal_data::taken_out(text.as_str(), run)?;
            Ok(Self {
                tokens: Tokens::of(&words),
                words,
                meaning: Once::default(),
            })
        })
    }
}

/// Finds meanings for one check.
#[derive(Debug, Clone)]
pub(crate) struct Reader {
    check: &'static str,
    model: Model,
}

impl Reader {
    /// For the check of that manifest, which names the model.
    ///
    /// # Errors
    /// [`CheckError::ManifestInvalid`] when it names none.
    pub(crate) fn of(check: &'static str, manifest: &Manifest) -> Result<Self, CheckError> {
        Ok(Self {
            check,
            model: manifest.needed_model(check)?,
        })
    }

    /// What a text means.
    ///
    /// # Errors
    /// As [`Reader::meanings`].
    pub(crate) fn meaning_of<'s>(&self, run: &Run<'_>, said: &'s Said) -> Result<&'s Meaning, CheckError> {
        said.meaning.or_find(|| {
            let meaning = self.meanings(run, &[&said.tokens])?.pop();
            meaning.ok_or_else(|| self.failed("it gives nothing".to_owned()))
        })
    }

    /// What each of these says.
    ///
    /// # Errors
    /// [`CheckError`] when the model is missing, is another one or fails, and when nobody waits any more.
    pub(crate) fn meanings(&self, run: &Run<'_>, texts: &[&Tokens]) -> Result<Vec<Meaning>, CheckError> {
        let read = || models::beside(self.check, &self.model);
        run.models.with(self.check, &self.model, read, |session| {
            let mut meanings = Vec::with_capacity(texts.len());
            for text in texts {
                run.go_on()?;
                meanings.push(self.meaning(session, text)?);
            }
            Ok(meanings)
        })
    }

    fn meaning(&self, session: &mut Session, text: &Tokens) -> Result<Meaning, CheckError> {
        let failed = |error: &ort::Error| self.failed(error.to_string());
        let shape = [1, text.ids.len()];
        let (ones, zeros) = (vec![1_i64; text.ids.len()], vec![0_i64; text.ids.len()]);
        let tensor = |values| TensorRef::from_array_view((shape, values)).map_err(|error| failed(&error));
        let inputs = ort::inputs![
            "input_ids" => tensor(text.ids.as_slice())?,
            "attention_mask" => tensor(ones.as_slice())?,
            "token_type_ids" => tensor(zeros.as_slice())?,
        ];
        let outputs = session.run(inputs).map_err(|error| failed(&error))?;
        let output = outputs
            .get("last_hidden_state")
            .ok_or_else(|| self.failed("it gives no last_hidden_state".to_owned()))?;
        let (_, values) = output.try_extract_tensor::<f32>().map_err(|error| failed(&error))?;
        if values.len() != text.ids.len() * SIZE {
            return Err(self.failed("it gives another shape than it did".to_owned()));
        }
        let mut sum = vec![0.0_f32; SIZE];
        for token in values.chunks_exact(SIZE) {
            for (sum, value) in sum.iter_mut().zip(token) {
                *sum += value;
            }
        }
        Ok(Meaning::towards(sum))
    }

    fn failed(&self, reason: String) -> CheckError {
        CheckError::ModelFailed {
            check: self.check,
            reason,
        }
    }
}

#[cfg(test)]
mod tests;
