//! What the system says of a process: CPU time and memory (`/proc`, Linux).

use std::{fs, path::PathBuf, process::Command, time::Duration};

use nix::{time::clock_getcpuclockid, unistd::Pid};

use crate::Failure;

/// One of our own programs in release, as `cargo xtask bench` builds it.
pub(crate) fn program(name: &str) -> Result<PathBuf, Failure> {
    let path = release()?.join(name);
    if path.is_file() {
        Ok(path)
    } else {
        Err(format!("{name} is not built in release: run `cargo xtask bench`").into())
    }
}

/// `target/release`: a benchmark lies in its `deps`.
pub(crate) fn release() -> Result<PathBuf, Failure> {
    let here = std::env::current_exe()?;
    Ok(here
        .ancestors()
        .nth(2)
        .ok_or("a benchmark lies below target/release")?
        .to_owned())
}

/// CPU seconds of a process and its threads so far, those that have ended included: the process's own clock, in nanoseconds.
///
/// Not the times of `/proc/<pid>/stat`: the system may find out what ran at its ticks alone, and what is woken by a timer runs at ticks
/// more often than between them. For a node that hears a wearable they showed 1.6 times as much as this clock.
pub(crate) fn cpu_seconds(pid: u32) -> Result<f64, Failure> {
    let clock = clock_getcpuclockid(Pid::from_raw(i32::try_from(pid)?))?;
    Ok(Duration::from(clock.now()?).as_secs_f64())
}

/// Memory of a process in MB (10^6 bytes).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Memory {
    /// Resident, pages that others use too included.
    pub(crate) rss: f64,
    /// Resident, shared pages divided by how many share them.
    pub(crate) pss: f64,
}

/// What a process holds now.
pub(crate) fn memory(pid: u32) -> Result<Memory, Failure> {
    let rollup = fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))?;
    let field = |name: &str| -> Result<f64, Failure> {
        let line = rollup
            .lines()
            .find_map(|line| line.strip_prefix(name))
            .ok_or("the system says what a process holds")?;
        let kibibytes: f64 = line.split_ascii_whitespace().next().ok_or("a line has a number")?.parse()?;
        Ok(kibibytes * 1024.0 / 1e6)
    };
    Ok(Memory {
        rss: field("Rss:")?,
        pss: field("Pss:")?,
    })
}

/// Keeps this process, which plays the wearables, and what it starts from now on to some cores (`taskset`'s list).
pub(crate) fn keep_to_cores(cores: &str) -> Result<(), Failure> {
    let done = Command::new("taskset")
        .args(["--all-tasks", "--cpu-list", "--pid", cores, &std::process::id().to_string()])
        .output()?;
    if done.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&done.stderr).into_owned().into())
    }
}
