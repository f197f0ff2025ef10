//! The daily look at consents: whose may have become too few, and since when some must be asked anew.

use crate::{
    Conn, StoreResult,
    column::{date_text, word},
    schema::{beneficiaries, consents},
};
use chrono::{Datelike, NaiveDate};
use diesel::{dsl::exists, prelude::*};
use domain::id::BeneficiaryId;

diesel::alias! {
    const MERGED: Alias<Merged> = beneficiaries as merged;
}

/// Who may have come of age lately, at the most.
const YOUNG: i32 = 19;

/// Residents whose consents a day may have ended: the young, and those with a consent that ran out; as
/// far as nobody looked on `today` yet. In the order of their ids.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn to_check(conn: &mut Conn, today: NaiveDate, limit: i64) -> StoreResult<Vec<BeneficiaryId>> {
    let today_text = date_text(today);
    let ran_out = consents::table
        .filter(consents::expires_on.lt(today_text.clone()))
        .filter(consents::withdrawn_on.is_null())
        .select(consents::beneficiary_id);
    let young = beneficiaries::birth_year.ge(today.year() - YOUNG);
    let unseen =
        beneficiaries::consents_checked_on.is_null().or(beneficiaries::consents_checked_on.lt(today_text));
    let merged_ran_out = MERGED
        .filter(MERGED.field(beneficiaries::merged_into).eq(beneficiaries::id.nullable()))
        .filter(MERGED.field(beneficiaries::id).eq_any(ran_out.clone()));
    let of_merged = exists(merged_ran_out).nullable();
    let rows: Vec<String> = beneficiaries::table
        .filter(beneficiaries::merged_into.is_null())
        .filter(young.or(beneficiaries::id.eq_any(ran_out).nullable()).or(of_merged))
        .filter(unseen)
        .order(beneficiaries::id.asc())
        .limit(limit)
        .select(beneficiaries::id)
        .load(conn)?;
    rows.iter().map(|id| word(id)).collect()
}

/// Notes that somebody looked on `today`, and whether anything must be asked anew; since when stays as
/// it was while it is. Of what was merged into this record nothing is asked beside it. Tells whether it is new.
///
/// # Errors
/// When the database refuses.
pub fn note(conn: &mut Conn, of: BeneficiaryId, due: bool, today: NaiveDate) -> StoreResult<bool> {
    let row = || beneficiaries::table.find(of.to_string());
    let since: Option<String> = row().select(beneficiaries::consent_due_on).get_result(conn)?;
    let is_new = due && since.is_none();
    let since = if due { since.or(Some(date_text(today))) } else { None };
    let noted =
        (beneficiaries::consents_checked_on.eq(date_text(today)), beneficiaries::consent_due_on.eq(since));
    diesel::update(row()).set(noted).execute(conn)?;
    let merged = beneficiaries::table.filter(beneficiaries::merged_into.eq(of.to_string()));
    diesel::update(merged).set(beneficiaries::consents_checked_on.eq(date_text(today))).execute(conn)?;
    Ok(is_new)
}
