//! What waits among applications to join a circle: the answers of its staff.

use super::{After, Asked, Found};
use crate::{
    Conn, StoreResult,
    column::{instant, word},
    organisation::subtrees,
    schema::applications,
};
use diesel::prelude::*;
use domain::task::Source;

pub(super) fn list(conn: &mut Conn, asked: &Asked) -> StoreResult<Vec<Found>> {
    let query = applications::table
        .filter(applications::due_at.is_not_null())
        .filter(applications::organisation_id.eq_any(subtrees(&asked.roots)))
        // Nobody answers their own.
        .filter(
            applications::user_id
                .is_null()
                .or(applications::user_id.ne(asked.user.to_string()).assume_not_null()),
        )
        .into_boxed();
    let rows: Vec<(String, i64, Option<i64>)> = page!(query, asked, applications::due_at, applications::id)
        .select((applications::id, applications::created_at, applications::due_at))
        .load(conn)?;
    let found = |(id, created, due): (String, i64, Option<i64>)| {
        let (due_at, source) = (instant(due?), Source::Applications);
        let since = Some(instant(created));
        let found = |subject_id| Found {
            source,
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
