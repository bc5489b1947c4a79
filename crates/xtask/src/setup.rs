//! Gets a fresh machine ready, and takes less than a second on one that is.

use std::env;

use clap::ValueEnum;

use crate::assets;
use crate::failure::Failure;
use crate::install;
use crate::packages::Need;
use crate::pins::{Asset, Pins};
use crate::progress::{Progress, say};
use crate::python;
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
    /// Judging the fixtures of the checks, for their cards
    Report,
}

impl Purpose {
    /// How many progress lines [`setup`] writes.
    pub(crate) fn parts(self) -> usize {
        // System packages; Node.js, npm packages; the driver of the web view.
        let always = 1 + if self.has_screens() { 2 } else { 0 } + usize::from(self == Self::Test);
        let assets = Pins::read().map_or(0, |pins| pins.assets.iter().filter(|asset| self.wants(asset)).count());
        always + assets + python::lists(self).len()
    }

    /// Whether an asset is for it.
    fn wants(self, asset: &Asset) -> bool {
        !asset.only_for_tests || matches!(self, Self::Test | Self::Bench | Self::Report)
    }

    /// Whether something of it shows the screens.
    fn has_screens(self) -> bool {
        self != Self::Report
    }

    /// The system packages for it; those for fetching come on top while there is something to fetch.
    fn needs(self) -> &'static [Need] {
        match self {
            Self::Node | Self::Report => &[Need::Compile],
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
    let assets: Vec<&Asset> = pins.assets.iter().filter(|asset| purpose.wants(asset)).collect();
    let mut ready = true;
    for asset in &assets {
        ready = ready && assets::is_ready(workspace, asset)?;
    }
    for list in python::lists(purpose) {
        ready = ready && python::is_ready(workspace, *list)?;
    }
    if !ready {
        needs.push(Need::Fetch);
    }
    install::system_packages(workspace, &needs, &progress.next("System packages"))?;

    for asset in assets {
        let line = progress.next(format!("{} {}", asset.name, asset.version));
        assets::fetch(workspace, asset, &line)?;
        line.is("ready");
    }
    for list in python::lists(purpose) {
        python::fetch(workspace, *list, &progress.next(format!("Python packages of {}", list.0)))?;
    }

    if purpose.has_screens() {
        let line = progress.next("Node.js");
        line.is(&format!("{}, ready", screens::node_version(workspace)?));
        screens::fetch_packages(workspace, &progress.next("npm packages"))?;
    }

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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn the_report_gets_every_fixture_and_neither_screens_nor_python() {
        let pins = Pins::read().unwrap();
        assert!(pins.assets.iter().all(|asset| Purpose::Report.wants(asset)));
        assert_eq!(Purpose::Report.parts(), 1 + pins.assets.len());
        assert_eq!(Purpose::Report.needs(), [Need::Compile]);
        assert!(!pins.assets.iter().all(|asset| Purpose::Run.wants(asset)));
    }
}
