//! What waits among campaigns: organisations that are asked to hold one, until it opens, and then until it closes.

use super::{After, Asked, Found, asked_for};
use crate::{
    Conn, StoreResult,
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
    asked_for(Source::Hosting, rows)
}
