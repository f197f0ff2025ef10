//! Many rows by one statement, from a list in JSON: what both databases read alike, but for the function that opens it.

use super::*;

/// The rows of a list, each a list of texts and numbers, as `value`.
fn rows(conn: &Conn) -> &'static str {
    match conn {
        Conn::Sqlite(_) => "json_each($1)",
        Conn::Postgres(_) => "json_array_elements(CAST($1 AS json))",
    }
}

/// Gives events their places: `[[seq, position, tree, number in its chain, hash], …]`.
pub(crate) fn place_events(conn: &mut Conn, list: &str) -> StoreResult<()> {
    let statement = format!(
        "UPDATE events SET position = placed.position, tree_id = placed.tree_id, \
         chain_number = placed.chain_number, chain_hash = placed.chain_hash \
         FROM (SELECT CAST(value ->> 0 AS BIGINT) AS seq, CAST(value ->> 1 AS BIGINT) AS position, \
         value ->> 2 AS tree_id, CAST(value ->> 3 AS BIGINT) AS chain_number, value ->> 4 AS chain_hash \
         FROM {}) AS placed WHERE events.seq = placed.seq",
        rows(conn)
    );
    diesel::sql_query(statement).bind::<Text, _>(list).execute(conn)?;
    Ok(())
}

/// Adds to sums: `[[organisation, measure, period, part, amount], …]`.
pub(crate) fn add_to_tallies(conn: &mut Conn, list: &str) -> StoreResult<()> {
    let statement = format!(
        "INSERT INTO tallies (organisation_id, measure, period, part, amount) \
         SELECT value ->> 0, value ->> 1, CAST(value ->> 2 AS BIGINT), value ->> 3, CAST(value ->> 4 AS BIGINT) \
         FROM {} WHERE true ON CONFLICT (organisation_id, measure, period, part) \
         DO UPDATE SET amount = tallies.amount + excluded.amount",
        rows(conn)
    );
    diesel::sql_query(statement).bind::<Text, _>(list).execute(conn)?;
    Ok(())
}

/// Writes what subjects are counted as: `[[subject, organisation, cells], …]`.
pub(crate) fn write_shares(conn: &mut Conn, list: &str) -> StoreResult<()> {
    let statement = format!(
        "INSERT INTO tally_shares (subject_id, organisation_id, cells) \
         SELECT value ->> 0, value ->> 1, value ->> 2 FROM {} WHERE true \
         ON CONFLICT (subject_id) DO UPDATE SET organisation_id = excluded.organisation_id, cells = excluded.cells",
        rows(conn)
    );
    diesel::sql_query(statement).bind::<Text, _>(list).execute(conn)?;
    Ok(())
}

/// Adds the sums of a subtree to everything above it, or takes them off.
pub(crate) fn carry_tallies(conn: &mut Conn, root: &str, sign: i64) -> StoreResult<()> {
    // Numbered as they come: SQLite takes `$1` for a name.
    let statement = "INSERT INTO tallies (organisation_id, measure, period, part, amount) \
         SELECT above.ancestor_id, own.measure, own.period, own.part, own.amount * $1 FROM tallies AS own \
         JOIN organisation_closure AS above ON above.descendant_id = own.organisation_id AND above.depth > 0 \
         WHERE own.organisation_id = $2 ON CONFLICT (organisation_id, measure, period, part) \
         DO UPDATE SET amount = tallies.amount + excluded.amount";
    diesel::sql_query(statement).bind::<BigInt, _>(sign).bind::<Text, _>(root).execute(conn)?;
    Ok(())
}
