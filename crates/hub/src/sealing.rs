//! A database in the clear, of a hub that had no key yet, becomes an encrypted one.
//!
//! At every instant the file of the database is either the old one, whole, or the new one, whole: the copy is made beside it, is on
//! the disk before it takes the name, and a copy that was never finished is thrown away by the next start.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
};

use sqlx::{
    ConnectOptions, Connection, SqliteConnection,
    sqlite::{SqliteConnectOptions, SqliteJournalMode},
};

use crate::{StartError, store::DatabaseKey};

/// What every SQLite file in the clear begins with. An encrypted one begins with random bytes.
const CLEAR: &[u8; 16] = b"SQLite format 3\0";
/// What the copy is called until it is finished.
const UNFINISHED: &str = "-sealing";

/// Encrypts the database if it is in the clear. The caller alone uses it.
pub(crate) async fn seal(database: &Path, key: &DatabaseKey) -> Result<(), StartError> {
    let file = |source| StartError::File {
        path: database.to_owned(),
        source,
    };
    let unfinished = beside(database, UNFINISHED);
    for left in [&unfinished, &beside(&unfinished, "-journal")] {
        remove(left).map_err(file)?;
    }
    if !is_clear(database).map_err(file)? {
        return Ok(());
    }
    tracing::info!("the hub's database is encrypted from now on; all that it holds is taken over");
    export(database, &unfinished, key).await?;
    replace(database, &unfinished).map_err(file)
}

fn is_clear(database: &Path) -> io::Result<bool> {
    let mut start = [0; CLEAR.len()];
    match File::open(database).and_then(|mut file| file.read_exact(&mut start)) {
        Ok(()) => Ok(start == *CLEAR),
        // Not made yet, or made and never written to.
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::UnexpectedEof) => Ok(false),
        Err(error) => Err(error),
    }
}

/// Writes all that is in `clear` into a new database that `key` opens.
async fn export(clear: &Path, sealed: &Path, key: &DatabaseKey) -> Result<(), StartError> {
    crate::store::make_private(sealed).map_err(|source| StartError::File {
        path: sealed.to_owned(),
        source,
    })?;
    let mut connection = SqliteConnectOptions::new()
        .filename(clear)
        // Brings in what stands in the write-ahead log and does away with it: an old log beside the new file would be its ruin.
        .journal_mode(SqliteJournalMode::Delete)
        .foreign_keys(false)
        .pragma("secure_delete", "ON")
        .pragma("cipher_log_level", "NONE") // SQLCipher would write to stderr
        .disable_statement_logging() // the key is part of one
        .connect()
        .await?;
    let copied = copy(&mut connection, sealed, key).await;
    connection.close().await?;
    Ok(copied?)
}

async fn copy(connection: &mut SqliteConnection, sealed: &Path, key: &DatabaseKey) -> Result<(), sqlx::Error> {
    let path = sealed
        .to_str()
        .ok_or_else(|| sqlx::Error::Configuration("the path of the database is no text".into()))?;
    sqlx::query("ATTACH DATABASE ? AS sealed KEY ?")
        .bind(path)
        .bind(key.pragma().as_str())
        .execute(&mut *connection)
        .await?;
    sqlx::raw_sql("SELECT sqlcipher_export('sealed'); DETACH DATABASE sealed;")
        .execute(connection)
        .await?;
    Ok(())
}

/// Gives the new file the name of the old one, and overwrites what the old one held.
fn replace(database: &Path, sealed: &Path) -> io::Result<()> {
    File::options().write(true).open(sealed)?.sync_all()?;
    let mut old = File::options().write(true).open(database)?;
    fs::rename(sealed, database)?;
    sync_folder_of(database)?;
    // It has no name any more. A disk that never writes where it wrote before keeps it all the same, until it needs the room.
    let mut left = old.metadata()?.len();
    old.rewind()?;
    while left > 0 {
        let zeros = [0; 4096];
        let written = usize::try_from(left).map_or(zeros.len(), |left| left.min(zeros.len()));
        old.write_all(&zeros[..written])?;
        left -= written as u64;
    }
    old.sync_all()
}

/// Without this the new name might not outlive a power cut, and the old file would be back, overwritten.
#[cfg(unix)]
fn sync_folder_of(file: &Path) -> io::Result<()> {
    match file.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        Some(folder) => File::open(folder)?.sync_all(),
        None => File::open(".")?.sync_all(),
    }
}

/// Windows has no such call: a rename is in its log when it returns.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps)] // the other half can fail
fn sync_folder_of(_file: &Path) -> io::Result<()> {
    Ok(())
}

fn remove(file: &Path) -> io::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    name.into()
}
