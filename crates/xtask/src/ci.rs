//! `cargo xtask ci`: what must hold before a change lands.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::command::{Run, cargo};
use crate::failure::Failure;
use crate::portable;
use crate::progress::say;
use crate::screens;
use crate::test;
use crate::workspace::Workspace;

/// Runs every step even when one failed, so that a single run tells all there is to mend; then a table of timings.
pub(crate) fn ci(workspace: &Workspace) -> Result<(), Failure> {
    let mut steps = Steps::default();
    // What takes a second comes first.
    steps.take("nothing of this machine is named", || portable::check(workspace));
    steps.take("format", || format(workspace, &["--check"]));
    steps.take("set-up and screens", || test::prepare(workspace));
    steps.take("lints of the screens", || screens::lint(workspace));
    steps.take("tests of the screens", || screens::test(workspace));
    steps.take("programs", || test::programs(workspace));
    steps.take("tests", || test::rust(workspace, None));
    steps.take("lints", || {
        cargo(workspace, &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]).run("find no lint")
    });
    steps.take("documentation", || {
        cargo(workspace, &["doc", "--workspace", "--no-deps"])
            .with("RUSTDOCFLAGS", "-D warnings")
            .run("write the documentation")
    });
    say(&steps.table());
    steps.outcome()
}

/// Formats all Rust files, or with `--check` says whether they are. `cargo fmt` follows `mod` alone and so does not see the checks, which
/// the build finds by itself.
pub(crate) fn format(workspace: &Workspace, how: &[&str]) -> Result<(), Failure> {
    let mut found = Vec::new();
    rust_files(&workspace.root.join("crates/checks/src"), &mut found)?;
    let rustfmt = Run::new(&workspace.root, "rustfmt", &["--edition", "2024"]);
    let found = found.iter().fold(rustfmt, Run::argument);
    how.iter().fold(found, Run::argument).run("find the checks formatted")?;
    let all = cargo(workspace, &["fmt", "--all", "--"]);
    how.iter().fold(all, Run::argument).run("find all Rust files formatted")
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) -> Result<(), Failure> {
    for entry in fs::read_dir(folder).map_err(Failure::file("read the folder", folder))? {
        let path = entry.map_err(Failure::file("read the folder", folder))?.path();
        if path.is_dir() {
            rust_files(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    Ok(())
}

/// The steps taken so far.
#[derive(Debug, Default)]
struct Steps {
    taken: Vec<Step>,
}

#[derive(Debug)]
struct Step {
    name: &'static str,
    took: Duration,
    passed: bool,
}

impl Steps {
    fn take(&mut self, name: &'static str, step: impl FnOnce() -> Result<(), Failure>) {
        say(&format!("\n=== {name}"));
        let start = Instant::now();
        let result = step();
        if let Err(failure) = &result {
            say(&format!("{failure}"));
        }
        self.taken.push(Step {
            name,
            took: start.elapsed(),
            passed: result.is_ok(),
        });
    }

    fn table(&self) -> String {
        let total: Duration = self.taken.iter().map(|step| step.took).sum();
        let row = |name, took: Duration, verdict| format!("{name:<34} {:>7.1} s  {verdict}\n", took.as_secs_f64());
        let rows = self
            .taken
            .iter()
            .map(|step| row(step.name, step.took, if step.passed { "passed" } else { "FAILED" }));
        format!("\n{}{}", rows.collect::<String>(), row("total", total, ""))
    }

    fn outcome(&self) -> Result<(), Failure> {
        match self.taken.iter().filter(|step| !step.passed).count() {
            0 => Ok(()),
            failed => Err(Failure::Steps {
                failed,
                all: self.taken.len(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failing() -> Result<(), Failure> {
        Err(Failure::Pins("broken".to_owned()))
    }

    #[test]
    fn a_failed_step_fails_the_whole_and_the_others_still_run() {
        let mut steps = Steps::default();
        let mut ran = false;
        steps.take("first", failing);
        steps.take("second", || {
            ran = true;
            Ok(())
        });
        assert!(ran, "one run tells all there is to mend");
        assert!(matches!(steps.outcome(), Err(Failure::Steps { failed: 1, all: 2 })));
        let table = steps.table();
        assert!(
            table.contains("FAILED") && table.contains("passed") && table.contains("total"),
            "{table}"
        );
    }

    #[test]
    fn steps_that_pass_are_a_success() {
        let mut steps = Steps::default();
        steps.take("only", || Ok(()));
        assert!(steps.outcome().is_ok());
    }
}
