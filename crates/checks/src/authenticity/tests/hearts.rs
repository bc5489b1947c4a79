//! Hearts: simulated ones of one person at rest, copies of them, and metronomes.

use super::*;
use crate::{
    capture::{Heart, HeartKind},
    heart::simulated::{Pace, Simulated},
};

fn resampled(heart: &Heart, rate: f64) -> Heart {
    let values = heart.values();
    let count = (values.len() as f64 * rate / heart.rate_hz()) as usize;
    let value = |at: usize| {
        let place = at as f64 * heart.rate_hz() / rate;
        let low = (place as usize).min(values.len() - 1);
        let high = (low + 1).min(values.len() - 1);
        values[low] + (values[high] - values[low]) * (place - low as f64) as f32
    };
    Heart::new(heart.kind(), rate, (0..count).map(value).collect()).unwrap()
}

fn changed(heart: &Heart, rate: f64, change: impl FnMut(f32) -> f32) -> Heart {
    Heart::new(heart.kind(), rate, heart.values().iter().copied().map(change).collect()).unwrap()
}

fn copied(way: usize, heart: &Heart, random: &mut Random) -> Heart {
    let rate = heart.rate_hz();
    match way {
        0 => heart.clone(),
        1 => {
            let from = (random.within(3.0, 12.0) * rate) as usize;
            Heart::new(heart.kind(), rate, heart.values()[from..].to_vec()).unwrap()
        }
        2 => changed(heart, rate, |value| value * 1.7 + 0.3),
        3 => resampled(heart, rate * 0.9),
        4 => changed(heart, rate * 1.1, |value| value), // played faster
        5 => changed(heart, rate, |value| value + 0.03 * random.normal() as f32),
        6 => Heart::new(heart.kind(), rate, heart.values()[..heart.values().len() / 2].to_vec()).unwrap(),
        _ => resampled(heart, 130.0),
    }
}

fn any(number: u64, random: &mut Random) -> Heart {
    let kind = if number.is_multiple_of(2) {
        HeartKind::Ecg
    } else {
        HeartKind::Ppg
    };
    let rate = if kind == HeartKind::Ecg { 250.0 } else { 100.0 };
    let per_minute = random.within(58.0, 72.0);
    Simulated::new(kind, rate, 90.0, per_minute, Pace::Sinus, 7_000 + number)
        .noisy(0.02)
        .heart(12)
}

/// The same beat again and again.
pub(super) fn made_up(number: u64, random: &mut Random) -> Capture {
    let (rate, interval) = (100.0, random.within(0.7, 1.1));
    let width = if number.is_multiple_of(2) { 0.02 } else { 0.09 };
    let kind = if number.is_multiple_of(2) {
        HeartKind::Ecg
    } else {
        HeartKind::Ppg
    };
    let value = |at: usize| {
        let phase = ((at as f64 / rate) / interval).fract() * interval - interval / 2.0;
        ((-(phase / width).powi(2)).exp() + 0.25 * (-((phase - 0.2) / 0.06).powi(2)).exp()) as f32
    };
    Capture::Heart(Heart::new(kind, rate, (0..6_000).map(value).collect()).unwrap())
}

pub(super) fn cases(each: &mut dyn FnMut(Case)) {
    let mut random = Random(56);
    let hearts: Vec<Heart> = (0..48).map(|number| any(number, &mut random)).collect();
    let traces: Vec<Trace> = hearts.iter().map(|heart| trace(&Capture::Heart(heart.clone()))).collect();
    for (number, heart) in hearts.iter().enumerate() {
        let others: Vec<Trace> = (0..hearts.len())
            .filter(|other| *other != number)
            .map(|other| traces[other].clone())
            .collect();
        each(Case {
            earlier: others.clone(),
            ..Case::new("nothing_odd", Capture::Heart(heart.clone()))
        });
        each(Case {
            earlier: others.into_iter().chain([traces[number].clone()]).collect(),
            ..Case::new("copy", Capture::Heart(copied(number % 8, heart, &mut random)))
        });
        if number < 40 {
            each(Case::new("doubtful", made_up(number as u64, &mut random)));
        }
    }
}

/// Of people: what was recorded later is no copy of what was recorded before, and nothing of it looks made up. Only two of the five
/// recordings are long enough to say anything of their halves.
#[test]
fn real_hearts_are_not_held() {
    let check = fixtures::check("authenticity");
    let (models, cancel) = (fixtures::models(), Cancel::default());
    let mut told = 0;
    for (name, heart) in crate::heart::recordings::recordings() {
        let cut = heart.values().len() / 2;
        let part = |values: &[f32]| Capture::Heart(Heart::new(heart.kind(), heart.rate_hz(), values.to_vec()).unwrap());
        let (before, after) = (part(&heart.values()[..cut]), part(&heart.values()[cut..]));
        for earlier in [Vec::new(), vec![before]] {
            let (fresh, _) = check
                .judge(&after, &Case::new("", after.clone()).run(&models, &cancel))
                .unwrap();
            let earlier = earlier.iter().filter(|_| fresh.reason == "nothing_odd").map(trace).collect();
            let case = Case {
                earlier,
                ..Case::new("nothing_odd", after.clone())
            };
            let (verdict, _) = check.judge(&case.capture, &case.run(&models, &cancel)).unwrap();
            told += usize::from(verdict.reason == "nothing_odd");
            assert_ne!((name, verdict.reason.as_str()), (name, "copy"));
            assert_ne!((name, verdict.reason.as_str()), (name, "doubtful"));
        }
    }
    assert!(told >= 4, "two recordings, with and without what was before: {told}");
}
