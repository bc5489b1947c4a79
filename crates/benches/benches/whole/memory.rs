//! What a node holds while nothing happens.

use std::time::Duration;

use earnest_benches::motion::{Sensor, Wrist};
use earnest_wearables::protocols::senml::Format;

use crate::{
    Failure, inference,
    node::{Node, long_enough_ago, play},
    process::{cpu_seconds, memory},
    table::Table,
};

/// How long nothing happens before it is looked at.
const IDLE: Duration = Duration::from_secs(5);
const RUNS: usize = 3;

/// Memory of an idle node before and after it has judged, beyond ONNX Runtime; and what idling costs.
pub(crate) async fn idle(table: &mut Table) -> Result<(), Failure> {
    let bare = inference::in_a_process_of_its_own()?;
    let wrist = Wrist::recorded()?;
    let [mut before, mut before_pss, mut after, mut after_pss, mut beyond, mut idling] = [const { Vec::new() }; 6];
    for _ in 0..RUNS {
        let node = Node::start(None).await?;
        let cpu = cpu_seconds(node.pid())?;
        tokio::time::sleep(IDLE).await;
        idling.push((cpu_seconds(node.pid())? - cpu) * 3600.0 / IDLE.as_secs_f64());
        let held = memory(node.pid())?;
        before.push(held.rss);
        before_pss.push(held.pss);

        let pairing = node.pair().await?;
        let recording = wrist.recording(50, 60, Sensor::Noisy);
        play(recording, &pairing, long_enough_ago(60)?, None, Format::Json).await?;
        node.until_judged(12).await?;
        tokio::time::sleep(IDLE).await;
        let held = memory(node.pid())?;
        after.push(held.rss);
        after_pss.push(held.pss);
        beyond.push(held.rss - bare.runtime_mb);
        node.stop().await?;
    }
    table.line(
        "idle_memory: before the first motion, resident",
        &before,
        "MB",
        "target 60; ONNX Runtime is not loaded yet",
    );
    table.line("idle_memory: before the first motion, proportional", &before_pss, "MB", "");
    table.line(
        "idle_memory: after judging a minute, resident",
        &after,
        "MB",
        "ONNX Runtime and the model included",
    );
    table.line("idle_memory: after judging a minute, proportional", &after_pss, "MB", "");
    table.line(
        "idle_memory: ONNX Runtime alone, resident",
        &[bare.runtime_mb],
        "MB",
        "what loading it adds to an empty process",
    );
    table.line("idle_memory: after judging, beyond ONNX Runtime", &beyond, "MB", "target 60");
    table.line(
        "idle_cpu: a node without devices",
        &idling,
        "CPU s an hour",
        "in steps of 7.2: the system counts 10 ms",
    );
    Ok(())
}
