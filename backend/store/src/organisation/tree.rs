//! Questions about the shape of the tree and what hangs on it, and how a change keeps it still.

use crate::{
    Conn, StoreResult,
    column::word,
    schema::{
        beneficiaries, claimants, emergency_call_circles, emergency_calls, memberships, organisation_closure,
        organisations, posts, wishes,
    },
};
use diesel::prelude::*;
use domain::{id::OrganisationId, organisation::Level};

/// The ids of an organisation and of all below it, to be asked for as `eq_any(subtree(root))`.
#[diesel::dsl::auto_type(no_type_alias)]
pub(crate) fn subtree(root: OrganisationId) -> _ {
    let root: String = root.to_string();
    organisation_closure::table
        .filter(organisation_closure::ancestor_id.eq(root))
        .select(organisation_closure::descendant_id)
}

/// The same of several. Their number is part of the statement, so that it is prepared anew for each.
#[diesel::dsl::auto_type(no_type_alias)]
pub(crate) fn subtrees(roots: &[OrganisationId]) -> _ {
    let roots: Vec<String> = roots.iter().map(ToString::to_string).collect();
    organisation_closure::table
        .filter(organisation_closure::ancestor_id.eq_any(roots))
        .select(organisation_closure::descendant_id)
}

/// Keeps others from changing this organisation until the transaction ends; they wait. What is to be
/// compared and set must be read after this. Held at the root, it keeps the shape of the tree.
///
/// # Errors
/// `Busy` when another holds it too long.
pub fn hold(conn: &mut Conn, id: OrganisationId) -> StoreResult<()> {
    // Writing what is there takes the lock of the row, on either database.
    diesel::update(organisations::table.find(id.to_string()))
        .set(organisations::version.eq(organisations::version))
        .execute(conn)?;
    Ok(())
}

/// The superiors of some organisations, and these themselves.
///
/// # Errors
/// When the database does not answer.
pub fn above(conn: &mut Conn, ids: &[OrganisationId]) -> StoreResult<Vec<OrganisationId>> {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    let rows: Vec<String> = organisation_closure::table
        .filter(organisation_closure::descendant_id.eq_any(ids))
        .select(organisation_closure::ancestor_id)
        .distinct()
        .load(conn)?;
    rows.iter().map(|id| word(id)).collect()
}

/// The levels that stand directly below an organisation, each once.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn levels_below(conn: &mut Conn, id: OrganisationId) -> StoreResult<Vec<Level>> {
    let rows: Vec<String> = organisations::table
        .filter(organisations::parent_id.eq(id.to_string()))
        .select(organisations::level)
        .distinct()
        .load(conn)?;
    rows.iter().map(|level| word(level)).collect()
}

/// Which of `ids` lie in the subtrees of `roots`.
///
/// # Errors
/// When the database does not answer.
pub fn within(
    conn: &mut Conn,
    roots: &[OrganisationId],
    ids: &[OrganisationId],
) -> StoreResult<Vec<OrganisationId>> {
    let text = |ids: &[OrganisationId]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    let rows: Vec<String> = organisation_closure::table
        .filter(organisation_closure::ancestor_id.eq_any(text(roots)))
        .filter(organisation_closure::descendant_id.eq_any(text(ids)))
        .select(organisation_closure::descendant_id)
        .distinct()
        .load(conn)?;
    rows.iter().map(|id| word(id)).collect()
}

/// What still hangs on an organisation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Uses {
    /// Organisations directly below it.
    pub children: i64,
    /// Wishes, posts, residents, claimants and members of its own.
    pub others: i64,
}

/// Counts what still hangs on an organisation.
///
/// # Errors
/// When the database does not answer.
pub fn uses(conn: &mut Conn, id: OrganisationId) -> StoreResult<Uses> {
    let id = id.to_string();
    let children: i64 =
        organisations::table.filter(organisations::parent_id.eq(&id)).count().get_result(conn)?;
    let held = wishes::holder_id.eq(&id).or(wishes::origin_id.eq(&id)).or(wishes::audience_id.eq(&id));
    let wishes: i64 = wishes::table.filter(held).count().get_result(conn)?;
    let residents: i64 =
        beneficiaries::table.filter(beneficiaries::organisation_id.eq(&id)).count().get_result(conn)?;
    let claimants: i64 =
        claimants::table.filter(claimants::organisation_id.eq(&id)).count().get_result(conn)?;
    let members: i64 =
        memberships::table.filter(memberships::organisation_id.eq(&id)).count().get_result(conn)?;
    let of_posts = posts::holder_id.eq(&id).or(posts::audience_id.eq(&id));
    let posts: i64 = posts::table.filter(of_posts).count().get_result(conn)?;
    let of_calls = emergency_calls::organisation_id.eq(&id);
    let calls: i64 = emergency_calls::table.filter(of_calls).count().get_result(conn)?;
    let of_circles = emergency_call_circles::organisation_id.eq(&id);
    let called: i64 = emergency_call_circles::table.filter(of_circles).count().get_result(conn)?;
    Ok(Uses { children, others: wishes + calls + called + posts + residents + claimants + members })
}
