//! Exports: what was asked for, where it stands, and whose turn it is to be made. Files and who is in them are in [`file`]. What is sealed
//! of them comes and goes as it is.

pub mod file;

use crate::{
    Conn, StoreError, StoreResult,
    column::{instant, one_row, optional_word, word},
    organisation::subtrees,
    schema::exports,
};
use diesel::prelude::*;
use domain::{
    export::{Export, Status},
    id::{ExportId, OrganisationId},
    time::Instant,
};

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = exports, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: String,
    version: i64,
    organisation_id: String,
    subject: String,
    asked: String,
    asked_by: String,
    status: String,
    answered_by: Option<String>,
    answer: Option<String>,
    failure: Option<String>,
    row_count: Option<i64>,
    until: Option<i64>,
    downloads: i32,
    password: Option<String>,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn of(export: &Export, version: i64, now: Instant) -> Self {
        Self {
            id: export.id.to_string(),
            version,
            organisation_id: export.organisation_id.to_string(),
            subject: export.subject.to_string(),
            asked: export.asked.clone(),
            asked_by: export.asked_by.to_string(),
            status: export.status.to_string(),
            answered_by: export.answered_by.map(|id| id.to_string()),
            answer: export.answer.clone(),
            failure: export.failure.clone(),
            row_count: export.rows,
            until: export.until.map(Instant::micros),
            downloads: export.downloads,
            password: export.password.clone(),
            created_at: export.created_at.micros(),
            updated_at: now.micros(),
        }
    }
}

impl TryFrom<Row> for Export {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&row.id)?,
            version: row.version,
            organisation_id: word(&row.organisation_id)?,
            subject: word(&row.subject)?,
            asked: row.asked,
            asked_by: word(&row.asked_by)?,
            status: word(&row.status)?,
            answered_by: optional_word(row.answered_by.as_deref())?,
            answer: row.answer,
            failure: row.failure,
            rows: row.row_count,
            until: row.until.map(instant),
            downloads: row.downloads,
            password: row.password,
            created_at: instant(row.created_at),
        })
    }
}

/// Enters an export, as version 1.
///
/// # Errors
/// When the database refuses.
pub fn insert(conn: &mut Conn, export: &Export) -> StoreResult<()> {
    let turn = (exports::tries.eq(0), exports::run_at.eq(export.created_at.micros()));
    diesel::insert_into(exports::table)
        .values((Row::of(export, 1, export.created_at), turn))
        .execute(conn)?;
    Ok(())
}

/// Saves an export under the next version.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, export: &Export, now: Instant) -> StoreResult<()> {
    let row = Row::of(export, export.version.saturating_add(1), now);
    let seen = exports::table
        .filter(exports::id.eq(export.id.to_string()))
        .filter(exports::version.eq(export.version));
    one_row(diesel::update(seen).set(&row).execute(conn)?)
}

/// One export.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: ExportId) -> StoreResult<Option<Export>> {
    let row: Option<Row> =
        exports::table.find(id.to_string()).select(Row::as_select()).first(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// One export, that nobody else changes until this transaction ends.
///
/// # Errors
/// `Busy` when another holds the row too long; or a row does not read.
pub fn load_to_change(conn: &mut Conn, id: ExportId) -> StoreResult<Option<Export>> {
    // Writing what is there takes the lock of the row, on either database.
    diesel::update(exports::table.find(id.to_string()))
        .set(exports::version.eq(exports::version))
        .execute(conn)?;
    load(conn, id)
}

/// Several exports, in no order.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load_all(conn: &mut Conn, ids: &[ExportId]) -> StoreResult<Vec<Export>> {
    let ids = ids.iter().map(ToString::to_string);
    let rows: Vec<Row> =
        exports::table.filter(exports::id.eq_any(ids)).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Exports of the subtrees of `roots`, newest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(
    conn: &mut Conn,
    roots: &[OrganisationId],
    before: Option<ExportId>,
    limit: i64,
) -> StoreResult<Vec<Export>> {
    let mut query = exports::table
        .filter(exports::organisation_id.eq_any(subtrees(roots)))
        .select(Row::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(exports::id.lt(before.to_string()));
    }
    let rows: Vec<Row> = query.order(exports::id.desc()).limit(limit).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The one that waits longest to be made, taken until `until`, and how often it was; none where none is free at `now`, or another
/// server was faster.
///
/// # Errors
/// When the database refuses.
pub fn take(conn: &mut Conn, now: Instant, until: Instant) -> StoreResult<Option<(ExportId, i32)>> {
    let free: Option<(String, i32)> = exports::table
        .filter(exports::status.eq(Status::Requested.as_str()))
        .filter(exports::run_at.le(now.micros()))
        .order((exports::run_at.asc(), exports::id.asc()))
        .select((exports::id, exports::tries))
        .first(conn)
        .optional()?;
    let Some((id, tries)) = free else { return Ok(None) };
    let mine = exports::table.find(&id).filter(exports::tries.eq(tries));
    let taken = (exports::tries.eq(exports::tries + 1), exports::run_at.eq(until.micros()));
    match diesel::update(mine).set(taken).execute(conn)? {
        1 => Ok(Some((word(&id)?, tries.saturating_add(1)))),
        _ => Ok(None),
    }
}

/// Whether it is still whose it was when it was taken for the `tries`-th time.
///
/// # Errors
/// When the database does not answer.
pub fn is_taken(conn: &mut Conn, id: ExportId, tries: i32) -> StoreResult<bool> {
    let mine = exports::table.find(id.to_string()).filter(exports::tries.eq(tries));
    Ok(diesel::select(diesel::dsl::exists(mine)).get_result(conn)?)
}

/// Lets it be made anew at once.
///
/// # Errors
/// When the database refuses.
pub fn put_back(conn: &mut Conn, id: ExportId, now: Instant) -> StoreResult<()> {
    diesel::update(exports::table.find(id.to_string()))
        .set(exports::run_at.eq(now.micros()))
        .execute(conn)?;
    Ok(())
}

/// Those whose time is over: answers that did not come, files that are kept no longer.
///
/// # Errors
/// When the database does not answer.
pub fn over(conn: &mut Conn, now: Instant, limit: i64) -> StoreResult<Vec<ExportId>> {
    let ids: Vec<String> = exports::table
        .filter(exports::status.eq_any([Status::Pending.as_str(), Status::Ready.as_str()]))
        .filter(exports::until.le(now.micros()))
        .order(exports::until.asc())
        .limit(limit)
        .select(exports::id)
        .load(conn)?;
    ids.iter().map(|id| word(id)).collect()
}
