//! Spot checks: fulfilled wishes are drawn, and somebody who had no part in them asks the resident again.

use super::{
    Context,
    claim::Taken,
    event::facts,
    found,
    wish::{Held, held, open_any, save, saved},
};
use crate::{
    etag::Seen,
    problem::Failure,
    secrets::{Use, hmac},
};
use domain::{
    access::{Act, Subject},
    claim::State,
    claimant::Kind as ClaimantKind,
    event::Kind,
    id::{SpotCheckId, WishId},
    spot_check::{Answer, SpotCheck, is_drawn},
    wish::Status,
};
use serde_json::json;
use store::Conn;

impl Context {
    /// The lot of a wish at a version of it: nobody without the key knows it before, and whoever has the key can say
    /// afterwards that nobody chose.
    fn lot(&self, wish: WishId, version: i64) -> u32 {
        let [a, b, c, d, ..] =
            hmac(&self.secrets.key(Use::SpotCheck), &[wish.0.as_bytes(), &version.to_be_bytes()]);
        u32::from_be_bytes([a, b, c, d])
    }
}

/// Draws the wish of a claim that was just confirmed, where it is fulfilled by that and its lot says so.
///
/// # Errors
/// When the database refuses.
pub(super) fn draw(tx: &mut Conn, cx: &Context, taken: Taken) -> Result<Taken, Failure> {
    let Held { wish, holder, origin } = taken.held;
    let percent = holder.policy().spot_check_percent;
    let is_fulfilled = wish.status() == Status::Fulfilled;
    let wish = match is_fulfilled && is_drawn(cx.lot(wish.id, wish.version), percent) {
        true => {
            let check = SpotCheck::draw(cx.ids.make(), wish.id, &cx.terms(tx, &holder)?);
            store::spot_check::insert(tx, &check)?;
            let data = facts([("spot_check_id", json!(check.id))]);
            save(tx, cx, Kind::SpotCheckDrawn, &wish, Status::Fulfilled, data)?;
            saved(wish)
        }
        false => wish,
    };
    Ok(Taken { held: Held { wish, holder, origin }, ..taken })
}

/// The spot checks of a wish, oldest first.
///
/// # Errors
/// As the access table says.
pub fn list(tx: &mut Conn, cx: &Context, id: WishId) -> Result<Vec<SpotCheck>, Failure> {
    let wish = found(store::wish::load(tx, id)?)?;
    cx.allow(Act::ListSpotChecks, &held(tx, wish)?.subject())?;
    Ok(store::spot_check::of_wish(tx, id)?)
}

/// Somebody asked the resident again.
///
/// # Errors
/// As the access table says; `stale`; what [`SpotCheck::answer`] refuses.
pub fn answer(
    tx: &mut Conn,
    cx: &Context,
    id: SpotCheckId,
    seen: &Seen,
    result: Answer,
) -> Result<SpotCheck, Failure> {
    let wish = found(store::spot_check::load(tx, id)?)?.wish_id;
    let held = open_any(tx, wish)?;
    // That the wish is public does not make its checks so.
    cx.allow(Act::AnswerSpotCheck, &Subject { known: false, ..held.subject() })?;
    let check = found(store::spot_check::load(tx, id)?)?;
    seen.check(check.version)?;
    let had_part = had_part(tx, cx, held.wish.id)?;
    let answered = check.answer(result, cx.user()?, had_part, cx.now)?;
    store::spot_check::save(tx, &answered)?;
    let data = facts([("spot_check_id", json!(id)), ("result", json!(result))]);
    save(tx, cx, Kind::SpotCheckAnswered, &held.wish, held.wish.status(), data)?;
    Ok(SpotCheck { version: answered.version.saturating_add(1), ..answered })
}

/// Whether the caller took the resident's word on a claim of the wish, or belongs to who brought something.
fn had_part(tx: &mut Conn, cx: &Context, wish: WishId) -> Result<bool, Failure> {
    let user = cx.user()?;
    for claim in store::claim::of_wish(tx, wish)? {
        let took_word = matches!(claim.state, State::Confirmed { by, .. } if by == user);
        let brought = claim.delivery.as_ref().is_some_and(|delivery| delivery.by == user);
        let claimant = found(store::claimant::load(tx, claim.claimant_id)?)?;
        let is_of_unit = claimant.kind == ClaimantKind::Unit && cx.actor.is_member(claimant.organisation_id);
        if took_word || brought || is_of_unit || claimant.user_id == Some(user) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The wish was reopened: nobody is to ask any more.
///
/// # Errors
/// When the database refuses.
pub(super) fn drop(tx: &mut Conn, cx: &Context, wish: WishId) -> Result<(), Failure> {
    for check in store::spot_check::of_wish(tx, wish)? {
        if let Some(dropped) = check.drop(cx.now) {
            store::spot_check::save(tx, &dropped)?;
        }
    }
    Ok(())
}
