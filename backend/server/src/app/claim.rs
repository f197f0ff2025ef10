//! What claimants and organisations do with shares of wishes; what is brought for them stands in
//! [`super::delivery`].

mod batch;

pub(super) use batch::at;
pub use batch::create_many;

use super::{
    Context, event,
    event::facts,
    found, sign_up,
    wish::{Held, save},
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::{Act, Subject},
    claim::{Ask, Claim, Route, within_limit},
    claimant::Claimant,
    event::Kind,
    id::{ClaimId, ClaimantId, UserId, WishId},
    membership::Role,
    note::Note,
    policy::Terms,
    refusal::{Code, Fault, Refusal},
    wish::Wish,
};
use serde_json::{Value, json};
use std::sync::Arc;
use store::{
    Conn,
    claim::{ActsFor, Filter},
    organisation::Line,
};

/// A claim with its wish and its claimant.
#[derive(Debug)]
pub struct Taken {
    /// The claim.
    pub claim: Claim,
    /// Its wish.
    pub held: Held,
    /// Who claims.
    pub claimant: Claimant,
    pub(super) line: Arc<Line>,
}

impl Taken {
    /// What the access table is asked about.
    #[must_use]
    pub fn subject(&self) -> Subject<'_> {
        Subject { claimant: self.line.ids(), claimant_user: self.claimant.user_id, ..self.held.subject() }
    }

    /// The claimant is a unit, and the caller a member of it.
    #[must_use]
    pub fn is_of_unit(&self, cx: &Context) -> bool {
        self.claimant.kind == domain::claimant::Kind::Unit
            && cx.actor.is_member(self.claimant.organisation_id)
    }

    /// The acts that the caller may do to the claim as it stands now.
    #[must_use]
    pub fn acts(&self, cx: &Context) -> Vec<Act> {
        use domain::claim::Status as S;
        let status = self.claim.status();
        let fits = |act: &Act| match act {
            Act::AcceptClaim | Act::DeclineClaim => status == S::Proposed,
            Act::ReleaseClaim | Act::ContactClaim | Act::DeliverClaim => status == S::Active,
            Act::RevealDeliveryDetails | Act::CreateClaimAttachment => status == S::Active,
            Act::ConfirmClaim => status == S::Delivered,
            _ => false,
        };
        let subject = self.subject();
        Act::ALL.iter().copied().filter(fits).filter(|act| cx.allow(*act, &subject).is_ok()).collect()
    }

    /// As it is after both sides were saved.
    fn saved(mut self) -> Self {
        self.claim.version = self.claim.version.saturating_add(1);
        self.held.wish.version = self.held.wish.version.saturating_add(1);
        self
    }
}

pub(super) fn claimant_and_line(tx: &mut Conn, id: ClaimantId) -> Result<(Claimant, Arc<Line>), Failure> {
    let unknown = || Refusal::field(Code::Invalid, "/claimant_id", Fault::Unknown);
    let claimant = store::claimant::load(tx, id)?.ok_or_else(unknown)?;
    let line = found(store::organisation::line(tx, claimant.organisation_id)?)?;
    Ok((claimant, Arc::new(line)))
}

/// The same, held until the transaction ends: what it holds is counted, and nobody adds to it meanwhile.
fn claimant_to_charge(tx: &mut Conn, id: ClaimantId) -> Result<(Claimant, Arc<Line>), Failure> {
    store::dialect::lock_claimants(tx, &[id.to_string()])?;
    claimant_and_line(tx, id)
}

/// A claim to look at.
///
/// # Errors
/// As the access table says.
pub fn see(tx: &mut Conn, cx: &Context, id: ClaimId) -> Result<Taken, Failure> {
    let claim = found(store::claim::load(tx, id)?)?;
    let wish = found(store::wish::load(tx, claim.wish_id)?)?;
    let held = super::wish::held(tx, wish)?;
    let (claimant, line) = claimant_and_line(tx, claim.claimant_id)?;
    let taken = Taken { claim, held, claimant, line };
    // That the wish is public does not make its claims so.
    cx.allow(Act::GetClaim, &Subject { known: false, ..taken.subject() })?;
    Ok(taken)
}

/// A claim whose wish is held until the transaction ends, whoever asks.
pub(super) fn open_any(tx: &mut Conn, id: ClaimId) -> Result<Taken, Failure> {
    let wish = found(store::claim::wish_of(tx, id)?)?;
    taken(tx, id, wish)
}

fn taken(tx: &mut Conn, id: ClaimId, wish: WishId) -> Result<Taken, Failure> {
    let held = super::wish::open_any(tx, wish)?;
    let claim = found(store::claim::load(tx, id)?)?;
    let (claimant, line) = claimant_and_line(tx, claim.claimant_id)?;
    Ok(Taken { claim, held, claimant, line })
}

/// A claim that the caller may change by `act`; its wish is held until the transaction ends.
pub(super) fn open(
    tx: &mut Conn,
    cx: &Context,
    act: Act,
    id: ClaimId,
    seen: &Seen,
) -> Result<Taken, Failure> {
    let taken = open_any(tx, id)?;
    cx.allow(act, &Subject { known: false, ..taken.subject() })?;
    seen.check(taken.claim.version)?;
    Ok(taken)
}

/// How a claimant takes a share.
#[derive(Debug, Clone)]
pub struct NewClaim {
    /// Who claims, or to whom it is dispatched.
    pub claimant_id: ClaimantId,
    /// How much.
    pub quantity: i64,
    /// Which of the named shares, by their numbers from 1; any that are free when empty.
    pub shares: Vec<u8>,
    /// The dispatcher's word.
    pub note: Option<Note>,
}

/// A claimant takes a share of one wish.
///
/// # Errors
/// As the access table says; what [`Wish::claim`] refuses.
pub fn create(
    tx: &mut Conn,
    cx: &Context,
    wish: WishId,
    seen: &Seen,
    new: &NewClaim,
) -> Result<Taken, Failure> {
    let held = super::wish::open_any(tx, wish)?;
    known_or_hidden(cx, &held)?;
    let (claimant, line) = claimant_to_charge(tx, new.claimant_id)?;
    may_act_for(cx, Act::CreateClaim, &claimant, &line)?;
    seen.check(held.wish.version)?;
    take(tx, cx, held, (claimant, line), Route::SelfClaim, new)
}

/// An organisation proposes a share to a claimant.
///
/// # Errors
/// As the access table says; what [`Wish::claim`] refuses.
pub fn dispatch(
    tx: &mut Conn,
    cx: &Context,
    wish: WishId,
    seen: &Seen,
    new: &NewClaim,
) -> Result<Taken, Failure> {
    let held = super::wish::open(tx, cx, Act::DispatchWish, wish, seen)?;
    let (claimant, line) = claimant_to_charge(tx, new.claimant_id)?;
    take(tx, cx, held, (claimant, line), Route::Dispatch, new)
}

/// [`dispatch`] of many at once: the wishes are held already, and then the claimants.
pub(super) fn dispatch_locked(
    tx: &mut Conn,
    cx: &Context,
    wish: WishId,
    new: &NewClaim,
) -> Result<ClaimId, Failure> {
    let held = super::wish::open(tx, cx, Act::DispatchWish, wish, &Seen::Any)?;
    let by = claimant_and_line(tx, new.claimant_id)?;
    Ok(take(tx, cx, held, by, Route::Dispatch, new)?.claim.id)
}

/// A wish that is not on the wall does not exist for those who only claim.
pub(super) fn known_or_hidden(cx: &Context, held: &Held) -> Result<(), Failure> {
    let subject = held.subject();
    if subject.known || cx.actor.reads(&subject) { Ok(()) } else { Err(Code::NotFound.into()) }
}

pub(super) fn may_act_for(cx: &Context, act: Act, claimant: &Claimant, line: &Line) -> Result<(), Failure> {
    let subject = Subject { claimant: line.ids(), claimant_user: claimant.user_id, ..Subject::default() };
    match cx.allow(act, &subject) {
        Err(Failure::Refused(refusal)) if refusal.code != Code::Unauthenticated => {
            Err(Code::NotYourClaimant.into())
        }
        verdict => verdict,
    }
}

pub(super) fn take(
    tx: &mut Conn,
    cx: &Context,
    held: Held,
    (claimant, line): (Claimant, Arc<Line>),
    route: Route,
    new: &NewClaim,
) -> Result<Taken, Failure> {
    let from = held.wish.status();
    let terms = held.terms(tx, cx)?;
    let ask = asked(tx, cx, &held.wish, (&claimant, &line), (route, new.quantity, cx.user()?))?;
    let ask = Ask { shares: &new.shares, ..ask };
    let (wish, claim) = held.wish.clone().claim(&ask, new.note.clone(), &terms)?;
    let kind = match route {
        Route::SelfClaim => Kind::WishClaimed,
        Route::Dispatch => Kind::WishDispatched,
        Route::Waiting => Kind::WaitingCalled,
    };
    store::claim::insert(tx, &cx.vault, &claim, wish.beneficiary_id)?;
    let data = claim_facts(&claim).into_iter().chain(share_facts(&wish, &claim)).collect();
    save(tx, cx, kind, &wish, from, data)?;
    Ok(Taken { claim, claimant, line, held: Held { wish, ..held } }.saved())
}

/// What is asked of a wish, and how the claimant stands to it.
pub(super) fn asked<'a>(
    tx: &mut Conn,
    cx: &Context,
    wish: &Wish,
    (claimant, line): (&'a Claimant, &Line),
    (route, quantity, by): (Route, i64, UserId),
) -> Result<Ask<'a>, Failure> {
    let live = store::claimant::live_claims(tx, claimant.id)?;
    Ok(Ask {
        id: cx.ids.make(),
        claimant,
        route,
        quantity,
        shares: &[],
        by,
        in_audience: line.ids().contains(&wish.audience_id)
            || super::emergency::calls(tx, wish.id, (claimant.kind, line.ids()))?,
        holds_one: live.contains(&wish.id),
        live_claims: count(&live),
        most_claims: line.policy().most_open_claims,
    })
}

fn count(live: &[WishId]) -> i64 {
    i64::try_from(live.len()).unwrap_or(i64::MAX)
}

pub(super) fn claim_facts(claim: &Claim) -> event::Facts {
    facts([
        ("claim_id", json!(claim.id)),
        ("claimant_id", json!(claim.claimant_id)),
        ("quantity", json!(claim.quantity)),
        ("claim_status", json!(claim.status())),
    ])
}

/// Which of the named shares a claim holds.
fn share_facts(wish: &Wish, claim: &Claim) -> event::Facts {
    let numbers = wish.content.shares_of(claim.id);
    facts([("shares", if numbers.is_empty() { Value::Null } else { json!(numbers) })])
}

/// Runs one transition of a claim, saves both sides and records it.
pub(super) fn change(
    tx: &mut Conn,
    cx: &Context,
    taken: Taken,
    kind: impl FnOnce(&Claim) -> Kind,
    transition: impl FnOnce(Claim, Wish, &Terms) -> Result<(Wish, Claim), Refusal>,
) -> Result<Taken, Failure> {
    change_telling(tx, cx, taken, kind, event::Facts::new(), transition)
}

/// [`change`], with more facts in the event.
pub(super) fn change_telling(
    tx: &mut Conn,
    cx: &Context,
    taken: Taken,
    kind: impl FnOnce(&Claim) -> Kind,
    more: event::Facts,
    transition: impl FnOnce(Claim, Wish, &Terms) -> Result<(Wish, Claim), Refusal>,
) -> Result<Taken, Failure> {
    let Taken { claim, held, claimant, line } = taken;
    let from = held.wish.status();
    let terms = held.terms(tx, cx)?;
    let shares = share_facts(&held.wish, &claim);
    let (wish, claim) = transition(claim, held.wish.clone(), &terms)?;
    store::claim::save(tx, &cx.vault, &claim, wish.beneficiary_id)?;
    let data = claim_facts(&claim).into_iter().chain(shares).chain(more).collect();
    save(tx, cx, kind(&claim), &wish, from, data)?;
    let mut taken = Taken { claim, claimant, line, held: Held { wish, ..held } }.saved();
    if taken.claim.status().gave_back() {
        taken.held = super::waiting::call_next(tx, cx, taken.held)?;
    }
    Ok(taken)
}

/// The claimant says yes to a dispatch.
///
/// # Errors
/// As the access table says; `stale`; what [`Claim::accept`] refuses; `open_claim_limit` where what is proposed
/// is more than the claimant's organisation allows by now.
pub fn accept(tx: &mut Conn, cx: &Context, id: ClaimId, seen: &Seen) -> Result<Taken, Failure> {
    let taken = open(tx, cx, Act::AcceptClaim, id, seen)?;
    let by = cx.user()?;
    if taken.claim.status() == domain::claim::Status::Proposed {
        let (claimant, line) = claimant_to_charge(tx, taken.claimant.id)?;
        let live = count(&store::claimant::live_claims(tx, claimant.id)?);
        within_limit(live, 0, line.policy().most_open_claims)?;
    }
    change(tx, cx, taken, |_| Kind::ClaimAccepted, |claim, wish, terms| claim.accept(wish, by, terms))
}

/// The claimant says no to a dispatch.
///
/// # Errors
/// As the access table says; `stale`; what [`Claim::decline`] refuses.
pub fn decline(
    tx: &mut Conn,
    cx: &Context,
    id: ClaimId,
    seen: &Seen,
    reason: &str,
) -> Result<Taken, Failure> {
    let taken = open(tx, cx, Act::DeclineClaim, id, seen)?;
    change(tx, cx, taken, |_| Kind::ClaimDeclined, |claim, wish, terms| claim.decline(wish, reason, terms))
}

/// The claimant gives the share back.
///
/// # Errors
/// As the access table says; `stale`; `claim_by_sign_up`; what [`Claim::release`] refuses.
pub fn release(
    tx: &mut Conn,
    cx: &Context,
    id: ClaimId,
    seen: &Seen,
    reason: &str,
) -> Result<Taken, Failure> {
    let taken = open(tx, cx, Act::ReleaseClaim, id, seen)?;
    sign_up::expect_plain(tx, &taken)?;
    change(tx, cx, taken, |_| Kind::ClaimReleased, |claim, wish, terms| claim.release(wish, reason, terms))
}

/// The claimant has spoken with the resident.
///
/// # Errors
/// As the access table says; `stale`; what [`Claim::contact`] refuses.
pub fn contact(tx: &mut Conn, cx: &Context, id: ClaimId, seen: &Seen) -> Result<Taken, Failure> {
    let taken = open(tx, cx, Act::ContactClaim, id, seen)?;
    change(tx, cx, taken, |_| Kind::ClaimContacted, |claim, wish, terms| claim.contact(wish, terms))
}

/// Time is up for a claim: the share goes back. Early or double calls do nothing.
///
/// # Errors
/// When the database refuses.
pub fn lapse(tx: &mut Conn, cx: &Context, id: ClaimId, wish: WishId) -> Result<bool, Failure> {
    let taken = taken(tx, id, wish)?;
    match change(tx, cx, taken, |_| Kind::ClaimLapsed, |claim, wish, terms| claim.lapse(wish, terms)) {
        Ok(_) => Ok(true),
        Err(Failure::Refused(_)) => Ok(false),
        Err(failure) => Err(failure),
    }
}

/// The claims on a wish of those for whom the caller acts.
///
/// # Errors
/// When the database does not answer.
pub fn own_of_wish(tx: &mut Conn, cx: &Context, wish: WishId) -> Result<Vec<Claim>, Failure> {
    let Some(acts_for) = acts_for(cx) else { return Ok(Vec::new()) };
    let filter = Filter { acts_for: Some(acts_for), wish: Some(wish), ..Filter::default() };
    Ok(store::claim::list(tx, &filter, 100)?)
}

/// For whom the caller acts; none when nobody is signed in.
#[must_use]
pub fn acts_for(cx: &Context) -> Option<ActsFor> {
    Some(ActsFor { user: cx.actor.user?, roots: cx.actor.roots(&[Role::Manager]) })
}

/// Claims that the caller may see, newest first: `mine` leaves out those seen as staff only.
///
/// # Errors
/// When the database does not answer.
pub fn list(
    tx: &mut Conn,
    cx: &Context,
    mut filter: Filter,
    mine: bool,
    rows: i64,
) -> Result<Vec<Claim>, Failure> {
    cx.user()?;
    filter.acts_for = acts_for(cx);
    if !mine && let Some(acts_for) = &mut filter.acts_for {
        // Who may read each claim of a claimant's organisation has them in the list too.
        acts_for.roots = cx.actor.roots(&[Role::Manager, Role::Coordinator, Role::Admin, Role::Auditor]);
    }
    filter.roots = if mine { Vec::new() } else { cx.actor.reading_roots() };
    Ok(store::claim::list(tx, &filter, rows)?)
}

/// The claims on a wish, as its staff sees them.
///
/// # Errors
/// As the access table says.
pub fn of_wish(tx: &mut Conn, cx: &Context, wish: WishId) -> Result<Vec<Claim>, Failure> {
    let held = super::wish::see(tx, cx, wish)?;
    cx.allow(Act::ListWishClaims, &held.subject())?;
    Ok(store::claim::of_wish(tx, wish)?)
}
