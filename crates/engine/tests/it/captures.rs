//! Texts that Ada writes: judged, held until she decides, kept with what may be shared, deleted and brought back.

use base64::{Engine as _, prelude::BASE64_STANDARD};
use earnest_domain::{
    capture::{CaptureKind, Speech},
    time::Span,
    verdict::Decision,
};
use earnest_engine::{
    commands::{
        CheckCaptureCommand, DeleteCapture, DiscardCapture, GetCaptures, GetOriginalCapture, GetSharedCapture, GetToday,
        KeepCaptureCommand, Nothing, RestoreCapture,
        capture::{CheckCapture, CheckedCapture, KeepCapture, ThisCapture, ThisCheck},
        today::TodayAt,
    },
    events::Event,
};

use crate::world::World;

const LETTER: &str = "The bench by the river is new. Ask ada@example.org about it, she painted it.";

fn text(words: &str) -> CheckCapture {
    CheckCapture {
        run: "a run".to_owned(),
        bytes: BASE64_STANDARD.encode(words),
        ..CheckCapture::default()
    }
}

fn shared(checked: &CheckedCapture) -> String {
    let shared = checked.shared.as_ref().unwrap();
    String::from_utf8(BASE64_STANDARD.decode(&shared.bytes).unwrap()).unwrap()
}

fn keep(id: &str, name: &str) -> KeepCapture {
    KeepCapture {
        run: "a run".to_owned(),
        id: id.to_owned(),
        name: name.to_owned(),
    }
}

fn a_run() -> ThisCheck {
    ThisCheck { run: "a run".to_owned() }
}

fn this(id: &str) -> ThisCapture {
    ThisCapture { id: id.to_owned() }
}

#[tokio::test]
async fn what_is_kept_is_what_was_shown_and_nothing_is_kept_unasked() {
    let world = World::start().await;
    let mut events = world.engine.events();
    let checked = world.call::<CheckCaptureCommand>(text(LETTER)).await;
    assert_eq!((checked.kind, checked.decision), (CaptureKind::Text, Decision::Redact));
    assert_eq!(
        shared(&checked),
        "The bench by the river is new. Ask [e-mail] about it, she painted it."
    );
    let first = std::iter::from_fn(|| events.try_recv().ok()).find_map(|event| match event {
        Event::Checking { done, all, .. } => Some((done, all)),
        _ => None,
    });
    assert!(first.is_some_and(|(done, all)| done == 0 && all >= 2), "{first:?}");
    assert!(
        world.call::<GetCaptures>(Nothing {}).await.captures.is_empty(),
        "nobody kept it"
    );

    let error = world.ask::<KeepCaptureCommand>(keep(&checked.id, "  ")).await.unwrap_err();
    assert_eq!(error.code(), "invalid_name");
    let kept = world.call::<KeepCaptureCommand>(keep(&checked.id, "A bench")).await;
    assert_eq!(kept.captures[0].name, "A bench");
    assert_eq!(kept.captures[0].size, LETTER.len() as u64);
    let again = world.call::<KeepCaptureCommand>(keep(&checked.id, "A bench")).await;
    assert_eq!(again, kept, "who lost the answer asks again");
    let original = world.call::<GetOriginalCapture>(this(&checked.id)).await;
    assert_eq!(
        original.bytes,
        BASE64_STANDARD.encode(LETTER),
        "it can be looked at as it was taken"
    );

    let world = world.restarted().await;
    let leaves = world.call::<GetSharedCapture>(this(&checked.id)).await;
    assert_eq!(leaves, checked.shared.unwrap(), "byte for byte, after a restart");
    world.stop().await;
}

#[tokio::test]
async fn what_is_deleted_comes_back_for_a_while() {
    let world = World::start().await;
    let checked = world.call::<CheckCaptureCommand>(text(LETTER)).await;
    world.call::<KeepCaptureCommand>(keep(&checked.id, "A bench")).await;
    let id = this(&checked.id);
    assert!(world.call::<DeleteCapture>(id.clone()).await.captures.is_empty());
    assert_eq!(
        world.ask::<GetSharedCapture>(id.clone()).await.unwrap_err().code(),
        "unknown_capture"
    );
    assert_eq!(world.call::<RestoreCapture>(id.clone()).await.captures.len(), 1);

    world.call::<DeleteCapture>(id.clone()).await;
    world.later(Span::from_seconds(11 * 60));
    assert!(world.call::<GetCaptures>(Nothing {}).await.captures.is_empty());
    assert_eq!(
        world.ask::<RestoreCapture>(id).await.unwrap_err().code(),
        "unknown_capture",
        "gone for good"
    );
    world.stop().await;
}

#[tokio::test]
async fn what_is_discarded_is_gone_at_once() {
    let world = World::start().await;
    let checked = world.call::<CheckCaptureCommand>(text(LETTER)).await;
    world.call::<DiscardCapture>(a_run()).await;
    let error = world
        .ask::<KeepCaptureCommand>(keep(&checked.id, "A bench"))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "unknown_capture");
    world.call::<DiscardCapture>(a_run()).await; // twice is as good as once
    world.stop().await;
}

/// Somebody reads a sentence aloud.
fn reading(run: &str, speech: Speech) -> CheckCapture {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../checks/src/fixtures/speech/01_en-gb.opus");
    CheckCapture {
        run: run.to_owned(),
        bytes: BASE64_STANDARD.encode(std::fs::read(file).unwrap()),
        speech,
        ..CheckCapture::default()
    }
}

#[tokio::test]
async fn what_is_kept_again_is_what_was_shown_last() {
    let world = World::start().await;
    let spoken = world.call::<CheckCaptureCommand>(reading("a run", Speech::Wanted)).await;
    assert_eq!(
        (spoken.decision, &spoken.kept_as),
        (Decision::Accept, &None),
        "{:?}",
        spoken.verdicts
    );
    world.call::<KeepCaptureCommand>(keep(&spoken.id, "With her voice")).await;

    let silenced = world.call::<CheckCaptureCommand>(reading("another", Speech::Unwanted)).await;
    assert_eq!(silenced.kept_as.as_deref(), Some("With her voice"), "it is no copy of itself");
    assert_eq!(silenced.decision, Decision::Redact, "{:?}", silenced.verdicts);
    assert_ne!(silenced.shared, spoken.shared);
    let again = KeepCapture {
        run: "another".to_owned(),
        ..keep(&silenced.id, "Without")
    };
    let list = world.call::<KeepCaptureCommand>(again).await;
    let names: Vec<&str> = list.captures.iter().map(|kept| kept.name.as_str()).collect();
    assert_eq!(names, ["Without"], "one file is one capture");
    let leaves = world.call::<GetSharedCapture>(this(&silenced.id)).await;
    assert_eq!(Some(leaves), silenced.shared);
    world.stop().await;
}

#[tokio::test]
async fn each_page_ends_its_own_check() {
    let world = World::start().await;
    let theirs = CheckCapture {
        run: "theirs".to_owned(),
        ..text("The old bridge is closed until the spring.")
    };
    let discard = world.call::<DiscardCapture>(ThisCheck {
        run: "theirs".to_owned(),
    });
    let (mine, ended, _) = tokio::join!(
        world.ask::<CheckCaptureCommand>(text(LETTER)),
        world.ask::<CheckCaptureCommand>(theirs),
        discard
    );
    assert_eq!(mine.unwrap().decision, Decision::Redact);
    assert_eq!(ended.unwrap_err().code(), "cancelled");
    world.stop().await;
}

#[tokio::test]
async fn what_was_to_be_taken_again_stands_in_the_way_of_nothing() {
    let world = World::start().await;
    let letter = "The new bench by the river has a view of the mill and of the old willow.";
    let echoed = CheckCapture {
        prompt: Some(letter.to_owned()),
        ..text(letter)
    };
    let copied = world.call::<CheckCaptureCommand>(echoed).await;
    assert_eq!(copied.decision, Decision::Retry, "{:?}", copied.verdicts);
    world.call::<KeepCaptureCommand>(keep(&copied.id, "For me")).await;
    let next = world.call::<CheckCaptureCommand>(text(&letter.replace("new", "newer"))).await;
    assert_eq!(next.decision, Decision::Accept, "{:?}", next.verdicts);
    world.stop().await;
}

#[tokio::test]
async fn a_quest_declares_its_checks() {
    let world = World::start().await;
    let asked = CheckCapture {
        quest: Some("no-such-quest".parse().unwrap()),
        ..text(LETTER)
    };
    assert_eq!(
        world.ask::<CheckCaptureCommand>(asked).await.unwrap_err().code(),
        "unknown_quest"
    );
    world.stop().await;
}

#[tokio::test]
async fn no_quest_can_leave_out_what_keeps_private_things_from_leaving() {
    let world = World::start().await;
    world
        .until::<GetToday>(TodayAt::default(), |today| !today.quests.is_empty())
        .await;
    // It names a check of motion, and none of a text.
    let asked = CheckCapture {
        quest: Some("first-steps".parse().unwrap()),
        ..text(LETTER)
    };
    let checked = world.call::<CheckCaptureCommand>(asked).await;
    let names: Vec<&str> = checked.verdicts.iter().map(|verdict| verdict.check.as_str()).collect();
    assert_eq!(names, ["text-personal-data"]);
    assert!(shared(&checked).contains("[e-mail]") && !shared(&checked).contains("ada@"));
    world.stop().await;
}

#[tokio::test]
async fn whatever_comes_is_answered_with_a_reason() {
    let world = World::start().await;
    let code = async |request: CheckCapture| match world.ask::<CheckCaptureCommand>(request).await {
        Ok(checked) => format!("{:?}", checked.decision),
        Err(error) => error.code().to_owned(),
    };
    assert_eq!(code(text("")).await, "empty_file");
    assert_eq!(code(text("a\0b")).await, "not_text");
    let garbled = CheckCapture {
        run: "a run".to_owned(),
        bytes: "%%%".to_owned(),
        ..CheckCapture::default()
    };
    assert_eq!(code(garbled).await, "bad_request");
    assert_eq!(code(text("asdf asdf jkl asdf")).await, "Retry");
    world.call::<DiscardCapture>(a_run()).await;
    assert_eq!(
        code(text(LETTER)).await,
        "Redact",
        "with nothing under way, nothing is cancelled"
    );
    world.stop().await;
}
