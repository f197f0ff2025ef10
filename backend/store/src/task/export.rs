//! What waits among exports: files that name residents, for whoever may agree and did not ask for them.

use super::{After, Asked, Found, asked_for};
use crate::{Conn, StoreResult, organisation::subtrees, schema::exports};
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
    asked_for(Source::Exports, rows)
}
