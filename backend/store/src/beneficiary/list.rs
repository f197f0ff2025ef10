//! Lists of residents, each with all consents. A record that was merged is in no list.

use super::{Row, consents::ConsentRow};
use crate::{
    Conn, MultiBackend, StoreResult,
    column::word,
    data_key,
    organisation::{subtree, subtrees},
    schema::{beneficiaries, consents},
};
use diesel::prelude::*;
use domain::{
    beneficiary::{Beneficiary, Consent},
    id::{BeneficiaryId, HouseholdId, OrganisationId},
    merge::one_word,
};
use std::collections::HashMap;
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
    let mut query = beneficiaries::table
        .filter(beneficiaries::organisation_id.eq_any(within))
        .filter(beneficiaries::merged_into.is_null())
        .into_boxed();
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

/// Who each is by the record that speaks for it, with what was said in all records of the same resident.
pub(super) fn with_consents(conn: &mut Conn, vault: &Vault, rows: Vec<Row>) -> StoreResult<Vec<Beneficiary>> {
    let mut speaking: HashMap<String, Row> = HashMap::with_capacity(rows.len());
    for row in rows.iter().filter(|row| row.merged_into.is_none()) {
        speaking.insert(row.id.clone(), row.clone());
    }
    let mut others: Vec<&str> = rows.iter().map(Row::standing).collect();
    others.retain(|id| !speaking.contains_key(*id));
    if !others.is_empty() {
        let found: Vec<Row> = beneficiaries::table
            .filter(beneficiaries::id.eq_any(others))
            .select(Row::as_select())
            .load(conn)?;
        speaking.extend(found.into_iter().map(|row| (row.id.clone(), row)));
    }
    let ids: Vec<&String> = speaking.keys().collect();
    let of_all = beneficiaries::id.eq_any(&ids).or(beneficiaries::merged_into.assume_not_null().eq_any(&ids));
    let given: Vec<(ConsentRow, Option<String>)> = consents::table
        .inner_join(beneficiaries::table.on(beneficiaries::id.eq(consents::beneficiary_id)))
        .filter(of_all)
        .order((consents::beneficiary_id.asc(), consents::id.asc()))
        .select((ConsentRow::as_select(), beneficiaries::merged_into))
        .load(conn)?;
    let keys = ids.into_iter().chain(given.iter().map(|(row, _)| &row.beneficiary_id));
    let keys: Vec<BeneficiaryId> = keys.map(|id| word(id)).collect::<StoreResult<_>>()?;
    let held = data_key::load_all(conn, vault, &keys)?;
    let mut said: HashMap<String, Vec<Vec<Consent>>> = HashMap::new();
    let mut last = None;
    for (row, into) in given {
        let of: BeneficiaryId = word(&row.beneficiary_id)?;
        let records = said.entry(into.unwrap_or_else(|| row.beneficiary_id.clone())).or_default();
        if last.replace(of) != Some(of) {
            records.push(Vec::new());
        }
        if let (Some(held), Some(record)) = (held.get(&of), records.last_mut()) {
            record.push(row.opened(held, of)?);
        }
    }
    let mut known = HashMap::with_capacity(speaking.len());
    for (id, row) in speaking {
        let of: BeneficiaryId = word(&id)?;
        if let Some(held) = held.get(&of) {
            let consents = one_word(said.remove(&id).unwrap_or_default());
            known.insert(id, (row.shown(held)?, consents));
        }
    }
    let whole = |row: &Row| known.get(row.standing()).map(|(who, said)| row.with(who.clone(), said.clone()));
    rows.iter().filter_map(whole).collect()
}
