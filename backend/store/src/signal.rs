//! What signals are read from: claims that were confirmed, pictures, and wishes that were written down, in a time and in the
//! subtree of an organisation. Newest first, so that a bound cuts off the oldest.

use crate::{
    Conn, StoreResult,
    column::{date_text, instant, word},
    organisation::subtree,
    schema::{attachments, beneficiaries, campaign_hosts, campaigns, claims, feedback, wishes},
};
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::{
    campaign::{HostStatus, Status},
    id::OrganisationId,
    signal::{Collected, Confirmed, Pictured, Span},
    time::Instant,
};

type ClaimColumns = (String, String, i64, Option<i64>, Option<String>, Option<i32>);

/// Claims whose word was taken in a time.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn confirmed(
    conn: &mut Conn,
    at: OrganisationId,
    (from, until): (Instant, Instant),
    limit: i64,
) -> StoreResult<Vec<Confirmed>> {
    let rows: Vec<ClaimColumns> = claims::table
        .inner_join(wishes::table.on(claims::wish_id.eq(wishes::id)))
        .left_join(feedback::table.on(feedback::wish_id.eq(wishes::id)))
        .filter(wishes::origin_id.eq_any(subtree(at)))
        .filter(claims::confirmed_at.ge(from.micros()))
        .filter(claims::confirmed_at.lt(until.micros()))
        .order(claims::confirmed_at.desc())
        .limit(limit)
        .select((
            claims::wish_id,
            claims::claimant_id,
            claims::created_at,
            claims::confirmed_at,
            claims::confirmed_by,
            feedback::satisfaction.nullable(),
        ))
        .load(conn)?;
    let read = |(wish, claimant, claimed, at, by, rating): ClaimColumns| {
        let (Some(at), Some(by)) = (at, by) else { return Ok(None) };
        Ok(Some(Confirmed {
            wish_id: word(&wish)?,
            claimant_id: word(&claimant)?,
            claimed_at: instant(claimed),
            at: instant(at),
            by: word(&by)?,
            rating,
        }))
    };
    rows.into_iter().filter_map(|row| read(row).transpose()).collect()
}

/// Pictures uploaded in a time that are still there.
///
/// # Errors
/// As [`confirmed`].
pub fn pictured(
    conn: &mut Conn,
    at: OrganisationId,
    (from, until): (Instant, Instant),
    limit: i64,
) -> StoreResult<Vec<Pictured>> {
    let rows: Vec<(String, Option<i64>, i64)> = attachments::table
        .inner_join(wishes::table.on(attachments::wish_id.eq(wishes::id)))
        .filter(wishes::origin_id.eq_any(subtree(at)))
        .filter(attachments::uploaded_at.ge(from.micros()))
        .filter(attachments::uploaded_at.lt(until.micros()))
        .filter(attachments::dhash.is_not_null())
        .order(attachments::uploaded_at.desc())
        .limit(limit)
        .select((attachments::wish_id, attachments::dhash, attachments::uploaded_at))
        .load(conn)?;
    let read = |(wish, hash, at): (String, Option<i64>, i64)| {
        let Some(hash) = hash.map(i64::cast_unsigned) else { return Ok(None) };
        Ok(Some(Pictured { wish_id: word(&wish)?, hash, at: instant(at) }))
    };
    rows.into_iter().filter_map(|row| read(row).transpose()).collect()
}

/// Wishes written down in a time.
///
/// # Errors
/// As [`confirmed`].
pub fn collected(
    conn: &mut Conn,
    at: OrganisationId,
    (from, until): (Instant, Instant),
    limit: i64,
) -> StoreResult<Vec<Collected>> {
    let rows: Vec<(String, String, String, i64)> = wishes::table
        .inner_join(beneficiaries::table.on(wishes::beneficiary_id.eq(beneficiaries::id)))
        .filter(wishes::origin_id.eq_any(subtree(at)))
        .filter(wishes::created_at.ge(from.micros()))
        .filter(wishes::created_at.lt(until.micros()))
        // A part that was split off was not written down again.
        .filter(wishes::split_from.is_null())
        .order(wishes::created_at.desc())
        .limit(limit)
        .select((wishes::id, wishes::origin_id, beneficiaries::household_id, wishes::created_at))
        .load(conn)?;
    let read = |(id, organisation, household, at): (String, String, String, i64)| {
        Ok(Collected {
            id: word(&id)?,
            organisation_id: word(&organisation)?,
            household_id: word(&household)?,
            at: instant(at),
        })
    };
    rows.into_iter().map(read).collect()
}

/// The last days, within a time, of campaigns that an organisation of the subtree holds.
///
/// # Errors
/// As [`confirmed`].
pub fn ends(conn: &mut Conn, at: OrganisationId, span: Span) -> StoreResult<Vec<NaiveDate>> {
    let hosted = campaign_hosts::table
        .filter(campaign_hosts::organisation_id.eq_any(subtree(at)))
        .filter(campaign_hosts::status.eq(HostStatus::Accepted.as_str()))
        .select(campaign_hosts::campaign_id);
    let days: Vec<String> = campaigns::table
        .filter(campaigns::id.eq_any(hosted))
        .filter(campaigns::status.eq_any([Status::Open, Status::Closed].map(Status::as_str)))
        .filter(campaigns::ends_on.between(date_text(span.from), date_text(span.to)))
        .select(campaigns::ends_on)
        .distinct()
        .load(conn)?;
    days.iter().map(|day| word(day)).collect()
}
