//! What may leave of a capture: a new file, made of the capture alone, without what the checks mark and without anything else that its
//! own file may hold.

mod photo;
mod place;
pub(crate) mod sound;
mod text;

use earnest_domain::verdict::{Decision, Verdict};

use crate::{Asked, CheckError, Checks, capture::Capture};

/// A file that may be shared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shared {
    /// What it is (RFC 6838).
    pub media_type: &'static str,
    /// How its name ends.
    pub extension: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Makes what may leave of `capture`; `None` for motion and heart signals, whose samples leave as their grant says and not as a file.
///
/// # Errors
/// [`CheckError::NotJudged`] when a check that [guards](crate::Manifest::guards) captures of this kind was not asked: nobody can say then
/// that nothing private is in it. [`CheckError`] when it cannot be made. Either way nothing may leave.
pub fn shared(checks: &Checks, capture: &Capture, verdicts: &[Verdict], asked: &Asked) -> Result<Option<Shared>, CheckError> {
    match checks.unguarded(capture.kind(), verdicts) {
        Some(check) => Err(CheckError::NotJudged { check }),
        None => made(capture, verdicts, asked),
    }
}

/// The same, of a capture that is known to be guarded.
pub(crate) fn made(capture: &Capture, verdicts: &[Verdict], asked: &Asked) -> Result<Option<Shared>, CheckError> {
    Ok(match capture {
        Capture::Text(text) => Some(Shared {
            media_type: "text/plain; charset=utf-8",
            extension: "txt",
            bytes: text::without_marks(text.as_str(), verdicts).into_bytes(),
        }),
        Capture::Photo(photo) => Some(Shared {
            media_type: "image/jpeg",
            extension: "jpg",
            bytes: photo::without_marks(photo.pixels(), verdicts).map_err(|error| CheckError::RedactFailed {
                reason: error.to_string(),
            })?,
        }),
        Capture::Sound(sound) => Some(Shared {
            media_type: "audio/wav",
            extension: "wav",
            bytes: sound::without_marks(sound, verdicts).map_err(|error| CheckError::RedactFailed {
                reason: error.to_string(),
            })?,
        }),
        Capture::Place(place) => Some(Shared {
            media_type: "text/csv; charset=utf-8",
            extension: "csv",
            bytes: place::as_cells(place, verdicts, asked).into_bytes(),
        }),
        Capture::Motion(_) | Capture::Heart(_) => None,
    })
}

/// The verdicts whose marks have to be taken out.
fn redacting(verdicts: &[Verdict]) -> impl Iterator<Item = &Verdict> {
    verdicts.iter().filter(|verdict| verdict.decision == Decision::Redact)
}

#[cfg(test)]
mod tests;
