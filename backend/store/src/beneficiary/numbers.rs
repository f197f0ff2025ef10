//! Finding a resident by an exact phone or identity number, over keyed indexes of them.

use super::{Row, list::with_consents};
use crate::{
    Conn, StoreResult,
    column::word,
    organisation::subtrees,
    schema::{beneficiaries, organisation_closure},
};
use diesel::prelude::*;
use domain::{
    beneficiary::{Beneficiary, Person},
    id::{BeneficiaryId, OrganisationId},
};
use vault::{Vault, normal_id_number, normal_phone};

/// An exact number that a resident is looked for by.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// A telephone number.
    pub phone: Option<String>,
    /// An identity number.
    pub id_number: Option<String>,
}

impl Wanted {
    pub(super) fn phone_index(&self, vault: &Vault, tree: OrganisationId) -> Option<String> {
        let text = normal_phone(self.phone.as_deref()?);
        Some(vault.index().of("beneficiaries.phone", &tree.to_string(), &text))
    }

    pub(super) fn id_number_index(&self, vault: &Vault, tree: OrganisationId) -> Option<String> {
        let text = normal_id_number(self.id_number.as_deref()?);
        Some(vault.index().of("beneficiaries.id_number", &tree.to_string(), &text))
    }

    /// An index is shorter than what it stands for: what it finds must be looked at.
    fn fits(&self, person: &Person) -> bool {
        let same = |wanted: Option<&String>, has: Option<&String>, normal: fn(&str) -> String| {
            wanted.is_none_or(|wanted| has.is_some_and(|has| normal(wanted) == normal(has)))
        };
        same(self.phone.as_ref(), person.phone.as_ref(), normal_phone)
            && same(self.id_number.as_ref(), person.id_number.as_ref(), normal_id_number)
    }
}

/// At most this many residents with one number are shown.
const MOST_FOUND: i64 = 20;

/// Residents in the subtrees of `roots` with exactly these numbers, in any of the `trees` that those
/// belong to.
///
/// # Errors
/// As [`load`].
pub fn find(
    conn: &mut Conn,
    vault: &Vault,
    roots: &[OrganisationId],
    trees: &[OrganisationId],
    wanted: &Wanted,
) -> StoreResult<Vec<Beneficiary>> {
    let within = subtrees(roots);
    let mut query = beneficiaries::table.filter(beneficiaries::organisation_id.eq_any(within)).into_boxed();
    if wanted.phone.is_some() {
        let indexes: Vec<_> = trees.iter().filter_map(|tree| wanted.phone_index(vault, *tree)).collect();
        query = query.filter(beneficiaries::phone_index.eq_any(indexes));
    }
    if wanted.id_number.is_some() {
        let indexes: Vec<_> = trees.iter().filter_map(|tree| wanted.id_number_index(vault, *tree)).collect();
        query = query.filter(beneficiaries::id_number_index.eq_any(indexes));
    }
    let rows: Vec<Row> =
        query.order(beneficiaries::id.desc()).limit(MOST_FOUND).select(Row::as_select()).load(conn)?;
    let found = with_consents(conn, vault, rows)?;
    Ok(found.into_iter().filter(|one| one.known().is_ok_and(|(person, _)| wanted.fits(person))).collect())
}

/// The resident of the tree of `organisation` who has this identity number, with their organisation.
///
/// # Errors
/// When the database does not answer.
pub fn with_id_number(
    conn: &mut Conn,
    vault: &Vault,
    organisation: OrganisationId,
    id_number: &str,
) -> StoreResult<Option<(BeneficiaryId, OrganisationId)>> {
    let wanted = Wanted { id_number: Some(id_number.to_owned()), phone: None };
    let tree = tree_of(conn, organisation)?;
    let row: Option<(String, String)> = beneficiaries::table
        .filter(beneficiaries::id_number_index.eq(wanted.id_number_index(vault, tree)))
        .select((beneficiaries::id, beneficiaries::organisation_id))
        .get_result(conn)
        .optional()?;
    row.map(|(id, at)| Ok((word(&id)?, word(&at)?))).transpose()
}

/// The root of the tree that an organisation belongs to.
pub(crate) fn tree_of(conn: &mut Conn, organisation: OrganisationId) -> StoreResult<OrganisationId> {
    let root: String = organisation_closure::table
        .filter(organisation_closure::descendant_id.eq(organisation.to_string()))
        .order(organisation_closure::depth.desc())
        .select(organisation_closure::ancestor_id)
        .first(conn)?;
    word(&root)
}

/// The roots of the trees that these organisations belong to, each once.
///
/// # Errors
/// When the database does not answer.
pub fn trees_of(conn: &mut Conn, organisations: &[OrganisationId]) -> StoreResult<Vec<OrganisationId>> {
    let mut trees = organisations.iter().map(|id| tree_of(conn, *id)).collect::<StoreResult<Vec<_>>>()?;
    trees.sort_unstable();
    trees.dedup();
    Ok(trees)
}
