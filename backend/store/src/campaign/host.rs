//! Who holds a campaign.

use crate::{
    Conn, StoreResult,
    column::{one_row, word},
    schema::{campaign_hosts, campaigns},
};
use diesel::prelude::*;
use domain::{
    campaign::{HostStatus, Status},
    id::{CampaignId, OrganisationId, UserId},
    time::Instant,
};

/// An organisation that holds a campaign, or is asked to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Host {
    /// Which campaign.
    pub campaign_id: CampaignId,
    /// Who.
    pub organisation_id: OrganisationId,
    /// What it said.
    pub status: HostStatus,
}

/// The hosts of some campaigns, in the order in which organisations were entered.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn hosts(conn: &mut Conn, of: &[CampaignId]) -> StoreResult<Vec<Host>> {
    let of: Vec<String> = of.iter().map(ToString::to_string).collect();
    let rows: Vec<(String, String, String)> = campaign_hosts::table
        .filter(campaign_hosts::campaign_id.eq_any(of))
        .order((campaign_hosts::campaign_id.asc(), campaign_hosts::organisation_id.asc()))
        .select((campaign_hosts::campaign_id, campaign_hosts::organisation_id, campaign_hosts::status))
        .load(conn)?;
    let host = |(campaign, organisation, status): (String, String, String)| {
        Ok(Host {
            campaign_id: word(&campaign)?,
            organisation_id: word(&organisation)?,
            status: word(&status)?,
        })
    };
    rows.into_iter().map(host).collect()
}

/// Enters a host.
///
/// # Errors
/// When the database refuses.
pub fn invite(conn: &mut Conn, host: Host) -> StoreResult<()> {
    diesel::insert_into(campaign_hosts::table)
        .values((
            campaign_hosts::campaign_id.eq(host.campaign_id.to_string()),
            campaign_hosts::organisation_id.eq(host.organisation_id.to_string()),
            campaign_hosts::status.eq(host.status.as_str()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Takes back an invitation that was not accepted.
///
/// # Errors
/// When the database refuses.
pub fn uninvite(conn: &mut Conn, host: Host) -> StoreResult<()> {
    let row = campaign_hosts::table.find((host.campaign_id.to_string(), host.organisation_id.to_string()));
    diesel::delete(row.filter(campaign_hosts::status.ne(HostStatus::Accepted.as_str()))).execute(conn)?;
    Ok(())
}

/// Saves what an invited organisation said.
///
/// # Errors
/// `Stale` unless it waits for an answer.
pub fn answer_host(conn: &mut Conn, host: Host, by: UserId, now: Instant) -> StoreResult<()> {
    let row = campaign_hosts::table.find((host.campaign_id.to_string(), host.organisation_id.to_string()));
    let changed = diesel::update(row.filter(campaign_hosts::status.eq(HostStatus::Invited.as_str())))
        .set((
            campaign_hosts::status.eq(host.status.as_str()),
            campaign_hosts::answered_by.eq(by.to_string()),
            campaign_hosts::answered_at.eq(now.micros()),
        ))
        .execute(conn)?;
    one_row(changed)
}

/// Campaigns with a rule that one of these organisations holds, and that are prepared or open.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn accepted_among(conn: &mut Conn, organisations: &[OrganisationId]) -> StoreResult<Vec<CampaignId>> {
    let organisations: Vec<String> = organisations.iter().map(ToString::to_string).collect();
    let rows: Vec<String> = campaign_hosts::table
        .inner_join(campaigns::table.on(campaigns::id.eq(campaign_hosts::campaign_id)))
        .filter(campaign_hosts::organisation_id.eq_any(organisations))
        .filter(campaign_hosts::status.eq(HostStatus::Accepted.as_str()))
        .filter(campaigns::status.eq_any([Status::Draft.as_str(), Status::Open.as_str()]))
        .filter(campaigns::rule.is_not_null())
        .distinct()
        .select(campaigns::id)
        .load(conn)?;
    rows.iter().map(|id| word(id)).collect()
}
