//! Where home and work are, found on the device, so that they are kept back: places where nights or working hours are spent.
//!
//! What is said of them is when someone was near, never where they are.

mod important;
mod stays;
mod surroundings;

use earnest_domain::verdict::{Evidence, Permille};
use h3o::Resolution;
use serde::Deserialize;

use self::important::{Important, What};
pub(crate) use self::surroundings::{cell, sent_resolution};
use crate::{
    Asked, Check, CheckError, Finding, Manifest, Run,
    capture::{Capture, Fix, Place},
};

const NAME: &str = "place_home";

/// Stays and earlier traces are kept in cells of this size, some 0.1 km2.
const KEPT: Resolution = Resolution::Nine;

/// More stretches than this are told as one.
const MOST_STRETCHES: usize = 1_000;

pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Home(manifest.limits(NAME)?)))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limits {
    home_from_h: i64,
    home_to_h: i64,
    work_from_h: i64,
    work_to_h: i64,
    stayed_m: f64,
    longest_silence_h: f64,
    long_min: u32,
    some_min: u32,
    some_days: usize,
}

#[derive(Debug)]
struct Home(Limits);

impl Check for Home {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Place(place) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        run.go_on()?;
        let stays = stays::of(place, &self.0);
        let trace = stays::trace(&stays);
        let mut known = stays;
        for earlier in run.earlier.traces("place-home")? {
            run.go_on()?;
            known.extend(stays::from_trace(&earlier.bytes));
        }
        let important = important::of(&known, &self.0, run)?;
        Ok(find(place, &important, run.asked).traced(trace))
    }
}

fn find(place: &Place, important: &[Important], asked: &Asked) -> Finding {
    let mut around = surroundings::of(important, sent_resolution(asked), asked.secret.as_ref());
    // Always: what is known may be a friend's sofa or a hotel, and home the door that this walk began at.
    let ends = [place.fixes().first(), place.fixes().last()];
    around.add_ends(ends.into_iter().flatten(), asked.secret.as_ref());
    let marked: Vec<(&Fix, Option<What>)> = place.fixes().iter().map(|fix| (fix, around.hold(fix))).collect();
    let kept = marked.iter().filter(|(_, what)| what.is_some()).count();
    let alike = marked.chunk_by(|one, next| one.1 == next.1);
    let mut stretches: Vec<Evidence> = alike
        .filter_map(|chunk| {
            let ((first, what), (last, _)) = (chunk.first()?, chunk.last()?);
            Some(stretch(place, first, last, (*what)?.name()))
        })
        .collect();
    if stretches.len() > MOST_STRETCHES {
        let ends = place.fixes().first().zip(place.fixes().last());
        stretches = ends
            .map(|(first, last)| stretch(place, first, last, "private"))
            .into_iter()
            .collect();
    }
    #[allow(clippy::cast_precision_loss)] // at most a hundred thousand
    let share = kept as f64 / place.fixes().len().max(1) as f64;
    let count = |wanted: What| important.iter().filter(|one| one.what == wanted).count();
    let is_near = marked.iter().any(|(_, what)| matches!(what, Some(What::Home | What::Work)));
    let reason = if is_near { "private_places" } else { "ends" };
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation)] // a share, and a few places
    Finding::new(reason, Permille::from_unit(1.0 - share as f32))
        .with([
            measure("kept_back", share),
            measure("homes", count(What::Home) as f64),
            measure("workplaces", count(What::Work) as f64),
        ])
        .with(stretches)
}

fn stretch(place: &Place, first: &Fix, last: &Fix, what: &'static str) -> Evidence {
    Evidence::Stretch {
        from_ms: place.millis(first.time),
        to_ms: place.millis(last.time) + 1,
        what: what.into(),
    }
}

fn measure(what: &'static str, value: f64) -> Evidence {
    Evidence::Measure {
        what: what.into(),
        value,
        unit: "1".into(),
        least: None,
        most: None,
    }
}

#[cfg(test)]
pub(crate) mod tests;
