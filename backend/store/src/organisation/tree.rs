//! Questions about the shape of the tree, and how a change keeps it still.

use crate::{
    Conn, StoreResult,
    column::word,
    schema::{organisation_closure, organisations},
};
use diesel::prelude::*;
use domain::{id::OrganisationId, organisation::Level};

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
