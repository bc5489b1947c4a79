//! GPX 1.1: <https://www.topografix.com/GPX/1/1/>. Tracks alone: a route was planned, and a waypoint was only marked.

use earnest_domain::time::Timestamp;
use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

use super::{Fix, Place, broken, times, too_large};
use crate::capture::CaptureError;

/// No GPX nests deeper, with all the extensions that there are.
const MOST_DEPTH: usize = 32;

/// A track point while it is read.
#[derive(Debug, Default)]
struct Point {
    latitude: Option<f64>,
    longitude: Option<f64>,
    time: Option<Timestamp>,
    altitude: Option<f64>,
    speed: Option<f64>,
    accuracy: Option<f64>,
    mock: bool,
}

pub(super) fn read(text: &str) -> Result<Place, CaptureError> {
    let mut reader = Reader::from_str(text);
    let (mut fixes, mut offset) = (Vec::new(), None);
    let mut point: Option<Point> = None;
    let mut depth = 0_usize;
    // The text of the element that is open, if it is one that is read.
    let mut words = String::new();
    loop {
        let event = reader.read_event().map_err(|_| wrong(&reader))?;
        match event {
            Event::Start(element) => {
                depth += 1;
                if depth > MOST_DEPTH {
                    return Err(broken("it nests too deeply"));
                }
                words.clear();
                if element.local_name().as_ref() == "trkpt" {
                    point = Some(begun(&element));
                }
            }
            Event::Empty(element) if element.local_name().as_ref() == "trkpt" => {
                // A point without a time says nothing of when someone was there.
            }
            Event::Text(said) if point.is_some() && words.len() < 256 => words.push_str(&said.xml_content(XmlVersion::Implicit1_0)),
            Event::End(element) => {
                depth = depth.saturating_sub(1);
                let name = element.local_name();
                if name.as_ref() == "trkpt" {
                    fixes.extend(point.take().as_ref().and_then(fix));
                    if fixes.len() > Place::MOST_FIXES {
                        return Err(too_large());
                    }
                } else if let Some(point) = &mut point {
                    offset = offset.or(set(point, name.as_ref(), words.trim()));
                }
                words.clear();
            }
            Event::Eof if depth == 0 => break,
            Event::Eof => return Err(broken("it ends too early")),
            _ => {}
        }
    }
    Ok(Place::new(fixes, Vec::new())?.with_utc_offset(offset))
}

fn begun(element: &BytesStart<'_>) -> Point {
    let number = |name: &str| -> Option<f64> {
        let attribute = element.try_get_attribute(name).ok()??;
        attribute.value.trim().parse().ok()
    };
    Point {
        latitude: number("lat"),
        longitude: number("lon"),
        ..Point::default()
    }
}

/// Sets what an element within a point says; gives the clock's offset if it told one.
fn set(point: &mut Point, name: &str, words: &str) -> Option<i32> {
    match name {
        "time" => {
            let (time, offset) = times::read(words)?;
            point.time = Some(time);
            return offset;
        }
        "ele" => point.altitude = words.parse().ok(),
        // Extensions that say metres, and metres a second: Garmin's TrackPointExtension v2, OsmAnd, GPSLogger.
        "speed" => point.speed = words.parse().ok().filter(|speed| *speed >= 0.0),
        "accuracy" => point.accuracy = words.parse().ok(),
        "mock" => point.mock = words == "true" || words == "1",
        _ => {}
    }
    None
}

fn fix(point: &Point) -> Option<Fix> {
    Some(Fix {
        time: point.time?,
        latitude: point.latitude?,
        longitude: point.longitude?,
        accuracy: point.accuracy,
        altitude: point.altitude,
        speed: point.speed,
        mock: point.mock,
    })
}

/// Where it went wrong, and nothing of what stands there.
fn wrong(reader: &Reader<&[u8]>) -> CaptureError {
    broken(format!("it is no XML (byte {})", reader.error_position()))
}
