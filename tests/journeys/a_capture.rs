//! Ada captures something: she sees what would leave before she decides, and nothing leaves.

use std::path::Path;

use earnest_domain::capture::CaptureKind;
use earnest_engine::commands::{
    GetCaptures, GetSharedCapture, Nothing,
    capture::{KeptCapture, ThisCapture},
};
use earnest_journeys::{Browser, Kind, Node, NodeOptions};
use serde_json::json;

const LETTER: &str = "The bench by the river is new. Ask ada@example.org about it, she painted it für alle.";
const SHARED: &str = "The bench by the river is new. Ask [e-mail] about it, she painted it für alle.";

/// Notes which cameras and microphones the page opens, from now on.
const LISTEN: &str = "window.opened = []; \
     const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices); \
     navigator.mediaDevices.getUserMedia = async (what) => { const stream = await open(what); window.opened.push(stream); return stream; }";
/// How many it opened, and how many of them are on.
const OPENED: &str = "return [window.opened.length, \
     window.opened.flatMap((stream) => stream.getTracks()).filter((track) => track.readyState === 'live').length]";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_leave_nobody_named_and_nothing_leaves_unasked() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(&folder.path().join("ada"), NodeOptions::default()).await;
    let mut browser = welcomed("capture-words", &node).await;

    browser.taps(Kind::Button, "Take a capture").await;
    browser.sees(Kind::Heading, "Nothing kept yet").await;
    browser.looks("empty").await;
    browser.taps(Kind::Element, "a[href$='/capture/words']").await;
    browser.types("Your words", LETTER).await;
    browser.looks("written").await;
    browser.taps(Kind::Button, "Check it").await;

    // She sees what names somebody, and exactly what would leave.
    browser.sees(Kind::Heading, "Good, without what is marked").await;
    assert_eq!(
        browser.texts("main mark").await,
        ["ada@example.org (e-mail address)", "[e-mail] (e-mail address)"]
    );
    let below = browser.texts("main .goes").await.concat();
    assert!(below.contains("Ask [e-mail]") && !below.contains("ada@"), "{below}");
    browser.looks("judged").await;
    assert!(kept(&node).await.is_empty(), "nobody kept it yet");

    // Kept under a name of hers: what was shown is what may leave, and nothing did.
    browser.types("What to call it", "A new bench").await;
    browser.taps(Kind::Button, "Keep it").await;
    browser.sees(Kind::Heading, "A new bench").await;
    browser.reads("Kept on this device. Nothing left.").await;
    browser.reads("Ask [e-mail]").await;
    browser.looks("kept").await;
    let [capture] = &kept(&node).await[..] else {
        panic!("one capture is kept")
    };
    assert_eq!((capture.name.as_str(), capture.kind), ("A new bench", CaptureKind::Text));
    let id = ThisCapture { id: capture.id.clone() };
    let shared = node.client().await.call::<GetSharedCapture>(id).await.unwrap();
    assert_eq!(shared.size, SHARED.len() as u64);
    assert_eq!(node.status().await.outbox, 0, "nothing waits to leave");

    // Deleted, and back again.
    browser.taps(Kind::Button, "Delete it").await;
    browser.reads("Deleted.").await;
    browser.sees(Kind::Heading, "Nothing kept yet").await;
    browser.keeps("undo-phone-light").await;
    browser.taps(Kind::Button, "Undo").await;
    browser.reads("It is back.").await;
    browser.reads("A new bench").await;
    browser.looks("list").await;

    // What is of no use says why first, and what was written is still there to be changed.
    browser.taps(Kind::Element, "a[href$='/capture/words']").await;
    browser.types("Your words", "asdf asdf jkl asdf").await;
    browser.taps(Kind::Button, "Check it").await;
    browser.sees(Kind::Heading, "Better taken again").await;
    browser.reads("Write it in words.").await;
    browser.reads("Nothing of it can leave").await;
    browser.sees(Kind::Button, "Keep it for me alone").await;
    browser.looks("retry").await;
    browser.taps(Kind::Button, "Change the words").await;
    browser.sees(Kind::Field, "Your words").await;
    let draft = browser.run("return document.querySelector('textarea').value", vec![]).await;
    assert_eq!(draft, json!("asdf asdf jkl asdf"));
    assert_eq!(kept(&node).await.len(), 1);
    browser.closes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_camera_and_a_microphone_are_on_for_as_long_as_they_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(&folder.path().join("ada"), NodeOptions::default()).await;
    let mut browser = welcomed("capture-devices", &node).await;
    browser.run(LISTEN, vec![]).await;
    browser.taps(Kind::Button, "Take a capture").await;

    // A photo with the camera, looked at and let go of.
    browser.taps(Kind::Element, "a[href$='/capture/photo']").await;
    browser.sees(Kind::Button, "Open the camera").await;
    browser.looks("photo").await;
    assert_eq!(browser.run(OPENED, vec![]).await, json!([0, 0]), "nothing opens by itself");
    browser.taps(Kind::Button, "Open the camera").await;
    browser.sees(Kind::Button, "Take the photo").await;
    browser.looks("camera").await;
    assert_eq!(browser.run(OPENED, vec![]).await, json!([1, 1]));
    browser.taps(Kind::Button, "Take the photo").await;
    browser.sees(Kind::Picture, "The photo as you took it").await;
    assert_eq!(
        browser.run(OPENED, vec![]).await,
        json!([1, 0]),
        "it is off as soon as the photo is taken"
    );
    browser.taps(Kind::Button, "Discard it").await;
    browser.reads("Discarded. Nothing of it was kept.").await;

    // One that she has, as a file.
    let photo = folder.path().join("Bench.png");
    draw(&browser, &photo).await;
    browser.taps(Kind::Element, "a[href$='/capture/photo']").await;
    browser.chooses("Choose a photo", &photo).await;
    browser.sees(Kind::Picture, "The photo as you took it").await;
    browser.looks("photo-judged").await;
    browser.taps(Kind::Button, "Keep it").await;
    browser.sees(Kind::Heading, "Bench").await;

    // A camera that is left is off.
    browser.taps(Kind::Button, "Back to Captures").await;
    browser.taps(Kind::Element, "a[href$='/capture/photo']").await;
    browser.taps(Kind::Button, "Open the camera").await;
    browser.sees(Kind::Button, "Take the photo").await;
    browser.taps(Kind::Button, "Back to Captures").await;
    browser.sees(Kind::Heading, "Kept here").await;
    assert_eq!(browser.run(OPENED, vec![]).await, json!([2, 0]));

    // Two seconds of sound.
    browser.taps(Kind::Element, "a[href$='/capture/sound']").await;
    browser.taps(Kind::Button, "Start recording").await;
    browser.reads("0:02").await;
    browser.looks("recording").await;
    browser.taps(Kind::Button, "Stop and check").await;
    browser
        .sees(Kind::Element, "audio[aria-label='The sound as you took it']")
        .await;
    assert_eq!(
        browser.run(OPENED, vec![]).await,
        json!([3, 0]),
        "it is off as soon as she stops"
    );
    browser.looks("sound-judged").await;
    browser.types("What to call it", "Our street").await;
    browser.taps(Kind::Button, "Keep it").await;
    browser.sees(Kind::Heading, "Our street").await;

    let all = kept(&node).await;
    let names: Vec<_> = all.iter().map(|capture| (capture.name.as_str(), capture.kind)).collect();
    assert_eq!(names, [("Our street", CaptureKind::Sound), ("Bench", CaptureKind::Photo)]);
    assert!(
        all[0].size > 2 * 8_000 * 2,
        "two seconds of 16-bit samples are in it: {}",
        all[0].size
    );
    assert_eq!(node.status().await.outbox, 0, "nothing waits to leave");
    browser.closes().await;
}

/// Ada's browser, past the welcome.
async fn welcomed(journey: &'static str, node: &Node) -> Browser {
    let browser = Browser::open(journey, node.ready.url.as_str()).await;
    browser.taps(Kind::Button, "Begin").await;
    browser.types("Your name", "Ada").await;
    browser.taps(Kind::Button, "Continue").await;
    browser.taps(Kind::Button, "Not now").await;
    browser
}

async fn kept(node: &Node) -> Vec<KeptCapture> {
    node.client().await.call::<GetCaptures>(Nothing {}).await.unwrap().captures
}

/// A photo of a bench, drawn by the browser: a file like any other.
async fn draw(browser: &Browser, file: &Path) {
    let picture = "const canvas = Object.assign(document.createElement('canvas'), { width: 1200, height: 900 }); \
         const pen = canvas.getContext('2d'); \
         for (let i = 0; i < 300; i += 1) { \
           pen.fillStyle = `hsl(${i * 37} 50% ${20 + (i * 13) % 60}%)`; \
           pen.fillRect((i * 211) % 1200, (i * 157) % 900, 40 + (i * 7) % 90, 30 + (i * 11) % 80); \
         } \
         return [...atob(canvas.toDataURL('image/png').split(',')[1])].map((letter) => letter.charCodeAt(0))";
    let drawn = browser.run(picture, vec![]).await;
    let bytes: Vec<u8> = serde_json::from_value(drawn).unwrap();
    std::fs::write(file, bytes).unwrap();
}
