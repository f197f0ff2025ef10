//! Connections that wait to be used again.
//!
//! Owns opening, lending and dropping connections, and how many may be out at once. Must not know
//! what they are used for, nor which database they speak to.
//!
//! Why not r2d2: its `get` parks a thread of the blocking pool, where this waits as a future; and
//! after a restart of the server it would hand out each dead connection once, where this drops all
//! idle ones as soon as the first proves dead.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use diesel::r2d2::R2D2Connection as _;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::conn::Conn;
use crate::dialect::Watch;
use crate::error::{StoreError, StoreResult};

/// A connection and what was noticed on it.
pub(crate) struct Watched {
    pub(crate) conn: Conn,
    pub(crate) watch: Arc<Watch>,
}

/// Opens a connection and prepares it for the pool's kind of work.
pub(crate) type Connect = dyn Fn() -> StoreResult<Watched> + Send + Sync;

/// A set of like connections.
#[derive(Clone)]
pub(crate) struct Pool(Arc<Inner>);

struct Inner {
    connect: Box<Connect>,
    idle: Mutex<Vec<Watched>>,
    places: Arc<Semaphore>,
    patience: Duration,
}

/// The right to use one connection of a pool at a time.
pub(crate) type Place = OwnedSemaphorePermit;

impl Pool {
    pub(crate) fn new(size: u32, patience: Duration, connect: Box<Connect>) -> Self {
        let places = Arc::new(Semaphore::new(size.max(1) as usize));
        Self(Arc::new(Inner { connect, idle: Mutex::default(), places, patience }))
    }

    /// Waits for a place, without holding a thread.
    pub(crate) async fn place(&self) -> StoreResult<Place> {
        let waiting = Arc::clone(&self.0.places).acquire_owned();
        match tokio::time::timeout(self.0.patience, waiting).await {
            Ok(Ok(place)) => Ok(place),
            Ok(Err(_)) => Err(StoreError::Unavailable("the pool is closed".into())),
            Err(_) => Err(StoreError::Unavailable("all connections are in use".into())),
        }
    }

    /// Runs `work` with a connection: the one used last, since its caches are warm, or a new one.
    /// Blocks. A connection whose work panics is closed, not given back.
    pub(crate) fn with<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&mut Watched) -> Result<T, E>,
    ) -> Result<T, E> {
        // Apart from the next line, so that no lock is held while connecting.
        let idle = self.0.idle().pop();
        let mut held = match idle {
            Some(held) => held,
            None => (self.0.connect)()?,
        };
        held.watch.reset();
        let result = work(&mut held);
        self.0.give_back(held);
        result
    }
}

impl Inner {
    fn idle(&self) -> MutexGuard<'_, Vec<Watched>> {
        // Nothing that can panic runs under this lock.
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn give_back(&self, mut held: Watched) {
        if held.watch.lost() {
            // The server went away, so the idle ones are dead as well. Closed outside of the lock.
            let dead = std::mem::take(&mut *self.idle());
            drop(dead);
        } else if !held.conn.is_broken() {
            self.idle().push(held);
        }
    }
}
