//! Months in China, and windows of them.

use crate::time::Instant;
use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::{fmt, ops::RangeInclusive, str::FromStr};

/// A month in China, as a number that sorts: 202611; a day is 20261123, and what is of no time is 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(i64);

impl Month {
    /// The month of a day.
    #[must_use]
    pub fn of(date: NaiveDate) -> Self {
        Self(i64::from(date.year()) * 100 + i64::from(date.month()))
    }

    /// From what is stored; none where it is no month.
    #[must_use]
    pub fn from_number(number: i64) -> Option<Self> {
        format!("{:04}-{:02}", number / 100, number % 100).parse().ok()
    }

    /// As it is stored.
    #[must_use]
    pub const fn number(self) -> i64 {
        self.0
    }

    /// How many months it is since the year 0: what differences are made of.
    #[must_use]
    pub const fn ordinal(self) -> i64 {
        self.0 / 100 * 12 + self.0 % 100 - 1
    }

    /// As people write it.
    #[must_use]
    pub fn in_words(self) -> String {
        format!("{}年{}月", self.0 / 100, self.0 % 100)
    }

    fn first_day(self) -> Option<NaiveDate> {
        let year = i32::try_from(self.0 / 100).ok()?;
        NaiveDate::from_ymd_opt(year, u32::try_from(self.0 % 100).ok()?, 1)
    }

    /// The month after.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(if self.0 % 100 == 12 { self.0 + 89 } else { self.0 + 1 })
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.0 / 100, self.0 % 100)
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}

impl FromStr for Month {
    type Err = crate::UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let day = NaiveDate::parse_from_str(&format!("{text}-01"), "%Y-%m-%d").ok();
        let month = day.filter(|day| (1970..=9999).contains(&day.year())).map(Self::of);
        let unknown = || crate::UnknownWord { what: "Month", word: text.to_owned() };
        month.filter(|month| month.to_string() == text).ok_or_else(unknown)
    }
}

/// The number of a day.
#[must_use]
pub fn day(date: NaiveDate) -> i64 {
    Month::of(date).number() * 100 + i64::from(date.day())
}

/// The months from one to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// The first.
    pub from: Month,
    /// The last.
    pub to: Month,
}

/// A window has no more months than this.
const MOST_MONTHS: i64 = 60;

impl Window {
    /// From one month to another; none where it ends before it begins, or is longer than anybody looks at.
    #[must_use]
    pub fn of(from: Month, to: Month) -> Option<Self> {
        (0..MOST_MONTHS).contains(&(to.ordinal() - from.ordinal())).then_some(Self { from, to })
    }

    /// From the first month of the year to that of the day.
    #[must_use]
    pub fn year_of(date: NaiveDate) -> Self {
        let first = date.with_ordinal(1).unwrap_or(date);
        Self { from: Month::of(first), to: Month::of(date) }
    }

    /// Each month of it.
    pub fn months(self) -> impl Iterator<Item = Month> {
        std::iter::successors(Some(self.from), |month| Some(month.next()))
            .take_while(move |month| *month <= self.to)
    }

    /// From its first instant to its last.
    #[must_use]
    pub fn instants(self) -> RangeInclusive<Instant> {
        let last = self.to.next().first_day().and_then(|day| day.pred_opt()).unwrap_or(NaiveDate::MAX);
        let first = self.from.first_day().unwrap_or(NaiveDate::MIN);
        Instant::start_of(first)..=Instant::end_of(last)
    }

    /// Whether all of its days are over on this one.
    #[must_use]
    pub fn is_over(self, today: NaiveDate) -> bool {
        Month::of(today) > self.to
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> Month {
        text.parse().expect("a month")
    }

    #[test]
    fn months_go_on_over_the_year() {
        let window = Window::of(month("2025-11"), month("2026-02")).expect("a window");
        let all: Vec<String> = window.months().map(|month| month.to_string()).collect();
        assert_eq!(all, ["2025-11", "2025-12", "2026-01", "2026-02"]);
        assert_eq!(Window::of(month("2026-02"), month("2026-01")), None);
        assert_eq!(Window::of(month("2020-01"), month("2026-01")), None);
        assert!("2026-13".parse::<Month>().is_err() && "2026-1".parse::<Month>().is_err());
    }
}
