//! Pledges of claimants in campaigns.

use crate::{
    Conn, StoreResult,
    claim::ActsFor,
    column::{instant, one_row, word},
    organisation::subtrees,
    schema::{claimants, pledges},
};
use diesel::{dsl::count_star, prelude::*};
use domain::{
    id::{CampaignId, PledgeId},
    pledge::{Amount, Pledge},
    time::Instant,
};

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = pledges, treat_none_as_default_value = false, treat_none_as_null = true)]
struct Row {
    id: String,
    version: i64,
    campaign_id: String,
    claimant_id: String,
    wishes: Option<i64>,
    hours: Option<i64>,
    value_fen: Option<i64>,
    withdrawn_at: Option<i64>,
    created_by: String,
    created_at: i64,
    updated_at: i64,
}

impl Row {
    fn of(pledge: &Pledge, now: Instant) -> Self {
        let Amount { wishes, hours, value_fen } = pledge.amount;
        Self {
            id: pledge.id.to_string(),
            version: pledge.version,
            campaign_id: pledge.campaign_id.to_string(),
            claimant_id: pledge.claimant_id.to_string(),
            wishes,
            hours,
            value_fen,
            withdrawn_at: pledge.withdrawn_at.map(Instant::micros),
            created_by: pledge.created_by.to_string(),
            created_at: pledge.created_at.micros(),
            updated_at: now.micros(),
        }
    }
}

impl TryFrom<Row> for Pledge {
    type Error = crate::StoreError;

    fn try_from(row: Row) -> StoreResult<Self> {
        Ok(Self {
            id: word(&row.id)?,
            version: row.version,
            campaign_id: word(&row.campaign_id)?,
            claimant_id: word(&row.claimant_id)?,
            amount: Amount { wishes: row.wishes, hours: row.hours, value_fen: row.value_fen },
            withdrawn_at: row.withdrawn_at.map(instant),
            created_by: word(&row.created_by)?,
            created_at: instant(row.created_at),
        })
    }
}

/// One pledge.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn load(conn: &mut Conn, id: PledgeId) -> StoreResult<Option<Pledge>> {
    let row: Option<Row> =
        pledges::table.find(id.to_string()).select(Row::as_select()).first(conn).optional()?;
    row.map(TryInto::try_into).transpose()
}

/// Enters a pledge.
///
/// # Errors
/// `Unique` on `campaign_id`, `claimant_id` where the claimant joined already.
pub fn insert(conn: &mut Conn, pledge: &Pledge) -> StoreResult<()> {
    let row = Row::of(pledge, pledge.created_at);
    diesel::insert_into(pledges::table).values(&row).execute(conn)?;
    Ok(())
}

/// Saves a pledge under the next version.
///
/// # Errors
/// `Stale` when it changed since.
pub fn save(conn: &mut Conn, pledge: &Pledge, now: Instant) -> StoreResult<()> {
    let mut row = Row::of(pledge, now);
    row.version = pledge.version.saturating_add(1);
    let seen = pledges::table
        .filter(pledges::id.eq(pledge.id.to_string()))
        .filter(pledges::version.eq(pledge.version));
    one_row(diesel::update(seen).set(&row).execute(conn)?)
}

/// Which pledges of a campaign a list shows.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Of which campaign.
    pub campaign: CampaignId,
    /// Only of claimants for whom this user acts.
    pub acts_for: Option<ActsFor>,
    /// After this id: the oldest first.
    pub after: Option<PledgeId>,
}

/// Pledges that hold, the oldest first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(conn: &mut Conn, filter: &Filter, limit: i64) -> StoreResult<Vec<Pledge>> {
    let mut query = pledges::table
        .filter(pledges::campaign_id.eq(filter.campaign.to_string()))
        .filter(pledges::withdrawn_at.is_null())
        .into_boxed();
    if let Some(acts) = &filter.acts_for {
        let own = claimants::table
            .filter(
                claimants::user_id
                    .eq(acts.user.to_string())
                    .or(claimants::organisation_id.eq_any(subtrees(&acts.roots)).nullable()),
            )
            .select(claimants::id);
        query = query.filter(pledges::claimant_id.eq_any(own));
    }
    if let Some(after) = filter.after {
        query = query.filter(pledges::id.gt(after.to_string()));
    }
    let rows: Vec<Row> = query.order(pledges::id.asc()).limit(limit).select(Row::as_select()).load(conn)?;
    rows.into_iter().map(TryInto::try_into).collect()
}

/// How many pledges of a campaign hold.
///
/// # Errors
/// When the database does not answer.
pub fn count(conn: &mut Conn, of: CampaignId) -> StoreResult<i64> {
    Ok(pledges::table
        .filter(pledges::campaign_id.eq(of.to_string()))
        .filter(pledges::withdrawn_at.is_null())
        .select(count_star())
        .get_result(conn)?)
}
