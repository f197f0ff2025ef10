//! How a session with each database is set up, and which settings the program refuses to run under.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use diesel::connection::{Connection as _, SimpleConnection as _};
use diesel::prelude::*;
use diesel::sql_types::Text;

use super::Watch;
use crate::conn::Conn;
use crate::error::{OpenError, StoreError, StoreResult};

/// What a session is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// SQLite's one writer.
    Write,
    /// SQLite: reads only. PostgreSQL: reads, and writes in a transaction begun for writing.
    Read,
}

/// The timeouts of a session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) statement: Duration,
    pub(crate) lock: Duration,
    pub(crate) busy: Duration,
}

/// Sets a fresh connection up.
pub(crate) fn prepare(conn: &mut Conn, purpose: Purpose, limits: Limits) -> StoreResult<Arc<Watch>> {
    let watch = Arc::new(Watch::default());
    match conn {
        Conn::Sqlite(c) => prepare_sqlite(c, purpose, limits)?,
        Conn::Postgres(c) => prepare_postgres(c, limits)?,
    }
    let noted = Arc::clone(&watch);
    conn.set_instrumentation(move |event: diesel::connection::InstrumentationEvent<'_>| noted.note(&event));
    Ok(watch)
}

/// What is deleted is overwritten: a destroyed key must not be read from a free page. The
/// caches are small: behind them stands the system's, which all connections share and which the system
/// takes back when it needs the memory.
fn prepare_sqlite(conn: &mut SqliteConnection, purpose: Purpose, limits: Limits) -> StoreResult<()> {
    turn_log_on(conn, limits.busy)?;
    let cache_kib = if purpose == Purpose::Write { 8_192 } else { 2_048 };
    conn.batch_execute(&format!(
        "PRAGMA synchronous = FULL;
         PRAGMA foreign_keys = ON;
         PRAGMA cache_size = -{cache_kib};
         PRAGMA mmap_size = 0;
         PRAGMA wal_autocheckpoint = 4000;
         PRAGMA secure_delete = ON;"
    ))?;
    conn.batch_execute(match purpose {
        // What a savepoint could undo is kept in memory, not in a file beside: that was a fifth of each write.
        Purpose::Write => "PRAGMA temp_store = MEMORY",
        Purpose::Read => "PRAGMA query_only = ON",
    })?;
    Ok(())
}

/// Sets how long to wait for other processes, then the write-ahead log, which the file keeps from
/// then on. Where several processes do this to a new file at once, SQLite answers "locked" without
/// waiting, since two of them could wait for each other; hence the loop.
pub(super) fn turn_log_on(conn: &mut SqliteConnection, patience: Duration) -> StoreResult<()> {
    conn.batch_execute(&format!("PRAGMA busy_timeout = {}", patience.as_millis()))?;
    let pause = Duration::from_millis(20);
    let mut waited = Duration::ZERO;
    loop {
        match conn.batch_execute("PRAGMA journal_mode = WAL").map_err(StoreError::from) {
            Err(StoreError::Busy(_)) if waited < patience => std::thread::sleep(pause),
            done => return done,
        }
        waited += pause;
    }
}

/// Sessions are read-only unless a transaction says otherwise, as on SQLite: a write that slipped
/// into a read fails on both databases alike. No plan is compiled to machine code: that takes tens of milliseconds whenever the
/// planner expects much, and our queries take less.
fn prepare_postgres(conn: &mut PgConnection, limits: Limits) -> StoreResult<()> {
    let (statement, lock) = (limits.statement.as_millis(), limits.lock.as_millis());
    let idle = limits.statement.saturating_mul(3).as_millis();
    conn.batch_execute(&format!(
        "SET statement_timeout = {statement};
         SET lock_timeout = {lock};
         SET idle_in_transaction_session_timeout = {idle};
         SET default_transaction_isolation = 'read committed';
         SET jit = off;
         SET default_transaction_read_only = on;"
    ))?;
    ask_for_untranslated_messages(conn);
    Ok(())
}

/// Errors are told apart by their text (see `faults`). Only a superuser, or who was granted it, may
/// change the language; else the operator has to.
fn ask_for_untranslated_messages(conn: &mut PgConnection) {
    let asked = conn.batch_execute(
        "SELECT CASE WHEN current_setting('lc_messages') ~ '^(C|POSIX|en)' THEN ''
                     ELSE set_config('lc_messages', 'C', false) END",
    );
    if let Err(error) = asked {
        tracing::warn!(%error, "PostgreSQL speaks a language we cannot read errors in: set its lc_messages to C");
    }
}

/// Refuses settings under which an acknowledged write could be lost or a text could not be stored.
///
/// # Errors
/// [`OpenError::UnsafeSetting`] names the first setting that is not as it must be.
pub fn check_settings(conn: &mut Conn) -> Result<(), OpenError> {
    match conn {
        Conn::Sqlite(c) => {
            require(
                c,
                "journal_mode",
                "WAL",
                "SELECT journal_mode AS value FROM pragma_journal_mode",
                &["wal"],
            )?;
            let synchronous = "SELECT CAST(synchronous AS TEXT) AS value FROM pragma_synchronous";
            require(c, "synchronous", "FULL (2)", synchronous, &["2", "3"])?;
            let foreign_keys = "SELECT CAST(foreign_keys AS TEXT) AS value FROM pragma_foreign_keys";
            require(c, "foreign_keys", "ON (1)", foreign_keys, &["1"])
        }
        Conn::Postgres(c) => {
            let show = |name| format!("SELECT current_setting('{name}') AS value");
            require(c, "fsync", "on", &show("fsync"), &["on"])?;
            require(c, "full_page_writes", "on", &show("full_page_writes"), &["on"])?;
            let safe = ["on", "local", "remote_write", "remote_apply"];
            require(c, "synchronous_commit", "on", &show("synchronous_commit"), &safe)?;
            require(c, "server_encoding", "UTF8", &show("server_encoding"), &["UTF8"])
        }
    }
}

#[derive(QueryableByName)]
struct Setting {
    #[diesel(sql_type = Text)]
    value: String,
}

fn require<C>(
    conn: &mut C,
    name: &str,
    wanted: &'static str,
    sql: &str,
    safe: &[&str],
) -> Result<(), OpenError>
where
    C: diesel::connection::LoadConnection,
    C::Backend: diesel::internal::derives::multiconnection::DieselReserveSpecialization,
    for<'a> diesel::query_builder::SqlQuery: diesel::query_dsl::LoadQuery<'a, C, Setting>,
{
    let found = diesel::sql_query(sql).get_result::<Setting>(conn)?.value;
    if safe.contains(&found.as_str()) {
        return Ok(());
    }
    Err(OpenError::UnsafeSetting { name: name.to_owned(), found, wanted })
}

/// Copies what is in the write-ahead log into the file and empties the log, as far as nobody reads it:
/// it may hold pages as they were before something was destroyed.
///
/// # Errors
/// When the database refuses.
pub fn empty_log(conn: &mut Conn) -> StoreResult<()> {
    match conn {
        Conn::Sqlite(c) => Ok(c.batch_execute("PRAGMA wal_checkpoint(TRUNCATE)")?),
        Conn::Postgres(_) => Ok(()),
    }
}

/// Takes the data keys out of the copy at `path`, and gives them.
///
/// # Errors
/// When the copy is none of ours.
pub fn take_keys(path: &Path) -> StoreResult<Vec<crate::data_key::Row>> {
    let path = path.to_str().ok_or(StoreError::Unsupported("a path that is not UTF-8"))?;
    let conn =
        SqliteConnection::establish(path).map_err(|error| StoreError::Unavailable(error.to_string()))?;
    let mut conn = Conn::Sqlite(conn);
    let keys = crate::data_key::all(&mut conn)?;
    conn.batch_execute("PRAGMA secure_delete = ON; DELETE FROM data_keys; VACUUM;")?;
    Ok(keys)
}

/// Writes a consistent copy of the database to `path` while it is in use.
///
/// # Errors
/// On PostgreSQL always: its own tools do this better.
pub fn backup(conn: &mut Conn, path: &Path) -> StoreResult<()> {
    match conn {
        Conn::Postgres(_) => Err(StoreError::Unsupported(
            "this program does not back PostgreSQL up; use pg_dump, or pg_basebackup with archived WAL",
        )),
        Conn::Sqlite(c) => {
            let path = path.to_str().ok_or(StoreError::Unsupported("a path that is not UTF-8"))?;
            diesel::sql_query("VACUUM INTO ?").bind::<Text, _>(path).execute(c)?;
            Ok(())
        }
    }
}
