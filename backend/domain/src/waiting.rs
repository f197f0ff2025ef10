//! The waiting list (候补): claimants who want a share of a wish that is all taken, in the order in which
//! they asked. A share that comes free is offered to the next, who has the time of an answer to say yes.

use crate::{
    claim::{Ask, Claim, Route},
    id::{ClaimantId, UserId, WaitingId, WishId},
    policy::Terms,
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
    wish::{Status, Wish},
};

/// So many may wait for one wish: who comes after that would hope in vain.
pub const MOST_WAITING: usize = 20;

/// A claimant's place on the list of one wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its id; ids rise in the order of the list.
    pub id: WaitingId,
    /// For a share of which wish.
    pub wish_id: WishId,
    /// Who waits.
    pub claimant_id: ClaimantId,
    /// How much they want.
    pub quantity: i64,
    /// Who asked for it.
    pub made_by: UserId,
    /// Since when.
    pub created_at: Instant,
}

impl Wish {
    /// Puts a claimant at the end of the list. `ahead` are those who wait already.
    ///
    /// # Errors
    /// `invalid` for a quantity below 1 or above what the wish asks; `share_free` while a share can be
    /// claimed at once; `wish_not_open`; `claimant_inactive`; `outside_audience`; `own_wish`;
    /// `already_claimed`; `already_waiting`; `waiting_list_full`.
    pub fn wait(
        mut self,
        id: WaitingId,
        ask: &Ask,
        ahead: &[Waiting],
        now: Instant,
    ) -> Result<(Self, Waiting), Refusal> {
        let mut faults = Faults::default();
        let fits = (1..=self.content.quantity).contains(&ask.quantity);
        faults.check(fits, "/quantity", Fault::OutOfRange);
        faults.finish()?;
        let waits = ahead.iter().any(|one| one.claimant_id == ask.claimant.id);
        let code = match self.status() {
            Status::Open => Some(Code::ShareFree),
            Status::Claimed | Status::Delivered => None,
            _ => Some(Code::WishNotOpen),
        };
        let code = code
            .or_else(|| self.check_claimant(ask).err())
            .or_else(|| waits.then_some(Code::AlreadyWaiting))
            .or_else(|| (ahead.len() >= MOST_WAITING).then_some(Code::WaitingListFull));
        if let Some(code) = code {
            return Err(code.into());
        }
        self.updated_at = now;
        let waiting = Waiting {
            id,
            wish_id: self.id,
            claimant_id: ask.claimant.id,
            quantity: ask.quantity,
            made_by: ask.by,
            created_at: now,
        };
        Ok((self, waiting))
    }

    /// Offers the one who waits what came free, at most what they want. The rest of `ask` is theirs.
    ///
    /// # Errors
    /// As [`Wish::claim`]: they cannot take it just now.
    pub fn call(self, waiting: &Waiting, ask: &Ask, terms: &Terms) -> Result<(Self, Claim), Refusal> {
        let quantity = waiting.quantity.min(self.remaining());
        self.claim(&Ask { route: Route::Waiting, quantity, by: waiting.made_by, ..*ask }, None, terms)
    }
}
