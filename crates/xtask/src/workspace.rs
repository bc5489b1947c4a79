//! Where things are.

use std::env;
use std::fs::{self, File};
use std::path::PathBuf;

use crate::failure::Failure;
use crate::progress::say;

/// The folders of this repository that tasks read and write.
#[derive(Debug, Clone)]
pub(crate) struct Workspace {
    /// The folder of the root `Cargo.toml`.
    pub(crate) root: PathBuf,
}

impl Workspace {
    /// The workspace that holds this crate: where cargo says it is now, else where it was compiled.
    pub(crate) fn find() -> Result<Self, Failure> {
        let here = env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        match here.ancestors().nth(2) {
            Some(root) if root.join("Cargo.lock").is_file() => Ok(Self {
                root: root.to_path_buf(),
            }),
            _ => Err(Failure::Missing {
                what: "the repository of Earnest was not found".to_owned(),
                why: format!("there is no Cargo.lock two folders above {}", here.display()),
                remedy: "run `cargo xtask` inside a clone of the repository".to_owned(),
            }),
        }
    }

    /// All that is built or fetched, `target/` whatever the environment says: the programs look for their assets there.
    pub(crate) fn target(&self) -> PathBuf {
        self.root.join("target")
    }

    /// What the programs load at run time: `onnxruntime/`, `recordings/`, `ui/`.
    pub(crate) fn assets(&self) -> PathBuf {
        self.target().join("assets")
    }

    /// Recordings and photos that only tests and benchmarks need.
    pub(crate) fn fixtures(&self) -> PathBuf {
        self.target().join("fixtures")
    }

    /// Programs that tests need and no system package has.
    pub(crate) fn tools(&self) -> PathBuf {
        self.target().join("tools")
    }

    /// Stamps of what is done, and folders for downloads under way.
    pub(crate) fn own(&self) -> PathBuf {
        self.target().join("xtask")
    }

    /// The screens' sources.
    pub(crate) fn ui(&self) -> PathBuf {
        self.root.join("ui")
    }

    /// One task at a time fetches or builds into `target/`; others wait here. Given back when dropped, however the process ends.
    pub(crate) fn turn(&self) -> Result<Turn, Failure> {
        let folder = self.own();
        fs::create_dir_all(&folder).map_err(Failure::file("make the folder", &folder))?;
        let path = folder.join("turn.lock");
        let file = File::create(&path).map_err(Failure::file("write", &path))?;
        if file.try_lock().is_err() {
            say("Waiting for another `cargo xtask` to finish setting up");
            file.lock().map_err(Failure::file("lock", &path))?;
        }
        Ok(Turn { _file: file })
    }

    /// A built program, `target/<profile>/<name>`.
    pub(crate) fn program(&self, release: bool, name: &str) -> PathBuf {
        let profile = if release { "release" } else { "debug" };
        self.target().join(profile).join(executable(name))
    }
}

/// The right to fetch and build into `target/`.
#[derive(Debug)]
#[must_use]
pub(crate) struct Turn {
    _file: File,
}

/// `name` as this system calls an executable file.
pub(crate) fn executable(name: &str) -> String {
    format!("{name}{}", env::consts::EXE_SUFFIX)
}

/// Whether `name` is a program on the `PATH`.
pub(crate) fn finds_program(name: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    let file = executable(name);
    env::split_paths(&path).any(|folder| folder.join(&file).is_file())
}
