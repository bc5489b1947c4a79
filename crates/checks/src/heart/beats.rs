//! A recording, gone through in pieces, so that a day needs no more memory than ten minutes.

use super::{
    ecg, ppg,
    quality::{self, Window},
};
use crate::{
    Cancel, CheckError,
    capture::{Heart, HeartKind},
};

/// A piece, in seconds; whole windows of the quality.
const PIECE: f64 = 600.0;
/// What is looked at on either side of it, for filters to settle and for beats to be whole.
const MARGIN: f64 = 10.0;
/// A heart does not beat twice within this, in seconds (200 beats a minute and its refractory time).
pub(super) const REFRACTORY: f64 = 0.3;

/// A beat may hide in what was not measured for this long, in seconds.
const HIDES: f64 = 0.1;

/// What was found in a recording.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Examined {
    /// When the heart beat, in seconds from the start: R peaks of an electrocardiogram, systolic peaks of a pulse wave.
    pub beats: Vec<f64>,
    /// The quality of each stretch of ten seconds, in order.
    pub windows: Vec<Window>,
    /// What was not measured for a tenth of a second and more, from and to, in seconds.
    pub missing: Vec<(f64, f64)>,
}

/// A piece of a recording, filtered.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) kind: HeartKind,
    pub(super) rate_hz: f64,
    /// What is left when drift and noise are out, upright; as long as the piece with its margins.
    pub(super) clean: Vec<f64>,
    /// Which samples were not measured.
    pub(super) missing: Vec<bool>,
    /// Places of beats among them.
    pub(super) beats: Vec<usize>,
}

/// Finds the beats of a recording and looks at its quality. The same recording gives the same, to the bit; what was found is kept with the
/// recording, so that it is looked for once, however many checks ask.
///
/// # Errors
/// [`CheckError::Cancelled`].
pub fn examine<'h>(heart: &'h Heart, cancel: &Cancel) -> Result<&'h Examined, CheckError> {
    heart.examined().or_find(|| found(heart, cancel))
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)] // places within a recording
fn found(heart: &Heart, cancel: &Cancel) -> Result<Examined, CheckError> {
    let (rate_hz, values) = (heart.rate_hz(), heart.values());
    let (step, margin) = ((PIECE * rate_hz) as usize, (MARGIN * rate_hz) as usize);
    let mut examined = Examined::default();
    let mut start = 0;
    while start < values.len() {
        if cancel.is_cancelled() {
            return Err(CheckError::Cancelled);
        }
        // A short rest is no piece of its own.
        let end = if values.len() - start < step + step / 4 {
            values.len()
        } else {
            start + step
        };
        let (from, to) = (start.saturating_sub(margin), (end + margin).min(values.len()));
        let piece = Piece::of(heart.kind(), rate_hz, &values[from..to]);
        let own = start - from..end - from;
        for place in piece.beats.iter().filter(|place| own.contains(place)) {
            let seconds = (from as f64 + refined(&piece.clean, *place)) / rate_hz;
            // At the seam both pieces may see the same beat.
            if examined.beats.last().is_none_or(|last| seconds - last >= REFRACTORY) {
                examined.beats.push(seconds);
            }
        }
        examined
            .windows
            .extend(quality::windows(&piece, &values[from..to], own, from));
        start = end;
    }
    let missing = runs(values.len(), |place| values[place].is_nan()).into_iter();
    examined.missing = missing
        .map(|run| (run.start as f64 / rate_hz, run.end as f64 / rate_hz))
        .filter(|(from, to)| to - from >= HIDES)
        .collect();
    Ok(examined)
}

impl Piece {
    fn of(kind: HeartKind, rate_hz: f64, values: &[f32]) -> Self {
        let (filled, missing) = filled(values);
        let (clean, beats) = match kind {
            HeartKind::Ecg => ecg::beats(filled, rate_hz),
            HeartKind::Ppg => ppg::beats(filled, rate_hz),
        };
        let beats = beats.into_iter().filter(|place| !missing[*place]).collect();
        Self {
            kind,
            rate_hz,
            clean,
            missing,
            beats,
        }
    }
}

/// Samples with straight lines where they are missing, and where that is.
fn filled(values: &[f32]) -> (Vec<f64>, Vec<bool>) {
    let missing: Vec<bool> = values.iter().map(|value| value.is_nan()).collect();
    let mut filled: Vec<f64> = values.iter().map(|value| f64::from(*value)).collect();
    let mut place = 0;
    while place < filled.len() {
        if !missing[place] {
            place += 1;
            continue;
        }
        let length = missing[place..].iter().take_while(|missing| **missing).count();
        let before = place.checked_sub(1).map(|before| filled[before]);
        let after = filled.get(place + length).copied();
        let (from, to) = match (before, after) {
            (Some(from), Some(to)) => (from, to),
            (Some(only), None) | (None, Some(only)) => (only, only),
            (None, None) => (0.0, 0.0),
        };
        for (number, value) in filled[place..place + length].iter_mut().enumerate() {
            #[allow(clippy::cast_precision_loss)]
            let share = (number + 1) as f64 / (length + 1) as f64;
            *value = from + (to - from) * share;
        }
        place += length;
    }
    (filled, missing)
}

/// The top of the parabola through a peak and its neighbours. The Task Force (1996) asks for it where fewer than 250 samples a second would
/// make intervals coarse.
#[allow(clippy::cast_precision_loss)] // places within a piece
fn refined(clean: &[f64], place: usize) -> f64 {
    let middle = place as f64;
    let (Some(before), Some(after)) = (place.checked_sub(1).map(|before| clean[before]), clean.get(place + 1)) else {
        return middle;
    };
    let bend = before - 2.0 * clean[place] + after;
    if bend >= 0.0 {
        return middle;
    }
    middle + (0.5 * (before - after) / bend).clamp(-0.5, 0.5)
}

/// Runs of samples for which `is` holds, as places `from..to`.
pub(super) fn runs(length: usize, is: impl Fn(usize) -> bool) -> Vec<std::ops::Range<usize>> {
    let mut runs = Vec::new();
    let mut start = None;
    for place in 0..length {
        match (is(place), start) {
            (true, None) => start = Some(place),
            (false, Some(from)) => {
                runs.push(from..place);
                start = None;
            }
            _ => {}
        }
    }
    runs.extend(start.map(|from| from..length));
    runs
}

/// Where the highest value is.
pub(super) fn highest(values: &[f64], among: std::ops::Range<usize>) -> Option<usize> {
    among.max_by(|one, other| values[*one].total_cmp(&values[*other]))
}
