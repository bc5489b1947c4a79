//! What a photo's file tells beside the picture, and whether its time can be true.

use earnest_domain::{
    time::{Span, Timestamp},
    verdict::{Evidence, Permille},
};
use serde::Deserialize;

use crate::{
    Check, CheckError, Finding, Manifest, Run,
    capture::{Capture, Taken},
};

const NAME: &str = "photo_metadata";

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Metadata(manifest.limits(NAME)?)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    most_minutes_ahead: u16,
    most_days_old: u16,
}

#[derive(Debug)]
struct Metadata(Limits);

impl Check for Metadata {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Photo(photo) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        if photo.told().is_empty() {
            return Ok(Finding::new("nothing_told", Permille::ONE));
        }
        let told = photo.told().iter().map(|told| Evidence::Measure {
            what: told.name().into(),
            value: 1.0,
            unit: "1".into(),
            least: None,
            most: None,
        });
        let (reason, age) = match (photo.taken(), run.now) {
            (Some(taken), Some(now)) => self.by_its_time(taken, now),
            _ => ("tells", None),
        };
        Ok(Finding::new(reason, Permille::ZERO).with(told).with(age))
    }
}

impl Metadata {
    /// What its time says, with the doubt on its side: that of a clock without a zone may be half a day off.
    fn by_its_time(&self, taken: Taken, now: Timestamp) -> (&'static str, Option<Evidence>) {
        let oldest = i64::from(self.0.most_days_old) * 86_400;
        let ahead = i64::from(self.0.most_minutes_ahead) * 60;
        let least = now.minus(Span::from_seconds(oldest));
        let most = now.plus(Span::from_seconds(ahead));
        let reason = if taken.earliest() > most {
            "from_the_future"
        } else if taken.latest() < least {
            "years_old"
        } else {
            return ("tells", None);
        };
        #[allow(clippy::cast_precision_loss)] // seconds
        let age = Evidence::Measure {
            what: "age".into(),
            value: now.seconds().saturating_sub(taken.at.seconds()) as f64,
            unit: "s".into(),
            least: Some(-ahead as f64),
            most: Some(oldest as f64),
        };
        (reason, Some(age))
    }
}

#[cfg(test)]
pub(crate) mod tests;
