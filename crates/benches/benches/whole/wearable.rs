//! A wearable's hour, and how much one core takes in: a real MQTT client, the node as it is shipped, until every window is judged.

use std::time::{Duration, Instant};

use earnest_benches::motion::{Sensor, Wrist};
use earnest_wearables::protocols::senml::Format;
use tokio::{task::JoinSet, time::sleep};

use crate::{
    Failure,
    node::{Node, long_enough_ago, play},
    process::{cpu_seconds, keep_to_cores},
    table::{Table, median},
    vault,
};

/// Readings a second.
const RATE: u32 = 50;
/// Seconds in a window.
const WINDOW: u32 = 5;
/// The core that nodes are measured on, and the one that wearables are played from.
const CORES: (&str, &str) = ("0", "1");
const RUNS: usize = 3;

/// CPU seconds that an hour of a 50 Hz six-axis wearable costs the node.
///
/// At the pace of life, since how many messages are committed and judged together depends on it: five minutes, times twelve. What happens
/// once in an hour is not in it twelve times: a password is hashed when a wearable connects, who paired it is taken to look for half a
/// minute, and how many messages it sends at once is learned in the minute after that.
pub(crate) async fn hour(table: &mut Table) -> Result<(), Failure> {
    const MINUTES: u32 = 5;
    const SETTLED: u32 = 110;
    let wrist = Wrist::recorded()?;
    for (name, format) in [("JSON", Format::Json), ("CBOR", Format::Cbor)] {
        let node = Node::start(None).await?;
        let pairing = node.pair().await?;
        let seconds = SETTLED + MINUTES * 60;
        let recording = wrist.recording(RATE, seconds + 5, Sensor::Noisy);
        let playing = play(recording, &pairing, long_enough_ago(seconds.into())?, Some(1.0), format);
        let counted = async {
            sleep(Duration::from_secs(SETTLED.into())).await;
            let before = cpu_seconds(node.pid())?;
            sleep(Duration::from_secs((MINUTES * 60).into())).await;
            Ok::<_, Failure>((cpu_seconds(node.pid())? - before) * f64::from(60 / MINUTES))
        };
        let (played, hour) = tokio::join!(playing, counted);
        played?;
        node.until_judged(u64::from(seconds / WINDOW)).await?;
        node.stop().await?;
        table.line(
            &format!("wearable_hour: a message a second, {name}"),
            &[hour?],
            "CPU s",
            "target 2; five minutes at the pace of life, times twelve",
        );
    }
    let (mut cpu, mut wall, mut bytes) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        const SECONDS: u32 = 3600;
        let node = Node::start(None).await?;
        let pairing = node.pair().await?;
        let recording = wrist.recording(RATE, SECONDS, Sensor::Noisy);
        let before = cpu_seconds(node.pid())?;
        let begin = Instant::now();
        play(recording, &pairing, long_enough_ago(SECONDS.into())?, None, Format::Json).await?;
        let values = node.until_judged(u64::from(SECONDS / WINDOW)).await?;
        wall.push(begin.elapsed().as_secs_f64());
        cpu.push(cpu_seconds(node.pid())? - before);
        bytes.push(vault::size(node.stop().await?.path())? / vault::number(values));
    }
    table.line(
        "wearable_hour: as fast as acknowledged, JSON",
        &cpu,
        "CPU s",
        &format!("{:.1} s on the clock", median(&wall)),
    );
    table.line(
        "vault_bytes: 50 Hz, sensor noise, after the hour",
        &bytes,
        "bytes a value",
        "target 3; 4 as plain floats, instants not counted",
    );
    Ok(())
}

/// Values a second that a node on one core takes in, commits, packs and judges.
pub(crate) async fn end_to_end(table: &mut Table) -> Result<(), Failure> {
    let all = format!("0-{}", std::thread::available_parallelism()?.get() - 1);
    keep_to_cores(CORES.1)?;
    let outcome = on_one_core(table).await;
    keep_to_cores(&all)?;
    outcome
}

async fn on_one_core(table: &mut Table) -> Result<(), Failure> {
    const DEVICES: u32 = 4;
    const SECONDS: u32 = 600;
    let wrist = Wrist::recorded()?;
    for (name, format) in [("JSON", Format::Json), ("CBOR", Format::Cbor)] {
        let (mut acknowledged, mut by_clock, mut by_cpu) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..RUNS {
            let node = Node::start(Some(CORES.0)).await?;
            let start = long_enough_ago(SECONDS.into())?;
            let mut wearables = Vec::new();
            for _ in 0..DEVICES {
                wearables.push((node.pair().await?, wrist.recording(RATE, SECONDS, Sensor::Noisy)));
            }
            let before = cpu_seconds(node.pid())?;
            let begin = Instant::now();
            let mut playing = JoinSet::new();
            for (pairing, recording) in wearables {
                playing.spawn(async move {
                    let played = play(recording, &pairing, start, None, format).await;
                    played.map_err(|failure| failure.to_string())
                });
            }
            while let Some(played) = playing.join_next().await {
                played??;
            }
            let sent = begin.elapsed().as_secs_f64();
            let values = vault::number(node.until_judged(u64::from(DEVICES * SECONDS / WINDOW)).await?);
            by_clock.push(values / begin.elapsed().as_secs_f64());
            by_cpu.push(values / (cpu_seconds(node.pid())? - before));
            acknowledged.push(values / sent);
            node.stop().await?;
        }
        table.line(
            &format!("end_to_end: {name}, values a CPU second of the node"),
            &by_cpu,
            "values/CPU s",
            "target 100000",
        );
        table.line(
            &format!("end_to_end: {name}, one core, acknowledged"),
            &acknowledged,
            "values/s",
            "by the clock, of a busy core",
        );
        table.line(
            &format!("end_to_end: {name}, one core, judged"),
            &by_clock,
            "values/s",
            "by the clock, of a busy core",
        );
    }
    Ok(())
}
