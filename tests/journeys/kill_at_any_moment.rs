//! Whatever is killed, and whenever: nothing acknowledged is lost, and nothing counts twice.
//!
//! Two people make the same fifty walks. Ben's goes undisturbed; during each of Ada's, her node, the hub or her watch is killed without
//! warning at a random moment. In the end their sums are the same.

use std::{fs, path::Path, time::Duration};

use earnest_domain::{sample::Sample, time::Timestamp};
use earnest_engine::{Clock, commands::status::Status};
use earnest_journeys::{Hub, Node, NodeOptions, Replay, walk};
use earnest_wearables::{protocols::senml, recording::Recording};

const ROUNDS: usize = 50;
/// How long ago the first walk began, in seconds: the last one lies in the past, too, and all within the day that a grant looks back.
const FIRST_WALK_AGO: i64 = 12 * 3_600;
/// How many times faster than life they walk: a walk of 20 seconds takes 0.4.
const SPEED: u32 = 50;
/// From one walk to the next, in seconds.
const APART: i64 = 600;

/// Every window of walking is worth a little, so that a lost one or one too many shows in the points.
const STEPS: &str = r#"
id = "every-step"
version = 1
kind = "repeated"
title = "Every step"
story = "Five seconds of walking at a time."
times = 1000
goal = { label = "walking", seconds = 5 }
streams = ["acceleration", "angular_velocity"]
checks = ["activity"]
ask = { purpose = "activity-research", purpose_text = "learning how people move", precision = "summary", retention_days = 90 }
points = { base = 7, need = 1000, cap = 100, budget = 1000000 }
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_walks_with_a_power_cut_in_each() {
    let folder = tempfile::tempdir().unwrap();
    let quests = folder.path().join("quests");
    fs::create_dir(&quests).unwrap();
    fs::write(quests.join("every-step.toml"), STEPS).unwrap();
    for round in 0..ROUNDS {
        fs::write(walk_file(folder.path(), round), recording(round)).unwrap();
    }

    let first_walk = Clock::system().now().seconds() - FIRST_WALK_AGO;
    let undisturbed = walk_all(folder.path(), "ben", first_walk, &quests, &mut Fate::none()).await;
    let disturbed = walk_all(folder.path(), "ada", first_walk, &quests, &mut Fate::random()).await;

    assert_eq!(disturbed.samples, undisturbed.samples, "every reading once");
    assert_eq!(disturbed.windows, undisturbed.windows, "every window judged once");
    assert_eq!(disturbed.points, undisturbed.points, "every step paid once");
    assert_eq!(disturbed.hub_points, Some(disturbed.points), "and the hub agrees");
    assert!(
        undisturbed.points > 100,
        "the walks are worth something: {}",
        undisturbed.points
    );
    assert_eq!(disturbed.rejected, [].into());
}

/// What is killed in a round, and when.
enum Victim {
    Nobody,
    Node(Duration),
    Hub(Duration),
    Watch(Duration),
}

/// Who decides that.
struct Fate(Option<Box<dyn FnMut() -> u64>>);

impl Fate {
    fn none() -> Self {
        Self(None)
    }

    /// A sequence that is printed, so that a failure can be looked into.
    fn random() -> Self {
        let mut seed = [0; 8];
        getrandom::fill(&mut seed).unwrap();
        let mut state = u64::from_le_bytes(seed) | 1;
        println!("the sequence of this run starts at {state}");
        Self(Some(Box::new(move || {
            // xorshift64 (Marsaglia, 2003): enough to pick a victim.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        })))
    }

    fn next(&mut self) -> Victim {
        let Some(random) = &mut self.0 else { return Victim::Nobody };
        let moment = Duration::from_millis(100 + random() % 600);
        match random() % 4 {
            0 | 1 => Victim::Node(moment),
            2 => Victim::Hub(moment),
            _ => Victim::Watch(moment),
        }
    }
}

async fn walk_all(folder: &Path, person: &str, first_walk: i64, quests: &Path, fate: &mut Fate) -> Status {
    let home = folder.join(person);
    fs::create_dir(&home).unwrap();
    let mut hub = Hub::start_with(&home, Some(quests)).await;
    let mut node = Node::start(
        &home.join("data"),
        NodeOptions {
            hub: Some(hub.url.clone()),
            ..NodeOptions::default()
        },
    )
    .await;
    node.until("the hub was met", |status| !status.quests.is_empty()).await;
    let grant = [
        "consent",
        "grant",
        "--purpose",
        "activity-research",
        "--stream",
        "acceleration",
        "angular_velocity",
    ];
    let grant = [&grant[..], &["--precision", "summary", "--recipient", "hub"]].concat();
    node.earnest(&grant).await;
    let paired = node.earnest(&["pair", "mqtt", "--name", "Watch"]).await;
    let device = paired["device"].as_str().unwrap();

    for round in 0..ROUNDS {
        let start = first_walk + APART * i64::try_from(round).unwrap();
        let file = walk_file(folder, round);
        let play = |data: &Path| Replay::of(&file, data, device, start, SPEED);
        let watch = play(node.data());
        match fate.next() {
            Victim::Nobody => watch.plays_to_the_end().await,
            Victim::Node(moment) => {
                tokio::time::sleep(moment).await;
                node = node.killed_and_started_again().await;
                // Killed before the watch had found it, there was nobody to play to: the person tries again.
                if !watch.ends_well().await {
                    play(node.data()).plays_to_the_end().await;
                }
            }
            Victim::Hub(moment) => {
                tokio::time::sleep(moment).await;
                hub.start_again().await;
                watch.plays_to_the_end().await;
            }
            Victim::Watch(moment) => {
                tokio::time::sleep(moment).await;
                watch.kill().await;
                play(node.data()).plays_to_the_end().await;
            }
        }
    }
    // The last window of the last walk ends when something comes after it.
    Replay::of(&walk_file(folder, 0), node.data(), device, first_walk + APART * 60, SPEED)
        .plays_to_the_end()
        .await;
    let windows = |status: &Status| status.windows.values().sum::<u64>();
    let expected = u64::try_from(ROUNDS * 4 + 3).unwrap();
    node.until("everything was judged", |status| windows(status) >= expected)
        .await;
    let settled = |status: &Status| status.outbox == 0 && status.hub_points.is_some() && status.points_agree;
    node.until("everything was settled", settled).await
}

fn walk_file(folder: &Path, round: usize) -> std::path::PathBuf {
    folder.join(format!("walk-{round}.json"))
}

/// Twenty seconds of a real walk, each round a little more vigorous: the same walk again would earn nothing.
fn recording(round: usize) -> Vec<u8> {
    let recording = Recording::basic_motions(&walk(), &[("walking", 2)]).unwrap();
    #[allow(clippy::cast_precision_loss)]
    let vigour = 1.0 + round as f32 / 1_000.0;
    // A recording counts from its first reading; any start will do.
    let start = Timestamp::from_seconds(1_790_000_000);
    let samples: Vec<Sample> = recording
        .samples(start)
        .map(|sample| Sample {
            value: sample.value * vigour,
            ..sample
        })
        .collect();
    senml::encode_json("", &samples)
}
