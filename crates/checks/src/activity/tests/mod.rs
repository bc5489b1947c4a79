//! The real check in the real ONNX Runtime. Signals that several tests need are made here, from a fixed seed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout)]
// Signals of a few hundred readings are far from where these casts lose anything.
#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss
)]

mod held_out;
mod input;
mod loading;
mod parity;
mod whole;

use earnest_domain::activity::{Activity, Window, WindowReason};
use earnest_domain::time::Timestamp;

use super::ActivityCheck;
use crate::{
    capture::{Capture, Motion},
    fixtures::Case,
    motion::fixtures::{Channels, Random, START, at_rate, basic_motions, in_g, motion, motion_at, turned, with_gravity},
};

/// Readings in a window of five seconds.
const READINGS: usize = 50;

fn check() -> ActivityCheck {
    ActivityCheck::load().expect("run `cargo xtask run` once: the check needs ONNX Runtime in target/assets/onnxruntime")
}

/// The windows of a split of BasicMotions, two to a recording, with what the person did.
fn windows(split: &str) -> Vec<(Activity, Channels)> {
    let cut = |(label, channels): (Activity, Channels)| {
        [0, READINGS].map(|from| {
            (
                label,
                channels.each_ref().map(|channel| channel[from..from + READINGS].to_vec()),
            )
        })
    };
    basic_motions(split).into_iter().flat_map(cut).collect()
}

/// What a held-out window should be called, in the whole capture that it is.
pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    for (label, channels) in windows("TEST") {
        each(Case::new(label.name(), Capture::Motion(motion(&channels, 10))));
    }
    let mut random = Random(5);
    for number in 0..40_u8 {
        let size = 2_f32.powi(i32::from(number % 8) - 3);
        let noise = random.noise(READINGS, size, 3.0, Random::normal);
        each(Case::new(Activity::Unknown.name(), Capture::Motion(motion(&noise, 10))));
    }
}

fn judge(check: &mut ActivityCheck, channels: &Channels) -> Window {
    check.judge(&motion(channels, 10), START).unwrap()
}
