//! What waits for somebody, as it is found among wishes, claims, escalations, pairings, applications, referrals and allocations. Each query is
//! narrowed by the organisations or claimants of one person, and is read in the order of the due times.

use crate::{
    Conn, StoreResult,
    column::{instant, word},
    organisation::subtrees,
    schema::{claimants, claims, escalations, spot_checks, wishes},
};
use diesel::dsl::{exists, not};
use diesel::prelude::*;
use domain::{
    claim::{Route, Status as ClaimStatus},
    escalation::Status as EscalationStatus,
    id::{OrganisationId, PoolId, UserId, WishId},
    task::Source,
    time::Instant,
    wish::Status,
};
use uuid::Uuid;

/// Narrows to what comes after, orders and cuts off; by the column of the due time and that of the id.
macro_rules! page {
    ($query:expr, $asked:expr, $due:expr, $id:expr) => {{
        let query = match $asked.after {
            After::Nothing => $query,
            After::From(at) => $query.filter($due.ge(at.micros())),
            After::Past(at) => $query.filter($due.gt(at.micros())),
            After::Row(at, id) => {
                let same = $due.eq(at.micros()).and($id.gt(id.to_string()).nullable());
                $query.filter($due.gt(at.micros()).or(same))
            }
        };
        query.order(($due.asc(), $id.asc())).limit($asked.limit)
    }};
}

mod allocation;
mod application;
mod export;
mod hosting;
mod pairing;
mod referral;

/// The wish that something waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    /// Its id.
    pub id: WishId,
    /// The wish in one line.
    pub title: String,
    /// Where it stands.
    pub status: Status,
    /// It is off the wall.
    pub hidden: bool,
}

/// Something that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Where it was found.
    pub source: Source,
    /// The wish that it is about; none of a pairing, an application, a referral, an export or a campaign.
    pub wish: Option<About>,
    /// The pool that money is asked of.
    pub pool_id: Option<PoolId>,
    /// The claim, the escalation, the pairing, the application, the referral, the export, the campaign or the
    /// allocation; else the wish.
    pub subject_id: Uuid,
    /// Since when it waits, where that is known.
    pub since: Option<Instant>,
    /// Its time.
    pub due_at: Instant,
    /// Somebody did it, or asked for it; not time alone.
    pub by_hand: bool,
}

/// For whom, and how much of it.
#[derive(Debug, Clone)]
pub struct Asked {
    /// Who asks.
    pub user: UserId,
    /// The organisations in whose subtrees they hold a role that counts here.
    pub roots: Vec<OrganisationId>,
    /// The time of the question.
    pub now: Instant,
    /// What is due by then is due soon.
    pub soon: Instant,
    /// Where to go on.
    pub after: After,
    /// How many at most.
    pub limit: i64,
}

/// Where a page of one source goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// At the beginning.
    Nothing,
    /// With what is due at this moment or later.
    From(Instant),
    /// With what is due later.
    Past(Instant),
    /// After this one of its own.
    Row(Instant, Uuid),
}

type Columns = (String, String, String, Option<i64>, String, Option<i64>, Option<i64>, bool);

/// What is found in one source, the most urgent first.
///
/// # Errors
/// When the database does not answer, or a row does not read.
pub fn list(conn: &mut Conn, source: Source, asked: &Asked) -> StoreResult<Vec<Found>> {
    let rows = match source {
        Source::Submitted
        | Source::Unclaimed
        | Source::WishSoon
        | Source::WishOver
        | Source::DraftReturned
        | Source::RedListed => of_wishes(conn, source, asked)?,
        Source::SentUp | Source::WishReturned => of_escalations(conn, source, asked)?,
        Source::Delivered => to_confirm(conn, asked)?,
        Source::SpotChecks => to_ask_again(conn, asked)?,
        Source::Dispatched
        | Source::CameFree
        | Source::LeaseSoon
        | Source::LeaseOver
        | Source::DeliveryReturned => of_claimants(conn, source, asked)?,
        Source::PairingProposed | Source::VisitDue | Source::VisitMissed => {
            return pairing::list(conn, source, asked);
        }
        Source::Applications => return application::list(conn, asked),
        Source::Allocations => return allocation::list(conn, asked),
        Source::Exports => return export::list(conn, asked),
        Source::Hosting => return hosting::list(conn, asked),
        Source::ReferralsNoted | Source::ReferralsSent | Source::ReferralsOverdue => {
            return referral::list(conn, source, asked);
        }
    };
    rows.into_iter().filter_map(|row| found(source, row).transpose()).collect()
}

/// A row without a time waits for nothing.
fn found(source: Source, row: Columns) -> StoreResult<Option<Found>> {
    let (subject_id, wish_id, title, hidden, status, since, due_at, by_hand) = row;
    let Some(due_at) = due_at.map(instant) else { return Ok(None) };
    Ok(Some(Found {
        source,
        wish: Some(About { id: word(&wish_id)?, title, status: word(&status)?, hidden: hidden.is_some() }),
        pool_id: None,
        subject_id: word(&subject_id)?,
        since: since.map(instant),
        due_at,
        by_hand,
    }))
}

/// What somebody asked for that is about no wish: id, since when and until when it waits.
fn asked_for(source: Source, rows: Vec<(String, i64, Option<i64>)>) -> StoreResult<Vec<Found>> {
    let found = |(id, created, due): (String, i64, Option<i64>)| {
        let (due_at, since) = (instant(due?), Some(instant(created)));
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

fn of_wishes(conn: &mut Conn, source: Source, asked: &Asked) -> StoreResult<Vec<Columns>> {
    let (now, user) = (asked.now.micros(), asked.user.to_string());
    let mut query = wishes::table
        .filter(wishes::holder_id.eq_any(subtrees(&asked.roots)))
        .filter(wishes::due_at.is_not_null())
        .into_boxed();
    // Before its holder does the next thing, the superior answers.
    if source != Source::RedListed {
        query = query.filter(wishes::pending_escalation_id.is_null());
    }
    query = match source {
        Source::Submitted => {
            query.filter(wishes::status.eq(Status::Submitted.as_str())).filter(wishes::collected_by.ne(user))
        }
        Source::Unclaimed => query
            .filter(wishes::status.eq(Status::Open.as_str()))
            .filter(wishes::reserved.eq(0))
            .filter(wishes::hidden_since.is_null()),
        Source::WishSoon => query
            .filter(wishes::due_at.gt(now))
            .filter(wishes::due_at.le(asked.soon.micros()))
            .filter(wishes::red_listed_since.is_null()),
        Source::WishOver => query.filter(wishes::due_at.le(now)).filter(wishes::red_listed_since.is_null()),
        // What was reviewed and is a draft was given back.
        Source::DraftReturned => query
            .filter(wishes::collected_by.eq(user))
            .filter(wishes::status.eq(Status::Draft.as_str()))
            .filter(wishes::review.is_not_null()),
        _ => query.filter(wishes::red_listed_since.is_not_null()),
    };
    let rows: Vec<(String, String, Option<i64>, String, Dates)> =
        page!(query, asked, wishes::due_at, wishes::id)
            .select((
                wishes::id,
                wishes::title,
                wishes::hidden_since,
                wishes::status,
                (
                    wishes::submitted_at,
                    wishes::published_at,
                    wishes::red_listed_since,
                    wishes::updated_at,
                    wishes::due_at,
                ),
            ))
            .load(conn)?;
    let row = |(id, title, hidden, status, dates): (String, String, Option<i64>, String, Dates)| {
        let (submitted, published, red, updated, due) = dates;
        let since = match source {
            Source::Submitted => submitted,
            Source::Unclaimed => published,
            Source::RedListed => red,
            Source::DraftReturned => Some(updated),
            _ => None,
        };
        (id.clone(), id, title, hidden, status, since, due, true)
    };
    Ok(rows.into_iter().map(row).collect())
}

type Dates = (Option<i64>, Option<i64>, Option<i64>, i64, Option<i64>);

fn of_escalations(conn: &mut Conn, source: Source, asked: &Asked) -> StoreResult<Vec<Columns>> {
    let joined = escalations::table.inner_join(wishes::table.on(wishes::id.eq(escalations::wish_id)));
    let columns = (escalations::id, wishes::id, wishes::title, wishes::hidden_since, wishes::status);
    if source == Source::SentUp {
        let pending = joined
            .filter(escalations::to_id.eq_any(subtrees(&asked.roots)))
            .filter(escalations::status.eq(EscalationStatus::Pending.as_str()))
            .into_boxed();
        let query = page!(pending, asked, escalations::due_at, escalations::id);
        let more =
            (escalations::created_at.nullable(), escalations::due_at, escalations::created_by.is_not_null());
        return Ok(query.select((columns, more)).load(conn)?.into_iter().map(flat).collect());
    }
    // Until its holder has found somebody for all of it, or sent it up again.
    let later = diesel::alias!(escalations as later);
    let again = later
        .filter(later.field(escalations::wish_id).eq(wishes::id))
        .filter(later.field(escalations::id).gt(escalations::id));
    let unmet = [Status::Draft.as_str(), Status::Submitted.as_str(), Status::Open.as_str()];
    let returned = joined
        .filter(wishes::holder_id.eq_any(subtrees(&asked.roots)))
        .filter(wishes::due_at.is_not_null())
        .filter(wishes::pending_escalation_id.is_null())
        .filter(wishes::status.eq_any(unmet))
        .filter(escalations::status.eq(EscalationStatus::Returned.as_str()))
        .filter(escalations::from_id.eq(wishes::holder_id))
        .filter(not(exists(again)))
        .into_boxed();
    let query = page!(returned, asked, wishes::due_at, escalations::id);
    let more = (escalations::answered_at, wishes::due_at, escalations::created_by.is_not_null());
    Ok(query.select((columns, more)).load(conn)?.into_iter().map(flat).collect())
}

type Half = (String, String, String, Option<i64>, String);
type OtherHalf = (Option<i64>, Option<i64>, bool);
/// Since when, and until when.
type Times = (Option<i64>, Option<i64>);

fn flat(((subject, wish, title, hidden, status), (since, due, by_hand)): (Half, OtherHalf)) -> Columns {
    (subject, wish, title, hidden, status, since, due, by_hand)
}

/// Deliveries on wishes held or collected in the subtrees: either side may take the resident's word.
fn to_confirm(conn: &mut Conn, asked: &Asked) -> StoreResult<Vec<Columns>> {
    let held = wishes::holder_id.eq_any(subtrees(&asked.roots));
    let waiting = claims::table
        .inner_join(wishes::table.on(wishes::id.eq(claims::wish_id)))
        .filter(claims::confirm_by.is_not_null())
        .filter(claims::status.eq(ClaimStatus::Delivered.as_str()))
        .filter(held.or(wishes::origin_id.eq_any(subtrees(&asked.roots))))
        .into_boxed();
    let rows: Vec<(Half, Times)> = page!(waiting, asked, claims::confirm_by, claims::id)
        .select((
            (claims::id, wishes::id, wishes::title, wishes::hidden_since, wishes::status),
            (claims::delivered_at, claims::confirm_by),
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(|(half, (since, due))| flat((half, (since, due, true)))).collect())
}

/// Wishes held or collected in the subtrees that were drawn, but those of which the person took the resident's word or
/// brought something as the claimant.
fn to_ask_again(conn: &mut Conn, asked: &Asked) -> StoreResult<Vec<Columns>> {
    let held = wishes::holder_id.eq_any(subtrees(&asked.roots));
    let user = asked.user.to_string();
    let own = claims::table
        .inner_join(claimants::table.on(claimants::id.eq(claims::claimant_id)))
        .filter(claims::wish_id.eq(wishes::id))
        .filter(claims::confirmed_by.eq(user.clone()).or(claimants::user_id.eq(user)));
    let waiting = spot_checks::table
        .inner_join(wishes::table.on(wishes::id.eq(spot_checks::wish_id)))
        .filter(spot_checks::due_at.is_not_null())
        .filter(held.or(wishes::origin_id.eq_any(subtrees(&asked.roots))))
        .filter(not(exists(own)))
        .into_boxed();
    let rows: Vec<(Half, Times)> = page!(waiting, asked, spot_checks::due_at, spot_checks::id)
        .select((
            (spot_checks::id, wishes::id, wishes::title, wishes::hidden_since, wishes::status),
            (spot_checks::drawn_at.nullable(), spot_checks::due_at),
        ))
        .load(conn)?;
    Ok(rows.into_iter().map(|(half, (since, due))| flat((half, (since, due, false)))).collect())
}

/// The live claims of these claimants that the source speaks of.
macro_rules! of_leases {
    ($source:expr, $asked:expr, $claimants:expr) => {{
        let mut query = claims::table
            .inner_join(wishes::table.on(wishes::id.eq(claims::wish_id)))
            .filter(claims::claimant_id.eq_any($claimants))
            .filter(claims::lapses_at.is_not_null())
            .into_boxed();
        let (now, soon) = ($asked.now.micros(), $asked.soon.micros());
        let proposed = |route: Route| {
            claims::status.eq(ClaimStatus::Proposed.as_str()).and(claims::route.eq(route.as_str()))
        };
        let active = claims::status.eq(ClaimStatus::Active.as_str());
        query = match $source {
            Source::Dispatched => query.filter(proposed(Route::Dispatch)),
            Source::CameFree => query.filter(proposed(Route::Waiting)),
            Source::LeaseSoon => {
                query.filter(active).filter(claims::lapses_at.gt(now)).filter(claims::lapses_at.le(soon))
            }
            Source::LeaseOver => query.filter(active).filter(claims::lapses_at.le(now)),
            _ => query.filter(active).filter(claims::sent_back.is_not_null()),
        };
        page!(query, $asked, claims::lapses_at, claims::id).select((
            (claims::id, wishes::id, wishes::title, wishes::hidden_since, wishes::status),
            (claims::created_at, claims::updated_at, claims::contacted_at, claims::lapses_at),
        ))
    }};
}

/// What is asked of the claimants for whom somebody acts: as that person, and for those of the subtrees that
/// they manage. Two questions, since each has its index and both in one have none.
fn of_claimants(conn: &mut Conn, source: Source, asked: &Asked) -> StoreResult<Vec<Columns>> {
    let own = claimants::table.filter(claimants::user_id.eq(asked.user.to_string())).select(claimants::id);
    let mut rows: Vec<ClaimColumns> = of_leases!(source, asked, own).load(conn)?;
    if !asked.roots.is_empty() {
        let managed = claimants::table
            .filter(claimants::organisation_id.eq_any(subtrees(&asked.roots)))
            .select(claimants::id);
        let more: Vec<ClaimColumns> = of_leases!(source, asked, managed).load(conn)?;
        rows.extend(more);
        rows.sort_by(|((a, ..), (.., x)), ((b, ..), (.., y))| (x, a).cmp(&(y, b)));
        rows.dedup_by(|((a, ..), _), ((b, ..), _)| a == b);
        rows.truncate(usize::try_from(asked.limit).unwrap_or(usize::MAX));
    }
    // Whether contact was made tells which of the two times is meant.
    let row = |(half, (created, updated, contacted, due)): ClaimColumns| {
        let since = if source == Source::DeliveryReturned { updated } else { created };
        flat((half, (Some(since), due, contacted.is_some())))
    };
    Ok(rows.into_iter().map(row).collect())
}

type ClaimColumns = (Half, (i64, i64, Option<i64>, Option<i64>));
