//! Duties, and what was done of them.

mod progress;

pub use progress::{After, Ahead, Done, Filter, claimants, organisations, wish_days};

use crate::{
    Conn, StoreResult,
    column::{date_text, instant, one_row, word},
    organisation::subtrees,
    schema::duties,
};
use chrono::NaiveDate;
use diesel::prelude::*;
use domain::{
    duty::{Duty, Obliged},
    honour::Span,
    id::{DutyId, OrganisationId},
    time::Instant,
};

/// The word for units that claim; others are levels of organisations.
const CLAIMANTS: &str = "claimants";

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = duties, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: String,
    version: i64,
    organisation_id: String,
    title: String,
    obliged: String,
    from_on: String,
    to_on: String,
    times: i64,
    withdrawn_at: Option<i64>,
    created_by: String,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn of(duty: &Duty, now: Instant) -> Self {
        let obliged = match duty.obliged {
            Obliged::Claimants => CLAIMANTS.to_owned(),
            Obliged::Organisations(level) => level.to_string(),
        };
        Self {
            id: duty.id.to_string(),
            version: duty.version,
            organisation_id: duty.organisation_id.to_string(),
            title: duty.title.clone(),
            obliged,
            from_on: date_text(duty.span.from),
            to_on: date_text(duty.span.to),
            times: duty.times,
            withdrawn_at: duty.withdrawn_at.map(Instant::micros),
            created_by: duty.created_by.to_string(),
            created_at: duty.created_at.micros(),
            updated_at: now.micros(),
        }
    }
}

impl TryFrom<Row> for Duty {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let obliged = match row.obliged.as_str() {
            CLAIMANTS => Obliged::Claimants,
            level => Obliged::Organisations(word(level)?),
        };
        Ok(Self {
            id: word(&row.id)?,
            version: row.version,
            organisation_id: word(&row.organisation_id)?,
            title: row.title,
            obliged,
            span: Span { from: word(&row.from_on)?, to: word(&row.to_on)? },
            times: row.times,
            withdrawn_at: row.withdrawn_at.map(instant),
            created_by: word(&row.created_by)?,
            created_at: instant(row.created_at),
        })
    }
}

/// One duty.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: DutyId) -> StoreResult<Option<Duty>> {
    let row: Option<Row> =
        duties::table.find(id.to_string()).select(Row::as_select()).first(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// Enters a duty.
///
/// # Errors
/// When the database refuses.
pub fn insert(conn: &mut Conn, duty: &Duty) -> StoreResult<()> {
    diesel::insert_into(duties::table).values(&Row::of(duty, duty.created_at)).execute(conn)?;
    Ok(())
}

/// Saves a duty under the next version.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, duty: &Duty, now: Instant) -> StoreResult<()> {
    let mut row = Row::of(duty, now);
    row.version = duty.version.saturating_add(1);
    let seen =
        duties::table.filter(duties::id.eq(duty.id.to_string())).filter(duties::version.eq(duty.version));
    one_row(diesel::update(seen).set(&row).execute(conn)?)
}

/// Duties set by these organisations, or below the roots, newest first, before an id.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(
    conn: &mut Conn,
    by: &[OrganisationId],
    roots: &[OrganisationId],
    before: Option<DutyId>,
    limit: i64,
) -> StoreResult<Vec<Duty>> {
    let by: Vec<String> = by.iter().map(ToString::to_string).collect();
    let set = duties::organisation_id.eq_any(by).or(duties::organisation_id.eq_any(subtrees(roots)));
    let mut query = duties::table.filter(set).select(Row::as_select()).into_boxed();
    if let Some(before) = before {
        query = query.filter(duties::id.lt(before.to_string()));
    }
    let rows: Vec<Row> = query.order(duties::id.desc()).limit(limit).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Duties of claiming units that these organisations set and that hold on a day.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn of_claimants_on(conn: &mut Conn, by: &[OrganisationId], day: NaiveDate) -> StoreResult<Vec<Duty>> {
    let by: Vec<String> = by.iter().map(ToString::to_string).collect();
    let rows: Vec<Row> = duties::table
        .filter(duties::organisation_id.eq_any(by))
        .filter(duties::obliged.eq(CLAIMANTS))
        .filter(duties::withdrawn_at.is_null())
        .filter(duties::from_on.le(date_text(day)))
        .filter(duties::to_on.ge(date_text(day)))
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}
