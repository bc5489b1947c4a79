//! Installs the system packages that are missing, or says exactly which to install.

use crate::assets::python;
use crate::command::Run;
use crate::failure::Failure;
use crate::packages::{Need, Probe, REQUIREMENTS, Requirement};
use crate::progress::{Line, say};
use crate::system::Family;
use crate::workspace::{Workspace, finds_program};

/// Gets the packages for `needs`. Installs them where apt is; elsewhere names them and lets the caller go on, since whether
/// they are needed shows by itself soon.
pub(crate) fn system_packages(workspace: &Workspace, needs: &[Need], line: &Line) -> Result<(), Failure> {
    let family = Family::here();
    let missing: Vec<&Requirement> = REQUIREMENTS
        .iter()
        .filter(|row| needs.contains(&row.need) && !is_there(workspace, row.probe))
        .collect();
    if !family.has_apt() {
        match advice(family, &missing) {
            Some(advice) => line.is(&advice),
            None => line.is("ready"),
        }
        return Ok(());
    }
    let names: Vec<&str> = missing.iter().flat_map(|row| row.packages(family)).collect();
    let names = not_installed(workspace, &names)?;
    if names.is_empty() {
        line.is("ready");
        return Ok(());
    }
    line.is(&format!("installing {}", names.join(" ")));
    install(workspace, family, &names)?;
    line.is("ready");
    Ok(())
}

/// What to say where packages are only named; nothing when nothing is missing.
fn advice(family: Family, missing: &[&Requirement]) -> Option<String> {
    let names: Vec<&str> = missing.iter().flat_map(|row| row.packages(family)).collect();
    // macOS and Windows have by themselves what the table does not name for them; a font is everywhere.
    let describes = !matches!(family, Family::MacOs | Family::Windows);
    let nameless = missing
        .iter()
        .filter(|row| describes && row.probe != Probe::Database && row.packages(family).next().is_none());
    let nameless: Vec<&str> = nameless.map(|row| row.what).collect();

    let mut lines = vec!["going on; should a later step miss something:".to_owned()];
    if !names.is_empty() {
        lines.push(format!("{} {}", family.install_command(), names.join(" ")));
    }
    if !nameless.is_empty() {
        lines.push(format!("install with your system's package manager: {}", nameless.join(", ")));
    }
    (lines.len() > 1).then(|| lines.join("\n      "))
}

fn is_there(workspace: &Workspace, probe: Probe) -> bool {
    let answers = |program: &str, arguments: &[&str]| {
        Run::new(&workspace.root, program, arguments)
            .output("look for it")
            .is_ok_and(|output| output.status.success())
    };
    match probe {
        Probe::Program(["python3"]) => finds_program(python()),
        Probe::Program(names) => names.iter().any(|name| finds_program(name)),
        // Windows has no OpenSSL to link: the vault builds its own, which takes Perl.
        Probe::Module("openssl") if cfg!(windows) => finds_program("perl"),
        Probe::Module(name) => answers("pkg-config", &["--exists", name]),
        Probe::Pip => answers(python(), &["-m", "pip", "--version"]),
        Probe::Database => false,
    }
}

/// Of Debian packages, those that are not installed.
fn not_installed<'a>(workspace: &Workspace, names: &[&'a str]) -> Result<Vec<&'a str>, Failure> {
    if names.is_empty() {
        return Ok(Vec::new());
    }
    let query = ["-W", "-f=${Package} ${db:Status-Status}\n"];
    let output = Run::new(&workspace.root, "dpkg-query", &[&query, names].concat()).output("ask which packages are installed")?;
    let installed = String::from_utf8_lossy(&output.stdout).into_owned();
    Ok(names
        .iter()
        .copied()
        .filter(|name| !installed.lines().any(|line| line == format!("{name} installed")))
        .collect())
}

fn install(workspace: &Workspace, family: Family, names: &[&str]) -> Result<(), Failure> {
    let by_hand = format!("{} {}", family.install_command(), names.join(" "));
    let Some(root) = becoming_root(workspace) else {
        return Err(Failure::Missing {
            what: format!("{} system package(s) are missing", names.len()),
            why: "installing them takes root, and there is no sudo here".to_owned(),
            remedy: format!("as root: {}", by_hand.trim_start_matches("sudo ")),
        });
    };
    let apt = |verb: &[&str]| {
        // `env` again, because sudo drops the variables of its caller.
        let head = [
            "env",
            "DEBIAN_FRONTEND=noninteractive",
            "apt-get",
            "-q",
            "-o",
            "DPkg::Lock::Timeout=300",
        ];
        let words: Vec<&str> = root.iter().copied().chain(head).chain(verb.iter().copied()).collect();
        Run::new(&workspace.root, words[0], &words[1..]).quietly()
    };
    let wanted: Vec<&str> = ["install", "--yes", "--no-install-recommends"]
        .into_iter()
        .chain(names.iter().copied())
        .collect();
    if apt(&wanted).run("install").is_ok() {
        return Ok(());
    }
    // A fresh container has no package lists, an old machine stale ones: fetch them, then say what is wrong if it still is.
    say("      the package lists may be missing or old: fetching them");
    let tried = apt(&["update"])
        .run("fetch the package lists")
        .and_then(|()| apt(&wanted).run("install the packages"));
    tried.map_err(|failure| Failure::Missing {
        what: "the system packages could not be installed".to_owned(),
        why: failure.to_string(),
        remedy: format!("mend what apt says above, then run the same command again; by hand: {by_hand}"),
    })
}

/// The words before a command that make it root's: none for root itself.
fn becoming_root(workspace: &Workspace) -> Option<&'static [&'static str]> {
    let id = Run::new(&workspace.root, "id", &["-u"]).output("see who runs this").ok()?;
    if id.stdout.trim_ascii() == b"0" {
        return Some(&[]);
    }
    finds_program("sudo").then_some(&["sudo"])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(what: &str) -> Vec<&'static Requirement> {
        REQUIREMENTS.iter().filter(|row| row.what.starts_with(what)).collect()
    }

    #[test]
    fn nothing_missing_needs_no_advice() {
        assert_eq!(advice(Family::Fedora, &[]), None);
    }

    #[test]
    fn the_advice_is_a_command_to_copy() {
        let said = advice(Family::Fedora, &row("WebKitGTK")).unwrap_or_default();
        assert!(said.contains("sudo dnf install webkit2gtk4.1-devel"), "{said}");
    }

    #[test]
    fn what_has_no_package_name_is_still_said() {
        let said = advice(Family::Arch, &row("WebKitWebDriver")).unwrap_or_default();
        assert!(said.contains("WebKitWebDriver"), "{said}");
    }

    #[test]
    fn windows_is_told_of_perl_which_its_openssl_is_built_with() {
        let said = advice(Family::Windows, &row("OpenSSL")).unwrap_or_default();
        assert!(said.contains("winget install StrawberryPerl.StrawberryPerl"), "{said}");
    }

    #[test]
    fn an_unknown_system_gets_descriptions() {
        let said = advice(Family::Other, &row("GTK 3")).unwrap_or_default();
        assert!(said.contains("GTK 3 with development files"), "{said}");
    }

    #[test]
    fn macos_misses_nothing_to_run() {
        let missing: Vec<_> = REQUIREMENTS
            .iter()
            .filter(|row| matches!(row.need, Need::Compile | Need::Window))
            .collect();
        assert_eq!(advice(Family::MacOs, &missing), None);
    }
}
