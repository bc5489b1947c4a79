//! Whether a photo is so dark, so bright or so flat that what was in it is lost.

use earnest_domain::verdict::{Evidence, Permille};
use image::GrayImage;
use serde::Deserialize;

use crate::{Check, CheckError, Finding, Manifest, Run, capture::Capture};

const NAME: &str = "photo_exposure";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Exposure(manifest.limits(NAME)?)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    least_bright: u8,
    least_contrast: u8,
    white: u8,
    most_white: f64,
    least_ink: f64,
}

#[derive(Debug)]
struct Exposure(Limits);

impl Check for Exposure {
    fn judge(&self, capture: &Capture, _: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Photo(photo) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        Ok(self.find(photo.luma()))
    }
}

impl Exposure {
    fn find(&self, luma: &GrayImage) -> Finding {
        let Self(limits) = self;
        let levels = Histogram::of(luma);
        let (dark, bright) = (levels.below(0.01), levels.below(0.99));
        let contrast = bright - dark;
        let white = levels.share(limits.white..=u8::MAX);
        let ink = if white > limits.most_white {
            ink(luma, limits.white) / (1.0 - white).max(f64::EPSILON)
        } else {
            0.0
        };
        let measures = [
            Evidence::measure("bright_level", bright, "1").at_least(f64::from(limits.least_bright)),
            Evidence::measure("contrast", contrast, "1").at_least(f64::from(limits.least_contrast)),
            Evidence::measure("white", white, "1").at_most(limits.most_white),
            Evidence::measure("ink", ink, "1").at_least(limits.least_ink),
        ];
        let reason = if bright < limits.least_bright {
            "too_dark"
        } else if white > limits.most_white && ink < limits.least_ink {
            "too_bright"
        } else if contrast < limits.least_contrast {
            "no_contrast"
        } else {
            "well_exposed"
        };
        let score = if reason == "well_exposed" {
            Permille::new(u16::from(contrast) * 4)
        } else {
            Permille::ZERO
        };
        Finding::new(reason, score).with(measures)
    }
}

/// The share of pixels that are dark and have white within a stroke's width beside them: a page has ink, and what is left of a picture
/// with too much light is patches.
fn ink(luma: &GrayImage, white: u8) -> f64 {
    const STROKE: usize = 5;
    let width = usize::try_from(luma.width()).unwrap_or(1).max(1);
    let rows = luma.as_raw().chunks_exact(width);
    let ink: usize = rows
        .map(|row| {
            let beside = |at: usize| &row[at.saturating_sub(STROKE)..(at + STROKE + 1).min(width)];
            let is_ink = |(at, level): (usize, &u8)| *level < 128 && beside(at).iter().any(|level| *level >= white);
            row.iter().enumerate().filter(|pixel| is_ink(*pixel)).count()
        })
        .sum();
    #[allow(clippy::cast_precision_loss)] // pixels of a small picture
    let share = ink as f64 / luma.len().max(1) as f64;
    share
}

/// How many pixels have which grey.
struct Histogram {
    counts: [u32; 256],
    all: u32,
}

impl Histogram {
    fn of(luma: &GrayImage) -> Self {
        let mut counts = [0; 256];
        for level in luma.as_raw() {
            counts[usize::from(*level)] += 1;
        }
        let all = counts.iter().sum();
        Self { counts, all }
    }

    /// The level that this share of the pixels is at or below.
    fn below(&self, share: f64) -> u8 {
        let wanted = f64::from(self.all) * share;
        let mut seen = 0;
        for (level, count) in (0..=u8::MAX).zip(self.counts) {
            seen += count;
            if f64::from(seen) >= wanted {
                return level;
            }
        }
        u8::MAX
    }

    fn share(&self, levels: std::ops::RangeInclusive<u8>) -> f64 {
        let count: u32 = levels.map(|level| self.counts[usize::from(level)]).sum();
        f64::from(count) / f64::from(self.all.max(1))
    }
}

#[cfg(test)]
pub(crate) mod tests;
