//! What can go wrong with the vault, in words for a person and a code for a program.

use std::{io, path::PathBuf};

use earnest_domain::device::DeviceId;

/// Why the vault did not do something. Whatever it is, what was acknowledged before is kept.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// No room.
    #[error("the disk is full; nothing new was kept, and nothing kept so far is lost. Free some space and it goes on")]
    DiskFull,
    /// The key opens another vault.
    #[error("this is not the key of the vault in {}; nothing was changed. Put back the key that belongs to it", folder.display())]
    WrongKey {
        /// The vault's folder.
        folder: PathBuf,
    },
    /// There is a vault, and no key to it anywhere.
    #[error(
        "the key of the vault in {} was not found: {why}. Nothing was changed. Unlock the keyring and start again, or put vault.key back beside vault.db",
        folder.display()
    )]
    KeyMissing {
        /// The vault's folder.
        folder: PathBuf,
        /// What was tried.
        why: String,
    },
    /// The key file holds something else.
    #[error("{} holds no key; nothing was changed. Put back the file as it was", file.display())]
    KeyUnreadable {
        /// The key file.
        file: PathBuf,
    },
    /// A later Earnest wrote this vault.
    #[error("this vault was written by a newer Earnest (step {step}); nothing was changed. Install that version or a later one")]
    NewerDatabase {
        /// The first step of the schema that this version does not know.
        step: i64,
    },
    /// Another process has the vault open.
    #[error("another Earnest has the vault in {} open; close it and start again", folder.display())]
    InUse {
        /// The vault's folder.
        folder: PathBuf,
    },
    /// The files do not say what they must.
    #[error("the vault is damaged: {0}. Nothing was changed; put back a copy of its folder")]
    Corrupt(String),
    /// No such device was paired.
    #[error("no device “{0}” is paired; nothing was kept")]
    UnknownDevice(DeviceId),
    /// The device is there already.
    #[error("a device “{0}” is paired already; nothing was changed")]
    DeviceExists(DeviceId),
    /// A window belongs to another contribution, or was never recorded.
    #[error("a stretch of this capture already counts for something else; nothing was prepared to leave")]
    WindowUsed,
    /// This effort is under way or paid.
    #[error("this effort for the quest “{quest}” was contributed before; nothing was prepared to leave")]
    EffortExists {
        /// The quest.
        quest: String,
        /// The how-manieth.
        ordinal: u32,
    },
    /// The receipt was taken back in the meantime.
    #[error("the permission for this was withdrawn; nothing was prepared to leave")]
    ReceiptWithdrawn,
    /// No such contribution or receipt.
    #[error("the vault holds no {what} {id}; nothing was changed")]
    NotFound {
        /// What was looked for.
        what: &'static str,
        /// By which id.
        id: String,
    },
    /// The files could not be read or written.
    #[error("the vault's files could not be reached: {0}; nothing kept so far is lost")]
    Io(#[source] io::Error),
    /// The database failed otherwise.
    #[error("the vault's database failed: {0}; nothing kept so far is lost")]
    Database(#[source] sqlx::Error),
}

impl VaultError {
    /// Stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::DiskFull => "disk_full",
            Self::WrongKey { .. } => "wrong_key",
            Self::KeyMissing { .. } => "key_missing",
            Self::KeyUnreadable { .. } => "key_unreadable",
            Self::NewerDatabase { .. } => "newer_database",
            Self::InUse { .. } => "locked",
            Self::Corrupt(_) => "corrupt",
            Self::UnknownDevice(_) => "unknown_device",
            Self::DeviceExists(_) => "device_exists",
            Self::WindowUsed => "window_used",
            Self::EffortExists { .. } => "effort_exists",
            Self::ReceiptWithdrawn => "withdrawn",
            Self::NotFound { .. } => "not_found",
            Self::Io(_) | Self::Database(_) => "io",
        }
    }

    /// A stored value that cannot be what this version, or an earlier one, wrote.
    pub(crate) fn corrupt(what: impl Into<String>) -> Self {
        Self::Corrupt(what.into())
    }
}

/// The result code of SQLite (<https://www.sqlite.org/rescode.html>), extended, when the error has one.
pub(crate) fn sqlite_code(error: &sqlx::Error) -> Option<i32> {
    error.as_database_error()?.code()?.parse().ok()
}

impl From<sqlx::Error> for VaultError {
    fn from(error: sqlx::Error) -> Self {
        const FULL: i32 = 13;
        const CORRUPT: i32 = 11;
        const NOT_A_DATABASE: i32 = 26;
        // The shared-memory file of the WAL cannot grow: SQLite reports it as an I/O error, and it is a full disk.
        const NO_ROOM_FOR_SHARED_MEMORY: i32 = 4874;
        match sqlite_code(&error) {
            Some(NO_ROOM_FOR_SHARED_MEMORY) => Self::DiskFull,
            Some(code) if code & 0xff == FULL => Self::DiskFull,
            Some(code) if code & 0xff == CORRUPT || code & 0xff == NOT_A_DATABASE => Self::Corrupt(error.to_string()),
            _ => match error {
                sqlx::Error::Io(error) => error.into(),
                error @ (sqlx::Error::ColumnDecode { .. } | sqlx::Error::Decode(_)) => Self::Corrupt(error.to_string()),
                error => Self::Database(error),
            },
        }
    }
}

impl From<io::Error> for VaultError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::DiskFull,
            _ => Self::Io(error),
        }
    }
}
