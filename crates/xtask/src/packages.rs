//! Which system packages are needed, and what each system calls them.

use crate::system::Family;

/// What a package is needed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Compiling anything: a linker, and OpenSSL for the encrypted vault.
    Compile,
    /// Fetching assets; not needed once they are there.
    Fetch,
    /// The desktop window.
    Window,
    /// The tests in a browser and in the desktop window.
    Test,
}

/// How to see that something is there, whichever package it came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Probe {
    /// One of these programs is on the `PATH`.
    Program(&'static [&'static str]),
    /// `pkg-config` knows this module.
    Module(&'static str),
    /// `python3 -m pip` answers.
    Pip,
    /// The package database alone can tell.
    Database,
}

/// One thing that is needed. An empty name: that system has it already, or has it within another package of the table.
#[derive(Debug)]
pub(crate) struct Requirement {
    /// What it is, for systems whose package names are not known.
    pub(crate) what: &'static str,
    pub(crate) need: Need,
    pub(crate) probe: Probe,
    debian: &'static str,
    /// Empty means: as on Debian.
    ubuntu: &'static str,
    fedora: &'static str,
    arch: &'static str,
    suse: &'static str,
    macos: &'static str,
    windows: &'static str,
}

/// For a table whose rows name only the systems that have a package.
const NONE: Requirement = Requirement {
    what: "",
    need: Need::Compile,
    probe: Probe::Database,
    debian: "",
    ubuntu: "",
    fedora: "",
    arch: "",
    suse: "",
    macos: "",
    windows: "",
};

/// All of them. macOS and Windows have their compiler and web view already when this program was compiled there.
pub(crate) const REQUIREMENTS: [Requirement; 18] = [
    Requirement {
        what: "a C compiler and linker",
        probe: Probe::Program(&["cc"]),
        debian: "build-essential",
        fedora: "gcc gcc-c++ make",
        arch: "base-devel",
        suse: "gcc gcc-c++ make",
        ..NONE
    },
    Requirement {
        what: "pkg-config",
        probe: Probe::Program(&["pkg-config"]),
        debian: "pkg-config",
        fedora: "pkgconf-pkg-config",
        arch: "pkgconf",
        suse: "pkgconf-pkg-config",
        ..NONE
    },
    Requirement {
        what: "OpenSSL 3 with development files",
        probe: Probe::Module("openssl"),
        debian: "libssl-dev",
        fedora: "openssl-devel",
        arch: "openssl",
        suse: "libopenssl-3-devel",
        windows: "StrawberryPerl.StrawberryPerl",
        ..NONE
    },
    Requirement {
        what: "Python 3",
        need: Need::Fetch,
        probe: Probe::Program(&["python3"]),
        debian: "python3",
        fedora: "python3",
        arch: "python",
        suse: "python3",
        macos: "python",
        windows: "Python.Python.3.13",
        ..NONE
    },
    Requirement {
        what: "pip for Python 3",
        need: Need::Fetch,
        probe: Probe::Pip,
        debian: "python3-pip",
        fedora: "python3-pip",
        arch: "python-pip",
        suse: "python3-pip",
        ..NONE
    },
    Requirement {
        what: "WebKitGTK 4.1 with development files",
        need: Need::Window,
        probe: Probe::Module("webkit2gtk-4.1"),
        debian: "libwebkit2gtk-4.1-dev",
        fedora: "webkit2gtk4.1-devel",
        arch: "webkit2gtk-4.1",
        suse: "webkit2gtk3-devel",
        ..NONE
    },
    Requirement {
        what: "GTK 3 with development files",
        need: Need::Window,
        probe: Probe::Module("gtk+-3.0"),
        debian: "libgtk-3-dev",
        fedora: "gtk3-devel",
        arch: "gtk3",
        suse: "gtk3-devel",
        ..NONE
    },
    Requirement {
        what: "D-Bus with development files",
        need: Need::Window,
        probe: Probe::Module("dbus-1"),
        debian: "libdbus-1-dev",
        fedora: "dbus-devel",
        arch: "dbus",
        suse: "dbus-1-devel",
        ..NONE
    },
    Requirement {
        what: "Xvfb",
        need: Need::Test,
        probe: Probe::Program(&["Xvfb"]),
        debian: "xvfb",
        fedora: "xorg-x11-server-Xvfb",
        arch: "xorg-server-xvfb",
        suse: "xorg-x11-server-Xvfb",
        ..NONE
    },
    Requirement {
        what: "xauth (xvfb-run needs it)",
        need: Need::Test,
        probe: Probe::Program(&["xauth"]),
        debian: "xauth",
        fedora: "xorg-x11-xauth",
        arch: "xorg-xauth",
        suse: "xauth",
        ..NONE
    },
    Requirement {
        what: "WebKitWebDriver",
        need: Need::Test,
        probe: Probe::Program(&["WebKitWebDriver"]),
        debian: "webkit2gtk-driver",
        fedora: "webkit2gtk-driver",
        ..NONE
    },
    Requirement {
        what: "Chromium",
        need: Need::Test,
        probe: Probe::Program(&["chromium", "chromium-browser", "google-chrome"]),
        debian: "chromium",
        ubuntu: "chromium-browser",
        fedora: "chromium",
        arch: "chromium",
        suse: "chromium",
        ..NONE
    },
    Requirement {
        what: "ChromeDriver",
        need: Need::Test,
        probe: Probe::Program(&["chromedriver"]),
        debian: "chromium-driver",
        ubuntu: "chromium-chromedriver",
        fedora: "chromedriver",
        suse: "chromedriver",
        macos: "chromedriver",
        ..NONE
    },
    Requirement {
        what: "the clients of Mosquitto",
        need: Need::Test,
        probe: Probe::Program(&["mosquitto_pub"]),
        debian: "mosquitto-clients",
        fedora: "mosquitto",
        arch: "mosquitto",
        suse: "mosquitto-clients",
        macos: "mosquitto",
        windows: "EclipseFoundation.Mosquitto",
        ..NONE
    },
    Requirement {
        what: "ip, for networks of the tests' own",
        need: Need::Test,
        probe: Probe::Program(&["ip"]),
        debian: "iproute2",
        fedora: "iproute",
        arch: "iproute2",
        suse: "iproute2",
        ..NONE
    },
    Requirement {
        what: "D-Bus's daemon",
        need: Need::Test,
        probe: Probe::Program(&["dbus-run-session"]),
        debian: "dbus",
        fedora: "dbus-daemon",
        suse: "dbus-1-daemon",
        ..NONE
    },
    Requirement {
        what: "GNOME Keyring",
        need: Need::Test,
        probe: Probe::Program(&["gnome-keyring-daemon"]),
        debian: "gnome-keyring",
        fedora: "gnome-keyring",
        arch: "gnome-keyring",
        suse: "gnome-keyring",
        ..NONE
    },
    Requirement {
        what: "a font",
        need: Need::Test,
        debian: "fonts-dejavu-core",
        ..NONE
    },
];

impl Requirement {
    /// What `family` calls it: one or more package names, none when there is nothing to install.
    pub(crate) fn packages(&self, family: Family) -> impl Iterator<Item = &'static str> + use<> {
        let names = match family {
            Family::Ubuntu if !self.ubuntu.is_empty() => self.ubuntu,
            Family::Debian | Family::Ubuntu => self.debian,
            Family::Fedora => self.fedora,
            Family::Arch => self.arch,
            Family::Suse => self.suse,
            Family::MacOs => self.macos,
            Family::Windows => self.windows,
            Family::Other => "",
        };
        names.split_whitespace()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(family: Family, needs: &[Need]) -> Vec<&'static str> {
        REQUIREMENTS
            .iter()
            .filter(|row| needs.contains(&row.need))
            .flat_map(|row| row.packages(family))
            .collect()
    }

    #[test]
    fn debian_runs_without_a_window_on_five_packages() {
        let needed = ["build-essential", "pkg-config", "libssl-dev", "python3", "python3-pip"];
        assert_eq!(names(Family::Debian, &[Need::Compile, Need::Fetch]), needed);
    }

    #[test]
    fn debian_has_a_package_for_everything() {
        for row in &REQUIREMENTS {
            assert_eq!(row.packages(Family::Debian).count(), 1, "{}", row.what);
        }
    }

    #[test]
    fn ubuntu_differs_from_debian_only_in_the_browser() {
        let debian = names(Family::Debian, &[Need::Test]);
        let differing: Vec<_> = names(Family::Ubuntu, &[Need::Test])
            .into_iter()
            .filter(|name| !debian.contains(name))
            .collect();
        assert_eq!(differing, ["chromium-browser", "chromium-chromedriver"]);
        assert_eq!(names(Family::Ubuntu, &[Need::Window]), names(Family::Debian, &[Need::Window]));
    }

    #[test]
    fn every_linux_family_names_the_web_view_and_openssl() {
        for family in [Family::Debian, Family::Ubuntu, Family::Fedora, Family::Arch, Family::Suse] {
            assert!(
                names(family, &[Need::Window]).iter().any(|name| name.contains("webkit2gtk")),
                "{family:?}"
            );
            assert!(
                names(family, &[Need::Compile]).iter().any(|name| name.contains("ssl")),
                "{family:?}"
            );
        }
    }

    #[test]
    fn macos_brings_its_own_window() {
        assert!(names(Family::MacOs, &[Need::Compile, Need::Window]).is_empty());
    }

    #[test]
    fn a_system_of_unknown_names_gets_descriptions() {
        for row in &REQUIREMENTS {
            assert!(!row.what.is_empty() && row.packages(Family::Other).count() == 0);
        }
    }
}
