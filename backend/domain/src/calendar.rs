//! Working days of China (工作日): the week, and the days that a year's notice makes off or on (调休).
//!
//! Days are counted in Asia/Shanghai, instants are UTC. Pure: the years' tables are handed in, and are
//! data (`calendar_days`). A year without a table counts weekends alone, and [`Calendar::knows`] says so.
//! What is installed with the product is from the notices of the State Council's general office:
//! for 2024 国办发明电〔2023〕7号 (25 October 2023), for 2025 国办发明电〔2024〕12号 (12 November 2024), for 2026
//! 国办发明电〔2025〕7号 (4 November 2025).

use crate::{
    refusal::{Fault, Faults, Refusal},
    time::{Instant, next_day},
};
use chrono::{Datelike, Days, NaiveDate, Weekday};
use std::collections::{BTreeMap, BTreeSet};

/// A day that is not what its place in the week says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Day {
    /// Which.
    pub date: NaiveDate,
    /// A weekend day that is worked (true), or a weekday off (false).
    pub working: bool,
    /// Because of what: 春节.
    pub name: String,
}

/// The table of a year.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Year {
    /// Which.
    pub year: i32,
    /// Counts its changes; 0 where there is none yet.
    pub version: i64,
    /// The notice that it is from.
    pub source: String,
    /// What differs from the week, in order.
    pub days: Vec<Day>,
    /// When somebody last changed it; none as it came with the product.
    pub changed_at: Option<Instant>,
}

/// The years that can have a table.
pub const YEARS: std::ops::RangeInclusive<i32> = 2000..=2100;

/// More days than this differ in no year.
pub const MOST_DAYS: usize = 100;

impl Year {
    /// A year without a table.
    #[must_use]
    pub const fn unknown(year: i32) -> Self {
        Self { year, version: 0, source: String::new(), days: Vec::new(), changed_at: None }
    }

    /// Somebody has entered its days.
    #[must_use]
    pub const fn is_known(&self) -> bool {
        self.version > 0
    }

    /// Checks that each day is of the year, stands there once, and differs from the week.
    ///
    /// # Errors
    /// `invalid` with the fields at fault.
    pub fn validate(&self) -> Result<(), Refusal> {
        let mut faults = Faults::default();
        faults.text("/source", &self.source, 1, 100);
        faults.check(!self.days.is_empty(), "/days", Fault::Required);
        faults.check(self.days.len() <= MOST_DAYS, "/days", Fault::TooLong);
        let mut seen = BTreeSet::new();
        for (index, day) in self.days.iter().enumerate() {
            let at = format!("/days/{index}/date");
            faults.check(day.date.year() == self.year, at.clone(), Fault::OutOfRange);
            faults.check(seen.insert(day.date), at.clone(), Fault::Duplicate);
            faults.check(day.working == is_weekend(day.date), at, Fault::AsUsual);
            faults.text(&format!("/days/{index}/name"), &day.name, 1, 20);
        }
        faults.finish()
    }
}

/// Which days are worked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Calendar {
    years: BTreeMap<i32, BTreeMap<NaiveDate, bool>>,
}

impl Calendar {
    /// The calendar of some years' tables.
    #[must_use]
    pub fn of<'a>(years: impl IntoIterator<Item = &'a Year>) -> Self {
        let table = |year: &Year| year.days.iter().map(|day| (day.date, day.working)).collect();
        let known = years.into_iter().filter(|year| year.is_known());
        Self { years: known.map(|year| (year.year, table(year))).collect() }
    }

    /// Whether the year of `date` has a table. Without one its weekends are off and nothing else.
    #[must_use]
    pub fn knows(&self, date: NaiveDate) -> bool {
        self.years.contains_key(&date.year())
    }

    /// Is `date` a working day?
    #[must_use]
    pub fn is_working(&self, date: NaiveDate) -> bool {
        let special = self.years.get(&date.year()).and_then(|days| days.get(&date));
        special.copied().unwrap_or_else(|| !is_weekend(date))
    }

    /// The end of the `days`-th working day after the day of `from`: the time a person has when told
    /// "within so many working days". Zero days means the end of the next working day that is not
    /// before the day of `from` itself.
    #[must_use]
    pub fn due(&self, from: Instant, days: u16) -> Instant {
        let date = self.after(from.date(), days);
        Instant::end_of(self.toward(date, next_day))
    }

    /// The `days`-th working day after `date`; `date` itself for none.
    #[must_use]
    pub fn after(&self, date: NaiveDate, days: u16) -> NaiveDate {
        (0..days).fold(date, |date, _| self.toward(next_day(date), next_day))
    }

    /// The `days`-th working day before `date`; `date` itself for none.
    #[must_use]
    pub fn before(&self, date: NaiveDate, days: u16) -> NaiveDate {
        (0..days).fold(date, |date, _| self.toward(day_before(date), day_before))
    }

    /// How many working days there are after `from`, up to and with `until`.
    #[must_use]
    pub fn between(&self, from: NaiveDate, until: NaiveDate) -> u16 {
        let days = from.iter_days().skip(1).take_while(|date| *date <= until);
        u16::try_from(days.filter(|date| self.is_working(*date)).count()).unwrap_or(u16::MAX)
    }

    /// The first working day from `date` on, a `step` at a time.
    fn toward(&self, mut date: NaiveDate, step: fn(NaiveDate) -> NaiveDate) -> NaiveDate {
        // A run of days off longer than a year is a mistake in the table, not a holiday.
        for _ in 0..366 {
            if self.is_working(date) {
                break;
            }
            date = step(date);
        }
        date
    }
}

fn is_weekend(date: NaiveDate) -> bool {
    matches!(date.weekday(), Weekday::Sat | Weekday::Sun)
}

fn day_before(date: NaiveDate) -> NaiveDate {
    date.checked_sub_days(Days::new(1)).unwrap_or(date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn day(text: &str, working: bool) -> Day {
        Day { date: date(text), working, name: "春节".into() }
    }

    fn year(year: i32, days: Vec<Day>) -> Year {
        Year { year, version: 1, source: "国办发明电".into(), days, changed_at: None }
    }

    #[test]
    fn without_a_table_weekends_are_off() {
        let friday = "2026-11-20T08:00:00Z".parse().unwrap();
        let calendar = Calendar::default();
        assert_eq!(calendar.due(friday, 1).date(), date("2026-11-23"));
        assert!(!calendar.knows(date("2026-11-23")));
    }

    #[test]
    fn holidays_are_skipped_and_make_up_days_are_worked() {
        let calendar = Calendar::of([&year(2026, vec![day("2026-11-22", true), day("2026-11-23", false)])]);
        let friday = "2026-11-20T08:00:00Z".parse().unwrap();
        assert_eq!(calendar.due(friday, 1).date(), date("2026-11-22"));
        assert_eq!(calendar.due(friday, 2).date(), date("2026-11-24"));
        assert!(calendar.knows(date("2026-11-23")) && !calendar.knows(date("2027-01-01")));
    }

    #[test]
    fn a_table_says_what_is_wrong_with_it() {
        let faults = |days| year(2026, days).validate().unwrap_err().fields;
        let cases = [
            (vec![], "/days", Fault::Required),
            (vec![day("2026-02-16", false), day("2026-02-16", false)], "/days/1/date", Fault::Duplicate),
            (vec![day("2027-02-16", false)], "/days/0/date", Fault::OutOfRange),
            // A Monday that is worked, a Sunday that is off.
            (vec![day("2026-02-16", true)], "/days/0/date", Fault::AsUsual),
            (vec![day("2026-02-15", false)], "/days/0/date", Fault::AsUsual),
        ];
        for (days, pointer, fault) in cases {
            let found = faults(days);
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!((found[0].pointer.as_str(), found[0].fault), (pointer, fault));
        }
        let nameless = vec![Day { name: " ".into(), ..day("2026-02-16", false) }];
        assert_eq!(faults(nameless)[0].pointer, "/days/0/name");
        assert!(year(2026, vec![day("2026-02-16", false), day("2026-02-14", true)]).validate().is_ok());
        assert!(
            Year { source: " ".into(), ..year(2026, vec![day("2026-02-16", false)]) }.validate().is_err()
        );
    }

    /// Some years with days that differ from the week.
    fn calendar() -> impl Strategy<Value = Calendar> {
        let days = proptest::collection::btree_set(0_u64..1461, 0..120);
        days.prop_map(|numbers| {
            let start = date("2024-01-01");
            let mut years: BTreeMap<i32, Year> = BTreeMap::new();
            for number in numbers {
                let date = start + Days::new(number);
                let table = years.entry(date.year()).or_insert_with(|| year(date.year(), Vec::new()));
                table.days.push(Day { date, working: is_weekend(date), name: "节".into() });
            }
            Calendar::of(years.values())
        })
    }

    /// A moment in the years 2024 to 2027: some spans cross from one into the next.
    fn moment() -> impl Strategy<Value = Instant> {
        (1_704_038_400_i64..1_830_268_800).prop_map(|seconds| Instant::from_micros(seconds * 1_000_000))
    }

    proptest! {
        #[test]
        fn due_is_a_working_day_later_and_monotonic(
            calendar in calendar(), from in moment(), later in 0_i64..40, days in 1_u16..60,
        ) {
            let due = calendar.due(from, days);
            prop_assert!(due >= from);
            prop_assert!(calendar.is_working(due.date()));
            prop_assert!(calendar.due(from, days + 1) > due);
            prop_assert!(calendar.due(from.plus_days(later), days) >= due);
            prop_assert!(calendar.is_working(calendar.due(from, 0).date()));
        }

        #[test]
        fn what_is_counted_is_what_was_added(calendar in calendar(), from in moment(), days in 0_u16..60) {
            let until = calendar.after(from.date(), days);
            prop_assert_eq!(calendar.between(from.date(), until), days);
            let start = calendar.toward(from.date(), next_day);
            prop_assert_eq!(calendar.before(calendar.after(start, days), days), start);
        }

        #[test]
        fn days_add_up(calendar in calendar(), from in moment(), one in 0_u16..40, more in 0_u16..40) {
            let from = from.date();
            let both = calendar.after(from, one + more);
            prop_assert_eq!(calendar.after(calendar.after(from, one), more), both);
            let between = calendar.after(from, one);
            let parts = calendar.between(from, between) + calendar.between(between, both);
            prop_assert_eq!(parts, calendar.between(from, both));
        }
    }
}
