//! Captures: kept as they were shown, gone when they are deleted, and back for a while.

use earnest_domain::{capture::CaptureKind, time::Timestamp};
use earnest_vault::{Captured, NewCapture};

use crate::world::{World, at};

fn bench(shared: &[u8], name: &str, traced: bool) -> NewCapture {
    NewCapture {
        id: "b".repeat(64),
        kind: CaptureKind::Photo,
        name: name.to_owned(),
        kept_at: at(5),
        original: b"the bench, with a face".to_vec(),
        shared: Some(("image/jpeg".to_owned(), shared.to_vec())),
        verdicts: Vec::new(),
        traces: if traced {
            vec![("photo-duplicate".to_owned(), vec![1, 2, 3])]
        } else {
            Vec::new()
        },
    }
}

fn named(captures: &[Captured]) -> Vec<&str> {
    captures.iter().map(|capture| capture.name.as_str()).collect()
}

#[tokio::test]
async fn what_is_kept_again_is_replaced_and_keeps_its_original() {
    let world = World::empty().await;
    let first = bench(b"covered badly", "Bench", true);
    world.vault.keep_capture(&first).await.unwrap();
    world
        .vault
        .keep_capture(&bench(b"covered well", "A bench", false))
        .await
        .unwrap();

    let world = world.restarted().await;
    let kept = world.vault.captures().await.unwrap();
    assert_eq!(named(&kept), ["A bench"], "one file is one capture");
    let (media_type, shared) = world.vault.shared_capture(&first.id).await.unwrap().unwrap();
    assert_eq!((media_type.as_str(), &shared[..]), ("image/jpeg", &b"covered well"[..]));
    assert_eq!(world.vault.original_capture(&first.id).await.unwrap(), Some(first.original));
    assert!(
        world.vault.traces(CaptureKind::Photo, 10).await.unwrap().is_empty(),
        "what the first try left went with it"
    );
}

#[tokio::test]
async fn what_is_deleted_is_back_in_time_or_gone_for_good_with_its_traces() {
    let world = World::empty().await;
    let capture = bench(b"covered", "Bench", true);
    world.vault.keep_capture(&capture).await.unwrap();
    let [trace] = &world.vault.traces(CaptureKind::Photo, 10).await.unwrap()[..] else {
        panic!("it left one")
    };
    assert_eq!((&trace.capture, &trace.bytes[..]), (&capture.id, &[1, 2, 3][..]));

    assert!(world.vault.delete_capture(&capture.id, at(10)).await.unwrap());
    assert!(!world.vault.delete_capture(&capture.id, at(11)).await.unwrap(), "once");
    assert!(world.vault.original_capture(&capture.id).await.unwrap().is_none());
    assert!(world.vault.shared_capture(&capture.id).await.unwrap().is_none());
    assert!(world.vault.traces(CaptureKind::Photo, 10).await.unwrap().is_empty());
    assert!(!world.vault.restore_capture(&capture.id, at(11)).await.unwrap(), "too late");
    world.vault.sweep_captures(at(10)).await.unwrap();
    assert!(world.vault.restore_capture(&capture.id, at(10)).await.unwrap());
    assert_eq!(world.vault.capture_name(&capture.id).await.unwrap().as_deref(), Some("Bench"));
    assert_eq!(world.vault.traces(CaptureKind::Photo, 10).await.unwrap().len(), 1);

    world.vault.delete_capture(&capture.id, at(10)).await.unwrap();
    world.vault.sweep_captures(at(11)).await.unwrap();
    assert!(
        !world.vault.restore_capture(&capture.id, Timestamp::default()).await.unwrap(),
        "it is gone"
    );
    assert!(world.vault.captures().await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_compared_is_the_newest() {
    let world = World::empty().await;
    for id in ["a", "b", "c"] {
        let capture = NewCapture {
            id: id.repeat(64),
            ..bench(b"covered", id, true)
        };
        world.vault.keep_capture(&capture).await.unwrap();
    }
    let traces = world.vault.traces(CaptureKind::Photo, 2).await.unwrap();
    let of: Vec<&str> = traces.iter().map(|trace| &trace.capture[..1]).collect();
    assert_eq!(of, ["c", "b"]);
}
