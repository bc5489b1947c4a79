//! Reads a file packet by packet, so that no more of it is held than what is kept.

use std::{
    io::Cursor,
    mem, panic,
    sync::mpsc::{SyncSender, sync_channel},
    thread::{self, Scope, ScopedJoinHandle},
};

use earnest_domain::capture::CaptureKind;
use symphonia::core::{
    codecs::audio::{AudioCodecParameters, AudioDecoder, AudioDecoderOptions, well_known::CODEC_ID_OPUS},
    common::Limit,
    errors::Error,
    formats::{FormatOptions, FormatReader, Track, TrackType, probe::Hint},
    io::MediaSourceStream,
    meta::MetadataOptions,
    packet::Packet,
};

use super::{Levels, Sound, SoundTold, fragments, levels::Meter, opus, opus::Opus, resample::Resampler};
use crate::{Cancel, capture::CaptureError};

/// A file, decoded.
pub(super) struct Decoded {
    pub(super) samples: Vec<f32>,
    pub(super) rate: u32,
    pub(super) levels: Levels,
    pub(super) told: SoundTold,
}

pub(super) fn broken(reason: impl Into<String>) -> CaptureError {
    CaptureError::Broken {
        kind: CaptureKind::Sound,
        reason: reason.into(),
    }
}

/// Between -1 and 1. What is no number is silence.
pub(super) fn bounded(sample: f32) -> f32 {
    if sample.is_nan() { 0.0 } else { sample.clamp(-1.0, 1.0) }
}

/// The most packets of a file: ten minutes of the shortest that Opus has (2.5 ms: RFC 6716, section 2.1.4), and as many of other tracks.
/// A header of a few bytes can promise four thousand million.
const MOST_PACKETS: u64 = 2 * 400 * Sound::MOST_SECONDS as u64;
/// The most of them that bring no sound.
const MOST_IDLE: u64 = MOST_PACKETS / 20;

/// Reads and measures on this thread, and resamples beside it.
pub(super) fn decode(bytes: &[u8], cancel: &Cancel) -> Result<Decoded, CaptureError> {
    thread::scope(|scope| read(bytes, cancel, scope))
}

fn read<'scope>(bytes: &[u8], cancel: &Cancel, scope: &'scope Scope<'scope, '_>) -> Result<Decoded, CaptureError> {
    if fragments::promised(bytes) > MOST_PACKETS {
        return Err(broken("it promises more parts than it can have"));
    }
    let stream = MediaSourceStream::new(
        Box::new(Cursor::new(bytes)),
        symphonia::core::io::MediaSourceStreamOptions::default(),
    );
    let metadata = MetadataOptions::default()
        .limit_tag_bytes(Limit::Maximum(64 << 10))
        .limit_visual_bytes(Limit::Maximum(8 << 20));
    let mut format = symphonia::default::get_probe()
        .probe(&Hint::new(), stream, FormatOptions::default(), metadata)
        .map_err(|error| broken(said(&error)))?;
    let mut told = SoundTold::default();
    tell(format.as_mut(), &mut told);
    let track = format
        .default_track(TrackType::Audio)
        .ok_or_else(|| broken("there is no sound in it"))?;
    let (track, declared) = (track.id, Declared::of(track, format.format_info().short_name));
    let mut decoder = Decoder::new(format.as_ref(), track)?;
    let mut recording: Option<Recording<'scope>> = None;
    let (mut planes, mut all, mut packets, mut bad, mut empty) = (Vec::new(), 0_u64, 0_u64, 0_u64, 0_u64);
    // What ends in the middle of a packet is used up to there, if it does not say that there is more.
    while let Some(packet) = format.next_packet().unwrap_or_default() {
        if cancel.is_cancelled() {
            return Err(CaptureError::Cancelled);
        }
        all += 1;
        if all > MOST_PACKETS {
            return Err(CaptureError::TooLarge {
                kind: CaptureKind::Sound,
                most: "ten minutes",
            });
        }
        if bad + empty > MOST_IDLE {
            return Err(broken("most of its parts are empty"));
        }
        if packet.track_id != track {
            continue;
        }
        packets += 1;
        // To some decoders nothing means silence.
        if packet.data.is_empty() {
            empty += 1;
            continue;
        }
        match decoder.decode(&packet, &mut planes) {
            Ok(Some(rate)) => {
                let channels = planes.len();
                let recording = match &mut recording {
                    Some(recording) => recording,
                    slot => slot.insert(Recording::new(rate, channels, scope)?),
                };
                recording.hear(rate, &mut planes)?;
            }
            Ok(None) => empty += 1,
            Err(_) => bad += 1,
        }
    }
    tell(format.as_mut(), &mut told);
    let Some(recording) = recording else {
        return Err(broken("there is no sound in it"));
    };
    // One in twenty may be lost; of more the rest is no recording any more.
    if bad * 20 > packets {
        return Err(broken(format!("{bad} of its {packets} parts cannot be read")));
    }
    if let Some(seconds) = declared.seconds.filter(|seconds| *seconds > recording.seconds() * 1.02 + 0.5) {
        return Err(broken(format!(
            "it should last {seconds:.1} seconds and ends after {:.1}",
            recording.seconds()
        )));
    }
    recording.end(told)
}

/// How long a file says that it is, where it says it exactly.
struct Declared {
    seconds: Option<f64>,
}

impl Declared {
    #[allow(clippy::cast_precision_loss)] // seconds
    fn of(track: &Track, format: &str) -> Self {
        let rate = track
            .codec_params
            .as_ref()
            .and_then(|parameters| parameters.audio())
            .and_then(|audio| audio.sample_rate);
        let exact = matches!(format, "wave" | "flac" | "isomp4");
        let seconds = match (track.num_frames, rate) {
            (Some(frames), Some(rate)) if exact && rate > 0 => Some(frames as f64 / f64::from(rate)),
            _ => None,
        };
        Self {
            // A WAV that was written into a pipe says 4 GB, or nothing.
            seconds: seconds.filter(|seconds| format != "wave" || seconds * f64::from(rate.unwrap_or(0)) < 1e9),
        }
    }
}

/// What the decoders say. Their texts are short and hold nothing of the file.
fn said(error: &Error) -> String {
    match error {
        Error::IoError(_) => "it ends too early".to_owned(),
        other => other.to_string(),
    }
}

fn tell(format: &mut dyn FormatReader, told: &mut SoundTold) {
    let mut metadata = format.metadata();
    while let Some(revision) = metadata.current() {
        told.read(revision);
        if metadata.pop().is_none() {
            break;
        }
    }
}

enum Decoder {
    Symphonia(Box<dyn AudioDecoder>),
    Opus(Box<Opus>),
}

impl Decoder {
    fn new(format: &dyn FormatReader, track: u32) -> Result<Self, CaptureError> {
        let parameters: &AudioCodecParameters = format
            .tracks()
            .iter()
            .find(|one| one.id == track)
            .and_then(|track| track.codec_params.as_ref()?.audio())
            .ok_or_else(|| broken("it does not say how its sound is coded"))?;
        if parameters.codec == CODEC_ID_OPUS {
            let head = parameters.extra_data.as_deref().unwrap_or_default();
            return Opus::new(head).map(|opus| Self::Opus(Box::new(opus))).map_err(broken);
        }
        let decoder = symphonia::default::get_codecs().make_audio_decoder(parameters, &AudioDecoderOptions::default());
        match decoder {
            Ok(decoder) => Ok(Self::Symphonia(decoder)),
            Err(Error::Unsupported(_)) => Err(CaptureError::CodecUnsupported),
            Err(error) => Err(broken(said(&error))),
        }
    }

    /// A packet's channels, and their rate; none where the packet brings no sound.
    fn decode(&mut self, packet: &Packet, planes: &mut Vec<Vec<f32>>) -> Result<Option<u32>, String> {
        let rate = match self {
            Self::Opus(opus) => {
                let cut = usize::try_from(packet.trim_end.get()).unwrap_or(usize::MAX);
                opus.decode(&packet.data, cut, planes)?;
                opus::RATE
            }
            Self::Symphonia(decoder) => {
                let buffer = decoder.decode(packet).map_err(|error| said(&error))?;
                if buffer.num_planes() > Sound::MOST_CHANNELS {
                    planes.resize(buffer.num_planes(), Vec::new());
                    return Ok(Some(buffer.spec().rate()));
                }
                buffer.copy_to_vecs_planar(planes);
                buffer.spec().rate()
            }
        };
        Ok(planes.first().is_some_and(|plane| !plane.is_empty()).then_some(rate))
    }
}

/// What comes out, bounded.
struct Recording<'scope> {
    rate: u32,
    channels: usize,
    frames: u64,
    meter: Meter,
    /// Mixed, and not sent yet.
    mixed: Vec<f32>,
    parts: SyncSender<Vec<f32>>,
    resampled: ScopedJoinHandle<'scope, Result<Vec<f32>, String>>,
}

/// Frames that are resampled at a time, and so many times as much may wait for it.
const PART: usize = 1 << 15;
const PARTS: usize = 4;

impl<'scope> Recording<'scope> {
    fn new(rate: u32, channels: usize, scope: &'scope Scope<'scope, '_>) -> Result<Self, CaptureError> {
        if !Sound::RATES.contains(&rate) {
            return Err(broken(format!("{rate} samples a second are not a rate of sound")));
        }
        if !(1..=Sound::MOST_CHANNELS).contains(&channels) {
            return Err(broken(format!("it has {channels} channels; 1 to 8 are read")));
        }
        let mut to_rate = Resampler::new(rate).map_err(broken)?;
        let (parts, waiting) = sync_channel::<Vec<f32>>(PARTS);
        let resampled = scope.spawn(move || {
            for mixed in waiting {
                to_rate.hear(&mixed)?;
            }
            let mut samples = to_rate.end()?;
            for sample in &mut samples {
                *sample = bounded(*sample);
            }
            Ok(samples)
        });
        Ok(Self {
            rate,
            channels,
            frames: 0,
            meter: Meter::new(rate, channels),
            mixed: Vec::with_capacity(PART),
            parts,
            resampled,
        })
    }

    fn hear(&mut self, rate: u32, planes: &mut [Vec<f32>]) -> Result<(), CaptureError> {
        if rate != self.rate || planes.len() != self.channels {
            return Err(broken("its rate or its channels change in the middle"));
        }
        let frames = planes.iter().map(Vec::len).min().unwrap_or(0);
        self.frames += frames as u64;
        if self.frames > u64::from(Sound::MOST_SECONDS) * u64::from(self.rate) {
            return Err(CaptureError::TooLarge {
                kind: CaptureKind::Sound,
                most: "ten minutes",
            });
        }
        for plane in planes.iter_mut() {
            // Of all, and not until the first: so many are looked at at once.
            if !plane.iter().fold(true, |finite, sample| finite & sample.is_finite()) {
                return Err(broken("it holds a value that is no number"));
            }
            for sample in plane.iter_mut() {
                *sample = sample.clamp(-1.0, 1.0);
            }
        }
        self.meter.hear(planes);
        self.mix(planes, frames);
        if self.mixed.len() >= PART {
            self.send(PART);
        }
        Ok(())
    }

    fn mix(&mut self, planes: &[Vec<f32>], frames: usize) {
        let before = self.mixed.len();
        self.mixed.resize(before + frames, 0.0);
        let mixed = &mut self.mixed[before..];
        for plane in planes {
            for (sum, sample) in mixed.iter_mut().zip(plane) {
                *sum += *sample;
            }
        }
        #[allow(clippy::cast_precision_loss)] // at most eight
        let share = 1.0 / self.channels as f32;
        for sum in mixed {
            *sum *= share;
        }
    }

    /// Gives what is mixed to the resampler, and makes room for as much.
    fn send(&mut self, room: usize) {
        let part = mem::replace(&mut self.mixed, Vec::with_capacity(room));
        // It takes no more once it has failed, and tells why at the end.
        let _ = self.parts.send(part);
    }

    #[allow(clippy::cast_precision_loss)] // ten minutes
    fn seconds(&self) -> f64 {
        self.frames as f64 / f64::from(self.rate)
    }

    fn end(mut self, told: SoundTold) -> Result<Decoded, CaptureError> {
        self.send(0);
        drop(self.parts);
        let samples = self
            .resampled
            .join()
            .unwrap_or_else(|panicked| panic::resume_unwind(panicked));
        Ok(Decoded {
            samples: samples.map_err(broken)?,
            rate: self.rate,
            levels: self.meter.read(),
            told,
        })
    }
}
