//! Python packages that checks are compared with: the same models in the same runtime, and what a person would use instead of Earnest.
//! No part of what is installed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::assets::python;
use crate::command::Run;
use crate::failure::Failure;
use crate::progress::Line;
use crate::setup::Purpose;
use crate::stamp::Stamp;
use crate::workspace::Workspace;

/// The lists of packages for a purpose, each with its folder below `target/`.
pub(crate) fn lists(purpose: Purpose) -> &'static [(&'static str, &'static str)] {
    const PARITY: (&str, &str) = ("crates/checks/python/parity.txt", "python/parity");
    const PEERS: (&str, &str) = ("crates/benches/python/peers.txt", "python/peers");
    match purpose {
        Purpose::Run | Purpose::Node | Purpose::Report => &[],
        Purpose::Test => &[PARITY],
        Purpose::Bench => &[PARITY, PEERS],
    }
}

fn stamp(workspace: &Workspace, list: &str) -> Result<Stamp, Failure> {
    Stamp::of(workspace, &list.replace('/', "-"), &[workspace.root.join(list)])
}

/// Whether the packages of a list are in place.
pub(crate) fn is_ready(workspace: &Workspace, (list, folder): (&str, &str)) -> Result<bool, Failure> {
    Ok(stamp(workspace, list)?.is_fresh() && workspace.target().join(folder).is_dir())
}

/// Fetches the packages of a list into a folder of their own, unless they are there. The caller has its [turn](Workspace::turn).
pub(crate) fn fetch(workspace: &Workspace, (list, folder): (&str, &str), line: &Line) -> Result<(), Failure> {
    if is_ready(workspace, (list, folder))? {
        line.is("ready");
        return Ok(());
    }
    line.is("fetching");
    let place: PathBuf = workspace.target().join(folder);
    if place.exists() {
        fs::remove_dir_all(&place).map_err(Failure::file("remove the folder", &place))?;
    }
    fs::create_dir_all(&place).map_err(Failure::file("make the folder", &place))?;
    // Every package is in the list, with its version and its hashes: pip chooses nothing, and takes nothing else.
    Run::new(
        &workspace.root,
        python(),
        &[
            "-m",
            "pip",
            "install",
            "--quiet",
            "--no-deps",
            "--only-binary=:all:",
            "--require-hashes",
        ],
    )
    .argument("--disable-pip-version-check")
    .argument("--target")
    .argument(&place)
    .argument("--requirement")
    .argument(Path::new(list))
    .quietly()
    .run(&format!("fetch the Python packages of {list}"))?;
    stamp(workspace, list)?.set()?;
    line.is("ready");
    Ok(())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn every_package_has_one_version_and_its_hashes() {
        let workspace = Workspace::find().unwrap();
        for (list, _) in lists(Purpose::Bench) {
            let text = fs::read_to_string(workspace.root.join(list)).unwrap();
            let packages = text.replace("\\\n", " ");
            let packages: Vec<&str> = packages.lines().filter(|line| !line.starts_with('#')).collect();
            assert!(!packages.is_empty(), "{list}");
            for package in packages {
                let mut parts = package.split_whitespace();
                assert!(parts.next().unwrap().contains("=="), "{list}: {package}");
                let hashes: Vec<&str> = parts.collect();
                let pinned = |part: &&str| part.strip_prefix("--hash=sha256:").is_some_and(|hash| hash.len() == 64);
                assert!(!hashes.is_empty() && hashes.iter().all(pinned), "{list}: {package}");
            }
        }
    }
}
