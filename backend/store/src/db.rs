//! The ways in to what is kept: `read`, `read_slow` and `write`.
//!
//! Owns on which thread and in which transaction a unit of work runs, how long it may take, and
//! when it is tried again. Must not know what the work is, nor any SQL.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;

use tokio::{sync::watch, task::JoinError};

use crate::conn::{Address, Conn};
use crate::data_key;
use crate::dialect::{self, Limits, Purpose};
use crate::error::{OpenError, StoreError, StoreResult};
use crate::migrate;
use crate::pool::{Pool, Watched};
use crate::writer::{self, Writer};

/// How a database is used. Every wait has an end.
#[derive(Debug, Clone)]
pub struct Options {
    /// How many connections to PostgreSQL; and half as many for slow reads, on either database.
    pub pool_size: u32,
    /// How long a request waits for a connection.
    pub pool_timeout: Duration,
    /// How long a statement may take on PostgreSQL.
    pub statement_timeout: Duration,
    /// How long a statement may wait for a lock on PostgreSQL.
    pub lock_timeout: Duration,
    /// How long SQLite waits for another process that writes.
    pub busy_timeout: Duration,
    /// How long a statement of `read_slow` may take on PostgreSQL.
    pub slow_statement_timeout: Duration,
    /// How long a caller waits for a unit of work that has its connection; it is then told
    /// `Unavailable`, whatever holds the connection up. `read_slow` waits for
    /// `slow_statement_timeout` longer.
    pub answer_timeout: Duration,
    /// How often work is done again after a deadlock or a serialisation failure.
    pub retries: u32,
    /// Where `read_slow` reads, if not from the primary.
    pub replica_url: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            pool_size: 8,
            pool_timeout: Duration::from_secs(1),
            statement_timeout: Duration::from_secs(3),
            lock_timeout: Duration::from_secs(2),
            busy_timeout: Duration::from_secs(5),
            slow_statement_timeout: Duration::from_secs(30),
            answer_timeout: Duration::from_secs(4),
            retries: 3,
            replica_url: None,
        }
    }
}

/// A database. Clones share it; it closes with the last of them.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

/// What SQLite's writer has done so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Commits {
    /// Units of work.
    pub units: u64,
    /// Commits they were part of.
    pub commits: u64,
}

struct Inner {
    url: String,
    address: Address,
    options: Options,
    lane: Lane,
    slow: Pool,
    written: watch::Sender<()>,
}

enum Lane {
    Sqlite { readers: Pool, writer: Writer },
    Postgres(Pool),
}

impl Db {
    /// Opens the database that `url` names and refuses it unless writes are safe there and no newer
    /// program has migrated it. Blocks; meant for the start of a program.
    ///
    /// # Errors
    /// [`OpenError`] says why the program must not run on this database.
    pub fn open(url: &str, options: Options) -> Result<Self, OpenError> {
        let address = Address::parse(url)?;
        let limits = Limits {
            statement: options.statement_timeout,
            lock: options.lock_timeout,
            busy: options.busy_timeout,
        };
        let slow_limits = Limits { statement: options.slow_statement_timeout, ..limits };
        let slow_address = match &options.replica_url {
            Some(replica) => Address::parse(replica)?,
            None => address.clone(),
        };
        let mut first = connect(&address, Purpose::Write, limits)?;
        dialect::check_settings(&mut first.conn)?;
        migrate::refuse_newer(&mut first.conn)?;
        let pool = |address: Address, size, limits| {
            let open = move || connect(&address, Purpose::Read, limits);
            Pool::new(size, options.pool_timeout, Box::new(open))
        };
        let slow = pool(slow_address, (options.pool_size / 2).max(1), slow_limits);
        let main = pool(address.clone(), options.pool_size, limits);
        let lane = match &address {
            Address::Postgres(_) => Lane::Postgres(main),
            Address::Sqlite(_) => {
                let address = address.clone();
                let again = move || connect(&address, Purpose::Write, limits).map(|fresh| fresh.conn);
                Lane::Sqlite { readers: main, writer: Writer::start(first.conn, Box::new(again))? }
            }
        };
        let written = watch::Sender::new(());
        Ok(Self(Arc::new(Inner { url: url.to_owned(), address, options, lane, slow, written })))
    }

    /// Reads by key, or a page by an index: a fraction of a millisecond. On SQLite this runs on the
    /// calling thread, and all of `work` sees one moment. On PostgreSQL each statement sees its own:
    /// a transaction would cost two more round trips, about half of what a read by key costs;
    /// what must agree with itself goes through [`Db::read_slow`] or one statement.
    ///
    /// # Errors
    /// What `work` returns, or [`StoreError`] when it could not run.
    pub async fn read<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        match &self.0.lane {
            Lane::Sqlite { readers, .. } => readers.with(|held| snapshot(&mut held.conn, work)),
            Lane::Postgres(pool) => {
                let limit = self.0.options.answer_timeout;
                off_thread(pool, limit, move |held| work(&mut held.conn)).await
            }
        }
    }

    /// Reads what may take long: counts, ranked searches, reports, exports. All of `work` sees one
    /// moment, on the replica if there is one.
    ///
    /// # Errors
    /// What `work` returns, or [`StoreError`] when it could not run.
    pub async fn read_slow<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: FnOnce(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let limit = self.0.options.answer_timeout + self.0.options.slow_statement_timeout;
        off_thread(&self.0.slow, limit, move |held| snapshot(&mut held.conn, work)).await
    }

    /// One unit of work: all of it lasts once this returns `Ok`, and nothing of it after an error.
    /// `work` may run several times, hence `Fn`, and must have no other effects. A caller that stops
    /// waiting leaves nothing half done: the work ends, or never begins.
    ///
    /// # Errors
    /// What `work` returns, or [`StoreError`] when it could not run or commit. After
    /// [`StoreError::Unavailable`] it may have been committed all the same.
    pub async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let limit = self.0.options.answer_timeout;
        let done = match &self.0.lane {
            Lane::Sqlite { writer, .. } => {
                // Waiting for the turn counts as well: there is one connection for all.
                let limit = limit + self.0.options.pool_timeout;
                let answered = tokio::time::timeout(limit, writer.submit(work)).await;
                answered.unwrap_or_else(|_| Err(too_slow().into()))
            }
            Lane::Postgres(pool) => {
                let retries = self.0.options.retries;
                off_thread(pool, limit, move |held| transaction(held, retries, &work)).await
            }
        };
        if done.is_ok() {
            self.0.written.send_replace(());
        }
        done
    }

    /// Changes with every unit of work that was written here. What other nodes write it does not tell.
    #[must_use]
    pub fn written(&self) -> watch::Receiver<()> {
        self.0.written.subscribe()
    }

    /// Whether the database answers, to reads and to writes. Changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] within the pool's and the answer's timeout.
    pub async fn ping(&self) -> StoreResult<()> {
        self.read(dialect::ping).await?;
        self.write(dialect::ping).await
    }

    /// How many units of work SQLite's writer has committed, and in how many commits; `None` on
    /// PostgreSQL, where each has its own.
    #[must_use]
    pub fn commits(&self) -> Option<Commits> {
        match &self.0.lane {
            Lane::Postgres(_) => None,
            Lane::Sqlite { writer, .. } => {
                let (units, commits) =
                    (writer.tally().units.load(Relaxed), writer.tally().commits.load(Relaxed));
                Some(Commits { units, commits })
            }
        }
    }

    /// Applies the migrations that are missing; tells their versions.
    ///
    /// # Errors
    /// As [`migrate::run`].
    pub async fn migrate(&self) -> Result<Vec<String>, OpenError> {
        let url = self.0.url.clone();
        tokio::task::spawn_blocking(move || migrate::run(&url)).await.map_err(ended)?
    }

    /// Writes a consistent copy of the database to a new file, while it is in use, without the data
    /// keys; those it gives, as they were at that moment.
    ///
    /// # Errors
    /// [`StoreError::Unsupported`] on PostgreSQL, with what to use there.
    pub async fn backup(&self, path: &Path) -> StoreResult<Vec<data_key::Row>> {
        let (address, path) = (self.0.address.clone(), PathBuf::from(path));
        let copy = move || {
            dialect::backup(&mut address.connect()?, &path)?;
            dialect::take_keys(&path)
        };
        tokio::task::spawn_blocking(copy).await.map_err(ended)?
    }

    /// After something was destroyed: leaves no copy of it in a log of ours.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn empty_log(&self) -> StoreResult<()> {
        let address = self.0.address.clone();
        let empty = move || dialect::empty_log(&mut address.connect()?);
        tokio::task::spawn_blocking(empty).await.map_err(ended)?
    }
}

fn connect(address: &Address, purpose: Purpose, limits: Limits) -> StoreResult<Watched> {
    let mut conn = address.connect()?;
    let watch = dialect::prepare(&mut conn, purpose, limits)?;
    Ok(Watched { conn, watch })
}

/// Runs `work` on the blocking pool with a connection. The place in the pool is held until the work
/// ends, also where the caller gave up, so that no more threads than connections are ever in use.
async fn off_thread<T, E, F>(pool: &Pool, limit: Duration, work: F) -> Result<T, E>
where
    F: FnOnce(&mut Watched) -> Result<T, E> + Send + 'static,
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
{
    let place = pool.place().await?;
    let pool = pool.clone();
    let task = tokio::task::spawn_blocking(move || {
        let _place = place;
        pool.with(work)
    });
    match tokio::time::timeout(limit, task).await {
        Ok(Ok(result)) => result,
        Ok(Err(error)) => Err(ended(error).into()),
        Err(_) => Err(too_slow().into()),
    }
}

fn too_slow() -> StoreError {
    StoreError::Unavailable("the database did not answer in time".into())
}

fn ended(error: JoinError) -> StoreError {
    match error.try_into_panic() {
        Ok(panic) => writer::panicked(&*panic),
        Err(_) => StoreError::Unavailable("the program is ending".into()),
    }
}

/// Runs `work` within a transaction so that all of it is undone where it fails, and what was done before it is not.
///
/// # Errors
/// What `work` fails with; `Unavailable` where the transaction around it was lost.
pub fn whole<T, E: From<StoreError>>(
    conn: &mut Conn,
    work: impl FnOnce(&mut Conn) -> Result<T, E>,
) -> Result<T, E> {
    let outside = dialect::depth(conn).unwrap_or_default();
    dialect::savepoint(conn).map_err(StoreError::from)?;
    let done = work(conn);
    let stands = match &done {
        Ok(_) => dialect::commit(conn, false).is_ok(),
        Err(_) => dialect::rollback_to(conn, outside),
    };
    match stands {
        true => done,
        false => Err(StoreError::Unavailable("the transaction was lost".into()).into()),
    }
}

/// Runs `work` so that it sees one moment.
fn snapshot<T, E, F>(conn: &mut Conn, work: F) -> Result<T, E>
where
    F: FnOnce(&mut Conn) -> Result<T, E>,
    E: From<StoreError>,
{
    dialect::begin_snapshot(conn).map_err(StoreError::from)?;
    let result = work(conn);
    // There is nothing to keep. Where this fails, the pool sees the open transaction and closes it.
    dialect::rollback_to(conn, 0);
    result
}

/// Runs `work` in a transaction, again where others were in its way.
fn transaction<T, E>(
    held: &mut Watched,
    retries: u32,
    work: &impl Fn(&mut Conn) -> Result<T, E>,
) -> Result<T, E>
where
    E: From<StoreError>,
{
    let mut tried = 0;
    loop {
        let result = attempt(held, work);
        if result.is_ok() || !held.watch.contended() || tried >= retries {
            return result;
        }
        tried += 1;
        tracing::debug!(tried, "contended, again");
        // Those who met here would meet again if they came back at the same time.
        std::thread::sleep(Duration::from_millis(u64::from(tried) * 5));
        held.watch.reset();
    }
}

fn attempt<T, E>(held: &mut Watched, work: &impl Fn(&mut Conn) -> Result<T, E>) -> Result<T, E>
where
    E: From<StoreError>,
{
    dialect::begin_write(&mut held.conn).map_err(StoreError::from)?;
    match work(&mut held.conn) {
        Ok(value) => {
            dialect::commit(&mut held.conn, held.watch.failed()).map_err(StoreError::from)?;
            Ok(value)
        }
        Err(error) => {
            dialect::rollback_to(&mut held.conn, 0);
            Err(error)
        }
    }
}
