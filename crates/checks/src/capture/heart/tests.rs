//! What is read, what is refused, and that nothing makes the reader panic.
#![allow(clippy::unwrap_used)]

use std::fmt::Write;

use earnest_domain::time::Timestamp;
use proptest::prelude::*;

use super::*;
use crate::capture::Capture;

fn code(text: &str) -> &'static str {
    Heart::from_bytes(text.as_bytes()).map_or_else(|error| error.code(), |_| "read")
}

fn reason(text: &str) -> String {
    Heart::from_bytes(text.as_bytes()).unwrap_err().to_string()
}

#[test]
fn a_column_of_samples_has_its_rate_in_a_note() {
    let heart = Heart::from_bytes(b"\xef\xbb\xbf# rate_hz: 250\r\nECG (mV)\r\n0.5\r\n\r\n-0.25\r\n1e-1").unwrap();
    assert_eq!((heart.kind(), heart.rate_hz()), (HeartKind::Ecg, 250.0));
    assert_eq!(heart.values(), [0.5, -0.25, 0.1]);
}

#[test]
fn times_tell_the_rate_in_any_unit() {
    let table = |name: &str, step: f64| {
        (0..200).fold(format!("{name};ppg\n"), |mut table, index| {
            let _ = writeln!(table, "{:.4};{index}", 17.0 + f64::from(index) * step);
            table
        })
    };
    for (name, step) in [
        ("time", 0.02),
        ("time", 20.0),
        ("timestamp", 20_000.0),
        ("time_ms", 20.0),
        ("t (s)", 0.02),
        ("ms", 20.0),
    ] {
        let heart = Heart::from_bytes(table(name, step).as_bytes()).unwrap();
        assert!((heart.rate_hz() - 50.0).abs() < 0.01, "{name}: {}", heart.rate_hz());
        assert_eq!((heart.kind(), heart.values().len()), (HeartKind::Ppg, 200), "{name}");
    }
    let dates = "datetime,hr\n2026-11-24 13:58:58.081000,326\n2026-11-24 13:58:58.101000,327\n2026-11-24T13:58:58.121Z,328\n";
    assert!((Heart::from_bytes(dates.as_bytes()).unwrap().rate_hz() - 50.0).abs() < 0.01);
    let comma = "Zeit;time;EKG\n1;0,00;0,5\n2;0,02;0,6\n3;0,04;0,7\n";
    assert_eq!(Heart::from_bytes(comma.as_bytes()).unwrap().values(), [0.5, 0.6, 0.7]);
}

#[test]
fn what_is_no_such_table_says_why() {
    assert_eq!(code(""), "empty_file");
    assert_eq!(Heart::from_bytes(b"ecg\n\xff").unwrap_err().code(), "not_utf8");
    assert_eq!(code("# rate_hz: 250\necg\n1\n\0\n"), "not_text");
    assert!(reason("# rate_hz: 250\n\n").contains("no header"));
    assert!(reason("1,2\n3,4\n").contains("named ecg or ppg"));
    assert!(reason("ecg\n1\n2\n").contains("rate_hz"), "says what to add");
    assert!(reason("# rate_hz: 250\necg\n1\nx\n").contains("line 4"));
    assert!(
        reason("time,ecg\n0\n").contains("line 2"),
        "a header that lies about its columns"
    );
    assert!(reason("time,ecg\n0,1\nnan,2\n").contains("line 3"));
    assert!(reason("time,ecg\n0,1\n0.01,2\n0.005,3\n").contains("time goes back"));
    assert!(reason("time,ecg\n5,1\n5,2\n").contains("one time"));
    assert!(reason("# rate_hz: 250\necg\n").contains("followed by nothing"));
    for rate in ["0", "-5", "1e9", "nan", "inf", "often"] {
        assert!(reason(&format!("# rate_hz: {rate}\necg\n1\n")).contains("a rate"), "{rate}");
    }
    assert_eq!(
        code("# rate_hz: 250\necg\nnan\ninf\n-inf\n\n"),
        "empty_file",
        "nothing was measured"
    );
    assert_eq!(code("time_s,ecg\n0,1\n0.01,2\n0.02,3\n1e300,4\n"), "too_large");
    assert!(reason(&format!("ecg{}\n1\n", "x".repeat(5_000))).contains("header"));
}

#[test]
fn a_day_at_a_thousand_hertz_is_refused_before_it_is_held() {
    let day = vec![0.0_f32; Heart::MOST_SAMPLES + 1];
    assert_eq!(Heart::new(HeartKind::Ecg, 1_000.0, day).unwrap_err().code(), "too_large");
    assert_eq!(
        Heart::new(HeartKind::Ppg, 1.0, vec![0.0; 90_000]).unwrap_err().code(),
        "too_large",
        "longer than a day"
    );
    assert_eq!(
        Heart::from_bytes(&vec![b'1'; Heart::MOST_BYTES + 1]).unwrap_err().code(),
        "too_large"
    );
}

#[test]
fn what_is_no_number_is_missing_and_no_sample() {
    let heart = Heart::from_bytes(b"# rate_hz: 10\nppg,other\n1,a\n,b\ninf,c\nNaN,d\n5,e\n").unwrap();
    let missing: Vec<bool> = heart.values().iter().map(|value| value.is_nan()).collect();
    assert_eq!(missing, [false, true, true, true, false]);
}

#[test]
fn readings_are_laid_out_evenly_and_gaps_stay() {
    // 50 Hz with a late reading now and then, and none for a second.
    let wave = |seconds: f64| (seconds * 6.0).sin();
    let readings: Vec<Reading> = (0..500_i64)
        .filter(|index| !(200..250).contains(index))
        .map(|index| {
            let micros = index * 20_000 + if index % 7 == 3 { 12_000 } else { 0 };
            #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
            (Timestamp::from_micros(micros), wave(micros as f64 / 1e6) as f32)
        })
        .collect();
    let heart = Heart::from_readings(HeartKind::Ppg, &readings).unwrap();
    assert!((heart.rate_hz() - 50.0).abs() < 0.2, "{}", heart.rate_hz());
    let mut missing = 0;
    for (index, value) in heart.values().iter().enumerate() {
        #[allow(clippy::cast_precision_loss)]
        let seconds = index as f64 / heart.rate_hz();
        if value.is_nan() {
            missing += 1;
        } else {
            assert!((f64::from(*value) - wave(seconds)).abs() < 0.02, "at {seconds} s");
        }
    }
    assert!((45..=55).contains(&missing), "{missing}");
    assert_eq!(Heart::from_readings(HeartKind::Ppg, &[]).unwrap_err().code(), "empty_file");
}

#[test]
fn readings_of_one_packet_are_spread() {
    let readings: Vec<Reading> = (0..400_i64)
        .map(|index| {
            #[allow(clippy::cast_precision_loss)]
            (Timestamp::from_micros(index / 4 * 40_000), index as f32)
        })
        .collect();
    let heart = Heart::from_readings(HeartKind::Ecg, &readings).unwrap();
    assert!((heart.rate_hz() - 100.0).abs() < 0.5, "{}", heart.rate_hz());
    assert_eq!(heart.values().len(), 400);
}

#[test]
fn a_table_is_known_by_its_header_and_a_row_and_a_text_is_none() {
    let kind = |text: &str| Capture::from_bytes(text.as_bytes(), None).unwrap().kind().name();
    assert_eq!(kind("# rate_hz: 250\necg\n1\n2\n"), "heart");
    assert_eq!(kind("time,ppg\n0,1\n0.01,2\n"), "heart");
    assert_eq!(kind("ECG\nI had one today, and all was well.\n"), "text");
    assert_eq!(kind("My ECG, and what the doctor said of it\n12 words\n"), "text");
    assert_eq!(kind("hr\nis short for heart rate"), "text");
}

proptest! {
    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), kind in any::<bool>()) {
        let _ = Capture::from_bytes(&bytes, kind.then_some(CaptureKind::Heart));
    }

    #[test]
    fn no_mutated_table_makes_it_panic(places in prop::collection::vec((0..700_usize, any::<u8>()), 1..8), cut in 0..700_usize) {
        let mut table = b"# rate_hz: 100\ntime_ms,ecg\n".to_vec();
        for index in 0..60 {
            table.extend(format!("{},{:.3}\n", index * 10, f64::from(index).sin()).bytes());
        }
        for (place, byte) in places {
            if let Some(there) = table.get_mut(place) {
                *there = byte;
            }
        }
        table.truncate(cut);
        if let Ok(heart) = Heart::from_bytes(&table) {
            prop_assert!(heart.values().len() <= Heart::MOST_SAMPLES);
            prop_assert!(heart.values().iter().all(|value| !value.is_infinite()));
        }
    }
}
