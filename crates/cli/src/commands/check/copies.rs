//! Where the copies go that may be shared: settled before anything is judged, and never over what is there.

use std::{
    collections::HashMap,
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
};

use earnest_checks::redact::Shared;
use earnest_domain::capture::CaptureKind;

use super::opening::{self, Kind};
use crate::failure::Failure;

/// Where the copy of each file goes; nothing where none is wanted.
#[derive(Debug)]
pub(super) struct Copies(Vec<SharedCopy>);

/// Where the copy of a file goes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct SharedCopy(PathBuf);

impl Copies {
    /// Names a copy for each file, and makes the folder that they go to.
    ///
    /// # Errors
    /// `same_name` where two copies would be one file, `exists` where there is something already, `cannot_write` where no folder can be
    /// made. Nothing was judged or written then.
    pub(super) fn plan(files: &[PathBuf], kind: Option<Kind>, place: Option<&Path>) -> Result<Self, Failure> {
        let Some(place) = place else {
            return Ok(Self(Vec::new()));
        };
        if files.len() == 1 && !place.is_dir() {
            let copy = SharedCopy(place.to_path_buf());
            return if copy.is_there() {
                Err(copy.exists())
            } else {
                Ok(Self(vec![copy]))
            };
        }
        let copies: Vec<SharedCopy> = files.iter().map(|file| SharedCopy(place.join(name(file, kind)))).collect();
        let mut taken = HashMap::new();
        for (copy, file) in copies.iter().zip(files) {
            if copy.is_there() {
                return Err(copy.exists());
            }
            if let Some(other) = taken.insert(&copy.0, file) {
                let message = format!(
                    "{} and {} would both be written to {}; nothing was written. Give them one after the other, each its own --redacted",
                    other.display(),
                    file.display(),
                    copy.0.display()
                );
                return Err(Failure::new("same_name", message));
            }
        }
        fs::create_dir_all(place).map_err(|error| cannot_write(place, &error))?;
        Ok(Self(copies))
    }

    /// The copy of the file with that number, if one is wanted.
    pub(super) fn of(&self, number: usize) -> Option<&SharedCopy> {
        self.0.get(number)
    }
}

impl SharedCopy {
    fn is_there(&self) -> bool {
        // A link that leads nowhere is in the way, too.
        self.0.symlink_metadata().is_ok()
    }

    fn exists(&self) -> Failure {
        let message = format!(
            "{} is there already; nothing was written. Choose another place with --redacted",
            self.0.display()
        );
        Failure::new("exists", message)
    }

    /// Writes what may be shared, never over what is there; `None` where there is no file for its kind.
    pub(super) fn write(&self, shared: Option<Shared>) -> Result<Option<String>, Failure> {
        let Some(shared) = shared else { return Ok(None) };
        let mut file = File::create_new(&self.0).map_err(|error| cannot_write(&self.0, &error))?;
        file.write_all(&shared.bytes).map_err(|error| {
            // Half a copy is of no use, and would be in the way of the next try.
            let _ = fs::remove_file(&self.0);
            cannot_write(&self.0, &error)
        })?;
        Ok(Some(self.0.display().to_string()))
    }
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::new("cannot_write", format!("{} cannot be written: {error}", path.display()))
}

/// The name of a file's copy in a folder. The person chose the folder and not the name, so the name tells what the copy is.
fn name(file: &Path, kind: Option<Kind>) -> PathBuf {
    let mut name = PathBuf::from(file.file_name().unwrap_or_default());
    if let Some(extension) = opening::kind(file, kind).and_then(extension)
        && name.extension().is_none_or(|other| other != extension)
    {
        name.as_mut_os_string().push(format!(".{extension}"));
    }
    name
}

/// How the name of a copy ends, as [`Shared::extension`] has it; a test of the command holds the two together.
fn extension(kind: CaptureKind) -> Option<&'static str> {
    match kind {
        CaptureKind::Photo => Some("jpg"),
        CaptureKind::Sound => Some("wav"),
        CaptureKind::Text => Some("txt"),
        CaptureKind::Place => Some("csv"),
        // Their samples leave as a grant says, and not as a file.
        _ => None,
    }
}
