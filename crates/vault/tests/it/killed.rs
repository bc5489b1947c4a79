//! `kill -9` at any moment: what was acknowledged is there, once.

use std::{
    io::{BufRead, BufReader},
    path::PathBuf,
    process::{Command, Stdio},
};

use earnest_domain::{sample::Sample, stream::Channel};
use earnest_vault::{Compaction, KeyChoice, Vault};
use tempfile::TempDir;

use crate::world::{SEED, batch, device, everything, id, sample};

const FOLDER: &str = "EARNEST_TEST_APPEND_UNTIL_KILLED";
const FIRST: &str = "EARNEST_TEST_FIRST_MESSAGE";
const ROWS: i64 = 64;

fn message(number: i64) -> Vec<Sample> {
    (number * ROWS..(number + 1) * ROWS)
        .flat_map(|row| [Channel::AccelerationX, Channel::HeartRate].map(|channel| sample(channel, row * 20_000, row as f32)))
        .collect()
}

/// Not a test by itself: the process that the next test kills. It takes messages in and says so, and packs them meanwhile.
#[tokio::test]
async fn appends_until_killed() {
    let (Some(folder), Some(first)) = (std::env::var_os(FOLDER), std::env::var(FIRST).ok()) else {
        return;
    };
    let (vault, _) = Vault::open(&PathBuf::from(folder), KeyChoice::File, || SEED).await.unwrap();
    if vault.devices().await.unwrap().is_empty() {
        vault.add_device(&device("watch")).await.unwrap();
    }
    let mut next: i64 = first.parse().unwrap();
    loop {
        // A sender that was not answered sends again.
        let group = (next - 2).max(0)..next + 4;
        vault
            .append(group.clone().map(|number| batch(message(number))).collect())
            .await
            .unwrap();
        next = group.end;
        println!("acknowledged {next}");
        vault
            .compact(if next % 3 == 0 { Compaction::All } else { Compaction::Full })
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn nothing_acknowledged_is_lost_and_nothing_counts_twice() {
    let folder = TempDir::new().unwrap();
    let mut acknowledged: i64 = 0;
    for round in 0..20u32 {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "killed::appends_until_killed", "--nocapture"])
            .env(FOLDER, folder.path())
            .env(FIRST, acknowledged.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        // The instant after an answer is the start of packing or of the next group; how far it gets is the machine's chance.
        let answers = round * 7 % 12 + 1;
        for line in lines
            .map_while(Result::ok)
            .filter(|line| line.contains("acknowledged "))
            .take(answers as usize)
        {
            acknowledged = line.rsplit(' ').next().unwrap().parse().unwrap();
            let spin = (u64::from(round) * 7_919 + acknowledged.unsigned_abs() * 104_729) % 40_000;
            (0..spin).for_each(|step| {
                std::hint::black_box(step);
            });
        }
        child.kill().unwrap();
        child.wait().unwrap();

        let (vault, _) = Vault::open(folder.path(), KeyChoice::File, || panic!("the vault exists"))
            .await
            .unwrap();
        let content = everything(&vault).await;
        let whole = i64::try_from(content.len()).unwrap() / (2 * ROWS);
        assert!(
            whole >= acknowledged,
            "round {round}: {acknowledged} messages were acknowledged, {whole} are there"
        );
        let expected: Vec<Sample> = (0..whole).flat_map(message).collect();
        assert!(content == expected, "round {round}: each sample once, and whole messages");
        let totals = vault.totals().await.unwrap();
        assert!(
            totals
                .iter()
                .all(|total| total.device == id("watch") && total.samples == u64::try_from(whole * ROWS).unwrap())
        );
        vault.close().await.unwrap();
    }
    assert!(acknowledged > 20);
}
