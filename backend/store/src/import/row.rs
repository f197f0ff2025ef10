//! The rows of imports. What they say comes and goes as it is, sealed.

use crate::{
    Conn, StoreError, StoreResult,
    column::{json, json_text, one_row, optional_word, word},
    on_each,
    schema::import_rows,
};
use diesel::prelude::*;
use domain::{
    id::{BeneficiaryId, ImportId, WishId},
    import::{Outcome, field::Field, row::RowFault},
};
use std::collections::HashSet;

/// SQLite binds at most 32,766 values; a row has seven.
const AT_ONCE: usize = 500;

/// One row of a sheet, as it is kept.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Counts the rows of an import.
    pub number: i64,
    /// Its number in the sheet.
    pub sheet_row: i64,
    /// What it says, sealed; nothing once it went in.
    pub cells: Option<String>,
    /// What came of it.
    pub outcome: Outcome,
    /// What is wrong with it.
    pub faults: Vec<RowFault>,
    /// By what the same row is known again.
    pub fingerprint: Option<String>,
    /// The wish that it became.
    pub wish_id: Option<WishId>,
}

/// One that has not gone in.
#[derive(Debug, Insertable)]
#[diesel(table_name = import_rows, treat_none_as_default_value = false)]
struct NewRow<'a> {
    import_id: &'a str,
    number: i64,
    sheet_row: i64,
    cells: Option<&'a str>,
    outcome: &'static str,
    faults: String,
    fingerprint: Option<&'a str>,
}

impl<'a> NewRow<'a> {
    fn of(import_id: &'a str, row: &'a Kept) -> StoreResult<Self> {
        Ok(Self {
            import_id,
            number: row.number,
            sheet_row: row.sheet_row,
            cells: row.cells.as_deref(),
            outcome: row.outcome.as_str(),
            faults: json_text(&row.faults)?,
            fingerprint: row.fingerprint.as_deref(),
        })
    }
}

#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = import_rows)]
struct KeptRow {
    number: i64,
    sheet_row: i64,
    cells: Option<String>,
    outcome: String,
    faults: String,
    fingerprint: Option<String>,
    wish_id: Option<String>,
}

impl TryFrom<KeptRow> for Kept {
    type Error = StoreError;

    fn try_from(row: KeptRow) -> StoreResult<Self> {
        Ok(Self {
            number: row.number,
            sheet_row: row.sheet_row,
            cells: row.cells,
            outcome: word(&row.outcome)?,
            faults: json(&row.faults)?,
            fingerprint: row.fingerprint,
            wish_id: optional_word(row.wish_id.as_deref())?,
        })
    }
}

/// Enters rows that have not gone in.
///
/// # Errors
/// When the database refuses.
pub fn insert_rows(conn: &mut Conn, of: ImportId, rows: &[Kept]) -> StoreResult<()> {
    let id = of.to_string();
    for part in rows.chunks(AT_ONCE) {
        let values = part.iter().map(|row| NewRow::of(&id, row)).collect::<StoreResult<Vec<_>>>()?;
        let new = diesel::insert_into(import_rows::table);
        on_each!(conn, c => new.values(&values).execute(c))?;
    }
    Ok(())
}

/// Takes out the rows that still say something, to enter them anew.
///
/// # Errors
/// When the database refuses.
pub fn remove_rows(conn: &mut Conn, of: ImportId) -> StoreResult<()> {
    let waiting = import_rows::table
        .filter(import_rows::import_id.eq(of.to_string()))
        .filter(import_rows::cells.is_not_null());
    diesel::delete(waiting).execute(conn)?;
    Ok(())
}

/// Which rows of an import are asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Wanted {
    /// What came of them.
    pub outcome: Option<Outcome>,
    /// With something wrong in this column.
    pub field: Option<Field>,
    /// After this number.
    pub after: i64,
}

/// Rows of an import, in its order.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn rows(conn: &mut Conn, of: ImportId, wanted: Wanted, limit: i64) -> StoreResult<Vec<Kept>> {
    let mut query = import_rows::table
        .filter(import_rows::import_id.eq(of.to_string()))
        .filter(import_rows::number.gt(wanted.after))
        .into_boxed();
    if let Some(outcome) = wanted.outcome {
        query = query.filter(import_rows::outcome.eq(outcome.as_str()));
    }
    if let Some(field) = wanted.field {
        query = query.filter(import_rows::faults.like(format!("%\"field\":\"{field}\"%")));
    }
    let rows: Vec<KeptRow> =
        query.order(import_rows::number.asc()).limit(limit).select(KeptRow::as_select()).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// How many rows came to what.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn counts(conn: &mut Conn, of: &[ImportId]) -> StoreResult<Vec<(ImportId, Outcome, i64)>> {
    let ids: Vec<String> = of.iter().map(ToString::to_string).collect();
    let rows: Vec<(String, String, i64)> = import_rows::table
        .filter(import_rows::import_id.eq_any(ids))
        .group_by((import_rows::import_id, import_rows::outcome))
        .select((import_rows::import_id, import_rows::outcome, diesel::dsl::count_star()))
        .load(conn)?;
    rows.iter().map(|(id, outcome, count)| Ok((word(id)?, word(outcome)?, *count))).collect()
}

/// What is wrong with the rows that do not go in, each with how many have exactly this.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn faults(conn: &mut Conn, of: ImportId) -> StoreResult<Vec<(Vec<RowFault>, i64)>> {
    let rows: Vec<(String, i64)> = import_rows::table
        .filter(import_rows::import_id.eq(of.to_string()))
        .filter(import_rows::outcome.eq(Outcome::Faulty.as_str()))
        .group_by(import_rows::faults)
        .select((import_rows::faults, diesel::dsl::count_star()))
        .load(conn)?;
    rows.iter().map(|(faults, count)| Ok((json(faults)?, *count))).collect()
}

/// Those of these fingerprints of which a row went in.
///
/// # Errors
/// When the database does not answer.
pub fn known(conn: &mut Conn, fingerprints: &[String]) -> StoreResult<HashSet<String>> {
    let mut known = HashSet::new();
    for part in fingerprints.chunks(AT_ONCE) {
        let found: Vec<Option<String>> = import_rows::table
            .filter(import_rows::fingerprint.eq_any(part))
            .filter(import_rows::outcome.eq(Outcome::Done.as_str()))
            .select(import_rows::fingerprint)
            .load(conn)?;
        known.extend(found.into_iter().flatten());
    }
    Ok(known)
}

/// A row went in: what it said is not kept any longer.
///
/// # Errors
/// `Stale` when it had gone in already; `Unique` where the same row did with another import.
pub fn went_in(
    conn: &mut Conn,
    of: ImportId,
    row: &Kept,
    beneficiary: BeneficiaryId,
    wish: WishId,
) -> StoreResult<()> {
    settle(conn, of, row, Outcome::Done, &[], Some((beneficiary, wish)))
}

/// A row did not go in: it has faults after all, or is known.
///
/// # Errors
/// `Stale` when it had gone in already.
pub fn stayed_out(
    conn: &mut Conn,
    of: ImportId,
    row: &Kept,
    outcome: Outcome,
    faults: &[RowFault],
) -> StoreResult<()> {
    settle(conn, of, row, outcome, faults, None)
}

fn settle(
    conn: &mut Conn,
    of: ImportId,
    row: &Kept,
    outcome: Outcome,
    faults: &[RowFault],
    made: Option<(BeneficiaryId, WishId)>,
) -> StoreResult<()> {
    let waiting = import_rows::table
        .find((of.to_string(), row.number))
        .filter(import_rows::outcome.eq(Outcome::Ready.as_str()));
    let cells = row.cells.as_deref().filter(|_| outcome == Outcome::Faulty);
    let set = (
        import_rows::outcome.eq(outcome.as_str()),
        import_rows::faults.eq(json_text(&faults)?),
        import_rows::cells.eq(cells),
        import_rows::fingerprint.eq(row.fingerprint.as_deref()),
        import_rows::beneficiary_id.eq(made.map(|(id, _)| id.to_string())),
        import_rows::wish_id.eq(made.map(|(_, id)| id.to_string())),
    );
    one_row(diesel::update(waiting).set(set).execute(conn)?)
}

/// Removes what the rows of an import say. By what those that went in are known again stays.
///
/// # Errors
/// When the database refuses.
pub fn empty(conn: &mut Conn, of: ImportId) -> StoreResult<()> {
    let waiting = import_rows::table
        .filter(import_rows::import_id.eq(of.to_string()))
        .filter(import_rows::outcome.ne(Outcome::Done.as_str()));
    let nothing = (import_rows::cells.eq(None::<String>), import_rows::fingerprint.eq(None::<String>));
    diesel::update(waiting).set(nothing).execute(conn)?;
    Ok(())
}

/// Forgets by what the rows of an erased resident would be known again.
///
/// # Errors
/// When the database refuses.
pub fn forget(conn: &mut Conn, of: BeneficiaryId) -> StoreResult<()> {
    let rows = import_rows::table.filter(import_rows::beneficiary_id.eq(of.to_string()));
    diesel::update(rows).set(import_rows::fingerprint.eq(None::<String>)).execute(conn)?;
    Ok(())
}
