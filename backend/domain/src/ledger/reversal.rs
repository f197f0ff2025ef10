//! Putting right what was written down wrongly: a second transaction moves back what the first one moved, and says why.

use super::{Allocation, AllocationStatus, Donation, Movement, Pool, Stamp, Transaction};
use crate::refusal::{Code, Refusal};

words! {
    /// Why a transaction is reversed; a word and not a text, for the books outlive what they are about.
    #[schema(as = ReversalReason)]
    pub enum Reason {
        /// 记重了
        EnteredTwice = "entered_twice",
        /// 金额不对
        WrongAmount = "wrong_amount",
        /// 记错了心愿或善款池
        WrongPlace = "wrong_place",
        /// 退货、退款
        ReturnedGoods = "returned_goods",
        /// 其实没有发生
        DidNotHappen = "did_not_happen",
    }
}

/// What a transaction is about, as it stands now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Touched {
    /// A donation.
    Donation(Donation),
    /// An allocation.
    Allocation(Allocation),
}

/// What stands after a reversal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reversed {
    /// The pool.
    pub pool: Pool,
    /// What it was about.
    pub touched: Touched,
    /// The transaction that moves back.
    pub moved: Transaction,
}

/// Moves back what `of` moved. That it is done once is for who keeps the books to see to.
///
/// # Errors
/// `not_reversible` for a reversal, and for a donation of which something was given back; `pool_short`,
/// `allocation_short`, `refund_above_gift` where what it moved has moved on.
pub fn reverse(
    of: &Transaction,
    pool: Pool,
    touched: Touched,
    reason: Reason,
    stamp: Stamp,
) -> Result<Reversed, Refusal> {
    if of.reverses.is_some() || of.pool_id != pool.id {
        return Err(Code::NotReversible.into());
    }
    let moved = Transaction { stamp, reverses: Some((of.stamp.id, reason)), ..*of };
    let touched = match touched {
        Touched::Donation(donation) => Touched::Donation(of_donation(&moved, donation)?),
        Touched::Allocation(allocation) => Touched::Allocation(of_allocation(&moved, allocation)?),
    };
    Ok(Reversed { pool: pool.post(&moved)?, touched, moved })
}

fn of_donation(moved: &Transaction, donation: Donation) -> Result<Donation, Refusal> {
    if moved.movement.donation() != Some(donation.id) || donation.reversed_at.is_some() {
        return Err(Code::NotReversible.into());
    }
    let mut donation = donation.post(moved)?;
    if let Movement::Received(..) = moved.movement {
        if donation.refunded_fen > 0 {
            return Err(Code::NotReversible.into());
        }
        donation.reversed_at = Some(moved.stamp.at);
    }
    Ok(donation)
}

fn of_allocation(moved: &Transaction, allocation: Allocation) -> Result<Allocation, Refusal> {
    if moved.movement.allocation() != Some(allocation.id) {
        return Err(Code::NotReversible.into());
    }
    let mut allocation = allocation.post(moved)?;
    allocation.status = match moved.movement {
        Movement::Allocated(_) => AllocationStatus::Reversed,
        // There is something to spend again, or to give back.
        _ => AllocationStatus::Granted,
    };
    Ok(allocation)
}
