//! How often the tree of organisations, or a list of categories, has changed: the generation that what
//! is kept of them in memory belongs to. Must not know what is kept, nor by whom.

use crate::{Conn, StoreResult, column::one_row, schema::directory};
use diesel::prelude::*;

/// Counts a change of the tree or of a list, in the transaction that makes it.
pub(crate) fn changed(conn: &mut Conn) -> StoreResult<()> {
    let next = directory::generation.eq(directory::generation + 1);
    one_row(diesel::update(directory::table.find(1_i64)).set(next).execute(conn)?)
}
