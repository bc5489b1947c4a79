//! Gets a fresh machine ready, and takes less than a second on one that is.

use std::env;

use clap::ValueEnum;

use crate::assets;
use crate::failure::Failure;
use crate::install;
use crate::packages::Need;
use crate::pins::Pins;
use crate::progress::{Progress, say};
use crate::screens;
use crate::tools;
use crate::workspace::Workspace;

/// What a machine is got ready for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Purpose {
    /// Running with the desktop window
    Run,
    /// Running without a window
    Node,
    /// Running all tests
    Test,
    /// Running the benchmarks
    Bench,
}

impl Purpose {
    /// How many progress lines [`setup`] writes.
    pub(crate) fn parts(self) -> usize {
        match self {
            Self::Run | Self::Node | Self::Bench => 5,
            Self::Test => 6,
        }
    }

    /// The system packages for it; those for fetching come on top while there is something to fetch.
    fn needs(self) -> &'static [Need] {
        match self {
            Self::Node => &[Need::Compile],
            Self::Run => &[Need::Compile, Need::Window],
            Self::Test | Self::Bench => &[Need::Compile, Need::Window, Need::Test],
        }
    }
}

/// `cargo xtask setup`.
pub(crate) fn alone(workspace: &Workspace, purpose: Purpose) -> Result<(), Failure> {
    setup(workspace, purpose, &mut Progress::of(purpose.parts()))?;
    say("Ready.");
    Ok(())
}

/// Installs what is missing for `purpose`, one progress line a part.
pub(crate) fn setup(workspace: &Workspace, purpose: Purpose, progress: &mut Progress) -> Result<(), Failure> {
    let _turn = workspace.turn()?;
    let pins = Pins::read()?;
    let mut needs = purpose.needs().to_vec();
    for asset in &pins.assets {
        if !assets::is_ready(workspace, asset)? {
            needs.push(Need::Fetch);
            break;
        }
    }
    install::system_packages(workspace, &needs, &progress.next("System packages"))?;

    for asset in &pins.assets {
        let line = progress.next(format!("{} {}", asset.name, asset.version));
        assets::fetch(workspace, asset, &line)?;
        line.is("ready");
    }

    let line = progress.next("Node.js");
    line.is(&format!("{}, ready", screens::node_version(workspace)?));
    screens::fetch_packages(workspace, &progress.next("npm packages"))?;

    if purpose == Purpose::Test {
        let tool = pins.tool("tauri-driver")?;
        let line = progress.next(format!("{} {}", tool.name, tool.version));
        if env::consts::OS == "macos" {
            line.is("left out: macOS offers no driver for its web view, so the journey in the desktop window cannot run here");
        } else {
            tools::install(workspace, tool, &line)?;
            line.is("ready");
        }
    }
    Ok(())
}
