//! Whom open calls open which wishes to, and who is written to.

use crate::{
    Conn, StoreResult,
    column::word,
    organisation::subtree,
    schema::{
        claimants, email_addresses, emergency_call_circles, emergency_call_letters, emergency_call_wishes,
        emergency_calls, memberships, users, wishes,
    },
};
use diesel::prelude::*;
use domain::{
    claimant::Kind,
    emergency::{Circle, Status},
    id::{EmergencyCallId, OrganisationId, UserId, WishId},
    membership::Role,
    wish::Status as WishStatus,
};
use std::collections::{HashMap, HashSet};

/// The circles that each of these wishes is open to by an emergency call; those of no open call are left out.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn circles_of(conn: &mut Conn, wishes: &[WishId]) -> StoreResult<HashMap<WishId, Vec<Circle>>> {
    let wishes: Vec<String> = wishes.iter().map(ToString::to_string).collect();
    let rows: Vec<(String, String, String)> = emergency_call_wishes::table
        .inner_join(emergency_calls::table.on(emergency_calls::id.eq(emergency_call_wishes::call_id)))
        .inner_join(emergency_call_circles::table.on(emergency_call_circles::call_id.eq(emergency_calls::id)))
        .filter(emergency_call_wishes::wish_id.eq_any(wishes))
        .filter(emergency_calls::status.eq(Status::Open.as_str()))
        .order((emergency_call_wishes::wish_id.asc(), emergency_call_circles::organisation_id.asc()))
        .select((
            emergency_call_wishes::wish_id,
            emergency_call_circles::organisation_id,
            emergency_call_circles::whom,
        ))
        .load(conn)?;
    let mut circles: HashMap<WishId, Vec<Circle>> = HashMap::new();
    for (wish, organisation, whom) in rows {
        let circle = Circle { organisation_id: word(&organisation)?, whom: word(&whom)? };
        circles.entry(word(&wish)?).or_default().push(circle);
    }
    Ok(circles)
}

/// Open wishes that a call opens to circles of these organisations, the oldest first; which claimants of theirs are
/// called is not asked.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn open_to(conn: &mut Conn, path: &[OrganisationId], limit: i64) -> StoreResult<Vec<WishId>> {
    let path: Vec<String> = path.iter().map(ToString::to_string).collect();
    // First the calls, mostly none: in one statement SQLite would go through all that is open.
    let calls: Vec<String> = emergency_calls::table
        .inner_join(emergency_call_circles::table.on(emergency_call_circles::call_id.eq(emergency_calls::id)))
        .filter(emergency_call_circles::organisation_id.eq_any(path))
        .filter(emergency_calls::status.eq(Status::Open.as_str()))
        .select(emergency_calls::id)
        .distinct()
        .load(conn)?;
    if calls.is_empty() {
        return Ok(Vec::new());
    }
    let called = emergency_call_wishes::table
        .filter(emergency_call_wishes::call_id.eq_any(calls))
        .select(emergency_call_wishes::wish_id);
    let rows: Vec<String> = wishes::table
        .filter(wishes::id.eq_any(called))
        .filter(wishes::status.eq(WishStatus::Open.as_str()))
        .filter(wishes::hidden_since.is_null())
        .order(wishes::id.asc())
        .limit(limit)
        .select(wishes::id)
        .load(conn)?;
    rows.iter().map(|id| word(id)).collect()
}

/// Who acts for the active claimants of a circle and proved an address: themselves, and the managers of units.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn to_write_to(conn: &mut Conn, circle: Circle) -> StoreResult<Vec<UserId>> {
    let mut ids: Vec<String> = Vec::new();
    if circle.whom.takes(Kind::Person) {
        let persons: Vec<String> = claimants::table
            .inner_join(users::table.on(claimants::user_id.eq(users::id.nullable())))
            .inner_join(email_addresses::table.on(email_addresses::user_id.eq(users::id)))
            .filter(claimants::organisation_id.eq_any(subtree(circle.organisation_id)))
            .filter(claimants::kind.eq(Kind::Person.as_str()))
            .filter(claimants::active.eq(true))
            .filter(email_addresses::confirmed_at.is_not_null())
            .filter(users::disabled.eq(false))
            .select(users::id)
            .distinct()
            .load(conn)?;
        ids.extend(persons);
    }
    if circle.whom.takes(Kind::Unit) {
        let managers: Vec<String> = claimants::table
            .inner_join(memberships::table.on(memberships::organisation_id.eq(claimants::organisation_id)))
            .inner_join(users::table.on(memberships::user_id.eq(users::id)))
            .inner_join(email_addresses::table.on(email_addresses::user_id.eq(users::id)))
            .filter(claimants::organisation_id.eq_any(subtree(circle.organisation_id)))
            .filter(claimants::kind.eq(Kind::Unit.as_str()))
            .filter(claimants::active.eq(true))
            .filter(memberships::role.eq(Role::Manager.as_str()))
            .filter(email_addresses::confirmed_at.is_not_null())
            .filter(users::disabled.eq(false))
            .select(users::id)
            .distinct()
            .load(conn)?;
        ids.extend(managers);
    }
    ids.iter().map(|id| word(id)).collect()
}

/// Who was written to about a call.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn written_to(conn: &mut Conn, call: EmergencyCallId) -> StoreResult<HashSet<UserId>> {
    let rows: Vec<String> = emergency_call_letters::table
        .filter(emergency_call_letters::call_id.eq(call.to_string()))
        .select(emergency_call_letters::user_id)
        .load(conn)?;
    rows.iter().map(|id| word(id)).collect()
}

/// Notes that somebody was written to about a call.
///
/// # Errors
/// `Unique` where they were already.
pub fn note_written(conn: &mut Conn, call: EmergencyCallId, user: UserId) -> StoreResult<()> {
    let letter = (
        emergency_call_letters::call_id.eq(call.to_string()),
        emergency_call_letters::user_id.eq(user.to_string()),
    );
    diesel::insert_into(emergency_call_letters::table).values(letter).execute(conn)?;
    Ok(())
}
