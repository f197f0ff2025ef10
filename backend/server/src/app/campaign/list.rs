//! Which wishes belong to a campaign. By its rule: those that are open when it opens, taken in by stretches, and each that
//! is published while it is open, in the transaction that publishes. By hand: what a person said goes before the rule.

use super::{Hosted, opened, record};
use crate::{
    app::{
        Context,
        event::facts,
        found,
        wish::{self, Held},
    },
    etag::Seen,
    problem::Failure,
};
use domain::{
    access::Act,
    campaign::{Campaign, HostStatus, MOST_PLACED, Place, Status},
    event::Kind,
    id::{CampaignId, OrganisationId, WishId},
    publication::AgeBand,
    refusal::{Code, Fault, Faults, FieldFault, Refusal},
};
use serde_json::json;
use store::{Conn, campaign::Placed};

/// Of how many wishes a rule is asked at once.
const STRETCH: usize = 200;

/// Begins to take in what the rule asks for: the first stretch now, the others by the chores.
pub(super) fn gather_anew(tx: &mut Conn, cx: &Context, campaign: &mut Campaign) -> Result<(), Failure> {
    if campaign.status() == Status::Open && campaign.content.rule.is_some() {
        store::campaign::set_gather_after(tx, campaign.id, Some(""))?;
        gather(tx, cx, campaign)?;
    }
    Ok(())
}

/// Asks the rule of the next stretch. Whether something is left.
pub(super) fn gather(tx: &mut Conn, cx: &Context, campaign: &mut Campaign) -> Result<bool, Failure> {
    let Some(after) = store::campaign::gather_after(tx, campaign.id)? else { return Ok(false) };
    let (Some(rule), Status::Open) = (&campaign.content.rule, campaign.status()) else { return Ok(false) };
    let stretch =
        store::campaign::candidates(tx, campaign.id, &after, i64::try_from(STRETCH).unwrap_or(i64::MAX))?;
    let next = stretch.last().filter(|_| stretch.len() == STRETCH).map(|last| last.id.to_string());
    let taken = stretch.iter().filter(|one| rule.takes(&one.category, one.shown));
    let pairs: Vec<_> = taken.map(|one| (campaign.id, one.id)).collect();
    let new = store::campaign::join(tx, &pairs, cx.now)?;
    store::campaign::set_gather_after(tx, campaign.id, next.as_deref())?;
    if new > 0 {
        record(tx, cx, Kind::CampaignGathered, campaign, facts([("wishes", json!(new))]))?;
    }
    Ok(next.is_some())
}

/// Takes a wish that is being published into the open campaigns whose rules ask for it. Gives which: a fact of the
/// wish's own event. Who opens a campaign at the same moment waits for us, and finds the wish open.
///
/// # Errors
/// When the database refuses.
pub fn joining(
    tx: &mut Conn,
    cx: &Context,
    held: &Held,
    shown: Option<AgeBand>,
) -> Result<Vec<CampaignId>, Failure> {
    let asked = store::campaign::accepted_among(tx, held.origin.ids())?;
    if asked.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<String> = asked.iter().map(ToString::to_string).collect();
    store::dialect::share_campaigns(tx, &ids)?;
    let category = &held.wish.content.category;
    let takes = |campaign: &Campaign| {
        let rule = campaign.content.rule.as_ref();
        campaign.status() == Status::Open && rule.is_some_and(|rule| rule.takes(category, shown))
    };
    let open = store::campaign::load_all(tx, &asked)?;
    let taking: Vec<CampaignId> = open.into_iter().filter(takes).map(|campaign| campaign.id).collect();
    let pairs: Vec<_> = taking.iter().map(|id| (*id, held.wish.id)).collect();
    store::campaign::join(tx, &pairs, cx.now)?;
    Ok(taking)
}

/// Takes wishes in or out by hand: all of them, or none.
///
/// # Errors
/// As the access table says; `stale`; `wrong_campaign_status` once it is over; `invalid` for a wish that none of the
/// hosts collected, or that is not the caller's to know; `wrong_status` for one that has ended and is to be taken in.
pub fn place(
    tx: &mut Conn,
    cx: &Context,
    id: CampaignId,
    seen: &Seen,
    (wishes, place): (&[WishId], Place),
) -> Result<Hosted, Failure> {
    cx.user()?;
    let mut faults = Faults::default();
    faults.check(!wishes.is_empty(), "/wish_ids", Fault::Required);
    faults.check(wishes.len() <= MOST_PLACED, "/wish_ids", Fault::TooLong);
    faults.finish()?;
    // Wishes before campaigns, as a publication holds them.
    let ids: Vec<String> = wishes.iter().map(ToString::to_string).collect();
    store::dialect::lock_wishes(tx, &ids)?;
    let mut hosted = opened(tx, cx, Act::PlaceCampaignWishes, id, seen)?;
    hosted.campaign.expect(&[Status::Draft, Status::Open])?;
    check_placed(tx, cx, &hosted, wishes, place)?;
    for wish in wishes {
        store::campaign::place_by_hand(tx, (id, *wish), place, cx.now)?;
    }
    let data = facts([("wish_ids", json!(wishes)), ("place", json!(place))]);
    record(tx, cx, Kind::CampaignWishesPlaced, &mut hosted.campaign, data)?;
    Ok(hosted)
}

fn check_placed(
    tx: &mut Conn,
    cx: &Context,
    hosted: &Hosted,
    wishes: &[WishId],
    place: Place,
) -> Result<(), Failure> {
    let (mut faults, mut ended) = (Faults::default(), Vec::new());
    let is_host = |id: &OrganisationId| {
        let accepted = |host: &&store::campaign::Host| host.status == HostStatus::Accepted;
        hosted.hosts.iter().filter(accepted).any(|host| host.organisation_id == *id)
    };
    for (at, id) in wishes.iter().enumerate() {
        let pointer = format!("/wish_ids/{at}");
        let seen = match wish::see(tx, cx, *id) {
            Ok(held) => Some(held),
            Err(failure) if failure.code() == Code::NotFound => None,
            Err(failure) => return Err(failure),
        };
        let of_hosts = seen.filter(|held| held.origin.ids().iter().any(is_host));
        faults.check(of_hosts.is_some(), &pointer, Fault::Unknown).check(
            !wishes.iter().take(at).any(|other| other == id),
            &pointer,
            Fault::Duplicate,
        );
        if place == Place::In && of_hosts.is_some_and(|held| held.wish.status().has_ended()) {
            ended.push(FieldFault { pointer, fault: Fault::WishChanged });
        }
    }
    faults.finish()?;
    match ended.is_empty() {
        true => Ok(()),
        false => Err(Refusal { code: Code::WrongStatus, fields: ended, reached: None }.into()),
    }
}

/// The list of a campaign, newest wishes first, and whether each is the caller's to read.
///
/// # Errors
/// As the access table says.
pub fn placed(
    tx: &mut Conn,
    cx: &Context,
    (id, place): (CampaignId, Place),
    before: Option<WishId>,
    rows: i64,
) -> Result<Vec<(Placed, bool)>, Failure> {
    super::see(tx, cx, Act::ListCampaignWishes, id)?;
    let mut all = Vec::new();
    for one in store::campaign::placed(tx, (id, place), before, rows)? {
        let id = one.wish.id.parse().map_err(store::StoreError::corrupt)?;
        let readable = wish::see(tx, cx, id).is_ok();
        all.push((one, readable));
    }
    Ok(all)
}

/// Whether the wall may be narrowed down to a campaign: everybody to one that was opened, its hosts to one that is
/// prepared.
///
/// # Errors
/// `not_found` where the caller is not to know of it.
pub fn check_listed(tx: &mut Conn, cx: &Context, id: CampaignId) -> Result<(), Failure> {
    let campaign = found(store::campaign::load(tx, id)?)?;
    if campaign.status().is_public() {
        return Ok(());
    }
    let hosted = super::hosted(tx, campaign)?;
    cx.allow(Act::GetCampaign, &hosted.subject()).map_err(|_| Code::NotFound.into())
}
