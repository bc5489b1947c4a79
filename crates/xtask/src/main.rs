//! What a developer runs: `cargo xtask run`, `test`, `build`, `bench`, `ci`.
//!
//! Everything that a fresh machine needs is fetched by [`setup`], each part pinned in `pins.toml`. Progress goes to standard
//! error, so that what a program prints on standard output can be piped. Exit codes: 0 done, 1 failed, 2 usage; `run`
//! ends with the code of the program that it started.

mod assets;
mod ci;
mod command;
mod display;
mod failure;
mod install;
mod onnx;
mod packages;
mod pins;
mod portable;
mod progress;
mod python;
mod release;
mod run;
mod screens;
mod setup;
mod stamp;
mod system;
mod test;
mod tools;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::failure::Failure;
use crate::setup::Purpose;
use crate::workspace::Workspace;

/// Sets up, runs, tests and builds Earnest.
#[derive(Debug, Parser)]
#[command(
    name = "cargo xtask",
    bin_name = "cargo xtask",
    about,
    after_help = "Exit codes: 0 done, 1 failed, 2 usage; `run` ends with the code of Earnest itself."
)]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Install what is missing: system packages, npm packages, ONNX Runtime, the sample recording
    Setup {
        /// What to get ready for
        #[arg(long = "for", value_enum, default_value = "run")]
        purpose: Purpose,
    },
    /// Set up, build and open Earnest; without a display, serve the same screens at 127.0.0.1:7420
    Run(run::Options),
    /// Set up for tests and run all of them, those in a browser and in the desktop window included
    Test {
        /// Run only the Rust tests whose name contains this; the screens' own tests are then left out
        filter: Option<String>,
    },
    /// Build everything in release, screens included, into target/release
    Build,
    /// Build in release and run the benchmarks
    Bench {
        /// Run only the benchmarks whose name contains this
        filter: Option<String>,
    },
    /// What continuous integration runs: the tests, then format, lints and documentation, with a table of timings
    Ci,
    /// What the checks do on their fixtures
    #[command(subcommand)]
    Checks(Checks),
    /// Format all Rust files, the checks among them, which `cargo fmt` does not find
    Format,
    /// Write the TypeScript types of the table of commands, and the JSON Schema of quests, anew
    Types,
    /// Feed the boundaries at which bytes become a capture with whatever makes them branch, by cargo-fuzz (built on first use)
    Fuzz {
        /// One target; all of `crates/checks/fuzz/targets` when left out
        target: Option<String>,
        /// How long each
        #[arg(long, default_value_t = 60)]
        seconds: u32,
    },
    /// Check licences, bans and sources of all dependencies by cargo-deny (built on first use, about 4 minutes)
    Deny {
        /// Check known advisories too; fetches the advisory database
        #[arg(long)]
        advisories: bool,
    },
}

#[derive(Debug, Subcommand)]
enum Checks {
    /// Recompute every table, print it, and write it into the check's card
    Report,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match perform(arguments.task) {
        Ok(code) => code,
        Err(failure) => {
            progress::say(&format!("\n{failure}"));
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<ExitCode, Failure> {
    let workspace = Workspace::find()?;
    match task {
        Task::Setup { purpose } => setup::alone(&workspace, purpose)?,
        Task::Run(options) => return run::run(&workspace, &options),
        Task::Test { filter } => test::test(&workspace, filter.as_deref())?,
        Task::Build => release::build(&workspace)?,
        Task::Bench { filter } => release::bench(&workspace, filter.as_deref())?,
        Task::Ci => ci::ci(&workspace)?,
        Task::Checks(Checks::Report) => {
            setup::alone(&workspace, Purpose::Report)?;
            test::report_checks(&workspace)?;
        }
        Task::Format => ci::format(&workspace, &[])?,
        Task::Types => test::write_types(&workspace)?,
        Task::Fuzz { target, seconds } => tools::fuzz(&workspace, target.as_deref(), seconds)?,
        Task::Deny { advisories } => tools::deny(&workspace, advisories)?,
    }
    Ok(ExitCode::SUCCESS)
}
