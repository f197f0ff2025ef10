//! What became of messages to webhooks: each time that one was sent, and sending them once more.

use super::delivery::{Delivery, Row};
use crate::{
    Conn, StoreResult,
    column::{instant, optional_word, word},
    schema::{webhook_attempts, webhook_deliveries},
};
use diesel::prelude::*;
use domain::{
    id::{WebhookAttemptId, WebhookDeliveryId, WebhookId},
    time::Instant,
    webhook::{Outcome, State, Trouble},
};

/// Which messages are to be sent once more.
#[derive(Debug, Clone, Copy)]
pub enum Which {
    /// This one.
    One(WebhookDeliveryId),
    /// Of what happened from the first time on until before the second; those that were given up, or those that arrived too.
    Of(Instant, Instant, bool),
}

/// Sends messages of a webhook that have ended once more from `now` on, with all their tries. Tells how many.
///
/// # Errors
/// When the database refuses.
pub fn replay(conn: &mut Conn, webhook: WebhookId, which: Which, now: Instant) -> StoreResult<usize> {
    let of = webhook_deliveries::webhook_id
        .eq(webhook.to_string())
        .and(webhook_deliveries::ended_at.is_not_null());
    let again = (
        webhook_deliveries::state.eq(State::Pending.as_str()),
        webhook_deliveries::ended_at.eq(None::<i64>),
        webhook_deliveries::run_at.eq(now.micros()),
        webhook_deliveries::tries.eq(0),
    );
    let rows = match which {
        Which::One(id) => {
            let one = webhook_deliveries::table.filter(webhook_deliveries::id.eq(id.to_string())).filter(of);
            diesel::update(one).set(again).execute(conn)?
        }
        Which::Of(since, until, failed_only) => {
            let arrived = if failed_only { State::Failed } else { State::Delivered };
            let states = [State::Failed.as_str(), arrived.as_str()];
            let range = webhook_deliveries::table
                .filter(of)
                .filter(webhook_deliveries::at.ge(since.micros()))
                .filter(webhook_deliveries::at.lt(until.micros()))
                .filter(webhook_deliveries::state.eq_any(states));
            diesel::update(range).set(again).execute(conn)?
        }
    };
    Ok(rows)
}

/// Messages to a webhook, newest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(
    conn: &mut Conn,
    webhook: WebhookId,
    (state, before): (Option<State>, Option<WebhookDeliveryId>),
    limit: i64,
) -> StoreResult<Vec<Delivery>> {
    let mut query = webhook_deliveries::table
        .filter(webhook_deliveries::webhook_id.eq(webhook.to_string()))
        .select(Row::as_select())
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(webhook_deliveries::state.eq(state.as_str()));
    }
    if let Some(before) = before {
        query = query.filter(webhook_deliveries::id.lt(before.to_string()));
    }
    let rows: Vec<Row> = query.order(webhook_deliveries::id.desc()).limit(limit).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// One time that a message was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attempt {
    /// When.
    pub at: Instant,
    /// How long it took, in milliseconds.
    pub took_ms: i64,
    /// What was answered, or why nothing was.
    pub outcome: Outcome,
}

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = webhook_attempts, treat_none_as_default_value = false)]
struct AttemptRow {
    id: String,
    delivery_id: String,
    at: i64,
    took_ms: i64,
    status: Option<i32>,
    trouble: Option<String>,
}

/// Writes down that a message was sent.
///
/// # Errors
/// When the database refuses.
pub fn write(
    conn: &mut Conn,
    delivery: WebhookDeliveryId,
    id: WebhookAttemptId,
    attempt: &Attempt,
) -> StoreResult<()> {
    let (status, trouble) = match attempt.outcome {
        Outcome::Answered(status, _) => (Some(i32::from(status)), None),
        Outcome::Silent(trouble) => (None, Some(trouble.to_string())),
    };
    let row = AttemptRow {
        id: id.to_string(),
        delivery_id: delivery.to_string(),
        at: attempt.at.micros(),
        took_ms: attempt.took_ms,
        status,
        trouble,
    };
    diesel::insert_into(webhook_attempts::table).values(row).execute(conn)?;
    Ok(())
}

/// When and with what success messages were sent, in order.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn attempts(conn: &mut Conn, deliveries: &[Delivery]) -> StoreResult<Vec<(WebhookDeliveryId, Attempt)>> {
    let ids = deliveries.iter().map(|delivery| delivery.id.to_string());
    let rows: Vec<AttemptRow> = webhook_attempts::table
        .filter(webhook_attempts::delivery_id.eq_any(ids))
        .order(webhook_attempts::id.asc())
        .select(AttemptRow::as_select())
        .load(conn)?;
    let one = |row: AttemptRow| {
        let silent: Option<Trouble> = optional_word(row.trouble.as_deref())?;
        let status = row.status.and_then(|status| u16::try_from(status).ok()).unwrap_or_default();
        let outcome = silent.map_or(Outcome::Answered(status, None), Outcome::Silent);
        Ok((word(&row.delivery_id)?, Attempt { at: instant(row.at), took_ms: row.took_ms, outcome }))
    };
    rows.into_iter().map(one).collect()
}

/// Removes up to `limit` messages that ended before `old`, and their log. Tells whether there may be more.
///
/// # Errors
/// When the database refuses.
pub fn forget(conn: &mut Conn, old: Instant, limit: i64) -> StoreResult<bool> {
    let ids: Vec<String> = webhook_deliveries::table
        .filter(webhook_deliveries::ended_at.lt(old.micros()))
        .limit(limit)
        .select(webhook_deliveries::id)
        .load(conn)?;
    diesel::delete(webhook_attempts::table.filter(webhook_attempts::delivery_id.eq_any(&ids)))
        .execute(conn)?;
    let gone = diesel::delete(webhook_deliveries::table.filter(webhook_deliveries::id.eq_any(&ids)));
    Ok(i64::try_from(gone.execute(conn)?).unwrap_or_default() == limit)
}
