//! What residents said afterwards.

use crate::{
    Conn, StoreResult,
    column::{instant, word},
    data_key,
    schema::feedback,
    sealed::{self, At, kept, optional_column},
};
use diesel::prelude::*;
use domain::{
    feedback::Feedback,
    id::{BeneficiaryId, WishId},
};
use vault::Vault;

/// The rating of a wish of the resident `of`, with what was said; none where it was not rated.
///
/// # Errors
/// `Locked` where the key is not here; `Corrupt` where the text does not open.
pub fn load(
    conn: &mut Conn,
    vault: &Vault,
    wish: WishId,
    of: BeneficiaryId,
) -> StoreResult<Option<Feedback>> {
    let row: Option<(i32, Option<String>, String, i64)> = feedback::table
        .find(wish.to_string())
        .select((feedback::satisfaction, feedback::comment, feedback::created_by, feedback::created_at))
        .first(conn)
        .optional()?;
    let Some((satisfaction, comment, by, at)) = row else { return Ok(None) };
    let mut rating =
        Feedback { wish_id: wish, satisfaction, comment: comment.map(kept), by: word(&by)?, at: instant(at) };
    let held = data_key::load(conn, vault, of)?;
    sealed::open(&held, &At::new("feedback", wish, of), &mut rating)?;
    Ok(Some(rating))
}

/// Empties what was said with the rating of a wish; the rating stays.
///
/// # Errors
/// When the database refuses.
pub fn forget(conn: &mut Conn, wish: WishId) -> StoreResult<()> {
    let said = feedback::table.find(wish.to_string()).filter(feedback::comment.is_not_null());
    diesel::update(said).set(feedback::comment.eq(None::<String>)).execute(conn)?;
    Ok(())
}

/// Takes the rating of a wish away, and gives it; none where it was not rated.
///
/// # Errors
/// When the database refuses.
pub fn take(conn: &mut Conn, wish: WishId) -> StoreResult<Option<i32>> {
    let one = feedback::table.find(wish.to_string());
    let given: Option<i32> = one.clone().select(feedback::satisfaction).first(conn).optional()?;
    diesel::delete(one).execute(conn)?;
    Ok(given)
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
