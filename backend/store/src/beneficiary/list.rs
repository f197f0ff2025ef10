//! Lists of residents, each with all consents.

use super::{ConsentRow, Row};
use crate::{
    Conn, MultiBackend, StoreResult,
    column::word,
    data_key,
    organisation::{subtree, subtrees},
    schema::{beneficiaries, consents},
};
use diesel::prelude::*;
use domain::{
    beneficiary::Beneficiary,
    id::{BeneficiaryId, HouseholdId, OrganisationId},
};
use vault::Vault;

/// Which residents a list shows.
#[derive(Debug, Clone, Default)]
pub struct Filter {
    /// Looked after in the subtrees of these.
    pub roots: Vec<OrganisationId>,
    /// In the subtree of this one.
    pub organisation_id: Option<OrganisationId>,
    /// Of this household.
    pub household_id: Option<HouseholdId>,
    /// Only those whose consents must be asked anew.
    pub consent_due: bool,
    /// Before this id: newest first.
    pub before: Option<BeneficiaryId>,
}

/// Residents, newest first, each with all consents.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(conn: &mut Conn, vault: &Vault, filter: &Filter, limit: i64) -> StoreResult<Vec<Beneficiary>> {
    let rows: Vec<Row> =
        wanted(filter).order(beneficiaries::id.desc()).limit(limit).select(Row::as_select()).load(conn)?;
    with_consents(conn, vault, rows)
}

/// How many residents there are.
///
/// # Errors
/// When the database does not answer.
pub fn count(conn: &mut Conn, filter: &Filter) -> StoreResult<i64> {
    Ok(wanted(filter).count().get_result(conn)?)
}

/// Several residents, each with all consents, in no order.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load_all(conn: &mut Conn, vault: &Vault, ids: &[BeneficiaryId]) -> StoreResult<Vec<Beneficiary>> {
    let ids = ids.iter().map(ToString::to_string);
    let rows: Vec<Row> =
        beneficiaries::table.filter(beneficiaries::id.eq_any(ids)).select(Row::as_select()).load(conn)?;
    with_consents(conn, vault, rows)
}

fn wanted(filter: &Filter) -> beneficiaries::BoxedQuery<'_, MultiBackend> {
    let within = subtrees(&filter.roots);
    let mut query = beneficiaries::table.filter(beneficiaries::organisation_id.eq_any(within)).into_boxed();
    if let Some(organisation) = filter.organisation_id {
        query = query.filter(beneficiaries::organisation_id.eq_any(subtree(organisation)));
    }
    if let Some(household) = filter.household_id {
        query = query.filter(beneficiaries::household_id.eq(household.to_string()));
    }
    if filter.consent_due {
        query = query.filter(beneficiaries::consent_due_on.is_not_null());
    }
    if let Some(before) = filter.before {
        query = query.filter(beneficiaries::id.lt(before.to_string()));
    }
    query
}

pub(super) fn with_consents(conn: &mut Conn, vault: &Vault, rows: Vec<Row>) -> StoreResult<Vec<Beneficiary>> {
    let ids: Vec<&str> = rows.iter().map(|row| row.id.as_str()).collect();
    let mut given: Vec<ConsentRow> = consents::table
        .filter(consents::beneficiary_id.eq_any(&ids))
        .order(consents::id.asc())
        .select(ConsentRow::as_select())
        .load(conn)?;
    let ids: Vec<BeneficiaryId> = ids.into_iter().map(word).collect::<StoreResult<_>>()?;
    let held = data_key::load_all(conn, vault, &ids)?;
    let mut residents = Vec::with_capacity(rows.len());
    for (row, id) in rows.into_iter().zip(ids) {
        let own = given.extract_if(.., |consent| consent.beneficiary_id == row.id).collect();
        if let Some(held) = held.get(&id) {
            residents.push(row.with(held, own)?);
        }
    }
    Ok(residents)
}
