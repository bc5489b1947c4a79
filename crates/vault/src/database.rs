//! The database: how it is opened, read and written.

use std::{
    fmt,
    fs::{self, File, TryLockError},
    path::{Path, PathBuf},
    time::Duration,
};

use sqlx::{
    ConnectOptions, Connection, SqliteConnection, SqlitePool,
    migrate::{MigrateError, Migrator},
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};
use tokio::sync::{MappedMutexGuard, Mutex, MutexGuard};
use zeroize::Zeroizing;

use self::writing::Writer;
pub(crate) use self::writing::{Gathering, Writing};
use crate::{
    error::{VaultError, sqlite_code},
    key::{self, KeyChoice, KeyPlace, VaultKey},
    samples::Standing,
    windows::Held,
};

/// The database's file in the vault's folder.
pub(crate) const DATABASE: &str = "vault.db";
const LOCK: &str = "vault.lock";
/// Never changed: the databases of released versions are encrypted with what is derived for it.
const HUB_KEY: &str = "earnest 2026-11-23 database of the hub in a person's own node";
/// Never changed: of another secret another hole is left around home, and both together say more than one.
const PLACES_KEY: &str = "earnest 2026-11-23 what is drawn around a person's places";

static STEPS: Migrator = sqlx::migrate!();

/// A person's vault, open. One process has it at a time.
pub struct Vault {
    folder: PathBuf,
    readers: SqlitePool,
    /// `None` once closed.
    writer: Mutex<Option<Writer>>,
    held: Held,
    hub_key: Zeroizing<[u8; 32]>,
    places_key: Zeroizing<[u8; 32]>,
    /// Held until the vault is closed; the system lets go of it however the process ends.
    lock: File,
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The pool's options hold the key.
        f.debug_struct("Vault").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Vault {
    /// Opens the vault in `folder`; creates the folder, the key and the database where there are none.
    ///
    /// `seed` gives the 32 random bytes of the person's signing key; it is called when the vault is new.
    ///
    /// # Errors
    /// [`VaultError`], among others `key_missing`, `wrong_key`, `newer_database` and `locked`. None of them changes anything.
    pub async fn open(folder: &Path, choice: KeyChoice, seed: impl FnOnce() -> [u8; 32]) -> Result<(Self, KeyPlace), VaultError> {
        create_private(folder)?;
        let lock = lock(folder)?;
        let (key, place) = key::find(folder, choice).await?;
        // Made here, since SQLite would make it readable by all; its log takes the mode of the database.
        private_file(&folder.join(DATABASE))?;
        let options = options(folder, &key);
        let mut connection = options.clone().create_if_missing(true).connect().await?;
        prepare(&mut connection, folder).await?;
        if sqlx::query("SELECT 1 FROM person")
            .fetch_optional(&mut connection)
            .await?
            .is_none()
        {
            let seed = Zeroizing::new(seed());
            sqlx::query("INSERT INTO person (one, seed) VALUES (1, ?)")
                .bind(&seed[..])
                .execute(&mut connection)
                .await?;
        }
        let readers = SqlitePoolOptions::new()
            .max_connections(3)
            .idle_timeout(Duration::from_mins(1)) // each holds a page cache of its own
            .test_before_acquire(false)
            // Read-only, so that closing one never checkpoints: the writer alone does (an SQLite before 3.51.3 may damage the
            // database when two connections do at once).
            .connect_lazy_with(options.read_only(true));
        Ok((
            Self {
                folder: folder.to_owned(),
                readers,
                writer: Mutex::new(Some(Writer::new(connection))),
                held: Held::default(),
                hub_key: key.derive(HUB_KEY),
                places_key: key.derive(PLACES_KEY),
                lock,
            },
            place,
        ))
    }

    /// Writes everything into the database's file and closes it. What was written is safe without this too; the next start is
    /// quicker with it. Later calls of any other method fail.
    ///
    /// # Errors
    /// [`VaultError`] when the write-ahead log could not be emptied; it is then read at the next start.
    pub async fn close(&self) -> Result<(), VaultError> {
        self.show_held().await; // what cannot be written is judged again
        self.readers.close().await;
        let Some(mut writer) = self.writer.lock().await.take() else {
            return Ok(());
        };
        writer.give_up().await?;
        sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)")
            .execute(&mut writer.connection)
            .await?;
        writer.connection.close().await?;
        // Somebody may still hold on to the vault, which is of no use any more.
        self.lock.unlock()?;
        Ok(())
    }

    /// The vault's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The key for the database of the hub in the person's own node: as safe as the vault's key, from which it is derived.
    pub fn hub_key(&self) -> Zeroizing<[u8; 32]> {
        self.hub_key.clone()
    }

    /// The secret that what is drawn around a person's places follows from; the same for as long as there is a vault.
    pub fn places_key(&self) -> Zeroizing<[u8; 32]> {
        self.places_key.clone()
    }

    /// How many bytes the database takes on the disk, its write-ahead log included.
    ///
    /// # Errors
    /// [`VaultError::Io`] when the files cannot be asked.
    pub fn stored_bytes(&self) -> Result<u64, VaultError> {
        let database = fs::metadata(self.folder.join(DATABASE))?.len();
        let log = fs::metadata(self.folder.join(format!("{DATABASE}-wal"))).map_or(0, |log| log.len());
        Ok(database + log)
    }

    /// The windows that are not written yet.
    pub(crate) const fn held(&self) -> &Held {
        &self.held
    }

    /// To read with. Whatever is committed is seen.
    pub(crate) fn read(&self) -> &SqlitePool {
        &self.readers
    }

    /// Begins a change. Nothing of it is kept unless [`Writing::commit`] returns.
    pub(crate) async fn write(&self) -> Result<Writing<'_>, VaultError> {
        let mut writer = self.writer().await?;
        writer.open = true;
        sqlx::query(writing::BEGIN).execute(&mut writer.connection).await?;
        Ok(Writing(writer))
    }

    /// Begins a change whose statements are gathered first: see [`Gathering`].
    pub(crate) async fn gather(&self) -> Result<Gathering<'_>, VaultError> {
        Ok(Gathering::new(self.writer().await?))
    }

    /// What is known of the samples.
    pub(crate) async fn standing<T>(&self, ask: impl FnOnce(&Standing) -> T) -> Result<T, VaultError> {
        let mut writer = self.writer().await?;
        let standing = match writer.standing.take() {
            Some(standing) => standing,
            None => Standing::read(&mut writer.connection).await?,
        };
        Ok(ask(writer.standing.insert(standing)))
    }

    /// The writer, with nothing begun.
    async fn writer(&self) -> Result<MappedMutexGuard<'_, Writer>, VaultError> {
        let writer = self.writer.lock().await;
        let closed = |_| VaultError::Database(sqlx::Error::PoolClosed);
        let mut writer = MutexGuard::try_map(writer, Option::as_mut).map_err(closed)?;
        writer.give_up().await?;
        Ok(writer)
    }
}

fn create_private(folder: &Path) -> Result<(), VaultError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    Ok(builder.create(folder)?)
}

/// Opens a file, or makes it empty and for its owner alone.
fn private_file(path: &Path) -> Result<File, VaultError> {
    let mut options = File::options();
    options.create(true).truncate(false).write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    Ok(options.open(path)?)
}

fn lock(folder: &Path) -> Result<File, VaultError> {
    let file = private_file(&folder.join(LOCK))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(VaultError::InUse {
            folder: folder.to_owned(),
        }),
        Err(TryLockError::Error(error)) => Err(error.into()),
    }
}

/// Never print these: they hold the key.
fn options(folder: &Path, key: &VaultKey) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(folder.join(DATABASE))
        .pragma("key", key.pragma().to_string()) // sqlx sends it first
        .pragma("cipher_log_level", "NONE") // SQLCipher would write to stderr
        .pragma("temp_store", "MEMORY") // nothing in the clear in temporary files
        .busy_timeout(Duration::from_secs(10))
        .disable_statement_logging() // the key is a statement
}

/// Checks the key, then brings the schema up to date.
async fn prepare(connection: &mut SqliteConnection, folder: &Path) -> Result<(), VaultError> {
    const NOT_A_DATABASE: i32 = 26;
    // The first question is the first to decrypt anything.
    if let Err(error) = sqlx::query("SELECT count(*) FROM sqlite_master")
        .execute(&mut *connection)
        .await
    {
        return Err(match sqlite_code(&error) {
            Some(code) if code & 0xff == NOT_A_DATABASE => VaultError::WrongKey {
                folder: folder.to_owned(),
            },
            _ => error.into(),
        });
    }
    sqlx::raw_sql("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 16777216;")
        .execute(&mut *connection)
        .await?;
    STEPS.run_direct(None, connection, false).await.map_err(|error| match error {
        MigrateError::VersionMissing(step) => VaultError::NewerDatabase { step },
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
        other => VaultError::corrupt(other.to_string()),
    })
}

mod writing;

#[cfg(test)]
mod tests;
