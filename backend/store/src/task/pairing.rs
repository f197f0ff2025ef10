//! What waits among pairings: answers of claimants, visits of whoever answers for them, and what their
//! coordinators should know.

use super::{After, Asked, Found};
use crate::{
    Conn, StoreResult,
    column::{instant, word},
    organisation::subtrees,
    schema::{claimants, pairings},
};
use diesel::prelude::*;
use domain::{pairing::Status, task::Source};

/// The pairing, since when, until when.
type Columns = (String, i64, Option<i64>);

pub(super) fn list(conn: &mut Conn, source: Source, asked: &Asked) -> StoreResult<Vec<Found>> {
    let query = pairings::table.filter(pairings::due_at.is_not_null()).into_boxed();
    let active = pairings::status.eq(Status::Active.as_str());
    let own = claimants::user_id.eq(asked.user.to_string()).assume_not_null();
    let acts_for = claimants::table
        .filter(own.or(claimants::organisation_id.eq_any(subtrees(&asked.roots))))
        .select(claimants::id);
    let query = match source {
        Source::PairingProposed => query
            .filter(pairings::status.eq(Status::Proposed.as_str()))
            .filter(pairings::claimant_id.eq_any(acts_for)),
        // Who left the claimant is told no more, though nobody has taken the visits over yet.
        Source::VisitDue => query
            .filter(active)
            .filter(pairings::responsible_id.eq(asked.user.to_string()))
            .filter(pairings::due_at.le(asked.soon.micros()))
            .filter(pairings::claimant_id.eq_any(acts_for)),
        _ => query
            .filter(active)
            .filter(pairings::due_at.le(asked.now.micros()))
            .filter(pairings::organisation_id.eq_any(subtrees(&asked.roots))),
    };
    let rows: Vec<Columns> = page!(query, asked, pairings::due_at, pairings::id)
        .select((pairings::id, pairings::created_at, pairings::due_at))
        .load(conn)?;
    let found = |(id, created, due): Columns| {
        let due_at = due.map(instant)?;
        let missed = due_at <= asked.now;
        let since = (source == Source::PairingProposed).then(|| instant(created));
        let found =
            |id| Found { source, wish: None, pool_id: None, subject_id: id, since, due_at, by_hand: !missed };
        Some(word(&id).map(found))
    };
    rows.into_iter().filter_map(found).collect()
}
