//! The data folder: made for its owner alone, and used by one node at a time.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
};

/// Held for as long as the node runs; the system frees it even when the process is killed.
const LOCK: &str = "node.lock";

/// Where a person's data lies when nothing else is said, or `None` where the system names no such place.
///
/// `$XDG_DATA_HOME/earnest` or `~/.local/share/earnest`; on macOS `~/Library/Application Support/Earnest`; on Windows
/// `%LOCALAPPDATA%\Earnest`, which, unlike the roaming folder, is not copied to other machines.
pub fn default_data_dir() -> Option<PathBuf> {
    let name = if cfg!(any(target_os = "macos", windows)) {
        "Earnest"
    } else {
        "earnest"
    };
    dirs::data_local_dir().map(|place| place.join(name))
}

/// A data folder as a command line takes it: in quotation marks when it has to be.
pub fn name_of_data_dir(folder: &Path) -> String {
    let name = folder.display().to_string();
    if name.contains(char::is_whitespace) {
        format!("\"{name}\"")
    } else {
        name
    }
}

/// A data folder that this process alone uses.
#[derive(Debug)]
pub(crate) struct DataFolder {
    path: PathBuf,
    _lock: File,
}

/// Why a folder cannot be used.
#[derive(Debug)]
pub(crate) enum FolderError {
    /// Another process uses it.
    Taken,
    /// The system says no.
    Io(io::Error),
}

impl From<io::Error> for FolderError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl DataFolder {
    /// Makes the folder if there is none, and locks it.
    pub(crate) fn open(path: &Path) -> Result<Self, FolderError> {
        make(path)?;
        // Links resolved, so that what is told to other processes does not depend on where they were started.
        let path = path.canonicalize()?;
        let mut options = OpenOptions::new();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let lock = options.open(path.join(LOCK))?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(FolderError::Taken),
            Err(TryLockError::Error(error)) => Err(error.into()),
        }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// Makes a folder that its owner alone can enter. One that exists keeps what its owner gave it.
fn make(path: &Path) -> io::Result<()> {
    if path.is_dir() {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)?;
    }
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && path.is_dir() => Ok(()),
        made => made,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn a_new_folder_is_its_owners_alone() {
        use std::os::unix::fs::PermissionsExt;
        let home = tempfile::tempdir().unwrap();
        let folder = DataFolder::open(&home.path().join("a/b")).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(folder.path()), 0o700);
        assert_eq!(mode(&folder.path().join(LOCK)), 0o600);
    }

    #[test]
    fn a_folder_is_used_by_one_at_a_time() {
        let home = tempfile::tempdir().unwrap();
        let first = DataFolder::open(home.path()).unwrap();
        assert!(matches!(DataFolder::open(home.path()), Err(FolderError::Taken)));
        drop(first);
        assert!(DataFolder::open(home.path()).is_ok(), "the lock goes with its holder");
    }
}
