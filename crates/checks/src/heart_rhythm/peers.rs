//! The same signals through `NeuroKit2` and `HeartPy`, in the same run.
#![allow(clippy::unwrap_used, clippy::print_stdout, clippy::cast_precision_loss)]

use std::{ffi::OsStr, fs, path::PathBuf};

use serde_json::{Value, json};

use super::tests::signals;
use crate::{
    Cancel,
    capture::Heart,
    fixtures,
    heart::{Kept, Rhythm, examine},
};

/// Beats that are no further apart are one, in seconds.
const SAME: f64 = 0.05;

/// Rates are compared over so many seconds.
const PIECE: f64 = 20.0;

/// What a peer found.
struct Found {
    beats: Vec<f64>,
    heart_rate: f64,
    rmssd: f64,
}

impl Found {
    fn of(value: &Value) -> Option<Self> {
        let beats = value.get("beats")?.as_array()?.iter().filter_map(Value::as_f64).collect();
        let number = |name: &str| value.get(name).and_then(Value::as_f64).unwrap_or(f64::NAN);
        Some(Self {
            beats,
            heart_rate: number("heart_rate"),
            rmssd: number("rmssd"),
        })
    }
}

fn holds(beats: &[f64], beat: f64) -> bool {
    beats.iter().any(|other| (other - beat).abs() <= SAME)
}

/// How many of `beats` are among `others`.
fn share(beats: &[f64], others: &[f64]) -> f64 {
    beats.iter().filter(|beat| holds(others, **beat)).count() as f64 / beats.len().max(1) as f64
}

/// Beats a minute in a piece.
fn rate_within(beats: &[f64], from: f64) -> Option<f64> {
    let within: Vec<f64> = beats
        .iter()
        .copied()
        .filter(|beat| (from..from + PIECE).contains(beat))
        .collect();
    let (first, last) = (within.first()?, within.last()?);
    (last > first).then(|| 60.0 * (within.len() - 1) as f64 / (last - first))
}

/// The same over what we trust.
fn ours_within(rhythm: &Rhythm, from: f64) -> Option<f64> {
    let trusted = rhythm
        .intervals
        .iter()
        .filter(|interval| interval.kept != Kept::Noise && interval.from >= from && interval.from + interval.length < from + PIECE);
    let (count, length) = trusted.fold((0, 0.0), |(count, length), interval| (count + 1, length + interval.length));
    (count > 0).then(|| 60.0 * f64::from(count) / length)
}

fn through_peers(signals: &[(String, Heart)]) -> Vec<(Found, Option<Found>)> {
    let folder = tempfile::tempdir().unwrap();
    let files: Vec<PathBuf> = signals
        .iter()
        .enumerate()
        .map(|(number, (_, heart))| {
            let file = folder.path().join(format!("{number}.json"));
            let signal = json!({"kind": heart.kind().to_string(), "rate_hz": heart.rate_hz(), "values": heart.values()});
            fs::write(&file, signal.to_string()).unwrap();
            file
        })
        .collect();
    let files: Vec<&OsStr> = files.iter().map(|file| file.as_os_str()).collect();
    let printed = fixtures::python(&fixtures::folder("heart_rhythm").join("peers.py"), &files);
    let lines = printed.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    lines
        .map(|found| (Found::of(&found["neurokit2"]).unwrap(), Found::of(&found["heartpy"])))
        .collect()
}

#[test]
fn rate_and_beats_are_those_of_neurokit2_and_heartpy_where_these_agree() {
    let signals = signals();
    let (mut common, mut missed, mut agreed, mut unsaid) = (0, Vec::new(), 0, Vec::new());
    for ((name, heart), (neurokit, heartpy)) in signals.iter().zip(through_peers(&signals)) {
        let examined = examine(heart, &Cancel::default()).unwrap();
        let rhythm = Rhythm::of(examined);
        let (rate, varied) = (rhythm.heart_rate.unwrap(), rhythm.variability.unwrap());
        let Some(heartpy) = heartpy else {
            println!(
                "{name}: {rate:.2} /min; NeuroKit2 {:.2}; HeartPy refuses it",
                neurokit.heart_rate
            );
            continue;
        };
        println!(
            "{name}: {rate:.2} /min, RMSSD {:.1} ms, {} beats; NeuroKit2 {:.2}, {:.1}, {}; HeartPy {:.2}, {:.1}, {}; left out {:.1} %",
            varied.rmssd,
            examined.beats.len(),
            neurokit.heart_rate,
            neurokit.rmssd,
            neurokit.beats.len(),
            heartpy.heart_rate,
            heartpy.rmssd,
            heartpy.beats.len(),
            100.0 * (1.0 - rhythm.share(Kept::Normal)),
        );
        // A recording may begin before the sensor is on, and what is counted there agrees by chance: so piece by piece.
        for from in (0..)
            .map(|number| PIECE * f64::from(number))
            .take_while(|from| from + PIECE <= heart.seconds())
        {
            let piece = |beats: &[f64]| rate_within(beats, from);
            let (Some(one), Some(other)) = (piece(&neurokit.beats), piece(&heartpy.beats)) else {
                continue;
            };
            if (one - other).abs() > 0.5 {
                continue;
            }
            let both = f64::midpoint(one, other);
            agreed += 1;
            match ours_within(&rhythm, from) {
                Some(rate) => assert!((rate - both).abs() <= 0.5, "{name} from {from} s: {rate} beside {both}"),
                None => unsaid.push((name, from)),
            }
        }
        // Where both see a beat, there is one; a beat of ours is one that either sees.
        let seen: Vec<f64> = neurokit
            .beats
            .iter()
            .copied()
            .filter(|beat| holds(&heartpy.beats, *beat))
            .collect();
        let trusted: Vec<f64> = rhythm
            .intervals
            .iter()
            .filter(|interval| interval.kept == Kept::Normal)
            .map(|interval| interval.from)
            .collect();
        let either: Vec<f64> = neurokit.beats.iter().chain(&heartpy.beats).copied().collect();
        println!(
            "    of theirs {:.4}, of ours {:.4}",
            share(&seen, &examined.beats),
            share(&trusted, &either)
        );
        common += seen.len();
        missed.extend(
            seen.iter()
                .filter(|beat| !holds(&examined.beats, **beat))
                .map(|beat| (name, *beat)),
        );
        assert!(share(&trusted, &either) >= 0.99, "{name}");
    }
    println!("{agreed} pieces, of which nothing was said {unsaid:?}; {common} beats, of which not found {missed:?}");
    assert!(
        unsaid.len() * 20 <= agreed,
        "of {agreed} pieces nothing was said of {unsaid:?}"
    );
    assert!(agreed >= 50 && common >= 1_000, "{agreed} {common}");
    assert!(missed.len() * 100 <= common, "{} of {common}: {missed:?}", missed.len());
}
