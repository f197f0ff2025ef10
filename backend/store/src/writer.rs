//! SQLite's one writer: a thread that commits many units of work at once.
//!
//! Owns the order of writes and when they are answered. SQLite has one writer at a time anyway;
//! waiting for the disk once for all who wait makes it several times faster, and nobody is answered
//! before the disk has it. Must not know what the work is.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};

use tokio::sync::oneshot;

use crate::conn::Conn;
use crate::dialect;
use crate::error::{StoreError, StoreResult};

/// How many wait at most; beyond that the answer is "not now" at once.
const QUEUE: usize = 4096;
/// How many share a commit at most.
const BATCH: usize = 256;

/// The way to the thread, which ends when this is dropped and the queue is empty.
pub(crate) struct Writer {
    queue: SyncSender<Box<dyn Job>>,
    tally: Arc<Tally>,
}

/// How much was committed so far, and how often.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) units: AtomicU64,
    pub(crate) commits: AtomicU64,
}

impl Writer {
    /// Starts the thread.
    pub(crate) fn start(conn: Conn, connect: Box<dyn Fn() -> StoreResult<Conn> + Send>) -> StoreResult<Self> {
        let (sender, queue) = sync_channel(QUEUE);
        let thread = std::thread::Builder::new().name("sqlite-writer".into());
        let tally = Arc::new(Tally::default());
        let counted = Arc::clone(&tally);
        let started = thread.spawn(move || Thread { conn, connect, tally: counted }.run(&queue));
        started.map_err(|e| StoreError::Unavailable(format!("the writer cannot start: {e}")))?;
        Ok(Self { queue: sender, tally })
    }

    pub(crate) fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Does `work` as one unit; answers after the commit. Work whose caller has gone before its
    /// turn is not begun.
    pub(crate) async fn submit<T, E, F>(&self, work: F) -> Result<T, E>
    where
        F: Fn(&mut Conn) -> Result<T, E> + Send + 'static,
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let unit = Unit { work, result: None, answer };
        self.queue.try_send(Box::new(unit)).map_err(|e| match e {
            TrySendError::Full(_) => StoreError::Unavailable("too many writes are waiting".into()),
            TrySendError::Disconnected(_) => StoreError::Unavailable("the writer has ended".into()),
        })?;
        answered.await.unwrap_or_else(|_| Err(StoreError::Unavailable("the writer has ended".into()).into()))
    }
}

/// A unit of work whose types the thread does not know.
trait Job: Send {
    /// Nobody waits for it any more.
    fn is_abandoned(&self) -> bool;
    /// Does the work and keeps the result; tells whether what it did shall stay.
    fn run(&mut self, conn: &mut Conn) -> bool;
    /// Puts a failure in the place of the result.
    fn fail(&mut self, error: StoreError);
    /// Tells the caller the result, or that the transaction failed.
    fn answer(self: Box<Self>, failure: Option<&StoreError>);
}

struct Unit<F, T, E> {
    work: F,
    result: Option<Result<T, E>>,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<F, T, E> Job for Unit<F, T, E>
where
    F: Fn(&mut Conn) -> Result<T, E> + Send,
    T: Send,
    E: From<StoreError> + Send,
{
    fn is_abandoned(&self) -> bool {
        self.answer.is_closed()
    }

    fn run(&mut self, conn: &mut Conn) -> bool {
        // Whatever a panic leaves in the connection is rolled back; the closure is not called again.
        let result = catch_unwind(AssertUnwindSafe(|| (self.work)(conn)));
        let result = result.unwrap_or_else(|panic| Err(panicked(&*panic).into()));
        self.result.insert(result).is_ok()
    }

    fn fail(&mut self, error: StoreError) {
        self.result = Some(Err(error.into()));
    }

    fn answer(self: Box<Self>, failure: Option<&StoreError>) {
        let result = match (self.result, failure) {
            // A job that failed by itself says why better than the transaction it was part of.
            (Some(Err(error)), _) => Err(error),
            (_, Some(failure)) => Err(failure.clone().into()),
            (Some(Ok(value)), None) => Ok(value),
            (None, None) => Err(lost().into()),
        };
        // This fails only when the caller has gone.
        let _ = self.answer.send(result);
    }
}

/// The message of a panic.
pub(crate) fn panicked(panic: &(dyn std::any::Any + Send)) -> StoreError {
    let text = panic.downcast_ref::<&str>().map(ToString::to_string);
    let text = text.or_else(|| panic.downcast_ref::<String>().cloned());
    StoreError::Panicked(text.unwrap_or_default())
}

/// The thread's state: its connection, and how to get another should it break.
struct Thread {
    conn: Conn,
    connect: Box<dyn Fn() -> StoreResult<Conn> + Send>,
    tally: Arc<Tally>,
}

impl Thread {
    fn run(mut self, queue: &Receiver<Box<dyn Job>>) {
        while let Ok(first) = queue.recv() {
            let more = std::iter::from_fn(|| queue.try_recv().ok());
            self.commit_together(std::iter::once(first).chain(more).take(BATCH));
        }
    }

    /// Runs the jobs in one transaction. Where that fails as a whole, each gets one of its own, so
    /// that no job fails for the fault of another.
    fn commit_together(&mut self, jobs: impl Iterator<Item = Box<dyn Job>>) {
        let mut jobs = jobs.filter(|job| !job.is_abandoned()).peekable();
        if jobs.peek().is_none() {
            return;
        }
        if let Err(error) = self.begin() {
            // Taken from the queue before the first is answered: who comes after that answer may find
            // the way free again.
            let met_it: Vec<_> = jobs.collect();
            return met_it.into_iter().for_each(|job| job.answer(Some(&error)));
        }
        let mut done = Vec::new();
        let mut intact = true;
        while intact && let Some(mut job) = jobs.next() {
            intact = run_one(&mut self.conn, &mut *job);
            done.push(job);
        }
        let committed = if intact { self.commit() } else { Err(lost()) };
        tracing::trace!(jobs = done.len(), committed = committed.is_ok(), "group commit");
        match committed {
            Ok(()) => {
                self.tally.commits.fetch_add(1, Relaxed);
                self.tally.units.fetch_add(done.len() as u64, Relaxed);
                done.into_iter().for_each(|job| job.answer(None));
            }
            Err(error) if done.len() == 1 => done.into_iter().for_each(|job| job.answer(Some(&error))),
            Err(_) => done.into_iter().for_each(|job| self.commit_together(std::iter::once(job))),
        }
    }

    /// Begins a transaction, on a new connection if what went before broke this one.
    fn begin(&mut self) -> StoreResult<()> {
        if !dialect::rollback_to(&mut self.conn, 0) {
            self.conn = (self.connect)()?;
        }
        Ok(dialect::begin_write(&mut self.conn)?)
    }

    fn commit(&mut self) -> StoreResult<()> {
        Ok(dialect::commit(&mut self.conn, false)?)
    }
}

fn lost() -> StoreError {
    StoreError::Unavailable("the transaction was lost".into())
}

/// Runs a job in a savepoint. Tells whether the transaction around it still stands: some failures,
/// such as a full disk, make SQLite end it, and then what the jobs before did is gone as well.
fn run_one(conn: &mut Conn, job: &mut dyn Job) -> bool {
    let kept = match dialect::savepoint(conn) {
        Ok(()) if job.run(conn) => dialect::commit(conn, false),
        Ok(()) => return dialect::rollback_to(conn, 1),
        Err(error) => Err(error),
    };
    if let Err(error) = kept {
        job.fail(error.into());
        return dialect::rollback_to(conn, 1);
    }
    dialect::depth(conn) == Some(1)
}
