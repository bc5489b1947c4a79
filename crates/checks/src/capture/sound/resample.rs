//! To 16 kHz, as it comes.

use rubato::{Fft, FixedSync, Resampler as _, WindowFunction, audioadapter_buffers::direct::InterleavedSlice};

use super::Sound;

/// Frames that go through at a time, and of those, frames of one transform. The longer, the steeper the low pass.
const CHUNK: usize = 4_096;
const TRANSFORMS: usize = 4;

/// Brings one channel to [`Sound::RATE`].
pub(super) struct Resampler {
    /// None where the rate is right already.
    fft: Option<Fft<f32>>,
    rate: u32,
    heard: usize,
    waiting: Vec<f32>,
    out: Vec<f32>,
    /// What the filter puts before the first sample.
    lead: usize,
    made: Vec<f32>,
}

impl Resampler {
    pub(super) fn new(rate: u32) -> Result<Self, String> {
        let fft = if rate == Sound::RATE {
            None
        } else {
            let window = WindowFunction::BlackmanHarris2;
            let (from, to) = (rate as usize, Sound::RATE as usize);
            let fft = Fft::new_custom(from, to, CHUNK, TRANSFORMS, 1, window, FixedSync::Input);
            Some(fft.map_err(|error| error.to_string())?)
        };
        Ok(Self {
            lead: fft.as_ref().map_or(0, Fft::output_delay),
            made: vec![0.0; fft.as_ref().map_or(0, Fft::output_frames_max)],
            fft,
            rate,
            heard: 0,
            waiting: Vec::new(),
            out: Vec::new(),
        })
    }

    /// Takes what comes next.
    pub(super) fn hear(&mut self, samples: &[f32]) -> Result<(), String> {
        self.heard += samples.len();
        if self.fft.is_none() {
            self.out.extend_from_slice(samples);
            return Ok(());
        }
        self.waiting.extend_from_slice(samples);
        self.work()
    }

    /// All of it, as long as what came.
    pub(super) fn end(mut self) -> Result<Vec<f32>, String> {
        let Some(fft) = &self.fft else {
            return Ok(self.out);
        };
        let chunk = fft.input_frames_max();
        let length = usize::try_from((self.heard as u64 * u64::from(Sound::RATE)).div_ceil(u64::from(self.rate)))
            .map_err(|error| error.to_string())?;
        while self.out.len() < length {
            let whole = (self.waiting.len() / chunk + 1) * chunk;
            self.waiting.resize(whole, 0.0);
            self.work()?;
        }
        self.out.truncate(length);
        Ok(self.out)
    }

    fn work(&mut self) -> Result<(), String> {
        let Some(fft) = &mut self.fft else {
            return Ok(());
        };
        let mut done = 0;
        loop {
            let needed = fft.input_frames_next();
            let Some(chunk) = self.waiting.get(done..done + needed) else {
                break;
            };
            let room = self.made.len();
            let from = InterleavedSlice::new(chunk, 1, needed).map_err(|error| error.to_string())?;
            let mut to = InterleavedSlice::new_mut(&mut self.made, 1, room).map_err(|error| error.to_string())?;
            let (_, made) = fft
                .process_into_buffer(&from, &mut to, None)
                .map_err(|error| error.to_string())?;
            let skipped = self.lead.min(made);
            self.lead -= skipped;
            self.out.extend_from_slice(&self.made[skipped..made]);
            done += needed;
        }
        self.waiting.drain(..done);
        Ok(())
    }
}
