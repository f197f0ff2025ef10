//! What the ledger is checked on: each transaction beside its entries, and what is kept of pools, allocations and donations
//! beside what the entries sum up to.

use crate::{
    Conn, StoreResult,
    ledger::journal,
    schema::{allocations, donations, ledger_entries, ledger_transactions, pools},
};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{BigInt, Nullable},
};
use domain::ledger::{AccountKind, Kind, Transaction};
use std::collections::HashMap;

/// A transaction, and its entries as they are stored: account kind, account, amount.
pub type Posted = (Transaction, Vec<(String, String, i64)>);

/// The next `limit` transactions after `after`, by id.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn transactions(conn: &mut Conn, after: &str, limit: i64) -> StoreResult<Vec<Posted>> {
    let found = journal::after(conn, after, limit)?;
    let ids: Vec<String> = found.iter().map(|one| one.stamp.id.to_string()).collect();
    let rows: Vec<(String, String, String, i64)> =
        ledger_entries::table.filter(ledger_entries::transaction_id.eq_any(&ids)).load(conn)?;
    let mut entries: HashMap<String, Vec<(String, String, i64)>> = HashMap::new();
    for (of, kind, account, amount) in rows {
        entries.entry(of).or_default().push((kind, account, amount));
    }
    let posted = |one: Transaction| {
        let own = entries.remove(&one.stamp.id.to_string()).unwrap_or_default();
        (one, own)
    };
    Ok(found.into_iter().map(posted).collect())
}

/// Something that is kept, and what it should be.
#[derive(Debug, Clone)]
pub struct Kept {
    /// Of what, such as `pool`.
    pub what: &'static str,
    /// Its id.
    pub id: String,
    /// What is kept, in a word.
    pub name: &'static str,
    /// As it is kept.
    pub kept: i64,
    /// As the entries say.
    pub counted: i64,
}

/// Everything that is kept of sums.
///
/// # Errors
/// When the database does not answer.
pub fn kept(conn: &mut Conn) -> StoreResult<Vec<Kept>> {
    let sums = accounts(conn)?;
    let of = |kind: AccountKind, id: &str| {
        sums.get(&(kind.as_str().to_owned(), id.to_owned())).copied().unwrap_or_default()
    };
    let mut all = Vec::new();
    let mut allocated: HashMap<String, i64> = HashMap::new();
    let rows: Vec<(String, String, i64, i64)> = allocations::table
        .select((allocations::id, allocations::pool_id, allocations::remaining_fen, allocations::spent_fen))
        .load(conn)?;
    for (id, pool, remaining, spent) in rows {
        let sum = allocated.entry(pool).or_default();
        *sum = sum.saturating_add(remaining);
        for (name, kept, kind) in
            [("remaining", remaining, AccountKind::Allocation), ("spent", spent, AccountKind::Spent)]
        {
            all.push(Kept { what: "allocation", counted: of(kind, &id), id: id.clone(), name, kept });
        }
    }
    let rows: Vec<(String, i64, i64)> =
        pools::table.select((pools::id, pools::balance_fen, pools::allocated_fen)).load(conn)?;
    for (id, balance, set_aside) in rows {
        let counted = allocated.get(&id).copied().unwrap_or_default();
        all.push(Kept { what: "pool", id: id.clone(), name: "allocated", kept: set_aside, counted });
        let counted = of(AccountKind::Pool, &id);
        all.push(Kept { what: "pool", id, name: "balance", kept: balance, counted });
    }
    all.extend(refunds(conn)?);
    Ok(all)
}

fn accounts(conn: &mut Conn) -> StoreResult<HashMap<(String, String), i64>> {
    let sum = sql::<Nullable<BigInt>>("CAST(SUM(amount_fen) AS BIGINT)");
    let rows: Vec<(String, String, Option<i64>)> = ledger_entries::table
        .group_by((ledger_entries::account_kind, ledger_entries::account_id))
        .select((ledger_entries::account_kind, ledger_entries::account_id, sum))
        .load(conn)?;
    Ok(rows.into_iter().map(|(kind, id, sum)| ((kind, id), sum.unwrap_or_default())).collect())
}

/// What was given back of each donation, and what each was, less what was found to be none.
fn refunds(conn: &mut Conn) -> StoreResult<Vec<Kept>> {
    let sum = "CAST(SUM(CASE WHEN reverses IS NULL THEN amount_fen ELSE -amount_fen END) AS BIGINT)";
    let rows: Vec<(Option<String>, String, Option<i64>)> = ledger_transactions::table
        .filter(ledger_transactions::donation_id.is_not_null())
        .group_by((ledger_transactions::donation_id, ledger_transactions::kind))
        .select((ledger_transactions::donation_id, ledger_transactions::kind, sql::<Nullable<BigInt>>(sum)))
        .load(conn)?;
    let sums: HashMap<(String, String), i64> =
        rows.into_iter().filter_map(|(id, kind, sum)| Some(((id?, kind), sum?))).collect();
    let rows: Vec<(String, i64, i64, Option<i64>)> = donations::table
        .select((donations::id, donations::amount_fen, donations::refunded_fen, donations::reversed_at))
        .load(conn)?;
    let mut all = Vec::with_capacity(rows.len().saturating_mul(2));
    for (id, amount, refunded, reversed_at) in rows {
        let amount = if reversed_at.is_some() { 0 } else { amount };
        for (name, kept, kind) in [("amount", amount, Kind::Received), ("refunded", refunded, Kind::Refunded)]
        {
            let counted = sums.get(&(id.clone(), kind.to_string())).copied().unwrap_or_default();
            all.push(Kept { what: "donation", id: id.clone(), name, kept, counted });
        }
    }
    Ok(all)
}
