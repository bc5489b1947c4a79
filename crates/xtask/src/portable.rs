//! Keeps what only one machine understands out of the repository: its paths, and the addresses of package registries.
//!
//! Registries are a machine's own setting (mirrors, caches, proxies): a file that names one works in one place and breaks
//! in another. Lock files name them by design and are left out.

use std::env;
use std::fs;
use std::path::Path;

use crate::command::Run;
use crate::failure::Failure;
use crate::workspace::Workspace;

/// Hosts of registries, put together here so that this file does not name them either.
const REGISTRIES: [&str; 6] = [
    concat!("py", "pi.org"),
    concat!("python", "hosted.org"),
    concat!("registry.np", "mjs.org"),
    concat!("index.cra", "tes.io"),
    concat!("static.cra", "tes.io"),
    concat!("deb.deb", "ian.org"),
];

/// Folders of people, on any machine.
const HOMES: [&str; 3] = [concat!("/ho", "me/"), concat!("/Us", "ers/"), concat!(r"C:\Us", r"ers\")];

/// Longer files are data, not words.
const LONGEST: u64 = 1 << 20;

/// # Errors
/// [`Failure::Portability`] names each file, line and word.
pub(crate) fn check(workspace: &Workspace) -> Result<(), Failure> {
    let output = Run::new(&workspace.root, "git", &["ls-files", "-z"]).output("list the files of the repository")?;
    if !output.status.success() {
        return Err(Failure::Missing {
            what: "the files of the repository could not be listed".to_owned(),
            why: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
            remedy: "run this in a clone made by git, whose folder belongs to you".to_owned(),
        });
    }
    let words = words(&workspace.root, env::home_dir().as_deref());
    let mut places = Vec::new();
    for name in String::from_utf8_lossy(&output.stdout)
        .split('\0')
        .filter(|name| !name.is_empty() && !is_lock_file(name))
    {
        let path = workspace.root.join(name);
        if fs::metadata(&path).is_ok_and(|file| file.is_file() && file.len() <= LONGEST) {
            let bytes = fs::read(&path).map_err(Failure::file("read", &path))?;
            if let Ok(text) = String::from_utf8(bytes) {
                places.extend(
                    found(&text, &words)
                        .into_iter()
                        .map(|(line, word)| format!("  {name}:{line}: {word}")),
                );
            }
        }
    }
    if places.is_empty() {
        Ok(())
    } else {
        Err(Failure::Portability(places))
    }
}

fn is_lock_file(name: &str) -> bool {
    ["Cargo.lock", "package-lock.json"]
        .iter()
        .any(|lock| name == *lock || name.ends_with(&format!("/{lock}")))
}

/// What no file may say, on this machine.
fn words(root: &Path, home: Option<&Path>) -> Vec<String> {
    let mut words: Vec<String> = REGISTRIES.iter().chain(&HOMES).map(|word| (*word).to_owned()).collect();
    // The folder around the clone as well: what lies beside it is as much this machine's. Short ones would be found anywhere.
    let around = root.parent().filter(|parent| !env::temp_dir().starts_with(parent));
    for folder in [Some(root), around, home]
        .into_iter()
        .flatten()
        .filter(|folder| folder.components().count() > 1)
    {
        words.push(format!("{}{}", folder.display(), std::path::MAIN_SEPARATOR));
    }
    words
}

/// Lines (from 1) that hold a word at its start: in `net/list` the text `/list` is no path from the root.
fn found<'a>(text: &str, words: &'a [String]) -> Vec<(usize, &'a str)> {
    let stands_alone = |line: &str, at: usize| {
        !line[..at]
            .chars()
            .next_back()
            .is_some_and(|before| before.is_alphanumeric() || matches!(before, '_' | '-' | '.' | '}' | ')'))
    };
    let lines = text.lines().enumerate();
    lines
        .flat_map(|(number, line)| {
            let hits = words.iter().filter(move |word| {
                let from_root = word.starts_with('/');
                line.match_indices(word.as_str())
                    .any(|(at, _)| !from_root || stands_alone(line, at))
            });
            hits.map(move |word| (number + 1, word.as_str()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_this_machine_is_found_with_its_line() {
        let words = words(Path::new("/srv/ada/earnest"), Some(Path::new("/var/ada")));
        assert_eq!(
            found("fine\ncd /srv/ada/earnest/ui\n", &words).first(),
            Some(&(2, "/srv/ada/earnest/"))
        );
        assert!(
            !found("see /srv/ada/notes", &words).is_empty(),
            "what lies beside the clone is this machine's too"
        );
        assert!(!found("\"/var/ada/.cargo\"", &words).is_empty());
    }

    #[test]
    fn parts_of_other_paths_and_addresses_are_not() {
        let words = words(Path::new("/srv/main"), None);
        assert!(found("https://example.org/srv/list and crates/net/srv/x", &words).is_empty());
        assert!(!found("(/srv/x)", &words).is_empty());
    }

    #[test]
    fn a_registry_is_found_wherever_it_stands() {
        let words = words(Path::new("/a"), None);
        assert_eq!(found(&format!("url = https://files.{}", REGISTRIES[1]), &words).len(), 1);
    }

    #[test]
    fn lock_files_may_name_registries() {
        assert!(is_lock_file("ui/package-lock.json") && is_lock_file("Cargo.lock"));
        assert!(!is_lock_file("ui/package.json"));
    }
}
