//! Shifts: read with their post, and changed while it is held.

use crate::{
    Conn, StoreResult,
    column::{instant, one_row, required, word},
    schema::shifts,
};
use diesel::prelude::*;
use domain::{
    id::{PostId, ShiftId},
    post::{Plan, Shift},
    time::Instant,
};
use std::collections::HashMap;

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = shifts, treat_none_as_default_value = false)]
struct Row {
    id: String,
    post_id: String,
    starts_at: i64,
    ends_at: i64,
    places: i64,
    taken: i64,
    meet_at: String,
    cancelled_at: Option<i64>,
    cancelled_reason: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<Row> for Shift {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let cancelled = row.cancelled_at.map(|at| {
            let reason = required(row.cancelled_reason, "cancelled_reason")?;
            Ok::<_, crate::StoreError>((instant(at), reason))
        });
        Ok(Self {
            id: word(&row.id)?,
            post_id: word(&row.post_id)?,
            plan: Plan {
                starts_at: instant(row.starts_at),
                ends_at: instant(row.ends_at),
                places: row.places,
                meet_at: row.meet_at,
            },
            taken: row.taken,
            cancelled: cancelled.transpose()?,
        })
    }
}

/// The shifts of posts, in the order of their times.
pub(super) fn of_posts(conn: &mut Conn, ids: &[&str]) -> StoreResult<HashMap<String, Vec<Shift>>> {
    let rows: Vec<Row> = shifts::table
        .filter(shifts::post_id.eq_any(ids))
        .order((shifts::starts_at.asc(), shifts::id.asc()))
        .select(Row::as_select())
        .load(conn)?;
    let mut found: HashMap<String, Vec<Shift>> = HashMap::new();
    for row in rows {
        found.entry(row.post_id.clone()).or_default().push(row.try_into()?);
    }
    Ok(found)
}

/// The posts of some shifts, so that these can be read or held.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn of_shift(conn: &mut Conn, ids: &[ShiftId]) -> StoreResult<Vec<PostId>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let rows: Vec<String> =
        shifts::table.filter(shifts::id.eq_any(ids)).select(shifts::post_id).distinct().load(conn)?;
    rows.iter().map(|id| word(id)).collect()
}

/// Enters a shift.
///
/// # Errors
/// When the database refuses.
pub fn insert_shift(conn: &mut Conn, shift: &Shift, now: Instant) -> StoreResult<()> {
    let row = Row {
        id: shift.id.to_string(),
        post_id: shift.post_id.to_string(),
        starts_at: shift.plan.starts_at.micros(),
        ends_at: shift.plan.ends_at.micros(),
        places: shift.plan.places,
        taken: shift.taken,
        meet_at: shift.plan.meet_at.clone(),
        cancelled_at: None,
        cancelled_reason: None,
        created_at: now.micros(),
        updated_at: now.micros(),
    };
    diesel::insert_into(shifts::table).values(&row).execute(conn)?;
    Ok(())
}

/// Saves a shift; its post is held.
///
/// # Errors
/// When the database refuses.
pub fn save_shift(conn: &mut Conn, shift: &Shift, now: Instant) -> StoreResult<()> {
    let changed = diesel::update(shifts::table.find(shift.id.to_string()))
        .set((
            shifts::starts_at.eq(shift.plan.starts_at.micros()),
            shifts::ends_at.eq(shift.plan.ends_at.micros()),
            shifts::places.eq(shift.plan.places),
            shifts::taken.eq(shift.taken),
            shifts::meet_at.eq(&shift.plan.meet_at),
            shifts::cancelled_at.eq(shift.cancelled.as_ref().map(|(at, _)| at.micros())),
            shifts::cancelled_reason.eq(shift.cancelled.as_ref().map(|(_, reason)| reason)),
            shifts::updated_at.eq(now.micros()),
        ))
        .execute(conn)?;
    one_row(changed)
}
