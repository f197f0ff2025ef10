//! How far the wishes of an emergency call have come, and in whose hands they are.

use crate::{
    Conn, StoreResult,
    column::{instant, word},
    schema::{beneficiaries, claims, emergency_call_wishes, wishes},
};
use diesel::prelude::*;
use domain::{
    claim::Status as ClaimStatus,
    emergency::Share,
    id::{ClaimId, ClaimantId, EmergencyCallId, OrganisationId, WishId},
    time::Instant,
    wish::Counts,
};
use std::collections::HashMap;
use uuid::Uuid;

/// A wish of a call.
#[derive(Debug, Clone)]
pub struct Placed {
    /// Its id.
    pub id: WishId,
    /// In one line, as the wall says it.
    pub title: String,
    /// Of which household.
    pub household: Uuid,
    /// Who collected it.
    pub origin_id: OrganisationId,
    /// Who answers for it.
    pub holder_id: OrganisationId,
    /// Since when it is written down.
    pub since: Instant,
    /// How far it has come.
    pub share: Share,
    /// Somebody above was asked, or it stands on the red list.
    pub went_up: bool,
}

/// A promise of some of a wish.
#[derive(Debug, Clone)]
pub struct Hand {
    /// The claim.
    pub id: ClaimId,
    /// Of which wish.
    pub wish_id: WishId,
    /// Whose.
    pub claimant_id: ClaimantId,
    /// How much.
    pub quantity: i64,
    /// Where it stands.
    pub status: ClaimStatus,
    /// By when it is to be brought, once it was accepted.
    pub deliver_by: Option<Instant>,
}

type Texts = (String, String, String, String, String, String);
type Numbers = (i64, i64, i64, i64, i64);
type Above = (Option<String>, Option<i64>);

/// The wishes of a call, the oldest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn placed(conn: &mut Conn, id: EmergencyCallId) -> StoreResult<Vec<Placed>> {
    let proposed: HashMap<String, i64> = {
        let rows: Vec<(String, i64)> = claims::table
            .inner_join(emergency_call_wishes::table.on(emergency_call_wishes::wish_id.eq(claims::wish_id)))
            .filter(emergency_call_wishes::call_id.eq(id.to_string()))
            .filter(claims::status.eq(ClaimStatus::Proposed.as_str()))
            .select((claims::wish_id, claims::quantity))
            .load(conn)?;
        rows.into_iter().fold(HashMap::new(), |mut sums, (wish, quantity)| {
            let sum = sums.entry(wish).or_insert(0_i64);
            *sum = sum.saturating_add(quantity);
            sums
        })
    };
    let rows: Vec<(Texts, Numbers, Above)> = emergency_call_wishes::table
        .inner_join(wishes::table.on(wishes::id.eq(emergency_call_wishes::wish_id)))
        .inner_join(beneficiaries::table.on(beneficiaries::id.eq(wishes::beneficiary_id)))
        .filter(emergency_call_wishes::call_id.eq(id.to_string()))
        .order((wishes::created_at.asc(), wishes::id.asc()))
        .select((
            (
                wishes::id,
                wishes::title,
                beneficiaries::household_id,
                wishes::origin_id,
                wishes::holder_id,
                wishes::status,
            ),
            (wishes::quantity, wishes::reserved, wishes::delivered, wishes::confirmed, wishes::created_at),
            (wishes::pending_escalation_id, wishes::red_listed_since),
        ))
        .load(conn)?;
    let placed = |(texts, numbers, (pending, red)): (Texts, Numbers, Above)| {
        let (id, title, household, origin, holder, status) = texts;
        let (quantity, reserved, delivered, confirmed, since) = numbers;
        let share = Share {
            status: word(&status)?,
            quantity,
            counts: Counts { reserved, delivered, confirmed },
            proposed: proposed.get(&id).copied().unwrap_or_default(),
        };
        Ok(Placed {
            id: word(&id)?,
            title,
            household: word(&household)?,
            origin_id: word(&origin)?,
            holder_id: word(&holder)?,
            since: instant(since),
            share,
            went_up: pending.is_some() || red.is_some(),
        })
    };
    rows.into_iter().map(placed).collect()
}

/// The claims on these wishes that live or were kept, in the order of their ids.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn hands(conn: &mut Conn, wishes: &[WishId]) -> StoreResult<Vec<Hand>> {
    let wishes: Vec<String> = wishes.iter().map(ToString::to_string).collect();
    let rows: Vec<(String, String, String, i64, String, Option<i64>)> = claims::table
        .filter(claims::wish_id.eq_any(wishes))
        .filter(claims::ended_at.is_null())
        .order(claims::id.asc())
        .select((
            claims::id,
            claims::wish_id,
            claims::claimant_id,
            claims::quantity,
            claims::status,
            claims::deliver_by,
        ))
        .load(conn)?;
    let hand = |(id, wish, claimant, quantity, status, deliver_by): (_, String, String, _, String, _)| {
        let id: String = id;
        let deliver_by: Option<i64> = deliver_by;
        Ok(Hand {
            id: word(&id)?,
            wish_id: word(&wish)?,
            claimant_id: word(&claimant)?,
            quantity,
            status: word(&status)?,
            deliver_by: deliver_by.map(instant),
        })
    };
    rows.into_iter().map(hand).collect()
}
