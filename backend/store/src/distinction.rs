//! Distinctions: which two records are of two people, and who said so.

use crate::{
    Conn, StoreError, StoreResult,
    column::{instant, one_row, optional_word, word},
    organisation::subtree,
    schema::{beneficiaries, distinctions},
};
use diesel::prelude::*;
use domain::{
    distinction::Distinction,
    id::{BeneficiaryId, DistinctionId, OrganisationId},
};
use std::collections::BTreeSet;

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = distinctions, treat_none_as_default_value = false)]
struct Row {
    id: String,
    version: i64,
    one_id: String,
    other_id: String,
    reason: String,
    said_by: String,
    said_at: i64,
    undone_by: Option<String>,
    undone_at: Option<i64>,
}

impl TryFrom<Row> for Distinction {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        let undone_by = optional_word(row.undone_by.as_deref())?;
        Ok(Self {
            id: word(&row.id)?,
            version: row.version,
            one_id: word(&row.one_id)?,
            other_id: word(&row.other_id)?,
            reason: word(&row.reason)?,
            said_by: word(&row.said_by)?,
            said_at: instant(row.said_at),
            undone: undone_by.zip(row.undone_at.map(instant)),
        })
    }
}

/// Keeps a distinction.
///
/// # Errors
/// `Unique` where the two are told apart already.
pub fn insert(conn: &mut Conn, of: &Distinction) -> StoreResult<()> {
    let row = Row {
        id: of.id.to_string(),
        version: of.version,
        one_id: of.one_id.to_string(),
        other_id: of.other_id.to_string(),
        reason: of.reason.to_string(),
        said_by: of.said_by.to_string(),
        said_at: of.said_at.micros(),
        undone_by: None,
        undone_at: None,
    };
    diesel::insert_into(distinctions::table).values(&row).execute(conn)?;
    Ok(())
}

/// One distinction.
///
/// # Errors
/// When the database does not answer, or the row does not read.
pub fn load(conn: &mut Conn, id: DistinctionId) -> StoreResult<Option<Distinction>> {
    let row: Option<Row> =
        distinctions::table.find(id.to_string()).select(Row::as_select()).first(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// What says that two records, the older first, are of two people.
///
/// # Errors
/// As [`load`].
pub fn live(conn: &mut Conn, [one, other]: [BeneficiaryId; 2]) -> StoreResult<Option<Distinction>> {
    let row: Option<Row> = distinctions::table
        .filter(distinctions::one_id.eq(one.to_string()))
        .filter(distinctions::other_id.eq(other.to_string()))
        .filter(distinctions::undone_at.is_null())
        .select(Row::as_select())
        .first(conn)
        .optional()?;
    row.map(TryInto::try_into).transpose()
}

/// Saves that a distinction is taken back.
///
/// # Errors
/// `Stale` when it was meanwhile.
pub fn save(conn: &mut Conn, of: &Distinction) -> StoreResult<()> {
    let seen = distinctions::table
        .find(of.id.to_string())
        .filter(distinctions::version.eq(of.version))
        .filter(distinctions::undone_at.is_null());
    let set = (
        distinctions::version.eq(of.version.saturating_add(1)),
        distinctions::undone_by.eq(of.undone.map(|(by, _)| by.to_string())),
        distinctions::undone_at.eq(of.undone.map(|(_, at)| at.micros())),
    );
    one_row(diesel::update(seen).set(set).execute(conn)?)
}

/// Who of an organisation and all below it is told apart from whom, each by the record that speaks for them; the older first.
///
/// # Errors
/// As [`load`].
pub fn apart(conn: &mut Conn, at: OrganisationId) -> StoreResult<BTreeSet<[BeneficiaryId; 2]>> {
    let (one, other) = diesel::alias!(beneficiaries as one, beneficiaries as other);
    let rows: Vec<(String, Option<String>, String, Option<String>)> = distinctions::table
        .inner_join(one.on(one.field(beneficiaries::id).eq(distinctions::one_id)))
        .inner_join(other.on(other.field(beneficiaries::id).eq(distinctions::other_id)))
        .filter(distinctions::undone_at.is_null())
        .filter(
            one.field(beneficiaries::organisation_id)
                .eq_any(subtree(at))
                .or(other.field(beneficiaries::organisation_id).eq_any(subtree(at))),
        )
        .select((
            distinctions::one_id,
            one.field(beneficiaries::merged_into),
            distinctions::other_id,
            other.field(beneficiaries::merged_into),
        ))
        .load(conn)?;
    let pair = |(one, one_into, other, other_into): (String, Option<String>, String, Option<String>)| {
        let mut pair = [word(&one_into.unwrap_or(one))?, word(&other_into.unwrap_or(other))?];
        pair.sort_unstable();
        Ok(pair)
    };
    rows.into_iter().map(pair).collect()
}
