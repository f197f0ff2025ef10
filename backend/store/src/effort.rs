//! Efforts: the minutes that staff noted of what a wish cost them.

use crate::{
    Conn, StoreError, StoreResult,
    column::{instant, word},
    schema::efforts,
};
use diesel::prelude::*;
use domain::{
    effort::{Effort, Kind},
    id::{UserId, WishId},
};

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = efforts)]
struct Row {
    wish_id: String,
    kind: String,
    noted_by: String,
    minutes: i32,
    noted_at: i64,
}

impl TryFrom<Row> for Effort {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            wish_id: word(&row.wish_id)?,
            kind: word(&row.kind)?,
            minutes: row.minutes,
            by: word(&row.noted_by)?,
            at: instant(row.noted_at),
        })
    }
}

/// Removes what somebody noted of one thing that a wish took.
///
/// # Errors
/// When the database refuses.
pub fn remove(conn: &mut Conn, wish: WishId, kind: Kind, by: UserId) -> StoreResult<()> {
    diesel::delete(efforts::table.find((wish.to_string(), kind.to_string(), by.to_string())))
        .execute(conn)?;
    Ok(())
}

/// Keeps what somebody noted, in place of what they had noted of the same.
///
/// # Errors
/// When the database refuses.
pub fn put(conn: &mut Conn, effort: &Effort) -> StoreResult<()> {
    remove(conn, effort.wish_id, effort.kind, effort.by)?;
    let row = Row {
        wish_id: effort.wish_id.to_string(),
        kind: effort.kind.to_string(),
        noted_by: effort.by.to_string(),
        minutes: effort.minutes,
        noted_at: effort.at.micros(),
    };
    diesel::insert_into(efforts::table).values(&row).execute(conn)?;
    Ok(())
}

/// What was noted of a wish, in the order in which it was.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn of_wish(conn: &mut Conn, wish: WishId) -> StoreResult<Vec<Effort>> {
    let rows: Vec<Row> = efforts::table
        .filter(efforts::wish_id.eq(wish.to_string()))
        .order((efforts::noted_at.asc(), efforts::kind.asc(), efforts::noted_by.asc()))
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}
