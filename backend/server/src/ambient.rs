//! What the machine gives: the time, new ids, random bytes.
//!
//! The one place that reads the ambient clock and random source; everything else is handed what it
//! needs, so that a test decides what time it is. Must not know what the values are for.

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicI64, Ordering},
};

use domain::time::Instant;
use uuid::{ContextV7, Timestamp, Uuid};

/// Tells the time: the machine's, or one that a test sets. Clones share the time.
#[derive(Debug, Clone, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub const fn system() -> Self {
        Self(None)
    }

    /// A clock that stands still at `at` until it is told otherwise.
    #[must_use]
    pub fn fixed(at: Instant) -> Self {
        Self(Some(Arc::new(AtomicI64::new(at.micros()))))
    }

    /// The time now.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the machine's clock")]
    pub fn now(&self) -> Instant {
        match &self.0 {
            Some(at) => Instant::from_micros(at.load(Ordering::SeqCst)),
            None => chrono::Utc::now().into(),
        }
    }

    /// Sets a fixed clock. The machine's clock is not ours to set: there it does nothing.
    pub fn set(&self, to: Instant) {
        if let Some(at) = &self.0 {
            at.store(to.micros(), Ordering::SeqCst);
        }
    }

    /// Moves a fixed clock on.
    pub fn advance(&self, seconds: i64) {
        self.set(self.now().plus_seconds(seconds));
    }
}

/// Makes ids: UUIDv7 (RFC 9562), rising within one process also inside one millisecond.
#[derive(Debug, Clone)]
pub struct Ids {
    clock: Clock,
    context: Arc<Mutex<ContextV7>>,
}

impl Ids {
    /// Ids that carry the time of `clock`.
    #[must_use]
    pub fn new(clock: Clock) -> Self {
        Self { clock, context: Arc::new(Mutex::new(ContextV7::new())) }
    }

    /// A new id, of whichever noun is asked for.
    #[must_use]
    #[expect(clippy::disallowed_methods, reason = "the one place that makes ids")]
    pub fn make<T: From<Uuid>>(&self) -> T {
        let micros = u64::try_from(self.clock.now().micros()).unwrap_or_default();
        let nanos = u32::try_from(micros % 1_000_000).unwrap_or_default().saturating_mul(1000);
        let context = self.context.lock().unwrap_or_else(PoisonError::into_inner);
        Uuid::new_v7(Timestamp::from_unix(&*context, micros / 1_000_000, nanos)).into()
    }
}

/// `N` bytes that nobody can guess.
///
/// # Errors
/// When the machine has no source of randomness.
#[expect(clippy::disallowed_methods, reason = "the one place that draws random bytes")]
pub fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// Fills `bytes` with what nobody can guess, for the crate that seals and must not draw itself.
///
/// # Errors
/// When the machine has no source of randomness.
#[expect(clippy::disallowed_methods, reason = "the one place that draws random bytes")]
pub fn fill(bytes: &mut [u8]) -> Result<(), vault::NoRandomness> {
    getrandom::fill(bytes).map_err(|_| vault::NoRandomness)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_clock_moves_only_when_told() {
        let clock = Clock::fixed(Instant::from_micros(5));
        let other = clock.clone();
        clock.advance(1);
        assert_eq!(other.now(), Instant::from_micros(1_000_005));
    }

    #[test]
    fn ids_rise_also_while_the_clock_stands() {
        let ids = Ids::new(Clock::fixed("2026-11-20T08:00:00Z".parse().unwrap()));
        let made: Vec<Uuid> = (0..2000).map(|_| ids.make()).collect();
        assert!(made.is_sorted());
        assert!(made.iter().all(|id| id.get_version_num() == 7));
        assert_eq!(made.iter().collect::<std::collections::HashSet<_>>().len(), 2000);
    }
}
