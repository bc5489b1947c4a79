//! Positions over time.

mod geojson;
mod gpx;
mod owntracks;
mod times;

use earnest_domain::{capture::CaptureKind, time::Timestamp};

use super::CaptureError;

/// Where a device was at one instant.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fix {
    /// When.
    pub time: Timestamp,
    /// Degrees north, WGS 84.
    pub latitude: f64,
    /// Degrees east, WGS 84.
    pub longitude: f64,
    /// The radius in metres within which the device takes itself to be, in about 68 of 100 cases; not every device says it.
    pub accuracy: Option<f64>,
    /// Metres above the ellipsoid or the sea, as the device has it.
    pub altitude: Option<f64>,
    /// Metres a second, as the device has it.
    pub speed: Option<f64>,
    /// Whether the system says that an app made this position up.
    pub mock: bool,
}

impl Fix {
    /// The mean radius of the Earth in metres (IUGG).
    const EARTH: f64 = 6_371_008.8;

    /// How far it is to another, in metres, over a sphere: off by 0.6 % at most.
    pub fn metres_to(&self, other: &Self) -> f64 {
        let [one, two] = [self, other].map(|fix| (fix.latitude.to_radians(), fix.longitude.to_radians()));
        let half = |angle: f64| (angle / 2.0).sin().powi(2);
        let chord = half(two.0 - one.0) + one.0.cos() * two.0.cos() * half(two.1 - one.1);
        2.0 * Self::EARTH * chord.clamp(0.0, 1.0).sqrt().asin()
    }

    /// Seconds from this to another.
    #[allow(clippy::cast_precision_loss)] // microseconds of some days
    pub fn seconds_to(&self, other: &Self) -> f64 {
        other.time.since(self.time).micros() as f64 / 1e6
    }
}

/// What a motion sensor says of a stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moving {
    /// Its beginning.
    pub from: Timestamp,
    /// Its end.
    pub to: Timestamp,
    /// Steps in it, where they were counted.
    pub steps: Option<u32>,
    /// Whether the wearer moved on foot, where that was told.
    pub on_foot: Option<bool>,
    /// Whether the wearer was at rest, where that was told.
    pub at_rest: Option<bool>,
}

/// Positions in order of time, and what motion sensors say beside them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Place {
    fixes: Vec<Fix>,
    moving: Vec<Moving>,
    utc_offset: Option<i32>,
    unordered: usize,
}

impl Place {
    /// The most bytes: a day of positions, one a second, in the wordiest format.
    pub const MOST_BYTES: usize = 16 << 20;
    /// The most positions: somewhat more than a day's seconds.
    pub const MOST_FIXES: usize = 100_000;

    /// From positions as they came. They are put in order of time; of those with the same time the first counts.
    ///
    /// # Errors
    /// [`CaptureError`] for none at all, for too many, and for one that cannot be on Earth.
    pub fn new(mut fixes: Vec<Fix>, mut moving: Vec<Moving>) -> Result<Self, CaptureError> {
        if fixes.is_empty() {
            return Err(broken("it holds no position with a time"));
        }
        if fixes.len() > Self::MOST_FIXES || moving.len() > Self::MOST_FIXES {
            return Err(too_large());
        }
        for (at, fix) in fixes.iter().enumerate() {
            let not_negative = |value: Option<f64>| value.is_none_or(|value| value.is_finite() && value >= 0.0);
            // NaN is in no range.
            let what = if !(-90.0..=90.0).contains(&fix.latitude) {
                "latitude"
            } else if !(-180.0..=180.0).contains(&fix.longitude) {
                "longitude"
            } else if !not_negative(fix.accuracy) {
                "accuracy"
            } else if !not_negative(fix.speed) {
                "speed"
            } else if !fix.altitude.is_none_or(f64::is_finite) {
                "altitude"
            } else if !(0..=Timestamp::MAX.micros()).contains(&fix.time.micros()) {
                "time"
            } else {
                continue;
            };
            return Err(CaptureError::Impossible {
                kind: CaptureKind::Place,
                what,
                at,
            });
        }
        let unordered = fixes.windows(2).filter(|pair| pair[1].time < pair[0].time).count();
        fixes.sort_by_key(|fix| fix.time);
        fixes.dedup_by_key(|fix| fix.time);
        moving.retain(|stretch| stretch.from < stretch.to);
        moving.sort_by_key(|stretch| (stretch.from, stretch.to));
        Ok(Self {
            fixes,
            moving,
            utc_offset: None,
            unordered,
        })
    }

    /// With how many minutes the device's clock was ahead of UTC, where it said so. What no zone on Earth has is not believed.
    #[must_use]
    pub fn with_utc_offset(mut self, minutes: Option<i32>) -> Self {
        self.utc_offset = minutes.filter(|minutes| (-18 * 60..=18 * 60).contains(minutes));
        self
    }

    /// From the bytes of a file: `OwnTracks` JSON (an object, an array, an object a line, or the Recorder's `.rec`), GPX 1.1, or
    /// `GeoJSON` with times.
    ///
    /// # Errors
    /// [`CaptureError`] when they are none of these, hold no position, or more than a capture has.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, CaptureError> {
        if bytes.is_empty() {
            return Err(CaptureError::Empty);
        }
        if bytes.len() > Self::MOST_BYTES {
            return Err(too_large());
        }
        let text = std::str::from_utf8(bytes).map_err(|error| CaptureError::NotUtf8 { at: error.valid_up_to() })?;
        let text = text.trim_start_matches('\u{feff}').trim();
        match Format::of(text) {
            Some(Format::OwnTracks) => owntracks::read(text),
            Some(Format::Gpx) => gpx::read(text),
            Some(Format::GeoJson) => geojson::read(text),
            None => Err(CaptureError::UnknownFormat),
        }
    }

    /// Whether bytes begin as a file of positions does.
    pub(super) fn begins(bytes: &[u8]) -> bool {
        let begin = &bytes[..bytes.len().min(Format::TELLING)];
        let valid = match std::str::from_utf8(begin) {
            Ok(text) => text,
            // Cut within a character, or no text after all: what is before tells.
            Err(error) => std::str::from_utf8(&begin[..error.valid_up_to()]).unwrap_or_default(),
        };
        Format::of(valid.trim_start_matches('\u{feff}').trim_start()).is_some()
    }

    /// The positions, each later than the one before it.
    pub fn fixes(&self) -> &[Fix] {
        &self.fixes
    }

    /// What motion sensors say beside them, in order of time.
    pub fn moving(&self) -> &[Moving] {
        &self.moving
    }

    /// With how many minutes the device's clock was ahead of UTC, if it said so.
    pub const fn utc_offset(&self) -> Option<i32> {
        self.utc_offset
    }

    /// How many positions came after a later one.
    pub const fn unordered(&self) -> usize {
        self.unordered
    }

    /// Milliseconds from the first position to an instant; 0 for what is before.
    pub fn millis(&self, time: Timestamp) -> u64 {
        let first = self.fixes.first().map_or(time, |fix| fix.time);
        u64::try_from(time.since(first).micros() / 1_000).unwrap_or_default()
    }
}

/// The formats that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Format {
    OwnTracks,
    Gpx,
    GeoJson,
}

impl Format {
    /// So many bytes tell a format: an XML declaration and a comment may stand before what counts.
    const TELLING: usize = 4096;

    fn of(text: &str) -> Option<Self> {
        let begin = &text[..text.floor_char_boundary(Self::TELLING)];
        if begin.starts_with('<') {
            return begin.contains("<gpx").then_some(Self::Gpx);
        }
        // A line of the Recorder's: time, topic, object.
        let recorded = begin.starts_with(|letter: char| letter.is_ascii_digit()) && begin.contains("Z\t");
        if !(recorded || begin.starts_with(['{', '['])) {
            return None;
        }
        let names = |name: &str| begin.contains(name);
        if names("\"_type\"")
            && ["\"location\"", "\"steps\"", "\"transition\"", "\"lwt\""]
                .into_iter()
                .any(names)
        {
            Some(Self::OwnTracks)
        } else if names("\"coordinates\"") || names("\"FeatureCollection\"") {
            Some(Self::GeoJson)
        } else {
            None
        }
    }
}

fn broken(reason: impl Into<String>) -> CaptureError {
    CaptureError::Broken {
        kind: CaptureKind::Place,
        reason: reason.into(),
    }
}

const fn too_large() -> CaptureError {
    CaptureError::TooLarge {
        kind: CaptureKind::Place,
        most: "16 MB and 100,000 positions",
    }
}

#[cfg(test)]
mod tests;
