//! Recordings that are sound, and the same with one thing wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]
// Signals of some thousand readings are far from where these casts lose anything.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss
)]

mod faults;
mod told;

use crate::{
    capture::{Capture, Motion},
    fixtures::Case,
    motion::fixtures::{
        Channels, Random, all_basic_motions, at_rate, exercises, in_a_vehicle, motion, on_a_table, stepped, turned, with_gravity,
    },
};

/// Sound recordings: what people did, as other devices would have reported it, and devices at rest.
fn sound(random: &mut Random) -> Vec<(Channels, usize)> {
    let mut all = Vec::new();
    for (number, (_, channels)) in all_basic_motions().iter().enumerate() {
        let rate = [10, 20, 25, 50, 100][number % 5];
        let mut channels = at_rate(&turned(channels, &random.rotation()), 10, rate);
        // After the last reading there is nothing to draw a line to.
        for channel in &mut channels {
            channel.truncate(rate * 99 / 10);
        }
        if number % 2 == 0 {
            channels = with_gravity(&channels, random.direction());
        }
        if number % 3 == 0 {
            // 12 bits over +-8 g, and over +-2000 degrees a second
            channels = stepped(&channels, 0.038, 0.017);
        }
        all.push((channels, rate));
    }
    for number in 0..20 {
        let rate = [10, 25, 50, 100][number % 4];
        all.push((on_a_table(random, rate, 10), rate));
        all.push((in_a_vehicle(random, rate, 10), rate));
    }
    all
}

/// Every sound recording as it is, and every other one (for two, every one) with each fault.
pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let mut random = Random(31);
    let recordings = sound(&mut random);
    for (channels, rate) in &recordings {
        each(Case::new("sound", Capture::Motion(motion(channels, *rate))));
    }
    // Other people, another watch, in g.
    for set in exercises().iter().step_by(2) {
        each(Case::new("sound", Capture::Motion(motion(&set.channels, 50))));
    }
    for (odd, (expected, fault)) in faults::ALL.iter().enumerate() {
        // Fewer of them move enough to be clipped, or have gravity.
        let every = if ["clipped", "raw_counts"].contains(expected) { 1 } else { 2 };
        for (number, (channels, rate)) in recordings.iter().enumerate().skip(odd % every).step_by(every) {
            if let Some(faulty) = fault(&mut random, number, channels, *rate) {
                each(Case::new(*expected, Capture::Motion(faulty)));
            }
        }
    }
}

fn finding(motion: &Motion) -> crate::Finding {
    let manifest = crate::Manifest::parse(super::NAME, include_str!("manifest.toml")).unwrap();
    let (models, asked, cancel) = (crate::fixtures::models(), crate::Asked::default(), crate::Cancel::default());
    let check = super::check(&manifest).unwrap();
    check
        .judge(&Capture::Motion(motion.clone()), &crate::Run::new(&models, &asked, &cancel))
        .unwrap()
}
