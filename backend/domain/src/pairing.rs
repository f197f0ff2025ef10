//! Pairings (结对帮扶): a long-term tie of a claimant and a household, with a rhythm of visits.
//!
//! Owns the life of a pairing and when its next visit is due. The due time is the schedule: a reminder is told
//! the day before, an alarm once when it has passed, and both anew with the next due time. Must not know what a
//! visit found: that is [`crate::visit`]'s.

mod rhythm;

pub use rhythm::{MAX_DAYS, MAX_MONTHS, Rhythm, RhythmUnit};

use crate::{
    claim::{Ask, Claim, State as ClaimState},
    id::{BeneficiaryId, ClaimantId, HandOverId, HouseholdId, OrganisationId, PairingId, UserId},
    note::{Note, Notes},
    policy::Terms,
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
    wish::Wish,
};
use chrono::{Days, Months, NaiveDate};

words! {
    /// Where a pairing stands.
    #[schema(as = PairingStatus)]
    pub enum Status {
        /// 待接受
        Proposed = "proposed",
        /// 结对中
        Active = "active",
        /// 未接受
        Declined = "declined",
        /// 没有答复
        Lapsed = "lapsed",
        /// 已结束
        Ended = "ended",
    }
}

words! {
    /// Why a pairing ended. A word, since it outlives the words of thanks.
    #[schema(as = PairingEndReason)]
    pub enum EndReason {
        /// 难处解决了
        NoLongerNeeded = "no_longer_needed",
        /// 居民不想继续
        ResidentAsked = "resident_asked",
        /// 结对方不能继续
        ClaimantCannot = "claimant_cannot",
        /// 搬走了
        MovedAway = "moved_away",
        /// 居民去世了
        Died = "died",
        /// 居民的资料删除了
        Erased = "erased",
        /// 别的
        Other = "other",
    }
}

words! {
    /// What was told of the visit that is due.
    pub enum Told {
        /// Nothing yet.
        Nothing = "nothing",
        /// That it is due soon.
        Reminded = "reminded",
        /// That it was missed.
        Missed = "missed",
    }
}

/// Where a pairing stands, with the facts of that state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// The claimant has not answered.
    Proposed {
        /// Answer by.
        answer_by: Instant,
    },
    /// The claimant visits.
    Active {
        /// The member who answers for the visits.
        responsible_id: UserId,
        /// The day it was accepted: visits are counted from it until there is one.
        since: NaiveDate,
        /// The next visit is due by then.
        visit_by: Instant,
        /// What was told of that visit.
        told: Told,
    },
    /// The claimant said no.
    Declined {
        /// When.
        at: Instant,
        /// Why.
        reason: Note,
    },
    /// Nobody answered in time.
    Lapsed {
        /// When.
        at: Instant,
    },
    /// It ended, with thanks.
    Ended {
        /// When.
        at: Instant,
        /// Who ended it; nobody where the resident was erased.
        by: Option<UserId>,
        /// Who answered for the visits last.
        responsible_id: UserId,
        /// Since when it was active.
        since: NaiveDate,
        /// Why.
        why: EndReason,
        /// The words of thanks.
        thanks: Note,
    },
}

/// A long-term tie of a claimant and a household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pairing {
    /// Its id.
    pub id: PairingId,
    /// Counts its changes.
    pub version: i64,
    /// The organisation that looks after the resident.
    pub organisation_id: OrganisationId,
    /// The household.
    pub household_id: HouseholdId,
    /// The resident of the household who agreed to it, and whose key seals its texts.
    pub beneficiary_id: BeneficiaryId,
    /// Who visits.
    pub claimant_id: ClaimantId,
    /// How often.
    pub rhythm: Rhythm,
    /// The day on which the tie began; it may be older than its record.
    pub begun_on: NaiveDate,
    /// The proposer's word to the claimant.
    pub note: Option<Note>,
    /// Where it stands.
    pub state: State,
    /// The day of the latest visit.
    pub last_visited_on: Option<NaiveDate>,
    /// Who proposed it.
    pub proposed_by: UserId,
    /// When it was proposed.
    pub created_at: Instant,
}

/// What is proposed.
#[derive(Debug, Clone)]
pub struct NewPairing {
    /// The new pairing's id.
    pub id: PairingId,
    /// Who proposes it.
    pub by: UserId,
    /// The organisation that looks after the resident.
    pub organisation_id: OrganisationId,
    /// The household.
    pub household_id: HouseholdId,
    /// The resident.
    pub beneficiary_id: BeneficiaryId,
    /// Who is asked.
    pub claimant_id: ClaimantId,
    /// How often they are to visit.
    pub rhythm: Rhythm,
    /// Since when the tie is, where it is older than today.
    pub begun_on: Option<NaiveDate>,
    /// A word to the claimant.
    pub note: Option<Note>,
}

/// One member of the claimant handed the household over to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOver {
    /// Its id.
    pub id: HandOverId,
    /// Of which pairing.
    pub pairing_id: PairingId,
    /// The resident whose key seals the note.
    pub beneficiary_id: BeneficiaryId,
    /// Who answered for the visits.
    pub from_id: UserId,
    /// Who does from now on.
    pub to_id: UserId,
    /// What the next should know.
    pub note: Option<Note>,
    /// Who recorded it.
    pub by: UserId,
    /// When.
    pub at: Instant,
}

impl Pairing {
    /// Proposes a tie to a claimant.
    ///
    /// # Errors
    /// `invalid` for a rhythm out of range, a beginning that lies ahead or more than fifty years back, or a word
    /// of more than 500 characters; `consent_missing` without the resident's consent to share with the claimant.
    pub fn propose(new: NewPairing, agreed: bool, terms: &Terms) -> Result<Self, Refusal> {
        let today = terms.now.date();
        let begun_on = new.begun_on.unwrap_or(today);
        new.rhythm.validate()?;
        let mut faults = Faults::default();
        let earliest = today.checked_sub_months(Months::new(600)).unwrap_or(today);
        faults
            .check(begun_on <= today, "/begun_on", Fault::InFuture)
            .check(begun_on >= earliest, "/begun_on", Fault::OutOfRange)
            .optional_text("/note", crate::note::text(new.note.as_ref()), 500);
        faults.finish()?;
        if !agreed {
            return Err(Code::ConsentMissing.into());
        }
        Ok(Self {
            id: new.id,
            version: 1,
            organisation_id: new.organisation_id,
            household_id: new.household_id,
            beneficiary_id: new.beneficiary_id,
            claimant_id: new.claimant_id,
            rhythm: new.rhythm,
            begun_on,
            note: new.note,
            state: State::Proposed { answer_by: terms.within(terms.policy.contact_days) },
            last_visited_on: None,
            proposed_by: new.by,
            created_at: terms.now,
        })
    }

    /// Where it stands.
    #[must_use]
    pub const fn status(&self) -> Status {
        match self.state {
            State::Proposed { .. } => Status::Proposed,
            State::Active { .. } => Status::Active,
            State::Declined { .. } => Status::Declined,
            State::Lapsed { .. } => Status::Lapsed,
            State::Ended { .. } => Status::Ended,
        }
    }

    /// By when the next thing is to happen: an answer, or a visit. None once it is over.
    #[must_use]
    pub const fn due_at(&self) -> Option<Instant> {
        match self.state {
            State::Proposed { answer_by } => Some(answer_by),
            State::Active { visit_by, .. } => Some(visit_by),
            State::Declined { .. } | State::Lapsed { .. } | State::Ended { .. } => None,
        }
    }

    /// When time itself next does something: a proposal lapses, a visit is reminded of on the day before, or is
    /// missed. None when nothing is left to be told.
    #[must_use]
    pub fn tell_at(&self) -> Option<Instant> {
        match self.state {
            State::Proposed { answer_by } => Some(answer_by),
            State::Active { visit_by, told: Told::Nothing, .. } => {
                let before = visit_by.date().checked_sub_days(Days::new(2))?;
                Some(Instant::end_of(before))
            }
            State::Active { visit_by, told: Told::Reminded, .. } => Some(visit_by),
            _ => None,
        }
    }

    /// Who answers for the visits, or did last.
    #[must_use]
    pub const fn responsible_id(&self) -> Option<UserId> {
        match self.state {
            State::Active { responsible_id, .. } | State::Ended { responsible_id, .. } => {
                Some(responsible_id)
            }
            State::Proposed { .. } | State::Declined { .. } | State::Lapsed { .. } => None,
        }
    }

    /// A visit is missed at `now`.
    #[must_use]
    pub fn is_missed(&self, now: Instant) -> bool {
        matches!(self.state, State::Active { visit_by, .. } if visit_by <= now)
    }

    /// The claimant says yes, and who of it answers for the visits.
    ///
    /// # Errors
    /// `wrong_pairing_status` unless proposed; `consent_missing`.
    pub fn accept(mut self, responsible_id: UserId, agreed: bool, now: Instant) -> Result<Self, Refusal> {
        self.expect(Status::Proposed)?;
        if !agreed {
            return Err(Code::ConsentMissing.into());
        }
        let since = now.date();
        let visit_by = Instant::end_of(self.rhythm.after(since));
        self.state = State::Active { responsible_id, since, visit_by, told: Told::Nothing };
        Ok(self)
    }

    /// The claimant says no.
    ///
    /// # Errors
    /// `wrong_pairing_status` unless proposed; `invalid` without a reason.
    pub fn decline(mut self, reason: &str, now: Instant) -> Result<Self, Refusal> {
        self.expect(Status::Proposed)?;
        let mut faults = Faults::default();
        faults.text("/reason", reason, 2, 500);
        faults.finish()?;
        self.state = State::Declined { at: now, reason: reason.trim().into() };
        Ok(self)
    }

    /// Sets how often the household is visited; the next visit is counted anew.
    ///
    /// # Errors
    /// `wrong_pairing_status` once it is over; `invalid`.
    pub fn set_rhythm(mut self, rhythm: Rhythm) -> Result<Self, Refusal> {
        if self.due_at().is_none() {
            return Err(Code::WrongPairingStatus.into());
        }
        rhythm.validate()?;
        self.rhythm = rhythm;
        Ok(self.counted())
    }

    /// Somebody else of the claimant answers for the visits from now on.
    ///
    /// # Errors
    /// `wrong_pairing_status` unless active; `invalid` for who does already, or a note of more than 500 characters.
    pub fn hand_over(
        mut self,
        id: HandOverId,
        to_id: UserId,
        note: Option<Note>,
        by: UserId,
        now: Instant,
    ) -> Result<(Self, HandOver), Refusal> {
        let State::Active { responsible_id, .. } = &mut self.state else {
            return Err(Code::WrongPairingStatus.into());
        };
        let mut faults = Faults::default();
        faults.check(*responsible_id != to_id, "/responsible_id", Fault::Duplicate).optional_text(
            "/note",
            crate::note::text(note.as_ref()),
            500,
        );
        faults.finish()?;
        let from_id = std::mem::replace(responsible_id, to_id);
        let (pairing_id, beneficiary_id) = (self.id, self.beneficiary_id);
        Ok((self, HandOver { id, pairing_id, beneficiary_id, from_id, to_id, note, by, at: now }))
    }

    /// The latest of its visits was on this day: the next is counted from it.
    ///
    /// # Errors
    /// `wrong_pairing_status` unless active.
    pub fn visited(mut self, latest: NaiveDate) -> Result<Self, Refusal> {
        self.expect(Status::Active)?;
        self.last_visited_on = Some(latest);
        Ok(self.counted())
    }

    /// The due time of the next visit, from the last one or from the beginning. What was told of another due time
    /// was not told of this one.
    fn counted(mut self) -> Self {
        let (rhythm, last) = (self.rhythm, self.last_visited_on);
        if let State::Active { since, visit_by, told, .. } = &mut self.state {
            let due = Instant::end_of(rhythm.after(last.unwrap_or(*since).max(*since)));
            if due != *visit_by {
                (*visit_by, *told) = (due, Told::Nothing);
            }
        }
        self
    }

    /// What time does at `now`: a proposal lapses, a visit is reminded of, a missed one is told. None where there is
    /// nothing to tell, or it was told before.
    #[must_use]
    pub fn tell(mut self, now: Instant) -> Option<Self> {
        self.tell_at().filter(|at| *at <= now)?;
        match &mut self.state {
            State::Proposed { .. } => self.state = State::Lapsed { at: now },
            // Who looks late tells what is so, and not what was to be told before.
            State::Active { visit_by, told, .. } => {
                *told = if *visit_by <= now { Told::Missed } else { Told::Reminded };
            }
            State::Declined { .. } | State::Lapsed { .. } | State::Ended { .. } => return None,
        }
        Some(self)
    }

    /// Ends it, with a reason and thanks.
    ///
    /// # Errors
    /// `wrong_pairing_status` unless active; `invalid` without words, or for a reason that only time gives.
    pub fn end(mut self, why: EndReason, thanks: &str, by: UserId, now: Instant) -> Result<Self, Refusal> {
        let State::Active { responsible_id, since, .. } = self.state else {
            return Err(Code::WrongPairingStatus.into());
        };
        let mut faults = Faults::default();
        faults.text("/thanks", thanks, 2, 500).check(why != EndReason::Erased, "/reason", Fault::Unknown);
        faults.finish()?;
        let thanks = thanks.trim().into();
        self.state = State::Ended { at: now, by: Some(by), responsible_id, since, why, thanks };
        Ok(self)
    }

    /// The resident was erased: it says nothing of them any more, and is over where it was not.
    #[must_use]
    pub fn forget(mut self, now: Instant) -> Self {
        self.state = match self.state {
            State::Proposed { .. } => State::Lapsed { at: now },
            State::Active { responsible_id, since, .. } => {
                let (by, why, thanks) = (None, EndReason::Erased, Note::Gone);
                State::Ended { at: now, by, responsible_id, since, why, thanks }
            }
            over => over,
        };
        self.forget_notes();
        self
    }

    /// Whether it stands as it must.
    ///
    /// # Errors
    /// `wrong_pairing_status`.
    pub fn expect(&self, status: Status) -> Result<(), Refusal> {
        if self.status() == status { Ok(()) } else { Err(Code::WrongPairingStatus.into()) }
    }
}

impl Notes for Pairing {
    fn notes(&mut self) -> Vec<(&'static str, &mut Note)> {
        let ended = match &mut self.state {
            State::Declined { reason, .. } => Some(reason),
            State::Ended { thanks, .. } => Some(thanks),
            _ => None,
        };
        let notes = [("note", self.note.as_mut()), ("ended_words", ended)];
        notes.into_iter().filter_map(|(name, note)| Some((name, note?))).collect()
    }
}

impl Notes for HandOver {
    fn notes(&mut self) -> Vec<(&'static str, &mut Note)> {
        self.note.as_mut().map(|note| ("note", note)).into_iter().collect()
    }
}

impl Wish {
    /// Offers all of a wish to the pair of its household before anybody else, as a proposal that comes free by itself.
    ///
    /// # Errors
    /// What [`Wish::claim`] refuses of a dispatch.
    pub fn offer_to_pair(self, ask: &Ask, terms: &Terms) -> Result<(Self, Claim), Refusal> {
        let answer_by = self.within(|rules| rules.pair_first_days, terms);
        let (wish, claim) = self.claim(ask, None, terms)?;
        Ok((wish, Claim { state: ClaimState::Proposed { answer_by }, ..claim }))
    }
}
