//! The years' tables of working days, and the word that changes with each change of them.

use crate::{
    Conn, StoreResult, column,
    column::{one_row, word},
    dialect,
    schema::{calendar_days, calendar_years, directory},
};
use diesel::prelude::*;
use domain::calendar::{Day, Year};
use std::collections::BTreeMap;

/// The word of the calendar as it stands.
///
/// # Errors
/// When the database does not answer.
pub fn stamp(conn: &mut Conn) -> StoreResult<String> {
    Ok(directory::table.select(directory::calendar).get_result(conn)?)
}

/// Every year that has a table.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn all(conn: &mut Conn) -> StoreResult<Vec<Year>> {
    let years: Vec<(i32, i64, String, Option<i64>)> =
        calendar_years::table.order(calendar_years::year.asc()).load(conn)?;
    let days: Vec<(String, i32, bool, String)> =
        calendar_days::table.order(calendar_days::date.asc()).load(conn)?;
    let mut of: BTreeMap<i32, Vec<Day>> = BTreeMap::new();
    for (date, year, working, name) in days {
        of.entry(year).or_default().push(Day { date: word(&date)?, working, name });
    }
    let year = |(year, version, source, changed_at): (i32, i64, String, Option<i64>)| Year {
        year,
        version,
        source,
        days: of.remove(&year).unwrap_or_default(),
        changed_at: changed_at.map(column::instant),
    };
    Ok(years.into_iter().map(year).collect())
}

/// The table of a year, if it has one.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, year: i32) -> StoreResult<Option<Year>> {
    let row: Option<(i64, String, Option<i64>)> = calendar_years::table
        .find(year)
        .select((calendar_years::version, calendar_years::source, calendar_years::changed_at))
        .get_result(conn)
        .optional()?;
    let Some((version, source, changed_at)) = row else { return Ok(None) };
    let days: Vec<(String, bool, String)> = calendar_days::table
        .filter(calendar_days::year.eq(year))
        .order(calendar_days::date.asc())
        .select((calendar_days::date, calendar_days::working, calendar_days::name))
        .load(conn)?;
    let day = |(date, working, name): (String, bool, String)| Ok(Day { date: word(&date)?, working, name });
    let days = days.into_iter().map(day).collect::<StoreResult<_>>()?;
    Ok(Some(Year { year, version, source, days, changed_at: changed_at.map(column::instant) }))
}

/// Saves the whole table of a year, whose version grows by one, and the calendar's new word.
///
/// # Errors
/// `Stale` when it changed since, or was entered meanwhile.
pub fn save(conn: &mut Conn, year: &Year, stamp: &str) -> StoreResult<()> {
    let changed_at = year.changed_at.map(domain::time::Instant::micros);
    let fields = (
        calendar_years::version.eq(year.version.saturating_add(1)),
        calendar_years::source.eq(&year.source),
        calendar_years::changed_at.eq(changed_at),
    );
    match year.is_known() {
        true => {
            let seen = calendar_years::table.find(year.year).filter(calendar_years::version.eq(year.version));
            one_row(diesel::update(seen).set(fields).execute(conn)?)?;
        }
        false => {
            let row = (calendar_years::year.eq(year.year), fields.0, fields.1, fields.2);
            let insert = diesel::insert_into(calendar_years::table).values(row).on_conflict_do_nothing();
            one_row(usize::from(dialect::insert_or_ignore(conn, insert)?))?;
        }
    }
    diesel::delete(calendar_days::table.filter(calendar_days::year.eq(year.year))).execute(conn)?;
    for day in &year.days {
        diesel::insert_into(calendar_days::table)
            .values((
                calendar_days::date.eq(column::date_text(day.date)),
                calendar_days::year.eq(year.year),
                calendar_days::working.eq(day.working),
                calendar_days::name.eq(&day.name),
            ))
            .execute(conn)?;
    }
    one_row(diesel::update(directory::table.find(1_i64)).set(directory::calendar.eq(stamp)).execute(conn)?)
}
