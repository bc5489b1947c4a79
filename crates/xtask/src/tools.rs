//! Programs for developers that no system package has: built once by `cargo install` into `target/tools`.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::command::{Run, cargo};
use crate::failure::Failure;
use crate::pins::{Pins, Tool};
use crate::progress::{Line, Progress, say};
use crate::workspace::Workspace;

/// Builds `tool` unless its pinned version is there. Asks no network when it is.
pub(crate) fn install(workspace: &Workspace, tool: &Tool, line: &Line) -> Result<(), Failure> {
    let root = workspace.tools();
    // cargo's own record of what it installed below this root.
    let record = fs::read_to_string(root.join(".crates.toml")).unwrap_or_default();
    if record.contains(&format!("\"{} {} (", tool.name, tool.version)) {
        return Ok(());
    }
    line.is("building");
    let build = root.join("build");
    cargo(workspace, &["install", &tool.name, "--locked", "--quiet", "--force"])
        .argument(format!("--version={}", tool.version))
        .argument("--root")
        .argument(&root)
        .with("CARGO_TARGET_DIR", &build)
        .quietly()
        .run(&format!("build {} {}", tool.name, tool.version))?;
    fs::remove_dir_all(&build).map_err(Failure::file("remove the folder", &build))
}

/// `PATH` with the tools first.
pub(crate) fn path(workspace: &Workspace) -> std::ffi::OsString {
    let path = env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(workspace.tools().join("bin")).chain(env::split_paths(&path));
    env::join_paths(folders.collect::<Vec<PathBuf>>()).unwrap_or(path)
}

/// `cargo xtask fuzz`: stops at the first input that breaks a target, and says where it keeps it.
pub(crate) fn fuzz(workspace: &Workspace, target: Option<&str>, seconds: u32) -> Result<(), Failure> {
    let pins = Pins::read()?;
    let tool = pins.tool("cargo-fuzz")?;
    let turn = workspace.turn()?;
    let line = Progress::of(1).next(format!("{} {}", tool.name, tool.version));
    install(workspace, tool, &line)?;
    line.is("ready");
    drop(turn);
    let folder = workspace.root.join("crates/checks");
    let targets = match target {
        Some(target) => vec![target.to_owned()],
        None => targets_in(&folder.join("fuzz/targets"))?,
    };
    for target in targets {
        say(&format!("\n=== {target}, {seconds} s"));
        let corpus = folder.join("fuzz/corpus").join(&target);
        fs::create_dir_all(&corpus).map_err(Failure::file("make the folder", &corpus))?;
        // The compiler that the repository names is a stable one, which has the counters but no sanitizers; nothing here is unsafe.
        let run = Run::new(&folder, "cargo-fuzz", &["run", &target, "--sanitizer=none", "--target-dir"])
            .argument(workspace.target().join("fuzz"))
            .argument(corpus);
        let run = seeds_of(&folder, &target)?.into_iter().fold(run, Run::argument);
        run.argument("--")
            .argument(format!("-max_total_time={seconds}"))
            .argument("-rss_limit_mb=2048")
            .argument("-timeout=20")
            .with("PATH", path(workspace))
            .run(&format!("find nothing that breaks {target}"))?;
    }
    Ok(())
}

/// What a target begins with beside what it found before: a small file of each format. The one that is told nothing gets all of them.
fn seeds_of(folder: &Path, target: &str) -> Result<Vec<PathBuf>, Failure> {
    let (seeds, sounds) = (folder.join("fuzz/seeds"), folder.join("src/capture/sound/fixtures"));
    Ok(match target {
        "any" => {
            let mut all = vec![sounds];
            all.extend(targets_in(&seeds)?.iter().map(|kind| seeds.join(kind)));
            all
        }
        "sound" => vec![sounds],
        kind => vec![seeds.join(kind)],
    })
}

fn targets_in(folder: &Path) -> Result<Vec<String>, Failure> {
    let entries = fs::read_dir(folder).map_err(Failure::file("read the folder", folder))?;
    let mut names: Vec<String> = entries
        .flatten()
        .filter_map(|entry| Some(entry.path().file_stem()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    Ok(names)
}

/// `cargo xtask deny`: the rules of `deny.toml` over all dependencies.
pub(crate) fn deny(workspace: &Workspace, advisories: bool) -> Result<(), Failure> {
    let pins = Pins::read()?;
    let tool = pins.tool("cargo-deny")?;
    let turn = workspace.turn()?;
    let line = Progress::of(1).next(format!("{} {}", tool.name, tool.version));
    install(workspace, tool, &line)?;
    line.is("ready");
    drop(turn);
    let what: &[&str] = if advisories {
        &["check"]
    } else {
        &["check", "licenses", "bans", "sources"]
    };
    Run::new(&workspace.root, "cargo-deny", what)
        .with("PATH", path(workspace))
        .run("clear all dependencies")
}
