//! Requests that were answered: the effect and the answer stand or fall in one transaction.

use crate::{Conn, StoreResult, dialect, on_each, schema::idempotency_keys, written::Steady};
use diesel::prelude::*;
use domain::time::Instant;

/// The answer to a request, as it is given again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body.
    pub body: String,
    /// ETag and Location, as JSON.
    pub headers: String,
}

/// What is known of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known {
    /// It is new, and now ours: do the work, then [`finish`].
    New,
    /// The same request was answered.
    Answered(Answer),
    /// The key was used for another request.
    OtherRequest,
}

/// Takes a key for a request with this fingerprint. On PostgreSQL a second taker waits here until
/// the first has committed or given up.
///
/// # Errors
/// `Busy` when the first one takes too long.
pub fn begin(conn: &mut Conn, key: &str, fingerprint: &str, now: Instant) -> StoreResult<Known> {
    let row = (
        idempotency_keys::key.eq(key.to_owned()),
        idempotency_keys::fingerprint.eq(fingerprint.to_owned()),
        idempotency_keys::created_at.eq(now.micros()),
    );
    let statement = diesel::insert_into(idempotency_keys::table).values(row).on_conflict_do_nothing();
    if dialect::insert_or_ignore(conn, statement)? {
        return Ok(Known::New);
    }
    let (seen, status, body, headers): (String, Option<i32>, Option<String>, Option<String>) =
        idempotency_keys::table
            .find(key)
            .select((
                idempotency_keys::fingerprint,
                idempotency_keys::status,
                idempotency_keys::body,
                idempotency_keys::headers,
            ))
            .get_result(conn)?;
    if seen != fingerprint {
        return Ok(Known::OtherRequest);
    }
    let status = status.and_then(|status| u16::try_from(status).ok());
    match (status, body, headers) {
        (Some(status), Some(body), Some(headers)) => Ok(Known::Answered(Answer { status, body, headers })),
        _ => Err(crate::StoreError::corrupt("an idempotency key without its answer")),
    }
}

/// Stores the answer with the effect.
///
/// # Errors
/// When the database refuses.
pub fn finish(conn: &mut Conn, key: &str, answer: &Answer) -> StoreResult<()> {
    let answered = (
        idempotency_keys::status.eq(i32::from(answer.status)),
        idempotency_keys::body.eq(answer.body.clone()),
        idempotency_keys::headers.eq(answer.headers.clone()),
    );
    let update = Steady(diesel::update(idempotency_keys::table.find(key.to_owned())).set(answered));
    on_each!(conn, c => update.execute(c))?;
    Ok(())
}

/// Forgets keys older than `before`.
///
/// # Errors
/// When the database refuses.
pub fn forget(conn: &mut Conn, before: Instant) -> StoreResult<usize> {
    let old = idempotency_keys::table.filter(idempotency_keys::created_at.lt(before.micros()));
    Ok(diesel::delete(old).execute(conn)?)
}
