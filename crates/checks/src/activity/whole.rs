//! Judges a whole capture of motion, window after window.

use std::collections::BTreeMap;

use earnest_domain::{
    activity::{Activity, Window, WindowReason},
    time::Timestamp,
    verdict::{Evidence, Permille},
};

use super::{
    bouts::{bouts, smoothed},
    check::{Judge, MODEL, NAME},
};
use crate::{
    Check, CheckError, Finding, Manifest, Run,
    capture::{Capture, Motion},
    motion::blocks,
};

/// The check as the registry knows it.
pub(crate) fn check(manifest: &Manifest) -> Result<Box<dyn Check>, CheckError> {
    Ok(Box::new(Whole(Judge::of(manifest)?)))
}

#[derive(Debug)]
struct Whole(Judge);

impl Check for Whole {
    fn judge(&self, capture: &Capture, run: &Run<'_>) -> Result<Finding, CheckError> {
        let Capture::Motion(motion) = capture else {
            return Err(CheckError::OtherKind { check: NAME });
        };
        let windows = self.windows(motion, run)?;
        Ok(sum_up(&windows, self.0.limits.shortest_bout))
    }
}

impl Whole {
    fn windows(&self, motion: &Motion, run: &Run<'_>) -> Result<Vec<Window>, CheckError> {
        let Self(judge) = self;
        let length = judge.window_length();
        let mut windows = Vec::new();
        run.models.with(
            NAME,
            &judge.model,
            || Ok(MODEL),
            |session| {
                for start in blocks(motion, length, judge.step()) {
                    run.go_on()?;
                    windows.push(judge.window(session, motion, start)?);
                }
                Ok(())
            },
        )?;
        Ok(windows)
    }
}

/// The motion of most windows, how sure the model was of them, and which stretch was what.
fn sum_up(windows: &[Window], shortest: usize) -> Finding {
    let Some(first) = windows.first() else {
        return Finding::new("too_short", Permille::ZERO);
    };
    let labels = smoothed(windows);
    let bouts = bouts(&labels, shortest);
    // A motion counts by the windows of its bouts; if there is no bout, by all of its windows.
    let held: Vec<usize> = bouts
        .iter()
        .filter(|bout| bout.label.is_some())
        .flat_map(|bout| bout.from..bout.to)
        .collect();
    let counted: Vec<usize> = if held.is_empty() { (0..windows.len()).collect() } else { held };
    let mut counts: BTreeMap<Activity, usize> = BTreeMap::new();
    for index in &counted {
        *counts.entry(labels[*index]).or_default() += 1;
    }
    let Some((label, _)) = counts.into_iter().max_by_key(|(_, count)| *count) else {
        return Finding::new("too_short", Permille::ZERO);
    };
    // Scores and reasons are those of the windows that were called so themselves.
    let mut reasons: BTreeMap<WindowReason, (usize, u32)> = BTreeMap::new();
    for window in counted
        .iter()
        .map(|index| &windows[*index])
        .filter(|window| window.label == label)
    {
        let (count, score) = reasons.entry(window.reason).or_default();
        *count += 1;
        *score += u32::from(window.score.thousandths());
    }
    let Some((reason, (count, score))) = reasons.into_iter().max_by_key(|(_, (count, _))| *count) else {
        return Finding::new("too_short", Permille::ZERO);
    };
    let mean = u16::try_from(score as usize / count).unwrap_or(u16::MAX);
    let millis = |time: Timestamp| u64::try_from(time.since(first.start).micros() / 1_000).unwrap_or_default();
    let stretches = bouts.iter().filter_map(|bout| {
        let (begin, end) = (windows.get(bout.from)?, windows.get(bout.to.checked_sub(1)?)?);
        Some(Evidence::Stretch {
            from_ms: millis(begin.start),
            to_ms: millis(end.start.plus(end.length)),
            what: bout.label.map_or("change", Activity::name).into(),
        })
    });
    Finding::new(code(reason), Permille::new(mean))
        .labelled(label.name())
        .with(stretches)
}

const fn code(reason: WindowReason) -> &'static str {
    match reason {
        WindowReason::Recognised => "recognised",
        WindowReason::LowConfidence => "low_confidence",
        WindowReason::Constant => "constant",
        WindowReason::Gaps => "gaps",
        _ => "out_of_distribution",
    }
}
