//! Which system this is, as far as the names of its packages go.

use std::env;
use std::fs;

/// Systems that call their packages alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// Debian and what is made from it, Ubuntu apart.
    Debian,
    /// Ubuntu and what is made from it: as Debian, but for the browser.
    Ubuntu,
    /// Fedora, RHEL and their like.
    Fedora,
    /// Arch and its like.
    Arch,
    /// openSUSE and SLE.
    Suse,
    /// macOS, with Homebrew.
    MacOs,
    /// Windows, with winget.
    Windows,
    /// Any other: packages are described, not named.
    Other,
}

impl Family {
    /// The family of the machine that this runs on.
    pub(crate) fn here() -> Self {
        match env::consts::OS {
            "macos" => Self::MacOs,
            "windows" => Self::Windows,
            "linux" => {
                let files = ["/etc/os-release", "/usr/lib/os-release"];
                files
                    .iter()
                    .find_map(|file| fs::read_to_string(file).ok())
                    .map_or(Self::Other, |text| Self::of_linux(&text))
            }
            _ => Self::Other,
        }
    }

    /// From the text of `os-release` (freedesktop.org, os-release(5)): `ID` first, then `ID_LIKE` from the nearest relative on.
    fn of_linux(os_release: &str) -> Self {
        let value = |key: &str| {
            let lines = os_release.lines().filter_map(|line| line.split_once('='));
            lines
                .filter(|(name, _)| name.trim() == key)
                .map(|(_, value)| value.trim().trim_matches(['"', '\'']))
                .next_back()
        };
        let names = [value("ID"), value("ID_LIKE")];
        names
            .into_iter()
            .flatten()
            .flat_map(str::split_whitespace)
            .find_map(Self::named)
            .unwrap_or(Self::Other)
    }

    fn named(name: &str) -> Option<Self> {
        match name {
            "debian" => Some(Self::Debian),
            "ubuntu" => Some(Self::Ubuntu),
            "fedora" | "rhel" | "centos" => Some(Self::Fedora),
            "arch" => Some(Self::Arch),
            "suse" | "opensuse" | "sles" => Some(Self::Suse),
            _ => name.starts_with("opensuse-").then_some(Self::Suse),
        }
    }

    /// Whether missing packages are installed here, not only named.
    pub(crate) const fn has_apt(self) -> bool {
        matches!(self, Self::Debian | Self::Ubuntu)
    }

    /// The command that a person runs to install packages, without their names; none where no names are known.
    pub(crate) const fn install_command(self) -> &'static str {
        match self {
            Self::Debian | Self::Ubuntu => "sudo apt-get install",
            Self::Fedora => "sudo dnf install",
            Self::Arch => "sudo pacman -S --needed",
            Self::Suse => "sudo zypper install",
            Self::MacOs => "brew install",
            Self::Windows => "winget install",
            Self::Other => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Family;

    #[test]
    fn systems_are_known_by_their_own_name() {
        for (text, family) in [
            (
                "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nVERSION_ID=\"12\"\nID=debian\n",
                Family::Debian,
            ),
            ("ID=ubuntu\nID_LIKE=debian\n", Family::Ubuntu),
            ("NAME=\"Fedora Linux\"\nID=fedora\n", Family::Fedora),
            ("ID=arch\n", Family::Arch),
            ("ID=\"opensuse-tumbleweed\"\nID_LIKE=\"opensuse suse\"\n", Family::Suse),
        ] {
            assert_eq!(Family::of_linux(text), family, "{text}");
        }
    }

    #[test]
    fn unknown_systems_are_known_by_their_nearest_relative() {
        for (text, family) in [
            ("ID=linuxmint\nID_LIKE=\"ubuntu debian\"\n", Family::Ubuntu),
            ("ID=raspbian\nID_LIKE=debian\n", Family::Debian),
            ("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n", Family::Fedora),
            ("ID=manjaro\nID_LIKE=arch\n", Family::Arch),
            ("ID='sles'\nID_LIKE='suse'\n", Family::Suse),
        ] {
            assert_eq!(Family::of_linux(text), family, "{text}");
        }
    }

    #[test]
    fn a_system_without_relatives_is_other() {
        assert_eq!(Family::of_linux("ID=nixos\n"), Family::Other);
        assert_eq!(Family::of_linux("no key and no value"), Family::Other);
        assert_eq!(Family::of_linux(""), Family::Other);
    }
}
