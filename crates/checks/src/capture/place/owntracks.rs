//! `OwnTracks` JSON: <https://owntracks.org/booklet/tech/json/>.

use std::fmt;

use earnest_domain::time::Timestamp;
use serde::{
    Deserialize, Deserializer,
    de::{self, SeqAccess, Visitor},
};

use super::{Fix, Moving, Place, broken, times, too_large};
use crate::capture::CaptureError;

/// A message of any type; of most types nothing is read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Message<'m> {
    #[serde(borrow, rename = "_type")]
    kind: std::borrow::Cow<'m, str>,
    /// Seconds since 1970.
    tst: Option<f64>,
    lat: Option<f64>,
    lon: Option<f64>,
    /// Metres.
    acc: Option<f64>,
    alt: Option<f64>,
    /// Kilometres an hour; negative where the device does not know.
    vel: Option<f64>,
    /// Some builds and bridges pass on what the system says of a made-up position.
    #[serde(alias = "isMock", alias = "is_mock", alias = "mocked")]
    mock: Option<bool>,
    /// iOS: what the device took its wearer to be doing.
    #[serde(borrow)]
    motionactivities: Option<Few<'m>>,
    steps: Option<f64>,
    from: Option<f64>,
    to: Option<f64>,
}

/// Up to eight words; the rest is passed over.
#[derive(Debug)]
struct Few<'m>(Vec<std::borrow::Cow<'m, str>>);

impl<'de: 'm, 'm> Deserialize<'de> for Few<'m> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;
        impl<'de> Visitor<'de> for Words {
            type Value = Few<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("words")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut words: A) -> Result<Self::Value, A::Error> {
                let mut few = Vec::new();
                while few.len() < 8 {
                    match words.next_element()? {
                        Some(word) => few.push(word),
                        None => return Ok(Few(few)),
                    }
                }
                while words.next_element::<de::IgnoredAny>()?.is_some() {}
                Ok(Few(few))
            }
        }
        deserializer.deserialize_seq(Words)
    }
}

/// What was read so far.
#[derive(Debug, Default)]
struct Read {
    fixes: Vec<Fix>,
    moving: Vec<Moving>,
    /// What the device took its wearer to be doing, from when on.
    doing: Vec<(Timestamp, Doing)>,
    messages: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doing {
    OnFoot,
    AtRest,
    Else,
}

/// What one says lasts until the next, but no longer than this.
const LASTS_SECONDS: i64 = 120;

impl Read {
    /// Takes a message in; `false` once there are more than a capture has.
    fn take(&mut self, message: &Message<'_>) -> bool {
        self.messages += 1;
        if message.kind == "location" {
            // A position without a time or a place is none, as the Recorder has it.
            if let (Some(time), Some(latitude), Some(longitude)) =
                (message.tst.and_then(times::of_number), message.lat, message.lon)
            {
                self.fixes.push(Fix {
                    time,
                    latitude,
                    longitude,
                    // -1 is how iOS says that it does not know.
                    accuracy: message.acc.filter(|accuracy| *accuracy >= 0.0),
                    altitude: message.alt,
                    speed: message.vel.filter(|speed| *speed >= 0.0).map(|speed| speed / 3.6),
                    mock: message.mock.unwrap_or(false),
                });
                if let Some(Few(words)) = &message.motionactivities {
                    self.doing.push((time, doing(words)));
                }
            }
        } else if message.kind == "steps"
            && let (Some(from), Some(to), Some(steps)) = (
                message.from.and_then(times::of_number),
                message.to.and_then(times::of_number),
                message.steps.filter(|steps| (0.0..1e9).contains(steps)),
            )
        {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)] // in range
            self.moving.push(Moving {
                from,
                to,
                steps: Some(steps as u32),
                on_foot: None,
                at_rest: None,
            });
        }
        self.messages <= Place::MOST_FIXES
    }

    fn done(mut self) -> Result<Place, CaptureError> {
        self.doing.sort_by_key(|(time, _)| *time);
        let ends = self.doing.iter().skip(1).map(|(time, _)| Some(*time)).chain([None]);
        for ((from, doing), next) in self.doing.iter().zip(ends) {
            let longest = from.plus(earnest_domain::time::Span::from_seconds(LASTS_SECONDS));
            let to = next.map_or(longest, |next| next.min(longest));
            if *doing != Doing::Else && *from < to {
                self.moving.push(Moving {
                    from: *from,
                    to,
                    steps: None,
                    on_foot: Some(*doing == Doing::OnFoot),
                    at_rest: Some(*doing == Doing::AtRest),
                });
            }
        }
        Place::new(self.fixes, self.moving)
    }
}

fn doing(words: &[std::borrow::Cow<'_, str>]) -> Doing {
    let says = |word: &str| words.iter().any(|said| said == word);
    if says("walking") || says("running") {
        Doing::OnFoot
    } else if says("stationary") && !says("automotive") && !says("cycling") {
        Doing::AtRest
    } else {
        Doing::Else
    }
}

pub(super) fn read(text: &str) -> Result<Place, CaptureError> {
    let mut read = Read::default();
    if text.starts_with('[') {
        let mut array = serde_json::Deserializer::from_str(text);
        let all = array.deserialize_seq(All(&mut read)).map_err(|error| said(&error))?;
        array.end().map_err(|error| said(&error))?;
        return if all { read.done() } else { Err(too_large()) };
    }
    if text.starts_with('{') {
        // Objects one after the other: a line each, or one that was printed over many lines.
        for message in serde_json::Deserializer::from_str(text).into_iter::<Message<'_>>() {
            if !read.take(&message.map_err(|error| said(&error))?) {
                return Err(too_large());
            }
        }
        return read.done();
    }
    for line in text.lines().filter(|line| !line.trim().is_empty()) {
        // The Recorder writes time, topic, and payload; what is no object (a ciphertext, a waypoint's name) is none of ours.
        let payload = line.splitn(3, '\t').nth(2).ok_or_else(|| broken("a line has no message"))?;
        if payload.starts_with('{') && !read.take(&serde_json::from_str(payload).map_err(|error| said(&error))?) {
            return Err(too_large());
        }
    }
    read.done()
}

/// Reads the messages of an array; stops with `false` when they are more than a capture has.
struct All<'r>(&'r mut Read);

impl<'de> Visitor<'de> for All<'_> {
    type Value = bool;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("messages of OwnTracks")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut messages: A) -> Result<bool, A::Error> {
        let mut fit = true;
        while fit {
            match messages.next_element::<Message<'de>>()? {
                Some(message) => fit = self.0.take(&message),
                None => return Ok(true),
            }
        }
        while messages.next_element::<de::IgnoredAny>()?.is_some() {}
        Ok(false)
    }
}

/// The place of the error, and nothing of what stands there: it may be where someone lives.
fn said(error: &serde_json::Error) -> CaptureError {
    let what = if error.is_eof() {
        "it ends too early"
    } else {
        "it is no JSON of OwnTracks"
    };
    broken(format!("{what} (line {}, column {})", error.line(), error.column()))
}
