//! `cargo xtask run`: from nothing to the app on screen.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

use crate::command::{Run, cargo};
use crate::display;
use crate::failure::Failure;
use crate::progress::{Progress, say};
use crate::screens;
use crate::setup::{Purpose, setup};
use crate::workspace::Workspace;

/// Where the screens are served when there is no window for them.
const ADDRESS: &str = "127.0.0.1:7420";

/// How to run.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub(crate) struct Options {
    /// Serve the screens at 127.0.0.1:7420 even where there is a display
    #[arg(long)]
    headless: bool,
    /// Skip the welcome, pair the sample wearable, and consent to contributing the sample's data alone
    #[arg(long)]
    demo: bool,
    /// Exit when the first quest is done and its points are settled
    #[arg(long)]
    until_done: bool,
    /// Print the outcome as JSON on standard output
    #[arg(long)]
    json: bool,
    /// Build with optimisations: slower to build, faster to run
    #[arg(long)]
    release: bool,
    /// Keep everything in this folder instead of the system's usual one
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// Sets up, builds, and becomes the program: Ctrl-C and the exit code are its own.
pub(crate) fn run(workspace: &Workspace, options: &Options) -> Result<ExitCode, Failure> {
    let window = !options.headless && display::present();
    let purpose = if window { Purpose::Run } else { Purpose::Node };
    let mut progress = Progress::of(purpose.parts() + 2);
    setup(workspace, purpose, &mut progress)?;
    // Before the programs: the desktop app holds the screens inside.
    screens::build(workspace, &progress.next("Screens"))?;

    let line = progress.next("Programs");
    line.is("building");
    build_programs(workspace, window, options.release)?;
    line.is("ready");

    let program = if window { "earnest-desktop" } else { "earnest" };
    match (window, options.headless) {
        (true, _) => say("Opening Earnest."),
        (false, true) => say(&format!("Serving the screens at http://{ADDRESS}")),
        (false, false) => say(&format!("No display here: serving the same screens at http://{ADDRESS}")),
    }
    let mut child = Run::new(
        &std::env::current_dir().unwrap_or_else(|_| workspace.root.clone()),
        workspace.program(options.release, program),
        &[],
    );
    for argument in arguments(window, options) {
        child = child.argument(argument);
    }
    become_program(child)
}

/// What the program is started with. The desktop app and `earnest node` share their options.
fn arguments(window: bool, options: &Options) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = Vec::new();
    if !window {
        arguments.extend(["node", "--listen", ADDRESS].map(OsString::from));
    }
    if let Some(data) = &options.data {
        arguments.extend([OsString::from("--data"), data.clone().into()]);
    }
    let switches = [
        (options.demo, "--demo"),
        (options.until_done, "--until-done"),
        (options.json, "--json"),
    ];
    arguments.extend(switches.iter().filter(|(on, _)| *on).map(|(_, name)| OsString::from(name)));
    arguments
}

/// Builds the programs that run, the desktop app only for a window: without one its system packages are not needed.
pub(crate) fn build_programs(workspace: &Workspace, window: bool, release: bool) -> Result<(), Failure> {
    let mut arguments = vec!["build"];
    arguments.extend(programs(window));
    if release {
        arguments.push("--release");
    }
    cargo(workspace, &arguments).quietly().run("build the programs")
}

/// The programs, chosen out of the whole workspace: which packages are selected decides the features of what they share, and with
/// another selection than `cargo test --workspace` has, half of the dependencies would be compiled a second time.
fn programs(window: bool) -> Vec<&'static str> {
    let mut chosen = vec!["--workspace", "--bin", "earnest", "--bin", "earnest-hub"];
    if window {
        chosen.extend(["--bin", "earnest-desktop"]);
    }
    chosen
}

/// Replaces this process by the program, so that signals reach it and its exit code is ours.
#[cfg(unix)]
fn become_program(child: Run) -> Result<ExitCode, Failure> {
    use std::os::unix::process::CommandExt as _;
    let mut command = child.into_command();
    let source = command.exec();
    let command = command.get_program().to_string_lossy().into_owned();
    Err(Failure::Start {
        what: "start Earnest".to_owned(),
        command,
        source,
    })
}

/// Windows sends Ctrl-C to all programs of a console, so waiting is enough.
#[cfg(not(unix))]
fn become_program(child: Run) -> Result<ExitCode, Failure> {
    let mut command = child.into_command();
    match command.status() {
        Ok(status) => Ok(status
            .code()
            .and_then(|code| u8::try_from(code).ok())
            .map_or(ExitCode::FAILURE, ExitCode::from)),
        Err(source) => {
            let command = command.get_program().to_string_lossy().into_owned();
            Err(Failure::Start {
                what: "start Earnest".to_owned(),
                command,
                source,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> Options {
        Options {
            headless: false,
            demo: false,
            until_done: false,
            json: false,
            release: false,
            data: None,
        }
    }

    #[test]
    fn a_node_is_told_where_to_listen_and_a_window_is_not() {
        assert_eq!(arguments(false, &options()), ["node", "--listen", "127.0.0.1:7420"]);
        assert!(
            arguments(true, &options()).is_empty(),
            "the programs choose their data folder themselves"
        );
    }

    #[test]
    fn switches_and_the_data_folder_are_handed_on() {
        let options = Options {
            demo: true,
            until_done: true,
            json: true,
            data: Some("a b".into()),
            ..options()
        };
        assert_eq!(
            arguments(true, &options),
            ["--data", "a b", "--demo", "--until-done", "--json"]
        );
        assert_eq!(
            arguments(false, &options)[3..],
            ["--data", "a b", "--demo", "--until-done", "--json"]
        );
    }
}
