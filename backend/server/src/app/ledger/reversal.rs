//! Putting right what was written down wrongly: by a second transaction, once, with a reason.

use super::{allocation, donation, open, post, stamp};
use crate::{
    app::{Context, found},
    problem::Failure,
};
use domain::{
    access::Act,
    event::Kind,
    id::TransactionId,
    ledger::{Reason, Touched, Transaction, reverse as moved_back},
    refusal::Code,
};
use store::Conn;

/// Moves back what a transaction moved.
///
/// # Errors
/// As the access table says; `already_reversed`; what [`moved_back`] refuses.
pub fn reverse(
    tx: &mut Conn,
    cx: &Context,
    id: TransactionId,
    reason: Reason,
) -> Result<Transaction, Failure> {
    cx.user()?;
    let of = found(store::ledger::journal::load(tx, id)?)?;
    let seen = open(tx, cx, Act::ReverseTransaction, of.pool_id)?;
    if store::ledger::journal::reversal(tx, id)?.is_some() {
        return Err(Code::AlreadyReversed.into());
    }
    let touched = touched(tx, &of)?;
    let done = moved_back(&of, seen.clone(), touched, reason, stamp(cx))?;
    let pools = (&seen, &done.pool);
    match done.touched {
        Touched::Donation(one) => {
            store::ledger::donation::save(tx, &one, cx.now)?;
            post(tx, pools, &done.moved, None)?;
            let told = (one.version, &done.pool, &done.moved);
            donation::record(tx, cx, Kind::DonationCorrected, &one, told)?;
        }
        Touched::Allocation(one) => {
            allocation::save(tx, cx, Kind::AllocationCorrected, one, pools, Some(&done.moved))?;
        }
    }
    Ok(done.moved)
}

fn touched(tx: &mut Conn, of: &Transaction) -> Result<Touched, Failure> {
    match (of.movement.donation(), of.movement.allocation()) {
        (Some(id), _) => Ok(Touched::Donation(found(store::ledger::donation::load(tx, id)?)?)),
        (None, Some(id)) => Ok(Touched::Allocation(found(store::ledger::allocation::load(tx, id)?)?)),
        (None, None) => Err(Code::NotReversible.into()),
    }
}
