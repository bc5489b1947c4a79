//! How changes are written: one connection, one transaction at a time.

use sqlx::{Arguments, AssertSqlSafe, Encode, Sqlite, SqliteConnection, Type, sqlite::SqliteArguments};
use tokio::sync::MappedMutexGuard;

use crate::{error::VaultError, samples::Standing};

pub(super) const BEGIN: &str = "BEGIN IMMEDIATE";
const COMMIT: &str = "COMMIT";

/// The one connection that writes.
///
/// Not sqlx's `Transaction`: it loses count when SQLite rolls back by itself, as it does when the disk is full.
pub(super) struct Writer {
    pub(super) connection: SqliteConnection,
    /// A transaction was begun and not seen to end: it failed, or whoever waited for it went away.
    pub(super) open: bool,
    /// What [`Vault::append`](crate::Vault::append) knows without asking. Taken out while it changes: whoever finds it missing reads it
    /// again.
    pub(super) standing: Option<Standing>,
}

impl Writer {
    pub(super) const fn new(connection: SqliteConnection) -> Self {
        Self {
            connection,
            open: false,
            standing: None,
        }
    }

    /// Ends a transaction that somebody left open.
    pub(super) async fn give_up(&mut self) -> Result<(), VaultError> {
        if self.open {
            // Fails when SQLite has rolled back already, or when the commit did get through.
            if let Err(error) = sqlx::query("ROLLBACK").execute(&mut self.connection).await {
                tracing::debug!(%error, "there was nothing to roll back");
            }
            self.open = false;
        }
        Ok(())
    }
}

/// A change under way. Dropped without [`Self::commit`], it never happened.
pub(crate) struct Writing<'a>(pub(super) MappedMutexGuard<'a, Writer>);

impl Writing<'_> {
    pub(crate) fn connection(&mut self) -> &mut SqliteConnection {
        &mut self.0.connection
    }

    pub(crate) fn standing(&mut self) -> &mut Option<Standing> {
        &mut self.0.standing
    }

    /// Keeps the change: it is on the disk when this returns.
    pub(crate) async fn commit(mut self) -> Result<(), VaultError> {
        sqlx::query(COMMIT).execute(&mut self.0.connection).await?;
        self.0.open = false;
        Ok(())
    }
}

/// A change whose statements are gathered and go to SQLite together.
///
/// SQLite lives on a thread of its own, and to wake that thread and be woken by it costs more than most statements do: a change that
/// reads nothing is one such journey, instead of one for each statement, one to begin and one to commit. Dropped without
/// [`Self::commit`], it never happened.
pub(crate) struct Gathering<'a> {
    writer: MappedMutexGuard<'a, Writer>,
    statements: Vec<String>,
    arguments: SqliteArguments,
}

impl<'a> Gathering<'a> {
    pub(super) fn new(writer: MappedMutexGuard<'a, Writer>) -> Self {
        Self {
            writer,
            statements: Vec::new(),
            arguments: SqliteArguments::default(),
        }
    }

    /// One more statement. Its parameters are `?` without numbers: those would count through all statements.
    pub(crate) fn statement(&mut self, sql: String) {
        self.statements.push(sql);
    }

    /// The next parameter.
    pub(crate) fn bind<'t>(&mut self, value: impl Encode<'t, Sqlite> + Type<Sqlite>) -> Result<(), VaultError> {
        self.arguments
            .add(value)
            .map_err(|error| VaultError::Database(sqlx::Error::Encode(error)))
    }

    /// What is known of the samples; it is read when it is not known.
    pub(crate) async fn take_standing(&mut self) -> Result<Standing, VaultError> {
        match self.writer.standing.take() {
            Some(standing) => Ok(standing),
            None => Standing::read(&mut self.writer.connection).await,
        }
    }

    /// Gives back what [`Self::take_standing`] took: nothing of it has changed.
    pub(crate) fn leave(mut self, standing: Standing) {
        self.writer.standing = Some(standing);
    }

    /// The connection, to read what the change would make of the database so far: sends what was gathered.
    pub(crate) async fn connection(&mut self) -> Result<&mut SqliteConnection, VaultError> {
        if !self.writer.open {
            self.statements.insert(0, BEGIN.to_owned());
        }
        self.send().await?;
        Ok(&mut self.writer.connection)
    }

    /// Keeps the change: it is on the disk when this returns.
    pub(crate) async fn commit(mut self, standing: Standing) -> Result<(), VaultError> {
        // A statement alone is a transaction by itself.
        if self.writer.open {
            self.statements.push(COMMIT.to_owned());
        } else if self.statements.len() > 1 {
            self.statements.insert(0, BEGIN.to_owned());
            self.statements.push(COMMIT.to_owned());
        }
        self.send().await?;
        self.writer.open = false;
        self.writer.standing = Some(standing);
        Ok(())
    }

    async fn send(&mut self) -> Result<(), VaultError> {
        if self.statements.is_empty() {
            return Ok(());
        }
        let sql = std::mem::take(&mut self.statements).join("; ");
        self.writer.open = true;
        sqlx::query_with(AssertSqlSafe(sql), std::mem::take(&mut self.arguments))
            .execute(&mut self.writer.connection)
            .await?;
        Ok(())
    }
}
