//! The key in a file beside the database, readable by its owner alone.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::Path,
};

use zeroize::Zeroizing;

use super::{KeyPlace, Secret};
use crate::error::VaultError;

const KEY_FILE: &str = "vault.key";
const UNFINISHED: &str = "vault.key.new";

/// The key of an existing file.
///
/// A file that others can read is mended rather than refused: copies of a folder often lose their permissions, and a person who is
/// locked out of their own vault has no better remedy than the same chmod. The place says that it happened.
pub(super) fn read(folder: &Path) -> Result<Option<(Secret, KeyPlace)>, VaultError> {
    let file = folder.join(KEY_FILE);
    let text = match fs::read_to_string(&file) {
        Ok(text) => Zeroizing::new(text),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => return Err(VaultError::KeyUnreadable { file }),
        Err(error) => return Err(error.into()),
    };
    let secret = Secret::from_text(&text).ok_or_else(|| VaultError::KeyUnreadable { file: file.clone() })?;
    let place = if mend(&file)? { KeyPlace::FileMended } else { KeyPlace::File };
    Ok(Some((secret, place)))
}

/// Writes a new key, and returns once it is on the disk: file, name and all.
///
/// The file appears under its name complete or not at all; the caller holds the folder's lock and has found no key file.
pub(super) fn create(folder: &Path, secret: &Secret) -> Result<(), VaultError> {
    let unfinished = folder.join(UNFINISHED);
    match fs::remove_file(&unfinished) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
        _ => {}
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    file.write_all(secret.to_text().as_bytes())?;
    file.write_all(b"\n")?;
    file.sync_all()?;
    fs::rename(&unfinished, folder.join(KEY_FILE))?;
    sync_folder(folder)?;
    Ok(())
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Windows has no such call; NTFS logs a rename.
#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Takes the file away from everyone but its owner; says whether that was needed.
#[cfg(unix)]
fn mend(file: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    let open_to_others = fs::metadata(file)?.permissions().mode() & 0o077 != 0;
    if open_to_others {
        fs::set_permissions(file, fs::Permissions::from_mode(0o600))?;
    }
    Ok(open_to_others)
}

/// Elsewhere the folder's own access list is what protects it: it lies in the person's profile.
#[cfg(not(unix))]
fn mend(_: &Path) -> io::Result<bool> {
    Ok(false)
}
