//! What waits among referrals: needs to hand on, answers of who was asked, and answers that did not come.

use super::{After, Asked, Found};
use crate::{
    Conn, StoreResult,
    column::{instant, word},
    organisation::subtrees,
    schema::referrals,
};
use diesel::prelude::*;
use domain::{referral::Status, task::Source};

/// The referral, since when, when it was sent, until when.
type Columns = (String, i64, Option<i64>, Option<i64>);

pub(super) fn list(conn: &mut Conn, source: Source, asked: &Asked) -> StoreResult<Vec<Found>> {
    let own = referrals::organisation_id.eq_any(subtrees(&asked.roots));
    let to_them = referrals::to_id.assume_not_null().eq_any(subtrees(&asked.roots));
    let in_status = |status: Status| referrals::status.eq(status.as_str());
    let waiting = referrals::table.filter(referrals::due_at.is_not_null()).into_boxed();
    let query = match source {
        Source::ReferralsNoted => waiting.filter(in_status(Status::Noted)).filter(own),
        Source::ReferralsSent => waiting.filter(in_status(Status::Sent)).filter(to_them),
        _ => waiting
            .filter(in_status(Status::Sent))
            .filter(referrals::due_at.le(asked.now.micros()))
            .filter(own),
    };
    let rows: Vec<Columns> = page!(query, asked, referrals::due_at, referrals::id)
        .select((referrals::id, referrals::created_at, referrals::sent_at, referrals::due_at))
        .load(conn)?;
    let found = |(id, created, sent, due): Columns| {
        let due_at = instant(due?);
        let since = Some(instant(sent.unwrap_or(created)));
        let found = |subject_id| Found {
            source,
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
