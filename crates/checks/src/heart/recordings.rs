//! Recordings of people, as `cargo xtask setup --for test` fetches them.
#![allow(clippy::unwrap_used)]

use std::fs;

use crate::{
    capture::{Heart, HeartKind},
    fixtures::fetched,
};

/// All of them, each by a name.
pub(crate) fn recordings() -> Vec<(&'static str, Heart)> {
    let text = |file: &str| fs::read_to_string(fetched(file)).unwrap();
    let column = |text: &str, column: usize, separator: char| -> Vec<f32> {
        let numbers = text
            .lines()
            .filter_map(|line| line.split(separator).nth(column)?.trim().parse().ok());
        numbers.collect()
    };
    let even = |kind, rate_hz, values| Heart::new(kind, rate_hz, values).unwrap();
    let opensignals = text("pyhrv/SampleECG.txt");
    let (_, rows) = opensignals.split_once("# EndOfHeader").unwrap();
    vec![
        (
            "pulse 1",
            even(HeartKind::Ppg, 100.0, column(&text("heartpy/data.csv"), 0, ',')),
        ),
        ("pulse 2", Heart::from_bytes(text("heartpy/data2.csv").as_bytes()).unwrap()),
        ("pulse 3", Heart::from_bytes(text("heartpy/data3.csv").as_bytes()).unwrap()),
        ("ecg 1", even(HeartKind::Ecg, 1_000.0, column(rows, 5, '\t'))),
        (
            "ecg 2",
            even(HeartKind::Ecg, 360.0, column(&text("mit-bih/mitdb.csv"), 0, ',')),
        ),
    ]
}
