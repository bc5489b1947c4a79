//! `cargo xtask test`: everything that has tests, over the real parts.

use crate::command::cargo;
use crate::failure::Failure;
use crate::progress::{Progress, say};
use crate::screens;
use crate::setup::{Purpose, setup};
use crate::tools;
use crate::workspace::Workspace;

/// Sets up and runs all tests; with a `filter` only the Rust tests whose name contains it.
pub(crate) fn test(workspace: &Workspace, filter: Option<&str>) -> Result<(), Failure> {
    prepare(workspace)?;
    if filter.is_none() {
        screens::test(workspace)?;
    }
    programs(workspace)?;
    rust(workspace, filter)
}

/// What the tests stand on: the machine, and the screens that the programs hold.
pub(crate) fn prepare(workspace: &Workspace) -> Result<(), Failure> {
    let mut progress = Progress::of(Purpose::Test.parts() + 1);
    setup(workspace, Purpose::Test, &mut progress)?;
    screens::build(workspace, &progress.next("Screens"))
}

/// The programs that journeys start. The whole workspace at once, as `cargo test` does: with one selection of packages,
/// dependencies are compiled once.
pub(crate) fn programs(workspace: &Workspace) -> Result<(), Failure> {
    say("Building the programs that the journeys start");
    cargo(workspace, &["build", "--workspace", "--bins"]).run("build the programs")
}

/// The Rust tests, journeys included.
pub(crate) fn rust(workspace: &Workspace, filter: Option<&str>) -> Result<(), Failure> {
    let mut run = cargo(workspace, &["test", "--workspace"]).with("PATH", tools::path(workspace));
    if let Some(filter) = filter {
        run = run.argument(filter);
    }
    run.run("pass all tests")
}

/// Judges every check's fixtures, prints how it did and writes it into its card: the test that finds a card stale is also what writes it.
pub(crate) fn report_checks(workspace: &Workspace) -> Result<(), Failure> {
    let run = cargo(
        workspace,
        &[
            "test",
            "--quiet",
            "-p",
            "earnest-checks",
            "--lib",
            "the_cards_tell_how_the_checks_did",
            "--",
            "--nocapture",
        ],
    );
    run.with("EARNEST_WRITE_CARDS", "1").run("judge the fixtures")
}

/// Writes the screens' TypeScript and the schema of quests anew: the tests that find them stale are also what writes them.
pub(crate) fn write_types(workspace: &Workspace) -> Result<(), Failure> {
    let run = cargo(
        workspace,
        &[
            "test",
            "--quiet",
            "--workspace",
            "--lib",
            "--",
            "the_screens_know_the_commands_as_they_are",
            "the_published_schema_is_that_of_the_code",
        ],
    );
    run.with("EARNEST_WRITE_TYPES", "1").run("write the types")
}
