//! Remembers that a step was done, by a hash of the files that it depends on.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::failure::Failure;
use crate::workspace::Workspace;

/// Folders whose content a step makes or fetches; nothing depends on them.
const NOT_SOURCES: [&str; 5] = ["node_modules", "dist", "test-results", "playwright-report", ".svelte-kit"];

/// A step's memory: a file in `target/xtask/` with the hash of the inputs it was last done for.
#[derive(Debug)]
pub(crate) struct Stamp {
    file: PathBuf,
    hash: String,
}

impl Stamp {
    /// The stamp of the step `name`, which depends on the files and folders `inputs`.
    pub(crate) fn of(workspace: &Workspace, name: &str, inputs: &[PathBuf]) -> Result<Self, Failure> {
        Ok(Self {
            file: workspace.own().join(format!("{name}.stamp")),
            hash: hash_of(&workspace.root, inputs)?,
        })
    }

    /// Whether the step was done for just these inputs.
    pub(crate) fn is_fresh(&self) -> bool {
        fs::read_to_string(&self.file).is_ok_and(|stamped| stamped == self.hash)
    }

    /// Remembers that the step is done.
    pub(crate) fn set(&self) -> Result<(), Failure> {
        let folder = self.file.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder).map_err(Failure::file("make the folder", folder))?;
        fs::write(&self.file, &self.hash).map_err(Failure::file("write", &self.file))
    }
}

/// One hash over the names and contents of all files in `inputs`.
fn hash_of(root: &Path, inputs: &[PathBuf]) -> Result<String, Failure> {
    let mut files = Vec::new();
    for input in inputs {
        collect(input, &mut files)?;
    }
    files.sort();
    let mut hash = Sha256::new();
    for file in files {
        let content = fs::read(&file).map_err(Failure::file("read", &file))?;
        let name = file.strip_prefix(root).unwrap_or(&file).to_string_lossy().replace('\\', "/");
        // Lengths first: a file's end cannot be mistaken for the next one's name.
        hash.update(name.len().to_le_bytes());
        hash.update(name.as_bytes());
        hash.update(content.len().to_le_bytes());
        hash.update(&content);
    }
    Ok(hex(&hash.finalize()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<(), Failure> {
    if !path.is_dir() {
        if path.exists() {
            files.push(path.to_path_buf());
        }
        return Ok(());
    }
    for entry in fs::read_dir(path).map_err(Failure::file("read the folder", path))? {
        let entry = entry.map_err(Failure::file("read the folder", path))?;
        if !NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
            collect(&entry.path(), files)?;
        }
    }
    Ok(())
}

/// The SHA-256 of a file in lower-case hexadecimal.
pub(crate) fn sha256(path: &Path) -> Result<String, Failure> {
    let mut file = fs::File::open(path).map_err(Failure::file("read", path))?;
    let mut hash = Sha256::new();
    std::io::copy(&mut file, &mut hash).map_err(Failure::file("read", path))?;
    Ok(hex(&hash.finalize()))
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::env;
    use std::path::PathBuf;

    use super::*;

    fn scratch(name: &str) -> PathBuf {
        let folder = env::temp_dir().join(format!("earnest-xtask-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_stamp_is_fresh_until_a_file_changes() {
        let root = scratch("stamp");
        let workspace = Workspace { root: root.clone() };
        let inputs = [root.join("ui")];
        fs::create_dir_all(root.join("ui/src")).unwrap();
        fs::write(root.join("ui/src/a.ts"), "one").unwrap();

        let stamp = Stamp::of(&workspace, "screens", &inputs).unwrap();
        assert!(!stamp.is_fresh(), "nothing was done yet");
        stamp.set().unwrap();
        assert!(Stamp::of(&workspace, "screens", &inputs).unwrap().is_fresh());

        fs::write(root.join("ui/src/a.ts"), "two").unwrap();
        assert!(
            !Stamp::of(&workspace, "screens", &inputs).unwrap().is_fresh(),
            "a changed source is built again"
        );
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn a_renamed_file_changes_the_hash_and_fetched_folders_do_not() {
        let root = scratch("hash");
        fs::create_dir_all(root.join("node_modules/x")).unwrap();
        fs::write(root.join("a"), "text").unwrap();
        let before = hash_of(&root, std::slice::from_ref(&root)).unwrap();
        fs::write(root.join("node_modules/x/index.js"), "fetched").unwrap();
        assert_eq!(before, hash_of(&root, std::slice::from_ref(&root)).unwrap());
        fs::rename(root.join("a"), root.join("b")).unwrap();
        assert_ne!(before, hash_of(&root, std::slice::from_ref(&root)).unwrap());
        fs::remove_dir_all(root).unwrap();
    }

    #[test]
    fn sha256_is_the_standards() {
        let root = scratch("sha");
        fs::write(root.join("abc"), "abc").unwrap();
        // FIPS 180-2, appendix B.1.
        assert_eq!(
            sha256(&root.join("abc")).unwrap(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
        fs::remove_dir_all(root).unwrap();
    }
}
