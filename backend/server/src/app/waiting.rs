//! Who waits for a share of a wish that is all taken, and is called when one comes free.

use super::{
    Context,
    claim::{NewClaim, acts_for, asked, claim_facts, claimant_and_line, known_or_hidden, may_act_for},
    event::{Facts, facts},
    found,
    wish::{Held, open_any, save},
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::{Act, Subject},
    claim::Route,
    event::Kind,
    id::{WaitingId, WishId},
    membership::Role,
    waiting::Waiting,
};
use serde_json::json;
use store::{Conn, waiting::Filter};

/// Puts a claimant at the end of the list of a wish.
///
/// # Errors
/// As the access table says; `stale`; what [`domain::wish::Wish::wait`] refuses.
pub fn join(
    tx: &mut Conn,
    cx: &Context,
    wish: WishId,
    seen: &Seen,
    new: &NewClaim,
) -> Result<Waiting, Failure> {
    let held = open_any(tx, wish)?;
    known_or_hidden(cx, &held)?;
    let (claimant, line) = claimant_and_line(tx, new.claimant_id)?;
    may_act_for(cx, Act::JoinWaitingList, &claimant, &line)?;
    seen.check(held.wish.version)?;
    let from = held.wish.status();
    let ahead = store::waiting::of_wish(tx, wish)?;
    let by = cx.user()?;
    let ask = asked(tx, cx, &held.wish, (&claimant, &line), (Route::Waiting, new.quantity, by))?;
    let (wish, waiting) = held.wish.wait(cx.ids.make(), &ask, &ahead, cx.now)?;
    store::waiting::insert(tx, &waiting)?;
    save(tx, cx, Kind::WaitingJoined, &wish, from, place(&waiting))?;
    Ok(waiting)
}

fn place(waiting: &Waiting) -> Facts {
    facts([
        ("waiting_id", json!(waiting.id)),
        ("claimant_id", json!(waiting.claimant_id)),
        ("quantity", json!(waiting.quantity)),
    ])
}

/// Takes a claimant off the list.
///
/// # Errors
/// As the access table says; `not_found` once called: then there is a claim to decline.
pub fn leave(tx: &mut Conn, cx: &Context, id: WaitingId) -> Result<(), Failure> {
    let wish = found(store::waiting::load(tx, id)?)?.wish_id;
    let held = open_any(tx, wish)?;
    // Somebody may have been called, or have left, until the wish was held.
    let waiting = found(store::waiting::load(tx, id)?)?;
    let (claimant, line) = claimant_and_line(tx, waiting.claimant_id)?;
    let subject =
        Subject { claimant: line.ids(), claimant_user: claimant.user_id, known: false, ..held.subject() };
    cx.allow(Act::LeaveWaitingList, &subject)?;
    store::waiting::delete(tx, id)?;
    let (from, mut wish) = (held.wish.status(), held.wish);
    wish.updated_at = cx.now;
    save(tx, cx, Kind::WaitingLeft, &wish, from, place(&waiting))
}

/// Offers what came free to those who wait, in their order. Who cannot take it just now keeps the place, and
/// the next is asked.
///
/// # Errors
/// When the database refuses.
pub fn call_next(tx: &mut Conn, cx: &Context, mut held: Held) -> Result<Held, Failure> {
    if !held.wish.is_listed() || held.wish.remaining() <= 0 {
        return Ok(held);
    }
    let list = store::waiting::of_wish(tx, held.wish.id)?;
    let ids: Vec<String> = list.iter().map(|waiting| waiting.claimant_id.to_string()).collect();
    store::dialect::lock_claimants(tx, &ids)?;
    for waiting in list {
        let (claimant, line) = claimant_and_line(tx, waiting.claimant_id)?;
        let (from, terms) = (held.wish.status(), held.terms(tx, cx)?);
        let what = (Route::Waiting, waiting.quantity, waiting.made_by);
        let ask = asked(tx, cx, &held.wish, (&claimant, &line), what)?;
        let Ok((wish, claim)) = held.wish.clone().call(&waiting, &ask, &terms) else { continue };
        store::waiting::delete(tx, waiting.id)?;
        store::claim::insert(tx, &cx.vault, &claim, wish.beneficiary_id)?;
        save(tx, cx, Kind::WaitingCalled, &wish, from, claim_facts(&claim))?;
        held.wish = super::wish::saved(wish);
        if held.wish.remaining() <= 0 {
            break;
        }
    }
    Ok(held)
}

/// The places that the caller may see, newest first: their own claimants', and those on the wishes of their
/// organisations.
///
/// # Errors
/// When the database does not answer.
pub fn list(tx: &mut Conn, cx: &Context, mut filter: Filter, rows: i64) -> Result<Vec<Waiting>, Failure> {
    cx.user()?;
    filter.acts_for = acts_for(cx);
    if let Some(acts_for) = &mut filter.acts_for {
        acts_for.roots = cx.actor.roots(&[Role::Manager, Role::Coordinator, Role::Admin, Role::Auditor]);
    }
    filter.roots = cx.actor.reading_roots();
    Ok(store::waiting::list(tx, &filter, rows)?)
}
