//! A window judged, beside a bare call of ONNX Runtime with the same model.
//!
//! ONNX Runtime allows one environment in a process, so the bare call is made in a process of its own.

use std::{
    process::Command,
    time::{Duration, Instant},
};

use earnest_benches::motion::{Sensor, Wrist};
use earnest_checks::{activity::ActivityCheck, runtime::find_runtime};
use earnest_domain::time::Timestamp;
use ort::{
    session::{Session, builder::GraphOptimizationLevel},
    value::TensorRef,
};

use crate::{
    Failure, process,
    table::{Table, median},
};

/// The argument that makes this program the process of its own.
pub(crate) const BARE: &str = "--bare-runtime";
/// Calls that are measured one by one.
const CALLS: usize = 2_000;
const MODEL: &[u8] = include_bytes!("../../../checks/src/activity/model.onnx");

/// What a process that does nothing but ONNX Runtime says of itself.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Bare {
    /// What loading the library and making its environment adds to the process, in MB.
    pub(crate) runtime_mb: f64,
    /// One call, the median in microseconds.
    call_us: f64,
}

/// Micros of a window of 50 Hz, from readings to verdict.
pub(crate) fn measure(table: &mut Table) -> Result<(), Failure> {
    let bare = in_a_process_of_its_own()?;
    let wrist = Wrist::recorded()?;
    let start = Timestamp::from_seconds(1_790_000_000);
    let begin = Instant::now();
    let mut check = ActivityCheck::load()?;
    let loading = begin.elapsed().as_secs_f64() * 1e3;
    for rate in [10, 50] {
        let motion = wrist.motion(rate, 5, Sensor::Noisy, start);
        let judged = each(|| check.judge(&motion, start).map(drop))?;
        let ratio = median(&judged) / bare.call_us;
        let beside = format!("bare ONNX Runtime {:.1}: {ratio:.2} times", bare.call_us);
        table.line(&format!("inference: a window of {rate} Hz judged"), &judged, "us", &beside);
    }
    table.line(
        "inference: loading ONNX Runtime and the model",
        &[loading],
        "ms",
        "once, when the first motion arrives",
    );
    Ok(())
}

/// Starts this program as [`bare`] and reads what it says.
pub(crate) fn in_a_process_of_its_own() -> Result<Bare, Failure> {
    let output = Command::new(std::env::current_exe()?).arg(BARE).output()?;
    let text = String::from_utf8(output.stdout)?;
    let mut numbers = text.split_ascii_whitespace().map(str::parse);
    match (numbers.next(), numbers.next()) {
        (Some(Ok(runtime_mb)), Some(Ok(call_us))) if output.status.success() => Ok(Bare { runtime_mb, call_us }),
        _ => Err(format!("ONNX Runtime alone: {text}").into()),
    }
}

/// Loads the library, then calls it, and prints MB and microseconds.
pub(crate) fn bare() -> Result<(), Failure> {
    let here = std::process::id();
    let before = process::memory(here)?.rss;
    let environment = ort::init_from(find_runtime(&process::release()?)?)?
        .with_telemetry(false)
        .build()?;
    let runtime_mb = process::memory(here)?.rss - before;
    let mut session = Session::builder(&environment)?
        .with_intra_threads(1)?
        .with_inter_threads(1)?
        .with_intra_op_spinning(false)?
        .with_inter_op_spinning(false)?
        .with_optimization_level(GraphOptimizationLevel::All)?
        .commit_from_memory(MODEL)?;
    let window: Vec<f32> = Wrist::recorded()?
        .rows(10, 5, Sensor::AsRecorded)
        .take(50)
        .flatten()
        .collect();
    let calls = each(|| {
        let input = TensorRef::from_array_view(([1_usize, 6, 50], window.as_slice()))?;
        session.run(ort::inputs!["window" => input]).map(drop)
    })?;
    println!("{runtime_mb} {}", median(&calls));
    Ok(())
}

/// Microseconds of each call, after some that warm up.
fn each<E>(mut call: impl FnMut() -> Result<(), E>) -> Result<Vec<f64>, E> {
    for _ in 0..CALLS / 10 {
        call()?;
    }
    (0..CALLS)
        .map(|_| {
            let begin = Instant::now();
            call()?;
            Ok(Duration::as_secs_f64(&begin.elapsed()) * 1e6)
        })
        .collect()
}
