//! Sign-ups (报名): a claimant takes places of a shift, and afterwards it is counted who came.
//!
//! Owns the life of a sign-up. A place where nobody came is a number and no word: nothing here says anything of
//! anybody.

use crate::{
    claimant::{Claimant, Kind as ClaimantKind},
    id::{ClaimId, ClaimantId, ShiftId, SignUpId, UserId},
    post::{MOST_PLACES, Post, Shift, Status as PostStatus},
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
};

/// Who came is counted within so many days after the end.
pub const MARK_DAYS: i64 = 14;

/// And counted anew within so many.
pub const CORRECT_DAYS: i64 = 30;

/// A shift lasts a day at most.
const MOST_QUARTERS: i64 = 24 * 4;

words! {
    /// Where a sign-up stands.
    #[schema(as = SignUpStatus)]
    pub enum Status {
        /// 已报名
        SignedUp = "signed_up",
        /// 已退出
        Withdrawn = "withdrawn",
        /// 场次已取消
        Cancelled = "cancelled",
        /// 已记到场
        Marked = "marked",
        /// 没有记到场
        Unmarked = "unmarked",
    }
}

impl Status {
    /// Holds its places.
    #[must_use]
    pub const fn holds(self) -> bool {
        matches!(self, Self::SignedUp | Self::Marked | Self::Unmarked)
    }
}

words! {
    /// Why who came is counted anew.
    #[schema(as = AttendanceCorrection)]
    pub enum Correction {
        /// 人数数错了
        Miscounted = "miscounted",
        /// 工时记错了
        WrongHours = "wrong_hours",
        /// 记到别的报名上了
        WrongRow = "wrong_row",
    }
}

/// Who came, and for how long in all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turnout {
    /// People who came.
    pub came: i64,
    /// Their hours together, in quarters.
    pub quarter_hours: i64,
}

/// Where a sign-up stands, with the facts of that state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// The places are taken.
    SignedUp {
        /// Who came is counted by then.
        mark_by: Instant,
    },
    /// The claimant gave them back.
    Withdrawn {
        /// When.
        at: Instant,
    },
    /// They went with their shift.
    Cancelled {
        /// When.
        at: Instant,
    },
    /// It was counted who came.
    Marked {
        /// What was counted.
        turnout: Turnout,
        /// When, as last counted.
        at: Instant,
        /// Who counted.
        by: UserId,
    },
    /// Nobody counted in time.
    Unmarked {
        /// When.
        at: Instant,
    },
}

/// The places that a claimant takes of a shift.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignUp {
    /// Its id.
    pub id: SignUpId,
    /// Counts its changes.
    pub version: i64,
    /// Of which shift.
    pub shift_id: ShiftId,
    /// Who.
    pub claimant_id: ClaimantId,
    /// How many.
    pub places: i64,
    /// The claim on the wish that the post serves.
    pub claim_id: Option<ClaimId>,
    /// Where it stands.
    pub state: State,
    /// Who entered it.
    pub created_by: UserId,
    /// When.
    pub created_at: Instant,
}

/// What is asked of a shift, and how the claimant stands to it.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The new sign-up's id.
    pub id: SignUpId,
    /// Of which shift.
    pub shift_id: ShiftId,
    /// Who.
    pub claimant: &'a Claimant,
    /// How many.
    pub places: i64,
    /// Who acts.
    pub by: UserId,
    /// The claimant belongs to the circle that is asked.
    pub in_circle: bool,
    /// The claimant holds places of this shift.
    pub holds_some: bool,
    /// The same person holds a place of another shift at that time.
    pub is_busy: bool,
}

impl Post {
    /// A claimant takes places of a shift.
    ///
    /// # Errors
    /// `wrong_post_status` unless open; `not_found`; `shift_over`; `invalid` for a number of places that is none, or of
    /// a person other than one; `claimant_inactive`; `claimant_suspended`; `outside_circle`; `already_signed_up`;
    /// `sign_ups_overlap`; `shift_full`.
    pub fn sign_up(self, ask: &Ask, now: Instant) -> Result<(Self, SignUp), Refusal> {
        self.expect(&[PostStatus::Open])?;
        let shift = self.shift(ask.shift_id).ok_or(Code::NotFound)?;
        shift.expect_ahead(now)?;
        ask.check()?;
        let mark_by = shift.plan.ends_at.plus_days(MARK_DAYS);
        let sign_up = SignUp {
            id: ask.id,
            version: 1,
            shift_id: ask.shift_id,
            claimant_id: ask.claimant.id,
            places: ask.places,
            claim_id: None,
            state: State::SignedUp { mark_by },
            created_by: ask.by,
            created_at: now,
        };
        let post = self.change(ask.shift_id, |shift| shift.take(ask.places))?;
        Ok((post, sign_up))
    }
}

impl Ask<'_> {
    fn check(&self) -> Result<(), Refusal> {
        let most = if self.claimant.kind == ClaimantKind::Person { 1 } else { MOST_PLACES };
        let mut faults = Faults::default();
        faults.check((1..=most).contains(&self.places), "/places", Fault::OutOfRange);
        faults.finish()?;
        self.claimant.may_take_on()?;
        match () {
            () if !self.in_circle => Err(Code::OutsideCircle.into()),
            () if self.holds_some => Err(Code::AlreadySignedUp.into()),
            () if self.is_busy => Err(Code::SignUpsOverlap.into()),
            () => Ok(()),
        }
    }
}

impl SignUp {
    /// Where it stands.
    #[must_use]
    pub const fn status(&self) -> Status {
        match self.state {
            State::SignedUp { .. } => Status::SignedUp,
            State::Withdrawn { .. } => Status::Withdrawn,
            State::Cancelled { .. } => Status::Cancelled,
            State::Marked { .. } => Status::Marked,
            State::Unmarked { .. } => Status::Unmarked,
        }
    }

    fn expect_signed_up(&self) -> Result<(), Refusal> {
        match self.status() {
            Status::SignedUp => Ok(()),
            _ => Err(Code::WrongSignUpStatus.into()),
        }
    }

    /// The claimant gives the places back, until the shift begins.
    ///
    /// # Errors
    /// `wrong_sign_up_status`; `shift_over`.
    pub fn withdraw(mut self, shift: Shift, now: Instant) -> Result<(Shift, Self), Refusal> {
        self.expect_signed_up()?;
        shift.expect_ahead(now)?;
        self.state = State::Withdrawn { at: now };
        Ok((shift.give_back(self.places), self))
    }

    /// The shift does not take place.
    ///
    /// # Errors
    /// `wrong_sign_up_status`.
    pub fn cancel(mut self, shift: Shift, now: Instant) -> Result<(Shift, Self), Refusal> {
        self.expect_signed_up()?;
        self.state = State::Cancelled { at: now };
        Ok((shift.give_back(self.places), self))
    }

    /// Counts who came, or counts anew and says why.
    ///
    /// # Errors
    /// `shift_not_begun`; `attendance_closed` once it is too late; `wrong_sign_up_status` for places that were given
    /// back; `invalid` for more people than places, hours that do not fit, or counted anew without a reason.
    pub fn mark(
        mut self,
        shift: &Shift,
        turnout: Turnout,
        correction: Option<Correction>,
        (by, now): (UserId, Instant),
    ) -> Result<Self, Refusal> {
        let anew = match self.state {
            State::SignedUp { .. } if now < shift.plan.starts_at => return Err(Code::ShiftNotBegun.into()),
            State::SignedUp { mark_by } if now <= mark_by => false,
            State::Marked { .. } if now <= shift.plan.ends_at.plus_days(CORRECT_DAYS) => true,
            State::SignedUp { .. } | State::Marked { .. } | State::Unmarked { .. } => {
                return Err(Code::AttendanceClosed.into());
            }
            State::Withdrawn { .. } | State::Cancelled { .. } => return Err(Code::WrongSignUpStatus.into()),
        };
        let Turnout { came, quarter_hours } = turnout;
        let hours = match came {
            0 => 0..=0,
            _ => 1..=came.saturating_mul(MOST_QUARTERS),
        };
        let mut faults = Faults::default();
        faults
            .check((0..=self.places).contains(&came), "/came", Fault::OutOfRange)
            .check(hours.contains(&quarter_hours), "/hours", Fault::OutOfRange)
            .check(!anew || correction.is_some(), "/reason", Fault::Required);
        faults.finish()?;
        self.state = State::Marked { turnout, at: now, by };
        Ok(self)
    }

    /// Nobody counted who came, and it is too late; none before.
    #[must_use]
    pub fn lapse(mut self, now: Instant) -> Option<Self> {
        match self.state {
            State::SignedUp { mark_by } if mark_by < now => {
                self.state = State::Unmarked { at: now };
                Some(self)
            }
            _ => None,
        }
    }
}
