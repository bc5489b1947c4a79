//! How much of a heart signal can be trusted: of windows of ten seconds, those whose beats look alike.

use std::collections::BTreeMap;

use earnest_domain::verdict::{Evidence, Permille};
use serde::Deserialize;

use crate::{
    Check, CheckError, Finding, Manifest, Run,
    capture::{Capture, HeartKind},
    heart::{Flaw, Window, examine, marked},
};

const NAME: &str = "heart_quality";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Quality(manifest.limits(NAME)?)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    least_good: f64,
}

#[derive(Debug)]
struct Quality(Limits);

impl Check for Quality {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let (Self(limits), Capture::Heart(heart)) = (self, capture) else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        let windows = &examine(heart, run.cancel)?.windows;
        let good = share(windows.iter().filter(|window| window.flaw.is_none()).count(), windows.len());
        let alike = share_of(windows.iter().map(|window| window.alike).sum(), windows.len());
        let reason = if good >= limits.least_good {
            "clear"
        } else {
            reason(heart.kind(), windows)
        };
        let measures = [
            Evidence::measure("good_windows", good, "1").at_least(limits.least_good),
            Evidence::measure("beats_alike", alike, "1").at_least(Window::least_alike(heart.kind())),
        ];
        #[allow(clippy::cast_possible_truncation)] // a share
        Ok(Finding::new(reason, Permille::from_unit(good as f32))
            .with(measures)
            .with(marked(windows)))
    }
}

/// What most of the windows that are not good suffer from.
fn reason(kind: HeartKind, windows: &[Window]) -> &'static str {
    let mut counted: BTreeMap<Flaw, usize> = BTreeMap::new();
    for flaw in windows.iter().filter_map(|window| window.flaw) {
        *counted.entry(flaw).or_default() += 1;
    }
    let most = counted.into_iter().max_by_key(|(_, count)| *count);
    match (most.map(|(flaw, _)| flaw), kind) {
        (Some(Flaw::Noise), HeartKind::Ppg) => "noisy_pulse",
        (Some(Flaw::Noise), HeartKind::Ecg) => "noisy_ecg",
        (Some(Flaw::Mains), _) => "mains_hum",
        (_, HeartKind::Ppg) => "no_beats_pulse",
        (_, HeartKind::Ecg) => "no_beats_ecg",
    }
}

#[allow(clippy::cast_precision_loss)] // windows of a day
fn share(count: usize, of: usize) -> f64 {
    share_of(count as f64, of)
}

#[allow(clippy::cast_precision_loss)]
fn share_of(sum: f64, of: usize) -> f64 {
    sum / of.max(1) as f64
}

#[cfg(test)]
pub(crate) mod tests;
