//! What a file is.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
};

use earnest_checks::{
    Cancel,
    capture::{Capture, CaptureError, Motion, Photo, Sound},
};
use earnest_domain::{
    capture::{CaptureKind, Speech},
    stream::Channel,
    time::Timestamp,
};
use earnest_wearables::recording::{Recording, RecordingError};

/// The kinds that a file may be said to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Kind {
    /// A recording of a wearable: `.ts`, or SenML in JSON or CBOR
    Motion,
    /// A pulse wave or an electrocardiogram: CSV
    Heart,
    /// JPEG, PNG or WebP
    Photo,
    /// WAV, FLAC, MP3, Ogg or M4A
    Sound,
    /// Words, in UTF-8
    Text,
    /// Positions: OwnTracks or GPX
    Place,
}

impl From<Kind> for CaptureKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Motion => Self::Motion,
            Kind::Heart => Self::Heart,
            Kind::Photo => Self::Photo,
            Kind::Sound => Self::Sound,
            Kind::Text => Self::Text,
            Kind::Place => Self::Place,
        }
    }
}

/// What is thought of speech in a sound.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum SpeechIs {
    /// It may be there
    Welcome,
    /// It is what was asked for: without it the sound is recorded again
    Wanted,
    /// It is taken out of what leaves
    Unwanted,
}

impl From<SpeechIs> for Speech {
    fn from(is: SpeechIs) -> Self {
        match is {
            SpeechIs::Welcome => Self::Welcome,
            SpeechIs::Wanted => Self::Wanted,
            SpeechIs::Unwanted => Self::Unwanted,
        }
    }
}

/// Why a file was not opened as a capture: a stable code, and words.
pub(super) struct Unopened {
    pub(super) code: &'static str,
    pub(super) says: String,
    /// Whether what it holds was seen. Then that it is no capture is a verdict.
    pub(super) was_read: bool,
}

impl From<CaptureError> for Unopened {
    fn from(error: CaptureError) -> Self {
        Self {
            code: error.code(),
            says: error.to_string(),
            was_read: true,
        }
    }
}

impl From<RecordingError> for Unopened {
    fn from(error: RecordingError) -> Self {
        Self {
            code: error.code(),
            says: error.to_string(),
            was_read: !matches!(error, RecordingError::Unreadable(_)),
        }
    }
}

impl From<io::Error> for Unopened {
    fn from(error: io::Error) -> Self {
        let (code, says) = match error.kind() {
            io::ErrorKind::NotFound => ("no_file", "there is no such file".to_owned()),
            _ => ("cannot_read", format!("the file cannot be read: {error}")),
        };
        Self {
            code,
            says,
            was_read: false,
        }
    }
}

/// Opens a file as a capture.
pub(super) fn open(file: &Path, kind: Option<Kind>, cancel: &Cancel) -> Result<Capture, Unopened> {
    // A pipe would be waited for, and a device may never end.
    if !fs::metadata(file)?.is_file() {
        return Err(Unopened {
            code: "no_file",
            says: "this is no file, but a folder or a device".to_owned(),
            was_read: false,
        });
    }
    if is_motion(file, kind) {
        return motion(file);
    }
    let capture = Capture::from_bytes_until(&read(file, Capture::MOST_BYTES)?, kind.map(CaptureKind::from), cancel);
    match capture {
        // What is JSON, and nothing else that is known, may be SenML.
        Ok(Capture::Text(_)) if kind.is_none() && ends(file, &["json"]) => motion(file),
        other => Ok(other?),
    }
}

/// The kind that [`open`] would find, without decoding what is large; `None` where it cannot be opened.
pub(super) fn kind(file: &Path, kind: Option<Kind>) -> Option<CaptureKind> {
    if is_motion(file, kind) {
        return Some(CaptureKind::Motion);
    }
    if let Some(kind) = kind {
        return Some(kind.into());
    }
    let is_file = fs::metadata(file).is_ok_and(|metadata| metadata.is_file());
    let head = is_file.then(|| read(file, HEAD).ok()).flatten()?;
    if Photo::begins(&head) {
        Some(CaptureKind::Photo)
    } else if Sound::begins(&head) {
        Some(CaptureKind::Sound)
    } else {
        open(file, None, &Cancel::default()).ok().map(|capture| capture.kind())
    }
}

/// As many bytes as tell a photo or a sound.
const HEAD: usize = 4_096;

fn is_motion(file: &Path, kind: Option<Kind>) -> bool {
    kind == Some(Kind::Motion) || kind.is_none() && ends(file, &["ts", "senml", "senmlc", "cbor"])
}

fn ends(file: &Path, extensions: &[&str]) -> bool {
    let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    extensions.iter().any(|other| extension.eq_ignore_ascii_case(other))
}

/// The first bytes of a file: no more than tell that it has more than `most`.
fn read(file: &Path, most: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(file)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn motion(file: &Path) -> Result<Capture, Unopened> {
    let recording = Recording::open(file)?;
    let mut motion = Motion::default();
    for moment in recording.moments {
        let axis = match moment.channel {
            Channel::AccelerationX => &mut motion.acceleration[0],
            Channel::AccelerationY => &mut motion.acceleration[1],
            Channel::AccelerationZ => &mut motion.acceleration[2],
            Channel::AngularVelocityX => &mut motion.angular_velocity[0],
            Channel::AngularVelocityY => &mut motion.angular_velocity[1],
            Channel::AngularVelocityZ => &mut motion.angular_velocity[2],
            _ => continue,
        };
        axis.push((Timestamp::default().plus(moment.after), moment.value));
    }
    Ok(Capture::Motion(motion))
}
