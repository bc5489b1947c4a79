//! The hub's database: where it is, how it is opened, how it forgets.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    str::FromStr,
    time::Duration,
};

use sqlx::{
    ConnectOptions, SqlitePool,
    migrate::MigrateError,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use zeroize::Zeroizing;

use crate::{StartError, sealing};

/// Where a hub keeps what it knows: `sqlite:///path/hub.sqlite`, or the path alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location(PathBuf);

/// A text that is no [`Location`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidLocation {
    /// Another database than this version knows.
    #[error("this version keeps SQLite only, not {0}; give a path, or sqlite:///path/hub.sqlite")]
    OtherDatabase(String),
    /// No file is named.
    #[error("give the path of a file, or sqlite:///path/hub.sqlite without options")]
    NoFile,
}

impl Location {
    /// The file.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl FromStr for Location {
    type Err = InvalidLocation;

    fn from_str(text: &str) -> Result<Self, InvalidLocation> {
        let (path, is_url) = match text.strip_prefix("sqlite://").or_else(|| text.strip_prefix("sqlite:")) {
            Some(path) => (path, true),
            None => (text, false),
        };
        if let Some((scheme, _)) = path.split_once("://") {
            return Err(InvalidLocation::OtherDatabase(scheme.chars().take(40).collect()));
        }
        // A ledger in memory would forget what it acknowledged.
        if path.is_empty() || path.contains(":memory:") || (is_url && path.contains('?')) {
            return Err(InvalidLocation::NoFile);
        }
        Ok(Self(PathBuf::from(path)))
    }
}

/// The key of an encrypted database: 32 random bytes. Wiped from memory when dropped; prints as `***`.
pub struct DatabaseKey(Zeroizing<[u8; 32]>);

impl DatabaseKey {
    /// The key that these bytes are.
    pub fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// How SQLCipher takes a key as it is, so that nothing has to be derived from it.
    pub(crate) fn pragma(&self) -> Zeroizing<String> {
        let digits = Zeroizing::new(hex::encode(self.0.as_ref()));
        Zeroizing::new(format!("x'{}'", digits.as_str()))
    }
}

impl fmt::Debug for DatabaseKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseKey(***)")
    }
}

/// Opens the database, makes it when it is not there, and brings it up to date. With a key it is encrypted, whatever it was before.
pub(crate) async fn open(path: &Path, key: Option<&DatabaseKey>) -> Result<SqlitePool, StartError> {
    if let Some(key) = key {
        sealing::seal(path, key).await?;
    }
    make_private(path).map_err(|source| StartError::File {
        path: path.to_owned(),
        source,
    })?;
    let mut options = SqliteConnectOptions::new();
    if let Some(key) = key {
        options = options
            .pragma("key", format!("\"{}\"", key.pragma().as_str())) // sqlx sends it first
            .pragma("cipher_log_level", "NONE") // SQLCipher would write to stderr
            .pragma("temp_store", "MEMORY") // nothing in the clear in temporary files
            .disable_statement_logging(); // the key is a statement
    }
    let options = options
        .filename(path)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        // A reply promises that the award outlives a power cut.
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(Duration::from_secs(5))
        // What is erased is overwritten, not only unlinked; the table `payloads` says why that takes this size of a page.
        .page_size(4096)
        .pragma("secure_delete", "ON");
    // One connection: SQLite has one writer anyway, and the one that writes is the one that checkpoints.
    let pool = SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .connect_with(options)
        .await
        .map_err(|error| match (&error, key) {
            (sqlx::Error::Database(database), Some(_)) if database.code().is_some_and(|code| code == NOT_A_DATABASE) => {
                StartError::OtherKey { path: path.to_owned() }
            }
            _ => StartError::Database(error),
        })?;
    sqlx::migrate!("./migrations").run(&pool).await.map_err(|error| match error {
        MigrateError::VersionMissing(_) | MigrateError::VersionMismatch(_) => StartError::Newer { path: path.to_owned() },
        error => StartError::Database(error.into()),
    })?;
    Ok(pool)
}

/// What SQLite says of a file that the key does not open (`SQLITE_NOTADB`).
const NOT_A_DATABASE: &str = "26";

/// Makes the file readable to its owner alone; the write-ahead log takes over its permissions.
pub(crate) fn make_private(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}

/// Carries everything from the write-ahead log into the database and empties the log, so that what was erased is in neither.
///
/// A reader in another process can keep the log alive; the next erasure, or the next start, tries again.
pub(crate) async fn empty_log(pool: &SqlitePool) -> Result<(), sqlx::Error> {
    let busy: i64 = sqlx::query_scalar("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(pool).await?;
    if busy != 0 {
        tracing::warn!("another program reads the database; what was erased leaves its write-ahead log later");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_is_a_url_or_a_path() {
        for (text, path) in [
            ("sqlite:///srv/hub.sqlite", "/srv/hub.sqlite"),
            ("sqlite://hub.sqlite", "hub.sqlite"),
            ("sqlite:hub.sqlite", "hub.sqlite"),
            ("/srv/hub.sqlite", "/srv/hub.sqlite"),
            ("hub.sqlite", "hub.sqlite"),
        ] {
            assert_eq!(text.parse(), Ok(Location(path.into())), "{text}");
        }
    }

    #[test]
    fn what_this_version_cannot_keep_is_refused_without_its_password() {
        let refused = "postgres://ada:secret@db/hub".parse::<Location>();
        assert_eq!(refused, Err(InvalidLocation::OtherDatabase("postgres".to_owned())));
        for text in [
            "",
            "sqlite:",
            "sqlite://",
            "sqlite::memory:",
            ":memory:",
            "sqlite:///srv/hub.sqlite?mode=ro",
        ] {
            assert_eq!(text.parse::<Location>(), Err(InvalidLocation::NoFile), "{text}");
        }
    }
}
