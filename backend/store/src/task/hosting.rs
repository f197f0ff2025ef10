//! What waits among campaigns: organisations that are asked to hold one, until it opens, and then until it closes.

use super::{After, Asked, Found};
use crate::{
    Conn, StoreResult,
    column::{instant, word},
    organisation::subtrees,
    schema::{campaign_hosts, campaigns},
};
use diesel::{dsl::exists, prelude::*};
use domain::{campaign::HostStatus, task::Source};

pub(super) fn list(conn: &mut Conn, asked: &Asked) -> StoreResult<Vec<Found>> {
    let invited = campaign_hosts::table
        .filter(campaign_hosts::campaign_id.eq(campaigns::id))
        .filter(campaign_hosts::status.eq(HostStatus::Invited.as_str()))
        .filter(campaign_hosts::organisation_id.eq_any(subtrees(&asked.roots)));
    let query = campaigns::table.filter(campaigns::due_at.is_not_null()).filter(exists(invited)).into_boxed();
    let rows: Vec<(String, i64, Option<i64>)> = page!(query, asked, campaigns::due_at, campaigns::id)
        .select((campaigns::id, campaigns::created_at, campaigns::due_at))
        .load(conn)?;
    let found = |(id, created, due): (String, i64, Option<i64>)| {
        let (due_at, since) = (instant(due?), Some(instant(created)));
        let found = |subject_id| Found {
            source: Source::Hosting,
            wish: None,
            pool_id: None,
            subject_id,
            since,
            due_at,
            by_hand: true,
        };
        Some(word(&id).map(found))
    };
    rows.into_iter().filter_map(found).collect()
}
