//! Rhythms that are known are called what they are, and what is measured is what was put in.
#![allow(clippy::unwrap_used, clippy::cast_precision_loss, clippy::print_stdout)]

use std::sync::LazyLock;

use earnest_domain::verdict::{Decision, Verdict};

use super::*;
use crate::{
    Asked, Cancel, Checks,
    capture::{Heart, HeartKind},
    fixtures::{self, Case},
    heart::{
        recordings::recordings,
        simulated::{Pace, Random, Simulated},
    },
};

const KINDS: [(HeartKind, [f64; 3]); 2] = [(HeartKind::Ecg, [128.0, 250.0, 500.0]), (HeartKind::Ppg, [32.0, 64.0, 125.0])];

fn signal(number: u64, seconds: f64, pace: Pace, random: &mut Random) -> Simulated {
    let (kind, rates) = KINDS[random.below(2)];
    let simulated = Simulated::new(
        kind,
        rates[random.below(3)],
        seconds,
        48.0 + 60.0 * random.unit(),
        pace,
        number,
    );
    simulated.noisy(0.04 * random.unit()).drifting(0.5)
}

pub(crate) fn cases(each: &mut dyn FnMut(Case)) {
    let mut random = Random(22);
    let mut case = |expected: &str, signal: &Simulated| each(Case::new(expected, Capture::Heart(signal.heart(14))));
    for number in 0..60 {
        case("regular", &signal(number, 90.0, Pace::Sinus, &mut random));
    }
    for number in 0..15 {
        // One in forty is a rhythm with a few ectopic beats, which are marked.
        case("regular", &signal(500 + number, 90.0, Pace::Ectopic(40), &mut random));
    }
    for number in 0..40 {
        case("irregular", &signal(1_000 + number, 90.0, Pace::Random, &mut random));
    }
    for number in 0..20 {
        case("irregular", &signal(1_500 + number, 90.0, Pace::Ectopic(5), &mut random));
    }
    for number in 0..40 {
        let short = number % 2 == 0;
        let signal = signal(2_000 + number, if short { 10.0 } else { 60.0 }, Pace::Sinus, &mut random);
        if short {
            if signal.beats.len() < 15 {
                case("unsure", &signal);
            }
        } else {
            case("unsure", &signal.moving(1.0, 2.5));
        }
    }
    for (_, heart) in recordings() {
        each(Case::new("regular", Capture::Heart(heart)));
    }
}

fn judged(capture: &Capture) -> Verdict {
    static CHECKS: LazyLock<Checks> = LazyLock::new(|| Checks::load().unwrap());
    let (models, cancel) = (fixtures::models(), Cancel::default());
    let check = CHECKS.find("heart-rhythm").unwrap();
    check
        .judge(capture, &crate::Run::new(&models, &Asked::default(), &cancel))
        .unwrap()
        .0
}

fn measured(verdict: &Verdict, wanted: &str) -> Option<f64> {
    verdict.evidence.iter().find_map(|evidence| match evidence {
        Evidence::Measure { what, value, .. } if what == wanted => Some(*value),
        _ => None,
    })
}

#[test]
fn rhythms_are_called_what_they_are() {
    let (mut wrong, mut all) = (Vec::new(), 0);
    cases(&mut |case| {
        all += 1;
        let verdict = judged(&case.capture);
        assert_eq!(verdict.decision, Decision::Accept);
        if verdict.label.as_deref() != Some(case.expected.as_str()) {
            let Capture::Heart(heart) = &case.capture else {
                unreachable!()
            };
            wrong.push(format!(
                "{} {} Hz is {}: {verdict:?}",
                heart.kind(),
                heart.rate_hz(),
                case.expected
            ));
        }
    });
    assert!(wrong.len() * 20 <= all, "{} of {all}: {wrong:#?}", wrong.len());
}

#[test]
fn what_is_measured_is_what_was_put_in() {
    for (number, kind) in [HeartKind::Ecg, HeartKind::Ppg].into_iter().enumerate() {
        let rate_hz = if kind == HeartKind::Ecg { 250.0 } else { 125.0 };
        let signal = Simulated::new(kind, rate_hz, 300.0, 66.0, Pace::Sinus, 40 + number as u64).noisy(0.01);
        let verdict = judged(&Capture::Heart(signal.heart(14)));
        let intervals: Vec<f64> = signal.beats.windows(2).map(|pair| 1e3 * (pair[1] - pair[0])).collect();
        let mean = intervals.iter().sum::<f64>() / intervals.len() as f64;
        let rmssd =
            (intervals.windows(2).map(|pair| (pair[1] - pair[0]).powi(2)).sum::<f64>() / (intervals.len() - 1) as f64).sqrt();
        let sdnn = (intervals.iter().map(|length| (length - mean).powi(2)).sum::<f64>() / (intervals.len() - 1) as f64).sqrt();
        let near = |what: &str, wanted: f64, slack: f64| {
            let found = measured(&verdict, what).unwrap();
            println!("{kind} {what}: {found:.2}, put in {wanted:.2}");
            assert!((found - wanted).abs() <= slack, "{kind} {what}: {found}, put in {wanted}");
        };
        near("heart_rate", 6e4 / mean, 0.2);
        near("rmssd", rmssd, 3.0);
        near("sdnn", sdnn, 3.0);
        near("left_out_ectopic", 0.0, 0.5);
        near("left_out_noise", 0.0, 0.5);
    }
}

#[test]
fn ectopic_beats_are_marked_and_counted_out() {
    let mut signal = Simulated::new(HeartKind::Ecg, 250.0, 240.0, 70.0, Pace::Ectopic(30), 9);
    signal = signal.noisy(0.01);
    let early: Vec<f64> = signal
        .beats
        .windows(2)
        .filter(|pair| pair[1] - pair[0] < 0.6)
        .map(|pair| pair[1])
        .collect();
    assert!(early.len() >= 4, "{early:?}");
    let verdict = judged(&Capture::Heart(signal.heart(14)));
    for beat in early {
        let is_marked = verdict.evidence.iter().any(|evidence| {
            matches!(evidence, Evidence::Stretch { from_ms, to_ms, what }
                if what == "ectopic" && (*from_ms as f64) < 1e3 * beat && 1e3 * beat < *to_ms as f64)
        });
        assert!(is_marked, "{beat}: {:?}", verdict.evidence);
    }
    assert!(measured(&verdict, "rmssd").unwrap() < 60.0, "{:?}", verdict.evidence);
}

/// What is compared with what others find: the recordings, and signals whose beats are known.
pub(super) fn signals() -> Vec<(String, Heart)> {
    let mut signals: Vec<(String, Heart)> = recordings()
        .into_iter()
        .map(|(name, heart)| (name.to_owned(), heart))
        .collect();
    for (number, (kind, rate_hz, per_minute)) in [
        (HeartKind::Ecg, 250.0, 52.0),
        (HeartKind::Ecg, 500.0, 95.0),
        (HeartKind::Ppg, 64.0, 61.0),
        (HeartKind::Ppg, 125.0, 88.0),
    ]
    .into_iter()
    .enumerate()
    {
        let signal = Simulated::new(kind, rate_hz, 180.0, per_minute, Pace::Sinus, 70 + number as u64);
        signals.push((
            format!("made {kind} {rate_hz} Hz"),
            signal.noisy(0.03).drifting(0.4).heart(14),
        ));
    }
    signals
}

#[test]
fn the_beat_that_the_database_marks_is_marked() {
    let (_, heart) = recordings().into_iter().find(|(name, _)| *name == "ecg 2").unwrap();
    let verdict = judged(&Capture::Heart(heart));
    let ectopics: Vec<(u64, u64)> = verdict
        .evidence
        .iter()
        .filter_map(|evidence| match evidence {
            Evidence::Stretch { from_ms, to_ms, what } if what == "ectopic" => Some((*from_ms, *to_ms)),
            _ => None,
        })
        .collect();
    // The table's second column is 1 from 19.267 to 20.242 s, and nowhere else.
    assert_eq!(ectopics.len(), 1, "{ectopics:?}");
    let (from_ms, to_ms) = ectopics[0];
    assert!(from_ms <= 19_267 && (20_242..21_000).contains(&to_ms), "{ectopics:?}");
}
