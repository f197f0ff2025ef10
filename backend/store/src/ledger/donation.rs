//! Donations, as platforms reported them.

use crate::{
    Conn, StoreError, StoreResult,
    column::{instant, one_row, required, word},
    dialect::ROWS_AT_ONCE,
    on_each,
    schema::donations,
};
use diesel::prelude::*;
use domain::{
    id::{DonationId, PlatformId, PoolId},
    ledger::{CURRENCY, Donation, Fen},
    time::Instant,
};

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = donations, treat_none_as_default_value = false)]
struct Row {
    id: String,
    version: i64,
    pool_id: String,
    platform_id: String,
    external_id: String,
    donor_ref: Option<String>,
    amount_fen: i64,
    currency: String,
    given_at: i64,
    refunded_fen: i64,
    reversed_at: Option<i64>,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<Row> for Donation {
    type Error = StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&row.id)?,
            version: row.version,
            pool_id: word(&row.pool_id)?,
            platform_id: word(&row.platform_id)?,
            external_id: row.external_id,
            donor_ref: row.donor_ref,
            amount: required(Fen::of(row.amount_fen), "the amount of a donation")?,
            refunded_fen: row.refunded_fen,
            given_at: instant(row.given_at),
            reversed_at: row.reversed_at.map(instant),
            created_at: instant(row.created_at),
        })
    }
}

/// One donation.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: DonationId) -> StoreResult<Option<Donation>> {
    let row: Option<Row> =
        donations::table.find(id.to_string()).select(Row::as_select()).first(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// Those that a platform reported under these numbers of its own.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn reported(conn: &mut Conn, by: PlatformId, external_ids: &[&str]) -> StoreResult<Vec<Donation>> {
    let rows: Vec<Row> = donations::table
        .filter(donations::platform_id.eq(by.to_string()))
        .filter(donations::external_id.eq_any(external_ids))
        .select(Row::as_select())
        .load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The donations of a pool, newest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(
    conn: &mut Conn,
    of: PoolId,
    before: Option<DonationId>,
    limit: i64,
) -> StoreResult<Vec<Donation>> {
    let mut query = donations::table.filter(donations::pool_id.eq(of.to_string())).into_boxed();
    if let Some(before) = before {
        query = query.filter(donations::id.lt(before.to_string()));
    }
    let rows: Vec<Row> =
        query.order(donations::id.desc()).limit(limit).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// Some of the donations that a platform reported to a pool, of those given within a time: those whose numbers lie between two, in
/// their order.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn between(
    conn: &mut Conn,
    (of, by): (PoolId, PlatformId),
    (from, until): (Instant, Instant),
    (after, upto): (Option<&str>, Option<&str>),
    limit: i64,
) -> StoreResult<Vec<Donation>> {
    let mut query = donations::table
        .filter(donations::pool_id.eq(of.to_string()))
        .filter(donations::platform_id.eq(by.to_string()))
        .filter(donations::given_at.between(from.micros(), until.micros()))
        .into_boxed();
    if let Some(after) = after {
        query = query.filter(donations::external_id.gt(after));
    }
    if let Some(upto) = upto {
        query = query.filter(donations::external_id.le(upto));
    }
    let rows: Vec<Row> =
        query.order(donations::external_id.asc()).limit(limit).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

impl From<&Donation> for Row {
    fn from(donation: &Donation) -> Self {
        Self {
            id: donation.id.to_string(),
            version: donation.version,
            pool_id: donation.pool_id.to_string(),
            platform_id: donation.platform_id.to_string(),
            external_id: donation.external_id.clone(),
            donor_ref: donation.donor_ref.clone(),
            amount_fen: donation.amount.get(),
            currency: CURRENCY.to_owned(),
            given_at: donation.given_at.micros(),
            refunded_fen: donation.refunded_fen,
            reversed_at: donation.reversed_at.map(Instant::micros),
            created_at: donation.created_at.micros(),
            updated_at: donation.created_at.micros(),
        }
    }
}

/// Enters donations.
///
/// # Errors
/// `Unique` on `platform_id`, `external_id` where one was reported already.
pub fn insert(conn: &mut Conn, new: &[Donation]) -> StoreResult<()> {
    for part in new.chunks(ROWS_AT_ONCE) {
        let rows: Vec<Row> = part.iter().map(Row::from).collect();
        let new = diesel::insert_into(donations::table);
        on_each!(conn, c => new.values(&rows).execute(c))?;
    }
    Ok(())
}

/// Saves what was given back of a donation under the next version.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, donation: &Donation, now: Instant) -> StoreResult<()> {
    let seen = donations::table
        .filter(donations::id.eq(donation.id.to_string()))
        .filter(donations::version.eq(donation.version));
    let set = (
        donations::version.eq(donation.version.saturating_add(1)),
        donations::refunded_fen.eq(donation.refunded_fen),
        donations::reversed_at.eq(donation.reversed_at.map(Instant::micros)),
        donations::updated_at.eq(now.micros()),
    );
    one_row(diesel::update(seen).set(set).execute(conn)?)
}
