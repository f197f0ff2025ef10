//! Duties (年度任务): how often each unit below an organisation is to give a day to wishes in a time.
//!
//! Owns who is obliged, how often, and what one owes. Nothing is reported by hand: a claimant's *wish day* (心愿日) is a day on
//! which it brought something whose arrival others confirmed; an organisation's is a campaign that it held, that opened in the
//! time and by which at least one wish was fulfilled.

use crate::{
    honour::Span,
    id::{DutyId, OrganisationId, UserId},
    organisation::Level,
    refusal::{Code, Fault, Faults, Refusal},
    time::Instant,
};
use chrono::Months;

/// More often than this nobody is obliged.
pub const MOST_TIMES: i64 = 12;

/// The longest time of a duty.
const LONGEST: Months = Months::new(12);

/// Who is obliged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Obliged {
    /// Claiming units.
    Claimants,
    /// Organisations of a level.
    Organisations(Level),
}

/// How often each unit below an organisation is to give a day to wishes in a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// Its id.
    pub id: DutyId,
    /// Counts its changes.
    pub version: i64,
    /// Who says so.
    pub organisation_id: OrganisationId,
    /// Its name.
    pub title: String,
    /// Who is obliged.
    pub obliged: Obliged,
    /// In which time.
    pub span: Span,
    /// How often.
    pub times: i64,
    /// When it was taken back.
    pub withdrawn_at: Option<Instant>,
    /// Who entered it.
    pub created_by: UserId,
    /// When.
    pub created_at: Instant,
}

/// What a duty asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Its name.
    pub title: String,
    /// Who is obliged.
    pub obliged: Obliged,
    /// In which time.
    pub span: Span,
    /// How often.
    pub times: i64,
}

impl Duty {
    /// Sets a duty.
    ///
    /// # Errors
    /// `invalid` for a time that is over or longer than a year, for less than once or more than [`MOST_TIMES`], without a
    /// name.
    pub fn set(
        (id, organisation_id): (DutyId, OrganisationId),
        asked: Asked,
        by: UserId,
        now: Instant,
    ) -> Result<Self, Refusal> {
        let Asked { title, obliged, span, times } = asked;
        let latest = span.from.checked_add_months(LONGEST).unwrap_or(span.from);
        let mut faults = Faults::default();
        faults
            .text("/title", &title, 2, 60)
            .check((1..=MOST_TIMES).contains(&times), "/times", Fault::OutOfRange)
            .check(span.to < latest, "/to", Fault::OutOfRange)
            .check(span.to >= now.date(), "/to", Fault::InPast);
        faults.finish()?;
        let (version, withdrawn_at, title) = (1, None, title.trim().to_owned());
        let (created_by, created_at) = (by, now);
        Ok(Self {
            id,
            version,
            organisation_id,
            title,
            obliged,
            span,
            times,
            withdrawn_at,
            created_by,
            created_at,
        })
    }

    /// Takes it back: nobody owes anything by it any more.
    ///
    /// # Errors
    /// `duty_withdrawn`.
    pub fn withdraw(mut self, now: Instant) -> Result<Self, Refusal> {
        if self.withdrawn_at.is_some() {
            return Err(Code::DutyWithdrawn.into());
        }
        self.withdrawn_at = Some(now);
        Ok(self)
    }

    /// What is still owed by who did so much of it.
    #[must_use]
    pub const fn owed(&self, done: i64) -> i64 {
        let owed = self.times.saturating_sub(done);
        if self.withdrawn_at.is_some() || owed < 0 { 0 } else { owed }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn set(from: &str, to: &str, times: i64) -> Result<Duty, Refusal> {
        let span = Span::of(from.parse().unwrap(), to.parse().unwrap(), "/to")?;
        let asked = Asked { title: "主题党日".to_owned(), obliged: Obliged::Claimants, span, times };
        let ids = (DutyId(Uuid::nil()), OrganisationId(Uuid::nil()));
        Duty::set(ids, asked, UserId(Uuid::nil()), "2026-11-20T08:00:00Z".parse().unwrap())
    }

    #[test]
    fn a_duty_is_of_a_year_that_is_not_over_and_of_some_days() {
        assert!(set("2026-01-01", "2026-12-31", 2).is_ok());
        assert!(set("2026-02-01", "2027-01-31", 12).is_ok());
        for (from, to, times) in [
            ("2026-01-01", "2027-01-01", 1),
            ("2025-01-01", "2025-12-31", 1),
            ("2026-01-01", "2026-12-31", 0),
            ("2026-01-01", "2026-12-31", 13),
        ] {
            assert_eq!(set(from, to, times).unwrap_err().code, Code::Invalid, "{from} {to} {times}");
        }
    }

    #[test]
    fn nobody_owes_less_than_nothing_or_by_what_was_taken_back() {
        let duty = set("2026-01-01", "2026-12-31", 2).unwrap();
        assert_eq!([0, 1, 2, 5].map(|done| duty.owed(done)), [2, 1, 0, 0]);
        let over = duty.withdraw(Instant::from_micros(1)).unwrap();
        assert_eq!(
            (over.owed(0), over.withdraw(Instant::from_micros(2)).unwrap_err().code),
            (0, Code::DutyWithdrawn)
        );
    }
}
