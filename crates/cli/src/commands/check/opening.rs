//! What a file is.

use std::{fs::File, io::Read, path::Path};

use earnest_checks::{
    Cancel,
    capture::{Capture, CaptureError, Motion},
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

/// Why a file is no capture: a stable code, and words.
pub(super) struct Unreadable {
    pub(super) code: &'static str,
    pub(super) says: String,
}

impl From<CaptureError> for Unreadable {
    fn from(error: CaptureError) -> Self {
        Self {
            code: error.code(),
            says: error.to_string(),
        }
    }
}

impl From<RecordingError> for Unreadable {
    fn from(error: RecordingError) -> Self {
        Self {
            code: error.code(),
            says: error.to_string(),
        }
    }
}

/// Opens a file as a capture.
pub(super) fn open(file: &Path, kind: Option<Kind>, cancel: &Cancel) -> Result<Capture, Unreadable> {
    let ends = |extensions: &[&str]| {
        let extension = file.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        extensions.iter().any(|other| extension.eq_ignore_ascii_case(other))
    };
    match kind {
        Some(Kind::Motion) => return motion(file),
        None if ends(&["ts", "senml", "senmlc", "cbor"]) => return motion(file),
        _ => {}
    }
    let capture = Capture::from_bytes_until(&read(file, Capture::MOST_BYTES)?, kind.map(CaptureKind::from), cancel);
    match capture {
        // What is JSON, and nothing else that is known, may be SenML.
        Ok(Capture::Text(_)) if kind.is_none() && ends(&["json"]) => motion(file),
        other => Ok(other?),
    }
}

/// The first bytes of a file: no more than tell that it has more than `most`.
fn read(file: &Path, most: usize) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    let read = File::open(file).and_then(|opened| opened.take(most as u64 + 1).read_to_end(&mut bytes));
    read.map(|_| bytes).map_err(|error| Unreadable {
        code: "cannot_read",
        says: format!("the file cannot be read: {error}"),
    })
}

fn motion(file: &Path) -> Result<Capture, Unreadable> {
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
