//! What the yearly audit of minors' data counts (未成年人网络保护条例 art. 37). Rows without names; nothing
//! sealed is opened.

use crate::{
    Conn, StoreResult,
    column::{json, optional_word, word},
    organisation::subtree,
    schema::{beneficiaries, consents, events, look_requests},
};
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::{
    beneficiary::Purpose,
    event::Kind,
    id::{OrganisationId, UserId},
    look::Status,
    time::Instant,
};
use serde_json::{Map, Value};

/// A consent about a minor.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "the columns of the table")]
pub struct Given {
    pub purpose: Purpose,
    pub given_on: NaiveDate,
    pub withdrawn_on: Option<NaiveDate>,
    pub expires_on: Option<NaiveDate>,
}

/// The years of birth of the residents of a subtree who were born after `year` and entered before
/// `until`. Nobody knows of those who were erased.
///
/// # Errors
/// When the database does not answer.
pub fn born_after(conn: &mut Conn, root: OrganisationId, year: i32, until: Instant) -> StoreResult<Vec<i32>> {
    let within = subtree(root);
    let years: Vec<Option<i32>> = beneficiaries::table
        .filter(beneficiaries::organisation_id.eq_any(within))
        .filter(beneficiaries::birth_year.gt(year))
        .filter(beneficiaries::created_at.lt(until.micros()))
        .filter(beneficiaries::merged_into.is_null())
        .select(beneficiaries::birth_year)
        .load(conn)?;
    Ok(years.into_iter().flatten().collect())
}

/// The consents about those residents.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn consents_of(
    conn: &mut Conn,
    root: OrganisationId,
    year: i32,
    until: Instant,
) -> StoreResult<Vec<Given>> {
    let within = subtree(root);
    let of = beneficiaries::table
        .filter(beneficiaries::organisation_id.eq_any(within))
        .filter(beneficiaries::birth_year.gt(year))
        .filter(beneficiaries::created_at.lt(until.micros()))
        .select(beneficiaries::id);
    let rows: Vec<(String, String, Option<String>, Option<String>)> = consents::table
        .filter(consents::beneficiary_id.eq_any(of))
        .filter(consents::created_at.lt(until.micros()))
        .select((consents::purpose, consents::given_on, consents::withdrawn_on, consents::expires_on))
        .load(conn)?;
    let given = |(purpose, given, withdrawn, expires): (String, String, Option<String>, Option<String>)| {
        Ok(Given {
            purpose: word(&purpose)?,
            given_on: word(&given)?,
            withdrawn_on: optional_word(withdrawn.as_deref())?,
            expires_on: optional_word(expires.as_deref())?,
        })
    };
    rows.into_iter().map(given).collect()
}

/// An act, as the audit counts it.
#[derive(Debug, Clone)]
pub struct Act {
    /// What happened.
    pub kind: Kind,
    /// By whom.
    pub actor: Option<UserId>,
    /// Where.
    pub organisation_id: OrganisationId,
    /// What was recorded with it.
    pub data: Map<String, Value>,
}

/// The acts of these kinds in a subtree, from one instant until before another.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn acts(
    conn: &mut Conn,
    root: OrganisationId,
    kinds: &[Kind],
    (from, until): (Instant, Instant),
) -> StoreResult<Vec<Act>> {
    let within = subtree(root);
    let rows: Vec<(String, Option<String>, String, String)> = events::table
        .filter(events::organisation_id.eq_any(within))
        .filter(events::kind.eq_any(kinds.iter().map(|kind| kind.as_str())))
        .filter(events::at.ge(from.micros()))
        .filter(events::at.lt(until.micros()))
        .select((events::kind, events::actor_id, events::organisation_id, events::data))
        .load(conn)?;
    let act = |(kind, actor, organisation, data): (String, Option<String>, String, String)| {
        Ok(Act {
            kind: word(&kind)?,
            actor: optional_word(actor.as_deref())?,
            organisation_id: word(&organisation)?,
            data: json(&data)?,
        })
    };
    rows.into_iter().map(act).collect()
}

/// The requests to look at children of a subtree that were made in this time: where each stands, and who
/// answered it.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn requests(
    conn: &mut Conn,
    root: OrganisationId,
    (from, until): (Instant, Instant),
) -> StoreResult<Vec<(Status, Option<UserId>)>> {
    let within = subtree(root);
    let of =
        beneficiaries::table.filter(beneficiaries::organisation_id.eq_any(within)).select(beneficiaries::id);
    let rows: Vec<(String, Option<String>)> = look_requests::table
        .filter(look_requests::beneficiary_id.eq_any(of))
        .filter(look_requests::created_at.ge(from.micros()))
        .filter(look_requests::created_at.lt(until.micros()))
        .select((look_requests::status, look_requests::answered_by))
        .load(conn)?;
    rows.into_iter().map(|(status, by)| Ok((word(&status)?, optional_word(by.as_deref())?))).collect()
}
