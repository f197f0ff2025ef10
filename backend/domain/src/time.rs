//! Instants: microseconds since 1970-01-01T00:00:00Z. Stored as integers, sent as RFC 3339 in UTC,
//! counted in days of Asia/Shanghai (UTC+8 all the year; no daylight saving since 1991).

use chrono::{DateTime, Datelike, Days, FixedOffset, NaiveDate, NaiveTime, SecondsFormat, Timelike, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// A point in time, in microseconds UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, utoipa::ToSchema)]
#[schema(value_type = String, format = DateTime, examples("2026-11-20T08:00:00Z"))]
pub struct Instant(i64);

const MICROS_PER_SECOND: i64 = 1_000_000;
const CHINA_SECONDS_EAST: i32 = 8 * 3600;

impl Instant {
    /// From microseconds since the epoch.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the epoch.
    #[must_use]
    pub const fn micros(self) -> i64 {
        self.0
    }

    /// Later by `seconds`.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds.saturating_mul(MICROS_PER_SECOND)))
    }

    /// Later by `days` of 24 hours.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days.saturating_mul(86_400))
    }

    /// The calendar date in China at this instant.
    #[must_use]
    pub fn date(self) -> NaiveDate {
        self.utc().naive_utc().checked_add_offset(china()).unwrap_or_default().date()
    }

    /// The last microsecond of `date` in China: what "by that day" means.
    #[must_use]
    pub fn end_of(date: NaiveDate) -> Self {
        let midnight = date.and_time(NaiveTime::MIN).and_utc().timestamp();
        let next = midnight.saturating_add(86_400 - i64::from(CHINA_SECONDS_EAST));
        Self(next.saturating_mul(MICROS_PER_SECOND).saturating_sub(1))
    }

    /// The first microsecond of `date` in China.
    #[must_use]
    pub fn start_of(date: NaiveDate) -> Self {
        Self(Self::end_of(date).0.saturating_sub(86_400 * MICROS_PER_SECOND).saturating_add(1))
    }

    fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_micros(self.0).unwrap_or_default()
    }
}

/// The day after, or the same at the end of time.
#[must_use]
pub fn next_day(date: NaiveDate) -> NaiveDate {
    date.checked_add_days(Days::new(1)).unwrap_or(date)
}

fn china() -> FixedOffset {
    FixedOffset::east_opt(CHINA_SECONDS_EAST).unwrap_or_else(|| chrono::Offset::fix(&Utc))
}

impl From<DateTime<Utc>> for Instant {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.timestamp_micros())
    }
}

/// Room for an instant of four digits of a year.
const TEXT: [u8; 27] = *b"0000-00-00T00:00:00.000000Z";

impl Instant {
    /// RFC 3339 in UTC, with milliseconds or microseconds where there are any, written over `text`; none for a year
    /// that has no four digits. Digit by digit: a page of the wall holds sixty of these, and chrono's own way takes
    /// ten times as long.
    fn write(self, text: &mut [u8; TEXT.len()]) -> Option<&str> {
        let at = self.utc();
        let year = u32::try_from(at.year()).ok().filter(|year| *year <= 9999)?;
        let micros = at.timestamp_subsec_micros();
        let mut rest = text.as_mut_slice();
        let parts = [
            (year, 4),
            (at.month(), 2),
            (at.day(), 2),
            (at.hour(), 2),
            (at.minute(), 2),
            (at.second(), 2),
            (micros, 6),
        ];
        for (mut number, digits) in parts {
            let (part, after) = rest.split_at_mut(digits);
            for digit in part.iter_mut().rev() {
                *digit = b'0' + (number % 10) as u8;
                number /= 10;
            }
            rest = after.get_mut(1..).unwrap_or_default();
        }
        let shown = match micros {
            0 => "2026-11-20T08:00:00".len(),
            _ if micros.is_multiple_of(1000) => "2026-11-20T08:00:00.123".len(),
            _ => "2026-11-20T08:00:00.123456".len(),
        };
        *text.get_mut(shown)? = b'Z';
        text.get(..=shown).and_then(|text| str::from_utf8(text).ok())
    }
}

impl std::fmt::Display for Instant {
    /// RFC 3339 in UTC, with milliseconds or microseconds where there are any.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.write(&mut TEXT.clone()) {
            Some(text) => f.write_str(text),
            None => f.write_str(&self.utc().to_rfc3339_opts(SecondsFormat::AutoSi, true)),
        }
    }
}

impl std::str::FromStr for Instant {
    type Err = chrono::ParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        DateTime::parse_from_rfc3339(text).map(|at| at.to_utc().into())
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.write(&mut TEXT.clone()) {
            Some(text) => serializer.serialize_str(text),
            None => serializer.collect_str(self),
        }
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_in_china_ends_at_sixteen_utc() {
        let date = NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let end = Instant::end_of(date);
        assert_eq!(end.to_string(), "2026-11-23T15:59:59.999999Z");
        assert_eq!(end.date(), date);
        assert_eq!(Instant::start_of(date).to_string(), "2026-11-22T16:00:00Z");
        assert_eq!(end.plus_seconds(1).date(), next_day(date));
    }

    #[test]
    fn text_and_back() {
        let at: Instant = "2026-11-20T08:00:00.000123Z".parse().unwrap();
        assert_eq!(at.to_string(), "2026-11-20T08:00:00.000123Z");
        assert_eq!("2026-11-20T16:00:00.000123+08:00".parse::<Instant>().unwrap(), at);
    }

    proptest::proptest! {
        #[test]
        fn text_is_that_of_chrono(seconds in -70_000_000_000_i64..300_000_000_000, micros in 0_i64..1_000_000, group in 0..3) {
            let micros = [0, micros / 1000 * 1000, micros][group as usize];
            let at = Instant::from_micros(seconds * MICROS_PER_SECOND + micros);
            proptest::prop_assert_eq!(at.to_string(), at.utc().to_rfc3339_opts(SecondsFormat::AutoSi, true));
        }
    }
}
