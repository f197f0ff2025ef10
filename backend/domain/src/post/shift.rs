//! A shift (场次): one time at which a post needs people. Its places are never taken twice.

use crate::{
    id::{PostId, ShiftId},
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
};

/// So many places one shift has at most.
pub const MOST_PLACES: i64 = 10_000;

/// It lasts for so long at most, and begins within so many days.
const MOST_HOURS: i64 = 24;
const MOST_DAYS: i64 = 730;

/// When, how many, and where to meet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// When it begins.
    pub starts_at: Instant,
    /// When it is over.
    pub ends_at: Instant,
    /// How many people it needs.
    pub places: i64,
    /// Where to meet, for those signed up and staff alone.
    pub meet_at: String,
}

impl Plan {
    pub(super) fn validate(&self, now: Instant) -> Result<(), Refusal> {
        let latest = self.starts_at.plus_seconds(MOST_HOURS * 3600);
        let mut faults = Faults::default();
        faults
            .check(self.starts_at > now, "/starts_at", Fault::InPast)
            .check(self.starts_at <= now.plus_days(MOST_DAYS), "/starts_at", Fault::OutOfRange)
            .check(self.ends_at > self.starts_at && self.ends_at <= latest, "/ends_at", Fault::OutOfRange)
            .check((1..=MOST_PLACES).contains(&self.places), "/places", Fault::OutOfRange)
            .text("/meet_at", &self.meet_at, 2, 200);
        faults.finish()
    }
}

/// One time at which a post needs people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shift {
    /// Its id.
    pub id: ShiftId,
    /// Of which post.
    pub post_id: PostId,
    /// When, how many, and where to meet.
    pub plan: Plan,
    /// Places that somebody signed up for.
    pub taken: i64,
    /// When it was cancelled, and why.
    pub cancelled: Option<(Instant, String)>,
}

impl Shift {
    /// It takes place, and has not begun.
    #[must_use]
    pub fn is_ahead(&self, now: Instant) -> bool {
        self.cancelled.is_none() && self.plan.starts_at > now
    }

    /// Refuses once it has begun, or where it does not take place.
    ///
    /// # Errors
    /// `shift_over`.
    pub fn expect_ahead(&self, now: Instant) -> Result<(), Refusal> {
        if self.is_ahead(now) { Ok(()) } else { Err(Code::ShiftOver.into()) }
    }

    /// Places that are free.
    #[must_use]
    pub const fn free(&self) -> i64 {
        self.plan.places.saturating_sub(self.taken)
    }

    /// Plans it otherwise. Who signed up relies on its time.
    ///
    /// # Errors
    /// `shift_over`; `shift_taken` for another time once somebody signed up, or fewer places than are taken; `invalid`.
    pub fn revise(mut self, plan: Plan, now: Instant) -> Result<Self, Refusal> {
        self.expect_ahead(now)?;
        plan.validate(now)?;
        let moved = (plan.starts_at, plan.ends_at) != (self.plan.starts_at, self.plan.ends_at);
        if (moved && self.taken > 0) || plan.places < self.taken {
            return Err(Code::ShiftTaken.into());
        }
        self.plan = plan;
        Ok(self)
    }

    /// Says that it does not take place.
    ///
    /// # Errors
    /// `shift_over` once it has begun; `invalid` without a reason.
    pub fn cancel(mut self, reason: &str, now: Instant) -> Result<Self, Refusal> {
        self.expect_ahead(now)?;
        self.cancelled = Some((now, reasoned(reason)?));
        Ok(self)
    }

    /// Gives places away.
    ///
    /// # Errors
    /// `shift_full`, with how many there are and how many are taken.
    pub(crate) fn take(mut self, places: i64) -> Result<Self, Refusal> {
        if places > self.free() {
            return Err(Refusal::limit(Code::ShiftFull, self.plan.places, self.taken));
        }
        self.taken = self.taken.saturating_add(places);
        Ok(self)
    }

    /// Places come back.
    #[must_use]
    pub(crate) fn give_back(mut self, places: i64) -> Self {
        self.taken = self.taken.saturating_sub(places).max(0);
        self
    }
}

pub(super) fn reasoned(reason: &str) -> Result<String, Refusal> {
    let mut faults = Faults::default();
    faults.text("/reason", reason, 2, 200);
    faults.finish()?;
    Ok(reason.trim().to_owned())
}
