//! What follows from what a resident agreed to: the wall shows nothing without a live consent, and what
//! a birthday or a date ended is asked anew.

use super::{Context, event, event::About, event::facts, found, publication};
use crate::problem::Failure;
use domain::{
    beneficiary::{Beneficiary, Purpose},
    event::Kind,
    id::BeneficiaryId,
};
use serde_json::json;
use store::Conn;

/// Acts on a resident as saved: notes what must be asked anew, takes the wishes off the wall when the
/// consent to publish is not live, and shares them with platforms as long as that one is. Part of the transaction that changed it. Tells whether something
/// new must be asked.
///
/// # Errors
/// When the database refuses.
pub fn follow(tx: &mut Conn, cx: &Context, resident: &Beneficiary, cause: &str) -> Result<bool, Failure> {
    let today = cx.now.date();
    let due = !resident.consents_due(today).is_empty();
    // The wishes of each record of theirs follow.
    let id = resident.standing();
    let is_new = store::consent::note(tx, id, due, today)?;
    if !resident.agreed(Purpose::Publish, today) {
        publication::hide_all(tx, cx, id, cause)?;
    }
    publication::share_all(tx, cx, id, resident.agreed(Purpose::ShareWithPlatform, today), cause)?;
    Ok(is_new)
}

/// The daily look at one resident: a birthday or a date may have ended a consent. Early or double calls
/// do nothing.
///
/// # Errors
/// When the database refuses.
pub fn look(tx: &mut Conn, cx: &Context, id: BeneficiaryId) -> Result<bool, Failure> {
    let resident = found(store::beneficiary::load_to_change(tx, &cx.vault, id)?)?;
    let is_new = follow(tx, cx, &resident, "consent_ended")?;
    if is_new {
        store::beneficiary::touch(tx, &resident, cx.now)?;
        let about = About::beneficiary(id, resident.version, resident.organisation_id);
        let data = facts([("purposes", json!(resident.consents_due(cx.now.date())))]);
        event::of(tx, cx, Kind::ConsentDue, about, data)?;
    }
    Ok(is_new)
}
