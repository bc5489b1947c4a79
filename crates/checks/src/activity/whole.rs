//! Judges a whole capture of motion, window after window.

use std::collections::BTreeMap;

use earnest_domain::{
    activity::{Activity, Window, WindowReason},
    verdict::{Evidence, Permille},
};

use super::check::{Judge, MODEL, NAME};
use crate::{
    Check, CheckError, Finding, Manifest, Run,
    capture::{Capture, Motion},
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
        Ok(sum_up(&windows))
    }
}

impl Whole {
    fn windows(&self, motion: &Motion, run: &Run<'_>) -> Result<Vec<Window>, CheckError> {
        let Self(judge) = self;
        let Some((first, last)) = motion.extent() else {
            return Ok(Vec::new());
        };
        let length = judge.window_length();
        let mut windows = Vec::new();
        run.models.with(
            NAME,
            &judge.model,
            || Ok(MODEL),
            |session| {
                let mut start = first;
                // A reading stands for the time until the next one: the last window ends with it, give or take one.
                while last.plus(judge.step()) >= start.plus(length) {
                    run.go_on()?;
                    windows.push(judge.window(session, motion, start)?);
                    start = start.plus(length);
                }
                Ok(())
            },
        )?;
        Ok(windows)
    }
}

/// The motion of most windows, how sure the model was of them, and which stretch was what.
fn sum_up(windows: &[Window]) -> Finding {
    let Some(first) = windows.first() else {
        return Finding::new("too_short", Permille::ZERO);
    };
    let mut counted: BTreeMap<(Activity, WindowReason), (usize, u32)> = BTreeMap::new();
    for window in windows {
        let (count, score) = counted.entry((window.label, window.reason)).or_default();
        *count += 1;
        *score += u32::from(window.score.thousandths());
    }
    let most = counted.into_iter().max_by_key(|(_, (count, _))| *count);
    let Some(((label, reason), (count, score))) = most else {
        return Finding::new("too_short", Permille::ZERO);
    };
    let mean = u16::try_from(score as usize / count).unwrap_or(u16::MAX);
    let stretches = windows.chunk_by(|one, next| one.label == next.label).filter_map(|alike| {
        let (begin, end) = (alike.first()?, alike.last()?);
        let millis =
            |time: earnest_domain::time::Timestamp| u64::try_from(time.since(first.start).micros() / 1_000).unwrap_or_default();
        Some(Evidence::Stretch {
            from_ms: millis(begin.start),
            to_ms: millis(end.start.plus(end.length)),
            what: begin.label.name().into(),
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
