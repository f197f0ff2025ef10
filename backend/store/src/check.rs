//! What the invariants are checked on: each wish beside what its claims, escalations and events say.
//! Reads only; the verdict is the application's.

pub mod ledger;
pub mod sealed;

use crate::{
    Conn, StoreResult,
    column::{optional_word, word},
    schema::{
        allocations, applications, beneficiaries, campaigns, certificates, claims, donations, duties,
        emergency_calls, escalations, events, export_files, exports, feedback, idempotency_keys, imports,
        merges, organisation_closure, organisations, pairings, platform_claims, platform_mandates, pledges,
        pools, posts, referrals, shifts, sign_ups, wishes,
    },
};
use chrono::NaiveDate;
use diesel::{
    dsl::{count_star, exists, max, min, not},
    prelude::*,
    sql_types::Bool,
};
use domain::{id::BeneficiaryId, sign_up::Status as SignUp, wish::Status};
use std::collections::HashMap;

diesel::alias! {
    const SPEAKING: Alias<Speaking> = beneficiaries as speaking;
}

/// A wish, and what other tables say of it.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "named as the columns they come from")]
pub struct WishFacts {
    pub id: String,
    pub version: i64,
    pub quantity: i64,
    pub reserved: i64,
    pub delivered: i64,
    pub confirmed: i64,
    pub shares: Vec<domain::wish::Share>,
    pub status: domain::wish::Status,
    pub due_at: Option<i64>,
    pub pending_escalation_id: Option<String>,
    pub fulfilled_at: Option<i64>,
    pub rated: bool,
    /// There is a rating of it.
    pub has_rating: bool,
    /// Quantities of its claims, by status.
    pub claimed: HashMap<String, i64>,
    /// Its pending escalations.
    pub pending: Vec<String>,
    /// Its events: how many, the first and the last number.
    pub events: (i64, i64, i64),
}

/// The next `limit` wishes after `after`, by id.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn wishes(conn: &mut Conn, after: Option<&str>, limit: i64) -> StoreResult<Vec<WishFacts>> {
    type Columns = (
        String,
        i64,
        i64,
        i64,
        i64,
        i64,
        String,
        Option<i64>,
        Option<String>,
        Option<i64>,
        bool,
        Option<String>,
    );
    let rows: Vec<Columns> = wishes::table
        .filter(wishes::id.gt(after.unwrap_or_default()))
        .order(wishes::id.asc())
        .limit(limit)
        .select((
            wishes::id,
            wishes::version,
            wishes::quantity,
            wishes::reserved,
            wishes::delivered,
            wishes::confirmed,
            wishes::status,
            wishes::due_at,
            wishes::pending_escalation_id,
            wishes::fulfilled_at,
            wishes::rated,
            wishes::shares,
        ))
        .load(conn)?;
    let ids: Vec<&str> = rows.iter().map(|row| row.0.as_str()).collect();
    let mut claimed = claimed(conn, &ids)?;
    let mut pending = pending(conn, &ids)?;
    let mut numbers = numbers(conn, &ids)?;
    let ratings: Vec<String> =
        feedback::table.filter(feedback::wish_id.eq_any(&ids)).select(feedback::wish_id).load(conn)?;
    let facts = |row: Columns| {
        Ok(WishFacts {
            claimed: claimed.remove(&row.0).unwrap_or_default(),
            pending: pending.remove(&row.0).unwrap_or_default(),
            events: numbers.remove(&row.0).unwrap_or_default(),
            has_rating: ratings.contains(&row.0),
            id: row.0,
            version: row.1,
            quantity: row.2,
            reserved: row.3,
            delivered: row.4,
            confirmed: row.5,
            status: word(&row.6)?,
            due_at: row.7,
            pending_escalation_id: row.8,
            fulfilled_at: row.9,
            rated: row.10,
            shares: crate::wish::shares(row.11.as_deref())?,
        })
    };
    rows.into_iter().map(facts).collect()
}

fn claimed(conn: &mut Conn, ids: &[&str]) -> StoreResult<HashMap<String, HashMap<String, i64>>> {
    let rows: Vec<(String, String, i64)> = claims::table
        .filter(claims::wish_id.eq_any(ids))
        .select((claims::wish_id, claims::status, claims::quantity))
        .load(conn)?;
    let mut found: HashMap<String, HashMap<String, i64>> = HashMap::new();
    for (wish, status, quantity) in rows {
        let sum = found.entry(wish).or_default().entry(status).or_default();
        *sum = sum.saturating_add(quantity);
    }
    Ok(found)
}

fn pending(conn: &mut Conn, ids: &[&str]) -> StoreResult<HashMap<String, Vec<String>>> {
    let rows: Vec<(String, String)> = escalations::table
        .filter(escalations::wish_id.eq_any(ids))
        .filter(escalations::status.eq(domain::escalation::Status::Pending.as_str()))
        .select((escalations::wish_id, escalations::id))
        .load(conn)?;
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    for (wish, id) in rows {
        found.entry(wish).or_default().push(id);
    }
    Ok(found)
}

fn numbers(conn: &mut Conn, ids: &[&str]) -> StoreResult<HashMap<String, (i64, i64, i64)>> {
    let rows: Vec<(String, i64, Option<i64>, Option<i64>)> = events::table
        .filter(events::subject_id.eq_any(ids))
        .group_by(events::subject_id)
        .select((events::subject_id, count_star(), min(events::number), max(events::number)))
        .load(conn)?;
    let facts = |(id, count, first, last): (String, i64, Option<i64>, Option<i64>)| {
        (id, (count, first.unwrap_or_default(), last.unwrap_or_default()))
    };
    Ok(rows.into_iter().map(facts).collect())
}

/// A row's id and version, and its events: how many, the first and the last number.
pub type Numbered = (String, i64, (i64, i64, i64));

macro_rules! numbered {
    ($($(#[$meta:meta])* $table:ident;)+) => {$(
        $(#[$meta])*
        ///
        /// # Errors
        /// When the database does not answer.
        pub fn $table(conn: &mut Conn, after: &str, limit: i64) -> StoreResult<Vec<Numbered>> {
            let rows: Vec<(String, i64)> = $table::table
                .filter($table::id.gt(after))
                .order($table::id.asc())
                .limit(limit)
                .select(($table::id, $table::version))
                .load(conn)?;
            let ids: Vec<&str> = rows.iter().map(|(id, _)| id.as_str()).collect();
            let mut numbers = numbers(conn, &ids)?;
            let facts = |(id, version): (String, i64)| {
                let events = numbers.remove(&id).unwrap_or_default();
                (id, version, events)
            };
            Ok(rows.into_iter().map(facts).collect())
        }
    )+};
}

numbered! {
    /// The next `limit` pairings after `after`, by id.
    pairings;
    /// The next `limit` referrals after `after`, by id.
    referrals;
    /// The next `limit` emergency calls after `after`, by id.
    emergency_calls;
    /// The next `limit` campaigns after `after`, by id.
    campaigns;
    /// The next `limit` imports after `after`, by id.
    imports;
    /// The next `limit` exports after `after`, by id.
    exports;
    /// The next `limit` pledges after `after`, by id.
    pledges;
    /// The next `limit` pools after `after`, by id.
    pools;
    /// The next `limit` donations after `after`, by id.
    donations;
    /// The next `limit` allocations after `after`, by id.
    allocations;
    /// The next `limit` applications after `after`, by id.
    applications;
    /// The next `limit` certificates after `after`, by id.
    certificates;
    /// The next `limit` duties after `after`, by id.
    duties;
    /// The next `limit` posts after `after`, by id.
    posts;
    /// The next `limit` sign-ups after `after`, by id.
    sign_ups;
}

/// The next `limit` shifts after `after`, by id: each with its places that are taken, and those that its sign-ups hold.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn shifts(conn: &mut Conn, after: &str, limit: i64) -> StoreResult<Vec<(String, i64, i64)>> {
    let rows: Vec<(String, i64)> = shifts::table
        .filter(shifts::id.gt(after))
        .order(shifts::id.asc())
        .limit(limit)
        .select((shifts::id, shifts::taken))
        .load(conn)?;
    let ids: Vec<&str> = rows.iter().map(|(id, _)| id.as_str()).collect();
    let places: Vec<(String, String, i64)> = sign_ups::table
        .filter(sign_ups::shift_id.eq_any(&ids))
        .select((sign_ups::shift_id, sign_ups::status, sign_ups::places))
        .load(conn)?;
    let mut held: HashMap<String, i64> = HashMap::new();
    for (shift, status, places) in places {
        if word::<SignUp>(&status)?.holds() {
            let sum = held.entry(shift).or_default();
            *sum = sum.saturating_add(places);
        }
    }
    let counted = |(id, taken): (String, i64)| {
        let held = held.get(&id).copied().unwrap_or_default();
        (id, taken, held)
    };
    Ok(rows.into_iter().map(counted).collect())
}

/// What platforms are said to have claimed and is no claim that the account of the platform made.
///
/// # Errors
/// When the database does not answer.
pub fn platform_claims_astray(conn: &mut Conn) -> StoreResult<Vec<String>> {
    let hands = platform_mandates::table
        .filter(platform_mandates::platform_id.eq(platform_claims::platform_id))
        .select(platform_mandates::hand_id);
    let made =
        claims::table.filter(claims::id.eq(platform_claims::claim_id)).filter(claims::made_by.eq_any(hands));
    let astray = platform_claims::table.filter(not(exists(made)));
    Ok(astray.order(platform_claims::claim_id.asc()).select(platform_claims::claim_id).load(conn)?)
}

/// How many Idempotency-Keys have no answer.
///
/// # Errors
/// When the database does not answer.
pub fn unanswered_keys(conn: &mut Conn) -> StoreResult<i64> {
    Ok(idempotency_keys::table.filter(idempotency_keys::status.is_null()).count().get_result(conn)?)
}

/// The positions of the feed: how many, the last one.
///
/// # Errors
/// When the database does not answer.
pub fn positions(conn: &mut Conn) -> StoreResult<(i64, i64)> {
    let placed = events::table.filter(events::position.is_not_null());
    let (count, last): (i64, Option<i64>) =
        placed.select((count_star(), max(events::position))).get_result(conn)?;
    Ok((count, last.unwrap_or_default()))
}

/// Every organisation with its parent, and every pair of the closure with its depth.
///
/// # Errors
/// When the database does not answer.
#[expect(clippy::type_complexity, reason = "two plain lists of rows")]
pub fn tree(conn: &mut Conn) -> StoreResult<(Vec<(String, Option<String>)>, Vec<(String, String, i32)>)> {
    let nodes = organisations::table.select((organisations::id, organisations::parent_id)).load(conn)?;
    let pairs = organisation_closure::table
        .select((
            organisation_closure::ancestor_id,
            organisation_closure::descendant_id,
            organisation_closure::depth,
        ))
        .load(conn)?;
    Ok((nodes, pairs))
}

/// Records that point at another without a merge that says so, or at one that points on; and merges that are not undone
/// without such a pointer.
///
/// # Errors
/// When the database does not answer.
pub fn merged_astray(conn: &mut Conn) -> StoreResult<Vec<String>> {
    let live = merges::table
        .filter(merges::merged_id.eq(beneficiaries::id))
        .filter(merges::survivor_id.nullable().eq(beneficiaries::merged_into))
        .filter(merges::undone_at.is_null());
    let speaks = SPEAKING
        .filter(SPEAKING.field(beneficiaries::id).nullable().eq(beneficiaries::merged_into))
        .filter(SPEAKING.field(beneficiaries::merged_into).is_null());
    let mut astray: Vec<String> = beneficiaries::table
        .filter(beneficiaries::merged_into.is_not_null())
        .filter(not(exists(live).and(exists(speaks))))
        .select(beneficiaries::id)
        .load(conn)?;
    let pointed = beneficiaries::table
        .filter(beneficiaries::id.eq(merges::merged_id))
        .filter(beneficiaries::merged_into.eq(merges::survivor_id.nullable()));
    let alone: Vec<String> = merges::table
        .filter(merges::undone_at.is_null())
        .filter(not(exists(pointed)))
        .select(merges::merged_id)
        .load(conn)?;
    astray.extend(alone);
    Ok(astray)
}

/// The residents of whom a wish stands on the wall, or is shared with platforms, by id, each with the day on
/// which their consents were last looked at.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn listed_residents(
    conn: &mut Conn,
    shared: bool,
    after: &str,
    limit: i64,
) -> StoreResult<Vec<(BeneficiaryId, Option<NaiveDate>)>> {
    let public = Status::ALL.iter().filter(|status| status.is_public()).map(|status| status.as_str());
    let wall = wishes::status.eq_any(public).and(wishes::hidden_since.is_null());
    let listed = wishes::table
        .filter(
            (!shared)
                .into_sql::<Bool>()
                .and(wall)
                .or(shared.into_sql::<Bool>().and(wishes::shared_since.is_not_null())),
        )
        .select(wishes::beneficiary_id);
    let rows: Vec<(String, Option<String>)> = beneficiaries::table
        .filter(beneficiaries::id.gt(after))
        .filter(beneficiaries::id.eq_any(listed))
        .order(beneficiaries::id.asc())
        .limit(limit)
        .select((beneficiaries::id, beneficiaries::consents_checked_on))
        .load(conn)?;
    rows.iter().map(|(id, day)| Ok((word(id)?, optional_word(day.as_deref())?))).collect()
}

/// Exports that say that they have a file and have none, or the other way round, with where they stand.
///
/// # Errors
/// When the database does not answer.
pub fn misfiled(conn: &mut Conn) -> StoreResult<Vec<(String, String)>> {
    let ready = exports::status.eq(domain::export::Status::Ready.as_str());
    Ok(exports::table
        .left_join(export_files::table.on(export_files::export_id.eq(exports::id)))
        .filter(
            ready
                .and(export_files::export_id.nullable().is_null())
                .or(not(ready).and(export_files::export_id.nullable().is_not_null())),
        )
        .order(exports::id.asc())
        .select((exports::id, exports::status))
        .load(conn)?)
}
