//! What waits among exports: files that name residents, for whoever may agree and did not ask for them.

use super::{After, Asked, Found};
use crate::{
    Conn, StoreResult,
    column::{instant, word},
    organisation::subtrees,
    schema::exports,
};
use diesel::prelude::*;
use domain::{export::Status, task::Source};

pub(super) fn list(conn: &mut Conn, asked: &Asked) -> StoreResult<Vec<Found>> {
    let query = exports::table
        .filter(exports::status.eq(Status::Pending.as_str()))
        .filter(exports::until.gt(asked.now.micros()))
        .filter(exports::organisation_id.eq_any(subtrees(&asked.roots)))
        .filter(exports::asked_by.ne(asked.user.to_string()))
        .into_boxed();
    let rows: Vec<(String, i64, Option<i64>)> = page!(query, asked, exports::until, exports::id)
        .select((exports::id, exports::created_at, exports::until))
        .load(conn)?;
    let found = |(id, created, due): (String, i64, Option<i64>)| {
        let (due_at, since) = (instant(due?), Some(instant(created)));
        let found = |subject_id| Found {
            source: Source::Exports,
            wish: None,
            pool_id: None,
            subject_id,
            since,
            due_at,
            by_hand: true,
        };
        Some(word(&id).map(found))
    };
    rows.into_iter().filter_map(found).collect()
}
