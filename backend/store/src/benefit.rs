//! Benefits: an organisation's own list, inherited by those below it.

use crate::{
    Conn, StoreResult,
    column::{one_row, word},
    schema::{benefits, organisation_closure},
};
use diesel::prelude::*;
use domain::{
    benefit::{Benefit, Terms},
    id::OrganisationId,
};

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = benefits, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    organisation_id: String,
    word: String,
    version: i64,
    name_en: Option<String>,
    hint: String,
    office: String,
    sort: i32,
    active: bool,
}

impl Row {
    fn of(benefit: &Benefit) -> Self {
        let Terms { name_en, hint, office, sort, active } = benefit.terms.clone();
        Self {
            organisation_id: benefit.organisation_id.to_string(),
            word: benefit.word.clone(),
            version: benefit.version,
            name_en,
            hint,
            office,
            sort,
            active,
        }
    }
}

impl TryFrom<Row> for Benefit {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let Row { organisation_id, word: name, version, name_en, hint, office, sort, active } = row;
        let terms = Terms { name_en, hint, office, sort, active };
        Ok(Self { word: name, organisation_id: word(&organisation_id)?, version, terms })
    }
}

/// The list that holds for an organisation: its own and its superiors', where the nearest wins.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn effective(conn: &mut Conn, id: OrganisationId) -> StoreResult<Vec<Benefit>> {
    let rows: Vec<Row> = organisation_closure::table
        .inner_join(benefits::table.on(benefits::organisation_id.eq(organisation_closure::ancestor_id)))
        .filter(organisation_closure::descendant_id.eq(id.to_string()))
        .order(organisation_closure::depth.asc())
        .select(Row::as_select())
        .load(conn)?;
    let mut list: Vec<Benefit> = Vec::with_capacity(rows.len());
    for row in rows {
        if !list.iter().any(|nearer| nearer.word == row.word) {
            list.push(row.try_into()?);
        }
    }
    list.sort_by(|a, b| (a.terms.sort, &a.word).cmp(&(b.terms.sort, &b.word)));
    Ok(list)
}

/// Enters a benefit.
///
/// # Errors
/// `Unique` when the organisation has it already.
pub fn insert(conn: &mut Conn, benefit: &Benefit) -> StoreResult<()> {
    diesel::insert_into(benefits::table).values(&Row::of(benefit)).execute(conn)?;
    Ok(())
}

/// Saves a benefit under the next version.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, benefit: &Benefit) -> StoreResult<()> {
    let mut row = Row::of(benefit);
    row.version = benefit.version.saturating_add(1);
    let seen = benefits::table
        .filter(benefits::organisation_id.eq(&row.organisation_id))
        .filter(benefits::word.eq(&row.word))
        .filter(benefits::version.eq(benefit.version));
    one_row(diesel::update(seen).set(&row).execute(conn)?)
}
