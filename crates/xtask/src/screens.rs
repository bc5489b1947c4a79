//! The screens: their packages, their build, their checks. npm does the work.

use crate::command::{Run, npm};
use crate::failure::Failure;
use crate::progress::Line;
use crate::stamp::Stamp;
use crate::workspace::{Workspace, finds_program};

/// The oldest Node.js that the screens' tools support.
const OLDEST_NODE: (u32, u32) = (20, 19);

/// The version of Node.js, when it is new enough.
pub(crate) fn node_version(workspace: &Workspace) -> Result<String, Failure> {
    let missing = |why: String| Failure::Missing {
        what: format!(
            "Node.js {}.{} or newer, with npm, is needed to build the screens",
            OLDEST_NODE.0, OLDEST_NODE.1
        ),
        why,
        remedy: "install it from https://nodejs.org, or with a version manager such as nvm or fnm, and run the same command again"
            .to_owned(),
    };
    let output = Run::new(&workspace.root, "node", &["--version"])
        .output("ask for the version of Node.js")
        .map_err(|_| missing("there is no `node` on the PATH".to_owned()))?;
    let version = String::from_utf8_lossy(&output.stdout)
        .trim()
        .trim_start_matches('v')
        .to_owned();
    if release(&version).is_none_or(|release| release < OLDEST_NODE) {
        return Err(missing(format!("`node --version` says \"{version}\"")));
    }
    // On Windows npm is a script that comes with Node.js.
    if cfg!(windows) || finds_program("npm") {
        Ok(version)
    } else {
        Err(missing("Node.js is there, but there is no `npm` on the PATH".to_owned()))
    }
}

/// The first two numbers of a version.
fn release(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

/// Fetches the npm packages as the lock file has them, when it changed since the last time.
pub(crate) fn fetch_packages(workspace: &Workspace, line: &Line) -> Result<(), Failure> {
    let ui = workspace.ui();
    let inputs = ["package.json", "package-lock.json", ".npmrc"].map(|name| ui.join(name));
    let stamp = Stamp::of(workspace, "npm", &inputs)?;
    if !(stamp.is_fresh() && ui.join("node_modules/.package-lock.json").is_file()) {
        line.is("fetching");
        let fetched = npm(workspace, &["ci", "--no-audit", "--no-fund"])
            .quietly()
            .run("fetch the npm packages");
        fetched.map_err(|failure| Failure::Missing {
            what: "the npm packages of the screens could not be fetched".to_owned(),
            why: failure.to_string(),
            remedy: "mend what npm says above (the connection, a mirror in your .npmrc), then run the same command again"
                .to_owned(),
        })?;
        stamp.set()?;
    }
    line.is("ready");
    Ok(())
}

/// Builds the screens into `target/assets/ui`, when a source of theirs changed since the last time.
pub(crate) fn build(workspace: &Workspace, line: &Line) -> Result<(), Failure> {
    let _turn = workspace.turn()?;
    let stamp = Stamp::of(workspace, "screens", &[workspace.ui(), workspace.root.join("icons")])?;
    let page = workspace.assets().join("ui/index.html");
    if !(stamp.is_fresh() && page.is_file()) {
        line.is("building");
        npm(workspace, &["run", "build"]).quietly().run("build the screens")?;
        if !page.is_file() {
            return Err(Failure::Missing {
                what: "the screens were built, but not to where the programs look for them".to_owned(),
                why: format!("there is no {}", page.display()),
                remedy: "let `build.outDir` of ui/vite.config.ts be ../target/assets/ui".to_owned(),
            });
        }
        stamp.set()?;
    }
    line.is("ready");
    Ok(())
}

/// Type checks and tests of the screens.
pub(crate) fn test(workspace: &Workspace) -> Result<(), Failure> {
    npm(workspace, &["run", "check"]).run("check the types of the screens")?;
    // CI: run once and end, never watch; never write a missing snapshot.
    npm(workspace, &["test"]).with("CI", "true").run("test the screens")?;
    npm(workspace, &["run", "axe"])
        .with("CI", "true")
        .run("find the screens accessible in every state")
}

/// Format and lints of the screens.
pub(crate) fn lint(workspace: &Workspace) -> Result<(), Failure> {
    npm(workspace, &["run", "lint"]).run("lint the screens")
}

#[cfg(test)]
mod tests {
    use super::{OLDEST_NODE, release};

    #[test]
    fn versions_are_compared_as_numbers() {
        assert_eq!(release("20.20.2"), Some((20, 20)));
        assert!(release("9.99.0") < Some(OLDEST_NODE), "9 is older than 20");
        assert!(release("20.9.0") < Some(OLDEST_NODE), "and 20.9 is older than 20.19");
        assert!(release("22.0.0") > Some(OLDEST_NODE));
    }

    #[test]
    fn what_is_no_version_is_none() {
        assert_eq!(release(""), None);
        assert_eq!(release("nightly"), None);
    }
}
