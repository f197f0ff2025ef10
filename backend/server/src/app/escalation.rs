//! The way up: by hand, and by time.

use super::{
    Context,
    claim::NewClaim,
    event,
    event::facts,
    found,
    wish::{Held, open_any, save},
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::{Act, Subject},
    claim::Claim,
    escalation::{Cause, Escalation, Risen, State},
    event::Kind,
    id::{EscalationId, OrganisationId, WishId},
    note,
    refusal::{Code, Fault, Refusal},
    wish::Wish,
};
use serde_json::json;
use store::{Conn, escalation::Filter, event::Event, organisation::Line};

/// Sends a wish to the superior of its holder.
///
/// # Errors
/// As the access table says; `stale`; what [`domain::wish::Wish::escalate`] refuses.
pub fn create(
    tx: &mut Conn,
    cx: &Context,
    wish: WishId,
    seen: &Seen,
    reason: String,
) -> Result<Escalation, Failure> {
    let held = super::wish::open(tx, cx, Act::EscalateWish, wish, seen)?;
    let cause = Cause::Asked { by: cx.user()?, reason };
    match rise(tx, cx, held, cause)? {
        Risen::Up(escalation) => Ok(saved(*escalation)),
        Risen::RedListed => Err(Code::NoSuperior.into()),
    }
}

/// Time is up for a wish: it goes up, or stands on the red list at the root. Early or double calls do
/// nothing.
///
/// # Errors
/// When the database refuses.
pub fn overdue(tx: &mut Conn, cx: &Context, wish: WishId) -> Result<bool, Failure> {
    let held = open_any(tx, wish)?;
    match rise(tx, cx, held, Cause::Overdue) {
        Ok(_) => Ok(true),
        Err(Failure::Refused(_)) => Ok(false),
        Err(failure) => Err(failure),
    }
}

/// The line of the superior that is asked next, or of `line` itself at the root.
fn line_above(tx: &mut Conn, line: &Line) -> Result<Line, Failure> {
    match line.superior() {
        Some(node) => found(store::organisation::line(tx, node.organisation.id)?),
        None => Ok(line.clone()),
    }
}

fn rise(tx: &mut Conn, cx: &Context, held: Held, cause: Cause) -> Result<Risen, Failure> {
    let from = held.wish.status();
    let superior = held.holder.superior().map(|node| node.organisation.id);
    let above = line_above(tx, &held.holder)?;
    let (wish, risen) = held.wish.escalate(cx.ids.make(), superior, cause, &cx.terms(tx, &above)?)?;
    match &risen {
        Risen::Up(up) => {
            store::escalation::insert(tx, &cx.vault, up, wish.beneficiary_id)?;
            save(tx, cx, Kind::WishEscalated, &wish, from, hop(up))?;
        }
        Risen::RedListed => save(tx, cx, Kind::WishRedListed, &wish, from, event::Facts::new())?,
    }
    Ok(risen)
}

/// Between which organisations. Why is private, and stands in the escalation.
fn hop(escalation: &Escalation) -> event::Facts {
    facts([
        ("escalation_id", json!(escalation.id)),
        ("from_id", json!(escalation.from_id)),
        ("to_id", json!(escalation.to_id)),
    ])
}

fn saved(mut escalation: Escalation) -> Escalation {
    escalation.version = escalation.version.saturating_add(1);
    escalation
}

/// An escalation that the caller may answer by `act`, with its wish and the line of who is asked.
fn open(
    tx: &mut Conn,
    cx: &Context,
    act: Act,
    id: EscalationId,
    seen: &Seen,
) -> Result<(Escalation, Held, Line), Failure> {
    let wish = found(store::escalation::load(tx, id)?)?.wish_id;
    let held = open_any(tx, wish)?;
    let escalation = found(store::escalation::load(tx, id)?)?;
    let asked = found(store::organisation::line(tx, escalation.to_id)?)?;
    // Those who sent it up know of it, and may not answer it.
    let known = cx.actor.reads(&held.subject());
    cx.allow(act, &Subject { holder: asked.ids(), known, ..Subject::default() })?;
    seen.check(escalation.version)?;
    Ok((escalation, held, asked))
}

/// The superior takes the wish.
///
/// # Errors
/// As the access table says; `stale`; `escalation_answered`.
pub fn accept(tx: &mut Conn, cx: &Context, id: EscalationId, seen: &Seen) -> Result<Escalation, Failure> {
    let (escalation, held, asked) = open(tx, cx, Act::AcceptEscalation, id, seen)?;
    take(tx, cx, escalation, held, &asked)
}

fn take(
    tx: &mut Conn,
    cx: &Context,
    escalation: Escalation,
    held: Held,
    asked: &Line,
) -> Result<Escalation, Failure> {
    let from = held.wish.status();
    let (wish, escalation) = escalation.accept(held.wish, cx.user()?, asked.ids(), &cx.terms(tx, asked)?)?;
    store::escalation::save(tx, &cx.vault, &escalation, wish.beneficiary_id)?;
    save(tx, cx, Kind::EscalationAccepted, &wish, from, hop(&escalation))?;
    Ok(saved(escalation))
}

/// The superior gives the wish back with an instruction.
///
/// # Errors
/// As the access table says; `stale`; `escalation_answered`; `invalid`.
pub fn give_back(
    tx: &mut Conn,
    cx: &Context,
    id: EscalationId,
    seen: &Seen,
    instruction: &str,
) -> Result<Escalation, Failure> {
    let (escalation, held, _) = open(tx, cx, Act::ReturnEscalation, id, seen)?;
    let from = held.wish.status();
    let terms = held.terms(tx, cx)?;
    let (wish, escalation) = escalation.give_back(held.wish, cx.user()?, instruction, &terms)?;
    store::escalation::save(tx, &cx.vault, &escalation, wish.beneficiary_id)?;
    save(tx, cx, Kind::EscalationReturned, &wish, from, hop(&escalation))?;
    Ok(saved(escalation))
}

/// The superior hands the wish to another of its own, who is in charge of it.
///
/// # Errors
/// As the access table says; `stale`; `escalation_answered`; `invalid` without a reason, or for an
/// organisation that does not stand beside the one that sent it up.
pub fn reroute(
    tx: &mut Conn,
    cx: &Context,
    id: EscalationId,
    seen: &Seen,
    to: OrganisationId,
    reason: &str,
) -> Result<Escalation, Failure> {
    let (escalation, held, asked) = open(tx, cx, Act::RerouteEscalation, id, seen)?;
    let superior = asked.ids().first();
    let line = store::organisation::line(tx, to)?.filter(|line| line.ids().get(1) == superior);
    let line = line.ok_or_else(|| Refusal::field(Code::Invalid, "/to_id", Fault::Unknown))?;
    let from = held.wish.status();
    let terms = cx.terms(tx, &line)?;
    let (wish, escalation) = escalation.reroute(held.wish, cx.user()?, to, reason, line.ids(), &terms)?;
    store::escalation::save(tx, &cx.vault, &escalation, wish.beneficiary_id)?;
    let mut data = hop(&escalation);
    data.extend(facts([("rerouted_to", json!(to))]));
    save(tx, cx, Kind::EscalationRerouted, &wish, from, data)?;
    Ok(saved(escalation))
}

/// The superior takes the wish and proposes it to a claimant in the same act: both, or neither.
///
/// # Errors
/// As the access table says; what [`accept`] and [`super::claim::dispatch`] refuse.
pub fn adopt(
    tx: &mut Conn,
    cx: &Context,
    id: EscalationId,
    seen: &Seen,
    new: &NewClaim,
) -> Result<(Escalation, Claim), Failure> {
    let (escalation, held, asked) = open(tx, cx, Act::AdoptEscalation, id, seen)?;
    let wish = held.wish.id;
    let escalation = take(tx, cx, escalation, held, &asked)?;
    let claim = super::claim::dispatch(tx, cx, wish, &Seen::Any, new)?.claim;
    Ok((escalation, claim))
}

/// Time is up for a superior: one level further up, or the root's red list. Early or double calls do
/// nothing.
///
/// # Errors
/// When the database refuses.
pub fn overrun(tx: &mut Conn, cx: &Context, id: EscalationId, wish: WishId) -> Result<bool, Failure> {
    let held = open_any(tx, wish)?;
    let (from, of) = (held.wish.status(), held.wish.beneficiary_id);
    let mut escalation = found(store::escalation::load(tx, id)?)?;
    // Its reason goes up with it, and is sealed anew for the next one.
    store::escalation::open_notes(tx, &cx.vault, std::iter::once((&mut escalation, of)))?;
    let asked = found(store::organisation::line(tx, escalation.to_id)?)?;
    let superior = asked.superior().map(|node| node.organisation.id);
    let above = line_above(tx, &asked)?;
    let outcome = escalation.overrun(held.wish, cx.ids.make(), superior, &cx.terms(tx, &above)?);
    let Ok((wish, escalation, risen)) = outcome else { return Ok(false) };
    // The one before must be settled first: at most one of a wish is pending.
    store::escalation::save(tx, &cx.vault, &escalation, wish.beneficiary_id)?;
    match &risen {
        Risen::Up(up) => {
            store::escalation::insert(tx, &cx.vault, up, wish.beneficiary_id)?;
            save(tx, cx, Kind::EscalationSuperseded, &wish, from, hop(up))?;
        }
        Risen::RedListed => save(tx, cx, Kind::WishRedListed, &wish, from, hop(&escalation))?,
    }
    Ok(true)
}

/// The wish has ended: its escalations are settled, so that those who sent it up hear the answer.
///
/// # Errors
/// When the database refuses.
pub fn settle(tx: &mut Conn, cx: &Context, wish: &Wish) -> Result<(), Failure> {
    for escalation in store::escalation::of_wish(tx, wish.id)? {
        let before = escalation.status();
        let settled = escalation.resolve(cx.now);
        if settled.status() != before {
            store::escalation::save(tx, &cx.vault, &settled, wish.beneficiary_id)?;
        }
    }
    Ok(())
}

/// Escalations from or to the organisations that the caller reads, newest first.
///
/// # Errors
/// When the database does not answer.
pub fn list(tx: &mut Conn, cx: &Context, mut filter: Filter, rows: i64) -> Result<Vec<Escalation>, Failure> {
    cx.user()?;
    filter.roots = cx.actor.reading_roots();
    Ok(store::escalation::list(tx, &filter, rows)?)
}

/// Adds to the history of a wish what the escalations say: events hold no private text.
///
/// # Errors
/// When the database does not answer, or a text does not open.
pub fn tell_why(tx: &mut Conn, cx: &Context, wish: &Wish, history: &mut [Event]) -> Result<(), Failure> {
    if !history.iter().any(|event| event.data.contains_key("escalation_id")) {
        return Ok(());
    }
    let mut hops = store::escalation::of_wish(tx, wish.id)?;
    store::escalation::open_notes(tx, &cx.vault, hops.iter_mut().map(|hop| (hop, wish.beneficiary_id)))?;
    for event in history {
        let id = event.data.get("escalation_id").and_then(|id| id.as_str());
        let Some(hop) = hops.iter().find(|hop| id == Some(hop.id.to_string().as_str())) else { continue };
        if let Some(reason) = note::text(hop.reason.as_ref()) {
            event.data.insert("reason".to_owned(), json!(reason));
        }
        let told = match (event.kind, &hop.state) {
            (Kind::EscalationReturned, State::Returned { instruction, .. }) => Some(instruction),
            (Kind::EscalationRerouted, State::Rerouted { reason, .. }) => Some(reason),
            _ => None,
        };
        if let Some(instruction) = told.and_then(|note| note.text()) {
            event.data.insert("instruction".to_owned(), json!(instruction));
        }
    }
    Ok(())
}
