//! What others confirmed, counted from the claims: of one claimant, of all below an organisation, and what still holds of a
//! certificate. Also whether an organisation shows a leaderboard.

use crate::{
    Conn, StoreResult,
    claimant::Ratings,
    column::{one_row, word},
    organisation::subtree,
    schema::{claimants, claims, feedback, organisations},
};
use diesel::{
    dsl::{count, count_star, max, sql},
    prelude::*,
    sql_types::BigInt,
};
use domain::{
    certificate::Ground,
    claim::{Method, Status},
    claimant::Kind,
    honour::{Outcomes, Span},
    id::{ClaimantId, OrganisationId},
    time::Instant,
};
use std::collections::HashMap;

/// The resident's word on a claim was taken by somebody who had no part in what was brought.
macro_rules! is_by_others {
    () => {{
        use $crate::schema::claims;
        let noted = claims::confirmed_by_others
            .is_not_null()
            .and(claims::confirmed_by_others.eq(true).assume_not_null());
        // A version before does not note it; only a code could be typed in by whoever had a part.
        let called = claims::confirmed_method.ne(domain::claim::Method::Code.as_str()).assume_not_null();
        let before = claims::confirmed_by_others.is_null().and(called);
        claims::status.eq(domain::claim::Status::Confirmed.as_str()).and(noted.or(before))
    }};
}
pub(crate) use is_by_others;

const HOURS: &str = "CAST(COALESCE(SUM(claims.quarter_hours), 0) AS BIGINT)";
const VALUE: &str = "CAST(COALESCE(SUM(claims.value_fen), 0) AS BIGINT)";

/// What others confirmed of a claimant, until an instant.
///
/// # Errors
/// When the database does not answer.
pub fn outcomes(conn: &mut Conn, of: ClaimantId, ground: &Ground, until: Instant) -> StoreResult<Outcomes> {
    let mut counted = claims::table
        .filter(is_by_others!())
        .filter(claims::claimant_id.eq(of.to_string()))
        .filter(claims::confirmed_at.le(until.micros()))
        .select((count(claims::wish_id).aggregate_distinct(), sql::<BigInt>(HOURS), sql::<BigInt>(VALUE)))
        .into_boxed();
    counted = match ground {
        Ground::Claim(id) => counted.filter(claims::id.eq(id.to_string())),
        Ground::Span(span) => {
            counted.filter(claims::confirmed_at.between(span.start().micros(), span.end().micros()))
        }
    };
    let (wishes, quarter_hours, value_fen) = counted.get_result(conn)?;
    Ok(Outcomes { wishes, quarter_hours, value_fen })
}

/// How many claims of a claimant were confirmed by others in a time, by how the word was taken.
///
/// # Errors
/// When the database does not answer.
pub fn methods(conn: &mut Conn, of: ClaimantId, span: Span) -> StoreResult<HashMap<Method, i64>> {
    let rows: Vec<(Option<String>, i64)> = claims::table
        .filter(is_by_others!())
        .filter(claims::claimant_id.eq(of.to_string()))
        .filter(claims::confirmed_at.between(span.start().micros(), span.end().micros()))
        .group_by(claims::confirmed_method)
        .select((claims::confirmed_method, count_star()))
        .load(conn)?;
    rows.into_iter().map(|(method, count)| Ok((word(&method.unwrap_or_default())?, count))).collect()
}

/// A claimant with what others confirmed of it in a time.
#[derive(Debug, Clone)]
pub struct Row {
    /// Who.
    pub claimant_id: ClaimantId,
    /// What.
    pub outcomes: Outcomes,
    /// The other side: how much of what it took on in that time came to nothing.
    pub given_back: i64,
    /// Run over its time.
    pub lapsed: i64,
    /// Confirmed once, and not true.
    pub taken_back: i64,
    /// How the residents rated those wishes.
    pub ratings: Ratings,
}

/// Where a list goes on: wishes and quarter hours of the last one, and who it was.
pub type After = (i64, i64, ClaimantId);

/// Whom a list shows.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Below this organisation, itself included.
    pub root: OrganisationId,
    /// What was confirmed then.
    pub span: Span,
    /// Only persons, or only units.
    pub kind: Option<Kind>,
    /// After this one.
    pub after: Option<After>,
}

/// Claimants of whom something was confirmed by others, most wishes first, then most hours.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(conn: &mut Conn, filter: &Filter, limit: i64) -> StoreResult<Vec<Row>> {
    let (start, end) = (filter.span.start().micros(), filter.span.end().micros());
    let kinds = Kind::ALL.iter().filter(|kind| filter.kind.is_none_or(|only| only == **kind));
    let below = claimants::table
        .filter(claimants::organisation_id.eq_any(subtree(filter.root)))
        .filter(claimants::kind.eq_any(kinds.map(|kind| kind.as_str())))
        .select(claimants::id);
    let wishes = || count(claims::wish_id).aggregate_distinct();
    let hours = || sql::<BigInt>(HOURS);
    let id = || max(claims::claimant_id);
    let counted = claims::table
        .filter(is_by_others!())
        .filter(claims::confirmed_at.between(start, end))
        .filter(claims::claimant_id.eq_any(below))
        .group_by(claims::claimant_id)
        .select((claims::claimant_id, wishes(), hours(), sql::<BigInt>(VALUE)))
        .order((wishes().desc(), hours().desc(), claims::claimant_id.asc()))
        .limit(limit);
    let rows: Vec<(String, i64, i64, i64)> = match &filter.after {
        None => counted.load(conn)?,
        Some((seen, quarters, last)) => {
            let last = id().gt(last.to_string()).assume_not_null();
            let fewer = hours().lt(*quarters).or(hours().eq(*quarters).and(last));
            counted.having(wishes().lt(*seen).or(wishes().eq(*seen).and(fewer))).load(conn)?
        }
    };
    let found: Vec<String> = rows.iter().map(|(id, ..)| id.clone()).collect();
    let mut ended = ended(conn, &found, (start, end))?;
    let mut ratings = ratings(conn, &found, (start, end))?;
    let row = |(id, wishes, quarter_hours, value_fen): (String, i64, i64, i64)| {
        let mut of = |status: Status| ended.remove(&(id.clone(), status)).unwrap_or_default();
        Ok(Row {
            claimant_id: word(&id)?,
            outcomes: Outcomes { wishes, quarter_hours, value_fen },
            given_back: of(Status::Released),
            lapsed: of(Status::Lapsed),
            taken_back: of(Status::TakenBack),
            ratings: ratings.remove(&id).unwrap_or_default(),
        })
    };
    rows.into_iter().map(row).collect()
}

/// How many claims ended without a word in a time, by claimant and how.
fn ended(
    conn: &mut Conn,
    of: &[String],
    (start, end): (i64, i64),
) -> StoreResult<HashMap<(String, Status), i64>> {
    let rows: Vec<(String, String, i64)> = claims::table
        .filter(claims::claimant_id.eq_any(of))
        .filter(claims::ended_at.between(start, end))
        .group_by((claims::claimant_id, claims::status))
        .select((claims::claimant_id, claims::status, count_star()))
        .load(conn)?;
    rows.into_iter().map(|(id, status, count)| Ok(((id, word(&status)?), count))).collect()
}

fn ratings(
    conn: &mut Conn,
    of: &[String],
    (start, end): (i64, i64),
) -> StoreResult<HashMap<String, Ratings>> {
    let rows: Vec<(String, i32, i64)> = claims::table
        .filter(is_by_others!())
        .inner_join(feedback::table.on(feedback::wish_id.eq(claims::wish_id)))
        .filter(claims::claimant_id.eq_any(of))
        .filter(claims::confirmed_at.between(start, end))
        .group_by((claims::claimant_id, feedback::satisfaction))
        .select((claims::claimant_id, feedback::satisfaction, count(claims::wish_id).aggregate_distinct()))
        .load(conn)?;
    let mut found: HashMap<String, Ratings> = HashMap::new();
    for (id, points, count) in rows {
        found.entry(id).or_default().push((points, count));
    }
    Ok(found)
}

/// Whether an organisation shows a leaderboard.
///
/// # Errors
/// When the database does not answer.
pub fn shows(conn: &mut Conn, at: OrganisationId) -> StoreResult<bool> {
    let of = organisations::table.find(at.to_string()).select(organisations::leaderboard);
    Ok(of.get_result(conn).optional()?.unwrap_or_default())
}

/// Says whether it does; the organisation's version is counted by its caller.
///
/// # Errors
/// When the database refuses.
pub fn set_shows(conn: &mut Conn, at: OrganisationId, shows: bool) -> StoreResult<()> {
    let of = organisations::table.find(at.to_string());
    one_row(diesel::update(of).set(organisations::leaderboard.eq(shows)).execute(conn)?)
}
