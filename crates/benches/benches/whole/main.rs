//! The programs as they are shipped, beside a peer on the same machine in the same run.
//!
//! Each figure is the median of a few runs, with the least and the most. A computer that does other things at the same time stretches
//! times on the clock, so CPU time stands beside them wherever it can be asked. Linux alone: the figures come from `/proc`.
#![allow(clippy::print_stdout, missing_docs)] // figures for people to read

mod alone;
mod around;
mod captures;
mod inference;
mod installed;
mod judging;
mod memory;
mod node;
mod process;
mod screen;
mod table;
mod vault;
mod wearable;

use std::{error::Error, process::ExitCode};

use table::Table;

/// Whatever keeps a figure from being measured, in words.
type Failure = Box<dyn Error>;

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|argument| argument == inference::BARE) {
        return ended(inference::bare());
    }
    if arguments.first().is_some_and(|argument| argument == alone::ONE) {
        return ended(alone::judge(&arguments));
    }
    if arguments.iter().any(|argument| argument == "--test") {
        return ExitCode::SUCCESS; // `cargo test --benches` asks whether it starts
    }
    if !cfg!(target_os = "linux") {
        println!("whole: measured on Linux alone");
        return ExitCode::SUCCESS;
    }
    let wanted = |name: &str| {
        let mut names = arguments.iter().filter(|argument| !argument.starts_with('-')).peekable();
        names.peek().is_none() || names.any(|part| name.contains(part.as_str()))
    };
    let mut table = Table::default();
    let mut failed = false;
    let mut note = |name: &str, outcome: Result<(), Failure>| {
        if let Err(failure) = outcome {
            println!("{name}: not measured: {failure}");
            failed = true;
        }
    };
    if wanted("inference") {
        note("inference", inference::measure(&mut table));
    }
    if wanted("judging") {
        note("judging", judging::whole(&mut table));
    }
    if wanted("around_models") {
        note("around_models", around::measure(&mut table));
    }
    if wanted("checks_alone") {
        note("checks_alone", alone::measure(&mut table));
    }
    if wanted("wearable_hour") {
        note("wearable_hour", wearable::hour(&mut table).await);
    }
    if wanted("end_to_end") {
        note("end_to_end", wearable::end_to_end(&mut table).await);
    }
    if wanted("vault_bytes") {
        note("vault_bytes", vault::bytes(&mut table).await);
    }
    if wanted("idle_memory") {
        note("idle_memory", memory::idle(&mut table).await);
    }
    if wanted("cold_start") {
        note("cold_start", screen::cold_start(&mut table).await);
    }
    if wanted("installed_size") {
        note("installed_size", installed::size(&mut table));
    }
    if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

fn ended(outcome: Result<(), Failure>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            println!("{failure}");
            ExitCode::FAILURE
        }
    }
}
