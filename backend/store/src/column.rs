//! From columns to domain values: words, ids, instants, dates, JSON. What does not read is corrupt.

use crate::error::{StoreError, StoreResult};
use chrono::NaiveDate;
use domain::time::Instant;
use serde::{Serialize, de::DeserializeOwned};
use std::{fmt::Display, str::FromStr};

pub(crate) fn word<T: FromStr<Err: Display>>(text: &str) -> StoreResult<T> {
    text.parse().map_err(StoreError::corrupt)
}

pub(crate) fn optional_word<T: FromStr<Err: Display>>(text: Option<&str>) -> StoreResult<Option<T>> {
    text.map(word).transpose()
}

pub(crate) fn instant(micros: i64) -> Instant {
    Instant::from_micros(micros)
}

pub(crate) fn required<T>(value: Option<T>, what: &'static str) -> StoreResult<T> {
    value.ok_or_else(|| StoreError::corrupt(format_args!("{what} is missing")))
}

pub(crate) fn date_text(date: NaiveDate) -> String {
    date.to_string()
}

pub(crate) fn json<T: DeserializeOwned>(text: &str) -> StoreResult<T> {
    serde_json::from_str(text).map_err(StoreError::corrupt)
}

pub(crate) fn json_text<T: Serialize>(value: &T) -> StoreResult<String> {
    serde_json::to_string(value).map_err(StoreError::corrupt)
}

/// A changed row counts exactly one, or somebody was faster.
pub(crate) fn one_row(changed: usize) -> StoreResult<()> {
    if changed == 1 { Ok(()) } else { Err(StoreError::Stale) }
}
