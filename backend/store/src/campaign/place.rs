//! Which wishes belong to a campaign: by its rule, or by hand.

use crate::{
    Conn, StoreResult,
    column::{instant, optional_word, word},
    on_each,
    schema::{campaign_hosts, campaign_wishes, campaigns, organisation_closure, wishes},
    wish::PublicRow,
};
use diesel::prelude::*;
use domain::{
    campaign::{HostStatus, Place},
    id::{CampaignId, WishId},
    publication::AgeBand,
    time::Instant,
    wish::Status,
};

/// A wish that a rule is asked about.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Its id.
    pub id: WishId,
    /// Its category.
    pub category: String,
    /// The resident's age, as the wall shows it.
    pub shown: Option<AgeBand>,
}

/// A wish of a campaign's list.
#[derive(Debug, Clone)]
pub struct Placed {
    /// The wish.
    pub wish: PublicRow,
    /// Whether it belongs to the campaign.
    pub place: Place,
    /// A person decided so.
    pub by_hand: bool,
    /// When.
    pub at: Instant,
}

/// Up to which wish a campaign's rule was asked; none where that is done.
///
/// # Errors
/// When the database does not answer.
pub fn gather_after(conn: &mut Conn, id: CampaignId) -> StoreResult<Option<String>> {
    Ok(campaigns::table.find(id.to_string()).select(campaigns::gather_after).first(conn)?)
}

/// Notes up to which wish a campaign's rule was asked: the empty text asks of all, none of no more.
///
/// # Errors
/// When the database refuses.
pub fn set_gather_after(conn: &mut Conn, id: CampaignId, after: Option<&str>) -> StoreResult<()> {
    diesel::update(campaigns::table.find(id.to_string()))
        .set(campaigns::gather_after.eq(after))
        .execute(conn)?;
    Ok(())
}

/// Open wishes that the hosts' subtrees collected, after one of them, in the order of their ids.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn candidates(conn: &mut Conn, of: CampaignId, after: &str, limit: i64) -> StoreResult<Vec<Candidate>> {
    let within = organisation_closure::table
        .inner_join(
            campaign_hosts::table.on(campaign_hosts::organisation_id.eq(organisation_closure::ancestor_id)),
        )
        .filter(campaign_hosts::campaign_id.eq(of.to_string()))
        .filter(campaign_hosts::status.eq(HostStatus::Accepted.as_str()))
        .select(organisation_closure::descendant_id);
    let rows: Vec<(String, String, Option<String>)> = wishes::table
        .filter(wishes::status.eq(Status::Open.as_str()))
        .filter(wishes::id.gt(after))
        .filter(wishes::origin_id.eq_any(within))
        .order(wishes::id.asc())
        .limit(limit)
        .select((wishes::id, wishes::category, wishes::shown_age_band))
        .load(conn)?;
    let candidate = |(id, category, shown): (String, String, Option<String>)| {
        Ok(Candidate { id: word(&id)?, category, shown: optional_word(shown.as_deref())? })
    };
    rows.into_iter().map(candidate).collect()
}

/// Takes wishes in by the rule, where nobody decided otherwise. Gives how many are new.
///
/// # Errors
/// When the database refuses.
pub fn join(conn: &mut Conn, pairs: &[(CampaignId, WishId)], now: Instant) -> StoreResult<usize> {
    let row = |(campaign, wish): &(CampaignId, WishId)| {
        (
            campaign_wishes::campaign_id.eq(campaign.to_string()),
            campaign_wishes::wish_id.eq(wish.to_string()),
            campaign_wishes::place.eq(Place::In.as_str()),
            campaign_wishes::by_hand.eq(false),
            campaign_wishes::placed_at.eq(now.micros()),
        )
    };
    if pairs.is_empty() {
        return Ok(0);
    }
    let rows: Vec<_> = pairs.iter().map(row).collect();
    let new = diesel::insert_into(campaign_wishes::table);
    Ok(on_each!(conn, c => new.values(&rows).on_conflict_do_nothing().execute(c))?)
}

/// Takes a wish in or out by hand.
///
/// # Errors
/// When the database refuses.
pub fn place_by_hand(
    conn: &mut Conn,
    (campaign, wish): (CampaignId, WishId),
    place: Place,
    now: Instant,
) -> StoreResult<()> {
    join(conn, &[(campaign, wish)], now)?;
    diesel::update(campaign_wishes::table.find((campaign.to_string(), wish.to_string())))
        .set((
            campaign_wishes::place.eq(place.as_str()),
            campaign_wishes::by_hand.eq(true),
            campaign_wishes::placed_at.eq(now.micros()),
        ))
        .execute(conn)?;
    Ok(())
}

/// Places the parts that were split off where the whole is.
///
/// # Errors
/// When the database refuses.
pub fn split_places(conn: &mut Conn, whole: WishId, parts: &[WishId]) -> StoreResult<()> {
    let of_whole: Vec<(String, String, bool, i64)> = campaign_wishes::table
        .filter(campaign_wishes::wish_id.eq(whole.to_string()))
        .select((
            campaign_wishes::campaign_id,
            campaign_wishes::place,
            campaign_wishes::by_hand,
            campaign_wishes::placed_at,
        ))
        .load(conn)?;
    for (campaign, place, by_hand, at) in &of_whole {
        for part in parts {
            let row = (
                campaign_wishes::campaign_id.eq(campaign),
                campaign_wishes::wish_id.eq(part.to_string()),
                campaign_wishes::place.eq(place),
                campaign_wishes::by_hand.eq(by_hand),
                campaign_wishes::placed_at.eq(at),
            );
            diesel::insert_into(campaign_wishes::table).values(row).execute(conn)?;
        }
    }
    Ok(())
}

/// Whether a wish belongs to a campaign.
///
/// # Errors
/// When the database does not answer.
pub fn lists(conn: &mut Conn, of: CampaignId, wish: WishId) -> StoreResult<bool> {
    let listed = campaign_wishes::table
        .find((of.to_string(), wish.to_string()))
        .filter(campaign_wishes::place.eq(Place::In.as_str()));
    Ok(diesel::select(diesel::dsl::exists(listed)).get_result(conn)?)
}

/// The list of a campaign, newest wishes first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn placed(
    conn: &mut Conn,
    (id, place): (CampaignId, Place),
    before: Option<WishId>,
    limit: i64,
) -> StoreResult<Vec<Placed>> {
    let mut query = campaign_wishes::table
        .inner_join(wishes::table.on(wishes::id.eq(campaign_wishes::wish_id)))
        .filter(campaign_wishes::campaign_id.eq(id.to_string()))
        .filter(campaign_wishes::place.eq(place.as_str()))
        .into_boxed();
    if let Some(before) = before {
        query = query.filter(campaign_wishes::wish_id.lt(before.to_string()));
    }
    let rows: Vec<(PublicRow, bool, i64)> = query
        .order(campaign_wishes::wish_id.desc())
        .limit(limit)
        .select((PublicRow::as_select(), campaign_wishes::by_hand, campaign_wishes::placed_at))
        .load(conn)?;
    let one = |(wish, by_hand, at)| Placed { wish, place, by_hand, at: instant(at) };
    Ok(rows.into_iter().map(one).collect())
}
