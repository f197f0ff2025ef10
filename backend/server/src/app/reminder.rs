//! The reminder before a promise lapses: one for each time that a claim has, the first contact and the
//! delivery. It is an event of the wish, so that whoever asks later knows that it was given.

use super::{
    Context,
    event::facts,
    found,
    wish::{open_any, save},
};
use crate::problem::Failure;
use domain::{
    claim::{Claim, State},
    event::Kind,
    id::{ClaimId, WishId},
    task::{Why, soon},
    time::Instant,
};
use serde_json::json;
use store::{Conn, job::Due};

/// Of what is to be reminded at the context's time.
///
/// # Errors
/// When the database does not answer.
pub fn due(tx: &mut Conn, cx: &Context, limit: i64) -> Result<Vec<Due>, Failure> {
    let soon = soon(&*cx.calendar(tx)?, cx.now);
    let morning = Instant::end_of(cx.now.date()).plus_days(-1);
    Ok(store::reminder::due(tx, cx.now, soon, morning, limit)?)
}

/// Reminds of this time of a claim, once. Does nothing where the claim has another time by now.
///
/// # Errors
/// When the database refuses.
pub fn remind(tx: &mut Conn, cx: &Context, id: ClaimId, wish: WishId, due: Instant) -> Result<bool, Failure> {
    let held = open_any(tx, wish)?;
    let claim = found(store::claim::load(tx, id)?)?;
    let Some(what) = asked(&claim) else { return Ok(false) };
    let stands = claim.lapses_at() == Some(due) && cx.now < due;
    if !stands || !store::reminder::note(tx, id, due, cx.now)? {
        return Ok(false);
    }
    // Nothing of the wish itself changes: its own time of change stays.
    let (from, wish) = (held.wish.status(), held.wish);
    let data = facts([
        ("claim_id", json!(claim.id)),
        ("claimant_id", json!(claim.claimant_id)),
        ("what", json!(what)),
        ("due_at", json!(due)),
    ]);
    save(tx, cx, Kind::ClaimReminded, &wish, from, data)?;
    Ok(true)
}

/// Which of the two times of a promise comes next.
fn asked(claim: &Claim) -> Option<Why> {
    match claim.state {
        State::Active { contacted_at: None, .. } => Some(Why::ContactBy),
        State::Active { .. } => Some(Why::DeliverBy),
        _ => None,
    }
}
