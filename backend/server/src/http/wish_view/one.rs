//! One wish, with all that its view holds: the way up, the review, the claims.

use super::{
    BeneficiaryRef, ClaimantWish, PublicWish, ReviewView, Rung, RungStatus, Wish, WishPart, WishView,
    WorkerWish, list::Entry,
};
use crate::{
    app::{
        Context, found,
        names::Names,
        wish::{self, Sight},
    },
    http::{
        claim_view::{claims, said},
        shared::{OrgRef, UserRef},
    },
    problem::Failure,
};
use domain::{
    access::{Act, Subject},
    id::{OrganisationId, WishId},
    time::Instant,
};
use std::sync::Arc;
use store::{Conn, StoreError, organisation::Line, wish::Shown};

/// One wish in the view that the caller is entitled to.
///
/// # Errors
/// `not_found` unless the caller may know it.
pub fn see(tx: &mut Conn, cx: &Context, id: WishId) -> Result<WishView, Failure> {
    let may_be_staff = !cx.actor.reading_roots().is_empty();
    let Shown { public, version, is_hidden, created_at, whole, generation } =
        found(store::wish::to_show(tx, id, may_be_staff)?)?;
    let entry = Entry::read((public, None))?;
    let (holder, origin) = (entry.holder, entry.origin);
    let lines = cx.directory.lines(tx, generation, [holder, origin])?;
    let line = |id| found(lines.get(&id).cloned());
    let ends = [line(holder)?, line(origin)?];
    let [above_holder, above_origin] = ends.each_ref().map(|line| line.ids());
    let known = !is_hidden && entry.status()?.is_public();
    let subject = Subject { holder: above_holder, origin: above_origin, known, ..Subject::default() };
    let sight = wish::sight(tx, cx, (id, is_hidden), &subject)?;
    let labels = cx.directory.labels(tx, generation, [(origin, entry.row.category.clone())])?;
    let mut public = entry.public(&lines, &labels)?;
    public.ladder = ladder(tx, cx, (id, created_at), &ends, matches!(sight, Sight::Staff))?;
    let wish = match sight {
        Sight::Public => Wish::Public(public),
        Sight::Claimant(own) => Wish::Claimant(ClaimantWish { public, claims: claims(tx, cx, own)? }),
        Sight::Staff => {
            let mut wish = found(whole)?;
            store::wish::open_notes(tx, &cx.vault, &mut wish)?;
            let [holder, origin] = ends;
            let held = wish::Held { wish, holder, origin };
            Wish::Worker(Box::new(worker_of(tx, cx, &held, public)?))
        }
    };
    Ok(WishView { wish, version })
}

/// The way up, from the origin to the root. Each rung's times are those of the escalations accepted.
fn ladder(
    tx: &mut Conn,
    cx: &Context,
    (wish, created_at): (WishId, Instant),
    [holder, origin]: &[Arc<Line>; 2],
    named: bool,
) -> Result<Vec<Rung>, Failure> {
    use domain::escalation::State;
    let (Some(&holder_id), Some(&origin_id)) = (holder.ids().first(), origin.ids().first()) else {
        return Ok(Vec::new());
    };
    // Handed sideways, it climbs another branch: the ladder is then its holder's.
    let climbs = origin.ids().contains(&holder_id);
    let line: &Line = if climbs { origin } else { holder };
    // Below a wish that never moved there is no rung to tell the times of.
    let climbed = match holder_id == origin_id {
        true => Vec::new(),
        false => store::escalation::of_wish(tx, wish)?,
    };
    let hops = climbed.iter().filter_map(|hop| match hop.state {
        State::Accepted { at, .. } | State::Resolved { taken: Some((at, _)), .. } => Some((hop.to_id, at)),
        State::Rerouted { at, to, .. } => Some((to, at)),
        _ => None,
    });
    let entered: Vec<(OrganisationId, Instant)> =
        std::iter::once((origin_id, created_at)).chain(hops).collect();
    let entered = |id: OrganisationId| entered.iter().find(|(at, _)| *at == id).map(|(_, when)| *when);
    let claimants = cx.directory.claimants(tx, line.ids(), cx.now)?;
    let here = line.ids().iter().position(|id| *id == holder_id);
    let left = |index: usize| line.ids().iter().skip(index + 1).find_map(|id| entered(*id));
    let rung = |((index, node), claimants): ((usize, &store::organisation::Node), i64)| {
        let id = node.organisation.id;
        let status = match here {
            Some(here) if index < here => RungStatus::Past,
            Some(here) if index > here => RungStatus::Next,
            _ => RungStatus::Here,
        };
        Rung {
            level: node.organisation.profile.level,
            name: named.then(|| node.organisation.profile.name.clone()),
            status,
            from: entered(id).filter(|_| !matches!(status, RungStatus::Next)),
            until: left(index).filter(|_| matches!(status, RungStatus::Past)),
            claimants,
        }
    };
    Ok(line.nodes().iter().enumerate().zip(claimants).map(rung).collect())
}

fn worker_of(
    tx: &mut Conn,
    cx: &Context,
    held: &wish::Held,
    public: PublicWish,
) -> Result<WorkerWish, Failure> {
    let wish = &held.wish;
    let reviewer = wish.review.as_ref().map(|review| review.by);
    let parts = store::wish::parts_of(tx, wish.id)?;
    let near = [wish.holder_id, wish.origin_id, wish.audience_id];
    let names = Names::default()
        .organisations(tx, near.into_iter().chain(parts.iter().map(|part| part.holder_id)))?
        .users(tx, std::iter::once(wish.collected_by).chain(reviewer))?;
    let resident = store::beneficiary::glimpses(tx, &cx.vault, &[wish.beneficiary_id])?;
    let resident = resident
        .get(&wish.beneficiary_id)
        .ok_or_else(|| StoreError::corrupt("a wish without its resident"))?;
    let part = |one: &store::wish::Part| WishPart {
        id: one.id,
        holder: OrgRef::of(one.holder_id, &names),
        quantity: one.quantity,
        status: one.status,
    };
    let parts = parts.iter().map(part).collect();
    let review = wish.review.as_ref().map(|review| ReviewView {
        decision: review.decision,
        urgent: review.urgent,
        feasible: review.feasible,
        practical: review.practical,
        note: said(review.note.as_ref()),
        by: UserRef::of(review.by, &names),
        at: review.at,
    });
    Ok(WorkerWish {
        public,
        version: wish.version,
        details: said(wish.content.details.as_ref()),
        beneficiary: BeneficiaryRef::of(wish.beneficiary_id, resident, cx.now.date()),
        holder: OrgRef::of(wish.holder_id, &names),
        origin: OrgRef::of(wish.origin_id, &names),
        audience: Some(OrgRef::of(wish.audience_id, &names)),
        skill: wish.content.skill.clone(),
        channel: Some(wish.content.channel),
        told_by: Some(wish.content.told_by),
        told_by_note: said(wish.content.told_by_note.as_ref()),
        collected_by: Some(UserRef::of(wish.collected_by, &names)),
        due_at: wish.due_at,
        overdue: wish.due_at.is_some_and(|due| due < cx.now),
        hidden_since: wish.hidden_since,
        paused_until: wish.paused_until.filter(|_| wish.is_paused(cx.now)),
        red_listed_since: wish.red_listed_since,
        split_from: wish.split_from,
        parts,
        review,
        ended_reason: wish.ending.as_ref().and_then(|ending| said(Some(&ending.reason))),
        outcome: wish.ending.as_ref().and_then(|ending| said(ending.outcome.as_ref())),
        has_card: wish.card.is_some(),
        may: wish::acts(cx, held).into_iter().map(Act::operation_id).collect(),
        created_at: wish.created_at,
        updated_at: wish.updated_at,
    })
}
