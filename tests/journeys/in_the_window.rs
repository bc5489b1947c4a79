//! Ada's first quest in the desktop's own window. The command line finds the running desktop by its data folder.

use earnest_journeys::{Kind, Window, earnest};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_first_quest_in_the_desktop_window() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("ada");
    let window = Window::open("window", &data).await;

    window.sees(Kind::Heading, "Keep them yours").await;
    window.keeps("welcome-light").await;
    window.taps(Kind::Button, "Begin").await;
    window.types("Your name", "Ada").await;
    window.taps(Kind::Button, "Continue").await;
    window.sees(Kind::Heading, "Welcome, Ada").await;
    window.keeps("pair-light").await;
    window.taps(Kind::Button, "Not now").await;
    window.reads("Pair a wearable").await;

    // There is one engine on a folder, and it is the window's.
    earnest(&data, &["pair", "sample", "--speed", "100"]).await;
    window.reads("Done, and still all yours. May a summary of it leave?").await;
    window.keeps("today-asks-light").await;
    window.taps(Kind::Button, "See what is asked").await;
    window.reads("Exactly what would leave").await;
    window.keeps("consent-light").await;
    window.taps(Kind::Button, "Allow").await;
    window.reads("Done and credited.").await;
    window.keeps("today-awarded-light").await;
    let status = earnest(&data, &["status"]).await;
    assert!(
        status["points"].as_u64().is_some_and(|points| (40..=50).contains(&points)),
        "{status}"
    );

    // What was sent and what it earned, in the other look, too.
    window.taps(Kind::Button, "Ada").await;
    window.taps(Kind::Choice, "Dark").await;
    window.keeps("you-dark").await;
    window.taps(Kind::Button, "Close").await;
    window.taps(Kind::Button, "History").await;
    window.reads("Recomputed and proved").await;
    window.reads(&format!("+{}", status["points"])).await;
    window.keeps("history-dark").await;
    window.closes().await;
}
