//! Honours (评优): what was confirmed by others, over a time.
//!
//! Owns which outcomes count: those whose resident's word was taken by somebody who had no part in what was brought. Must
//! not know how they are shown or certified.

use crate::{
    refusal::{Code, Fault, Refusal},
    time::Instant,
};
use chrono::NaiveDate;

/// Days of China, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    /// The first.
    pub from: NaiveDate,
    /// The last.
    pub to: NaiveDate,
}

impl Span {
    /// From one day to another; `pointer` names the last.
    ///
    /// # Errors
    /// `invalid` for a time that ends before it begins.
    pub fn of(from: NaiveDate, to: NaiveDate, pointer: &str) -> Result<Self, Refusal> {
        match from <= to {
            true => Ok(Self { from, to }),
            false => Err(Refusal::field(Code::Invalid, pointer, Fault::OutOfRange)),
        }
    }

    /// All days that there are.
    #[must_use]
    pub const fn always() -> Self {
        Self { from: NaiveDate::MIN, to: NaiveDate::MAX }
    }

    /// Its first instant.
    #[must_use]
    pub fn start(self) -> Instant {
        Instant::start_of(self.from)
    }

    /// Its last instant.
    #[must_use]
    pub fn end(self) -> Instant {
        Instant::end_of(self.to)
    }
}

/// What was confirmed by others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outcomes {
    /// Wishes, each once.
    pub wishes: i64,
    /// Person-hours, in quarter hours.
    pub quarter_hours: i64,
    /// Worth of what was brought, in fen.
    pub value_fen: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_all_of_its_last_day() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let span = Span::of(day("2026-01-01"), day("2026-12-31"), "/to").unwrap();
        assert_eq!(span.start().to_string(), "2025-12-31T16:00:00Z");
        assert_eq!(span.end().to_string(), "2026-12-31T15:59:59.999999Z");
        assert!(Span::of(span.to, span.from, "/to").is_err());
        assert!(Span::of(span.from, span.from, "/to").is_ok());
        assert!(Span::always().start() < span.start() && Span::always().end() > span.end());
    }
}
