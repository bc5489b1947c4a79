#![allow(clippy::unwrap_used)]
use proptest::prelude::*;

use super::*;
use crate::{
    device::DeviceId,
    identity::{BadSignature, PersonKey},
    stream::Stream,
    time::Timestamp,
};

const NOW: Timestamp = Timestamp::from_seconds(1_790_000_000);

fn key() -> PersonKey {
    PersonKey::from_seed(&[7; 32])
}

fn slug(text: &str) -> Slug {
    text.parse().unwrap()
}

fn grant() -> Grant {
    Grant {
        purpose: slug("activity-research"),
        purpose_text: Some("learning how people move".to_owned()),
        streams: [Stream::Acceleration, Stream::AngularVelocity].into(),
        devices: DeviceScope::Only([device("sample-01")].into()),
        precision: Precision::Features,
        recipient: slug("riverside"),
        retention_days: 90,
        from: Timestamp::from_seconds(1_789_990_000),
        until: Timestamp::from_seconds(1_797_000_000),
    }
}

fn device(id: &str) -> DeviceId {
    id.parse().unwrap()
}

fn request() -> Request {
    Request {
        recipient: slug("riverside"),
        purpose: slug("activity-research"),
        purpose_text: "learning how people move".to_owned(),
        streams: [Stream::Acceleration].into(),
        devices: Some([device("sample-01")].into()),
        precision: Precision::Summary,
        captured_from: Timestamp::from_seconds(1_789_999_000),
        captured_until: Timestamp::from_seconds(1_789_999_060),
    }
}

fn consent() -> Consent {
    Consent::new([Receipt::give(grant(), &key(), NOW).unwrap()], [])
}

#[test]
fn the_default_is_no() {
    assert_eq!(Consent::default().permit(request(), NOW), Err(Refusal::NoGrant));
}

#[test]
fn a_grant_gives_a_permit_that_names_its_receipt() {
    let receipt = Receipt::give(grant(), &key(), NOW).unwrap();
    let permit = Consent::new([receipt.clone()], []).permit(request(), NOW).unwrap();
    assert_eq!(permit.receipt(), receipt.id());
}

#[test]
fn every_part_of_the_request_is_asked() {
    type Case = (&'static str, fn(&mut Request), Refusal);
    let cases: [Case; 8] = [
        ("another recipient", |r| r.recipient = slug("elsewhere"), Refusal::Recipient),
        ("another purpose", |r| r.purpose = slug("advertising"), Refusal::Purpose),
        (
            "the same purpose in other words",
            |r| r.purpose_text = "learning how people move, and selling it".to_owned(),
            Refusal::PurposeChanged,
        ),
        ("a stream too many", |r| r.streams = Stream::ALL.into(), Refusal::Streams),
        (
            "another device",
            |r| r.devices = Some([device("sample-01"), device("watch-9")].into()),
            Refusal::Devices,
        ),
        ("more detail", |r| r.precision = Precision::Raw, Refusal::Precision),
        (
            "older than the grant",
            |r| r.captured_from = Timestamp::from_seconds(1_789_989_999),
            Refusal::CapturedBefore,
        ),
        (
            "reaching past its end",
            |r| r.captured_until = Timestamp::from_seconds(1_797_000_001),
            Refusal::Expired,
        ),
    ];
    for (story, change, refusal) in cases {
        let mut changed = request();
        change(&mut changed);
        assert_eq!(consent().permit(changed, NOW), Err(refusal), "{story}");
    }
    assert_eq!(
        consent().permit(request(), Timestamp::from_seconds(1_797_000_000)),
        Err(Refusal::Expired),
        "what was captured in time still does not leave late"
    );
}

#[test]
fn a_withdrawn_receipt_allows_nothing_and_a_new_one_does_again() {
    let first = Receipt::give(grant(), &key(), NOW).unwrap();
    let later = Timestamp::from_seconds(1_790_000_001);
    let withdrawn = Consent::new([first.clone()], [first.id()]);
    assert_eq!(withdrawn.permit(request(), NOW), Err(Refusal::Withdrawn));
    let again = Receipt::give(grant(), &key(), later).unwrap();
    assert!(
        Consent::new([first.clone(), again], [first.id()])
            .permit(request(), later)
            .is_ok()
    );
}

#[test]
fn the_refusal_is_that_of_the_grant_that_came_closest() {
    let mut elsewhere = grant();
    elsewhere.recipient = slug("elsewhere");
    let mut coarse = grant();
    coarse.precision = Precision::Summary;
    let give = |grant| Receipt::give(grant, &key(), NOW).unwrap();
    let consent = Consent::new([give(coarse), give(elsewhere)], []);
    let mut asked = request();
    asked.precision = Precision::Raw;
    assert_eq!(consent.permit(asked, NOW), Err(Refusal::Precision));
}

#[test]
fn an_altered_receipt_counts_as_none() {
    let text = Receipt::give(grant(), &key(), NOW).unwrap().to_text();
    let widened = text.replace("features", "raw");
    assert_eq!(Receipt::from_text(&widened), Err(BadSignature));
    let receipt: Receipt = serde_json::from_str(&widened).unwrap();
    assert_eq!(Consent::new([receipt], []).permit(request(), NOW), Err(Refusal::NoGrant));
}

#[test]
fn a_senseless_grant_is_refused_with_its_reason() {
    let change = |change: fn(&mut Grant)| {
        let mut changed = grant();
        change(&mut changed);
        Receipt::give(changed, &key(), NOW).unwrap_err().code()
    };
    assert_eq!(change(|g| g.streams.clear()), "grant_no_streams");
    assert_eq!(change(|g| g.devices = DeviceScope::Only([].into())), "grant_no_devices");
    assert_eq!(change(|g| g.until = NOW), "grant_ends_before_it_starts");
    assert_eq!(change(|g| g.purpose_text = Some(" ".to_owned())), "grant_purpose_text");
    assert_eq!(change(|g| g.purpose_text = Some("a".repeat(121))), "grant_purpose_text");
}

#[test]
fn a_receipt_looks_like_this_on_the_wire() {
    insta::assert_snapshot!(Receipt::give(grant(), &key(), NOW).unwrap().to_text());
}

/// Signed before the words of a purpose were part of a grant.
const OF_THE_FIRST_VERSION: &str = r#"{"body":{"person":"ea4a6c63e29c520abef5507b132ec5f9954776aebebe7b92421eea691446d22c","grant":{"purpose":"activity-research","streams":["acceleration","angular_velocity"],"devices":{"only":["sample-01"]},"precision":"features","recipient":"riverside","retention_days":90,"from":1789990000000000,"until":1797000000000000},"given_at":1790000000000000},"signature":"e84268a9f58548f0ae7202f686101f38015f936cef8255eb9889f3b89409a6cf1c2d6c5eb5e1cd275ae39356a57b860b96f42cbcbae98c9aa3eec5c4d61d5207"}"#;

#[test]
fn a_receipt_of_the_first_version_is_read_to_the_byte_and_honoured() {
    let receipt = Receipt::from_text(OF_THE_FIRST_VERSION).unwrap();
    assert_eq!(receipt.to_text(), OF_THE_FIRST_VERSION, "what was signed is not spelled anew");
    assert_eq!(receipt.grant().purpose_text, None);
    let mut asked = request();
    asked.purpose_text = "whatever the name stood for".to_owned();
    assert!(Consent::new([receipt], []).permit(asked, NOW).is_ok());
    let with_null = OF_THE_FIRST_VERSION.replace(r#""streams""#, r#""purpose_text":null,"streams""#);
    assert_eq!(Receipt::from_text(&with_null), Err(BadSignature), "one spelling alone");
}

proptest! {
    #[test]
    fn any_flipped_byte_breaks_a_receipt(at in 0usize..2_000, bit in 0u8..8) {
        let mut bytes = Receipt::give(grant(), &key(), NOW).unwrap().to_text().into_bytes();
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        if let Ok(text) = String::from_utf8(bytes) {
            prop_assert!(Receipt::from_text(&text).is_err());
        }
    }

    #[test]
    fn a_permit_never_exceeds_its_grant(precision in 0..3, from in 1_789_980_000i64..1_797_100_000, length in 0i64..100_000, now in 1_789_980_000i64..1_797_100_000) {
        let mut asked = request();
        asked.precision = [Precision::Summary, Precision::Features, Precision::Raw][usize::try_from(precision).unwrap()];
        asked.captured_from = Timestamp::from_seconds(from);
        asked.captured_until = Timestamp::from_seconds(from + length);
        if consent().permit(asked.clone(), Timestamp::from_seconds(now)).is_ok() {
            let limit = grant();
            prop_assert!(asked.precision <= limit.precision && asked.captured_from >= limit.from && asked.captured_until <= limit.until && Timestamp::from_seconds(now) < limit.until);
        }
    }
}
