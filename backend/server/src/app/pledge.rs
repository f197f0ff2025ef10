//! Pledges: what claimants undertake in a campaign, changed or taken back while it is open.

use super::{
    Context,
    campaign::{self, Hosted},
    claim::{acts_for, claimant_and_line},
    event,
    event::{About, Facts, facts},
    found,
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::{Act, Subject},
    campaign::{Brought, State, Status},
    claimant::Claimant,
    event::Kind,
    id::{CampaignId, ClaimantId, PledgeId},
    membership::Role,
    pledge::{Amount, Pledge},
    refusal::{Code, Fault, Refusal},
};
use serde_json::json;
use std::{collections::HashMap, sync::Arc};
use store::{Conn, StoreError, organisation::Line, pledge::Filter};

/// A pledge with its claimant, and what came of it.
#[derive(Debug)]
pub struct Given {
    /// The pledge.
    pub pledge: Pledge,
    /// Who gave it.
    pub claimant: Claimant,
    /// What they brought so far, or until the campaign closed.
    pub brought: Brought,
    line: Arc<Line>,
    open: bool,
}

impl Given {
    fn subject(&self) -> Subject<'_> {
        Subject { claimant: self.line.ids(), claimant_user: self.claimant.user_id, ..Subject::default() }
    }

    /// The acts that the caller may do to it now.
    #[must_use]
    pub fn acts(&self, cx: &Context) -> Vec<Act> {
        let live = self.open && self.pledge.withdrawn_at.is_none();
        let acts = [Act::UpdatePledge, Act::WithdrawPledge];
        acts.into_iter().filter(|act| live && cx.allow(*act, &self.subject()).is_ok()).collect()
    }
}

/// Whether the caller may know of a campaign.
fn check_known(cx: &Context, hosted: &Hosted) -> Result<(), Failure> {
    let public = hosted.campaign.status().is_public();
    match public || cx.allow(Act::GetCampaign, &hosted.subject()).is_ok() {
        true => Ok(()),
        false => Err(Code::NotFound.into()),
    }
}

/// A claimant undertakes something in an open campaign.
///
/// # Errors
/// As the access table says; `not_found`, `wrong_campaign_status`; `invalid` for a claimant of another tree, or what
/// [`Pledge::make`] refuses; `claimant_inactive`; `claimant_suspended`; `already_pledged`.
pub fn create(
    tx: &mut Conn,
    cx: &Context,
    of: CampaignId,
    by: ClaimantId,
    amount: Amount,
) -> Result<Given, Failure> {
    let user = cx.user()?;
    let hosted = campaign::open_any(tx, of)?;
    check_known(cx, &hosted)?;
    let (claimant, line) = claimant_and_line(tx, by)?;
    let subject = Subject { claimant: line.ids(), claimant_user: claimant.user_id, ..Subject::default() };
    cx.allow(Act::CreatePledge, &subject)?;
    hosted.campaign.expect(&[Status::Open])?;
    if line.ids().last().copied() != hosted.root() {
        return Err(Refusal::field(Code::Invalid, "/claimant_id", Fault::Unknown).into());
    }
    claimant.may_take_on()?;
    let pledge = Pledge::make((cx.ids.make(), of, by), amount, user, cx.now)?;
    store::pledge::insert(tx, &pledge).map_err(joined)?;
    let about = About::pledge(pledge.id, 0, hosted.campaign.organisation_id);
    event::of(tx, cx, Kind::PledgeMade, about, told(&pledge))?;
    given(tx, cx, &hosted, pledge)
}

fn joined(error: StoreError) -> Failure {
    match error.is_unique("pledges", &["campaign_id", "claimant_id"]) {
        true => Code::AlreadyPledged.into(),
        false => error.into(),
    }
}

fn told(pledge: &Pledge) -> Facts {
    facts([
        ("campaign_id", json!(pledge.campaign_id)),
        ("claimant_id", json!(pledge.claimant_id)),
        ("wishes", json!(pledge.amount.wishes)),
        ("hours", json!(pledge.amount.hours)),
        ("value_fen", json!(pledge.amount.value_fen)),
    ])
}

/// A pledge that the caller may change by `act`; held by its campaign until the transaction ends.
fn opened(
    tx: &mut Conn,
    cx: &Context,
    act: Act,
    id: PledgeId,
    seen: &Seen,
) -> Result<(Hosted, Pledge), Failure> {
    cx.user()?;
    let of = found(store::pledge::load(tx, id)?)?.campaign_id;
    let hosted = campaign::open_any(tx, of)?;
    let pledge = found(store::pledge::load(tx, id)?)?;
    let (claimant, line) = claimant_and_line(tx, pledge.claimant_id)?;
    let (holder, claimant_user) = (hosted.subject().holder, claimant.user_id);
    cx.allow(act, &Subject { holder, claimant: line.ids(), claimant_user, ..Subject::default() })?;
    seen.check(pledge.version)?;
    hosted.campaign.expect(&[Status::Open])?;
    Ok((hosted, pledge))
}

fn saved(
    tx: &mut Conn,
    cx: &Context,
    kind: Kind,
    hosted: &Hosted,
    mut pledge: Pledge,
) -> Result<Given, Failure> {
    store::pledge::save(tx, &pledge, cx.now)?;
    let about = About::pledge(pledge.id, pledge.version, hosted.campaign.organisation_id);
    event::of(tx, cx, kind, about, told(&pledge))?;
    pledge.version = pledge.version.saturating_add(1);
    given(tx, cx, hosted, pledge)
}

/// Undertakes something else.
///
/// # Errors
/// As the access table says; `stale`; `wrong_campaign_status`; what [`Pledge::change`] refuses.
pub fn change(
    tx: &mut Conn,
    cx: &Context,
    id: PledgeId,
    seen: &Seen,
    change: impl FnOnce(&mut Amount),
) -> Result<Given, Failure> {
    let (hosted, pledge) = opened(tx, cx, Act::UpdatePledge, id, seen)?;
    let mut amount = pledge.amount;
    change(&mut amount);
    let pledge = pledge.change(amount)?;
    saved(tx, cx, Kind::PledgeChanged, &hosted, pledge)
}

/// Takes a pledge back.
///
/// # Errors
/// As the access table says; `stale`; `wrong_campaign_status`; what [`Pledge::withdraw`] refuses.
pub fn withdraw(tx: &mut Conn, cx: &Context, id: PledgeId, seen: &Seen) -> Result<Given, Failure> {
    let (hosted, pledge) = opened(tx, cx, Act::WithdrawPledge, id, seen)?;
    let pledge = pledge.withdraw(cx.now)?;
    saved(tx, cx, Kind::PledgeWithdrawn, &hosted, pledge)
}

/// The pledges of a campaign that hold, the oldest first: all for its hosts, for others those of claimants for whom they
/// act or whom they oversee.
///
/// # Errors
/// `unauthenticated`; `not_found` where the caller is not to know of the campaign.
pub fn list(
    tx: &mut Conn,
    cx: &Context,
    of: CampaignId,
    after: Option<PledgeId>,
    rows: i64,
) -> Result<Vec<Given>, Failure> {
    cx.user()?;
    let hosted = campaign::known(tx, of)?;
    check_known(cx, &hosted)?;
    let is_host = cx.allow(Act::GetCampaign, &hosted.subject()).is_ok();
    let own = acts_for(cx).map(|mut acts| {
        acts.roots = cx.actor.roots(&[Role::Manager, Role::Coordinator, Role::Admin, Role::Auditor]);
        acts
    });
    let filter = Filter { campaign: of, acts_for: own.filter(|_| !is_host), after };
    let found = store::pledge::list(tx, &filter, rows)?;
    given_all(tx, cx, &hosted, found)
}

fn given(tx: &mut Conn, cx: &Context, hosted: &Hosted, pledge: Pledge) -> Result<Given, Failure> {
    found(given_all(tx, cx, hosted, vec![pledge])?.pop())
}

fn given_all(
    tx: &mut Conn,
    cx: &Context,
    hosted: &Hosted,
    pledges: Vec<Pledge>,
) -> Result<Vec<Given>, Failure> {
    let ids: Vec<ClaimantId> = pledges.iter().map(|pledge| pledge.claimant_id).collect();
    let mut brought: HashMap<ClaimantId, Brought> = match &hosted.campaign.state {
        State::Closed { report, .. } => {
            report.pledges.iter().map(|line| (line.claimant_id, line.brought)).collect()
        }
        _ => {
            let since = hosted.campaign.opened_at().unwrap_or(cx.now);
            store::campaign::brought_by(tx, hosted.campaign.id, since, &ids)?
        }
    };
    let open = hosted.campaign.status() == Status::Open;
    let mut all = Vec::with_capacity(pledges.len());
    for pledge in pledges {
        let (claimant, line) = claimant_and_line(tx, pledge.claimant_id)?;
        let brought = brought.remove(&pledge.claimant_id).unwrap_or_default();
        all.push(Given { pledge, claimant, brought, line, open });
    }
    Ok(all)
}
