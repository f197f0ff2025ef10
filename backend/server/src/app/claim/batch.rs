//! One claimant, many wishes, in one act.

use super::{
    super::wish::open_any, NewClaim, claimant_and_line, claimant_to_charge, known_or_hidden, may_act_for,
    take,
};
use crate::{app::Context, problem::Failure};
use domain::{
    access::Act,
    claim::{Claim, Route},
    id::{ClaimantId, WishId},
    refusal::{Fault, Faults, Refusal},
};
use std::sync::Arc;
use store::Conn;

/// A claimant takes shares of several wishes in one act: all, or none. Refusals name the item.
///
/// # Errors
/// As [`create`], with the item's pointer; `invalid` for no item, more than 100, or a wish named twice.
pub fn create_many(
    tx: &mut Conn,
    cx: &Context,
    by: ClaimantId,
    items: &[(WishId, i64)],
) -> Result<Vec<Claim>, Failure> {
    let (claimant, line) = claimant_and_line(tx, by)?;
    may_act_for(cx, Act::CreateClaims, &claimant, &line)?;
    check_items(items)?;
    // All wishes are held in one order, so that two such acts cannot wait for each other.
    let ids: Vec<String> = items.iter().map(|(id, _)| id.to_string()).collect();
    store::dialect::lock_wishes(tx, &ids)?;
    let (claimant, line) = claimant_to_charge(tx, by)?;
    let mut claims = Vec::with_capacity(items.len());
    for (index, (id, quantity)) in items.iter().enumerate() {
        let place = format!("/items/{index}");
        let named = |failure| at(failure, &place, "wish_id");
        let new = NewClaim { claimant_id: by, quantity: *quantity, shares: Vec::new(), note: None };
        let held =
            open_any(tx, *id).and_then(|held| known_or_hidden(cx, &held).map(|()| held)).map_err(named)?;
        let by = (claimant.clone(), Arc::clone(&line));
        claims.push(take(tx, cx, held, by, Route::SelfClaim, &new).map_err(named)?.claim);
    }
    Ok(claims)
}

fn check_items(items: &[(WishId, i64)]) -> Result<(), Refusal> {
    let mut faults = Faults::default();
    faults.check(!items.is_empty(), "/items", Fault::Required).check(
        items.len() <= 100,
        "/items",
        Fault::TooLong,
    );
    for (index, (id, _)) in items.iter().enumerate() {
        let twice = items.iter().take(index).any(|(other, _)| other == id);
        faults.check(!twice, format!("/items/{index}/wish_id"), Fault::Duplicate);
    }
    faults.finish()
}

/// The failure of one of a batch: what was refused stands at `place`, and is named by its field `name`.
pub(in crate::app) fn at(failure: Failure, place: &str, name: &str) -> Failure {
    let Failure::Refused(refusal) = failure else { return failure };
    if refusal.fields.is_empty() {
        let named = Refusal::field(refusal.code, &format!("{place}/{name}"), Fault::Refused);
        return Refusal { reached: refusal.reached, ..named }.into();
    }
    refusal.within(place).into()
}
