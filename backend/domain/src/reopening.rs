//! Reopening (重开): what was confirmed did not arrive after all, or does not work. The share goes back to
//! whoever brought it, to make it good, or comes free; the wish has a holder and a due time again.
//!
//! The other shares of the wish stay as they are: whoever says so names the claim.

use crate::{
    claim::{Claim, State, active},
    policy::Terms,
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
    wish::{FORGOTTEN_TITLE, Stage, Wish},
};

words! {
    /// What the resident says of something that was confirmed.
    pub enum Trouble {
        /// 没有收到
        DidNotArrive = "did_not_arrive",
        /// 收到了，但用不了
        DoesNotWork = "does_not_work",
        /// 别的
        Other = "other",
    }
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reopening {
    /// What the resident says.
    pub trouble: Trouble,
    /// More of it, for the staff and the claimant.
    pub note: String,
    /// The share comes free; otherwise the claimant makes it good.
    pub take_back: bool,
    /// The claimant holds a live claim on this wish besides.
    pub holds_another: bool,
}

impl Wish {
    /// Whether something of it was confirmed that can be said not to be so.
    ///
    /// # Errors
    /// `wrong_status` unless something of it was confirmed and it did not end otherwise; `reopen_too_late` when what it
    /// said is gone.
    pub fn check_reopenable(&self) -> Result<(), Code> {
        let published = matches!(self.stage, Stage::Published { .. });
        match () {
            () if !published || self.counts.confirmed == 0 => Err(Code::WrongStatus),
            () if self.content.title == FORGOTTEN_TITLE => Err(Code::ReopenTooLate),
            () => Ok(()),
        }
    }

    /// Until when what was confirmed at `confirmed_at` can be said not to be so.
    fn reopen_until(&self, confirmed_at: Instant, terms: &Terms) -> Instant {
        let since = match self.stage {
            Stage::Published { fulfilled_at: Some(at), .. } => at,
            _ => confirmed_at,
        };
        terms.calendar.due(since, self.policy.unwrap_or(terms.policy).reopen_days)
    }
}

impl Claim {
    /// Takes the resident's word back: the share was not delivered after all.
    ///
    /// # Errors
    /// `wrong_claim_status` unless confirmed; what [`Wish::check_reopenable`] refuses; `reopen_too_late` after the
    /// window; `invalid` without a note;
    /// `already_claimed` where the claimant would hold two live claims on the wish.
    pub fn reopen(
        mut self,
        mut wish: Wish,
        asked: &Reopening,
        terms: &Terms,
    ) -> Result<(Wish, Self), Refusal> {
        let State::Confirmed { at, .. } = self.state else { return Err(Code::WrongClaimStatus.into()) };
        wish.check_reopenable()?;
        if terms.now > wish.reopen_until(at, terms) {
            return Err(Code::ReopenTooLate.into());
        }
        let mut faults = Faults::default();
        faults.text("/note", &asked.note, 1, 500);
        faults.finish()?;
        if asked.holds_another && !asked.take_back {
            return Err(Refusal::field(Code::AlreadyClaimed, "/take_back", Fault::Required));
        }
        let note = asked.note.trim().into();
        wish.undo(self.quantity);
        self.state = if asked.take_back {
            wish.free(self.quantity, terms);
            State::TakenBack { at: terms.now, reason: note }
        } else {
            active(&wish, Some(note), terms)
        };
        wish.renew_due(terms);
        Ok(self.with(wish, terms))
    }
}

impl Wish {
    /// What the resident said of the whole wish does not hold any more.
    fn undo(&mut self, quantity: i64) {
        self.counts.confirmed = self.counts.confirmed.saturating_sub(quantity);
        self.counts.delivered = self.counts.delivered.saturating_sub(quantity);
        self.rated = false;
        if let Stage::Published { fulfilled_at, .. } = &mut self.stage {
            *fulfilled_at = None;
        }
    }

    /// A share comes free long after the wish was on the wall: it has its time there anew.
    fn free(&mut self, quantity: i64, terms: &Terms) {
        let again = self.within(|rules| rules.open_days, terms);
        self.counts.reserved = self.counts.reserved.saturating_sub(quantity);
        if let Stage::Published { open_until, .. } = &mut self.stage {
            *open_until = (*open_until).max(again);
        }
    }
}
