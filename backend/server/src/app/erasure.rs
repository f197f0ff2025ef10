//! Erasing a resident: the key is destroyed, and with it every text about them, also in old backups;
//! what is left is figures, history and the mark that it happened.

use super::{
    Context,
    beneficiary::{open, recorded},
    event,
    event::facts,
    merge, publication, spot_check,
};
use crate::{etag::Seen, problem::Failure, state::State};
use domain::{
    access::{Act, Actor},
    beneficiary::{Beneficiary, ErasureReason},
    event::Kind,
    id::BeneficiaryId,
    note::Notes,
    wish::Wish,
};
use serde_json::json;
use std::sync::Arc;
use store::{
    Conn,
    data_key::{Restored, Row},
};

/// Erases a resident.
///
/// # Errors
/// As the access table says; `stale`; `beneficiary_merged`; `beneficiary_erased`; `wishes_not_ended`.
pub fn erase(
    tx: &mut Conn,
    cx: &Context,
    id: BeneficiaryId,
    seen: &Seen,
    reason: ErasureReason,
) -> Result<Beneficiary, Failure> {
    let resident = open(tx, cx, Act::EraseBeneficiary, id, seen)?;
    merge::speaking(&resident)?;
    let wishes = store::wish::of_beneficiary_to_change(tx, id)?;
    erase_loaded(tx, cx, resident, wishes, reason)
}

/// Erases a resident who is held already, with their wishes and every record that was merged into theirs.
///
/// # Errors
/// `beneficiary_erased`; `wishes_not_ended`.
pub(super) fn erase_loaded(
    tx: &mut Conn,
    cx: &Context,
    resident: Beneficiary,
    wishes: Vec<Wish>,
    reason: ErasureReason,
) -> Result<Beneficiary, Failure> {
    let ended = wishes.iter().all(|wish| wish.status().has_ended());
    let mut merged = Vec::new();
    for id in store::merge::all_of(tx, resident.id)?.into_iter().skip(1) {
        let one = super::found(store::beneficiary::load_to_change(tx, &cx.vault, id)?)?;
        merged.push(one.erase(ended, cx.now)?);
    }
    let mut resident = resident.erase(ended, cx.now)?;
    for one in merged.iter().chain([&resident]) {
        store::data_key::destroy(tx, one.id, cx.now)?;
    }
    forget(tx, cx, &mut resident, wishes, reason)?;
    for one in &mut merged {
        forget_record(tx, cx, one, reason)?;
    }
    Ok(resident)
}

/// Empties every text about a resident whose key is destroyed, and records it.
fn forget(
    tx: &mut Conn,
    cx: &Context,
    resident: &mut Beneficiary,
    wishes: Vec<Wish>,
    reason: ErasureReason,
) -> Result<(), Failure> {
    for wish in wishes {
        forget_wish(tx, cx, wish)?;
    }
    super::pairing::forget_all(tx, cx, resident.id)?;
    super::referral::forget_all(tx, cx, resident.id)?;
    forget_record(tx, cx, resident, reason)
}

/// Empties what is kept of one record itself, and records it.
fn forget_record(
    tx: &mut Conn,
    cx: &Context,
    resident: &mut Beneficiary,
    reason: ErasureReason,
) -> Result<(), Failure> {
    store::attachment::forget(tx, resident.id, cx.now)?;
    store::look::forget(tx, resident.id)?;
    store::pairing::forget_hand_overs(tx, resident.id)?;
    store::visit::forget(tx, resident.id)?;
    store::merge::forget(tx, resident.id)?;
    store::import::forget(tx, resident.id)?;
    super::export::destroy_with(tx, cx, resident.id)?;
    store::beneficiary::erase(tx, resident, cx.now)?;
    recorded(tx, cx, Kind::BeneficiaryErased, resident, facts([("reason", json!(reason))]))
}

/// Empties every text of a wish, its claims and its way up; figures and states stay.
///
/// # Errors
/// When the database refuses.
pub(super) fn forget_wish(tx: &mut Conn, cx: &Context, wish: Wish) -> Result<(), Failure> {
    // What platforms were shown of it they must take down; nothing else would tell them.
    let wish = publication::share(tx, cx, wish, false, "erased")?;
    let status = wish.status();
    let wish = wish.forget(cx.now);
    store::platform_claim::forget(tx, wish.id)?;
    for mut claim in store::claim::of_wish(tx, wish.id)? {
        if !claim.notes().is_empty() {
            claim.forget_notes();
            store::claim::forget(tx, &claim)?;
        }
    }
    for mut hop in store::escalation::of_wish(tx, wish.id)? {
        if !hop.notes().is_empty() {
            hop.forget_notes();
            store::escalation::forget(tx, &hop)?;
        }
    }
    for mut pause in store::pause::of_wish(tx, wish.id)? {
        pause.forget_notes();
        store::pause::save(tx, &pause)?;
    }
    spot_check::drop(tx, cx, wish.id)?;
    super::post::forget_all(tx, cx, wish.id)?;
    store::feedback::forget(tx, wish.id)?;
    store::wish::forget(tx, &wish)?;
    event::of_wish(tx, cx, Kind::WishForgotten, &wish, Some(status), event::Facts::new())
}

/// Puts a data key back that was kept apart from a backup. Where the resident was erased since, what the
/// backup still has of them is forgotten now.
///
/// # Errors
/// When the database refuses.
pub fn restore(tx: &mut Conn, cx: &Context, row: &Row) -> Result<Restored, Failure> {
    let restored = store::data_key::restore(tx, row)?;
    if restored == Restored::Erased {
        let id = row.beneficiary_id.parse().map_err(store::StoreError::corrupt)?;
        let mut resident = super::found(store::beneficiary::load_to_change(tx, &cx.vault, id)?)?;
        let wishes = store::wish::of_beneficiary_to_change(tx, id)?;
        // A wish may stand open in the backup that ended before its resident was erased: it says nothing
        // either, and whoever holds it ends it again.
        forget(tx, cx, &mut resident, wishes, ErasureReason::NoLongerNeeded)?;
    }
    Ok(restored)
}

/// Puts rows back; tells how many are back, were erased since, and belong to nobody here.
///
/// # Errors
/// When the database refuses.
pub async fn restore_all(state: &State, rows: Vec<Row>) -> Result<(usize, usize, usize), Failure> {
    let mut told = Vec::with_capacity(rows.len());
    for batch in rows.chunks(100) {
        let (batch, cx) = (Arc::new(batch.to_vec()), Context::new(state, Actor::default()));
        let work =
            move |tx: &mut Conn| batch.iter().map(|row| restore(tx, &cx, row)).collect::<Result<Vec<_>, _>>();
        told.extend(state.db.write(work).await?);
    }
    let count = |what: Restored| told.iter().filter(|one| **one == what).count();
    Ok((count(Restored::Back), count(Restored::Erased), count(Restored::Nobody)))
}
