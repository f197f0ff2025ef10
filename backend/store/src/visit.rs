//! Visits and their editions. The four texts are sealed under the resident's key.

use crate::{
    Conn, StoreResult,
    column::{date_text, instant, one_row, optional_word, word},
    data_key,
    merge::records,
    schema::visits,
    sealed::{self, At, kept, optional_column},
};
use chrono::NaiveDate;
use diesel::{dsl::max, prelude::*};
use domain::{
    id::{BeneficiaryId, PairingId, VisitId},
    visit::{Findings, Visit},
};
use vault::Vault;

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = visits, treat_none_as_default_value = false)]
struct Row {
    id: String,
    pairing_id: String,
    beneficiary_id: String,
    first_id: String,
    edition: i32,
    visited_on: String,
    income: Option<String>,
    health: Option<String>,
    treatment: Option<String>,
    benefits: Option<String>,
    replaced_by: Option<String>,
    created_by: String,
    created_at: i64,
}

impl Row {
    fn of(visit: &Visit) -> StoreResult<Self> {
        let found = &visit.findings;
        Ok(Self {
            id: visit.id.to_string(),
            pairing_id: visit.pairing_id.to_string(),
            beneficiary_id: visit.beneficiary_id.to_string(),
            first_id: visit.first_id.to_string(),
            edition: visit.edition,
            visited_on: date_text(visit.visited_on),
            income: optional_column(found.income.as_ref())?,
            health: optional_column(found.health.as_ref())?,
            treatment: optional_column(found.treatment.as_ref())?,
            benefits: optional_column(found.benefits.as_ref())?,
            replaced_by: visit.replaced_by.map(|id| id.to_string()),
            created_by: visit.by.to_string(),
            created_at: visit.at.micros(),
        })
    }
}

impl TryFrom<Row> for Visit {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&row.id)?,
            pairing_id: word(&row.pairing_id)?,
            beneficiary_id: word(&row.beneficiary_id)?,
            first_id: word(&row.first_id)?,
            edition: row.edition,
            visited_on: word(&row.visited_on)?,
            findings: Findings {
                income: row.income.map(kept),
                health: row.health.map(kept),
                treatment: row.treatment.map(kept),
                benefits: row.benefits.map(kept),
            },
            replaced_by: optional_word(row.replaced_by.as_deref())?,
            by: word(&row.created_by)?,
            at: instant(row.created_at),
        })
    }
}

fn at(visit: &Visit) -> At {
    At::new("visits", visit.id, visit.beneficiary_id)
}

/// Opens the texts of visits.
///
/// # Errors
/// `Locked` where a key is not here; `Corrupt` where a text does not open.
pub fn open_notes(conn: &mut Conn, vault: &Vault, all: &mut [Visit]) -> StoreResult<()> {
    let of: Vec<BeneficiaryId> = all.iter().map(|visit| visit.beneficiary_id).collect();
    let held = data_key::load_all(conn, vault, &of)?;
    for visit in all {
        let at = at(visit);
        if let Some(held) = held.get(&visit.beneficiary_id) {
            sealed::open(held, &at, visit)?;
        }
    }
    Ok(())
}

/// One edition; its texts as they are kept.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: VisitId) -> StoreResult<Option<Visit>> {
    let row: Option<Row> =
        visits::table.find(id.to_string()).select(Row::as_select()).first(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// Enters an edition.
///
/// # Errors
/// `Unique` on `first_id`, `edition` where another has this number; `Erased`.
pub fn insert(conn: &mut Conn, vault: &Vault, visit: &Visit) -> StoreResult<()> {
    let sealed = sealed::sealed_new(conn, vault, &at(visit), visit)?;
    diesel::insert_into(visits::table).values(&Row::of(&sealed)?).execute(conn)?;
    Ok(())
}

/// Notes which edition took the place of this one.
///
/// # Errors
/// `Stale` when another did.
pub fn replace(conn: &mut Conn, id: VisitId, by: VisitId) -> StoreResult<()> {
    let standing = visits::table.filter(visits::id.eq(id.to_string())).filter(visits::replaced_by.is_null());
    let set = visits::replaced_by.eq(Some(by.to_string()));
    one_row(diesel::update(standing).set(set).execute(conn)?)
}

/// The day of the latest visit of a pairing, as it stands after all corrections.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn latest(conn: &mut Conn, of: PairingId) -> StoreResult<Option<NaiveDate>> {
    let last: Option<String> = visits::table
        .filter(visits::pairing_id.eq(of.to_string()))
        .filter(visits::replaced_by.is_null())
        .select(max(visits::visited_on))
        .first(conn)?;
    optional_word(last.as_deref())
}

/// The visits of a pairing as they stand, the latest day first, after `after`; their texts as they are kept.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(
    conn: &mut Conn,
    of: PairingId,
    after: Option<(NaiveDate, VisitId)>,
    limit: i64,
) -> StoreResult<Vec<Visit>> {
    let mut query = visits::table
        .filter(visits::pairing_id.eq(of.to_string()))
        .filter(visits::replaced_by.is_null())
        .select(Row::as_select())
        .into_boxed();
    if let Some((on, id)) = after {
        let on = date_text(on);
        let same = visits::visited_on.eq(on.clone()).and(visits::id.lt(id.to_string()));
        query = query.filter(visits::visited_on.lt(on).or(same));
    }
    let rows: Vec<Row> =
        query.order((visits::visited_on.desc(), visits::id.desc())).limit(limit).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The editions of these visits that were replaced, the latest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn replaced(conn: &mut Conn, first: &[VisitId]) -> StoreResult<Vec<Visit>> {
    let first: Vec<String> = first.iter().map(ToString::to_string).collect();
    let rows: Vec<Row> = visits::table
        .filter(visits::first_id.eq_any(first))
        .filter(visits::replaced_by.is_not_null())
        .order((visits::first_id.asc(), visits::edition.desc()))
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// All editions about a resident, oldest first; their texts as they are kept.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn about(conn: &mut Conn, of: BeneficiaryId) -> StoreResult<Vec<Visit>> {
    let rows: Vec<Row> = visits::table
        .filter(visits::beneficiary_id.eq_any(records(of)))
        .order(visits::id.asc())
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Empties the texts of all visits to a resident, who is erased.
///
/// # Errors
/// When the database refuses.
pub fn forget(conn: &mut Conn, of: BeneficiaryId) -> StoreResult<()> {
    let none = None::<String>;
    let set = (
        visits::income.eq(none.clone()),
        visits::health.eq(none.clone()),
        visits::treatment.eq(none.clone()),
        visits::benefits.eq(none),
    );
    diesel::update(visits::table.filter(visits::beneficiary_id.eq(of.to_string()))).set(set).execute(conn)?;
    Ok(())
}
