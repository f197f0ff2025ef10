//! One connection type over both databases, and how a URL becomes a connection.
//!
//! Owns the choice of the database, by the scheme of the URL. The `establish` that Diesel derives
//! must not be used: it tries one database after the other. Must not know pools or threads.

use std::path::{Path, PathBuf};

use diesel::connection::Connection as _;
use diesel::{PgConnection, SqliteConnection};

use crate::error::{OpenError, StoreError, StoreResult};

/// A connection to either database. Query code knows only this type.
#[derive(diesel::MultiConnection)]
pub enum Conn {
    /// A file of our own.
    Sqlite(SqliteConnection),
    /// A server.
    Postgres(PgConnection),
}

/// Where the data is.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Address {
    Sqlite(PathBuf),
    Postgres(String),
}

/// How long libpq may try, and when it gives a silent server up. A URL that says otherwise wins.
const LIBPQ_DEFAULTS: [(&str, &str); 6] = [
    ("connect_timeout", "3"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "3"),
    ("keepalives_count", "3"),
    ("tcp_user_timeout", "10000"),
    ("application_name", "wishlight"),
];

impl Address {
    pub(crate) fn parse(url: &str) -> Result<Self, OpenError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            return Ok(Self::Postgres(with_libpq_defaults(url)));
        }
        let Some(path) = url.strip_prefix("sqlite:") else {
            return Err(OpenError::BadUrl("unknown scheme"));
        };
        let path = path.strip_prefix("//").unwrap_or(path);
        match path {
            "" => Err(OpenError::BadUrl("no file named")),
            // Each connection would see a database of its own.
            ":memory:" => Err(OpenError::BadUrl("a database in memory is not supported, name a file")),
            _ => Ok(Self::Sqlite(path.into())),
        }
    }

    /// Opens a connection, with nothing set on it yet.
    pub(crate) fn connect(&self) -> StoreResult<Conn> {
        let refused = |e: diesel::ConnectionError| StoreError::Unavailable(e.to_string());
        match self {
            Self::Postgres(url) => PgConnection::establish(url).map(Conn::Postgres).map_err(refused),
            Self::Sqlite(path) => {
                create_private(path)?;
                let path = path.to_str().ok_or(StoreError::Unsupported("a path that is not UTF-8"))?;
                SqliteConnection::establish(path).map(Conn::Sqlite).map_err(refused)
            }
        }
    }
}

fn with_libpq_defaults(url: &str) -> String {
    let mut url = url.to_owned();
    for (name, value) in LIBPQ_DEFAULTS {
        if !url.contains(&format!("{name}=")) {
            url.push(if url.contains('?') { '&' } else { '?' });
            url.push_str(&format!("{name}={value}"));
        }
    }
    url
}

/// Creates the file readable by its owner only; SQLite gives its side files the same mode.
fn create_private(path: &Path) -> StoreResult<()> {
    if path.exists() {
        return Ok(());
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => Ok(()),
        Err(e) => Err(StoreError::Unavailable(format!("{}: {e}", path.display()))),
    }
}
