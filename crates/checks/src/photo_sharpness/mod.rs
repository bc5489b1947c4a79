//! Whether a photo is blurred, out of focus or shaken.

mod edges;

use earnest_domain::verdict::{Evidence, Permille};
use image::GrayImage;
use serde::Deserialize;

use crate::{Check, CheckError, Finding, Manifest, Run, capture::Capture};

const NAME: &str = "photo_sharpness";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Sharpness(manifest.limits(NAME)?)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    least_sharp: f64,
    least_height: f64,
    least_over_noise: f64,
    least_edges: f64,
    most_contrast_without_edges: u8,
}

#[derive(Debug)]
struct Sharpness(Limits);

impl Check for Sharpness {
    fn judge(&self, capture: &Capture, _: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Photo(photo) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        Ok(self.find(photo.luma()))
    }
}

impl Sharpness {
    fn find(&self, luma: &GrayImage) -> Finding {
        let Self(limits) = self;
        let least = limits.least_height.max(limits.least_over_noise * edges::noise(luma));
        let Some(sharp) = edges::sharpness(luma, least, limits.least_edges) else {
            let spread = spread(luma);
            let reason = if spread > limits.most_contrast_without_edges {
                "blurred"
            } else {
                "smooth"
            };
            return Finding::new(reason, Permille::ZERO).with([Evidence::Measure {
                what: "contrast_without_edges".into(),
                value: spread.into(),
                unit: "1".into(),
                least: None,
                most: Some(limits.most_contrast_without_edges.into()),
            }]);
        };
        let reason = if sharp < limits.least_sharp { "blurred" } else { "sharp" };
        // A step within one pixel comes to 0.43 after smoothing.
        #[allow(clippy::cast_possible_truncation)] // a share
        let score = Permille::from_unit((sharp / 0.43) as f32);
        Finding::new(reason, score).with([Evidence::Measure {
            what: "sharpest_edges".into(),
            value: sharp,
            unit: "1".into(),
            least: Some(limits.least_sharp),
            most: None,
        }])
    }
}

/// Between the levels of the lower and the upper twentieth of the pixels.
fn spread(luma: &GrayImage) -> u8 {
    let mut levels = luma.as_raw().clone();
    let twentieth = levels.len() / 20;
    let upper = levels.len() - 1 - twentieth;
    let low = *levels.select_nth_unstable(twentieth).1;
    *levels.select_nth_unstable(upper).1 - low
}

#[cfg(test)]
pub(crate) mod tests;
