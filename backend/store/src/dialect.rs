//! What differs between SQLite and PostgreSQL. Nothing outside of this module, and of its parts
//! `faults`, `session` and `fulltext`, may ask which database it speaks to, or name one.
//!
//! Here: statements that Diesel cannot say to both databases at once, the ways a transaction
//! begins and ends, and locks. Must not know what the rows mean.

mod faults;
mod fulltext;
mod rows;
mod session;

use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, Connection, SimpleConnection as _, TransactionManager};
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::query_dsl::methods::ExecuteDsl;
use diesel::sql_types::{BigInt, Text};

use crate::conn::{Conn, MultiBackend};
use crate::error::{OpenError, StoreError, StoreResult};

pub(crate) use faults::{Watch, classify};
pub use fulltext::{Matches, index_wish, matches, unindex_wish};
pub(crate) use rows::{add_to_tallies, carry_tallies, place_events, write_shares};
pub(crate) use session::{Limits, Purpose, prepare};
pub use session::{backup, check_settings, empty_log, take_keys};

/// Runs the same Diesel code on the connection within, whichever it is. For what Diesel builds
/// differently per database, such as inserting many rows:
/// `on_each!(conn, c => insert_into(wishes::table).values(&rows).execute(c))`.
#[macro_export]
macro_rules! on_each {
    ($conn:expr, $c:ident => $body:expr) => {
        match $conn {
            $crate::Conn::Sqlite($c) => $body,
            $crate::Conn::Postgres($c) => $body,
        }
    };
}

/// So many rows are one statement where many are entered: SQLite binds at most 32,766 values.
pub const ROWS_AT_ONCE: usize = 500;

/// A statement that is valid on each database, although Diesel does not know it for both at once:
/// anything with `on_conflict`. `RETURNING` may be part of it.
#[derive(Debug, Clone, Copy)]
pub struct Both<S>(pub S);

impl<S> QueryFragment<MultiBackend> for Both<S>
where
    S: QueryFragment<diesel::sqlite::Sqlite> + QueryFragment<diesel::pg::Pg>,
{
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, MultiBackend>) -> QueryResult<()> {
        MultiBackend::walk_variant_ast(&self.0, out)
    }
}

impl<S: QueryId> QueryId for Both<S> {
    type QueryId = S::QueryId;
    const HAS_STATIC_QUERY_ID: bool = S::HAS_STATIC_QUERY_ID;
}

impl<S: Query> Query for Both<S> {
    type SqlType = S::SqlType;
}

impl<S> RunQueryDsl<Conn> for Both<S> {}

/// Runs `insert_into(…).values(…).on_conflict_do_nothing()`; tells whether the row is new.
///
/// # Errors
/// As any write.
pub fn insert_or_ignore<S>(conn: &mut Conn, statement: S) -> QueryResult<bool>
where
    Both<S>: ExecuteDsl<Conn>,
{
    ExecuteDsl::execute(Both(statement), conn).map(|rows| rows > 0)
}

/// Keeps others from changing these wishes until the transaction ends. Wishes are locked in the
/// order of their ids, whatever the order given, so that two such calls cannot deadlock. On SQLite
/// a transaction that writes has the whole database already.
///
/// # Errors
/// [`crate::StoreError::Busy`] when another holds one for longer than the lock timeout.
pub fn lock_wishes<S: AsRef<str>>(conn: &mut Conn, ids: &[S]) -> StoreResult<()> {
    if let Conn::Postgres(c) = conn {
        use crate::schema::wishes::dsl::{id, wishes};
        let ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
        wishes.select(id).filter(id.eq_any(ids)).order(id).for_update().load::<String>(c)?;
    }
    Ok(())
}

/// Keeps others from changing these residents until the transaction ends, in the order of the ids, so that two such calls cannot
/// deadlock.
///
/// # Errors
/// [`crate::StoreError::Busy`] when another holds one for longer than the lock timeout.
pub fn lock_residents<S: AsRef<str>>(conn: &mut Conn, ids: &[S]) -> StoreResult<()> {
    if let Conn::Postgres(c) = conn {
        use crate::schema::beneficiaries::dsl::{beneficiaries, id};
        let ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
        beneficiaries.select(id).filter(id.eq_any(ids)).order(id).for_update().load::<String>(c)?;
    }
    Ok(())
}

/// Keeps others from opening, closing or changing these campaigns until the transaction ends; who only takes a wish in
/// by their rules does not wait for another who does. After the wishes are locked.
///
/// # Errors
/// [`crate::StoreError::Busy`] when another changes one for longer than the lock timeout.
pub fn share_campaigns<S: AsRef<str>>(conn: &mut Conn, ids: &[S]) -> StoreResult<()> {
    if let Conn::Postgres(c) = conn {
        use crate::schema::campaigns::dsl::{campaigns, id};
        let ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
        campaigns.select(id).filter(id.eq_any(ids)).order(id).for_share().load::<String>(c)?;
    }
    Ok(())
}

/// Keeps others from counting or changing what these claimants hold until the transaction ends; after the
/// wishes are locked, and in the order of the ids, so that two such calls cannot deadlock.
///
/// # Errors
/// [`crate::StoreError::Busy`] when another holds one for longer than the lock timeout.
pub fn lock_claimants<S: AsRef<str>>(conn: &mut Conn, ids: &[S]) -> StoreResult<()> {
    if let Conn::Postgres(c) = conn {
        use crate::schema::claimants::dsl::{claimants, id};
        let ids: Vec<&str> = ids.iter().map(AsRef::as_ref).collect();
        // Rows that refer to a claimant may be written meanwhile: they do not ask how many it holds.
        claimants.select(id).filter(id.eq_any(ids)).order(id).for_no_key_update().load::<String>(c)?;
    }
    Ok(())
}

diesel::define_sql_function! {
    /// PostgreSQL's lock without a row, held until the transaction ends.
    fn pg_try_advisory_xact_lock(key: BigInt) -> Bool;
}

/// Takes the lock `key` until the end of the transaction, or tells that another has it. On SQLite
/// always true: there is one writing transaction at a time.
///
/// # Errors
/// As any read.
pub fn try_advisory_lock(conn: &mut Conn, key: i64) -> StoreResult<bool> {
    match conn {
        Conn::Sqlite(_) => Ok(true),
        Conn::Postgres(c) => Ok(diesel::select(pg_try_advisory_xact_lock(key)).get_result(c)?),
    }
}

/// The ids of jobs that are free at `now`, the longest due first, held until the transaction ends; those
/// that another holds are passed over. On SQLite a transaction that writes has all of them.
pub(crate) fn hold_free_jobs(conn: &mut Conn, now: i64, limit: i64) -> StoreResult<Vec<String>> {
    use crate::schema::jobs::dsl::{dead_at, due_at, id, jobs, run_at};
    let free = jobs.filter(run_at.le(now)).filter(dead_at.is_null()).order(due_at).limit(limit).select(id);
    Ok(match conn {
        Conn::Sqlite(c) => free.load(c)?,
        Conn::Postgres(c) => free.for_update().skip_locked().load(c)?,
    })
}

diesel::define_sql_function! {
    /// PostgreSQL's time of the moment, not of the transaction's beginning.
    fn clock_timestamp() -> diesel::sql_types::Timestamptz;
}

/// The database's time in microseconds since 1970; none on SQLite, which has none of its own.
pub(crate) fn clock(conn: &mut Conn) -> StoreResult<Option<i64>> {
    match conn {
        Conn::Sqlite(_) => Ok(None),
        Conn::Postgres(c) => {
            let now: diesel::pg::data_types::PgTimestamp = diesel::select(clock_timestamp()).get_result(c)?;
            Ok(Some(now.0.saturating_add(MICROS_TO_2000)))
        }
    }
}

/// PostgreSQL counts from 2000-01-01T00:00:00Z.
const MICROS_TO_2000: i64 = 946_684_800_000_000;

/// Whether there is such a table.
pub(crate) fn has_table(conn: &mut Conn, name: &str) -> StoreResult<bool> {
    #[derive(QueryableByName)]
    struct Found {
        #[diesel(sql_type = Text)]
        #[diesel(column_name = name)]
        _name: String,
    }
    let sql = match conn {
        Conn::Sqlite(_) => "SELECT name FROM sqlite_master WHERE type = 'table' AND name = $1",
        Conn::Postgres(_) => "SELECT relname::text AS name FROM pg_class WHERE oid = to_regclass($1)",
    };
    Ok(diesel::sql_query(sql).bind::<Text, _>(name).get_result::<Found>(conn).optional()?.is_some())
}

/// Begins a transaction that may write. On SQLite it takes the write lock at once: one that read
/// first and then found another writer before it would have to fail.
pub(crate) fn begin_write(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN IMMEDIATE"),
        Conn::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(
            c,
            "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
        ),
    }
}

/// Begins a transaction in which every read sees the same moment.
pub(crate) fn begin_snapshot(conn: &mut Conn) -> QueryResult<()> {
    match conn {
        Conn::Sqlite(c) => AnsiTransactionManager::begin_transaction_sql(c, "BEGIN"),
        Conn::Postgres(c) => AnsiTransactionManager::begin_transaction_sql(
            c,
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
        ),
    }
}

/// Makes a transaction last. `suspect` says that a statement failed in it: then PostgreSQL may have
/// given the transaction up, and would answer COMMIT with a ROLLBACK that Diesel takes for success.
pub(crate) fn commit(conn: &mut Conn, suspect: bool) -> QueryResult<()> {
    if suspect && let Err(given_up) = conn.batch_execute("SELECT 1") {
        rollback_to(conn, 0);
        return Err(given_up);
    }
    <Conn as Connection>::TransactionManager::commit_transaction(conn)
}

/// Looks for what is due, by indexes alone. PostgreSQL cannot know how little of a million rows that is, and
/// would read whole tables to tell what is planned already from what is not: two seconds for each look, measured.
pub(crate) fn by_index<T>(conn: &mut Conn, look: impl FnOnce(&mut Conn) -> StoreResult<T>) -> StoreResult<T> {
    if matches!(conn, Conn::Sqlite(_)) {
        return look(conn);
    }
    let outside = depth(conn).unwrap_or_default();
    savepoint(conn)?;
    let settings =
        "SET LOCAL enable_seqscan = off; SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off";
    let found = conn.batch_execute(settings).map_err(StoreError::from).and_then(|()| look(conn));
    // There is nothing to keep, and the settings end with it.
    rollback_to(conn, outside);
    found
}

/// Opens a savepoint within a transaction, or a transaction where there is none.
pub(crate) fn savepoint(conn: &mut Conn) -> QueryResult<()> {
    <Conn as Connection>::TransactionManager::begin_transaction(conn)
}

/// How many transactions and savepoints are open, or `None` if the connection is broken.
pub(crate) fn depth(conn: &mut Conn) -> Option<u32> {
    let status = <Conn as Connection>::TransactionManager::transaction_manager_status_mut(conn);
    status.transaction_depth().ok().map(|depth| depth.map_or(0, std::num::NonZeroU32::get))
}

/// Undoes until `wanted` transactions and savepoints are open. Tells whether that many are: SQLite
/// ends the whole transaction by itself on some failures, such as a full disk.
pub(crate) fn rollback_to(conn: &mut Conn, wanted: u32) -> bool {
    while depth(conn).is_some_and(|depth| depth > wanted) {
        if let Err(error) = <Conn as Connection>::TransactionManager::rollback_transaction(conn) {
            tracing::debug!(%error, "rollback failed");
            break;
        }
    }
    depth(conn) == Some(wanted)
}

/// Asks something that any database can answer.
pub(crate) fn ping(conn: &mut Conn) -> StoreResult<()> {
    Ok(conn.batch_execute("SELECT 1")?)
}

/// The key of the lock under which migrations run.
const MIGRATION_LOCK: i64 = 0x7769_7368_6c69_6768;

/// Waits for others who may be migrating: a new connection to a file does not.
pub(crate) fn wait_for_others(conn: &mut Conn) -> StoreResult<()> {
    match conn {
        Conn::Postgres(_) => Ok(()),
        Conn::Sqlite(c) => session::turn_log_on(c, Duration::from_secs(60)),
    }
}

/// Runs `work` on a fresh connection while no other process does the same. On SQLite all of it is
/// one transaction without foreign keys, since a table is changed by building it anew; they are
/// checked before it is kept. On PostgreSQL each migration has its own transaction under one lock
/// of the session, so that one may build an index concurrently.
pub(crate) fn exclusively<T>(
    conn: &mut Conn,
    work: impl FnOnce(&mut Conn) -> Result<T, OpenError>,
) -> Result<T, OpenError> {
    match conn {
        Conn::Postgres(c) => {
            c.batch_execute(&format!("SET lock_timeout = '60s'; SELECT pg_advisory_lock({MIGRATION_LOCK})"))?;
            // After an error, closing the connection frees the lock.
            let result = work(conn)?;
            conn.batch_execute(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})"))?;
            return Ok(result);
        }
        Conn::Sqlite(c) => c.batch_execute("PRAGMA foreign_keys = OFF")?,
    }
    begin_write(conn)?;
    let result = work(conn).and_then(|value| foreign_keys_hold(conn).map(|()| value));
    match result {
        Ok(value) => commit(conn, false).map(|()| value).map_err(OpenError::from),
        Err(error) => {
            rollback_to(conn, 0);
            Err(error)
        }
    }
}

fn foreign_keys_hold(conn: &mut Conn) -> Result<(), OpenError> {
    #[derive(QueryableByName)]
    struct Broken {
        #[diesel(sql_type = Text)]
        table: String,
    }
    let broken =
        diesel::sql_query("SELECT DISTINCT \"table\" FROM pragma_foreign_key_check").load::<Broken>(conn)?;
    if broken.is_empty() {
        return Ok(());
    }
    let tables: Vec<String> = broken.into_iter().map(|row| row.table).collect();
    Err(OpenError::Migration(format!("rows without what they refer to, in {}", tables.join(", "))))
}
