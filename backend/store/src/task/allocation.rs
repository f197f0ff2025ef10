//! What waits among allocations of pools: a second person's yes or no.

use super::{About, After, Asked, Found};
use crate::{
    Conn, StoreResult,
    column::{instant, word},
    organisation::subtrees,
    schema::{allocations, pools, wishes},
};
use diesel::prelude::*;
use domain::task::Source;

type Columns = (String, String, String, String, String, bool, i64, Option<i64>);

pub(super) fn list(conn: &mut Conn, asked: &Asked) -> StoreResult<Vec<Found>> {
    let query = allocations::table
        .inner_join(pools::table.on(allocations::pool_id.eq(pools::id)))
        .inner_join(wishes::table.on(allocations::wish_id.eq(wishes::id)))
        .filter(allocations::due_at.is_not_null())
        .filter(pools::organisation_id.eq_any(subtrees(&asked.roots)))
        // Nobody approves their own.
        .filter(allocations::asked_by.ne(asked.user.to_string()))
        .into_boxed();
    let rows: Vec<Columns> = page!(query, asked, allocations::due_at, allocations::id)
        .select((
            allocations::id,
            allocations::pool_id,
            wishes::id,
            wishes::title,
            wishes::status,
            wishes::hidden_since.is_not_null(),
            allocations::created_at,
            allocations::due_at,
        ))
        .load(conn)?;
    rows.into_iter().filter_map(|row| found(row).transpose()).collect()
}

fn found((id, pool, wish, title, status, hidden, created, due): Columns) -> StoreResult<Option<Found>> {
    let Some(due_at) = due.map(instant) else { return Ok(None) };
    Ok(Some(Found {
        source: Source::Allocations,
        wish: Some(About { id: word(&wish)?, title, status: word(&status)?, hidden }),
        pool_id: Some(word(&pool)?),
        subject_id: word(&id)?,
        since: Some(instant(created)),
        due_at,
        by_hand: true,
    }))
}
