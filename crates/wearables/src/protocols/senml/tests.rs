#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::float_cmp,
    clippy::cast_precision_loss
)]

use earnest_domain::stream::Stream;
use proptest::prelude::*;

use super::*;

/// 2026-11-22T12:00:00Z.
const NOW: Timestamp = Timestamp::from_seconds(1_795_348_800);

fn json(pack: &str) -> Decoded {
    decode(pack.as_bytes(), Format::Json, NOW, &Limits::default())
}

fn cbor(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn reasons(decoded: &Decoded) -> Vec<RejectionReason> {
    decoded.rejections.iter().map(|rejection| rejection.reason).collect()
}

/// Name, unit, value and time of each record, as the RFC resolves them: its examples measure things that Earnest has no channel for.
fn resolved<'a>(payload: &'a [u8]) -> Vec<(String, Option<String>, f64, f64)> {
    let mut base = Base::default();
    let mut all = Vec::new();
    let mut take = |record: &mut Record<'a>| {
        base.apply(record)?;
        let resolved = base.resolve(record);
        let record::Value::Number(value) = resolved.value else {
            panic!("{record:?}")
        };
        all.push((resolved.name(), resolved.unit.map(str::to_owned), value, resolved.time));
        Ok(())
    };
    match Format::detect(payload) {
        Format::Json => json::read(payload, &mut take).unwrap(),
        Format::Cbor => super::cbor::read(payload, &mut take).unwrap(),
    }
    all
}

fn record(name: &str, unit: &str, value: f64, time: f64) -> (String, Option<String>, f64, f64) {
    (name.to_owned(), Some(unit.to_owned()), value, time)
}

mod examples_of_the_rfc {
    use super::*;

    #[test]
    fn a_single_data_point_5_1_1() {
        let pack = br#"[{"n":"urn:dev:ow:10e2073a01080063","u":"Cel","v":23.1}]"#;
        assert_eq!(resolved(pack), [record("urn:dev:ow:10e2073a01080063", "Cel", 23.1, 0.0)]);
    }

    /// Voltage, then current once a second: base name, base time, base unit and an older base version.
    fn multiple_data_points() -> Vec<(String, Option<String>, f64, f64)> {
        let bn = "urn:dev:ow:10e2073a0108006:";
        let start = 1.276_020_076_001e9;
        let mut points = vec![record(&format!("{bn}voltage"), "V", 120.1, start)];
        let currents = [(-5.0, 1.2), (-4.0, 1.3), (-3.0, 1.4), (-2.0, 1.5), (-1.0, 1.6), (0.0, 1.7)];
        points.extend(currents.map(|(after, value)| record(&format!("{bn}current"), "A", value, start + after)));
        points
    }

    #[test]
    fn multiple_data_points_in_json_5_1_2() {
        let pack = br#"[
            {"bn":"urn:dev:ow:10e2073a0108006:","bt":1.276020076001e+09,"bu":"A","bver":5,"n":"voltage","u":"V","v":120.1},
            {"n":"current","t":-5,"v":1.2}, {"n":"current","t":-4,"v":1.3}, {"n":"current","t":-3,"v":1.4},
            {"n":"current","t":-2,"v":1.5}, {"n":"current","t":-1,"v":1.6}, {"n":"current","v":1.7}
        ]"#;
        assert_eq!(resolved(pack), multiple_data_points());
    }

    #[test]
    fn multiple_data_points_in_cbor_6() {
        let pack = cbor(
            "87 a7 21 78 1b 75 72 6e 3a 64 65 76 3a 6f 77 3a 31 30 65 32 30 37 33 61 30 31 30 38 30 30 36 3a 22 fb 41 d3 03 a1 5b 00
             10 62 23 61 41 20 05 00 67 76 6f 6c 74 61 67 65 01 61 56 02 fb 40 5e 06 66 66 66 66 66
             a3 00 67 63 75 72 72 65 6e 74 06 24 02 fb 3f f3 33 33 33 33 33 33
             a3 00 67 63 75 72 72 65 6e 74 06 23 02 fb 3f f4 cc cc cc cc cc cd
             a3 00 67 63 75 72 72 65 6e 74 06 22 02 fb 3f f6 66 66 66 66 66 66
             a3 00 67 63 75 72 72 65 6e 74 06 21 02 f9 3e 00
             a3 00 67 63 75 72 72 65 6e 74 06 20 02 fb 3f f9 99 99 99 99 99 9a
             a3 00 67 63 75 72 72 65 6e 74 06 00 02 fb 3f fb 33 33 33 33 33 33",
        );
        assert_eq!(resolved(&pack), multiple_data_points());
    }

    #[test]
    fn several_measurements_of_one_name_5_1_3() {
        let pack = br#"[
            {"bn":"urn:dev:ow:10e2073a01080063","bt":1.320067464e+09,"bu":"%RH","v":20},
            {"u":"lon","v":24.30621}, {"u":"lat","v":60.07965}, {"t":60,"v":20.3}, {"u":"lon","t":60,"v":24.30622}
        ]"#;
        let (name, start) = ("urn:dev:ow:10e2073a01080063", 1.320_067_464e9);
        let expected = [
            record(name, "%RH", 20.0, start),
            record(name, "lon", 24.306_21, start),
            record(name, "lat", 60.079_65, start),
            record(name, "%RH", 20.3, start + 60.0),
            record(name, "lon", 24.306_22, start + 60.0),
        ];
        assert_eq!(resolved(pack), expected);
    }

    #[test]
    fn other_data_types_are_refused_one_by_one_5_1_5() {
        let pack = json(
            r#"[{"bn":"urn:dev:ow:10e2073a01080063:","n":"heart_rate","v":61},{"n":"label","vs":"Machine Room"},{"n":"open","vb":false},
                {"n":"nfc-reader","vd":"aGkgCg"}]"#,
        );
        assert_eq!(pack.samples.len(), 1);
        assert_eq!(reasons(&pack), [RejectionReason::UnknownName; 3]);
        let pack =
            json(r#"[{"n":"heart_rate","vs":"61"},{"n":"heart_rate","vb":true},{"n":"heart_rate","s":61},{"n":"heart_rate"}]"#);
        assert_eq!(reasons(&pack), [RejectionReason::NoValue; 4]);
    }
}

#[test]
fn a_pack_of_a_wearable_is_read_whole() {
    let decoded = json(
        r#"[{"bn":"urn:dev:ow:watch:","bt":1795348790,"bu":"m/s2","n":"acceleration.x","v":0.5},{"n":"acceleration.y","t":0.02,"v":-1},
            {"n":"acceleration.z","u":"[g]","t":0.04,"v":1},{"n":"angular_velocity.x","u":"deg/s","v":180},
            {"n":"heart_rate","u":"beat/min","v":72}]"#,
    );
    assert_eq!(decoded.rejections, []);
    let at = |micros: i64| Timestamp::from_micros(1_795_348_790_000_000 + micros);
    let expected = [
        (Channel::AccelerationX, at(0), 0.5),
        (Channel::AccelerationY, at(20_000), -1.0),
        (Channel::AccelerationZ, at(40_000), 9.806_65),
        (Channel::AngularVelocityX, at(0), std::f32::consts::PI),
        (Channel::HeartRate, at(0), 72.0),
    ];
    assert_eq!(
        decoded.samples,
        expected.map(|(channel, time, value)| Sample { channel, time, value })
    );
    assert!(!decoded.relative_times);
}

#[test]
fn a_name_may_have_any_prefix_that_ends_a_level() {
    for (bn, n) in [
        ("", "heart_rate"),
        ("watch/", "heart_rate"),
        ("urn:dev:ow:1:", "left/heart_rate"),
        ("watch/heart", "_rate"),
        ("watch/heart_rate", ""),
    ] {
        let decoded = json(&format!(r#"[{{"bn":"{bn}","n":"{n}","v":60}}]"#));
        assert_eq!(decoded.samples.len(), 1, "{bn} + {n}: {:?}", decoded.rejections);
    }
    for (bn, n) in [
        ("my", "heart_rate"),
        ("", "heart_rate.x"),
        ("heart_rate/", ""),
        ("", "Heart_Rate"),
        ("", "acceleration"),
    ] {
        assert_eq!(
            reasons(&json(&format!(r#"[{{"bn":"{bn}","n":"{n}","v":60}}]"#))),
            [RejectionReason::UnknownName],
            "{bn} + {n}"
        );
    }
    let long = format!(r#"[{{"bn":"{}/","n":"heart_rate","v":60}}]"#, "x".repeat(250));
    assert_eq!(reasons(&json(&long)), [RejectionReason::UnknownName]);
}

#[test]
fn a_base_value_is_added() {
    let decoded = json(r#"[{"bv":60,"n":"heart_rate","v":1},{"n":"heart_rate","v":2.5},{"bv":0,"n":"heart_rate","v":3}]"#);
    assert_eq!(
        decoded.samples.iter().map(|sample| sample.value).collect::<Vec<_>>(),
        [61.0, 62.5, 3.0]
    );
}

#[test]
fn a_record_of_base_fields_alone_measures_nothing() {
    let decoded = json(r#"[{"bn":"watch/","bt":1795348790},{"n":"heart_rate","v":60}]"#);
    assert_eq!((decoded.samples.len(), decoded.rejections.len()), (1, 0));
}

#[test]
fn times_below_two_to_the_28th_are_relative_to_now() {
    let decoded = json(r#"[{"n":"heart_rate","v":60},{"n":"heart_rate","t":-1.5,"v":61}]"#);
    let times: Vec<_> = decoded.samples.iter().map(|sample| sample.time).collect();
    assert_eq!(times, [NOW, NOW.minus(Span::from_millis(1_500))]);
    assert!(decoded.relative_times, "such a pack cannot be told from its repetition");
}

#[test]
fn times_that_cannot_be_are_refused_with_the_reason() {
    let cases = [
        ("1795348860", None),
        ("1795348861", Some(RejectionReason::TimeInFuture)),
        ("9e15", Some(RejectionReason::TimeInFuture)),
        ("1e300", Some(RejectionReason::TimeInFuture)),
        ("1420070400", None),
        ("1420070399", Some(RejectionReason::ClockNotSet)),
        ("268435456", Some(RejectionReason::ClockNotSet)),
        ("12.5", Some(RejectionReason::ClockNotSet)),
        ("-1e300", Some(RejectionReason::ClockNotSet)),
    ];
    for (time, reason) in cases {
        let decoded = json(&format!(r#"[{{"n":"heart_rate","t":{time},"v":60}}]"#));
        assert_eq!(reasons(&decoded), reason.into_iter().collect::<Vec<_>>(), "{time}");
        assert_eq!(decoded.samples.len(), usize::from(reason.is_none()), "{time}");
    }
}

#[test]
fn one_bad_record_costs_only_itself() {
    let decoded = json(
        r#"[{"bt":1795348790,"n":"heart_rate","v":60},{"n":"mood","v":1},{"n":"heart_rate","u":"furlong","v":1},
            {"n":"heart_rate","v":1e300},{"n":"heart_rate","v":"61"},{"n":"heart_rate","t":1,"v":62}]"#,
    );
    assert_eq!(
        decoded.samples.iter().map(|sample| sample.value).collect::<Vec<_>>(),
        [60.0, 62.0]
    );
    let expected = [
        RejectionReason::UnknownName,
        RejectionReason::UnknownUnit,
        RejectionReason::NotANumber,
        RejectionReason::NoValue,
    ];
    assert_eq!(reasons(&decoded), expected);
    assert!(decoded.rejections[1].detail.contains("record 3") && decoded.rejections[1].detail.contains("furlong"));
    assert!(!decoded.unsound);
}

#[test]
fn not_a_number_in_cbor_is_refused() {
    for value in ["f9 7e 00", "f9 7c 00", "fa ff 80 00 00", "fb 7f f8 00 00 00 00 00 00"] {
        let pack = cbor(&format!("81 a2 00 6a 68 65 61 72 74 5f 72 61 74 65 02 {value}"));
        let decoded = decode(&pack, Format::detect(&pack), NOW, &Limits::default());
        assert_eq!(reasons(&decoded), [RejectionReason::NotANumber], "{value}");
    }
}

#[test]
fn cbor_takes_what_other_encoders_write() {
    let cases = [
        ("81 a2 61 6e 6a 68 65 61 72 74 5f 72 61 74 65 61 76 18 3c", 60.0), // text labels
        ("9f bf 00 6a 68 65 61 72 74 5f 72 61 74 65 02 18 3c ff ff", 60.0), // no lengths
        ("d9 d9 f7 81 a2 00 6a 68 65 61 72 74 5f 72 61 74 65 02 18 3c", 60.0), // CBOR's own mark
        ("81 a2 00 6a 68 65 61 72 74 5f 72 61 74 65 02 c4 82 20 19 02 5b", 60.3), // a decimal fraction
        (
            "81 a3 00 7f 65 68 65 61 72 74 65 5f 72 61 74 65 ff 02 18 3c 19 03 e7 82 01 a1 02 03",
            60.0,
        ), // text in parts, an unknown field
    ];
    for (pack, value) in cases {
        let pack = cbor(pack);
        let decoded = decode(&pack, Format::detect(&pack), NOW, &Limits::default());
        assert_eq!(
            decoded.samples.iter().map(|sample| sample.value).collect::<Vec<_>>(),
            [value],
            "{pack:02x?} {:?}",
            decoded.rejections
        );
    }
}

#[test]
fn a_broken_pack_is_refused_whole_and_says_where() {
    for (pack, place) in [
        (r#"[{"n":"heart_rate","v":60},{"n":"heart"#, "column"),
        (r#"{"n":"heart_rate","v":60}"#, "list of records"),
        (r#"[{"bt":"noon","n":"heart_rate","v":60}]"#, "base time"),
        ("", "EOF"),
        ("\"top secret\"", "list of records"),
        ("[\"top secret\"]", "a record"),
        ("[] []", "trailing"),
        ("\u{feff}[]", "expected value"),
    ] {
        let decoded = json(pack);
        assert_eq!(reasons(&decoded), [RejectionReason::MalformedPayload], "{pack}");
        assert!(decoded.unsound && decoded.samples.is_empty(), "{pack}");
        assert!(
            decoded.rejections[0].detail.contains(place),
            "{}",
            decoded.rejections[0].detail
        );
        assert!(
            !decoded.rejections[0].detail.contains("secret"),
            "a rejection never quotes the payload"
        );
    }
    let pack = cbor("82 a2 00 6a 68 65 61 72 74 5f 72 61 74 65 02 18 3c a2 00");
    let decoded = decode(&pack, Format::Cbor, NOW, &Limits::default());
    assert_eq!(reasons(&decoded), [RejectionReason::MalformedPayload]);
    assert!(
        decoded.samples.is_empty() && decoded.rejections[0].detail.contains("byte 19"),
        "{:?}",
        decoded.rejections
    );
}

#[test]
fn packs_of_another_kind_are_not_used() {
    for pack in [
        r#"[{"bver":11,"n":"heart_rate","v":60}]"#,
        r#"[{"n":"heart_rate","v":60},{"n":"heart_rate","v":60,"calibrate_":1}]"#,
    ] {
        let decoded = json(pack);
        assert_eq!(reasons(&decoded), [RejectionReason::UnsupportedVersion], "{pack}");
        assert!(decoded.samples.is_empty());
    }
    assert_eq!(
        json(r#"[{"bver":10,"n":"heart_rate","v":60,"mood":{"a":[1]}}]"#)
            .samples
            .len(),
        1,
        "what may be ignored is ignored"
    );
}

#[test]
fn packs_are_bounded() {
    let record = r#"{"n":"heart_rate","v":60}"#;
    let pack = |records: usize| format!("[{}]", vec![record; records].join(","));
    assert_eq!(json(&pack(10_000)).samples.len(), 10_000);
    assert_eq!(reasons(&json(&pack(10_001))), [RejectionReason::MalformedPayload]);
    let deep = format!(
        r#"[{{"n":"heart_rate","v":60,"x":{}1{}}}]"#,
        "[".repeat(5_000),
        "]".repeat(5_000)
    );
    assert_eq!(
        json(&deep).samples.len(),
        1,
        "an unknown field may nest; passing over it takes no stack"
    );
    assert_eq!(reasons(&json(&"[".repeat(100_000))), [RejectionReason::MalformedPayload]);
    let mut deep = cbor("81 a3 00 6a 68 65 61 72 74 5f 72 61 74 65 02 18 3c 18 63");
    deep.extend(std::iter::repeat_n(0x81, 100_000));
    assert_eq!(
        reasons(&decode(&deep, Format::Cbor, NOW, &Limits::default())),
        [RejectionReason::MalformedPayload]
    );
}

fn samples() -> impl Strategy<Value = Vec<Sample>> {
    let value = any::<f32>().prop_filter("finite", |value| value.is_finite());
    let sample = (0..Channel::ALL.len(), -40_000_000_000_i64..0, value).prop_map(|(channel, before, value)| Sample {
        channel: Channel::ALL[channel],
        time: NOW.plus(Span::from_micros(before)),
        value,
    });
    proptest::collection::vec(sample, 0..80)
}

proptest! {
    /// What a device writes is what arrives, in either format, to the microsecond and the bit.
    #[test]
    fn json_and_cbor_say_the_same(samples in samples(), name in prop_oneof![Just(""), Just("watch/"), Just("urn:dev:ow:\"1\":")]) {
        for payload in [encode_json(name, &samples), encode_cbor(name, &samples)] {
            let decoded = decode(&payload, Format::detect(&payload), NOW, &Limits::default());
            prop_assert_eq!(&decoded.rejections, &[]);
            prop_assert_eq!(&decoded.samples, &samples);
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        for format in [Format::Json, Format::Cbor] {
            let decoded = decode(&bytes, format, NOW, &Limits::default());
            prop_assert!(decoded.samples.iter().all(|sample| sample.value.is_finite()));
        }
    }

    /// Nearly sound packs reach further into the decoder than noise does.
    #[test]
    fn damaged_packs_never_panic(samples in samples(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        for mut payload in [encode_json("watch/", &samples), encode_cbor("watch/", &samples)] {
            let format = Format::detect(&payload);
            let place = at.index(payload.len());
            payload[place] = byte;
            decode(&payload, format, NOW, &Limits::default());
            payload.truncate(cut.index(payload.len()));
            decode(&payload, format, NOW, &Limits::default());
        }
    }
}

#[test]
fn every_stream_writes_its_unit_so_that_others_read_it() {
    for stream in Stream::ALL {
        let sample = Sample {
            channel: stream.channels()[0],
            time: NOW,
            value: 1.0,
        };
        let pack = String::from_utf8(encode_json("", &[sample])).unwrap();
        assert!(pack.contains(r#""bu":""#), "{pack}");
        assert_eq!(json(&pack).samples, [sample]);
    }
}
