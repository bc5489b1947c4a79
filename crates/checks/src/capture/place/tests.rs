#![allow(clippy::unwrap_used)]

use proptest::prelude::*;

use super::*;
use crate::capture::Capture;

const LOCATION: &str = r#"{"_type":"location","acc":12,"alt":48,"lat":52.5163,"lon":13.3777,"tst":1750000000,"vel":36,"batt":80,"motionactivities":["walking"]}"#;

fn gpx(points: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>{points}</trkseg></trk></gpx>"#
    )
}

const POINT: &str = r#"<trkpt lat="52.5163" lon="13.3777"><ele>48</ele><time>2025-06-15T17:06:40+02:00</time><extensions><speed>10</speed></extensions></trkpt>"#;

fn code(text: &str) -> Result<usize, &'static str> {
    Place::from_bytes(text.as_bytes())
        .map(|place| place.fixes().len())
        .map_err(|error| error.code())
}

#[test]
fn each_format_tells_the_same_position() {
    let recorded = format!("2025-06-15T15:06:40Z\t*                 \t{LOCATION}\n2025-06-15T15:06:41Z\t*\tencrypted");
    let line = r#"{"type":"Feature","geometry":{"type":"LineString","coordinates":[[13.3777,52.5163,48]]},"properties":{"coordTimes":["2025-06-15T15:06:40Z"],"speed":10}}"#;
    let points = r#"{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Point","coordinates":[13.3777,52.5163,48]},"properties":{"timestamp":1750000000000,"speed":10}}]}"#;
    let texts = [
        LOCATION.to_owned(),
        format!("[{LOCATION},{{\"_type\":\"lwt\",\"tst\":1}}]"),
        format!("{LOCATION}\n{LOCATION}\n"),
        recorded,
        gpx(POINT),
        line.to_owned(),
        points.to_owned(),
    ];
    for text in texts {
        let Capture::Place(place) = Capture::from_bytes(text.as_bytes(), None).unwrap() else {
            panic!("{text} is no place")
        };
        let [fix] = place.fixes() else { panic!("{text}") };
        assert_eq!(fix.time, Timestamp::from_seconds(1_750_000_000), "{text}");
        assert_eq!((fix.latitude, fix.longitude), (52.5163, 13.3777), "{text}");
        assert_eq!((fix.altitude, fix.speed), (Some(48.0), Some(10.0)), "{text}");
    }
    assert_eq!(Place::from_bytes(gpx(POINT).as_bytes()).unwrap().utc_offset(), Some(120));
    let zulu = gpx(&POINT.replace("+02:00", "Z"));
    assert_eq!(
        Place::from_bytes(zulu.as_bytes()).unwrap().utc_offset(),
        None,
        "Z says nothing of the zone"
    );
}

#[test]
fn motion_beside_the_place_is_read() {
    let steps = r#"{"_type":"steps","tst":1750000600,"steps":1100,"from":1750000000,"to":1750000600}"#;
    let place = Place::from_bytes(format!("{LOCATION}\n{steps}").as_bytes()).unwrap();
    assert_eq!(place.moving().len(), 2);
    assert_eq!(place.moving()[0].on_foot, Some(true), "motionactivities");
    assert_eq!(place.moving()[1].steps, Some(1_100));
}

#[test]
fn what_is_no_place_says_why() {
    assert_eq!(code(""), Err("empty_file"));
    assert_eq!(code("a walk along the river"), Err("unknown_format"));
    assert_eq!(
        Place::from_bytes(b"{\"_type\":\"location\xff").map_err(|error| error.code()),
        Err("not_utf8")
    );
    assert_eq!(code(&LOCATION[..60]), Err("broken"), "truncated");
    assert_eq!(code(&gpx(POINT)[..250]), Err("broken"), "truncated");
    assert_eq!(code(r#"{"_type":"location","tst":1750000000}"#), Err("broken"), "no position");
    assert_eq!(code(&LOCATION.replace("52.5163", "NaN")), Err("broken"), "JSON has no NaN");
    assert_eq!(
        code(&LOCATION.replace("52.5163", "1e999")),
        Err("broken"),
        "beyond what a number holds"
    );
    assert_eq!(code(&LOCATION.replace("52.5163", "91")), Err("impossible_value"));
    assert_eq!(code(&gpx(&POINT.replace("52.5163", "NaN"))), Err("impossible_value"));
    assert_eq!(code(&gpx(&POINT.replace("13.3777", "inf"))), Err("impossible_value"));
    assert_eq!(code(&gpx(&"<a>".repeat(40))), Err("broken"), "too deep");
    assert_eq!(
        code(&gpx(&POINT.replace("17:06", "27:06"))),
        Err("broken"),
        "no time, no position"
    );
    let line = r#"{"geometry":{"coordinates":[[1,2],[3,4]]},"properties":{"coordTimes":["2025-06-15T15:06:40Z"]}}"#;
    assert_eq!(code(line), Err("broken"), "fewer times than positions");
    assert_eq!(code(&" ".repeat(Place::MOST_BYTES + 1)), Err("too_large"));
    let small = r#"{"_type":"location"},"#;
    let many = format!("[{}{LOCATION}]", small.repeat(Place::MOST_FIXES + 1));
    assert_eq!(code(&many), Err("too_large"));
    let deep = format!("{{\"coordinates\":{}", "[".repeat(100_000));
    assert_eq!(code(&deep), Err("broken"), "deep nesting ends before the stack does");
}

#[test]
fn what_comes_late_is_put_in_its_place() {
    let at = |seconds: i64| LOCATION.replace("1750000000", &seconds.to_string());
    let text = [at(1_750_000_020), at(1_750_000_000), at(1_750_000_010), at(1_750_000_010)].join("\n");
    let place = Place::from_bytes(text.as_bytes()).unwrap();
    assert_eq!((place.fixes().len(), place.unordered()), (3, 1));
    assert!(place.fixes().is_sorted_by_key(|fix| fix.time));
}

#[test]
fn a_text_about_places_is_a_text() {
    for text in [
        "<p>see the gpx</p>",
        "{ not a place }",
        "I was at 52.5163, 13.3777",
        "2025 was warm",
    ] {
        assert!(
            matches!(Capture::from_bytes(text.as_bytes(), None), Ok(Capture::Text(_))),
            "{text}"
        );
    }
}

#[test]
fn an_error_tells_nothing_of_the_place() {
    let error = Place::from_bytes(&LOCATION.replace("13.3777", "13.3777x").into_bytes()).unwrap_err();
    assert!(!error.to_string().contains("13.37"), "{error}");
}

proptest! {
    #[test]
    fn any_bytes_are_answered(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = Place::from_bytes(&bytes);
        let _ = Place::begins(&bytes);
    }

    #[test]
    fn a_changed_file_is_answered(which in 0..4_usize, at in 0..1_000_usize, byte: u8, cut in 0..1_000_usize) {
        let line = r#"{"type":"Feature","geometry":{"type":"LineString","coordinates":[[13.3777,52.5163,48]]},"properties":{"coordTimes":["2025-06-15T15:06:40Z"]}}"#;
        let recorded = format!("2025-06-15T15:06:40Z\t*\t{LOCATION}");
        let mut bytes = [LOCATION.to_owned(), gpx(POINT), line.to_owned(), recorded][which].clone().into_bytes();
        let length = bytes.len();
        bytes[at % length] = byte;
        bytes.truncate(length - cut % length);
        if let Ok(place) = Place::from_bytes(&bytes) {
            prop_assert!(place.fixes().iter().all(|fix| fix.latitude.abs() <= 90.0 && fix.longitude.abs() <= 180.0));
        }
    }
}
