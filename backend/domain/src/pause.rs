//! Pauses: the clock of a wish stands for a stated reason and a bounded time, as while the resident lies in
//! hospital.
//!
//! Nothing needs to happen when a pause is over: its working days are added to every time of the wish
//! and of its claims at once, and what is told meanwhile is counted from its last day on. Whoever
//! resumes earlier takes back the days that were not used.

use crate::{
    calendar::Calendar,
    claim::{Claim, State},
    id::{PauseId, UserId, WishId},
    note::{Note, Notes},
    policy::Terms,
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
    wish::{Stage, Wish},
};
use chrono::{Days, NaiveDate};

/// For so many working days the clock of one wish may stand, over its whole life.
pub const MAX_PAUSED_DAYS: u16 = 60;

/// No pause ends later than this many days from now, whatever the calendar says of them.
const HORIZON_DAYS: u64 = 366;

/// A pause of a wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// Its id.
    pub id: PauseId,
    /// Of which wish.
    pub wish_id: WishId,
    /// Why.
    pub reason: Note,
    /// The last day on which the clock stands.
    pub until: NaiveDate,
    /// How many working days it took: after the day it began, up to its last.
    pub days: u16,
    /// Who asked for it.
    pub by: UserId,
    /// When it began.
    pub at: Instant,
    /// When somebody ended it early, and who.
    pub resumed: Option<(Instant, UserId)>,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The new pause's id.
    pub id: PauseId,
    /// Who asks.
    pub by: UserId,
    /// Why.
    pub reason: String,
    /// The last day on which the clock is to stand.
    pub until: NaiveDate,
}

/// Which way times move.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Later,
    Earlier,
}

/// So many working days later or earlier.
#[derive(Debug, Clone, Copy)]
pub struct Shift<'a> {
    way: Way,
    days: u16,
    calendar: &'a Calendar,
}

impl Shift<'_> {
    fn of(self, due: Instant) -> Instant {
        Instant::end_of(match self.way {
            Way::Later => self.calendar.after(due.date(), self.days),
            Way::Earlier => self.calendar.before(due.date(), self.days),
        })
    }
}

impl Wish {
    /// Its clock stands now.
    #[must_use]
    pub fn is_paused(&self, now: Instant) -> bool {
        self.paused_until.is_some_and(|until| now.date() <= until)
    }

    /// From when on times are counted: now, or the end of the pause.
    #[must_use]
    pub(crate) fn clock(&self, now: Instant) -> Instant {
        self.paused_until.map_or(now, |until| now.max(Instant::end_of(until)))
    }

    /// Whether its clock may be made to stand, where a reason and a day are given.
    #[must_use]
    pub fn may_pause(&self, now: Instant) -> bool {
        self.check_pausable(now).is_ok()
    }

    fn check_pausable(&self, now: Instant) -> Result<(), Code> {
        if self.status().has_ended() || self.red_listed_since.is_some() || self.is_overdue(now) {
            return Err(Code::WrongStatus);
        }
        if self.pending_escalation.is_some() {
            return Err(Code::EscalationPending);
        }
        if self.is_paused(now) { Err(Code::AlreadyPaused) } else { Ok(()) }
    }

    /// The clock stands until the end of a day.
    ///
    /// # Errors
    /// `wrong_status` once ended, on the red list, or when its time is over already; `escalation_pending`,
    /// since that time is the superior's; `already_paused`; `invalid` without a reason or for a day that
    /// pauses nothing; `pause_limit` beyond [`MAX_PAUSED_DAYS`].
    pub fn pause(mut self, ask: Ask, terms: &Terms) -> Result<(Self, Pause), Refusal> {
        self.check_pausable(terms.now)?;
        let today = terms.now.date();
        let too_long = || Refusal::field(Code::PauseLimit, "/until", Fault::OutOfRange);
        if today.checked_add_days(Days::new(HORIZON_DAYS)).is_none_or(|last| ask.until > last) {
            return Err(too_long());
        }
        let days = terms.calendar.between(today, ask.until);
        let mut faults = Faults::default();
        faults.text("/reason", &ask.reason, 1, 1000).check(days > 0, "/until", Fault::OutOfRange);
        faults.finish()?;
        if self.paused_days.saturating_add(days) > MAX_PAUSED_DAYS {
            return Err(too_long());
        }
        self.paused_days = self.paused_days.saturating_add(days);
        self.paused_until = Some(ask.until);
        self.shift(Shift { way: Way::Later, days, calendar: &terms.calendar });
        self.updated_at = terms.now;
        let pause = Pause {
            id: ask.id,
            wish_id: self.id,
            reason: ask.reason.trim().into(),
            until: ask.until,
            days,
            by: ask.by,
            at: terms.now,
            resumed: None,
        };
        Ok((self, pause))
    }

    /// The clock goes on before the pause is over; `pause` is the one that runs.
    ///
    /// # Errors
    /// `not_paused`.
    pub fn resume(
        mut self,
        mut pause: Pause,
        by: UserId,
        terms: &Terms,
    ) -> Result<(Self, Pause, u16), Refusal> {
        if !self.is_paused(terms.now) || self.paused_until != Some(pause.until) || pause.resumed.is_some() {
            return Err(Code::NotPaused.into());
        }
        let unused = terms.calendar.between(terms.now.date(), pause.until).min(pause.days);
        self.paused_days = self.paused_days.saturating_sub(unused);
        self.paused_until = None;
        self.shift(Shift { way: Way::Earlier, days: unused, calendar: &terms.calendar });
        self.updated_at = terms.now;
        pause.days = pause.days.saturating_sub(unused);
        pause.resumed = Some((terms.now, by));
        Ok((self, pause, unused))
    }

    /// Moves the holder's times. While a superior is asked, the due time is the superior's and stays.
    fn shift(&mut self, shift: Shift) {
        if self.pending_escalation.is_none() {
            self.due_at = self.due_at.map(|due| shift.of(due));
        }
        if let Stage::Published { open_until, .. } = &mut self.stage {
            *open_until = shift.of(*open_until);
        }
    }
}

impl Pause {
    /// How its claims' times move when it begins.
    #[must_use]
    pub const fn later<'a>(&self, calendar: &'a Calendar) -> Shift<'a> {
        Shift { way: Way::Later, days: self.days, calendar }
    }

    /// How its claims' times move when it ends with so many days `unused`.
    #[must_use]
    pub const fn earlier(unused: u16, calendar: &Calendar) -> Shift<'_> {
        Shift { way: Way::Earlier, days: unused, calendar }
    }
}

impl Claim {
    /// Moves the times of a claim with those of its wish.
    #[must_use]
    pub fn shifted(mut self, shift: Shift, now: Instant) -> Self {
        match &mut self.state {
            State::Proposed { answer_by } => *answer_by = shift.of(*answer_by),
            State::Active { contact_by, deliver_by, .. } => {
                *contact_by = shift.of(*contact_by);
                *deliver_by = shift.of(*deliver_by);
            }
            State::Delivered { confirm_by, .. } => *confirm_by = shift.of(*confirm_by),
            State::Confirmed { .. }
            | State::Declined { .. }
            | State::Released { .. }
            | State::Lapsed { .. }
            | State::TakenBack { .. } => return self,
        }
        self.updated_at = now;
        self
    }
}

impl Notes for Pause {
    fn notes(&mut self) -> Vec<(&'static str, &mut Note)> {
        vec![("reason", &mut self.reason)]
    }
}
