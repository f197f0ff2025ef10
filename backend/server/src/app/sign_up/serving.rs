//! Where a post serves a wish: who signs up claims as many of it, by the rules of every claim; who withdraws gives them
//! back, and who came is delivered. So the wish keeps its one owner, its due time and its way up.

use crate::{
    app::{
        Context,
        claim::{self, NewClaim, change, open_any, take},
        wish,
    },
    problem::Failure,
};
use domain::{
    access::Act,
    claim::{Claim, Delivery, Route, State, Status},
    claimant::Claimant,
    event::Kind,
    id::{ClaimId, UserId},
    post::Shift,
    refusal::Code,
    sign_up::Turnout,
};
use std::sync::Arc;
use store::{Conn, organisation::Line};

/// Why a share came back.
pub(super) const WITHDRAWN: &str = "退出报名";
const NOBODY_CAME: &str = "报名的名额没有到场";

/// Claims as many of the wish as places are taken. Who runs the post speaks with the resident: that is its contact.
pub(super) fn promise(
    tx: &mut Conn,
    cx: &Context,
    wish: wish::Held,
    (claimant, line): (&Claimant, &Arc<Line>),
    quantity: i64,
    shift: &Shift,
) -> Result<ClaimId, Failure> {
    if !wish.wish.is_listed() {
        return Err(Code::WishNotOpen.into());
    }
    let new = NewClaim { claimant_id: claimant.id, quantity, shares: Vec::new(), note: None };
    let by = (claimant.clone(), Arc::clone(line));
    let taken = take(tx, cx, wish, by, Route::SelfClaim, &new)?;
    let in_time = match taken.claim.state {
        State::Active { deliver_by, .. } => shift.plan.ends_at <= deliver_by,
        _ => false,
    };
    if !in_time {
        return Err(Code::ShiftAfterDue.into());
    }
    let taken =
        change(tx, cx, taken, |_| Kind::ClaimContacted, |claim, wish, terms| claim.contact(wish, terms))?;
    Ok(taken.claim.id)
}

/// Gives a share back that is still promised; one that ended in another way stays as it is.
pub(super) fn release(tx: &mut Conn, cx: &Context, id: ClaimId, why: &str) -> Result<(), Failure> {
    let taken = open_any(tx, id)?;
    if taken.claim.status() == Status::Active {
        change(tx, cx, taken, |_| Kind::ClaimReleased, |claim, wish, terms| claim.release(wish, why, terms))?;
    }
    Ok(())
}

/// Delivers for those who came, and gives the rest back. Counted anew it is only while nothing stands as delivered: once
/// it does, that is for the resident's word.
pub(super) fn settle(
    tx: &mut Conn,
    cx: &Context,
    id: ClaimId,
    Turnout { came, quarter_hours }: Turnout,
    by: UserId,
) -> Result<(), Failure> {
    let taken = open_any(tx, id)?;
    match taken.claim.status() {
        Status::Active if came == 0 => release(tx, cx, id, NOBODY_CAME),
        Status::Active => {
            let quarter_hours = i32::try_from(quarter_hours).ok();
            let (note, items, attachment_ids) = (None, Vec::new(), Vec::new());
            let delivery = Delivery { note, items, quarter_hours, attachment_ids, by, at: cx.now };
            let promised = taken.claim.quantity;
            let mut reduced: Option<Claim> = None;
            let taken = change(
                tx,
                cx,
                taken,
                |_| Kind::ClaimDelivered,
                |claim, wish, terms| {
                    let (wish, claim) = claim.turn_out(wish, came, delivery, terms)?;
                    reduced = Some(claim.clone()).filter(|claim| claim.quantity < promised);
                    Ok((wish, claim))
                },
            )?;
            if let Some(claim) = reduced {
                store::claim::save_quantity(tx, &claim)?;
                crate::app::waiting::call_next(tx, cx, taken.held)?;
            }
            Ok(())
        }
        Status::Delivered | Status::Confirmed => Err(Code::AttendanceSettled.into()),
        _ => Ok(()),
    }
}

/// What is done by a sign-up, and not by the claim that came with it.
pub const ACTS: [&str; 2] = [Act::ReleaseClaim.operation_id(), Act::DeliverClaim.operation_id()];

/// Whether a claim came with a sign-up.
///
/// # Errors
/// When the database does not answer.
pub fn made(tx: &mut Conn, taken: &claim::Taken) -> Result<bool, Failure> {
    Ok(store::sign_up::made(tx, taken.claim.id)?)
}

/// Refuses what is done by the sign-up, and not by its claim.
pub(in crate::app) fn expect_plain(tx: &mut Conn, taken: &claim::Taken) -> Result<(), Failure> {
    if made(tx, taken)? { Err(Code::ClaimBySignUp.into()) } else { Ok(()) }
}
