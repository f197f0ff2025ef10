//! Pools, and what each holds.

use crate::{
    Conn, StoreResult,
    column::{instant, json, json_text, one_row, optional_word, required, word},
    organisation::subtrees,
    schema::pools,
};
use diesel::prelude::*;
use domain::{
    id::{CampaignId, OrganisationId, PoolId},
    ledger::{Pool, Profile},
    time::Instant,
};

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = pools, treat_none_as_default_value = false)]
struct Row {
    id: String,
    version: i64,
    organisation_id: String,
    campaign_id: Option<String>,
    name: String,
    purpose: String,
    categories: String,
    raiser: String,
    raised_on: String,
    approval_above_fen: i64,
    active: bool,
    balance_fen: i64,
    allocated_fen: i64,
    created_by: String,
    created_at: i64,
    updated_at: i64,
}

impl TryFrom<Row> for Pool {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&row.id)?,
            version: row.version,
            organisation_id: word(&row.organisation_id)?,
            profile: Profile {
                campaign_id: optional_word(row.campaign_id.as_deref())?,
                name: row.name,
                purpose: row.purpose,
                categories: json(&row.categories)?,
                raiser: row.raiser,
                raised_on: row.raised_on,
            },
            approval_above_fen: row.approval_above_fen,
            active: row.active,
            balance_fen: row.balance_fen,
            allocated_fen: row.allocated_fen,
            created_by: word(&row.created_by)?,
            created_at: instant(row.created_at),
        })
    }
}

/// One pool.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: PoolId) -> StoreResult<Option<Pool>> {
    let row: Option<Row> =
        pools::table.find(id.to_string()).select(Row::as_select()).first(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// One pool, whose money nobody else moves until this transaction ends.
///
/// # Errors
/// `Busy` when another holds the row too long; or a row does not read.
pub fn load_to_change(conn: &mut Conn, id: PoolId) -> StoreResult<Option<Pool>> {
    // Writing what is there takes the lock of the row, on either database.
    diesel::update(pools::table.find(id.to_string())).set(pools::version.eq(pools::version)).execute(conn)?;
    load(conn, id)
}

/// Pools of some subtrees, newest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(
    conn: &mut Conn,
    roots: &[OrganisationId],
    before: Option<PoolId>,
    limit: i64,
) -> StoreResult<Vec<Pool>> {
    let mut query = pools::table.filter(pools::organisation_id.eq_any(subtrees(roots))).into_boxed();
    if let Some(before) = before {
        query = query.filter(pools::id.lt(before.to_string()));
    }
    let rows: Vec<Row> = query.order(pools::id.desc()).limit(limit).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// The pools of some campaigns with their names, oldest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn of_campaigns(
    conn: &mut Conn,
    campaigns: &[CampaignId],
) -> StoreResult<Vec<(CampaignId, PoolId, String)>> {
    let rows: Vec<(Option<String>, String, String)> = pools::table
        .filter(pools::campaign_id.eq_any(campaigns.iter().map(ToString::to_string)))
        .order(pools::id.asc())
        .select((pools::campaign_id, pools::id, pools::name))
        .load(conn)?;
    let pool = |(campaign, id, name): (Option<String>, String, String)| {
        Ok((word(&required(campaign, "campaign_id")?)?, word(&id)?, name))
    };
    rows.into_iter().map(pool).collect()
}

/// Enters a pool.
///
/// # Errors
/// When the database refuses.
pub fn insert(conn: &mut Conn, pool: &Pool) -> StoreResult<()> {
    let Profile { campaign_id, name, purpose, categories, raiser, raised_on } = pool.profile.clone();
    let row = Row {
        id: pool.id.to_string(),
        version: pool.version,
        organisation_id: pool.organisation_id.to_string(),
        campaign_id: campaign_id.map(|id| id.to_string()),
        name,
        purpose,
        categories: json_text(&categories)?,
        raiser,
        raised_on,
        approval_above_fen: pool.approval_above_fen,
        active: pool.active,
        balance_fen: pool.balance_fen,
        allocated_fen: pool.allocated_fen,
        created_by: pool.created_by.to_string(),
        created_at: pool.created_at.micros(),
        updated_at: pool.created_at.micros(),
    };
    diesel::insert_into(pools::table).values(&row).execute(conn)?;
    Ok(())
}

/// Saves what can be changed of a pool under the next version.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, pool: &Pool, now: Instant) -> StoreResult<()> {
    let seen = pools::table.filter(pools::id.eq(pool.id.to_string())).filter(pools::version.eq(pool.version));
    let set = (
        pools::version.eq(pool.version.saturating_add(1)),
        pools::approval_above_fen.eq(pool.approval_above_fen),
        pools::active.eq(pool.active),
        pools::updated_at.eq(now.micros()),
    );
    one_row(diesel::update(seen).set(set).execute(conn)?)
}

/// Saves what a pool holds, where it still held what was seen.
///
/// # Errors
/// `Stale` when somebody else moved its money since.
pub fn keep(conn: &mut Conn, seen: &Pool, now: &Pool) -> StoreResult<()> {
    let same = pools::table
        .filter(pools::id.eq(seen.id.to_string()))
        .filter(pools::balance_fen.eq(seen.balance_fen))
        .filter(pools::allocated_fen.eq(seen.allocated_fen));
    let set = (pools::balance_fen.eq(now.balance_fen), pools::allocated_fen.eq(now.allocated_fen));
    one_row(diesel::update(same).set(set).execute(conn)?)
}
