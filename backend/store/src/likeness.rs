//! What may be here already: residents of one name, and what a household wished for.

use crate::{
    Conn, StoreResult, beneficiary,
    column::{instant, word},
    organisation::subtree,
    schema::{beneficiaries, wishes},
};
use diesel::prelude::*;
use domain::{
    beneficiary::Beneficiary,
    id::{BeneficiaryId, HouseholdId, OrganisationId, WishId},
    time::Instant,
    wish::Status,
};
use vault::Vault;

/// Names are sealed one by one and have no index: this many are opened at most, the newest.
const MOST_OPENED: i64 = 1_000;
/// This many wishes of a household are looked at, the newest.
const MOST_WISHES: i64 = 50;

/// The residents of the subtree of an organisation for whom `alike` is true of their name.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn named(
    conn: &mut Conn,
    vault: &Vault,
    organisation: OrganisationId,
    alike: impl Fn(&str) -> bool,
) -> StoreResult<Vec<Beneficiary>> {
    let newest: Vec<String> = beneficiaries::table
        .filter(beneficiaries::organisation_id.eq_any(subtree(organisation)))
        .filter(beneficiaries::merged_into.is_null())
        .order(beneficiaries::id.desc())
        .limit(MOST_OPENED)
        .select(beneficiaries::id)
        .load(conn)?;
    let newest = newest.iter().map(|id| word(id)).collect::<StoreResult<Vec<BeneficiaryId>>>()?;
    let names = beneficiary::glimpses(conn, vault, &newest)?;
    let mut found = Vec::new();
    for id in newest {
        let name = names.get(&id).and_then(|glimpse| glimpse.name.as_deref());
        if name.is_some_and(&alike) {
            found.extend(beneficiary::load(conn, vault, id)?);
        }
    }
    Ok(found)
}

/// What a household wished for, as its staff sees it.
#[derive(Debug, Clone)]
pub struct Wished {
    /// The wish.
    pub id: WishId,
    /// In one line.
    pub title: String,
    /// The code of its category.
    pub category: String,
    /// What became of it.
    pub status: Status,
    /// When it was written down.
    pub created_at: Instant,
}

/// What these households wished for, newest first.
///
/// # Errors
/// As [`named`].
pub fn wished(conn: &mut Conn, households: &[HouseholdId]) -> StoreResult<Vec<Wished>> {
    let households: Vec<String> = households.iter().map(ToString::to_string).collect();
    let members =
        beneficiaries::table.filter(beneficiaries::household_id.eq_any(households)).select(beneficiaries::id);
    let rows: Vec<(String, String, String, String, i64)> = wishes::table
        .filter(wishes::beneficiary_id.eq_any(members))
        .filter(wishes::split_from.is_null())
        .order(wishes::id.desc())
        .limit(MOST_WISHES)
        .select((wishes::id, wishes::title, wishes::category, wishes::status, wishes::created_at))
        .load(conn)?;
    let read = |(id, title, category, status, at): (String, _, _, String, _)| {
        Ok(Wished { id: word(&id)?, title, category, status: word(&status)?, created_at: instant(at) })
    };
    rows.into_iter().map(read).collect()
}
