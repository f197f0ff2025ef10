//! What residents said afterwards.

use crate::{
    Conn, StoreResult,
    schema::feedback,
    sealed::{self, At, optional_column},
};
use diesel::prelude::*;
use domain::{
    feedback::Feedback,
    id::{BeneficiaryId, WishId},
};
use vault::Vault;

/// Empties what was said with the rating of a wish; the rating stays.
///
/// # Errors
/// When the database refuses.
pub fn forget(conn: &mut Conn, wish: WishId) -> StoreResult<()> {
    let said = feedback::table.find(wish.to_string()).filter(feedback::comment.is_not_null());
    diesel::update(said).set(feedback::comment.eq(None::<String>)).execute(conn)?;
    Ok(())
}

/// Enters the rating of a wish of the resident `of`.
///
/// # Errors
/// `Unique` when the wish was rated already.
pub fn insert(conn: &mut Conn, vault: &Vault, rating: &Feedback, of: BeneficiaryId) -> StoreResult<()> {
    let at = At::new("feedback", rating.wish_id, of);
    let rating = sealed::sealed_new(conn, vault, &at, rating)?;
    diesel::insert_into(feedback::table)
        .values((
            feedback::wish_id.eq(rating.wish_id.to_string()),
            feedback::satisfaction.eq(rating.satisfaction),
            feedback::comment.eq(optional_column(rating.comment.as_ref())?),
            feedback::created_by.eq(rating.by.to_string()),
            feedback::created_at.eq(rating.at.micros()),
        ))
        .execute(conn)?;
    Ok(())
}
