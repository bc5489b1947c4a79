//! A capture, decoded: what checks judge.
//!
//! Whatever comes from outside is bounded before it is parsed and fails with a code, never with a panic.

mod heart;
mod motion;
mod once;
mod photo;
mod place;
mod sound;
mod text;

use std::panic::{self, AssertUnwindSafe};

use earnest_domain::capture::CaptureKind;

pub use self::{
    heart::{Heart, HeartKind},
    motion::{Motion, Reading},
    photo::{Photo, Position, Taken, Told},
    place::{Fix, Moving, Place},
    sound::{Block, Levels, Sound, SoundTold},
    text::Text,
};
pub(crate) use self::{once::Once, sound::millis};
use crate::Cancel;

/// Something that was captured.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Capture {
    /// Motion of a wearable.
    Motion(Motion),
    /// An electrocardiogram or a pulse wave.
    Heart(Heart),
    /// A picture.
    Photo(Photo),
    /// A recording of sound.
    Sound(Sound),
    /// Words.
    Text(Text),
    /// Positions over time.
    Place(Place),
}

impl Capture {
    /// What it is.
    pub const fn kind(&self) -> CaptureKind {
        match self {
            Self::Motion(_) => CaptureKind::Motion,
            Self::Heart(_) => CaptureKind::Heart,
            Self::Photo(_) => CaptureKind::Photo,
            Self::Sound(_) => CaptureKind::Sound,
            Self::Text(_) => CaptureKind::Text,
            Self::Place(_) => CaptureKind::Place,
        }
    }
}

impl Capture {
    /// From the bytes of a file: of `kind` if it is known, and otherwise of the kind that its first bytes tell. What begins as nothing
    /// else is a text.
    ///
    /// # Errors
    /// [`CaptureError`] when the bytes are no such capture. Motion has no file of its own: recordings are read by `earnest-wearables`.
    pub fn from_bytes(bytes: &[u8], kind: Option<CaptureKind>) -> Result<Self, CaptureError> {
        Self::from_bytes_until(bytes, kind, &Cancel::default())
    }

    /// The same, until nobody waits for it any more.
    ///
    /// # Errors
    /// [`CaptureError::Cancelled`] then; otherwise as [`Capture::from_bytes`].
    pub fn from_bytes_until(bytes: &[u8], kind: Option<CaptureKind>, cancel: &Cancel) -> Result<Self, CaptureError> {
        if cancel.is_cancelled() {
            return Err(CaptureError::Cancelled);
        }
        let kind = kind.unwrap_or_else(|| kind_of(bytes));
        guarded(kind, || match kind {
            CaptureKind::Heart => Heart::from_bytes(bytes).map(Self::Heart),
            CaptureKind::Photo => Photo::from_bytes(bytes).map(Self::Photo),
            CaptureKind::Sound => Sound::from_bytes_until(bytes, cancel).map(Self::Sound),
            CaptureKind::Text => Text::from_bytes(bytes).map(Self::Text),
            CaptureKind::Place => Place::from_bytes(bytes).map(Self::Place),
            _ => Err(CaptureError::UnknownFormat),
        })
    }

    /// The most bytes that a file of any kind may have.
    pub const MOST_BYTES: usize = largest(&[
        Heart::MOST_BYTES,
        Photo::MOST_BYTES,
        Sound::MOST_BYTES,
        Text::MOST_BYTES,
        Place::MOST_BYTES,
    ]);
}

const fn largest(sizes: &[usize]) -> usize {
    match sizes {
        [] => 0,
        [first, rest @ ..] => {
            let of_rest = largest(rest);
            if *first > of_rest { *first } else { of_rest }
        }
    }
}

/// Most decoders are other people's, and read what strangers send: should one of them panic, the file is none, and no more is lost.
fn guarded<T>(kind: CaptureKind, decode: impl FnOnce() -> Result<T, CaptureError>) -> Result<T, CaptureError> {
    // Of what the closure holds, nothing is written to but what it returns.
    panic::catch_unwind(AssertUnwindSafe(decode)).unwrap_or(Err(CaptureError::DecoderFailed { kind }))
}

/// The kind that the first bytes of a file tell.
fn kind_of(bytes: &[u8]) -> CaptureKind {
    if Photo::begins(bytes) {
        CaptureKind::Photo
    } else if Sound::begins(bytes) {
        CaptureKind::Sound
    } else if Place::begins(bytes) {
        CaptureKind::Place
    } else if Heart::begins(bytes) {
        CaptureKind::Heart
    } else {
        CaptureKind::Text
    }
}

/// Why bytes are no capture. Nothing of them is kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CaptureError {
    /// There are no bytes.
    #[error("the file is empty; capture it again")]
    Empty,
    /// More than a capture of that kind has.
    #[error("this is larger than a {kind} may be ({most}); nothing of it was kept")]
    TooLarge {
        /// What it was taken for.
        kind: CaptureKind,
        /// The bound, in words.
        most: &'static str,
    },
    /// No kind of capture begins like this.
    #[error("this is no photo, sound, text or recording that Earnest can read; nothing of it was kept")]
    UnknownFormat,
    /// A photo as iPhones keep it, which is not read.
    #[error(
        "photos in HEIC and AVIF cannot be read yet: save it as JPEG and try again (on an iPhone: Settings, Camera, Formats, Most Compatible)"
    )]
    HeicUnsupported,
    /// Sound in a coding that is not read.
    #[error("this sound is coded in a way that Earnest cannot read; save it as WAV, FLAC, MP3, M4A, Ogg or WebM and try again")]
    CodecUnsupported,
    /// A file that begins as one of that kind, and is none.
    #[error("this {kind} is damaged: {reason}. Capture it again; nothing of it was kept")]
    Broken {
        /// What it was taken for.
        kind: CaptureKind,
        /// What its decoder said.
        reason: String,
    },
    /// A file that its decoder cannot cope with.
    #[error(
        "this {kind} cannot be read: its decoder gave up. Capture it again, or save it in another format; nothing of it was kept"
    )]
    DecoderFailed {
        /// What it was taken for.
        kind: CaptureKind,
    },
    /// Nobody waits for it any more.
    #[error("reading it was ended; nothing was changed")]
    Cancelled,
    /// A value that nothing on Earth has.
    #[error(
        "this {kind} holds an impossible {what} (number {at}); nothing of it was kept. Export it again from where it was recorded"
    )]
    Impossible {
        /// What it was taken for.
        kind: CaptureKind,
        /// What cannot be.
        what: &'static str,
        /// Of which item, counted from 0.
        at: usize,
    },
    /// Bytes that are no text.
    #[error("this is no text: byte {at} is not UTF-8. Save it as UTF-8 and try again")]
    NotUtf8 {
        /// Where the first wrong byte is.
        at: usize,
    },
    /// Characters that no person types, as files of programs have them.
    #[error("this holds bytes that are no text (byte {at}); nothing of it was kept")]
    NotText {
        /// Where the first of them is.
        at: usize,
    },
}

impl CaptureError {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "empty_file",
            Self::TooLarge { .. } => "too_large",
            Self::UnknownFormat => "unknown_format",
            Self::HeicUnsupported => "heic_unsupported",
            Self::CodecUnsupported => "codec_unsupported",
            Self::Broken { .. } => "broken",
            Self::DecoderFailed { .. } => "decoder_failed",
            Self::Cancelled => "cancelled",
            Self::Impossible { .. } => "impossible_value",
            Self::NotUtf8 { .. } => "not_utf8",
            Self::NotText { .. } => "not_text",
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::panic)]
    use super::*;

    #[test]
    fn a_decoder_that_panics_is_a_reason() {
        for kind in [CaptureKind::Photo, CaptureKind::Sound, CaptureKind::Place] {
            let given_up = guarded::<()>(kind, || panic!("index out of bounds"));
            assert_eq!(given_up, Err(CaptureError::DecoderFailed { kind }));
            assert_eq!(given_up.map_err(|error| error.code()), Err("decoder_failed"));
        }
        assert_eq!(guarded(CaptureKind::Text, || Ok(1)), Ok(1));
        assert_eq!(
            guarded::<()>(CaptureKind::Text, || Err(CaptureError::Empty)),
            Err(CaptureError::Empty)
        );
    }

    #[test]
    fn what_nobody_waits_for_is_not_read() {
        let cancel = Cancel::default();
        assert!(Capture::from_bytes_until(b"A walk along the river.", None, &cancel).is_ok());
        cancel.cancel();
        let ended = Capture::from_bytes_until(b"A walk along the river.", None, &cancel);
        assert_eq!(ended, Err(CaptureError::Cancelled));
    }
}
