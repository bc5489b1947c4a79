//! `cargo xtask build` and `bench`: what is shipped, and how fast it is.

use std::fs;
use std::path::Path;

use crate::command::cargo;
use crate::failure::Failure;
use crate::progress::{Progress, say};
use crate::run::build_programs;
use crate::screens;
use crate::setup::{Purpose, setup};
use crate::workspace::Workspace;

/// Builds everything in release into `target/release`: the programs, and beside them the `assets/` that they load.
pub(crate) fn build(workspace: &Workspace) -> Result<(), Failure> {
    let mut progress = Progress::of(Purpose::Run.parts() + 3);
    release_programs(workspace, Purpose::Run, &mut progress)?;
    let line = progress.next("Assets");
    let beside = workspace.target().join("release/assets");
    if beside.exists() {
        fs::remove_dir_all(&beside).map_err(Failure::file("remove the folder", &beside))?;
    }
    copy(&workspace.assets(), &beside)?;
    line.is("ready");
    say(&format!("Built: {}", workspace.target().join("release").display()));
    Ok(())
}

/// Runs the benchmarks over release programs.
pub(crate) fn bench(workspace: &Workspace, filter: Option<&str>) -> Result<(), Failure> {
    let mut progress = Progress::of(Purpose::Bench.parts() + 3);
    release_programs(workspace, Purpose::Bench, &mut progress)?;
    let line = progress.next("Empty window, to compare with");
    line.is("building");
    // Out of the whole workspace, as the programs are: another selection would compile half of the dependencies again.
    cargo(
        workspace,
        &["build", "--release", "--workspace", "--bin", "earnest-empty-window"],
    )
    .quietly()
    .run("build the empty window")?;
    line.is("ready");
    let mut run = cargo(workspace, &["bench", "--workspace", "--bench", "stages", "--bench", "whole"]);
    if let Some(filter) = filter {
        run = run.argument("--").argument(filter);
    }
    run.run("run the benchmarks")
}

fn release_programs(workspace: &Workspace, purpose: Purpose, progress: &mut Progress) -> Result<(), Failure> {
    setup(workspace, purpose, progress)?;
    screens::build(workspace, &progress.next("Screens"))?;
    let line = progress.next("Programs");
    line.is("building");
    build_programs(workspace, true, true)?;
    line.is("ready");
    Ok(())
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    fs::create_dir_all(to).map_err(Failure::file("make the folder", to))?;
    for entry in fs::read_dir(from).map_err(Failure::file("read the folder", from))? {
        let entry = entry.map_err(Failure::file("read the folder", from))?;
        let (source, place) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &place)?;
        } else {
            fs::copy(&source, &place).map_err(Failure::file("write", &place))?;
        }
    }
    Ok(())
}
