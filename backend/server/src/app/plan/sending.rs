//! A plan is sent in one act: all its dispatches, or none.

use super::{Sum, Whole, open, save};
use crate::{
    app::{
        Context,
        claim::{NewClaim, dispatch_locked},
    },
    etag::Seen,
    problem::Failure,
};
use domain::{
    access::Act,
    event::Kind,
    id::PlanId,
    plan::Status,
    refusal::{Code, Fault, FieldFault, Refusal},
};
use store::{Conn, plan::Line};

/// So many lines that do not hold are named at once.
const MOST_NAMED: usize = 200;

/// Sends what of a plan was not sent yet, as dispatches. If one line does not hold any more, nothing is sent, and the
/// refusal names each such line.
///
/// # Errors
/// As the access table says; `stale`; `plan_empty`; `plan_stale` with `/lines/{id}` for each line that does not hold:
/// `wish_changed` or `claimant_changed`.
pub fn send(tx: &mut Conn, cx: &Context, id: PlanId, seen: &Seen) -> Result<Whole, Failure> {
    let mut plan = open(tx, cx, Act::SendPlan, id, seen)?;
    let members = store::plan::members(tx, id)?;
    let mut lines = store::plan::lines(tx, id)?;
    let mut unsent: Vec<&mut Line> =
        lines.iter_mut().filter(|line| line.claimant_id.is_some() && line.claim_id.is_none()).collect();
    if unsent.is_empty() {
        return Err(if plan.status == Status::Sent { Code::PlanSent } else { Code::PlanEmpty }.into());
    }
    // Wishes first and then claimants, each in the order of their ids, as everybody holds them.
    unsent.sort_by_key(|line| line.wish_id);
    let wishes: Vec<String> = unsent.iter().map(|line| line.wish_id.to_string()).collect();
    store::dialect::lock_wishes(tx, &wishes)?;
    let claimants: Vec<String> =
        unsent.iter().filter_map(|line| line.claimant_id).map(|id| id.to_string()).collect();
    store::dialect::lock_claimants(tx, &claimants)?;
    let mut stale = Vec::new();
    let mut sent = 0_usize;
    for line in unsent {
        let Some(claimant_id) = line.claimant_id else { continue };
        let new = NewClaim { claimant_id, quantity: line.quantity, shares: Vec::new(), note: None };
        match dispatch_locked(tx, cx, line.wish_id, &new) {
            Ok(claim) => line.claim_id = Some(claim),
            Err(Failure::Refused(refusal)) => stale.push(told(line, &refusal)),
            Err(failure) => return Err(failure),
        }
        // Nothing is written for what will not be sent.
        if stale.is_empty() {
            store::plan::save_line(tx, line)?;
            sent = sent.saturating_add(1);
        }
    }
    if !stale.is_empty() {
        stale.truncate(MOST_NAMED);
        return Err(Refusal { code: Code::PlanStale, fields: stale, reached: None }.into());
    }
    plan.status = Status::Sent;
    plan.sent_at = Some(cx.now);
    save(tx, cx, Kind::PlanSent, &mut plan, sent)?;
    Ok(Whole { sum: Sum::of(&plan, &members, &lines), plan, members })
}

fn told(line: &Line, refusal: &Refusal) -> FieldFault {
    let fault = match refusal.code {
        Code::ClaimantInactive
        | Code::ClaimantSuspended
        | Code::OutsideAudience
        | Code::OwnWish
        | Code::AlreadyClaimed
        | Code::CapacityReached
        | Code::OpenClaimLimit => Fault::ClaimantChanged,
        _ => Fault::WishChanged,
    };
    FieldFault { pointer: format!("/lines/{}", line.id), fault }
}
