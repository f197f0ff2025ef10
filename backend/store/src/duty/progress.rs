//! What each obliged unit did of a duty, and what lies ahead, counted from claims and campaigns; who did least first.

use crate::{
    Conn, StoreResult,
    column::{date_text, instant, optional_word, word},
    honour::is_by_others,
    organisation::{subtree, subtrees},
    schema::{campaign_hosts, campaign_wishes, campaigns, claimants, claims, organisations, pledges, wishes},
};
use chrono::NaiveDate;
use diesel::{
    dsl::{count, exists, max},
    prelude::*,
};
use domain::{
    campaign::{HostStatus, Place, Status},
    claimant::Kind,
    duty::Duty,
    honour::Span,
    id::{CampaignId, ClaimantId, OrganisationId, UserId},
    organisation::Level,
    wish::Status as WishStatus,
};
use std::{collections::HashMap, str::FromStr};

/// Where a list goes on: how much the last one did, and who it was.
pub type After<I> = (i64, I);

/// Of whom progress is shown.
#[derive(Debug, Clone)]
pub struct Filter<I> {
    /// Only below these, and of this user; of all where nothing is said.
    pub within: Option<(Vec<OrganisationId>, UserId)>,
    /// After this one.
    pub after: Option<After<I>>,
    /// Today: what lies ahead has not ended.
    pub today: NaiveDate,
}

/// A campaign that lies ahead, or is open.
#[derive(Debug, Clone)]
pub struct Ahead {
    /// Which.
    pub campaign_id: CampaignId,
    /// Its name.
    pub title: String,
    /// Its first day.
    pub starts_on: NaiveDate,
    /// Its last day.
    pub ends_on: NaiveDate,
}

/// What an obliged unit did, and what lies ahead.
#[derive(Debug, Clone)]
pub struct Done<I> {
    /// Who.
    pub id: I,
    /// How often.
    pub done: i64,
    /// On which days.
    pub days: Vec<NaiveDate>,
    /// What it takes part in next.
    pub ahead: Vec<Ahead>,
}

/// Claiming units of a duty.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn claimants(
    conn: &mut Conn,
    duty: &Duty,
    filter: &Filter<ClaimantId>,
    limit: i64,
) -> StoreResult<Vec<Done<ClaimantId>>> {
    let (from, to) = (date_text(duty.span.from), date_text(duty.span.to));
    let counts = is_by_others!()
        .and(claims::claimant_id.eq(claimants::id))
        .and(claims::brought_on.between(from, to).assume_not_null());
    let mut roots = vec![duty.organisation_id];
    let mut user = None;
    if let Some((within, own)) = &filter.within {
        roots.clone_from(within);
        user = Some(own.to_string());
    }
    let days = || count(claims::brought_on.nullable()).aggregate_distinct();
    let of = claimants::table
        .left_join(claims::table.on(counts))
        .filter(claimants::kind.eq(Kind::Unit.as_str()))
        .filter(claimants::created_at.le(duty.span.end().micros()))
        .filter(claimants::organisation_id.eq_any(subtree(duty.organisation_id)))
        .filter(
            claimants::organisation_id
                .eq_any(subtrees(&roots))
                .or(claimants::user_id.is_not_null().and(claimants::user_id.eq(user).assume_not_null())),
        )
        .group_by(claimants::id)
        .select((claimants::id, days()))
        .order((days().asc(), claimants::id.asc()))
        .limit(limit);
    let rows: Vec<(String, i64)> = match &filter.after {
        None => of.load(conn)?,
        Some((done, last)) => {
            let last = max(claimants::id).gt(last.to_string()).assume_not_null();
            of.having(days().gt(*done).or(days().eq(*done).and(last))).load(conn)?
        }
    };
    let ids: Vec<String> = rows.iter().map(|(id, _)| id.clone()).collect();
    let by_unit = dated(conn, &ids, duty.span)?;
    let joined: Vec<(String, Named)> = pledges::table
        .inner_join(campaigns::table.on(campaigns::id.eq(pledges::campaign_id)))
        .filter(pledges::claimant_id.eq_any(&ids))
        .filter(pledges::withdrawn_at.is_null())
        .filter(campaigns::status.eq(Status::Open.as_str()))
        .filter(campaigns::ends_on.ge(date_text(filter.today)))
        .select((pledges::claimant_id, named()))
        .order(campaigns::starts_on.asc())
        .load(conn)?;
    together(rows, by_unit, joined)
}

/// On how many days each of these claimants brought something in a time; those who did not are left out.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn wish_days(conn: &mut Conn, ids: &[ClaimantId], span: Span) -> StoreResult<HashMap<ClaimantId, i64>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let days = dated(conn, &ids, span)?;
    days.into_iter()
        .map(|(id, days)| Ok((word(&id)?, i64::try_from(days.len()).unwrap_or(i64::MAX))))
        .collect()
}

/// The same, the first day first.
fn dated(conn: &mut Conn, ids: &[String], span: Span) -> StoreResult<HashMap<String, Vec<NaiveDate>>> {
    let rows: Vec<(String, Option<String>)> = claims::table
        .filter(is_by_others!())
        .filter(claims::claimant_id.eq_any(ids))
        .filter(claims::brought_on.between(date_text(span.from), date_text(span.to)))
        .select((claims::claimant_id, claims::brought_on))
        .distinct()
        .order((claims::claimant_id.asc(), claims::brought_on.asc()))
        .load(conn)?;
    let mut by_unit: HashMap<String, Vec<NaiveDate>> = HashMap::new();
    for (id, day) in rows {
        by_unit.entry(id).or_default().extend(optional_word::<NaiveDate>(day.as_deref())?);
    }
    Ok(by_unit)
}

/// Organisations of a level below a duty's own.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn organisations(
    conn: &mut Conn,
    duty: &Duty,
    level: Level,
    filter: &Filter<OrganisationId>,
    limit: i64,
) -> StoreResult<Vec<Done<OrganisationId>>> {
    let (start, end) = (duty.span.start().micros(), duty.span.end().micros());
    let lit = || {
        campaign_wishes::table
            .inner_join(wishes::table.on(wishes::id.eq(campaign_wishes::wish_id)))
            .filter(campaign_wishes::campaign_id.eq(campaigns::id))
            .filter(campaign_wishes::place.eq(Place::In.as_str()))
            .filter(wishes::status.eq(WishStatus::Fulfilled.as_str()))
    };
    let opened = || campaigns::opened_at.between(start, end);
    let counting = campaigns::table.filter(opened()).filter(exists(lit())).select(campaigns::id);
    let accepted = campaign_hosts::status.eq(HostStatus::Accepted.as_str());
    let hosts = campaign_hosts::organisation_id
        .eq(organisations::id)
        .and(accepted)
        .and(campaign_hosts::campaign_id.eq_any(counting));
    let roots = filter.within.as_ref().map_or_else(|| vec![duty.organisation_id], |(roots, _)| roots.clone());
    let held = || count(campaign_hosts::campaign_id.nullable()).aggregate_distinct();
    let of = organisations::table
        .left_join(campaign_hosts::table.on(hosts))
        .filter(organisations::level.eq(level.as_str()))
        .filter(organisations::created_at.le(end))
        .filter(organisations::id.eq_any(subtree(duty.organisation_id)))
        .filter(organisations::id.eq_any(subtrees(&roots)))
        .group_by(organisations::id)
        .select((organisations::id, held()))
        .order((held().asc(), organisations::id.asc()))
        .limit(limit);
    let rows: Vec<(String, i64)> = match &filter.after {
        None => of.load(conn)?,
        Some((done, last)) => {
            let last = max(organisations::id).gt(last.to_string()).assume_not_null();
            of.having(held().gt(*done).or(held().eq(*done).and(last))).load(conn)?
        }
    };
    let ids: Vec<String> = rows.iter().map(|(id, _)| id.clone()).collect();
    let dated: Vec<(String, Option<i64>)> = campaign_hosts::table
        .inner_join(campaigns::table.on(campaigns::id.eq(campaign_hosts::campaign_id)))
        .filter(campaign_hosts::organisation_id.eq_any(&ids))
        .filter(accepted)
        .filter(opened())
        .filter(exists(lit()))
        .select((campaign_hosts::organisation_id, campaigns::opened_at))
        .order(campaigns::opened_at.asc())
        .load(conn)?;
    let mut by_unit: HashMap<String, Vec<NaiveDate>> = HashMap::new();
    for (id, at) in dated {
        by_unit.entry(id).or_default().extend(at.map(|at| instant(at).date()));
    }
    let joined: Vec<(String, Named)> = campaign_hosts::table
        .inner_join(campaigns::table.on(campaigns::id.eq(campaign_hosts::campaign_id)))
        .filter(campaign_hosts::organisation_id.eq_any(&ids))
        .filter(accepted)
        .filter(campaigns::status.eq_any([Status::Draft.as_str(), Status::Open.as_str()]))
        .filter(campaigns::ends_on.ge(date_text(filter.today)))
        .select((campaign_hosts::organisation_id, named()))
        .order(campaigns::starts_on.asc())
        .load(conn)?;
    together(rows, by_unit, joined)
}

type Named = (String, String, String, String);

type NamedColumns = (campaigns::id, campaigns::title, campaigns::starts_on, campaigns::ends_on);

const fn named() -> NamedColumns {
    (campaigns::id, campaigns::title, campaigns::starts_on, campaigns::ends_on)
}

fn together<I: FromStr<Err: std::fmt::Display>>(
    rows: Vec<(String, i64)>,
    mut days: HashMap<String, Vec<NaiveDate>>,
    joined: Vec<(String, Named)>,
) -> StoreResult<Vec<Done<I>>> {
    let mut ahead: HashMap<String, Vec<Ahead>> = HashMap::new();
    for (id, (campaign, title, starts_on, ends_on)) in joined {
        let one = Ahead {
            campaign_id: word(&campaign)?,
            title,
            starts_on: word(&starts_on)?,
            ends_on: word(&ends_on)?,
        };
        ahead.entry(id).or_default().push(one);
    }
    let one = |(id, done): (String, i64)| {
        let (days, ahead) = (days.remove(&id).unwrap_or_default(), ahead.remove(&id).unwrap_or_default());
        Ok(Done { id: word(&id)?, done, days, ahead })
    };
    rows.into_iter().map(one).collect()
}
