//! A whole capture: windows become bouts.

use earnest_domain::verdict::Evidence;

use super::*;
use crate::{Asked, Cancel, Checks, Finding, fixtures};

/// The capture that these motions make, a window each, and what the check makes of it: label, reason and bouts in seconds.
fn judged(motions: &[Activity]) -> (String, String, Vec<(u64, u64, String)>) {
    let mut check = check();
    let known: Vec<(Activity, Channels)> = windows("TEST")
        .into_iter()
        .filter(|(label, channels)| judge(&mut check, channels).label == *label)
        .collect();
    let mut channels: Channels = std::array::from_fn(|_| Vec::new());
    for (place, wanted) in motions.iter().enumerate() {
        let of_it: Vec<&Channels> = known
            .iter()
            .filter(|(label, _)| label == wanted)
            .map(|(_, window)| window)
            .collect();
        for (all, some) in channels.iter_mut().zip(of_it[place % of_it.len()]) {
            all.extend(some);
        }
    }
    let (checks, models, asked, cancel) = (
        Checks::load().unwrap(),
        fixtures::models(),
        Asked::default(),
        Cancel::default(),
    );
    let (verdict, _) = checks
        .find("activity")
        .unwrap()
        .judge(
            &Capture::Motion(motion(&channels, 10)),
            &crate::Run::new(&models, &asked, &cancel),
        )
        .unwrap();
    let bouts = verdict
        .evidence
        .iter()
        .map(|evidence| match evidence {
            Evidence::Stretch { from_ms, to_ms, what } => (from_ms / 1_000, to_ms / 1_000, what.to_string()),
            other => panic!("{other:?}"),
        })
        .collect();
    (verdict.label.unwrap(), verdict.reason, bouts)
}

#[test]
fn one_stray_window_is_part_of_the_bout_around_it_and_a_short_motion_is_a_change() {
    use Activity::{Badminton, Running, Standing, Walking};
    let (label, reason, bouts) = judged(&[
        Standing, Standing, Standing, Badminton, Walking, Walking, Badminton, Walking, Walking, Walking, Running,
    ]);
    assert_eq!((label.as_str(), reason.as_str()), ("walking", "recognised"));
    let told: Vec<(u64, u64, &str)> = bouts.iter().map(|(from, to, what)| (*from, *to, what.as_str())).collect();
    assert_eq!(
        told,
        [
            (0, 15, "standing"),
            (15, 20, "change"),
            (20, 50, "walking"),
            (50, 55, "change")
        ]
    );
}

#[test]
fn two_windows_are_what_they_are() {
    let (label, _, bouts) = judged(&[Activity::Running, Activity::Standing]);
    assert_eq!(bouts.len(), 2, "{label}: {bouts:?}");
}

#[test]
fn a_capture_with_an_age_of_silence_in_it_is_judged_at_once() {
    let (_, channels) = windows("TEST").swap_remove(30);
    let mut motion = motion(&channels, 10);
    for axis in motion.acceleration.iter_mut().chain(&mut motion.angular_velocity) {
        let late = axis
            .iter()
            .map(|(time, value)| (Timestamp::from_micros(time.micros() + 1_000_000_000_000_000), *value));
        let late: Vec<_> = late.collect();
        axis.extend(late);
    }
    let manifest = crate::Manifest::parse("activity", include_str!("../manifest.toml")).unwrap();
    let (models, asked, cancel) = (fixtures::models(), Asked::default(), Cancel::default());
    let check = crate::activity::check(&manifest).unwrap();
    let finding: Finding = check
        .judge(&Capture::Motion(motion), &crate::Run::new(&models, &asked, &cancel))
        .unwrap();
    assert!(finding.evidence.len() <= 4, "{finding:?}");
}
