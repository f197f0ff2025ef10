//! Who holds a campaign with whoever made it: organisations of the same tree, asked by the maker, who answer for
//! themselves.

use super::{Hosted, hosted, list, open_any, record};
use crate::{
    app::{Context, event::facts, found},
    problem::Failure,
};
use domain::{
    access::{Act, Subject},
    campaign::{HostStatus, MOST_HOSTS, Status},
    event::Kind,
    id::{CampaignId, OrganisationId},
    refusal::{Code, Fault, Faults},
};
use serde_json::json;
use store::{Conn, campaign::Host, organisation::Line};

/// Only organisations of one tree hold a campaign together.
pub(super) fn check(tx: &mut Conn, own: &Line, with: &[OrganisationId]) -> Result<(), Failure> {
    let lines = store::organisation::lines(tx, with)?;
    let mut faults = Faults::default();
    faults.check(with.len() < MOST_HOSTS, "/host_ids", Fault::TooLong);
    for (at, id) in with.iter().enumerate() {
        let same_tree = lines.get(id).is_some_and(|line| line.ids().last() == own.ids().last());
        let twice = own.ids().first() == Some(id) || with.iter().take(at).any(|other| other == id);
        faults.check(same_tree, format!("/host_ids/{at}"), Fault::Unknown).check(
            !twice,
            format!("/host_ids/{at}"),
            Fault::Duplicate,
        );
    }
    Ok(faults.finish()?)
}

/// Asks whom it did not ask yet, and asks others no more. Who accepted stays.
pub(super) fn replace(tx: &mut Conn, was: &Hosted, with: &[OrganisationId]) -> Result<(), Failure> {
    for host in was.hosts.iter().filter(|host| !with.contains(&host.organisation_id)) {
        store::campaign::uninvite(tx, *host)?;
    }
    let is_new = |id: &&OrganisationId| !was.hosts.iter().any(|host| host.organisation_id == **id);
    for organisation_id in with.iter().filter(is_new).copied() {
        let (campaign_id, status) = (was.campaign.id, HostStatus::Invited);
        store::campaign::invite(tx, Host { campaign_id, organisation_id, status })?;
    }
    Ok(())
}

/// An invited organisation says whether it holds the campaign too.
///
/// # Errors
/// As the access table says of that organisation; `not_found` where it was not asked; `host_answered`;
/// `wrong_campaign_status` once it is over.
pub fn answer_host(
    tx: &mut Conn,
    cx: &Context,
    (id, at): (CampaignId, OrganisationId),
    accepts: bool,
) -> Result<Hosted, Failure> {
    let by = cx.user()?;
    let was = open_any(tx, id)?;
    let host = *found(was.hosts.iter().find(|host| host.organisation_id == at))?;
    let line = found(store::organisation::line(tx, at)?)?;
    let (act, kind, status) = match accepts {
        true => (Act::AcceptHosting, Kind::CampaignHostAccepted, HostStatus::Accepted),
        false => (Act::DeclineHosting, Kind::CampaignHostDeclined, HostStatus::Declined),
    };
    cx.allow(act, &Subject { holder: line.ids(), ..Subject::default() })?;
    was.campaign.expect(&[Status::Draft, Status::Open])?;
    if host.status != HostStatus::Invited {
        return Err(Code::HostAnswered.into());
    }
    store::campaign::answer_host(tx, Host { status, ..host }, by, cx.now)?;
    let mut campaign = was.campaign;
    record(tx, cx, kind, &mut campaign, facts([("organisation_id", json!(at))]))?;
    if accepts {
        list::gather_anew(tx, cx, &mut campaign)?;
    }
    hosted(tx, campaign)
}
