//! Whether exercises of people whom the model never saw are named, whichever arm, unit or rate.

use earnest_domain::activity::Activity;

use super::*;
use crate::motion::fixtures::changed;

fn named(change: impl Fn(&Exercise) -> (Channels, usize)) -> (usize, usize) {
    let labels = labels();
    let (mut right, mut all) = (0, 0);
    for set in never_seen() {
        let (channels, rate) = change(set);
        all += 1;
        let finding = found(motion(&channels, rate));
        if finding.label.as_deref() == Some(labels[set.kind].as_str()) {
            right += 1;
        } else {
            println!("{} of person {}: {finding:?}", labels[set.kind], set.person);
        }
    }
    (right, all)
}

#[test]
fn nine_of_ten_sets_of_unseen_people_are_named() {
    let (right, all) = named(|set| (set.channels.clone(), 50));
    println!("{right} of {all}");
    assert!(all == 42 && right * 10 >= all * 9, "{right} of {all}");
}

#[test]
fn the_other_arm_another_unit_and_another_rate_change_little() {
    // The same motion in a mirror is that of the other arm.
    let mirrored = named(|set| {
        let flips = |accelerometer: bool, axis: usize| accelerometer == (axis == 0);
        let mirror = |accelerometer, axis, value: f32| if flips(accelerometer, axis) { -value } else { value };
        (changed(&set.channels, mirror), 50)
    });
    let metres = named(|set| {
        let metres = |accelerometer, _, value: f32| if accelerometer { value * 9.806_65 } else { value };
        (changed(&set.channels, metres), 50)
    });
    let slower = named(|set| {
        let every_other = |channel: &Vec<f32>| channel.iter().copied().step_by(2).collect();
        (set.channels.each_ref().map(every_other), 25)
    });
    println!("mirrored {mirrored:?}, in m/s2 {metres:?}, at 25 Hz {slower:?}");
    for (right, all) in [mirrored, metres, slower] {
        assert!(
            right * 10 >= all * 9,
            "mirrored {mirrored:?}, in m/s2 {metres:?}, at 25 Hz {slower:?}"
        );
    }
}

#[test]
fn both_arms_are_among_the_unseen() {
    assert_eq!(never_seen().filter(|set| set.right).count() * 2, never_seen().count());
}

#[test]
fn what_is_no_exercise_is_called_none() {
    let (mut wrong, mut all) = (0, 0);
    for (channels, rate) in others() {
        all += 1;
        wrong += usize::from(found(motion(&channels, rate)).label.as_deref() != Some("unknown"));
    }
    assert!(all >= 80 && wrong * 20 <= all, "{wrong} of {all}");
}

#[test]
fn a_device_that_leaves_gravity_out_is_told_so() {
    for (activity, channels) in basic_motions("TEST") {
        if activity == Activity::Walking {
            assert_eq!(found(motion(&channels, 10)).reason, "no_gravity");
        }
    }
    let mut without = motion(&never_seen().next().unwrap().channels, 50);
    without.angular_velocity = Default::default();
    assert_eq!(found(without).reason, "no_gyroscope");
    assert_eq!(found(Motion::default()).reason, "too_short");
}

#[test]
fn no_readings_make_it_panic() {
    let set = &never_seen().next().unwrap().channels;
    for bad in [f32::NAN, f32::INFINITY, f32::MAX, -1e30] {
        for every in [1, 7, 100] {
            let mut channels = set.clone();
            for channel in &mut channels {
                channel.iter_mut().step_by(every).for_each(|value| *value = bad);
            }
            found(motion(&channels, 50));
        }
    }
}

/// What `train.py` wrote when it left out each of the ten people in turn.
#[derive(serde::Deserialize)]
struct Report {
    windows: Vec<Vec<usize>>,
    recordings: Vec<Vec<usize>>,
    other_motion_called_an_exercise: [usize; 2],
}

#[test]
fn the_card_tells_the_figures_of_those_who_were_left_out() {
    let report: Report = serde_json::from_str(include_str!("../fixtures/people.json")).unwrap();
    let card = include_str!("../CARD.md");
    for confusion in [&report.windows, &report.recordings] {
        let all: usize = confusion.iter().flatten().sum();
        let right: usize = confusion.iter().enumerate().map(|(kind, row)| row[kind]).sum();
        assert!(right * 10 >= all * 9, "{right} of {all}");
        assert!(
            card.contains(&format!("{right} of {all}")),
            "the card does not tell of {right} of {all}"
        );
    }
    let [wrong, all] = report.other_motion_called_an_exercise;
    assert!(
        card.contains(&format!("{wrong} of {all}")),
        "the card does not tell of {wrong} of {all}"
    );
    assert!(
        card.contains(&manifest().model.unwrap().blake3),
        "the card tells of another model"
    );
}
