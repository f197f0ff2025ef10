//! Skills: an organisation's own list, inherited by those below it.

use crate::{
    Conn, StoreResult,
    column::{one_row, word},
    schema::{organisation_closure, skills},
};
use diesel::prelude::*;
use domain::{
    fit,
    id::OrganisationId,
    skill::{Label, Skill},
};

#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = skills, treat_none_as_default_value = false)]
struct Row {
    organisation_id: String,
    word: String,
    version: i64,
    name_en: Option<String>,
    sort: i32,
    active: bool,
}

impl TryFrom<Row> for Skill {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            word: row.word,
            organisation_id: word(&row.organisation_id)?,
            version: row.version,
            label: Label { name_en: row.name_en, sort: row.sort, active: row.active },
        })
    }
}

/// The list that holds for an organisation: its own and its superiors', where the nearest wins.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn effective(conn: &mut Conn, id: OrganisationId) -> StoreResult<Vec<Skill>> {
    let rows: Vec<Row> = organisation_closure::table
        .inner_join(skills::table.on(skills::organisation_id.eq(organisation_closure::ancestor_id)))
        .filter(organisation_closure::descendant_id.eq(id.to_string()))
        .order(organisation_closure::depth.asc())
        .select(Row::as_select())
        .load(conn)?;
    let mut list: Vec<Skill> = Vec::with_capacity(rows.len());
    for row in rows {
        if !list.iter().any(|nearer| fit::skill(&nearer.word) == fit::skill(&row.word)) {
            list.push(row.try_into()?);
        }
    }
    list.sort_by(|a, b| (a.label.sort, &a.word).cmp(&(b.label.sort, &b.word)));
    Ok(list)
}

/// One skill of an organisation's own list.
///
/// # Errors
/// When the database does not answer.
pub fn load(conn: &mut Conn, organisation: OrganisationId, word: &str) -> StoreResult<Option<Skill>> {
    let row: Option<Row> = skills::table
        .find((organisation.to_string(), word))
        .select(Row::as_select())
        .get_result(conn)
        .optional()?;
    row.map(TryInto::try_into).transpose()
}

/// Enters a skill.
///
/// # Errors
/// `Unique` when the organisation has it already.
pub fn insert(conn: &mut Conn, skill: &Skill) -> StoreResult<()> {
    let row = Row {
        organisation_id: skill.organisation_id.to_string(),
        word: skill.word.clone(),
        version: 1,
        name_en: skill.label.name_en.clone(),
        sort: skill.label.sort,
        active: skill.label.active,
    };
    diesel::insert_into(skills::table).values(&row).execute(conn)?;
    Ok(())
}

/// Saves the name, place and use.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, skill: &Skill) -> StoreResult<()> {
    let changed = diesel::update(
        skills::table
            .find((skill.organisation_id.to_string(), &skill.word))
            .filter(skills::version.eq(skill.version)),
    )
    .set((
        skills::version.eq(skill.version.saturating_add(1)),
        skills::name_en.eq(&skill.label.name_en),
        skills::sort.eq(skill.label.sort),
        skills::active.eq(skill.label.active),
    ))
    .execute(conn)?;
    one_row(changed)
}
