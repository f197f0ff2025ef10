//! Categories: an organisation's own list, inherited by those below it.

use crate::{
    Conn, StoreResult,
    column::{one_row, word},
    schema::{categories, organisation_closure},
};
use diesel::prelude::*;
use domain::{
    category::{Category, Label},
    id::OrganisationId,
};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = categories, treat_none_as_default_value = false)]
struct Row {
    organisation_id: String,
    code: String,
    version: i64,
    name_zh: String,
    name_en: Option<String>,
    sort: i32,
    active: bool,
}

impl TryFrom<Row> for Category {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            code: row.code,
            organisation_id: word(&row.organisation_id)?,
            version: row.version,
            label: Label { name_zh: row.name_zh, name_en: row.name_en, sort: row.sort, active: row.active },
        })
    }
}

impl From<&Category> for Row {
    fn from(category: &Category) -> Self {
        Self {
            organisation_id: category.organisation_id.to_string(),
            code: category.code.clone(),
            version: category.version,
            name_zh: category.label.name_zh.clone(),
            name_en: category.label.name_en.clone(),
            sort: category.label.sort,
            active: category.label.active,
        }
    }
}

/// The list that holds for an organisation: its own and its superiors', where the nearest wins.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn effective(conn: &mut Conn, id: OrganisationId) -> StoreResult<Vec<Category>> {
    let rows: Vec<Row> = organisation_closure::table
        .inner_join(categories::table.on(categories::organisation_id.eq(organisation_closure::ancestor_id)))
        .filter(organisation_closure::descendant_id.eq(id.to_string()))
        .order(organisation_closure::depth.asc())
        .select(Row::as_select())
        .load(conn)?;
    let mut list: Vec<Category> = Vec::with_capacity(rows.len());
    for row in rows {
        if !list.iter().any(|nearer| nearer.code == row.code) {
            list.push(row.try_into()?);
        }
    }
    list.sort_by(|a, b| (a.label.sort, &a.code).cmp(&(b.label.sort, &b.code)));
    Ok(list)
}

/// One category of an organisation's own list.
///
/// # Errors
/// When the database does not answer.
pub fn load(conn: &mut Conn, organisation: OrganisationId, code: &str) -> StoreResult<Option<Category>> {
    let row: Option<Row> = categories::table
        .find((organisation.to_string(), code))
        .select(Row::as_select())
        .get_result(conn)
        .optional()?;
    row.map(TryInto::try_into).transpose()
}

/// Enters a category.
///
/// # Errors
/// `Unique` when the code is taken in this organisation.
pub fn insert(conn: &mut Conn, category: &Category) -> StoreResult<()> {
    diesel::insert_into(categories::table).values(Row { version: 1, ..category.into() }).execute(conn)?;
    Ok(())
}

/// Saves the names, place and activity.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, category: &Category) -> StoreResult<()> {
    let label = &category.label;
    let changed = diesel::update(
        categories::table
            .find((category.organisation_id.to_string(), &category.code))
            .filter(categories::version.eq(category.version)),
    )
    .set((
        categories::version.eq(category.version.saturating_add(1)),
        categories::name_zh.eq(&label.name_zh),
        categories::name_en.eq(&label.name_en),
        categories::sort.eq(label.sort),
        categories::active.eq(label.active),
    ))
    .execute(conn)?;
    one_row(changed)
}

/// All categories of all lists, the oldest lists first: what the wall filters by.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn all(conn: &mut Conn) -> StoreResult<Vec<Category>> {
    let rows: Vec<Row> = categories::table
        .order((categories::sort.asc(), categories::organisation_id.asc(), categories::code.asc()))
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The labels that hold for some organisations' category codes; the nearest list wins.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn labels(
    conn: &mut Conn,
    wanted: &[(OrganisationId, String)],
) -> StoreResult<Vec<((OrganisationId, String), Label)>> {
    let organisations: Vec<String> = wanted.iter().map(|(id, _)| id.to_string()).collect();
    let codes: Vec<&str> = wanted.iter().map(|(_, code)| code.as_str()).collect();
    let rows: Vec<(String, Row)> = organisation_closure::table
        .inner_join(categories::table.on(categories::organisation_id.eq(organisation_closure::ancestor_id)))
        .filter(organisation_closure::descendant_id.eq_any(organisations))
        .filter(categories::code.eq_any(codes))
        // The nearest last: where a caller collects these into a map, it wins.
        .order(organisation_closure::depth.desc())
        .select((organisation_closure::descendant_id, Row::as_select()))
        .load(conn)?;
    let named = |(organisation, row): (String, Row)| {
        let category = Category::try_from(row)?;
        Ok(((word(&organisation)?, category.code), category.label))
    };
    rows.into_iter().map(named).collect()
}
