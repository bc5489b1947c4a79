//! Captures as people take them: what the benchmarks of judging judge.

use std::{fmt::Write as _, fs, path::Path};

use crate::{Failure, process};

/// What a page of text is asked for.
pub(crate) const PROMPT: &str = "Describe the bench in the park and what stands around it.";

/// A photo as a telephone takes it, with a face in it: the astronaut, enlarged to 4000 x 3000 (the colours as they are), as a JPEG.
pub(crate) fn twelve_megapixels(to: &Path) -> Result<String, Failure> {
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
pub(crate) fn a_minute_of_sound(to: &Path) -> Result<String, Failure> {
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

pub(crate) fn a_page(to: &Path) -> Result<String, Failure> {
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
pub(crate) fn an_hour_of_ecg(rate: u32) -> Vec<f32> {
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

/// The same as a table, as an app of a chest strap exports it.
pub(crate) fn an_hour_of_heart(to: &Path) -> Result<String, Failure> {
    const RATE: u32 = 250;
    let mut table = "time_s,ecg\n".to_owned();
    for (index, sample) in (0_u32..).zip(an_hour_of_ecg(RATE)) {
        writeln!(table, "{:.3},{sample:.4}", f64::from(index) / f64::from(RATE))?;
    }
    fs::write(to, table)?;
    Ok(shown(to))
}

/// An hour's walk, a fix a second, with a receiver's tremble.
pub(crate) fn an_hour_of_way(to: &Path) -> Result<String, Failure> {
    let mut track = r#"<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>"#.to_owned();
    for second in 0..3_600_u32 {
        let time = f64::from(second);
        let (north, east) = (
            1.3e-5 * time + 2e-5 * (time * 1.7).sin(),
            4e-4 * (time / 200.0).sin() + 2e-5 * (time * 2.3).cos(),
        );
        let (minute, second) = (second / 60, second % 60);
        writeln!(
            track,
            r#"<trkpt lat="{:.7}" lon="{:.7}"><time>2026-03-01T12:{minute:02}:{second:02}Z</time></trkpt>"#,
            52.5 + north,
            13.4 + east,
        )?;
    }
    track.push_str("</trkseg></trk></gpx>");
    fs::write(to, track)?;
    Ok(shown(to))
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
