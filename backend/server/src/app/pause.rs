//! Pauses of a wish's clock.

use super::{
    Context, event,
    event::facts,
    found,
    wish::{Held, open, save},
};
use crate::{etag::Seen, problem::Failure};
use chrono::NaiveDate;
use domain::{
    access::Act,
    event::Kind,
    id::WishId,
    pause::{Ask, Pause, Shift},
    refusal::Code,
    wish::Wish,
};
use serde_json::json;
use store::Conn;

/// The clock of a wish stands until the end of a day, and that of its claims with it.
///
/// # Errors
/// As the access table says; `stale`; what [`Wish::pause`] refuses.
pub fn pause(
    tx: &mut Conn,
    cx: &Context,
    id: WishId,
    seen: &Seen,
    reason: &str,
    until: NaiveDate,
) -> Result<Wish, Failure> {
    let held = open(tx, cx, Act::PauseWish, id, seen)?;
    let terms = held.terms(tx, cx)?;
    let Held { wish, .. } = held;
    let from = wish.status();
    let ask = Ask { id: cx.ids.make(), by: cx.user()?, reason: reason.to_owned(), until };
    let (wish, pause) = wish.pause(ask, &terms)?;
    store::pause::insert(tx, &cx.vault, &pause, wish.beneficiary_id)?;
    shift_claims(tx, cx, &wish, pause.later(&terms.calendar))?;
    let data = told(&pause, [("until", json!(pause.until)), ("days", json!(pause.days))]);
    save(tx, cx, Kind::WishPaused, &wish, from, data)?;
    Ok(wish)
}

/// The clock goes on before the pause is over.
///
/// # Errors
/// As the access table says; `stale`; `not_paused`.
pub fn resume(tx: &mut Conn, cx: &Context, id: WishId, seen: &Seen) -> Result<Wish, Failure> {
    let held = open(tx, cx, Act::ResumeWish, id, seen)?;
    let terms = held.terms(tx, cx)?;
    let Held { wish, .. } = held;
    let from = wish.status();
    let last = store::pause::of_wish(tx, id)?.pop().ok_or(Code::NotPaused)?;
    let (wish, pause, unused) = wish.resume(last, cx.user()?, &terms)?;
    store::pause::save(tx, &pause)?;
    shift_claims(tx, cx, &wish, Pause::earlier(unused, &terms.calendar))?;
    save(tx, cx, Kind::WishResumed, &wish, from, told(&pause, [("days", json!(pause.days))]))?;
    Ok(wish)
}

fn told<const N: usize>(pause: &Pause, more: [(&str, serde_json::Value); N]) -> event::Facts {
    let mut all = facts([("pause_id", json!(pause.id))]);
    all.extend(facts(more));
    all
}

fn shift_claims(tx: &mut Conn, cx: &Context, wish: &Wish, shift: Shift) -> Result<(), Failure> {
    for claim in store::claim::of_wish(tx, wish.id)? {
        if claim.status().is_live() {
            store::claim::save(tx, &cx.vault, &claim.shifted(shift, cx.now), wish.beneficiary_id)?;
        }
    }
    Ok(())
}

/// The pauses of a wish, oldest first, with their reasons, as its staff sees them.
///
/// # Errors
/// As the access table says.
pub fn list(tx: &mut Conn, cx: &Context, id: WishId) -> Result<Vec<Pause>, Failure> {
    let wish = found(store::wish::load(tx, id)?)?;
    let held = super::wish::held(tx, wish)?;
    cx.allow(Act::ListWishPauses, &held.subject())?;
    let mut pauses = store::pause::of_wish(tx, id)?;
    store::pause::open_notes(tx, &cx.vault, &mut pauses, held.wish.beneficiary_id)?;
    Ok(pauses)
}
