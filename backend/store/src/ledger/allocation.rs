//! Allocations of pools to wishes.

use crate::{
    Conn, StoreError, StoreResult,
    column::{instant, one_row, optional_word, required, word},
    schema::allocations,
};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{BigInt, Nullable},
};
use domain::{
    id::{AllocationId, PoolId, WishId},
    ledger::{Allocation, AllocationStatus as Status, Fen},
    time::Instant,
};

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = allocations, treat_none_as_default_value = false)]
struct Row {
    id: String,
    version: i64,
    pool_id: String,
    wish_id: String,
    amount_fen: i64,
    status: String,
    remaining_fen: i64,
    spent_fen: i64,
    asked_by: String,
    approved_by: Option<String>,
    created_at: i64,
    updated_at: i64,
    due_at: Option<i64>,
}

impl TryFrom<Row> for Allocation {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&row.id)?,
            version: row.version,
            pool_id: word(&row.pool_id)?,
            wish_id: word(&row.wish_id)?,
            amount: required(Fen::of(row.amount_fen), "the amount of an allocation")?,
            status: word(&row.status)?,
            remaining_fen: row.remaining_fen,
            spent_fen: row.spent_fen,
            asked_by: word(&row.asked_by)?,
            approved_by: optional_word(row.approved_by.as_deref())?,
            created_at: instant(row.created_at),
            due_at: row.due_at.map(instant),
        })
    }
}

/// One allocation.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: AllocationId) -> StoreResult<Option<Allocation>> {
    let row: Option<Row> =
        allocations::table.find(id.to_string()).select(Row::as_select()).first(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// The allocations of a pool, newest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(
    conn: &mut Conn,
    of: PoolId,
    before: Option<AllocationId>,
    limit: i64,
) -> StoreResult<Vec<Allocation>> {
    let mut query = allocations::table.filter(allocations::pool_id.eq(of.to_string())).into_boxed();
    if let Some(before) = before {
        query = query.filter(allocations::id.lt(before.to_string()));
    }
    let rows: Vec<Row> =
        query.order(allocations::id.desc()).limit(limit).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The allocations for a wish, the oldest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn of_wish(conn: &mut Conn, of: WishId) -> StoreResult<Vec<Allocation>> {
    let rows: Vec<Row> = allocations::table
        .filter(allocations::wish_id.eq(of.to_string()))
        .order(allocations::id.asc())
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// What of a pool stands for a wish, asked or granted, in fen.
///
/// # Errors
/// When the database does not answer.
pub fn standing(conn: &mut Conn, of: PoolId, wish: WishId) -> StoreResult<i64> {
    let stands = [Status::Pending, Status::Granted].map(Status::as_str);
    // PostgreSQL sums big integers into a numeric; the cast is the same in both.
    let sum: Option<i64> = allocations::table
        .filter(allocations::wish_id.eq(wish.to_string()))
        .filter(allocations::pool_id.eq(of.to_string()))
        .filter(allocations::status.eq_any(stands))
        .select(sql::<Nullable<BigInt>>("CAST(SUM(amount_fen) AS BIGINT)"))
        .get_result(conn)?;
    Ok(sum.unwrap_or_default())
}

/// Enters an allocation.
///
/// # Errors
/// When the database refuses.
pub fn insert(conn: &mut Conn, allocation: &Allocation) -> StoreResult<()> {
    let row = Row {
        id: allocation.id.to_string(),
        version: allocation.version,
        pool_id: allocation.pool_id.to_string(),
        wish_id: allocation.wish_id.to_string(),
        amount_fen: allocation.amount.get(),
        status: allocation.status.to_string(),
        remaining_fen: allocation.remaining_fen,
        spent_fen: allocation.spent_fen,
        asked_by: allocation.asked_by.to_string(),
        approved_by: allocation.approved_by.map(|id| id.to_string()),
        created_at: allocation.created_at.micros(),
        updated_at: allocation.created_at.micros(),
        due_at: allocation.due_at.map(Instant::micros),
    };
    diesel::insert_into(allocations::table).values(&row).execute(conn)?;
    Ok(())
}

/// Saves how far an allocation has come under the next version.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, allocation: &Allocation, now: Instant) -> StoreResult<()> {
    let seen = allocations::table
        .filter(allocations::id.eq(allocation.id.to_string()))
        .filter(allocations::version.eq(allocation.version));
    let set = (
        allocations::version.eq(allocation.version.saturating_add(1)),
        allocations::status.eq(allocation.status.as_str()),
        allocations::remaining_fen.eq(allocation.remaining_fen),
        allocations::spent_fen.eq(allocation.spent_fen),
        allocations::approved_by.eq(allocation.approved_by.map(|id| id.to_string())),
        allocations::due_at.eq(allocation.due_at.map(Instant::micros)),
        allocations::updated_at.eq(now.micros()),
    );
    one_row(diesel::update(seen).set(set).execute(conn)?)
}
