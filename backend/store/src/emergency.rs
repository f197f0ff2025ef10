//! Emergency calls, the circles that they call, and the wishes in them. How far these have come is [`progress`]'s.

mod circle;
mod progress;

pub use circle::{circles_of, note_written, open_to, to_write_to, written_to};
pub use progress::{Hand, Placed, hands, placed};

use crate::{
    Conn, StoreResult,
    column::{instant, json, json_text, one_row, optional_word, required, word},
    organisation::subtrees,
    schema::{emergency_call_circles, emergency_call_wishes, emergency_calls, wishes},
};
use diesel::{
    dsl::{exists, not},
    prelude::*,
};
use domain::{
    emergency::{Circle, Content, EmergencyCall, State, Status},
    id::{EmergencyCallId, OrganisationId, WishId},
    time::Instant,
    wish::Status as WishStatus,
};
use std::collections::HashSet;

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = emergency_calls, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: String,
    version: i64,
    organisation_id: String,
    title: String,
    due_at: i64,
    status: String,
    ended_at: Option<i64>,
    ended_by: Option<String>,
    ended_reason: Option<String>,
    report: Option<String>,
    created_by: String,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn of(call: &EmergencyCall, now: Instant) -> StoreResult<Self> {
        let (at, early, report) = match &call.state {
            State::Open => (None, None, None),
            State::Closed { at, early, report } => (Some(at.micros()), early.as_ref(), Some(report)),
        };
        Ok(Self {
            id: call.id.to_string(),
            version: call.version,
            organisation_id: call.organisation_id.to_string(),
            title: call.content.title.clone(),
            due_at: call.content.due_at.micros(),
            status: call.status().to_string(),
            ended_at: at,
            ended_by: early.map(|(by, _)| by.to_string()),
            ended_reason: early.map(|(_, why)| why.clone()),
            report: report.map(json_text).transpose()?,
            created_by: call.created_by.to_string(),
            created_at: call.created_at.micros(),
            updated_at: now.micros(),
        })
    }

    fn call(self, circles: Vec<Circle>) -> StoreResult<EmergencyCall> {
        let state = match word(&self.status)? {
            Status::Open => State::Open,
            Status::Closed => State::Closed {
                at: required(self.ended_at, "ended_at").map(instant)?,
                early: optional_word(self.ended_by.as_deref())?.zip(self.ended_reason),
                report: json(required(self.report.as_deref(), "report")?)?,
            },
        };
        Ok(EmergencyCall {
            id: word(&self.id)?,
            version: self.version,
            organisation_id: word(&self.organisation_id)?,
            content: Content { title: self.title, due_at: instant(self.due_at), circles },
            state,
            created_by: word(&self.created_by)?,
            created_at: instant(self.created_at),
        })
    }
}

fn with_circles(conn: &mut Conn, rows: Vec<Row>) -> StoreResult<Vec<EmergencyCall>> {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let circles: Vec<(String, String, String)> = emergency_call_circles::table
        .filter(emergency_call_circles::call_id.eq_any(ids))
        .order((emergency_call_circles::call_id.asc(), emergency_call_circles::organisation_id.asc()))
        .load(conn)?;
    let of = |row: Row| {
        let own = circles.iter().filter(|(call, ..)| *call == row.id);
        let circle = |(_, organisation, whom): &(String, String, String)| {
            Ok(Circle { organisation_id: word(organisation)?, whom: word(whom)? })
        };
        let own = own.map(circle).collect::<StoreResult<_>>()?;
        row.call(own)
    };
    rows.into_iter().map(of).collect()
}

/// One call.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: EmergencyCallId) -> StoreResult<Option<EmergencyCall>> {
    let row: Option<Row> =
        emergency_calls::table.find(id.to_string()).select(Row::as_select()).first(conn).optional()?;
    Ok(with_circles(conn, row.into_iter().collect())?.pop())
}

/// One call that nobody else changes until this transaction ends; after the wishes are held.
///
/// # Errors
/// `Busy` when another holds the row too long; as [`load`].
pub fn load_to_change(conn: &mut Conn, id: EmergencyCallId) -> StoreResult<Option<EmergencyCall>> {
    // Writing what is there takes the lock of the row, on either database.
    diesel::update(emergency_calls::table.find(id.to_string()))
        .set(emergency_calls::version.eq(emergency_calls::version))
        .execute(conn)?;
    load(conn, id)
}

/// Enters a call with its circles and wishes.
///
/// # Errors
/// When the database refuses.
pub fn insert(conn: &mut Conn, call: &EmergencyCall, wishes: &[WishId]) -> StoreResult<()> {
    let row = Row::of(call, call.created_at)?;
    diesel::insert_into(emergency_calls::table).values(&row).execute(conn)?;
    for circle in &call.content.circles {
        let circle = (
            emergency_call_circles::call_id.eq(&row.id),
            emergency_call_circles::organisation_id.eq(circle.organisation_id.to_string()),
            emergency_call_circles::whom.eq(circle.whom.as_str()),
        );
        diesel::insert_into(emergency_call_circles::table).values(circle).execute(conn)?;
    }
    place_all(conn, call.id, wishes)
}

/// Places wishes in a call.
///
/// # Errors
/// `Unique` for one that is in it already.
pub fn place_all(conn: &mut Conn, id: EmergencyCallId, wishes: &[WishId]) -> StoreResult<()> {
    let id = id.to_string();
    wishes.iter().try_for_each(|wish| place(conn, &id, *wish))
}

/// The wishes of a call, in no order.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn wishes_of(conn: &mut Conn, id: EmergencyCallId) -> StoreResult<HashSet<WishId>> {
    let rows: Vec<String> = emergency_call_wishes::table
        .filter(emergency_call_wishes::call_id.eq(id.to_string()))
        .select(emergency_call_wishes::wish_id)
        .load(conn)?;
    rows.iter().map(|id| word(id)).collect()
}

fn place(conn: &mut Conn, call: &str, wish: WishId) -> StoreResult<()> {
    let placed =
        (emergency_call_wishes::call_id.eq(call), emergency_call_wishes::wish_id.eq(wish.to_string()));
    diesel::insert_into(emergency_call_wishes::table).values(placed).execute(conn)?;
    Ok(())
}

/// Places the parts that were split off where the whole is.
///
/// # Errors
/// When the database refuses.
pub fn split_places(conn: &mut Conn, whole: WishId, parts: &[WishId]) -> StoreResult<()> {
    let of_whole: Vec<String> = emergency_call_wishes::table
        .filter(emergency_call_wishes::wish_id.eq(whole.to_string()))
        .select(emergency_call_wishes::call_id)
        .load(conn)?;
    let pairs = of_whole.iter().flat_map(|call| parts.iter().map(move |part| (call, part)));
    pairs.into_iter().try_for_each(|(call, part)| place(conn, call, *part))
}

/// Saves a call under the next version.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, call: &EmergencyCall, now: Instant) -> StoreResult<()> {
    let mut row = Row::of(call, now)?;
    row.version = call.version.saturating_add(1);
    let seen = emergency_calls::table
        .filter(emergency_calls::id.eq(call.id.to_string()))
        .filter(emergency_calls::version.eq(call.version));
    one_row(diesel::update(seen).set(&row).execute(conn)?)
}

/// Calls of the subtrees of `roots`, newest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(
    conn: &mut Conn,
    (roots, status): (&[OrganisationId], Option<Status>),
    before: Option<EmergencyCallId>,
    limit: i64,
) -> StoreResult<Vec<EmergencyCall>> {
    let mut query = emergency_calls::table
        .filter(emergency_calls::organisation_id.eq_any(subtrees(roots)))
        .select(Row::as_select())
        .into_boxed();
    if let Some(status) = status {
        query = query.filter(emergency_calls::status.eq(status.as_str()));
    }
    if let Some(before) = before {
        query = query.filter(emergency_calls::id.lt(before.to_string()));
    }
    let rows: Vec<Row> = query.order(emergency_calls::id.desc()).limit(limit).load(conn)?;
    with_circles(conn, rows)
}

/// Open calls that call circles of these organisations, newest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn calling(conn: &mut Conn, of: &[OrganisationId]) -> StoreResult<Vec<EmergencyCall>> {
    let of: Vec<String> = of.iter().map(ToString::to_string).collect();
    let called = emergency_call_circles::table
        .filter(emergency_call_circles::organisation_id.eq_any(of))
        .select(emergency_call_circles::call_id);
    let rows: Vec<Row> = emergency_calls::table
        .filter(emergency_calls::status.eq(Status::Open.as_str()))
        .filter(emergency_calls::id.eq_any(called))
        .order(emergency_calls::id.desc())
        .select(Row::as_select())
        .load(conn)?;
    with_circles(conn, rows)
}

/// Open calls none of whose wishes waits for anything, the oldest first.
///
/// # Errors
/// When the database does not answer.
pub fn served(
    conn: &mut Conn,
    after: Option<(Instant, EmergencyCallId)>,
    limit: i64,
) -> StoreResult<Vec<(Instant, EmergencyCallId)>> {
    let ended = WishStatus::ALL.iter().filter(|status| status.has_ended()).map(|status| status.as_str());
    let waiting = emergency_call_wishes::table
        .inner_join(wishes::table.on(wishes::id.eq(emergency_call_wishes::wish_id)))
        .filter(emergency_call_wishes::call_id.eq(emergency_calls::id))
        .filter(wishes::status.ne_all(ended));
    let mut query = emergency_calls::table
        .filter(emergency_calls::status.eq(Status::Open.as_str()))
        .filter(not(exists(waiting)))
        .into_boxed();
    if let Some((at, id)) = after {
        let same = emergency_calls::created_at.eq(at.micros()).and(emergency_calls::id.gt(id.to_string()));
        query = query.filter(emergency_calls::created_at.gt(at.micros()).or(same));
    }
    let rows: Vec<(i64, String)> = query
        .order((emergency_calls::created_at.asc(), emergency_calls::id.asc()))
        .limit(limit)
        .select((emergency_calls::created_at, emergency_calls::id))
        .load(conn)?;
    rows.into_iter().map(|(at, id)| Ok((instant(at), word(&id)?))).collect()
}
