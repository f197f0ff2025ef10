//! A wish that was fulfilled and is not: reopened by its holder's staff on the resident's word.

use super::{
    Context,
    claim::{Taken, change_telling, claimant_and_line},
    event::{Facts, facts},
    found, spot_check,
    wish::{open, save},
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::Act,
    beneficiary::Purpose,
    event::Kind,
    id::{ClaimId, WishId},
    refusal::{Code, Fault, Refusal},
    reopening::{Reopening, Trouble},
};
use serde_json::json;
use store::Conn;

/// What the resident says, and of which claim.
#[derive(Debug, Clone)]
pub struct NewReopening {
    /// What did not arrive, or does not work.
    pub claim_id: ClaimId,
    /// What the resident says.
    pub trouble: Trouble,
    /// More of it.
    pub note: String,
    /// The share comes free; otherwise the claimant makes it good.
    pub take_back: bool,
}

/// Reopens a wish for one of its confirmed claims. What the resident said of the whole wish goes with it, and without
/// a live consent to publish it does not come back to the wall.
///
/// # Errors
/// As the access table says; `stale`; `invalid` for a claim that is not one of this wish; `beneficiary_erased`; what
/// [`domain::claim::Claim::reopen`] refuses.
pub fn reopen(
    tx: &mut Conn,
    cx: &Context,
    id: WishId,
    seen: &Seen,
    new: &NewReopening,
) -> Result<(), Failure> {
    let held = open(tx, cx, Act::ReopenWish, id, seen)?;
    held.wish.check_reopenable()?;
    let unknown = || Refusal::field(Code::Invalid, "/claim_id", Fault::Unknown);
    let claim = store::claim::load(tx, new.claim_id)?.filter(|claim| claim.wish_id == id);
    let claim = claim.ok_or_else(unknown)?;
    let resident = found(store::beneficiary::load(tx, &cx.vault, held.wish.beneficiary_id)?)?;
    resident.known()?;
    let (claimant, line) = claimant_and_line(tx, claim.claimant_id)?;
    let asked = Reopening {
        trouble: new.trouble,
        note: new.note.clone(),
        take_back: new.take_back,
        holds_another: store::claimant::live_claims(tx, claimant.id)?.contains(&id),
    };
    let rating = store::feedback::take(tx, id)?;
    spot_check::drop(tx, cx, id)?;
    let more = facts([("trouble", json!(new.trouble)), ("satisfaction_before", json!(rating))]);
    let taken = Taken { claim, held, claimant, line };
    let reopened = change_telling(
        tx,
        cx,
        taken,
        |_| Kind::WishReopened,
        more,
        |claim, wish, terms| claim.reopen(wish, &asked, terms),
    )?;
    let wish = reopened.held.wish;
    let from = wish.status();
    let agreed = resident.agreed(Purpose::Publish, cx.now.date());
    if let Some(hidden) = wish.hide(cx.now).filter(|_| !agreed) {
        save(tx, cx, Kind::WishHidden, &hidden, from, reopened_without_consent())?;
    }
    Ok(())
}

fn reopened_without_consent() -> Facts {
    facts([("cause", json!("reopened"))])
}
