//! What travels looks like this. A change here is a change of the contract.

use earnest_domain::{
    activity::{Activity, Window, WindowReason},
    consent::{Consent, DeviceScope, Grant, Precision, Receipt, Refusal, Withdrawal, WithdrawalBody},
    contribution::{Capture, CapturedWindow, Contribution, Fingerprint, credit, facts},
    hub::HubKey,
    identity::{PersonKey, Signed},
    ledger::{Account, Entry, Head, LogHash, Opening, Posted, ReversalReason, SignedHead},
    quest::{Quest, SignedQuest},
    time::{Span, Timestamp},
    verdict::Permille,
};
use earnest_hub_api::{
    ContributionRefusal, ContributionResult, ContributionsReply, ContributionsRequest, Credited, HubInfo, Inquiry, InquiryBody,
    InquiryReply, LogPage, Outcome, PROTOCOL, ProblemCode, Proofs, ProofsRequest, Undo, UndoBody, UndoReply, WithdrawalReply,
};

const NOW: Timestamp = Timestamp::from_seconds(1_790_000_100);

fn key() -> PersonKey {
    PersonKey::from_seed(&[7; 32])
}

fn quest() -> Quest {
    Quest::from_toml(
        r#"
        id = "first-steps"
        version = 1
        kind = "once"
        title = "First steps"
        story = "Walk for a minute."
        times = 1
        goal = { label = "walking", seconds = 10 }
        streams = ["acceleration", "angular_velocity"]
        checks = ["activity"]
        ask = { purpose = "activity-research", purpose_text = "learning how people move", precision = "summary", retention_days = 90 }
        points = { base = 40, need = 1250, cap = 100, budget = 1000000 }
    "#,
    )
    .unwrap()
}

fn hub_key() -> HubKey {
    HubKey::from_seed(&[9; 32])
}

fn signed(quest: Quest) -> SignedQuest {
    SignedQuest::sign(quest, &"hub-00c0ffee".parse().unwrap(), &hub_key())
}

fn posted() -> Posted {
    let (contribution, opening) = (contribution(), Opening::new([5; 32]));
    let (id, body) = (contribution.id(), contribution.body());
    let facts = facts(&quest(), body, |_| false);
    let entry = Entry::award(1, NOW, id, (quest().id, 1), facts, Account::of(body.person, &opening));
    Posted { entry, opening }
}

fn receipt() -> Receipt {
    let quest = quest();
    let grant = Grant {
        purpose: quest.ask.purpose.clone(),
        purpose_text: Some("learning how people move".to_owned()),
        streams: quest.streams,
        devices: DeviceScope::All,
        precision: Precision::Summary,
        recipient: "hub-00c0ffee".parse().unwrap(),
        retention_days: 90,
        from: Timestamp::from_seconds(1_789_000_000),
        until: Timestamp::from_seconds(1_799_000_000),
    };
    Receipt::give(grant, &key(), NOW).unwrap()
}

fn contribution() -> Contribution {
    let window = |n: u8| CapturedWindow {
        device: "watch".parse().unwrap(),
        window: Window {
            start: Timestamp::from_seconds(1_790_000_000 + i64::from(n) * 5),
            length: Span::from_seconds(5),
            label: Activity::Walking,
            score: Permille::new(930),
            reason: WindowReason::Recognised,
        },
        fingerprint: Fingerprint::from_bytes([n; 16]),
    };
    let capture = Capture::new(vec![window(1), window(2)]).unwrap();
    let consent = Consent::new([receipt()], []);
    let permit = consent
        .permit(capture.request(&quest(), "hub-00c0ffee".parse().unwrap()), NOW)
        .unwrap();
    Contribution::build(permit, &quest(), 0, &capture, &key()).unwrap()
}

#[test]
fn a_hub_presents_itself_like_this() {
    let info = HubInfo {
        id: "hub-00c0ffee".parse().unwrap(),
        name: "Riverside".to_owned(),
        protocol: PROTOCOL,
        key: hub_key().id(),
        quests: vec![signed(quest())],
    };
    insta::assert_json_snapshot!(info);
    let text = serde_json::to_string(&info).unwrap();
    assert_eq!(serde_json::from_str::<HubInfo>(&text).unwrap(), info);
}

#[test]
fn what_is_newer_unsigned_altered_or_unsound_is_not_offered_and_the_others_are() {
    let unsound = Quest { times: 0, ..quest() };
    let hidden = Quest {
        title: "\u{202E}spets tsriF".to_owned(),
        ..quest()
    };
    let others = SignedQuest::sign(quest(), &"hub-0badcafe".parse().unwrap(), &hub_key());
    let forged = SignedQuest::sign(quest(), &"hub-00c0ffee".parse().unwrap(), &HubKey::from_seed(&[10; 32]));
    let good = Quest {
        id: "good".parse().unwrap(),
        ..quest()
    };
    let mut value = serde_json::to_value(HubInfo {
        id: "hub-00c0ffee".parse().unwrap(),
        name: "Riverside".to_owned(),
        protocol: PROTOCOL,
        key: hub_key().id(),
        quests: [quest(), quest(), unsound, hidden, good.clone()].map(signed).into(),
    })
    .unwrap();
    value["quests"][0]["quest"]["streams"] = serde_json::json!(["skin_temperature"]);
    value["quests"][1]["quest"]["points"]["base"] = 41.into();
    let more = [others, forged].map(|quest| serde_json::to_value(quest).unwrap());
    let unsigned = [
        serde_json::to_value(quest()).unwrap(),
        serde_json::json!({ "quest": quest() }),
    ];
    value["quests"]
        .as_array_mut()
        .unwrap()
        .extend(more.into_iter().chain(unsigned));
    let info: HubInfo = serde_json::from_value(value).unwrap();
    assert_eq!(info.quests.len(), 6, "what it cannot read is left out");
    let sound: Vec<Quest> = info.sound_quests().iter().map(|signed| signed.quest().clone()).collect();
    assert_eq!(sound, [good]);
}

#[test]
fn contributions_are_sent_like_this() {
    let request = ContributionsRequest {
        receipts: vec![receipt()],
        contributions: vec![contribution()],
    };
    insta::assert_json_snapshot!(request);
    let text = serde_json::to_string(&request).unwrap();
    assert_eq!(serde_json::from_str::<ContributionsRequest>(&text).unwrap(), request);
}

#[test]
fn a_word_that_nobody_signed_is_refused() {
    let request = serde_json::to_value(ContributionsRequest {
        receipts: vec![receipt()],
        contributions: vec![contribution()],
    })
    .unwrap();
    for place in [
        "",
        "/receipts/0",
        "/receipts/0/body",
        "/receipts/0/body/grant",
        "/contributions/0",
        "/contributions/0/body",
        "/contributions/0/body/summary",
    ] {
        let mut altered = request.clone();
        altered.pointer_mut(place).unwrap()["note"] = "unsigned".into();
        assert!(
            serde_json::from_value::<ContributionsRequest>(altered).is_err(),
            "an unsigned word at “{place}”"
        );
    }
}

#[test]
fn contributions_are_answered_like_this() {
    let contribution = contribution();
    let refusal = ContributionRefusal::from(Refusal::Purpose);
    insta::assert_json_snapshot!(ContributionsReply {
        results: vec![
            ContributionResult {
                id: contribution.id(),
                outcome: Outcome::Awarded {
                    award: credit(&quest(), contribution.body(), |_| false),
                    posted: Box::new(posted())
                },
            },
            ContributionResult {
                id: contribution.id(),
                outcome: Outcome::Refused {
                    code: refusal.code().to_owned(),
                    reason: refusal.to_string()
                },
            },
        ],
        points: 46,
    });
}

#[test]
fn a_withdrawal_is_sent_and_answered_like_this() {
    let body = WithdrawalBody {
        person: key().person(),
        receipt: receipt().id(),
        at: NOW,
    };
    let withdrawal: Withdrawal = Signed::sign(body, &key()).unwrap();
    insta::assert_json_snapshot!("withdrawal", withdrawal);
    let mut altered = serde_json::to_value(&withdrawal).unwrap();
    altered["body"]["note"] = "unsigned".into();
    assert!(serde_json::from_value::<Withdrawal>(altered).is_err());
    let contribution = contribution();
    let award = credit(&quest(), contribution.body(), |_| false);
    insta::assert_json_snapshot!(
        "withdrawal_reply",
        WithdrawalReply {
            erased: 1,
            awards: vec![Credited {
                id: contribution.id(),
                award,
                posted: posted()
            }],
            points: 46
        }
    );
}

#[test]
fn a_question_is_asked_and_answered_like_this() {
    let contribution = contribution();
    let body = InquiryBody {
        person: key().person(),
        hub: "hub-00c0ffee".parse().unwrap(),
        contributions: vec![contribution.id()],
    };
    let inquiry: Inquiry = Signed::sign(body, &key()).unwrap();
    insta::assert_json_snapshot!("inquiry", inquiry);
    let award = credit(&quest(), contribution.body(), |_| false);
    insta::assert_json_snapshot!(
        "inquiry_reply",
        InquiryReply {
            awards: vec![Credited {
                id: contribution.id(),
                award,
                posted: posted()
            }],
            now: NOW,
            points: 46
        }
    );
}

#[test]
fn an_undo_is_asked_and_answered_like_this() {
    let contribution = contribution();
    let body = UndoBody {
        person: key().person(),
        hub: "hub-00c0ffee".parse().unwrap(),
        contribution: contribution.id(),
        at: NOW,
    };
    let undo: Undo = Signed::sign(body, &key()).unwrap();
    insta::assert_json_snapshot!("undo", undo);
    let award = posted();
    let reversal = Posted {
        entry: award.entry.reversed(2, NOW, ReversalReason::Undone).unwrap(),
        ..award
    };
    let reply = UndoReply {
        reversal: Some(reversal),
        points: 0,
    };
    insta::assert_json_snapshot!("undo_reply", reply);
}

#[test]
fn the_log_is_asked_and_answered_like_this() {
    insta::assert_json_snapshot!(
        "proofs_request",
        ProofsRequest {
            old: 1,
            entries: vec![1]
        }
    );
    let leaf = posted().entry.hash();
    let head = Head { size: 2, root: leaf };
    let proofs = Proofs {
        checkpoint: SignedHead::sign(head, &"hub-00c0ffee".parse().unwrap(), &hub_key()).unwrap(),
        consistency: vec![leaf],
        inclusions: vec![vec![LogHash::EMPTY]],
    };
    insta::assert_json_snapshot!("proofs", proofs);
    let entries = vec![Entry::funding(0, NOW, quest().id, 1_000_000), posted().entry];
    insta::assert_json_snapshot!("log_page", LogPage { entries });
}

#[test]
fn every_problem_is_a_problem_document() {
    let problems: Vec<_> = ProblemCode::ALL
        .into_iter()
        .map(|code| code.because("what happened"))
        .collect();
    insta::assert_json_snapshot!(problems);
}

#[test]
fn every_refusal_has_a_code_and_a_sentence() {
    use ContributionRefusal as No;
    let consent = [
        Refusal::NoGrant,
        Refusal::Recipient,
        Refusal::Purpose,
        Refusal::Streams,
        Refusal::Devices,
        Refusal::Precision,
        Refusal::CapturedBefore,
        Refusal::Expired,
        Refusal::Withdrawn,
    ];
    let others = [
        No::BadSignature,
        No::UnknownReceipt,
        No::UnknownQuest,
        No::QuestVersion,
        No::GoalNotReached,
        No::TooManyTimes,
        No::WrongDay,
        No::NotOpen,
        No::AlreadyCredited,
        No::ForeignPerson,
        No::TooLarge,
        No::Undone,
        No::BudgetSpent,
        No::TimeInFuture,
    ];
    let lines: Vec<String> = consent
        .map(No::Consent)
        .into_iter()
        .chain(others)
        .map(|refusal| format!("{}: {refusal}", refusal.code()))
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}
