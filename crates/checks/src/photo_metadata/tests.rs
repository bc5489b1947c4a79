#![allow(clippy::unwrap_used)]
use earnest_domain::{
    time::{Span, Timestamp},
    verdict::{Decision, Evidence},
};
use exif::{Rational, Tag, Value};
use image::RgbImage;
use jiff::tz::TimeZone;

use crate::{
    Cancel, Checks,
    capture::{Capture, Photo},
    fixtures::{
        Case,
        photos::{Dice, shares, with_exif},
    },
    redact,
};

/// 2026-06-15 12:00 UTC.
const NOW: Timestamp = Timestamp::from_seconds(1_781_524_800);

fn jpeg(fields: &[(Tag, Value)]) -> Vec<u8> {
    with_exif(&RgbImage::new(16, 16), 75, fields)
}

pub(crate) fn text(text: &str) -> Value {
    Value::Ascii(vec![text.as_bytes().to_vec()])
}

pub(crate) fn clock(at: Timestamp) -> Value {
    let zoned = jiff::Timestamp::from_second(at.seconds()).unwrap().to_zoned(TimeZone::UTC);
    text(&zoned.strftime("%Y:%m:%d %H:%M:%S").to_string())
}

fn position() -> [(Tag, Value); 4] {
    let over = |num: u32, denom: u32| Rational { num, denom };
    let degrees = |degrees: u32| Value::Rational(vec![over(degrees, 1), over(30, 1), over(1234, 100)]);
    [
        (Tag::GPSLatitudeRef, text("N")),
        (Tag::GPSLatitude, degrees(52)),
        (Tag::GPSLongitudeRef, text("E")),
        (Tag::GPSLongitude, degrees(13)),
    ]
}

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let mut dice = Dice(5);
    let mut case = |expected: &str, fields: &[(Tag, Value)]| {
        each(Case {
            now: Some(NOW),
            ..Case::new(expected, Capture::Photo(Photo::from_bytes(&jpeg(fields)).unwrap()))
        });
    };
    #[allow(clippy::cast_possible_truncation)] // hours
    let mut hours = |least: f32, most: f32| Span::from_seconds(dice.between(least * 3600.0, most * 3600.0) as i64);
    for turn in 1..=8 {
        case("nothing_told", &[(Tag::Orientation, Value::Short(vec![turn]))]);
    }
    for zone in ["+00:00", "-08:00", "+05:45", "+14:00"] {
        let zoned = |at: Timestamp| {
            let (hours, minutes) = zone[1..].split_once(':').unwrap();
            let offset = hours.parse::<i64>().unwrap() * 3600 + minutes.parse::<i64>().unwrap() * 60;
            let local = at.plus(Span::from_seconds(if zone.starts_with('-') { -offset } else { offset }));
            [(Tag::DateTimeOriginal, clock(local)), (Tag::OffsetTimeOriginal, text(zone))]
        };
        for _ in 0..5 {
            case("tells", &zoned(NOW.minus(hours(0.0, 8000.0))));
            case("from_the_future", &zoned(NOW.plus(hours(1.0, 50_000.0))));
            case("years_old", &zoned(NOW.minus(hours(8800.0, 200_000.0))));
        }
    }
    for _ in 0..10 {
        // Without a zone the clock may be anywhere.
        case("tells", &[(Tag::DateTime, clock(NOW.plus(hours(0.0, 13.9))))]);
        case("tells", &[(Tag::DateTime, clock(NOW.minus(hours(0.0, 8000.0))))]);
        case("from_the_future", &[(Tag::DateTime, clock(NOW.plus(hours(15.0, 100.0))))]);
        case("years_old", &[(Tag::DateTime, clock(NOW.minus(hours(8800.0, 100_000.0))))]);
    }
    case("tells", &position());
    case("tells", &[(Tag::Model, text("A1"))]);
    case("tells", &[(Tag::Artist, text("Ada"))]);
    case("tells", &[(Tag::DateTime, text("2026:99:99 12:00:00"))]);
}

#[test]
fn each_file_is_called_what_it_tells() {
    let called = shares("photo_metadata");
    for expected in ["nothing_told", "tells", "from_the_future", "years_old"] {
        let (right, all) = called(expected);
        assert!(right == all && all >= 8, "{expected}: {right} of {all}");
    }
}

#[test]
fn everything_told_is_named_and_nothing_of_it_leaves() {
    let mut fields = position().to_vec();
    fields.extend([
        (Tag::DateTimeOriginal, text("2026:06:15 11:59:00")),
        (Tag::Make, text("Cameras of Ada")),
        (Tag::ImageDescription, text("Behind our house")),
        (Tag::ISOSpeed, Value::Long(vec![100])),
    ]);
    let bytes = jpeg(&fields);
    let (checks, models, cancel) = (Checks::load().unwrap(), crate::fixtures::models(), Cancel::default());
    let case = Case::new("tells", Capture::from_bytes(&bytes, None).unwrap());
    let check = checks.find("photo-metadata").unwrap();
    let (verdict, _) = check.judge(&case.capture, &case.run(&models, &cancel)).unwrap();
    let told: Vec<&str> = verdict
        .evidence
        .iter()
        .filter_map(|evidence| match evidence {
            Evidence::Measure { what, .. } => Some(what.as_ref()),
            _ => None,
        })
        .collect();
    assert_eq!(
        (verdict.decision, told),
        (Decision::Redact, vec!["position", "time", "device", "words", "other"])
    );

    let shared = redact::made(&case.capture, &[verdict], &case.asked).unwrap().unwrap();
    let holds = |bytes: &[u8], word: &str| bytes.windows(word.len()).any(|window| window == word.as_bytes());
    for word in ["Exif", "Ada", "house", "2026:06"] {
        assert!(holds(&bytes, word) && !holds(&shared.bytes, word), "{word}");
    }
    assert_eq!(Photo::from_bytes(&shared.bytes).unwrap().told(), []);
}
