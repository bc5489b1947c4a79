//! Lengths around the limits.
#![allow(clippy::unwrap_used, clippy::cast_precision_loss)]

use earnest_domain::capture::Speech;

use crate::{
    Asked,
    fixtures::{Case, sounds},
};

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    for (speech, least) in [(Speech::Welcome, 1.0), (Speech::Unwanted, 1.0), (Speech::Wanted, 2.0)] {
        for tenth in 1..=30_u8 {
            let seconds = f32::from(tenth) / 10.0;
            let expected = if seconds >= least { "long_enough" } else { "too_short" };
            let capture = sounds::capture(sounds::silence(seconds));
            let asked = Asked {
                speech,
                ..Asked::default()
            };
            each(Case {
                asked,
                ..Case::new(expected, capture)
            });
        }
    }
}

#[test]
fn short_ones_are_taken_again() {
    let tally = sounds::tally("sound-length", cases);
    assert_eq!(tally.wrong(), 0);
}
