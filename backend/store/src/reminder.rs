//! Of which times claimants were reminded, and of which they are to be.

use crate::{
    Conn, StoreResult,
    column::{instant, word},
    dialect,
    job::Due,
    schema::{claim_reminders, claims, jobs},
};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use domain::{claim::Status, id::ClaimId, job::Kind, time::Instant};

/// Promises whose time is over by `soon` but not at `now`, of which nobody was reminded and nothing is
/// planned. Not those that were touched since `morning`: whoever did so knows.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn due(
    conn: &mut Conn,
    now: Instant,
    soon: Instant,
    morning: Instant,
    limit: i64,
) -> StoreResult<Vec<Due>> {
    let told = claim_reminders::table
        .filter(claim_reminders::claim_id.eq(claims::id))
        .filter(claim_reminders::due_at.nullable().eq(claims::lapses_at));
    let planned = jobs::table
        .filter(jobs::kind.eq(Kind::ClaimReminder.as_str()))
        .filter(jobs::subject_id.eq(claims::id))
        .filter(jobs::due_at.nullable().eq(claims::lapses_at));
    let promised = claims::table
        .filter(claims::lapses_at.gt(now.micros()))
        .filter(claims::lapses_at.le(soon.micros()))
        .filter(claims::status.eq(Status::Active.as_str()))
        .filter(claims::updated_at.lt(morning.micros()))
        .filter(not(exists(told)))
        .filter(not(exists(planned)))
        .order(claims::lapses_at.asc())
        .limit(limit)
        .select((claims::id, claims::wish_id, claims::lapses_at));
    let rows: Vec<(String, String, Option<i64>)> = dialect::by_index(conn, |conn| Ok(promised.load(conn)?))?;
    let due = |(id, wish, at): (String, String, Option<i64>)| {
        let kind = Kind::ClaimReminder;
        at.map(|at| Ok(Due { kind, subject_id: word(&id)?, wish_id: word(&wish)?, due_at: instant(at) }))
    };
    rows.into_iter().filter_map(due).collect()
}

/// Whether the claim still has this time, and nobody was reminded of it.
///
/// # Errors
/// When the database does not answer.
pub(crate) fn is_due(conn: &mut Conn, due: &Due) -> StoreResult<bool> {
    let told = claim_reminders::table.find((due.subject_id.to_string(), due.due_at.micros()));
    let same = claims::table
        .find(due.subject_id.to_string())
        .filter(claims::lapses_at.eq(due.due_at.micros()))
        .filter(claims::status.eq(Status::Active.as_str()))
        .filter(not(exists(told)));
    Ok(diesel::select(exists(same)).get_result(conn)?)
}

/// Notes that a claimant was reminded of a time. False where that was noted before.
///
/// # Errors
/// When the database refuses.
pub fn note(conn: &mut Conn, claim: ClaimId, due: Instant, now: Instant) -> StoreResult<bool> {
    let row = (
        claim_reminders::claim_id.eq(claim.to_string()),
        claim_reminders::due_at.eq(due.micros()),
        claim_reminders::reminded_at.eq(now.micros()),
    );
    let statement = diesel::insert_into(claim_reminders::table).values(row).on_conflict_do_nothing();
    Ok(dialect::insert_or_ignore(conn, statement)?)
}
