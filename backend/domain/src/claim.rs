//! A claim: a claimant's promise of some quantity of one wish. A lease: it has times, and lapses.
//!
//! Owns the claim's life and what it does to the wish's counters. Each transition takes the wish and
//! the claim and gives both, so that neither can be saved without the other.

mod delivery;
mod packs;
mod turnout;

pub use delivery::{Answer, Delivery, Item, Method};
pub use packs::Packs;

use crate::{
    claimant::Claimant,
    id::{ClaimId, ClaimantId, UserId, WishId},
    note::{self, Note, Notes},
    policy::Terms,
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
    wish::{Stage, Status as WishStatus, Wish},
};

words! {
    /// Where a claim stands.
    #[schema(as = ClaimStatus)]
    pub enum Status {
        /// 待接受
        Proposed = "proposed",
        /// 已认领
        Active = "active",
        /// 已送达
        Delivered = "delivered",
        /// 已确认
        Confirmed = "confirmed",
        /// 未接受
        Declined = "declined",
        /// 已还回
        Released = "released",
        /// 已到期
        Lapsed = "lapsed",
        /// 已收回
        TakenBack = "taken_back",
    }
}

words! {
    /// How the claim came about.
    #[schema(as = ClaimRoute)]
    pub enum Route {
        /// 主动认领
        SelfClaim = "self",
        /// 组织派单
        Dispatch = "dispatch",
        /// 候补轮到
        Waiting = "waiting",
    }
}

/// Where a claim stands, with the facts of that state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Dispatched; the claimant has not answered.
    Proposed {
        /// Answer by.
        answer_by: Instant,
    },
    /// Promised.
    Active {
        /// First contact by.
        contact_by: Instant,
        /// Deliver by.
        deliver_by: Instant,
        /// When the resident was first contacted.
        contacted_at: Option<Instant>,
        /// Why the holder sent a delivery back.
        sent_back: Option<Note>,
    },
    /// Brought; the resident has not said so yet.
    Delivered {
        /// When.
        at: Instant,
        /// Confirm by.
        confirm_by: Instant,
    },
    /// The resident said that it arrived.
    Confirmed {
        /// When.
        at: Instant,
        /// How the word was taken.
        method: Method,
        /// Who took it.
        by: UserId,
        /// That was neither who acts for the claimant nor who brought it; a code may be typed in by them too.
        others: bool,
    },
    /// The claimant said no to a dispatch.
    Declined {
        /// When.
        at: Instant,
        /// Why.
        reason: Note,
    },
    /// Given back.
    Released {
        /// When.
        at: Instant,
        /// Why.
        reason: Note,
    },
    /// Ran over its time.
    Lapsed {
        /// When.
        at: Instant,
    },
    /// Taken back by the holder when the wish was reopened.
    TakenBack {
        /// When.
        at: Instant,
        /// Why.
        reason: Note,
    },
}

/// A claimant's promise of some quantity of one wish.
#[derive(Debug, Clone, PartialEq)]
pub struct Claim {
    /// Its id.
    pub id: ClaimId,
    /// Counts its changes.
    pub version: i64,
    /// Of which wish.
    pub wish_id: WishId,
    /// By whom.
    pub claimant_id: ClaimantId,
    /// How much of it.
    pub quantity: i64,
    /// How it came about.
    pub route: Route,
    /// Who claimed or dispatched.
    pub made_by: UserId,
    /// The dispatcher's word to the claimant.
    pub note: Option<Note>,
    /// Where it stands.
    pub state: State,
    /// What was brought, as last reported.
    pub delivery: Option<Delivery>,
    /// When it was made.
    pub created_at: Instant,
    /// When it last changed.
    pub updated_at: Instant,
}

impl Status {
    /// Holds a share that is not confirmed yet.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Proposed | Self::Active | Self::Delivered)
    }

    /// Held a share, which came free.
    #[must_use]
    pub const fn gave_back(self) -> bool {
        matches!(self, Self::Declined | Self::Released | Self::Lapsed | Self::TakenBack)
    }
}

/// What is asked of a wish, and how the claimant stands to it.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The new claim's id.
    pub id: ClaimId,
    /// By whom.
    pub claimant: &'a Claimant,
    /// Self-claim or dispatch.
    pub route: Route,
    /// How much.
    pub quantity: i64,
    /// Which of the named shares, by their numbers from 1; any that are free when empty.
    pub shares: &'a [u8],
    /// Who acts.
    pub by: UserId,
    /// The claimant's organisation lies in the wish's audience.
    pub in_audience: bool,
    /// The claimant holds a live claim on this wish.
    pub holds_one: bool,
    /// Live claims that the claimant holds in all.
    pub live_claims: i64,
    /// How many the claimant's organisation lets one claimant hold.
    pub most_claims: Option<u16>,
}

/// Refuses where a claimant would hold more live claims than its organisation allows.
///
/// # Errors
/// `open_claim_limit`, with the limit and what is held.
pub fn within_limit(held: i64, more: i64, most: Option<u16>) -> Result<(), Refusal> {
    let limit = most.map_or(i64::MAX, i64::from);
    if held.saturating_add(more) <= limit {
        return Ok(());
    }
    Err(Refusal::limit(Code::OpenClaimLimit, limit, held))
}

impl Wish {
    /// Reserves a share for a claimant: at once when self-claimed, until answered when dispatched.
    ///
    /// # Errors
    /// `invalid` for a quantity below 1; `wish_not_open`; `claimant_inactive`; `claimant_suspended`; `outside_audience`;
    /// `own_wish`; `already_claimed`; `capacity_reached`; `open_claim_limit`; `quantity_exceeds_remaining`;
    /// `share_taken` for a named share that somebody holds.
    pub fn claim(mut self, ask: &Ask, note: Option<Note>, terms: &Terms) -> Result<(Self, Claim), Refusal> {
        let mut faults = Faults::default();
        faults.check(ask.quantity >= 1, "/quantity", Fault::OutOfRange).optional_text(
            "/note",
            note::text(note.as_ref()),
            500,
        );
        faults.finish()?;
        self.check_claimable(ask)?;
        self.take_shares(ask)?;
        self.counts.reserved = self.counts.reserved.saturating_add(ask.quantity);
        self.renew_due(terms);
        let state = match ask.route {
            Route::SelfClaim => active(&self, None, terms),
            Route::Dispatch | Route::Waiting => {
                State::Proposed { answer_by: self.within(|rules| rules.contact_days, terms) }
            }
        };
        let claim = Claim {
            id: ask.id,
            version: 0,
            wish_id: self.id,
            claimant_id: ask.claimant.id,
            quantity: ask.quantity,
            route: ask.route,
            made_by: ask.by,
            note,
            state,
            delivery: None,
            created_at: terms.now,
            updated_at: terms.now,
        };
        Ok((self, claim))
    }

    fn check_claimable(&self, ask: &Ask) -> Result<(), Refusal> {
        match self.status() {
            WishStatus::Open => self.check_claimant(ask)?,
            WishStatus::Claimed | WishStatus::Delivered => return Err(Code::QuantityExceedsRemaining.into()),
            _ => return Err(Code::WishNotOpen.into()),
        }
        let capacity = i64::from(ask.claimant.profile.capacity);
        if ask.live_claims >= capacity {
            return Err(Refusal::limit(Code::CapacityReached, capacity, ask.live_claims));
        }
        within_limit(ask.live_claims, 1, ask.most_claims)?;
        if ask.quantity > self.remaining() {
            return Err(Code::QuantityExceedsRemaining.into());
        }
        Ok(())
    }

    /// Whether this claimant may have a share of this wish at all.
    pub(crate) fn check_claimant(&self, ask: &Ask) -> Result<(), Code> {
        ask.claimant.may_take_on()?;
        match () {
            () if !ask.in_audience => Err(Code::OutsideAudience),
            () if self.is_own(ask) => Err(Code::OwnWish),
            () if ask.holds_one => Err(Code::AlreadyClaimed),
            () => Ok(()),
        }
    }

    /// Who wrote the wish down neither claims it nor is its claimant, whoever acts.
    fn is_own(&self, ask: &Ask) -> bool {
        let claims = ask.route != Route::Dispatch && ask.by == self.collected_by;
        claims || ask.claimant.user_id == Some(self.collected_by)
    }

    /// A share comes back. Where none was free and the time on the wall ran out meanwhile, the holder
    /// has the time of an answer to find another claimant; it had none while the share was promised.
    fn give_back(&mut self, quantity: i64, terms: &Terms) {
        let none_was_free = self.remaining() <= 0;
        let again = self.within(|rules| rules.contact_days, terms);
        self.counts.reserved = self.counts.reserved.saturating_sub(quantity);
        if let Stage::Published { open_until, .. } = &mut self.stage
            && none_was_free
        {
            *open_until = (*open_until).max(again);
        }
        self.renew_due(terms);
    }
}

pub(crate) fn active(wish: &Wish, sent_back: Option<Note>, terms: &Terms) -> State {
    State::Active {
        contact_by: wish.within(|rules| rules.contact_days, terms),
        deliver_by: wish.within(|rules| rules.delivery_days, terms),
        // A delivery that was sent back has had its contact.
        contacted_at: sent_back.as_ref().map(|_| terms.now),
        sent_back,
    }
}

impl Claim {
    /// Where it stands.
    #[must_use]
    pub const fn status(&self) -> Status {
        match self.state {
            State::Proposed { .. } => Status::Proposed,
            State::Active { .. } => Status::Active,
            State::Delivered { .. } => Status::Delivered,
            State::Confirmed { .. } => Status::Confirmed,
            State::Declined { .. } => Status::Declined,
            State::Released { .. } => Status::Released,
            State::Lapsed { .. } => Status::Lapsed,
            State::TakenBack { .. } => Status::TakenBack,
        }
    }

    /// When it lapses if nothing happens: a dispatch not answered, a resident not contacted, a promise
    /// not kept. None when it does not hold a share, or waits for the resident.
    #[must_use]
    pub fn lapses_at(&self) -> Option<Instant> {
        match self.state {
            State::Proposed { answer_by } => Some(answer_by),
            State::Active { contact_by, deliver_by, contacted_at: None, .. } => {
                Some(contact_by.min(deliver_by))
            }
            State::Active { deliver_by, .. } => Some(deliver_by),
            _ => None,
        }
    }

    /// The claimant says yes to a dispatch.
    ///
    /// # Errors
    /// `wrong_claim_status` unless proposed; `own_wish` when the one who accepts wrote the wish down.
    pub fn accept(mut self, mut wish: Wish, by: UserId, terms: &Terms) -> Result<(Wish, Self), Refusal> {
        self.expect(Status::Proposed)?;
        if by == wish.collected_by {
            return Err(Code::OwnWish.into());
        }
        self.state = active(&wish, None, terms);
        // Its time to deliver begins now; the wish must not go up before that is over.
        wish.renew_due(terms);
        Ok(self.with(wish, terms))
    }

    /// The claimant says no to a dispatch.
    ///
    /// # Errors
    /// `wrong_claim_status` unless proposed; `invalid` without a reason.
    pub fn decline(mut self, mut wish: Wish, reason: &str, terms: &Terms) -> Result<(Wish, Self), Refusal> {
        self.expect(Status::Proposed)?;
        self.state = State::Declined { at: terms.now, reason: required_reason(reason)? };
        wish.give_back(self.quantity, terms);
        Ok(self.with(wish, terms))
    }

    /// The claimant gives the share back.
    ///
    /// # Errors
    /// `wrong_claim_status` unless active; `invalid` without a reason.
    pub fn release(mut self, mut wish: Wish, reason: &str, terms: &Terms) -> Result<(Wish, Self), Refusal> {
        self.expect(Status::Active)?;
        self.state = State::Released { at: terms.now, reason: required_reason(reason)? };
        wish.give_back(self.quantity, terms);
        Ok(self.with(wish, terms))
    }

    /// Time is up: the share goes back.
    ///
    /// # Errors
    /// `wrong_claim_status` when it does not lapse, or not yet.
    pub fn lapse(mut self, mut wish: Wish, terms: &Terms) -> Result<(Wish, Self), Refusal> {
        if self.lapses_at().is_none_or(|at| terms.now < at) {
            return Err(Code::WrongClaimStatus.into());
        }
        self.state = State::Lapsed { at: terms.now };
        wish.give_back(self.quantity, terms);
        Ok(self.with(wish, terms))
    }

    /// The claimant has spoken with the resident.
    ///
    /// # Errors
    /// `wrong_claim_status` unless active.
    pub fn contact(mut self, wish: Wish, terms: &Terms) -> Result<(Wish, Self), Refusal> {
        match &mut self.state {
            State::Active { contacted_at, .. } => *contacted_at = contacted_at.or(Some(terms.now)),
            _ => return Err(Code::WrongClaimStatus.into()),
        }
        Ok(self.with(wish, terms))
    }

    pub(crate) fn expect(&self, status: Status) -> Result<(), Refusal> {
        if self.status() == status { Ok(()) } else { Err(Code::WrongClaimStatus.into()) }
    }

    pub(crate) fn with(mut self, mut wish: Wish, terms: &Terms) -> (Wish, Self) {
        self.updated_at = terms.now;
        wish.updated_at = terms.now;
        wish.follow_shares(&self);
        (wish, self)
    }
}

fn required_reason(reason: &str) -> Result<Note, Refusal> {
    let mut faults = Faults::default();
    faults.text("/reason", reason, 1, 500);
    faults.finish()?;
    Ok(reason.trim().into())
}

impl Notes for Claim {
    fn notes(&mut self) -> Vec<(&'static str, &mut Note)> {
        let (sent_back, reason) = match &mut self.state {
            State::Active { sent_back, .. } => (sent_back.as_mut(), None),
            State::Declined { reason, .. }
            | State::Released { reason, .. }
            | State::TakenBack { reason, .. } => (None, Some(reason)),
            _ => (None, None),
        };
        let notes = [
            ("note", self.note.as_mut()),
            ("sent_back", sent_back),
            ("ended_reason", reason),
            ("delivery.note", self.delivery.as_mut().and_then(|delivery| delivery.note.as_mut())),
        ];
        notes.into_iter().filter_map(|(name, note)| Some((name, note?))).collect()
    }
}
