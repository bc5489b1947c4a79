//! `GeoJSON` (RFC 7946): points with a time among their properties, and lines with a time for each position. RFC 7946 has no times; what
//! exporters write are `time` or `timestamp` of a point, and `coordTimes` or `times` of a line.

use std::fmt;

use earnest_domain::time::Timestamp;
use serde::{
    Deserialize, Deserializer,
    de::{self, SeqAccess, Visitor},
};

use super::{Fix, Place, broken, times, too_large};
use crate::capture::CaptureError;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Object {
    features: Option<List<Feature>>,
    geometry: Option<Geometry>,
    properties: Option<Properties>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Feature {
    geometry: Option<Geometry>,
    properties: Option<Properties>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Geometry {
    coordinates: Option<Coordinates>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Properties {
    #[serde(alias = "timestamp")]
    time: Option<Time>,
    #[serde(alias = "times")]
    #[serde(rename = "coordTimes")]
    coord_times: Option<List<Time>>,
    #[serde(rename = "coordinateProperties")]
    of_coordinates: Option<Times>,
    accuracy: Option<f64>,
    speed: Option<f64>,
    altitude: Option<f64>,
    #[serde(alias = "isMock", alias = "is_mock", alias = "mocked")]
    mock: Option<bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Times {
    #[serde(alias = "coordTimes")]
    times: Option<List<Time>>,
}

/// A list of no more than a capture has; a longer one is read to its end and known for too long.
#[derive(Debug)]
struct List<T> {
    items: Vec<T>,
    fits: bool,
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Items<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Items<T> {
            type Value = List<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                let mut items = Vec::new();
                while items.len() < Place::MOST_FIXES {
                    match list.next_element()? {
                        Some(item) => items.push(item),
                        None => return Ok(List { items, fits: true }),
                    }
                }
                let mut fits = true;
                while list.next_element::<de::IgnoredAny>()?.is_some() {
                    fits = false;
                }
                Ok(List { items, fits })
            }
        }
        deserializer.deserialize_seq(Items(std::marker::PhantomData))
    }
}

/// A position: longitude, latitude, altitude. What follows is passed over.
#[derive(Debug, Clone, Copy, Default)]
struct Position {
    numbers: [f64; 3],
    given: usize,
}

/// Positions of a point or a line; of what nests deeper nothing is read.
#[derive(Debug)]
enum Coordinates {
    Point(Position),
    Line(Vec<Position>, bool),
    Deeper,
}

/// What an array of coordinates holds.
enum Item {
    Number(f64),
    Position(Position),
    Deeper,
}

impl<'de> Deserialize<'de> for Item {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = Item;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number or a position")
            }
            fn visit_f64<E>(self, number: f64) -> Result<Item, E> {
                Ok(Item::Number(number))
            }
            #[allow(clippy::cast_precision_loss)] // degrees
            fn visit_u64<E>(self, number: u64) -> Result<Item, E> {
                Ok(Item::Number(number as f64))
            }
            #[allow(clippy::cast_precision_loss)] // degrees
            fn visit_i64<E>(self, number: i64) -> Result<Item, E> {
                Ok(Item::Number(number as f64))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Item, A::Error> {
                let mut position = Position::default();
                let mut deeper = false;
                while let Some(part) = list.next_element::<Number>()? {
                    match (part.0, position.numbers.get_mut(position.given)) {
                        (Some(number), Some(place)) => {
                            *place = number;
                            position.given += 1;
                        }
                        (None, _) => deeper = true,
                        _ => {}
                    }
                }
                Ok(if deeper { Item::Deeper } else { Item::Position(position) })
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// A number, or something else that is passed over.
struct Number(Option<f64>);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Only;
        impl<'de> Visitor<'de> for Only {
            type Value = Number;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }
            fn visit_f64<E>(self, number: f64) -> Result<Number, E> {
                Ok(Number(Some(number)))
            }
            #[allow(clippy::cast_precision_loss)] // degrees
            fn visit_u64<E>(self, number: u64) -> Result<Number, E> {
                Ok(Number(Some(number as f64)))
            }
            #[allow(clippy::cast_precision_loss)] // degrees
            fn visit_i64<E>(self, number: i64) -> Result<Number, E> {
                Ok(Number(Some(number as f64)))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Number, A::Error> {
                while list.next_element::<de::IgnoredAny>()?.is_some() {}
                Ok(Number(None))
            }
        }
        deserializer.deserialize_any(Only)
    }
}

impl<'de> Deserialize<'de> for Coordinates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Any;
        impl<'de> Visitor<'de> for Any {
            type Value = Coordinates;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("coordinates")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Coordinates, A::Error> {
                let mut point = Position::default();
                let (mut line, mut fits, mut deeper) = (Vec::new(), true, false);
                while let Some(item) = list.next_element::<Item>()? {
                    match item {
                        Item::Number(number) => {
                            if let Some(place) = point.numbers.get_mut(point.given) {
                                *place = number;
                                point.given += 1;
                            }
                        }
                        Item::Position(position) if line.len() < Place::MOST_FIXES => line.push(position),
                        Item::Position(_) => fits = false,
                        Item::Deeper => deeper = true,
                    }
                }
                Ok(match (deeper, point.given) {
                    (true, _) => Coordinates::Deeper,
                    (false, 0) => Coordinates::Line(line, fits),
                    (false, _) => Coordinates::Point(point),
                })
            }
        }
        deserializer.deserialize_seq(Any)
    }
}

/// An instant, and the clock's offset if it was told; `None` for what is no time.
#[derive(Debug, Clone, Copy)]
struct Time(Option<(Timestamp, Option<i32>)>);

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Instant;
        impl Visitor<'_> for Instant {
            type Value = Time;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a time")
            }
            fn visit_str<E>(self, text: &str) -> Result<Time, E> {
                Ok(Time(times::read(text)))
            }
            fn visit_f64<E>(self, number: f64) -> Result<Time, E> {
                Ok(Time(times::of_number(number).map(|time| (time, None))))
            }
            #[allow(clippy::cast_precision_loss)] // milliseconds since 1970 are below 2^53
            fn visit_u64<E: de::Error>(self, number: u64) -> Result<Time, E> {
                self.visit_f64(number as f64)
            }
            #[allow(clippy::cast_precision_loss)]
            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Time, E> {
                self.visit_f64(number as f64)
            }
            fn visit_unit<E>(self) -> Result<Time, E> {
                Ok(Time(None))
            }
        }
        deserializer.deserialize_any(Instant)
    }
}

pub(super) fn read(text: &str) -> Result<Place, CaptureError> {
    let object: Object = serde_json::from_str(text).map_err(|error| {
        // The place of the error, and nothing of what stands there: it may be where someone lives.
        let what = if error.is_eof() {
            "it ends too early"
        } else {
            "it is no GeoJSON"
        };
        broken(format!("{what} (line {}, column {})", error.line(), error.column()))
    })?;
    let (features, fits) = object.features.map_or((Vec::new(), true), |list| (list.items, list.fits));
    let alone = Feature {
        geometry: object.geometry,
        properties: object.properties,
    };
    let (mut fixes, mut offset) = (Vec::new(), None);
    for feature in features.into_iter().chain([alone]) {
        let told = take(feature, &mut fixes)?;
        offset = offset.or(told);
    }
    if !fits || fixes.len() > Place::MOST_FIXES {
        return Err(too_large());
    }
    Ok(Place::new(fixes, Vec::new())?.with_utc_offset(offset))
}

/// Adds a feature's positions; gives the clock's offset if it told one.
fn take(feature: Feature, fixes: &mut Vec<Fix>) -> Result<Option<i32>, CaptureError> {
    let (Some(coordinates), Some(properties)) = (feature.geometry.and_then(|geometry| geometry.coordinates), feature.properties)
    else {
        return Ok(None);
    };
    let fix = |position: Position, time: Timestamp| Fix {
        time,
        latitude: position.numbers[1],
        longitude: position.numbers[0],
        accuracy: properties.accuracy,
        altitude: (position.given > 2).then_some(position.numbers[2]).or(properties.altitude),
        speed: properties.speed.filter(|speed| *speed >= 0.0),
        mock: properties.mock.unwrap_or(false),
    };
    match coordinates {
        Coordinates::Point(position) if position.given >= 2 => {
            let Some(Time(Some((time, offset)))) = properties.time else {
                return Ok(None);
            };
            fixes.push(fix(position, time));
            Ok(offset)
        }
        Coordinates::Line(positions, fits) => {
            let listed = properties.coord_times.as_ref();
            let times = listed.or(properties.of_coordinates.as_ref().and_then(|own| own.times.as_ref()));
            let Some(times) = times else { return Ok(None) };
            if !fits || !times.fits || fixes.len() + positions.len() > Place::MOST_FIXES {
                return Err(too_large());
            }
            if times.items.len() != positions.len() {
                return Err(broken("it has another number of times than of positions"));
            }
            let mut told = None;
            for (position, time) in positions.into_iter().zip(&times.items) {
                if let (2.., Some((time, offset))) = (position.given, time.0) {
                    told = told.or(offset);
                    fixes.push(fix(position, time));
                }
            }
            Ok(told)
        }
        _ => Ok(None),
    }
}
