//! What everybody may know of a pool: sums, and what its purchases were for.

use crate::{
    Conn, StoreResult,
    column::word,
    schema::{allocations, ledger_transactions, spendings, wishes},
};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{BigInt, Nullable},
};
use domain::{
    id::{OrganisationId, PoolId, TransactionId, WishId},
    ledger::Kind,
};
use std::collections::HashSet;

/// What moved in a month, less what was reversed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The month, as `2026-11`; a reversal counts in the month in which it was written down.
    pub month: String,
    /// What moved.
    pub kind: Kind,
    /// How much, in fen.
    pub amount_fen: i64,
}

/// The sums of a pool by month and kind, the oldest month first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn months(conn: &mut Conn, of: PoolId) -> StoreResult<Vec<Moved>> {
    let sum = "CAST(SUM(CASE WHEN reverses IS NULL THEN amount_fen ELSE -amount_fen END) AS BIGINT)";
    let rows: Vec<(String, String, Option<i64>)> = ledger_transactions::table
        .filter(ledger_transactions::pool_id.eq(of.to_string()))
        .group_by((ledger_transactions::month, ledger_transactions::kind))
        .order((ledger_transactions::month.asc(), ledger_transactions::kind.asc()))
        .select((ledger_transactions::month, ledger_transactions::kind, sql::<Nullable<BigInt>>(sum)))
        .load(conn)?;
    let moved = |(month, kind, sum): (String, String, Option<i64>)| {
        Ok(Moved { month, kind: word(&kind)?, amount_fen: sum.unwrap_or_default() })
    };
    rows.into_iter().map(moved).collect()
}

/// A purchase that stands, with what the wish was.
#[derive(Debug, Clone)]
pub struct Bought {
    /// For how much, in fen.
    pub amount_fen: i64,
    /// What the pool held unspent just before, in fen.
    pub held_fen: i64,
    /// For which wish.
    pub wish_id: WishId,
    /// Its category.
    pub category: String,
    /// Who collected it.
    pub origin_id: OrganisationId,
}

/// The purchases of a pool that were not reversed, after a transaction, in their order.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn bought(conn: &mut Conn, of: PoolId, after: Option<TransactionId>) -> StoreResult<Vec<Bought>> {
    type Columns = (String, i64, i64, String, String, String);
    let spent = ledger_transactions::pool_id
        .eq(of.to_string())
        .and(ledger_transactions::kind.eq(Kind::Spent.as_str()));
    let reversed: Vec<Option<String>> = ledger_transactions::table
        .filter(spent.clone().and(ledger_transactions::reverses.is_not_null()))
        .select(ledger_transactions::reverses)
        .load(conn)?;
    let reversed: HashSet<String> = reversed.into_iter().flatten().collect();
    let rows: Vec<Columns> = ledger_transactions::table
        .inner_join(spendings::table.on(spendings::transaction_id.eq(ledger_transactions::id)))
        .inner_join(allocations::table.on(allocations::id.eq(spendings::allocation_id)))
        .inner_join(wishes::table.on(wishes::id.eq(allocations::wish_id)))
        .filter(spent)
        .filter(ledger_transactions::id.gt(after.map(|id| id.to_string()).unwrap_or_default()))
        .order(ledger_transactions::id.asc())
        .select((
            ledger_transactions::id,
            ledger_transactions::amount_fen,
            spendings::held_fen,
            wishes::id,
            wishes::category,
            wishes::origin_id,
        ))
        .load(conn)?;
    let one = |(_, amount_fen, held_fen, wish, category, origin): Columns| {
        Ok(Bought { amount_fen, held_fen, wish_id: word(&wish)?, category, origin_id: word(&origin)? })
    };
    rows.into_iter().filter(|row| !reversed.contains(&row.0)).map(one).collect()
}

/// The transaction by which a donation came in.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn receipt(conn: &mut Conn, of: domain::id::DonationId) -> StoreResult<Option<TransactionId>> {
    let id: Option<String> = ledger_transactions::table
        .filter(ledger_transactions::donation_id.eq(of.to_string()))
        .filter(ledger_transactions::kind.eq(Kind::Received.as_str()))
        .filter(ledger_transactions::reverses.is_null())
        .select(ledger_transactions::id)
        .first(conn)
        .optional()?;
    id.as_deref().map(word).transpose()
}
