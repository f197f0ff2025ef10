//! What came of a campaign, counted over the wishes of its list alone.

use crate::{
    Conn, StoreResult,
    column::word,
    schema::{beneficiaries, campaign_wishes, claims, wishes},
};
use diesel::{
    dsl::{count, count_star, exists, not, sql},
    prelude::*,
    sql_types::{BigInt, Bool, Nullable},
};
use domain::{
    campaign::{Brought, Figures, Place},
    claim::Status as ClaimStatus,
    id::{CampaignId, ClaimantId},
    time::Instant,
    wish::Status,
};
use std::collections::HashMap;

diesel::alias! {
    const WHOLES: Alias<Wholes> = campaign_wishes as wholes;
    const PARTS: Alias<Parts> = wishes as parts;
}

/// The wishes of a campaign's list.
macro_rules! listed {
    ($id:expr) => {
        campaign_wishes::table
            .inner_join(wishes::table.on(wishes::id.eq(campaign_wishes::wish_id)))
            .filter(campaign_wishes::campaign_id.eq($id.to_string()))
            .filter(campaign_wishes::place.eq(Place::In.as_str()))
    };
}

/// The same without the parts of a wish that is in the list too.
macro_rules! counted {
    ($id:expr) => {
        listed!($id).filter(not(exists(
            WHOLES
                .filter(WHOLES.field(campaign_wishes::campaign_id).eq(campaign_wishes::campaign_id))
                .filter(WHOLES.field(campaign_wishes::wish_id).nullable().eq(wishes::split_from))
                .filter(WHOLES.field(campaign_wishes::place).eq(Place::In.as_str())),
        )))
    };
}

/// What was confirmed of the list since the campaign opened.
macro_rules! confirmed {
    ($id:expr, $since:expr) => {
        campaign_wishes::table
            .inner_join(claims::table.on(claims::wish_id.eq(campaign_wishes::wish_id)))
            .filter(campaign_wishes::campaign_id.eq($id.to_string()))
            .filter(campaign_wishes::place.eq(Place::In.as_str()))
            .filter(claims::status.eq(ClaimStatus::Confirmed.as_str()))
            .filter(claims::confirmed_at.ge($since.micros()))
    };
}

/// Counts the list of a campaign that is open since `since`: of all, or of what everybody may see. Several statements:
/// they agree with each other only where all see one moment.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn figures(conn: &mut Conn, id: CampaignId, since: Instant, public: bool) -> StoreResult<Figures> {
    let rows: Vec<(String, i64)> = counted!(id)
        .filter(wishes::hidden_since.is_null().or((!public).into_sql::<Bool>()))
        .group_by(wishes::status)
        .select((wishes::status, count_star()))
        .load(conn)?;
    let mut all = Figures::default();
    for (status, wishes) in rows {
        let status: Status = word(&status)?;
        let figure = match status {
            Status::Draft | Status::Submitted => &mut all.waiting,
            Status::Open => &mut all.open,
            Status::Claimed | Status::Delivered => &mut all.under_way,
            Status::Fulfilled => &mut all.fulfilled,
            Status::Declined | Status::Withdrawn => &mut all.ended,
        };
        *figure = figure.saturating_add(wishes);
    }
    let unfinished = unfinished(conn, id)?;
    all.fulfilled = all.fulfilled.saturating_sub(unfinished);
    all.under_way = all.under_way.saturating_add(unfinished);
    all.people = listed!(id)
        .inner_join(beneficiaries::table.on(beneficiaries::id.eq(wishes::beneficiary_id)))
        .filter(wishes::confirmed.gt(0))
        .select(sql::<BigInt>(crate::merge::RESIDENTS))
        .get_result(conn)?;
    (all.claimants, all.brought) = brought(conn, id, since)?;
    Ok(all)
}

/// Wishes that are fulfilled but for a part that was split off and is under way.
fn unfinished(conn: &mut Conn, id: CampaignId) -> StoreResult<i64> {
    let ended = Status::ALL.iter().filter(|status| status.has_ended()).map(|status| status.as_str());
    let under_way = PARTS
        .filter(PARTS.field(wishes::split_from).eq(wishes::id.nullable()))
        .filter(PARTS.field(wishes::status).ne_all(ended));
    Ok(counted!(id)
        .filter(wishes::status.eq(Status::Fulfilled.as_str()))
        .filter(exists(under_way))
        .count()
        .get_result(conn)?)
}

fn brought(conn: &mut Conn, id: CampaignId, since: Instant) -> StoreResult<(i64, Brought)> {
    let (claimants, wishes, quarter_hours, value_fen): (i64, i64, Option<i64>, Option<i64>) =
        confirmed!(id, since)
            .select((
                count(claims::claimant_id).aggregate_distinct(),
                count(claims::wish_id).aggregate_distinct(),
                // PostgreSQL sums big integers into a numeric; the cast is the same in both.
                sql::<Nullable<BigInt>>("CAST(SUM(claims.quarter_hours) AS BIGINT)"),
                sql::<Nullable<BigInt>>("CAST(SUM(claims.value_fen) AS BIGINT)"),
            ))
            .get_result(conn)?;
    let quarter_hours = quarter_hours.unwrap_or_default();
    Ok((claimants, Brought { wishes, quarter_hours, value_fen: value_fen.unwrap_or_default() }))
}

/// What each of these claimants brought of a campaign's list since it opened; those who brought nothing are left out.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn brought_by(
    conn: &mut Conn,
    id: CampaignId,
    since: Instant,
    claimants: &[ClaimantId],
) -> StoreResult<HashMap<ClaimantId, Brought>> {
    let claimants: Vec<String> = claimants.iter().map(ToString::to_string).collect();
    let rows: Vec<(String, i64, Option<i64>, Option<i64>)> = confirmed!(id, since)
        .filter(claims::claimant_id.eq_any(claimants))
        .group_by(claims::claimant_id)
        .select((
            claims::claimant_id,
            count(claims::wish_id).aggregate_distinct(),
            sql::<Nullable<BigInt>>("CAST(SUM(claims.quarter_hours) AS BIGINT)"),
            sql::<Nullable<BigInt>>("CAST(SUM(claims.value_fen) AS BIGINT)"),
        ))
        .load(conn)?;
    let one = |(claimant, wishes, quarter_hours, value_fen): (String, i64, Option<i64>, Option<i64>)| {
        let quarter_hours = quarter_hours.unwrap_or_default();
        let brought = Brought { wishes, quarter_hours, value_fen: value_fen.unwrap_or_default() };
        Ok((word(&claimant)?, brought))
    };
    rows.into_iter().map(one).collect()
}
