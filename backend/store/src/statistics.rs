//! Counts over the wishes that a subtree collected. All by sets: one statement a figure, however many
//! wishes there are. Must not know what the figures are for.

use crate::{
    Conn, StoreResult,
    column::{optional_word, word},
    organisation::subtree,
    schema::{beneficiaries, claims, events, feedback, organisations, spot_checks, wishes},
};
use chrono::{DateTime, NaiveDate};
use diesel::{
    dsl::{count, count_star, exists, sql},
    prelude::*,
    sql_types::{BigInt, Nullable, Text},
};
use domain::{
    claim::Status as ClaimStatus,
    event::Kind,
    id::OrganisationId,
    organisation::Level,
    spot_check::{Answer, Status as CheckStatus},
    time::Instant,
    wish::Status,
};

/// What was counted.
#[derive(Debug, Clone, Default)]
pub struct Counted {
    /// Wishes by category code and status.
    pub by_category: Vec<(String, Status, i64)>,
    /// Wishes by the level of the organisation that collected them, and status.
    pub by_level: Vec<(Level, Status, i64)>,
    /// Wishes by the day in China on which they were written down, and status.
    pub by_day: Vec<(NaiveDate, Status, i64)>,
    /// Wishes that are fulfilled but for a part that was split off and is under way: category, level and day.
    pub unfinished: Vec<(String, Level, NaiveDate)>,
    /// Wishes that were on the wall and were taken back.
    pub taken_back: i64,
    /// Ratings, 1 to 5, and how often each was given.
    pub ratings: Vec<(i32, i64)>,
    /// Spot checks that were not dropped, by what the resident said; none where nobody asked yet.
    pub spot_checks: Vec<(Option<Answer>, i64)>,
    /// Residents.
    pub beneficiaries: i64,
    /// Their households.
    pub households: i64,
    /// Worth of what was brought, in fen.
    pub amount_fen: i64,
}

diesel::allow_columns_to_appear_in_same_group_by_clause!(organisations::level, wishes::status);

diesel::alias! {
    const PARTS: Alias<Parts> = wishes as parts;
}

/// The wishes collected in the subtree of an organisation, with the parts that were split off.
macro_rules! collected {
    ($root:expr) => {
        wishes::origin_id.eq_any(subtree($root))
    };
}

/// The same without the parts: what was collected once counts once.
macro_rules! whole {
    ($root:expr) => {
        collected!($root).and(wishes::split_from.is_null())
    };
}

/// Counts what was collected in the subtree of `root`. Several statements: they agree with each other
/// only where all see one moment.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn figures(conn: &mut Conn, root: OrganisationId) -> StoreResult<Counted> {
    Ok(Counted {
        by_category: by_category(conn, root)?,
        by_level: by_level(conn, root)?,
        by_day: by_day(conn, root)?,
        unfinished: unfinished(conn, root)?,
        taken_back: taken_back(conn, root)?,
        ratings: ratings(conn, root)?,
        spot_checks: spot_checks_of(conn, root)?,
        beneficiaries: people(conn, root)?,
        households: households(conn, root)?,
        amount_fen: amount(conn, root)?,
    })
}

/// What stands on the wall, counted over all trees.
#[derive(Debug, Clone, Default)]
pub struct OnWall {
    /// Wishes that are or were on the wall and not taken back, by category code and status.
    pub wishes: Vec<(String, Status, i64)>,
    /// Claimants of whom a resident said that something arrived, each once.
    pub claimants: i64,
}

/// Counts what stands on the wall.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn wall(conn: &mut Conn) -> StoreResult<OnWall> {
    let public = Status::ALL.iter().filter(|status| status.is_public()).map(|status| status.as_str());
    let rows: Vec<(String, String, i64)> = wishes::table
        .filter(wishes::status.eq_any(public))
        .filter(wishes::hidden_since.is_null())
        .filter(wishes::split_from.is_null())
        .group_by((wishes::category, wishes::status))
        .select((wishes::category, wishes::status, count_star()))
        .load(conn)?;
    let claimants = claims::table
        .filter(claims::status.eq(ClaimStatus::Confirmed.as_str()))
        .select(count(claims::claimant_id).aggregate_distinct())
        .get_result(conn)?;
    let wishes = rows.into_iter().map(|(code, status, count)| Ok((code, word(&status)?, count)));
    Ok(OnWall { wishes: wishes.collect::<StoreResult<_>>()?, claimants })
}

fn by_category(conn: &mut Conn, root: OrganisationId) -> StoreResult<Vec<(String, Status, i64)>> {
    let rows: Vec<(String, String, i64)> = wishes::table
        .filter(whole!(root))
        .group_by((wishes::category, wishes::status))
        .select((wishes::category, wishes::status, count_star()))
        .load(conn)?;
    rows.into_iter().map(|(code, status, count)| Ok((code, word(&status)?, count))).collect()
}

fn by_level(conn: &mut Conn, root: OrganisationId) -> StoreResult<Vec<(Level, Status, i64)>> {
    let rows: Vec<(String, String, i64)> = wishes::table
        .inner_join(organisations::table.on(organisations::id.eq(wishes::origin_id)))
        .filter(whole!(root))
        .group_by((organisations::level, wishes::status))
        .select((organisations::level, wishes::status, count_star()))
        .load(conn)?;
    rows.into_iter().map(|(level, status, count)| Ok((word(&level)?, word(&status)?, count))).collect()
}

fn by_day(conn: &mut Conn, root: OrganisationId) -> StoreResult<Vec<(NaiveDate, Status, i64)>> {
    // Days in China (UTC+8) since 1970. As text, since what is grouped by and what is selected must be
    // one expression for PostgreSQL, which two bound values are not.
    let day = "(wishes.created_at + 28800000000) / 86400000000";
    let rows: Vec<(i64, String, i64)> = wishes::table
        .filter(whole!(root))
        .group_by(sql::<Text>(&format!("{day}, wishes.status")))
        .select((sql::<BigInt>(day), sql::<Text>("wishes.status"), count_star()))
        .load(conn)?;
    rows.into_iter().map(|(day, status, count)| Ok((date(day), word(&status)?, count))).collect()
}

fn unfinished(conn: &mut Conn, root: OrganisationId) -> StoreResult<Vec<(String, Level, NaiveDate)>> {
    let ended = Status::ALL.iter().filter(|status| status.has_ended()).map(|status| status.as_str());
    let under_way = PARTS
        .filter(PARTS.field(wishes::split_from).eq(wishes::id.nullable()))
        .filter(PARTS.field(wishes::status).ne_all(ended));
    let rows: Vec<(String, String, i64)> = wishes::table
        .inner_join(organisations::table.on(organisations::id.eq(wishes::origin_id)))
        .filter(whole!(root))
        .filter(wishes::status.eq(Status::Fulfilled.as_str()))
        .filter(exists(under_way))
        .select((wishes::category, organisations::level, wishes::created_at))
        .load(conn)?;
    let one =
        |(code, level, at): (String, String, i64)| Ok((code, word(&level)?, Instant::from_micros(at).date()));
    rows.into_iter().map(one).collect()
}

fn date(day: i64) -> NaiveDate {
    DateTime::from_timestamp(day.saturating_mul(86_400), 0).unwrap_or_default().date_naive()
}

fn taken_back(conn: &mut Conn, root: OrganisationId) -> StoreResult<i64> {
    let published = events::table
        .filter(events::subject_id.eq(wishes::id))
        .filter(events::kind.eq(Kind::WishPublished.as_str()));
    Ok(wishes::table
        .filter(whole!(root))
        .filter(wishes::status.eq(Status::Withdrawn.as_str()))
        .filter(exists(published))
        .count()
        .get_result(conn)?)
}

fn ratings(conn: &mut Conn, root: OrganisationId) -> StoreResult<Vec<(i32, i64)>> {
    Ok(feedback::table
        .inner_join(wishes::table.on(wishes::id.eq(feedback::wish_id)))
        .filter(collected!(root))
        .group_by(feedback::satisfaction)
        .select((feedback::satisfaction, count_star()))
        .load(conn)?)
}

fn spot_checks_of(conn: &mut Conn, root: OrganisationId) -> StoreResult<Vec<(Option<Answer>, i64)>> {
    let rows: Vec<(Option<String>, i64)> = spot_checks::table
        .inner_join(wishes::table.on(wishes::id.eq(spot_checks::wish_id)))
        .filter(collected!(root))
        .filter(spot_checks::status.ne(CheckStatus::Dropped.as_str()))
        .group_by(spot_checks::result)
        .select((spot_checks::result, count_star()))
        .load(conn)?;
    rows.into_iter().map(|(result, count)| Ok((optional_word(result.as_deref())?, count))).collect()
}

fn people(conn: &mut Conn, root: OrganisationId) -> StoreResult<i64> {
    // Two records of one resident are one.
    Ok(wishes::table
        .inner_join(beneficiaries::table.on(beneficiaries::id.eq(wishes::beneficiary_id)))
        .filter(collected!(root))
        .select(sql::<BigInt>(crate::merge::RESIDENTS))
        .get_result(conn)?)
}

fn households(conn: &mut Conn, root: OrganisationId) -> StoreResult<i64> {
    Ok(wishes::table
        .inner_join(beneficiaries::table.on(beneficiaries::id.eq(wishes::beneficiary_id)))
        .filter(collected!(root))
        .select(count(beneficiaries::household_id).aggregate_distinct())
        .get_result(conn)?)
}

fn amount(conn: &mut Conn, root: OrganisationId) -> StoreResult<i64> {
    let brought = [ClaimStatus::Delivered.as_str(), ClaimStatus::Confirmed.as_str()];
    // PostgreSQL sums big integers into a numeric; the cast is the same in both.
    let sum: Option<i64> = claims::table
        .inner_join(wishes::table.on(wishes::id.eq(claims::wish_id)))
        .filter(collected!(root))
        .filter(claims::status.eq_any(brought))
        .select(sql::<Nullable<BigInt>>("CAST(SUM(claims.value_fen) AS BIGINT)"))
        .get_result(conn)?;
    Ok(sum.unwrap_or_default())
}
