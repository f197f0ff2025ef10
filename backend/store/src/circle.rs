//! How many households are known in a subtree, and how many of them have somebody of some years of
//! birth: what decides how exactly the wall says where a wish is from.

use crate::{Conn, StoreResult, organisation::subtree, schema::beneficiaries};
use diesel::{dsl::count, prelude::*};
use domain::id::OrganisationId;
use std::ops::RangeInclusive;

/// Households with a resident in the subtree of `root`; with `born`, those with one born in these years.
///
/// # Errors
/// When the database does not answer.
pub fn households(
    conn: &mut Conn,
    root: OrganisationId,
    born: Option<RangeInclusive<i32>>,
) -> StoreResult<i64> {
    let below = subtree(root);
    let mut query = beneficiaries::table
        .filter(beneficiaries::organisation_id.eq_any(below))
        .filter(beneficiaries::merged_into.is_null())
        .select(count(beneficiaries::household_id).aggregate_distinct())
        .into_boxed();
    if let Some(years) = born {
        query = query.filter(beneficiaries::birth_year.between(*years.start(), *years.end()));
    }
    Ok(query.get_result(conn)?)
}
