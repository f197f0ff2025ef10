//! A new wish of a household is offered to its pair before anybody else.

use super::super::{
    Context,
    claim::{asked, claim_facts, claimant_and_line},
    event::facts,
    found,
    wish::{Held, save, saved},
};
use crate::problem::Failure;
use domain::{
    beneficiary::Purpose,
    claim::{Ask, Route},
    event::Kind,
};
use serde_json::json;
use store::Conn;

/// Offers a wish that was just published to the first pair of its household that can take it, for as long as the
/// rules that it was given say. A proposal like any other: unanswered, it comes free by itself.
///
/// # Errors
/// When the database refuses.
pub fn offer_first(tx: &mut Conn, cx: &Context, held: Held) -> Result<Held, Failure> {
    let terms = held.terms(tx, cx)?;
    let days = held.wish.policy.unwrap_or(terms.policy).pair_first_days;
    if days == 0 || !held.wish.is_listed() {
        return Ok(held);
    }
    let resident = found(store::beneficiary::load(tx, &cx.vault, held.wish.beneficiary_id)?)?;
    if !resident.agreed(Purpose::ShareWithClaimant, cx.now.date()) {
        return Ok(held);
    }
    let pairs = store::pairing::pairs_of(tx, resident.household_id)?;
    let ids: Vec<String> = pairs.iter().map(|(_, claimant)| claimant.to_string()).collect();
    store::dialect::lock_claimants(tx, &ids)?;
    for (pairing, claimant) in pairs {
        let (claimant, line) = claimant_and_line(tx, claimant)?;
        let what = (Route::Dispatch, held.wish.remaining(), cx.user()?);
        let ask = asked(tx, cx, &held.wish, (&claimant, &line), what)?;
        // A pair belongs to the household's circle, wherever it stands in the tree.
        let ask = Ask { in_audience: true, ..ask };
        // Who has full hands is passed over.
        let Ok((wish, claim)) = held.wish.clone().offer_to_pair(&ask, &terms) else { continue };
        store::claim::insert(tx, &cx.vault, &claim, wish.beneficiary_id)?;
        let data = claim_facts(&claim).into_iter().chain(facts([("pairing_id", json!(pairing))])).collect();
        save(tx, cx, Kind::WishDispatched, &wish, held.wish.status(), data)?;
        return Ok(Held { wish: saved(wish), ..held });
    }
    Ok(held)
}
