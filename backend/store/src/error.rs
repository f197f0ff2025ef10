//! What can go wrong while keeping things, in words that do not depend on the database.
//!
//! Owns the error types of this crate. Must not know the text of any database's messages: reading
//! those is `dialect`'s business.

use std::sync::Arc;

use crate::dialect;
use vault::VaultError;

/// Why something was not read or not written.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The row changed, or went away, since the caller saw it.
    #[error("the row has another version by now")]
    Stale,
    /// Another row already has these values.
    #[error("{table} has another row with the same {}", columns.join(", "))]
    Unique {
        /// The table.
        table: String,
        /// The columns that must be unique together, in the order of their index.
        columns: Vec<String>,
    },
    /// A row that is pointed at does not exist, or one that is pointed at was to go.
    #[error("a reference does not hold: {0}")]
    ForeignKey(String),
    /// Others hold what this needed: a lock in time, or a deadlock. Trying again may succeed.
    #[error("busy: {0}")]
    Busy(String),
    /// The database does not answer, or not in time. Whether a write took effect is not known.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// There is no room left.
    #[error("storage is full: {0}")]
    Full(String),
    /// Something stored does not read as what it should be.
    #[error("corrupt: {0}")]
    Corrupt(String),
    /// Sealed under a key that is not here. The data is whole; it opens once the key is back.
    #[error("sealed: {0}")]
    Locked(String),
    /// It is about a resident who was erased: there is no key to it any more.
    #[error("the resident was erased")]
    Erased,
    /// This database cannot do that.
    #[error("not supported: {0}")]
    Unsupported(&'static str),
    /// The unit of work panicked; it was rolled back.
    #[error("a unit of work panicked: {0}")]
    Panicked(String),
    /// Anything else; a fault of ours.
    #[error(transparent)]
    Other(Arc<diesel::result::Error>),
}

/// What every function of this crate returns.
pub type StoreResult<T> = Result<T, StoreError>;

impl StoreError {
    /// Whether this says that `columns` of `table` must be unique.
    #[must_use]
    pub fn is_unique(&self, table: &str, columns: &[&str]) -> bool {
        // A name of an index does not tell where one column ends, hence the joined comparison.
        matches!(self, Self::Unique { table: t, columns: c } if t == table && c.join("_") == columns.join("_"))
    }

    /// A stored value that does not read as what it should be.
    #[must_use]
    pub fn corrupt(what: impl std::fmt::Display) -> Self {
        Self::Corrupt(what.to_string())
    }
}

impl From<diesel::result::Error> for StoreError {
    fn from(error: diesel::result::Error) -> Self {
        dialect::classify(error)
    }
}

impl From<VaultError> for StoreError {
    fn from(error: VaultError) -> Self {
        match error {
            VaultError::UnknownVersion(_) => Self::Locked(error.to_string()),
            VaultError::NoRandomness(_) => Self::Unavailable(error.to_string()),
            other => Self::corrupt(other),
        }
    }
}

/// Why the database was not opened. The server does not start with any of these.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The address names no database that we know. It may hold a password, so it is not repeated.
    #[error("the database URL must begin with sqlite:// or postgres:// and name a file or a server: {0}")]
    BadUrl(&'static str),
    /// A setting under which acknowledged writes could be lost, or text could not be stored.
    #[error("{name} is {found}, but must be {wanted}: acknowledged writes would not be safe")]
    UnsafeSetting {
        /// The setting, as the database names it.
        name: String,
        /// What it is.
        found: String,
        /// What it must be.
        wanted: &'static str,
    },
    /// A newer program has migrated this database.
    #[error("the database was migrated by a newer program (unknown migrations: {})", versions.join(", "))]
    NewerDatabase {
        /// The applied migrations that this program does not know.
        versions: Vec<String>,
    },
    /// A migration failed; nothing of it was kept.
    #[error("migration failed: {0}")]
    Migration(String),
    /// The database could not be reached or read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<diesel::result::Error> for OpenError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Store(error.into())
    }
}
