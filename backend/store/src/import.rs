//! Imports, their rows, and what the columns of organisations' own sheets mean. What is sealed of them comes and goes as it is.

use crate::{
    Conn, StoreError, StoreResult,
    column::{instant, json, json_text, one_row, optional_word, word},
    organisation::subtrees,
    schema::{import_templates, imports, organisation_closure},
};
use diesel::prelude::*;
use domain::{
    id::{ImportId, OrganisationId},
    import::{
        Import, Status,
        field::{Field, Mapping},
    },
    time::Instant,
};

mod row;

pub use row::{
    Kept, Wanted, counts, empty, faults, forget, insert_rows, known, remove_rows, rows, stayed_out, went_in,
};

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = imports, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: String,
    version: i64,
    organisation_id: String,
    shape: Option<String>,
    fields: String,
    status: String,
    hand_in: bool,
    halted: bool,
    uploaded_by: String,
    started_by: Option<String>,
    keep_until: i64,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn of(import: &Import, version: i64, now: Instant) -> StoreResult<Self> {
        Ok(Self {
            id: import.id.to_string(),
            version,
            organisation_id: import.organisation_id.to_string(),
            shape: import.shape.clone(),
            fields: json_text(&import.columns)?,
            status: import.status.to_string(),
            hand_in: import.hand_in,
            halted: import.halted,
            uploaded_by: import.uploaded_by.to_string(),
            started_by: import.started_by.map(|id| id.to_string()),
            keep_until: import.keep_until.micros(),
            created_at: import.created_at.micros(),
            updated_at: now.micros(),
        })
    }
}

impl TryFrom<Row> for Import {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let columns: Vec<Option<Field>> = json(&row.fields)?;
        Ok(Self {
            id: word(&row.id)?,
            version: row.version,
            organisation_id: word(&row.organisation_id)?,
            shape: row.shape,
            columns,
            status: word(&row.status)?,
            hand_in: row.hand_in,
            halted: row.halted,
            uploaded_by: word(&row.uploaded_by)?,
            started_by: optional_word(row.started_by.as_deref())?,
            created_at: instant(row.created_at),
            keep_until: instant(row.keep_until),
        })
    }
}

/// Enters an import, as version 1.
///
/// # Errors
/// When the database refuses.
pub fn insert(conn: &mut Conn, import: &Import) -> StoreResult<()> {
    diesel::insert_into(imports::table).values(&Row::of(import, 1, import.created_at)?).execute(conn)?;
    Ok(())
}

/// Saves an import under the next version.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, import: &Import, now: Instant) -> StoreResult<()> {
    let row = Row::of(import, import.version.saturating_add(1), now)?;
    let seen = imports::table
        .filter(imports::id.eq(import.id.to_string()))
        .filter(imports::version.eq(import.version));
    one_row(diesel::update(seen).set(&row).execute(conn)?)
}

/// One import.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: ImportId) -> StoreResult<Option<Import>> {
    let row: Option<Row> =
        imports::table.find(id.to_string()).select(Row::as_select()).first(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// One import, that nobody else changes until this transaction ends.
///
/// # Errors
/// `Busy` when another holds the row too long; or a row does not read.
pub fn load_to_change(conn: &mut Conn, id: ImportId) -> StoreResult<Option<Import>> {
    // Writing what is there takes the lock of the row, on either database.
    diesel::update(imports::table.find(id.to_string()))
        .set(imports::version.eq(imports::version))
        .execute(conn)?;
    load(conn, id)
}

/// Imports to organisations of the subtrees of `roots`, newest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(
    conn: &mut Conn,
    roots: &[OrganisationId],
    before: Option<ImportId>,
    limit: i64,
) -> StoreResult<Vec<Import>> {
    let mut query = imports::table
        .filter(imports::organisation_id.eq_any(subtrees(roots)))
        .select(Row::as_select())
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(imports::id.lt(before.to_string()));
    }
    let rows: Vec<Row> = query.order(imports::id.desc()).limit(limit).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The imports that run.
///
/// # Errors
/// When the database does not answer.
pub fn running(conn: &mut Conn) -> StoreResult<Vec<ImportId>> {
    let ids: Vec<String> = imports::table
        .filter(imports::status.eq(Status::Running.as_str()))
        .order(imports::id.asc())
        .select(imports::id)
        .load(conn)?;
    ids.iter().map(|id| word(id)).collect()
}

/// Imports whose rows are kept no longer.
///
/// # Errors
/// When the database does not answer.
pub fn over(conn: &mut Conn, now: Instant, limit: i64) -> StoreResult<Vec<ImportId>> {
    let ids: Vec<String> = imports::table
        .filter(imports::shape.is_not_null())
        .filter(imports::keep_until.le(now.micros()))
        .order(imports::keep_until.asc())
        .limit(limit)
        .select(imports::id)
        .load(conn)?;
    ids.iter().map(|id| word(id)).collect()
}

/// The template that holds for an organisation, with whose it is: its own, or that of the nearest superior that has one.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn template(conn: &mut Conn, of: OrganisationId) -> StoreResult<Option<(OrganisationId, Mapping)>> {
    let row: Option<(String, String)> = organisation_closure::table
        .inner_join(
            import_templates::table
                .on(import_templates::organisation_id.eq(organisation_closure::ancestor_id)),
        )
        .filter(organisation_closure::descendant_id.eq(of.to_string()))
        .order(organisation_closure::depth.asc())
        .select((import_templates::organisation_id, import_templates::fields))
        .first(conn)
        .optional()?;
    row.map(|(id, fields)| Ok((word(&id)?, json(&fields)?))).transpose()
}

/// Says what the columns of an organisation's sheets mean; its version is counted by the caller.
///
/// # Errors
/// When the database refuses.
pub fn set_template(conn: &mut Conn, of: OrganisationId, mapping: &Mapping, now: Instant) -> StoreResult<()> {
    let fields = json_text(mapping)?;
    diesel::delete(import_templates::table.find(of.to_string())).execute(conn)?;
    diesel::insert_into(import_templates::table)
        .values((
            import_templates::organisation_id.eq(of.to_string()),
            import_templates::fields.eq(fields),
            import_templates::updated_at.eq(now.micros()),
        ))
        .execute(conn)?;
    Ok(())
}
