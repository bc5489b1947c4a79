//! A quest played on a recording, with no vault, no hub and no leave: what would become of it. Nothing is stored or sent.

use std::collections::BTreeMap;

use earnest_checks::{CheckError, activity::ActivityCheck};
use earnest_domain::{
    activity::Activity,
    contribution::CapturedWindow,
    device::{DeviceId, DeviceKind},
    identity::PersonKey,
    points::Award,
    quest::{Progress, Quest},
    sample::Sample,
    time::{Span, Timestamp},
};

use super::can_be_done;
use crate::motion::windows::cut;

/// What a recording does for a quest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// How far it fills the quest.
    pub progress: Progress,
    /// Whether it fills it.
    pub filled: bool,
    /// What it would earn, as it is and were it the first of its person.
    pub award: Award,
    /// How many windows of each motion were seen.
    pub windows: BTreeMap<Activity, u32>,
    /// How many of them count.
    pub counted: u32,
    /// How long a window is.
    pub window: Span,
}

/// Why a quest cannot be played.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrialError {
    /// The quest asks for what this version does not do.
    #[error(
        "this version of Earnest cannot do the quest “{0}”: it does quests that the check “activity” judges alone, that ask for acceleration and angular velocity, and for a summary"
    )]
    NotDoneHere(String),
    /// The check cannot be made.
    #[error(transparent)]
    Check(#[from] CheckError),
}

impl TrialError {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotDoneHere(_) => "quest_not_done_here",
            Self::Check(error) => error.code(),
        }
    }
}

/// Plays a recording of one device, in order of time. It is judged as a stream is that comes from a wearable.
///
/// # Errors
/// [`TrialError`].
pub fn play(quest: &Quest, samples: &[Sample]) -> Result<Trial, TrialError> {
    if !can_be_done(quest) {
        return Err(TrialError::NotDoneHere(quest.id.to_string()));
    }
    let mut check = ActivityCheck::load()?;
    // Fingerprints tell windows of one person apart, and nobody else sees these.
    let (nobody, end) = (PersonKey::from_seed(&[0; 32]), Timestamp::from_micros(i64::MAX));
    let first = samples.first().map_or_else(Timestamp::default, |sample| sample.time);
    let (judged, _) = cut(&mut check, samples, first, end, &nobody)?;
    let device = DeviceId::random(DeviceKind::Sample, [0; 5]);
    let mut windows = BTreeMap::new();
    let captured: Vec<CapturedWindow> = judged
        .into_iter()
        .map(|(window, fingerprint)| {
            *windows.entry(window.label).or_default() += 1;
            CapturedWindow {
                device: device.clone(),
                window,
                fingerprint,
            }
        })
        .collect();
    let (progress, capture) = quest.fill(&captured);
    Ok(Trial {
        progress,
        filled: capture.is_some(),
        award: quest.estimate(&captured, |_| false),
        counted: u32::try_from(quest.count(&captured).len()).unwrap_or(u32::MAX),
        windows,
        window: check.window_length(),
    })
}
