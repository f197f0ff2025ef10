//! How often a household is visited.

use crate::refusal::{Fault, Faults, Refusal};
use chrono::{Days, Months, NaiveDate};

words! {
    /// What a rhythm is counted in.
    pub enum RhythmUnit {
        /// 天
        Day = "day",
        /// 月
        Month = "month",
    }
}

/// The longest time between two visits, by unit.
pub const MAX_DAYS: u16 = 366;
/// The same in months.
pub const MAX_MONTHS: u16 = 12;

/// How often a household is visited: every so many days, or months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythm {
    /// 1 to [`MAX_DAYS`] days, or 1 to [`MAX_MONTHS`] months.
    pub every: u16,
    /// Days or months.
    pub unit: RhythmUnit,
}

impl Rhythm {
    /// Checks the number.
    ///
    /// # Errors
    /// `invalid` at `/rhythm/every`.
    pub fn validate(self) -> Result<(), Refusal> {
        let most = match self.unit {
            RhythmUnit::Day => MAX_DAYS,
            RhythmUnit::Month => MAX_MONTHS,
        };
        let mut faults = Faults::default();
        faults.check((1..=most).contains(&self.every), "/rhythm/every", Fault::OutOfRange);
        faults.finish()
    }

    /// The day by which the visit after `last` is due. The last of a month stays the last of a shorter one.
    #[must_use]
    pub fn after(self, last: NaiveDate) -> NaiveDate {
        let next = match self.unit {
            RhythmUnit::Day => last.checked_add_days(Days::new(u64::from(self.every))),
            RhythmUnit::Month => last.checked_add_months(Months::new(u32::from(self.every))),
        };
        next.unwrap_or(last)
    }
}
