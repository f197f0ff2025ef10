//! What everybody sees before the first wish: how many there are, and by what they can be filtered.
//!
//! Counting a million wishes for each visitor would be the dearest thing the wall does, so each server
//! counts once for all who come within [`FRESH_SECONDS`].

use crate::{problem::Failure, state::State};
use domain::{category::Category, time::Instant, wish::Status};
use std::sync::Arc;
use store::{Conn, statistics::OnWall};

/// For how many seconds figures are given again before they are counted anew.
pub const FRESH_SECONDS: i64 = 10;

/// The wall in figures.
#[derive(Debug)]
pub struct Summary {
    /// The moment that they are of.
    pub as_of: Instant,
    /// Wishes that were ever published and not taken back.
    pub published: i64,
    /// Of these, waiting for claimants.
    pub open: i64,
    /// Of these, fulfilled.
    pub fulfilled: i64,
    /// Claimants of whom a resident said that something arrived.
    pub claimants: i64,
    /// What the wall can be filtered by, and how many wishes wait under each.
    pub categories: Vec<(Category, i64)>,
}

/// The wall in figures, at most [`FRESH_SECONDS`] old. Who comes while they are counted waits for the count.
///
/// # Errors
/// When the database does not answer.
pub async fn summary(state: &State) -> Result<Arc<Summary>, Failure> {
    let mut kept = state.wall.lock().await;
    let now = state.clock.now();
    let is_fresh = |kept: &&Arc<Summary>| (kept.as_of..kept.as_of.plus_seconds(FRESH_SECONDS)).contains(&now);
    if let Some(fresh) = kept.as_ref().filter(is_fresh) {
        return Ok(Arc::clone(fresh));
    }
    let counted = Arc::new(state.db.read_slow(move |tx| count(tx, now)).await?);
    *kept = Some(Arc::clone(&counted));
    Ok(counted)
}

fn count(tx: &mut Conn, now: Instant) -> Result<Summary, Failure> {
    let OnWall { wishes, claimants } = store::statistics::wall(tx)?;
    let sum = |of: &dyn Fn(&str, Status) -> bool| -> i64 {
        wishes.iter().filter(|(code, status, _)| of(code, *status)).map(|(_, _, count)| count).sum()
    };
    let open_under = |code: &str| sum(&|of, status| of == code && status == Status::Open);
    Ok(Summary {
        as_of: now,
        published: sum(&|_, _| true),
        open: sum(&|_, status| status == Status::Open),
        fulfilled: sum(&|_, status| status == Status::Fulfilled),
        claimants,
        categories: categories(tx)?
            .into_iter()
            .map(|category| {
                let open = open_under(&category.code);
                (category, open)
            })
            .collect(),
    })
}

/// Each code once, by the name on the oldest list.
fn categories(tx: &mut Conn) -> Result<Vec<Category>, Failure> {
    let mut lists = store::category::all(tx)?;
    // Ids of organisations rise with time.
    lists.sort_by_key(|category| category.organisation_id);
    let mut shown: Vec<Category> = Vec::new();
    for category in lists.into_iter().filter(|category| category.label.active) {
        if !shown.iter().any(|other| other.code == category.code) {
            shown.push(category);
        }
    }
    shown.sort_by(|a, b| (a.label.sort, &a.code).cmp(&(b.label.sort, &b.code)));
    Ok(shown)
}
