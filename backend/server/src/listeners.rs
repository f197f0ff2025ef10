//! Who waits for what is to come: so many at once for one caller, so that nobody's waiting uses up the places of all.
//! Counted in this process alone. Must not know any noun.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use crate::{limits::Who, problem::Failure};
use domain::refusal::Code;

/// How many of one caller may wait at once.
pub const OF_ONE: usize = 10;

/// How many may wait at once.
const OF_ALL: usize = 2000;

/// How long somebody is asked to stay away for whom there is no place.
const ASK_AGAIN_SECONDS: u64 = 5;

/// All who wait.
#[derive(Debug, Clone, Default)]
pub struct Listeners(Arc<Mutex<HashMap<Who, usize>>>);

/// A place among them, given back when it is dropped.
#[derive(Debug)]
pub struct Listening {
    who: Who,
    among: Listeners,
}

impl Listeners {
    /// Takes a place.
    ///
    /// # Errors
    /// `rate_limited` for who has all theirs, `unavailable` where there is none left.
    pub fn enter(&self, who: Who) -> Result<Listening, Failure> {
        let mut places = self.places();
        let (own, all) = (places.get(&who).copied().unwrap_or_default(), places.values().sum::<usize>());
        let refused = match () {
            () if own >= OF_ONE => Some(Code::RateLimited),
            () if all >= OF_ALL => Some(Code::Unavailable),
            () => None,
        };
        if let Some(code) = refused {
            return Err(Failure::RetryAfter { code, seconds: ASK_AGAIN_SECONDS });
        }
        places.insert(who, own.saturating_add(1));
        Ok(Listening { who, among: self.clone() })
    }

    /// A count is whole whoever panicked while holding it.
    fn places(&self) -> MutexGuard<'_, HashMap<Who, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut places = self.among.places();
        match places.get_mut(&self.who) {
            Some(own) if *own > 1 => *own = own.saturating_sub(1),
            _ => drop(places.remove(&self.who)),
        }
    }
}
