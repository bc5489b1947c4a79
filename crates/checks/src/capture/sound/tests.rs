//! Files of every format, and files that are none.
#![allow(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss
)]

use std::{f32::consts::TAU, fs, io::Cursor, path::PathBuf};

use hound::{SampleFormat, WavSpec, WavWriter};
use proptest::prelude::*;

use super::*;
use crate::capture::Capture;

const FILES: [&str; 9] = [
    "tones.flac",
    "tones.mp3",
    "tones.m4a",
    "tones_alac.m4a",
    "tones_fragmented.mp4",
    "tones.aac",
    "tones.ogg",
    "tones.opus",
    "tones.webm",
];

fn file(name: &str) -> Vec<u8> {
    let place: PathBuf = [env!("CARGO_MANIFEST_DIR"), "src/capture/sound/fixtures", name]
        .iter()
        .collect();
    fs::read(place).unwrap()
}

/// A WAV of floats, a closure for each channel's sample at a time in seconds.
fn wav(rate: u32, channels: u16, seconds: f32, sample: impl Fn(u16, f32) -> f32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let spec = WavSpec {
        channels,
        sample_rate: rate,
        bits_per_sample: 32,
        sample_format: SampleFormat::Float,
    };
    let mut writer = WavWriter::new(&mut bytes, spec).unwrap();
    for frame in 0..(seconds * rate as f32) as usize {
        for channel in 0..channels {
            writer.write_sample(sample(channel, frame as f32 / rate as f32)).unwrap();
        }
    }
    writer.finalize().unwrap();
    bytes.into_inner()
}

fn sine(hertz: f32) -> impl Fn(u16, f32) -> f32 {
    move |_, time| 0.5 * (TAU * hertz * time).sin()
}

/// How much of a tone is in it, as the amplitude of a sine (Goertzel, 1958), away from the ends.
fn tone(samples: &[f32], hertz: f32) -> f32 {
    let middle = &samples[samples.len() / 4..samples.len() * 3 / 4];
    let angle = |at: usize| TAU * (hertz * at as f32 / Sound::RATE as f32).fract();
    let (mut re, mut im) = (0.0, 0.0);
    for (at, sample) in middle.iter().enumerate() {
        re += sample * angle(at).cos();
        im += sample * angle(at).sin();
    }
    2.0 * (re * re + im * im).sqrt() / middle.len() as f32
}

/// As from outside, where a decoder may give up.
fn code(bytes: &[u8]) -> &'static str {
    let read = Capture::from_bytes(bytes, Some(CaptureKind::Sound));
    match read.map_or_else(|error| error.code(), |_| "fine") {
        "decoder_failed" => "broken",
        other => other,
    }
}

#[test]
fn every_format_says_the_same() {
    for name in FILES {
        let bytes = file(name);
        let Ok(Capture::Sound(sound)) = Capture::from_bytes(&bytes, None) else {
            panic!("{name}: {:?}", Sound::from_bytes(&bytes).map(|_| ()));
        };
        let seconds = match name {
            "tones.flac" => 0.5,
            "tones_alac.m4a" => 0.25,
            _ => 1.2,
        };
        let length = sound.length().as_secs_f64();
        assert!((length - seconds).abs() < 0.06, "{name} lasts {length} s");
        let (low, high) = (tone(sound.samples(), 440.0), tone(sound.samples(), 880.0));
        // What ffmpeg mixes to one channel keeps its power, not its amplitude.
        let mixed = if name == "tones.webm" { 2_f32.sqrt() } else { 1.0 };
        assert!(
            (low / mixed - 0.25).abs() < 0.02 && (high / mixed - 0.125).abs() < 0.015,
            "{name}: {low}, {high}"
        );
        if name != "tones.webm" {
            // Before they were mixed: a sine of half of full scale.
            let level = sound.levels().level(0.5);
            assert!((level + 9.03).abs() < 0.6, "{name}: {level}");
        }
        if name != "tones.aac" {
            let told = sound.told();
            assert_eq!(told.artist.as_deref(), Some("Ada"), "{name}: {told:?}");
            // WebM keeps its title elsewhere, where nobody reads it.
            assert_eq!(told.title.as_deref(), (name != "tones.webm").then_some("Rain"), "{name}");
        }
    }
}

#[test]
fn a_place_in_the_tags_is_told() {
    for name in ["tones.ogg", "tones.flac", "tones.opus"] {
        let told = Sound::from_bytes(&file(name)).unwrap().told().clone();
        assert_eq!(told.place.as_deref(), Some("+51.5007-000.1246/"), "{name}: {told:?}");
        assert_eq!(
            (told.artist.as_deref(), told.recorded.as_deref()),
            (Some("Ada"), Some("2026-05-01")),
            "{name}"
        );
    }
}

#[test]
fn any_rate_becomes_16_khz_without_what_cannot_be_there() {
    for rate in [
        8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 44_101, 96_000, 192_000,
    ] {
        let sound = Sound::from_bytes(&wav(rate, 1, 0.7, sine(1_000.0))).unwrap();
        assert_eq!(sound.rate(), rate);
        let samples = (0.7 * rate as f32) as u64;
        assert_eq!(
            sound.samples().len() as u64,
            (samples * 16_000).div_ceil(u64::from(rate)),
            "{rate}"
        );
        assert!((tone(sound.samples(), 1_000.0) - 0.5).abs() < 0.005, "{rate}");
        let shift = sound
            .samples()
            .iter()
            .zip(0..)
            .map(|(sample, at)| (sample - sine(1_000.0)(0, at as f32 / 16_000.0)).abs());
        let inner = shift.skip(800).take(9_600).fold(0.0, f32::max);
        assert!(inner < 0.2, "{rate}: it stays in its place in time, within a sample: {inner}");
    }
    let above = Sound::from_bytes(&wav(48_000, 1, 0.7, sine(9_000.0))).unwrap();
    let folded = tone(above.samples(), 7_000.0);
    assert!(folded < 0.5e-3, "9 kHz is gone, not folded to 7: {folded}");
    let kept = Sound::from_bytes(&wav(48_000, 1, 0.7, sine(7_000.0))).unwrap();
    assert!((tone(kept.samples(), 7_000.0) - 0.5).abs() < 0.02);
}

#[test]
fn what_is_no_sound_says_why() {
    assert_eq!(code(b""), "empty_file");
    assert_eq!(code(b"A walk along the river."), "unknown_format");
    assert_eq!(code(b"RIFF\0\0\0\0WAVE"), "broken");
    assert_eq!(code(b"OggS"), "broken");
    assert_eq!(code(&[0x1a, 0x45, 0xdf, 0xa3]), "broken");
    assert_eq!(code(b"\0\0\0\x18ftypM4A \0\0\0\0"), "broken");
    assert_eq!(code(&file("tones_adpcm.wav")), "codec_unsupported");
    assert_eq!(code(&wav(48_000, 1, 0.0, sine(1.0))), "broken", "no length");
    assert_eq!(code(&wav(1_000, 1, 1.0, sine(1.0))), "broken", "no rate of sound");
    assert_eq!(code(&wav(400_000, 1, 0.1, sine(1.0))), "broken", "no rate of sound");
    assert_eq!(code(&wav(48_000, 9, 0.1, sine(1.0))), "broken", "too many channels");
    for number in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let bytes = wav(16_000, 1, 0.1, |_, time| if time > 0.05 { number } else { 0.1 });
        assert_eq!(code(&bytes), "broken", "{number}");
    }
    let loud = Sound::from_bytes(&wav(16_000, 1, 0.1, |_, _| 1e30)).unwrap();
    assert!(loud.samples().iter().all(|sample| *sample <= 1.0), "beyond full scale is cut");
}

#[test]
fn a_header_that_lies_is_found_out() {
    let honest = wav(16_000, 1, 2.0, sine(440.0));
    assert_eq!(code(&honest), "fine");
    let cut = &honest[..honest.len() / 2];
    assert_eq!(code(cut), "broken", "half of it is missing");
    // One channel of 32 bits is 4 bytes a sample; 65 535 channels are not there.
    let mut channels = honest.clone();
    let at = channels.windows(4).position(|four| four == b"fmt ").unwrap() + 10;
    channels[at..at + 2].copy_from_slice(&u16::MAX.to_le_bytes());
    assert_eq!(code(&channels), "broken");
    for name in FILES {
        let bytes = file(name);
        for part in 1..8 {
            let cut = &bytes[..bytes.len() * part / 8];
            assert!(["fine", "broken"].contains(&code(cut)), "{name}");
        }
    }
}

#[test]
fn a_day_of_sound_ends_at_ten_minutes() {
    // Constant frames of FLAC would be a file of a few hundred kB; this one is as honest, and as long, as bytes allow.
    let bytes = {
        let mut bytes = Cursor::new(Vec::new());
        let spec = WavSpec {
            channels: 1,
            sample_rate: 8_000,
            bits_per_sample: 8,
            sample_format: SampleFormat::Int,
        };
        let mut writer = WavWriter::new(&mut bytes, spec).unwrap();
        for _ in 0..8_000 * 601 {
            writer.write_sample(0_i8).unwrap();
        }
        writer.finalize().unwrap();
        bytes.into_inner()
    };
    assert_eq!(code(&bytes), "too_large");
    assert_eq!(code(&vec![0_u8; Sound::MOST_BYTES + 1]), "too_large");
}

fn atom(name: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    let inside = parts.concat();
    let size = u32::try_from(inside.len() + 8).unwrap().to_be_bytes();
    [&size[..], name, &inside].concat()
}

/// The same atoms with another description of how the sound is coded.
fn described(atoms: &[u8], description: &[u8]) -> Vec<u8> {
    let (mut rest, mut made) = (atoms, Vec::new());
    while !rest.is_empty() {
        let size = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        let (one, others) = rest.split_at(size);
        match &one[4..8] {
            b"moov" | b"trak" | b"mdia" | b"minf" | b"stbl" => {
                made.extend(atom(&one[4..8], &[&described(&one[8..], description)]));
            }
            b"stsd" => made.extend(description),
            _ => made.extend(one),
        }
        rest = others;
    }
    made
}

/// How the sound of a file is coded, as the file describes it.
fn description(name: &str) -> Vec<u8> {
    let bytes = file(name);
    let at = bytes.windows(4).position(|four| four == b"stsd").unwrap() - 4;
    let size = u32::from_be_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    bytes[at..at + size].to_vec()
}

/// Less than two kilobytes that promise 4,294,967,295 packets of no bytes each (ISO/IEC 14496-12, 8.8.7 and 8.8.8).
#[test]
fn a_file_of_empty_packets_ends() {
    let whole = file("tones_fragmented.mp4");
    let end = whole.windows(4).position(|four| four == b"moof").unwrap() - 4;
    let entry = [
        &[0; 6][..],
        &[0, 1],
        &[0; 8],
        &[0, 1, 0, 16, 0, 0, 0, 0],
        &(48_000_u32 << 16).to_be_bytes(),
    ]
    .concat();
    let head = [&[0, 1, 1, 56][..], &48_000_u32.to_be_bytes(), &[0, 0, 0]].concat();
    let opus = atom(b"Opus", &[&entry, &atom(b"dOps", &[&head])]);
    let opus = atom(b"stsd", &[&[0; 4], &[0, 0, 0, 1], &opus]);
    for (coded, description) in [
        ("AAC", description("tones_fragmented.mp4")),
        ("ALAC", description("tones_alac.m4a")),
        ("Opus", opus),
    ] {
        let fragmented = |samples: u32, runs: usize| {
            // The track, the duration and the size of each sample; and how many.
            let header = atom(b"tfhd", &[&[0, 2, 0, 0x18], &[0, 0, 0, 1], &[0, 0, 0, 120], &[0; 4]]);
            let run = atom(b"trun", &[&[0; 4], &samples.to_be_bytes()]);
            let fragment = atom(
                b"moof",
                &[
                    &atom(b"mfhd", &[&[0; 7], &[1]]),
                    &atom(b"traf", &[&header, &run.repeat(runs)]),
                ],
            );
            [&described(&whole[..end], &description)[..], &fragment, &atom(b"mdat", &[])].concat()
        };
        let says = |bytes: &[u8]| Sound::from_bytes(bytes).map(|_| ()).unwrap_err().to_string();
        for (samples, runs) in [(u32::MAX, 1), (u32::MAX, 30), (100_000, 30)] {
            let bytes = fragmented(samples, runs);
            assert!(bytes.len() < 2_000);
            assert!(says(&bytes).contains("promises more parts"), "{coded}: {}", says(&bytes));
        }
        // As many as there may be: each is passed over, and after some that is enough.
        let said = says(&fragmented(400_000, 1));
        assert!(said.contains("most of its parts are empty"), "{coded}: {said}");
    }
}

#[test]
fn reading_ends_when_nobody_waits() {
    let cancel = Cancel::default();
    cancel.cancel();
    for name in FILES {
        assert_eq!(
            Sound::from_bytes_until(&file(name), &cancel),
            Err(CaptureError::Cancelled),
            "{name}"
        );
    }
}

#[test]
fn photos_in_the_same_container_are_no_sound() {
    for brand in [b"heic", b"mif1", b"avif"] {
        let file = [&b"\0\0\0\x18ftyp"[..], brand].concat();
        assert!(!Sound::begins(&file));
    }
}

#[test]
fn the_worst_channel_is_measured_before_it_is_mixed() {
    let sound = Sound::from_bytes(&wav(48_000, 2, 1.0, |channel, time| {
        let wave = (TAU * 300.0 * time).sin();
        if channel == 0 {
            (wave * 3.0).clamp(-1.0, 1.0)
        } else {
            wave * 0.01
        }
    }))
    .unwrap();
    assert!(sound.levels().clipped() > 0.5, "{}", sound.levels().clipped());
    assert!(sound.levels().level(0.9) > -2.0);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn arbitrary_bytes_after_any_beginning_never_panic(
        beginning in 0..FILES.len(),
        kept in 0_usize..400,
        rest in proptest::collection::vec(any::<u8>(), 0..2_000),
    ) {
        let mut bytes = file(FILES[beginning]);
        bytes.truncate(kept);
        bytes.extend(rest);
        prop_assert!(!code(&bytes).is_empty());
    }

    #[test]
    fn a_changed_file_never_panics(name in 0..FILES.len(), changes in proptest::collection::vec((any::<u16>(), any::<u8>()), 1..12)) {
        let mut bytes = file(FILES[name]);
        let length = bytes.len();
        for (at, value) in changes {
            // Mostly in the headers, which is where lies are told.
            let at = if value & 1 == 0 { usize::from(at) % 300 } else { usize::from(at) % length };
            bytes[at] = value;
        }
        prop_assert!(!code(&bytes).is_empty());
    }
}
