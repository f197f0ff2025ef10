//! What residents said afterwards.

use crate::{Conn, StoreResult, schema::feedback};
use diesel::prelude::*;
use domain::feedback::Feedback;

/// Enters a rating.
///
/// # Errors
/// `Unique` when the wish was rated already.
pub fn insert(conn: &mut Conn, rating: &Feedback) -> StoreResult<()> {
    diesel::insert_into(feedback::table)
        .values((
            feedback::wish_id.eq(rating.wish_id.to_string()),
            feedback::satisfaction.eq(rating.satisfaction),
            feedback::comment.eq(&rating.comment),
            feedback::created_by.eq(rating.by.to_string()),
            feedback::created_at.eq(rating.at.micros()),
        ))
        .execute(conn)?;
    Ok(())
}
