//! What waits for the caller, and why. Asked of wishes, claims, escalations, pairings, applications, referrals and allocations as they stand;
//! nothing is written for it, so that nothing can be forgotten or left over.

use super::Context;
use crate::problem::Failure;
use domain::{
    task::{Kind, Source, Why, missing, soon},
    time::Instant,
};
use std::collections::BTreeSet;
use store::{
    Conn,
    task::{After, Asked, Found},
};
use uuid::Uuid;

/// Further than this nobody counts: a badge says "99+".
pub const MOST_COUNTED: usize = 99;

/// Where a page goes on: after what is due then, is of this source, and has this id.
pub type Key = (Instant, usize, Uuid);

/// The key of something that was found.
#[must_use]
pub fn key(found: &Found) -> Key {
    (found.due_at, place(found.source), found.subject_id)
}

fn place(source: Source) -> usize {
    Source::ALL.iter().position(|one| *one == source).unwrap_or_default()
}

/// What waits, the most urgent first.
///
/// # Errors
/// `unauthenticated`; when the database does not answer.
pub fn list(
    tx: &mut Conn,
    cx: &Context,
    kind: Option<Kind>,
    after: Option<Key>,
    rows: i64,
) -> Result<Vec<Found>, Failure> {
    let soon = soon(&*cx.calendar(tx)?, cx.now);
    let mut all = Vec::new();
    for source in sources(kind) {
        let after = match after {
            None => After::Nothing,
            Some((due, at, id)) if at == place(source) => After::Row(due, id),
            Some((due, at, _)) if at < place(source) => After::From(due),
            Some((due, ..)) => After::Past(due),
        };
        all.extend(of_source(tx, cx, source, soon, after, rows)?);
    }
    all.sort_by_key(key);
    all.truncate(usize::try_from(rows).unwrap_or(usize::MAX));
    Ok(all)
}

fn sources(kind: Option<Kind>) -> impl Iterator<Item = Source> {
    Source::ALL.iter().copied().filter(move |source| kind.is_none_or(|kind| source.kind() == kind))
}

/// Nobody is asked about what no role of theirs is told.
fn of_source(
    tx: &mut Conn,
    cx: &Context,
    source: Source,
    soon: Instant,
    after: After,
    limit: i64,
) -> Result<Vec<Found>, Failure> {
    let (user, roots) = (cx.user()?, cx.actor.roots(source.roles()));
    if roots.is_empty() && !source.is_of_claimants() {
        return Ok(Vec::new());
    }
    let asked = Asked { user, roots, now: cx.now, soon, after, limit };
    Ok(store::task::list(tx, source, &asked)?)
}

/// How much waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// Of each kind; those of which nothing waits are left out.
    pub kinds: Vec<(Kind, Count)>,
    /// Different wishes, pairings, applications, referrals and exports in all: one may wait for two reasons.
    pub wishes: Count,
}

/// A number, as far as it is counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Count {
    /// At most [`MOST_COUNTED`].
    pub count: usize,
    /// There are more.
    pub more: bool,
}

impl Count {
    fn of(count: usize) -> Self {
        Self { count: count.min(MOST_COUNTED), more: count > MOST_COUNTED }
    }
}

/// Counts what waits.
///
/// # Errors
/// `unauthenticated`; when the database does not answer.
pub fn count(tx: &mut Conn, cx: &Context) -> Result<Counts, Failure> {
    let soon = soon(&*cx.calendar(tx)?, cx.now);
    let enough = i64::try_from(MOST_COUNTED).unwrap_or(i64::MAX).saturating_add(1);
    let (mut kinds, mut wishes) = (Vec::new(), BTreeSet::new());
    for kind in Kind::ALL {
        let mut count = 0_usize;
        for source in sources(Some(*kind)) {
            let found = of_source(tx, cx, source, soon, After::Nothing, enough)?;
            count = count.saturating_add(found.len());
            // A pairing, an application, a referral and an export wait for themselves.
            wishes.extend(found.into_iter().map(|one| one.wish.map_or(one.subject_id, |wish| wish.id.0)));
        }
        if count > 0 {
            kinds.push((*kind, Count::of(count)));
        }
    }
    Ok(Counts { kinds, wishes: Count::of(wishes.len()) })
}

/// Why it waits.
#[must_use]
pub const fn why(found: &Found) -> Why {
    match found.source {
        Source::Submitted => Why::Submitted,
        Source::Unclaimed => Why::Unclaimed,
        Source::Delivered => Why::Delivered,
        Source::Dispatched => Why::Dispatched,
        Source::CameFree => Why::ShareCameFree,
        Source::SentUp if found.by_hand => Why::SentUp,
        Source::SentUp => Why::RanOver,
        // Done by hand is here the first contact.
        Source::LeaseSoon | Source::LeaseOver if found.by_hand => Why::DeliverBy,
        Source::LeaseSoon | Source::LeaseOver => Why::ContactBy,
        Source::WishSoon | Source::WishOver => match &found.wish {
            Some(wish) => missing(wish.status),
            None => Why::NotClaimed,
        },
        Source::DraftReturned => Why::ReviewReturned,
        Source::WishReturned => Why::EscalationReturned,
        Source::DeliveryReturned => Why::DeliverySentBack,
        Source::RedListed => Why::MustBeAnswered,
        Source::SpotChecks => Why::Drawn,
        Source::PairingProposed => Why::PairingProposed,
        Source::VisitDue if found.by_hand => Why::VisitBy,
        Source::VisitDue | Source::VisitMissed => Why::VisitMissed,
        Source::Applications => Why::Applied,
        Source::ReferralsNoted => Why::NeedNoted,
        Source::ReferralsSent => Why::Referred,
        Source::ReferralsOverdue => Why::NotAnswered,
        Source::Allocations => Why::MoneyAsked,
        Source::Exports => Why::ExportAsked,
        Source::Hosting => Why::HostingAsked,
    }
}
