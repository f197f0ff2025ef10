//! What the two databases say when something fails, read into one [`StoreError`].
//!
//! Diesel passes on the kind of an error for constraints and serialisation, and the text otherwise;
//! it hides PostgreSQL's SQLSTATE. So the text is matched here, and nowhere else. Sessions ask the
//! server for untranslated messages (see `session`), and whatever is not recognised is `Other`.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use diesel::connection::InstrumentationEvent;
use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind as Kind, Error};

use crate::error::StoreError;

const FULL: [&str; 5] = [
    "database or disk is full",
    "No space left on device",
    "could not extend file",
    "Disk quota exceeded",
    "disk full",
];
const BUSY: [&str; 6] = [
    "database is locked",
    "database table is locked",
    "database schema is locked",
    "deadlock detected",
    "canceling statement due to lock timeout",
    "could not obtain lock",
];
const CORRUPT: [&str; 4] = [
    "database disk image is malformed",
    "file is not a database",
    "invalid page in block",
    "could not read block",
];
/// The connection is of no more use.
const LOST: [&str; 8] = [
    "terminating connection",
    "server closed the connection",
    "connection to server",
    "no connection to the server",
    "connection not open",
    "SSL connection has been closed",
    "could not receive data from server",
    "could not send data to server",
];
const UNAVAILABLE: [&str; 12] = [
    "canceling statement due to",
    "the database system is",
    "too many clients",
    "remaining connection slots",
    "during recovery",
    "disk I/O error",
    "unable to open database file",
    "attempt to write a readonly database",
    "out of memory",
    "interrupted",
    "idle-in-transaction timeout",
    "locking protocol",
];

/// Reads what a database said into what the rest of the program knows.
pub(crate) fn classify(error: Error) -> StoreError {
    match error {
        Error::DatabaseError(kind, info) => database_error(kind, info),
        Error::RollbackErrorOnCommit { commit_error, .. } => classify(*commit_error),
        Error::BrokenTransactionManager => {
            StoreError::Unavailable("the connection broke in a transaction".into())
        }
        Error::DeserializationError(e) => StoreError::Corrupt(e.to_string()),
        other => StoreError::Other(Arc::new(other)),
    }
}

fn database_error(kind: Kind, info: Box<dyn DatabaseErrorInformation + Send + Sync>) -> StoreError {
    let text = info.message();
    let has = |known: &[&str]| known.iter().any(|part| text.contains(part));
    match kind {
        Kind::UniqueViolation => unique(&*info),
        Kind::ForeignKeyViolation | Kind::RestrictViolation => {
            StoreError::ForeignKey(info.constraint_name().unwrap_or(text).to_owned())
        }
        Kind::SerializationFailure => StoreError::Busy(text.to_owned()),
        Kind::ClosedConnection | Kind::UnableToSendCommand => StoreError::Unavailable(text.to_owned()),
        _ if has(&FULL) => StoreError::Full(text.to_owned()),
        _ if has(&BUSY) => StoreError::Busy(text.to_owned()),
        _ if has(&CORRUPT) => StoreError::Corrupt(text.to_owned()),
        _ if has(&LOST) || has(&UNAVAILABLE) => StoreError::Unavailable(text.to_owned()),
        _ => StoreError::Other(Arc::new(Error::DatabaseError(kind, info))),
    }
}

fn unique(info: &dyn DatabaseErrorInformation) -> StoreError {
    let (table, columns) = match (info.table_name(), info.constraint_name()) {
        (Some(table), Some(index)) => (table.to_owned(), postgres_columns(info, table, index)),
        _ => sqlite_columns(info.message()),
    };
    StoreError::Unique { table, columns }
}

/// From `Key (wish_id, number)=(…) already exists.`, where only the brackets do not depend on the
/// server's language; or else from the name of the index, `<table>_<columns>_key` or `<table>_pkey`.
fn postgres_columns(info: &dyn DatabaseErrorInformation, table: &str, index: &str) -> Vec<String> {
    let detail = info.details().and_then(|d| d.split_once('(')).and_then(|(_, rest)| rest.split_once(")=("));
    if let Some((columns, _)) = detail
        && !columns.contains('(')
    {
        return columns.split(", ").map(|c| c.trim_matches('"').to_owned()).collect();
    }
    let name = index.strip_prefix(table).unwrap_or(index).trim_start_matches('_');
    vec![if name == "pkey" { "id" } else { name.trim_end_matches("_key") }.to_owned()]
}

/// From `UNIQUE constraint failed: claims.wish_id, claims.number`, or, where the index is on an
/// expression, `… failed: index 'claims_wish_id_key'`; there the table is its name up to the `_`.
fn sqlite_columns(text: &str) -> (String, Vec<String>) {
    let what = text.rsplit_once(": ").map_or(text, |(_, what)| what);
    if let Some(index) = what.strip_prefix("index ") {
        let name = index.trim_matches('\'').trim_end_matches("_key");
        let (table, columns) = name.split_once('_').unwrap_or((name, ""));
        return (table.to_owned(), vec![columns.to_owned()]);
    }
    let pairs = || what.split(", ").filter_map(|pair| pair.split_once('.'));
    let table = pairs().next().map_or("", |(table, _)| table).to_owned();
    (table, pairs().map(|(_, column)| column.to_owned()).collect())
}

/// Notes the failures of statements on one connection, since the error that a unit of work returns
/// need not tell: it may be an error of the caller's own type, or no error at all.
#[derive(Debug, Default)]
pub(crate) struct Watch {
    failed: AtomicBool,
    contended: AtomicBool,
    lost: AtomicBool,
}

impl Watch {
    /// Forgets all, for the next unit of work.
    pub(crate) fn reset(&self) {
        self.failed.store(false, Relaxed);
        self.contended.store(false, Relaxed);
        self.lost.store(false, Relaxed);
    }

    pub(crate) fn note(&self, event: &InstrumentationEvent<'_>) {
        if let InstrumentationEvent::FinishQuery { error: Some(error), .. } = event {
            self.failed.store(true, Relaxed);
            self.contended.fetch_or(is_contended(error), Relaxed);
            self.lost.fetch_or(is_lost(error), Relaxed);
        }
    }

    /// Some statement failed.
    pub(crate) fn failed(&self) -> bool {
        self.failed.load(Relaxed)
    }

    /// A deadlock or a serialisation failure: the same work may well succeed when done again.
    pub(crate) fn contended(&self) -> bool {
        self.contended.load(Relaxed)
    }

    /// The server has gone.
    pub(crate) fn lost(&self) -> bool {
        self.lost.load(Relaxed)
    }
}

fn is_contended(error: &Error) -> bool {
    match error {
        Error::DatabaseError(Kind::SerializationFailure, _) => true,
        Error::DatabaseError(_, info) => info.message().contains("deadlock detected"),
        _ => false,
    }
}

fn is_lost(error: &Error) -> bool {
    match error {
        Error::DatabaseError(Kind::ClosedConnection | Kind::UnableToSendCommand, _) => true,
        Error::DatabaseError(_, info) => LOST.iter().any(|part| info.message().contains(part)),
        _ => false,
    }
}
