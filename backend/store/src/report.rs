//! Reports: figures of a period as they were frozen, each bound to the one before it.

use crate::{
    Conn, StoreResult,
    column::{instant, word},
    error::StoreError,
    schema::{events, reports},
};
use diesel::prelude::*;
use domain::{
    event::Kind,
    id::{OrganisationId, ReportId},
    report::Report,
    tally::{Month, Window},
};
use sha2::{Digest, Sha256};

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = reports, treat_none_as_default_value = false)]
struct Row {
    id: String,
    organisation_id: String,
    number: i64,
    from_month: i64,
    to_month: i64,
    edition: i64,
    figures: String,
    previous_hash: String,
    hash: String,
    created_by: String,
    created_at: i64,
}

impl TryFrom<Row> for Report {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let window = Month::from_number(row.from_month).zip(Month::from_number(row.to_month));
        let window = window.and_then(|(from, to)| Window::of(from, to));
        Ok(Self {
            id: word(&row.id)?,
            organisation_id: word(&row.organisation_id)?,
            number: row.number,
            window: window.ok_or_else(|| StoreError::corrupt("the months of a report"))?,
            edition: row.edition,
            figures: row.figures,
            previous_hash: row.previous_hash,
            hash: row.hash,
            created_by: word(&row.created_by)?,
            created_at: instant(row.created_at),
        })
    }
}

/// The hash that a report should have: over all that it says, and the hash of the one before it.
#[must_use]
pub fn hash(report: &Report) -> String {
    let said = [
        report.previous_hash.as_str(),
        &report.organisation_id.to_string(),
        &report.number.to_string(),
        &report.window.from.to_string(),
        &report.window.to.to_string(),
        &report.edition.to_string(),
        &report.created_by.to_string(),
        &report.created_at.micros().to_string(),
        &report.figures,
    ]
    .join("\n");
    Sha256::digest(said.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Keeps a report.
///
/// # Errors
/// `Unique` where another of this number or edition was faster.
pub fn insert(conn: &mut Conn, report: &Report) -> StoreResult<()> {
    let row = Row {
        id: report.id.to_string(),
        organisation_id: report.organisation_id.to_string(),
        number: report.number,
        from_month: report.window.from.number(),
        to_month: report.window.to.number(),
        edition: report.edition,
        figures: report.figures.clone(),
        previous_hash: report.previous_hash.clone(),
        hash: report.hash.clone(),
        created_by: report.created_by.to_string(),
        created_at: report.created_at.micros(),
    };
    diesel::insert_into(reports::table).values(&row).execute(conn)?;
    Ok(())
}

/// One report.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: ReportId) -> StoreResult<Option<Report>> {
    let row: Option<Row> =
        reports::table.find(id.to_string()).select(Row::as_select()).first(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// The organisation's last report.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn last(conn: &mut Conn, of: OrganisationId) -> StoreResult<Option<Report>> {
    Ok(list(conn, of, None, 1)?.pop())
}

/// The edition before another of the same months; the last one where `before` is none.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn edition(
    conn: &mut Conn,
    of: OrganisationId,
    window: Window,
    before: Option<i64>,
) -> StoreResult<Option<Report>> {
    let row: Option<Row> = reports::table
        .filter(reports::organisation_id.eq(of.to_string()))
        .filter(reports::from_month.eq(window.from.number()))
        .filter(reports::to_month.eq(window.to.number()))
        .filter(reports::edition.lt(before.unwrap_or(i64::MAX)))
        .order(reports::edition.desc())
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(TryInto::try_into).transpose()
}

/// An organisation's reports, newest first, before this number.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(
    conn: &mut Conn,
    of: OrganisationId,
    before: Option<i64>,
    limit: i64,
) -> StoreResult<Vec<Report>> {
    let rows: Vec<Row> = reports::table
        .filter(reports::organisation_id.eq(of.to_string()))
        .filter(reports::number.lt(before.unwrap_or(i64::MAX)))
        .order(reports::number.desc())
        .limit(limit)
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// All reports in the order in which they are bound, each with what the history says of it.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn chains(conn: &mut Conn) -> StoreResult<Vec<(Report, Option<String>)>> {
    let rows: Vec<(Row, Option<String>)> = reports::table
        .left_join(
            events::table
                .on(events::subject_id.eq(reports::id).and(events::kind.eq(Kind::FiguresFrozen.as_str()))),
        )
        .order((reports::organisation_id.asc(), reports::number.asc()))
        .select((Row::as_select(), events::data.nullable()))
        .load(conn)?;
    rows.into_iter().map(|(row, data)| Ok((row.try_into()?, data))).collect()
}

/// Reports that the history tells of and that are not there.
///
/// # Errors
/// When the database does not answer.
pub fn missing(conn: &mut Conn) -> StoreResult<Vec<String>> {
    Ok(events::table
        .filter(events::kind.eq(Kind::FiguresFrozen.as_str()))
        .filter(events::subject_id.ne_all(reports::table.select(reports::id)))
        .select(events::subject_id)
        .load(conn)?)
}
