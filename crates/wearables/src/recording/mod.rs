//! Motion from a file: what was measured, how long after the start, and what it is known to be.
//!
//! Two kinds of file are read: the `.ts` files of the time series classification archive, whose cases carry a label, and SenML in JSON
//! (one pack, or a pack a line) or CBOR, which is what people can record themselves.

mod ts;

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

use earnest_domain::{
    sample::Sample,
    stream::Channel,
    time::{Span, Timestamp},
};

use crate::protocols::senml;

/// A recording is read into memory, so it may be this large: 64 MiB, days of motion.
const LARGEST: u64 = 64 << 20;

/// One value, some time after the start.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moment {
    /// How long after the start of the recording.
    pub after: Span,
    /// What was measured.
    pub channel: Channel,
    /// How much, in the stream's unit; finite.
    pub value: f32,
}

/// A stretch of a recording whose motion is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// What it is, in lower case.
    pub label: String,
    /// When it starts, after the start of the recording.
    pub start: Span,
    /// How long it is.
    pub length: Span,
}

/// Motion from a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Recording {
    /// What to call it.
    pub name: String,
    /// Where it comes from.
    pub source: String,
    /// Stretches that are labelled, in order; none when nobody labelled them.
    pub cases: Vec<Case>,
    /// What was measured, in order of time.
    pub moments: Vec<Moment>,
    /// Records of the file that could not be taken.
    pub skipped: usize,
}

/// A file that is no recording.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecordingError {
    /// The file cannot be read.
    #[error("the recording cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// The file is larger than 64 MiB.
    #[error("the recording is larger than {} MiB; cut it into parts", LARGEST >> 20)]
    TooLarge,
    /// The file says something that cannot be.
    #[error("line {line} of the recording: {what}")]
    Malformed {
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        what: String,
    },
    /// The plan asks for more cases than there are.
    #[error("the recording has {there} cases of “{label}” that are not used yet, not {wanted}")]
    TooFewCases {
        /// The label asked for.
        label: String,
        /// How many the plan asks for.
        wanted: usize,
        /// How many are left.
        there: usize,
    },
    /// Nothing in the file could be taken.
    #[error("the recording holds nothing that Earnest has a channel for{}", first.as_ref().map(|first| format!(" ({first})")).unwrap_or_default())]
    Empty {
        /// Why the first record was not taken.
        first: Option<String>,
    },
}

impl RecordingError {
    /// A stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "recording_unreadable",
            Self::TooLarge => "recording_too_large",
            Self::Malformed { .. } => "recording_malformed",
            Self::TooFewCases { .. } => "recording_too_few_cases",
            Self::Empty { .. } => "recording_empty",
        }
    }
}

impl Recording {
    /// Reads a file whole, whichever kind it is: `.ts`, or else SenML.
    ///
    /// # Errors
    /// It cannot be read, is too large, or holds nothing that can be played.
    pub fn open(path: &Path) -> Result<Self, RecordingError> {
        if path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("ts")) {
            ts::basic_motions(&text(path)?, None)
        } else {
            let name = path
                .file_stem()
                .map(|stem| stem.to_string_lossy().into_owned())
                .unwrap_or_default();
            Self::from_senml(&name, &bytes(path)?)
        }
    }

    /// Reads `BasicMotions` (`.ts`): a smartwatch's accelerometer and gyroscope, 10 Hz, ten seconds a case, standing, walking, running or
    /// badminton. Lays the cases of `plan` end to end: a label and how many of it, each case used once, in the order of the file.
    ///
    /// # Errors
    /// It cannot be read, is no such file, or has fewer cases than the plan asks for.
    pub fn basic_motions(path: &Path, plan: &[(&str, usize)]) -> Result<Self, RecordingError> {
        ts::basic_motions(&text(path)?, Some(plan))
    }

    /// SenML: a pack, or JSON packs line by line. Times count from the earliest.
    ///
    /// # Errors
    /// A pack is broken, or no record could be taken.
    pub fn from_senml(name: &str, content: &[u8]) -> Result<Self, RecordingError> {
        let limits = senml::Limits {
            records: usize::MAX,
            ..senml::Limits::default()
        };
        let lines: Vec<&[u8]> = content.split(|byte| *byte == b'\n').collect();
        let by_line = senml::Format::detect(content) == senml::Format::Json
            && lines
                .iter()
                .all(|line| line.trim_ascii().first().is_none_or(|first| *first == b'['))
            && lines
                .iter()
                .all(|line| line.trim_ascii().last().is_none_or(|last| *last == b']'));
        let packs = if by_line { lines } else { vec![content] };

        let mut samples: Vec<Sample> = Vec::new();
        let mut skipped = 0;
        let mut first = None;
        for (index, pack) in packs
            .into_iter()
            .enumerate()
            .filter(|(_, pack)| !pack.trim_ascii().is_empty())
        {
            let decoded = senml::decode_recorded(pack, &limits);
            if decoded.unsound {
                let what = decoded
                    .rejections
                    .into_iter()
                    .next()
                    .map(|rejection| rejection.detail)
                    .unwrap_or_default();
                return Err(RecordingError::Malformed { line: index + 1, what });
            }
            skipped += decoded.rejections.len();
            first = first.or_else(|| decoded.rejections.into_iter().next().map(|rejection| rejection.detail));
            samples.extend(decoded.samples);
        }
        samples.sort_by_key(|sample| sample.time);
        let start = samples.first().ok_or(RecordingError::Empty { first })?.time;
        let moments = samples.iter().map(|sample| Moment {
            after: sample.time.since(start),
            channel: sample.channel,
            value: sample.value,
        });
        Ok(Self {
            name: name.to_owned(),
            source: "SenML".to_owned(),
            cases: Vec::new(),
            moments: moments.collect(),
            skipped,
        })
    }

    /// The channels that it has, by code.
    pub fn channels(&self) -> Vec<Channel> {
        Channel::ALL
            .into_iter()
            .filter(|channel| self.moments.iter().any(|moment| moment.channel == *channel))
            .collect()
    }

    /// From its start to the last value, or to the end of the last case.
    pub fn length(&self) -> Span {
        let moments = self.moments.last().map(|moment| moment.after).unwrap_or_default();
        let cases = self
            .cases
            .last()
            .map(|case| Span::from_micros(case.start.micros().saturating_add(case.length.micros())));
        moments.max(cases.unwrap_or_default())
    }

    /// The samples of a recording that starts at `start`.
    pub fn samples(&self, start: Timestamp) -> impl Iterator<Item = Sample> + '_ {
        self.moments.iter().map(move |moment| Sample {
            channel: moment.channel,
            time: start.plus(moment.after),
            value: moment.value,
        })
    }
}

fn bytes(path: &Path) -> Result<Vec<u8>, RecordingError> {
    let mut content = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut content)?;
    if content.len() as u64 > LARGEST {
        Err(RecordingError::TooLarge)
    } else {
        Ok(content)
    }
}

fn text(path: &Path) -> Result<String, RecordingError> {
    String::from_utf8(bytes(path)?).map_err(|_| RecordingError::Malformed {
        line: 1,
        what: "it is no text".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    #[test]
    fn packs_line_by_line_are_one_recording() {
        let lines = b"[{\"bt\":1700000001,\"n\":\"heart_rate\",\"v\":61}]\n\n[{\"bt\":1700000000,\"n\":\"heart_rate\",\"v\":60},{\"n\":\"mood\",\"v\":1}]\n";
        let recording = Recording::from_senml("mine", lines).unwrap();
        let seconds: Vec<_> = recording
            .moments
            .iter()
            .map(|moment| (moment.after.seconds(), moment.value))
            .collect();
        assert_eq!(seconds, [(0, 60.0), (1, 61.0)], "in order of time, from the earliest");
        assert_eq!(
            (recording.skipped, recording.channels(), recording.length()),
            (1, vec![Channel::HeartRate], Span::from_seconds(1))
        );
    }

    #[test]
    fn one_pack_over_many_lines_with_times_from_zero_is_read() {
        let pack = b"[\n {\"n\":\"acceleration.x\",\"t\":0.5,\"v\":1},\n {\"n\":\"acceleration.x\",\"t\":0.52,\"v\":2}\n]";
        let recording = Recording::from_senml("mine", pack).unwrap();
        assert_eq!(recording.length(), Span::from_millis(20));
        assert_eq!(
            recording.samples(Timestamp::from_seconds(100)).last().unwrap().time,
            Timestamp::from_micros(100_020_000)
        );
    }

    #[test]
    fn what_cannot_be_played_says_why() {
        assert!(matches!(
            Recording::from_senml("x", b"[{}\n{"),
            Err(RecordingError::Malformed { line: 1, .. })
        ));
        let error = Recording::from_senml("x", b"[{\"n\":\"mood\",\"v\":1}]").unwrap_err();
        assert!(error.to_string().contains("mood"), "{error}");
        assert!(matches!(
            Recording::from_senml("x", b""),
            Err(RecordingError::Empty { first: None })
        ));
    }
}
