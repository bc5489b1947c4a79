//! Ada's first quest, in a browser of her own; and what she sees while her node is gone.

use earnest_engine::commands::{GetHistory, Nothing};
use earnest_journeys::{Browser, Device, Kind, Node, NodeOptions};
use serde_json::{Value, json};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[allow(clippy::too_many_lines)] // a story is read from its beginning to its end
async fn a_first_quest_in_a_browser() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(&folder.path().join("ada"), NodeOptions::default()).await;
    let mut browser = Browser::open("first-quest", node.ready.url.as_str()).await;

    // A name, and nothing else, is asked of her.
    browser.sees(Kind::Heading, "Keep them yours").await;
    browser.looks("welcome").await;
    browser.taps(Kind::Button, "Begin").await;
    browser.sees(Kind::Heading, "What shall we call you?").await;
    browser.looks("name").await;
    browser.types("Your name", "Ada").await;
    browser.taps(Kind::Button, "Continue").await;
    browser.sees(Kind::Heading, "Welcome, Ada").await;
    browser.looks("pair").await;

    // What the page shows is all that a device needs, and the page notices by itself that it speaks.
    browser.taps(Kind::Button, "Make credentials").await;
    browser.types("Name of the device", "My watch").await;
    browser.taps(Kind::Button, "Make credentials").await;
    browser.sees(Kind::Heading, "My watch is ready to connect").await;
    browser.sees(Kind::Picture, "QR code").await;
    let credentials = browser.texts("main .made code").await;
    let [host, port, username, password, topic] = &credentials[..] else {
        panic!("these are not the credentials: {credentials:?}")
    };
    let drawn = "const code = document.querySelector('main .made img'); return code.complete && code.naturalWidth > 0";
    assert_eq!(
        browser.run(drawn, vec![]).await,
        json!(true),
        "the QR code is drawn, also under the page's policy"
    );
    browser.looks("credentials").await;
    let port: u16 = port.parse().unwrap();
    let given = json!({ "host": host, "port": port, "username": username, "topic": topic });
    let mut watch = Device::new(&given, password);
    watch
        .sends(r#"[{"n":"heart_rate","u":"beat/min","v":61}]"#)
        .await
        .expect("the credentials on the page open the door");
    browser.reads("It speaks: the first reading arrived.").await;
    browser.taps(Kind::Button, "See the device").await;
    browser.reads("Heart rate").await;
    browser.looks("device").await;

    // The sample wearable walks for her, a hundred times faster than life. Nothing leaves by default.
    browser.run("window.sameVisit = true", vec![]).await;
    browser.taps(Kind::Button, "Today").await;
    browser.sees(Kind::Heading, "Ada").await;
    browser.looks("today-open").await;
    node.earnest(&["pair", "sample", "--speed", "100"]).await;
    browser.reads("Done, and still all yours. May a summary of it leave?").await;
    let estimate = browser.reads("about").await;
    assert!(
        number(&estimate) >= 40,
        "the estimate is there before anything left: {estimate}"
    );
    browser.reads("estimated here").await;
    browser.looks("today-asks").await;
    assert_eq!(node.status().await.outbox, 0, "nothing was prepared");

    // She reads what is asked, and allows it; the estimate becomes the award before her eyes.
    browser.taps(Kind::Button, "See what is asked").await;
    browser.reads("Exactly what would leave").await;
    let promised = number(&browser.reads("digests that show a repeat").await);
    browser.looks("consent").await;
    browser.taps(Kind::Button, "Allow").await;
    browser.reads("Done and credited.").await;
    browser.sees_no_more(Kind::Words, "estimated here").await;
    assert_eq!(
        browser.run("return window.sameVisit", vec![]).await,
        json!(true),
        "the page was never loaded again"
    );
    browser.looks("today-awarded").await;
    let settled = node.until_settled().await;

    // "Why?" opens the lines, and they are the sum.
    browser.taps(Kind::Button, "why?").await;
    browser.sees(Kind::Heading, "Why this many points?").await;
    let sums = browser.texts("dialog[open] table td").await;
    let (points, lines) = sums.split_last().unwrap();
    assert_eq!(points, &settled.points.to_string());
    let exact: f64 = lines
        .iter()
        .map(|line| line.replace('\u{2212}', "-").parse::<f64>().unwrap())
        .sum();
    assert!(
        (exact - f64::from(settled.points)).abs() < 1.0 && exact >= f64::from(settled.points),
        "{lines:?} make {points}"
    );
    browser.looks("why").await;
    browser.taps(Kind::Button, "Close").await;

    // History has it to the byte.
    browser.taps(Kind::Button, "History").await;
    browser.reads("Your device and the hub count the same.").await;
    browser.looks("history").await;
    browser.taps(Kind::Element, "main a[href^='#/history/']").await;
    browser.reads("Recomputed and proved").await;
    browser.looks("contribution").await;
    browser.taps(Kind::Button, "Show the bytes").await;
    browser.sees(Kind::Heading, "The exact bytes").await;
    let history = node.client().await.call::<GetHistory>(Nothing {}).await.unwrap();
    assert_eq!(
        browser.texts("dialog[open] pre").await,
        [history.items[0].text.clone()],
        "not one byte is missing"
    );
    let sent: Value = serde_json::from_str(&history.items[0].text).unwrap();
    assert_eq!(
        sent["body"]["fingerprints"].as_array().unwrap().len(),
        promised,
        "what left is what she was told would leave"
    );
    browser.looks("bytes").await;
    browser.taps(Kind::Button, "Close").await;

    // Taking it back takes one tap, and so does having it back.
    browser.taps(Kind::Button, "Sharing").await;
    browser.sees(Kind::Element, "[role='switch'][aria-checked='true']").await;
    browser.looks("sharing").await;
    browser.taps(Kind::Switch, "").await;
    browser.reads("Taken back").await;
    browser.sees(Kind::Element, "[role='switch'][aria-checked='false']").await;
    browser.keeps("sharing-undo-phone-light").await;
    browser.taps(Kind::Button, "Undo").await;
    browser.reads("Allowed again, as before.").await;
    browser.sees(Kind::Element, "[role='switch'][aria-checked='true']").await;

    // Nothing holds her: taken back for good, it stays so.
    browser.taps(Kind::Switch, "").await;
    browser.sees(Kind::Element, "[role='switch'][aria-checked='false']").await;
    browser.looks("sharing-taken-back").await;
    browser.closes().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_outlives_its_node() {
    let folder = tempfile::tempdir().unwrap();
    let node = Node::start(&folder.path().join("ada"), NodeOptions::default()).await;
    let mut browser = Browser::open("offline", node.ready.url.as_str()).await;
    browser.taps(Kind::Button, "Begin").await;
    browser.types("Your name", "Ada").await;
    browser.taps(Kind::Button, "Continue").await;
    browser.taps(Kind::Button, "Not now").await;
    browser.reads("Pair a wearable").await;
    browser.run("window.sameVisit = true", vec![]).await;

    // What was seen stays, and is said to be from before; what was never seen is said to be out of reach.
    let killed = node.killed().await;
    browser.reads("Earnest’s engine is not answering. Nothing is lost").await;
    browser.reads("Pair a wearable").await;
    browser.looks("today").await;
    browser.taps(Kind::Button, "Devices").await;
    browser.sees(Kind::Heading, "Earnest’s engine is not answering").await;
    browser.looks("devices").await;

    // The node is back with other secrets, and the page goes on by itself.
    let node = killed.started_again().await;
    browser.sees_no_more(Kind::Words, "Earnest’s engine is not answering").await;
    browser.sees(Kind::Heading, "No wearable yet").await;
    node.earnest(&["pair", "mqtt", "--name", "My watch"]).await;
    browser.reads("My watch").await;
    assert_eq!(
        browser.run("return window.sameVisit", vec![]).await,
        json!(true),
        "nobody had to load the page again"
    );
    browser.looks("back").await;
    browser.closes().await;
}

/// The number in "about 46 points".
fn number(words: &str) -> usize {
    let digits: String = words.chars().filter(char::is_ascii_digit).collect();
    digits.parse().unwrap_or_else(|_| panic!("“{words}” tells no number"))
}
