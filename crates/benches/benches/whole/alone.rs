//! Each check by itself, in a process of its own: what the first judging takes, with its model loaded, what the next ones take, and the most
//! memory that the process held.

use std::{fs, hint::black_box, process::Command, time::Instant};

use earnest_benches::motion::{Sensor, Wrist};
use earnest_checks::{Asked, Cancel, Checks, Run, capture::Capture, models::Models};
use earnest_domain::{capture::CaptureKind, time::Timestamp};

use crate::{
    Failure,
    captures::{PROMPT, a_minute_of_sound, a_page, an_hour_of_heart, an_hour_of_way, twelve_megapixels},
    table::{Table, median},
};

/// The argument that makes this program judge one capture by one check, and say what that took.
pub(crate) const ONE: &str = "--one-check";
/// What stands for a file where there is none: an hour of a 50 Hz wrist.
const WRIST: &str = "wrist";

/// Every check of every kind.
pub(crate) fn measure(table: &mut Table) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let made = |name: &str| folder.path().join(name);
    let files = [
        (CaptureKind::Motion, WRIST.to_owned()),
        (CaptureKind::Heart, an_hour_of_heart(&made("heart.csv"))?),
        (CaptureKind::Photo, twelve_megapixels(&made("photo.jpg"))?),
        (CaptureKind::Sound, a_minute_of_sound(&made("sound.wav"))?),
        (CaptureKind::Text, a_page(&made("text.txt"))?),
        (CaptureKind::Place, an_hour_of_way(&made("way.gpx"))?),
    ];
    for (kind, file) in &files {
        for check in Checks::load()?.of(*kind) {
            let name = check.manifest().name.as_str();
            let output = Command::new(std::env::current_exe()?).args([ONE, name, file]).output()?;
            let text = String::from_utf8(output.stdout)?;
            let told: Vec<f64> = text
                .split_ascii_whitespace()
                .filter_map(|number| number.parse().ok())
                .collect();
            let [first, later, decoded, peak] = told[..] else {
                return Err(format!("{name}: {text}").into());
            };
            let of_it = if file == WRIST { "copying" } else { "decoding" };
            let words = format!("{later:.1} ms later, {decoded:.1} of them {of_it}; {peak:.0} MB at most");
            table.line(&format!("alone: {kind}, {name}, the first time"), &[first], "ms", &words);
        }
    }
    Ok(())
}

/// Judges a capture by one check, and prints what the first time took, the next, what of it was decoding, and the most memory.
pub(crate) fn judge(arguments: &[String]) -> Result<(), Failure> {
    let [.., name, file] = arguments else {
        return Err("a check and a file".into());
    };
    let wrist = if file == WRIST {
        Some(Wrist::recorded()?.motion(50, 3_600, Sensor::Noisy, Timestamp::from_micros(0)))
    } else {
        None
    };
    let bytes = if wrist.is_none() { fs::read(file)? } else { Vec::new() };
    let (checks, models, cancel) = (Checks::load()?, Models::new(4), Cancel::default());
    let check = checks.find(name).ok_or("no such check")?;
    let asked = Asked {
        prompt: Some(PROMPT.to_owned()),
        subject: Some("a person".to_owned()),
        ..Asked::default()
    };
    let run = Run::new(&models, &asked, &cancel);
    let (mut took, mut decoded) = (Vec::new(), Vec::new());
    for _ in 0..6 {
        let begun = Instant::now();
        let capture = match &wrist {
            Some(motion) => Capture::Motion(motion.clone()),
            None => Capture::from_bytes(&bytes, None)?,
        };
        decoded.push(begun.elapsed().as_secs_f64() * 1e3);
        black_box(check.judge(&capture, &run)?);
        took.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes: f64 = peak
        .and_then(|line| line.split_ascii_whitespace().next())
        .ok_or("no peak")?
        .parse()?;
    println!(
        "{} {} {} {}",
        took[0],
        median(&took[1..]),
        median(&decoded[1..]),
        kibibytes * 1024.0 / 1e6
    );
    Ok(())
}
