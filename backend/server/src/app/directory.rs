//! The tree of organisations and the names of categories, as they are shown with every wish: kept in
//! memory, since they change some times a day and are read with each answer.
//!
//! What is kept is of one generation. A read of wishes tells in the same statement which generation it
//! saw; where that is a later one, everything kept is dropped first. So what is shown is never older
//! than the wish that it is shown with, whichever server the change was made on.

use crate::problem::Failure;
use domain::{category::Label, id::OrganisationId, time::Instant};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use store::{Conn, organisation::Line};

/// When so many are kept, all are dropped.
const MOST: usize = 50_000;

/// For how many seconds a count of claimants is given again before it is counted anew.
const COUNT_FRESH_SECONDS: i64 = 60;

/// A category of an organisation's wishes.
pub type Key = (OrganisationId, String);

/// By a hash that is quick on short keys, of which a page asks two hundred times. None of them is a stranger's.
pub type Map<K, V> = HashMap<K, V, foldhash::fast::RandomState>;

/// Organisations with their superiors, the labels of categories, and how many claimants there are.
#[derive(Debug, Clone, Default)]
pub struct Directory(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    generation: i64,
    lines: Map<OrganisationId, Arc<Line>>,
    labels: Map<Key, Arc<Label>>,
    claimants: Map<OrganisationId, (Instant, i64)>,
}

impl Directory {
    /// Organisations, each with its superiors.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn lines(
        &self,
        tx: &mut Conn,
        generation: i64,
        ids: impl IntoIterator<Item = OrganisationId>,
    ) -> Result<Map<OrganisationId, Arc<Line>>, Failure> {
        self.all(
            generation,
            ids,
            |kept| &mut kept.lines,
            |missing| Ok(store::organisation::lines(tx, missing)?),
        )
    }

    /// The labels that hold for categories of organisations; the nearest list wins.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn labels(
        &self,
        tx: &mut Conn,
        generation: i64,
        keys: impl IntoIterator<Item = Key>,
    ) -> Result<Map<Key, Arc<Label>>, Failure> {
        self.all(
            generation,
            keys,
            |kept| &mut kept.labels,
            |missing| Ok(store::category::labels(tx, missing)?.into_iter().collect()),
        )
    }

    /// How many claimants there are in the subtree of each organisation, a minute ago at most.
    ///
    /// # Errors
    /// When the database does not answer.
    pub fn claimants(
        &self,
        tx: &mut Conn,
        ids: &[OrganisationId],
        now: Instant,
    ) -> Result<Vec<i64>, Failure> {
        let fresh = |(at, count): &(Instant, i64)| {
            (*at..at.plus_seconds(COUNT_FRESH_SECONDS)).contains(&now).then_some(*count)
        };
        let kept = self.kept();
        let known = ids.iter().map(|id| kept.claimants.get(id).and_then(fresh)).collect();
        drop(kept);
        if let Some(known) = known {
            return Ok(known);
        }
        let counted = store::claimant::counts_below(tx, ids)?;
        let counts: Vec<i64> = ids.iter().map(|id| counted.get(id).copied().unwrap_or_default()).collect();
        let mut kept = self.kept();
        if kept.claimants.len() > MOST {
            kept.claimants.clear();
        }
        kept.claimants.extend(ids.iter().zip(&counts).map(|(id, count)| (*id, (now, *count))));
        Ok(counts)
    }

    /// What is kept of `keys`, and what `load` finds of those that are not.
    fn all<K: Clone + Eq + std::hash::Hash, V>(
        &self,
        generation: i64,
        keys: impl IntoIterator<Item = K>,
        of: impl Fn(&mut Kept) -> &mut Map<K, Arc<V>>,
        load: impl FnOnce(&[K]) -> Result<HashMap<K, V>, Failure>,
    ) -> Result<Map<K, Arc<V>>, Failure> {
        let mut found = Map::default();
        let mut missing = Vec::new();
        let mut kept = self.kept_at(generation);
        for key in keys {
            if found.contains_key(&key) {
                continue;
            }
            // A read that began before the latest change finds nothing here, and leaves nothing.
            match (kept.generation == generation).then(|| of(&mut kept).get(&key).cloned()).flatten() {
                Some(value) => drop(found.insert(key, value)),
                None if missing.contains(&key) => {}
                None => missing.push(key),
            }
        }
        drop(kept);
        if missing.is_empty() {
            return Ok(found);
        }
        let loaded = load(&missing)?.into_iter().map(|(key, value)| (key, Arc::new(value)));
        let loaded: Vec<(K, Arc<V>)> = loaded.collect();
        let mut kept = self.kept_at(generation);
        if kept.generation == generation {
            let kept = of(&mut kept);
            if kept.len() > MOST {
                kept.clear();
            }
            kept.extend(loaded.iter().cloned());
        }
        drop(kept);
        found.extend(loaded);
        Ok(found)
    }

    fn kept_at(&self, generation: i64) -> MutexGuard<'_, Kept> {
        let mut kept = self.kept();
        if kept.generation < generation {
            *kept = Kept { generation, claimants: std::mem::take(&mut kept.claimants), ..Kept::default() };
        }
        kept
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Nothing that can panic runs under this lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
