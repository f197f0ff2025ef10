//! Working days of China: weekends, and the days that a year's notice makes off or on (调休).
//!
//! Pure: the exceptions are handed in. A year without a table counts weekends only.

use crate::time::{Instant, next_day};
use chrono::{Datelike, NaiveDate, Weekday};
use std::collections::BTreeMap;

/// Which days are worked.
#[derive(Debug, Clone, Default)]
pub struct Calendar {
    exceptions: BTreeMap<NaiveDate, bool>,
}

impl Calendar {
    /// A calendar with exceptions to the week: `true` for a weekend day that is worked, `false` for
    /// a weekday off.
    #[must_use]
    pub fn with(exceptions: impl IntoIterator<Item = (NaiveDate, bool)>) -> Self {
        Self { exceptions: exceptions.into_iter().collect() }
    }

    /// Is `date` a working day?
    #[must_use]
    pub fn is_working(&self, date: NaiveDate) -> bool {
        let weekend = matches!(date.weekday(), Weekday::Sat | Weekday::Sun);
        self.exceptions.get(&date).copied().unwrap_or(!weekend)
    }

    /// The end of the `days`-th working day after the day of `from`: the time a person has when told
    /// "within so many working days". Zero days means the end of the next working day that is not
    /// before the day of `from` itself.
    #[must_use]
    pub fn due(&self, from: Instant, days: u16) -> Instant {
        let mut date = from.date();
        for _ in 0..days {
            date = self.first_working(next_day(date));
        }
        Instant::end_of(self.first_working(date))
    }

    fn first_working(&self, mut date: NaiveDate) -> NaiveDate {
        // A run of days off longer than a year is a mistake in the table, not a holiday.
        for _ in 0..366 {
            if self.is_working(date) {
                break;
            }
            date = next_day(date);
        }
        date
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn friday_plus_one_is_monday() {
        let friday = "2026-11-20T08:00:00Z".parse().unwrap();
        assert_eq!(Calendar::default().due(friday, 1).date(), date(2026, 11, 23));
    }

    #[test]
    fn holidays_are_skipped_and_make_up_days_are_worked() {
        let calendar = Calendar::with([(date(2026, 11, 23), false), (date(2026, 11, 22), true)]);
        let friday = "2026-11-20T08:00:00Z".parse().unwrap();
        assert_eq!(calendar.due(friday, 1).date(), date(2026, 11, 22));
        assert_eq!(calendar.due(friday, 2).date(), date(2026, 11, 24));
    }

    proptest! {
        #[test]
        fn due_is_a_working_day_later_and_monotonic(
            micros in 1_500_000_000_000_000_i64..2_500_000_000_000_000,
            days in 1_u16..60,
            off in proptest::collection::btree_map(0_u64..400, any::<bool>(), 0..60),
        ) {
            let from = Instant::from_micros(micros);
            let calendar = Calendar::with(off.into_iter().filter_map(|(n, on)| {
                from.date().checked_add_days(chrono::Days::new(n)).map(|d| (d, on))
            }));
            let due = calendar.due(from, days);
            prop_assert!(due >= from);
            prop_assert!(calendar.is_working(due.date()));
            prop_assert!(calendar.due(from, days + 1) > due);
            prop_assert!(calendar.due(from.plus_days(1), days) >= due);
        }
    }
}
