#![allow(clippy::unwrap_used)]
use super::*;
use crate::{
    activity::WindowReason,
    consent::{Consent, DeviceScope, Grant, Receipt},
    stream::Channel,
    time::Span,
};

pub(crate) fn window(device: &str, second: i64, label: Activity) -> CapturedWindow {
    let mut print = [0; 16];
    print[..8].copy_from_slice(&second.to_le_bytes());
    CapturedWindow {
        device: device.parse().unwrap(),
        window: Window {
            start: Timestamp::from_seconds(1_790_000_000 + second),
            length: Span::from_seconds(5),
            label,
            score: Permille::new(930),
            reason: WindowReason::Recognised,
        },
        fingerprint: Fingerprint::from_bytes(print),
    }
}

const NOW: Timestamp = Timestamp::from_seconds(1_790_000_100);

pub(crate) fn quest() -> Quest {
    Quest::from_toml(
        r#"
        id = "first-steps"
        version = 1
        kind = "once"
        title = "First steps"
        story = "Walk for a minute."
        times = 1
        goal = { label = "walking", seconds = 60 }
        streams = ["acceleration", "angular_velocity"]
        checks = ["activity"]
        ask = { purpose = "activity-research", purpose_text = "learning how people move", precision = "summary", retention_days = 90 }
        points = { base = 40, need = 1250, cap = 100, budget = 1000000 }
    "#,
    )
    .unwrap()
}

/// A minute of walking, so much later, contributed as that effort.
pub(crate) fn contributed(minutes_later: i64, ordinal: u32, key: &PersonKey) -> Contribution {
    let walk = walk(minutes_later);
    Contribution::build(permit(&walk, key), &quest(), ordinal, &walk, key).unwrap()
}

fn walk(minutes_later: i64) -> Capture {
    Capture::new(
        (0..12)
            .map(|n| window("watch", minutes_later * 60 + n * 5, Activity::Walking))
            .collect(),
    )
    .unwrap()
}

fn permit(capture: &Capture, key: &PersonKey) -> Permit {
    let quest = quest();
    let grant = Grant {
        purpose: quest.ask.purpose.clone(),
        purpose_text: Some("learning how people move".to_owned()),
        streams: quest.streams.clone(),
        devices: DeviceScope::All,
        precision: Precision::Summary,
        recipient: "riverside".parse().unwrap(),
        retention_days: 90,
        from: Timestamp::from_seconds(1_789_000_000),
        until: Timestamp::from_seconds(1_799_000_000),
    };
    let consent = Consent::new([Receipt::give(grant, key, NOW).unwrap()], []);
    consent
        .permit(capture.request(&quest, "riverside".parse().unwrap()), NOW)
        .unwrap()
}

#[test]
fn a_contribution_says_no_more_than_a_summary() {
    let key = PersonKey::from_seed(&[7; 32]);
    let contribution = Contribution::build(permit(&walk(0), &key), &quest(), 0, &walk(0), &key).unwrap();
    insta::assert_snapshot!(contribution.to_text());
    assert_eq!(Contribution::from_text(&contribution.to_text()), Ok(contribution));
}

#[test]
fn a_permit_is_good_for_its_own_capture_alone() {
    let key = PersonKey::from_seed(&[7; 32]);
    let error = Contribution::build(permit(&walk(0), &key), &quest(), 0, &walk(1), &key);
    assert_eq!(error, Err(ContributionError::ForeignPermit));
}

#[test]
fn nobody_can_contribute_for_another() {
    let (ada, eve) = (PersonKey::from_seed(&[7; 32]), PersonKey::from_seed(&[8; 32]));
    let text = Contribution::build(permit(&walk(0), &ada), &quest(), 0, &walk(0), &ada)
        .unwrap()
        .to_text();
    let stolen = text.replace(&ada.person().to_string(), &eve.person().to_string());
    assert_eq!(Contribution::from_text(&stolen), Err(BadSignature));
    assert_eq!(
        Contribution::from_text(&text.replace("\"seconds\":60", "\"seconds\":600")),
        Err(BadSignature)
    );
    assert_eq!(
        Contribution::from_text(&format!(" {text}")),
        Err(BadSignature),
        "one contribution has one spelling"
    );
}

#[test]
fn what_was_contributed_before_earns_its_fresh_share() {
    let key = PersonKey::from_seed(&[7; 32]);
    let contribution = Contribution::build(permit(&walk(0), &key), &quest(), 0, &walk(0), &key).unwrap();
    let body = contribution.body();
    assert_eq!(credit(&quest(), body, |_| false).points, 46);
    assert_eq!(
        credit(&quest(), body, |print| *print == body.fingerprints[0]).points,
        42,
        "11 of 12 windows are new: 46.5 x 0.916"
    );
    assert_eq!(credit(&quest(), body, |_| true).points, 0);
}

#[test]
fn a_fingerprint_knows_the_same_motion_later_and_nobody_elses() {
    let (ada, eve) = (PersonKey::from_seed(&[7; 32]), PersonKey::from_seed(&[8; 32]));
    let motion = |start: i64| -> Vec<Sample> {
        (0..50_u8)
            .map(|n| Sample {
                channel: Channel::AccelerationX,
                time: Timestamp::from_seconds(start + i64::from(n)),
                value: f32::from(n).sin(),
            })
            .collect()
    };
    let print = |start, key| Fingerprint::of(&motion(start), Timestamp::from_seconds(start), key);
    assert_eq!(print(1_000, &ada), print(5_000, &ada));
    assert_ne!(print(1_000, &ada), print(1_000, &eve));
    let mut backwards = motion(1_000);
    backwards.reverse();
    assert_eq!(
        Fingerprint::of(&backwards, Timestamp::from_seconds(1_000), &ada),
        print(1_000, &ada)
    );
}
