//! What is known of wishes and claimants that could meet: narrow rows, always by an index, never a whole table.

use crate::{
    Conn, StoreResult,
    column::{instant, required, word},
    organisation::{contains, subtree},
    schema::{beneficiaries, claimants, claims, wishes},
};
use diesel::prelude::*;
use domain::{
    claim::Status as ClaimStatus,
    id::{ClaimantId, OrganisationId, UserId, WishId},
    time::Instant,
    wish::{Status, Unit},
};
use std::collections::HashMap;
use uuid::Uuid;

/// An open wish, as far as it matters who brings it.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its id.
    pub id: WishId,
    /// In one line.
    pub title: String,
    /// Where it is, as the wall says it.
    pub place: Option<String>,
    /// Who holds it.
    pub holder_id: OrganisationId,
    /// Who collected it.
    pub origin_id: OrganisationId,
    /// In whose subtree it may be claimed.
    pub audience_id: OrganisationId,
    /// Who wrote it down.
    pub collected_by: UserId,
    /// Its household.
    pub household: Uuid,
    /// Where the resident is, as a division code.
    pub region_code: Option<String>,
    /// Its category.
    pub category: String,
    /// The skill that it needs.
    pub skill: Option<String>,
    /// What may still be claimed.
    pub remaining: i64,
    /// Of what.
    pub unit: Unit,
    /// Where it stands.
    pub status: Status,
    /// Off the wall.
    pub hidden: bool,
    /// Since when it is on the wall.
    pub since: Option<Instant>,
}

type Texts = (String, Option<String>, Option<String>, String, Option<String>, String, String);
type Ids = (String, String, String, String, String, String);
type Numbers = (i64, i64, Option<i64>, Option<i64>);

macro_rules! rows {
    ($conn:expr, $query:expr) => {{
        let rows: Vec<(Ids, Texts, Numbers)> = $query
            .select((
                (
                    wishes::id,
                    wishes::holder_id,
                    wishes::origin_id,
                    wishes::audience_id,
                    wishes::collected_by,
                    beneficiaries::household_id,
                ),
                (
                    wishes::title,
                    wishes::shown_place,
                    wishes::region_code,
                    wishes::category,
                    wishes::skill,
                    wishes::unit,
                    wishes::status,
                ),
                (wishes::quantity, wishes::reserved, wishes::hidden_since, wishes::published_at),
            ))
            .load($conn)?;
        rows.into_iter().map(candidate).collect::<StoreResult<Vec<Candidate>>>()
    }};
}

fn candidate((ids, texts, numbers): (Ids, Texts, Numbers)) -> StoreResult<Candidate> {
    let (id, holder, origin, audience, collected_by, household) = ids;
    let (title, place, region_code, category, skill, unit, status) = texts;
    let (quantity, reserved, hidden, since) = numbers;
    Ok(Candidate {
        id: word(&id)?,
        title,
        place,
        holder_id: word(&holder)?,
        origin_id: word(&origin)?,
        audience_id: word(&audience)?,
        collected_by: word(&collected_by)?,
        household: word(&household)?,
        region_code,
        category,
        skill,
        remaining: quantity.saturating_sub(reserved),
        unit: word(&unit)?,
        status: word(&status)?,
        hidden: hidden.is_some(),
        since: since.map(instant),
    })
}

#[diesel::dsl::auto_type(no_type_alias)]
fn joined() -> _ {
    wishes::table.inner_join(beneficiaries::table.on(beneficiaries::id.eq(wishes::beneficiary_id)))
}

/// These wishes, in whatever state, by id.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn of_ids(conn: &mut Conn, ids: &[WishId]) -> StoreResult<Vec<Candidate>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    rows!(conn, joined().filter(wishes::id.eq_any(ids)).order(wishes::id.asc()))
}

/// What is open and on the wall of what the subtree of `at` holds, the oldest first; of one category, where it is given.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn open_below(
    conn: &mut Conn,
    at: OrganisationId,
    category: Option<&str>,
    limit: i64,
) -> StoreResult<Vec<Candidate>> {
    let mut query = joined()
        .filter(wishes::holder_id.eq_any(subtree(at)))
        .filter(wishes::status.eq(Status::Open.as_str()))
        .filter(wishes::hidden_since.is_null())
        .into_boxed();
    if let Some(category) = category {
        query = query.filter(wishes::category.eq(category.to_owned()));
    }
    rows!(conn, query.order(wishes::id.asc()).limit(limit))
}

/// What is open and on the wall for the claimants of `audience`, the oldest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn open_to(conn: &mut Conn, audience: OrganisationId, limit: i64) -> StoreResult<Vec<Candidate>> {
    let query = joined()
        .filter(wishes::audience_id.eq(audience.to_string()))
        .filter(wishes::status.eq(Status::Open.as_str()))
        .filter(wishes::hidden_since.is_null());
    rows!(conn, query.order(wishes::id.asc()).limit(limit))
}

/// The same of what needs a skill, for any of these audiences.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn open_with_skill(
    conn: &mut Conn,
    skill: &str,
    audiences: &[OrganisationId],
    limit: i64,
) -> StoreResult<Vec<Candidate>> {
    let audiences: Vec<String> = audiences.iter().map(ToString::to_string).collect();
    let query = joined()
        .filter(wishes::skill.eq(skill.to_owned()))
        .filter(wishes::status.eq(Status::Open.as_str()))
        .filter(wishes::hidden_since.is_null())
        .filter(wishes::audience_id.eq_any(audiences));
    rows!(conn, query.order(wishes::id.asc()).limit(limit))
}

/// Active claimants of the subtree of `below` who say that they have a skill.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn skilled(
    conn: &mut Conn,
    skill: &str,
    below: OrganisationId,
    limit: i64,
) -> StoreResult<Vec<ClaimantId>> {
    let rows: Vec<String> = claimants::table
        .filter(claimants::organisation_id.eq_any(subtree(below)))
        .filter(claimants::active.eq(true))
        .filter(claimants::skills.like(contains(&format!("\"{skill}\""))).escape('\\'))
        .order(claimants::id.desc())
        .limit(limit)
        .select(claimants::id)
        .load(conn)?;
    rows.iter().map(|id| word(id)).collect()
}

/// When a wish of each of these households was last fulfilled; those where none was are left out.
///
/// # Errors
/// When the database does not answer.
pub fn reached(conn: &mut Conn, households: &[Uuid]) -> StoreResult<HashMap<Uuid, Instant>> {
    let households: Vec<String> = households.iter().map(ToString::to_string).collect();
    let rows: Vec<(String, Option<i64>)> = beneficiaries::table
        .inner_join(wishes::table.on(wishes::beneficiary_id.eq(beneficiaries::id)))
        .filter(beneficiaries::household_id.eq_any(households))
        .filter(wishes::fulfilled_at.is_not_null())
        .group_by(beneficiaries::household_id)
        .select((beneficiaries::household_id, diesel::dsl::max(wishes::fulfilled_at)))
        .load(conn)?;
    rows.into_iter().map(|(id, at)| Ok((word(&id)?, instant(required(at, "fulfilled_at")?)))).collect()
}

/// How many claims each of these claimants fulfilled, by category.
///
/// # Errors
/// When the database does not answer.
pub fn done(conn: &mut Conn, ids: &[ClaimantId]) -> StoreResult<HashMap<ClaimantId, HashMap<String, i64>>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let rows: Vec<(String, String, i64)> = claims::table
        .inner_join(wishes::table.on(wishes::id.eq(claims::wish_id)))
        .filter(claims::claimant_id.eq_any(ids))
        .filter(claims::status.eq(ClaimStatus::Confirmed.as_str()))
        .group_by((claims::claimant_id, wishes::category))
        .select((claims::claimant_id, wishes::category, diesel::dsl::count_star()))
        .load(conn)?;
    let mut done: HashMap<ClaimantId, HashMap<String, i64>> = HashMap::new();
    for (id, category, count) in rows {
        done.entry(word(&id)?).or_default().insert(category, count);
    }
    Ok(done)
}

/// Who holds a share of each of these wishes that is not confirmed, or gave one back.
///
/// # Errors
/// When the database does not answer.
pub fn had(conn: &mut Conn, ids: &[WishId]) -> StoreResult<HashMap<WishId, Vec<ClaimantId>>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let rows: Vec<(String, String)> = claims::table
        .filter(claims::wish_id.eq_any(ids))
        .filter(claims::status.ne(ClaimStatus::Confirmed.as_str()))
        .select((claims::wish_id, claims::claimant_id))
        .distinct()
        .load(conn)?;
    let mut had: HashMap<WishId, Vec<ClaimantId>> = HashMap::new();
    for (wish, claimant) in rows {
        had.entry(word(&wish)?).or_default().push(word(&claimant)?);
    }
    Ok(had)
}
