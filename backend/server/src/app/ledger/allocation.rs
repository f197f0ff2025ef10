//! Money of a pool for a wish: asked, approved by a second person, spent, given back.

use super::{open, post, see, stamp, unknown};
use crate::{
    app::{
        Context, event,
        event::{About, facts},
        found,
    },
    etag::Seen,
    problem::Failure,
};
use domain::{
    access::{Act, Subject},
    event::Kind,
    id::{AllocationId, AttachmentId, PoolId, WishId},
    ledger::{Allocation, AllocationStatus as Status, Evidence, Fen, Pool, Transaction, Wanted},
    wish::Wish,
};
use serde_json::json;
use store::Conn;

/// The wish that money of a pool is asked for, as it stands.
fn wanted(tx: &mut Conn, pool: &Pool, wish: WishId) -> Result<Wanted, Failure> {
    let wish = store::wish::load(tx, wish)?.ok_or_else(|| unknown("/wish_id"))?;
    let status = wish.status();
    Ok(Wanted {
        wish_id: wish.id,
        lives: status.is_public() && !status.has_ended(),
        within: is_within(tx, pool, &wish)?,
        standing_fen: store::ledger::allocation::standing(tx, pool.id, wish.id)?,
        category: wish.content.category,
    })
}

fn is_within(tx: &mut Conn, pool: &Pool, wish: &Wish) -> Result<bool, Failure> {
    let lines = store::organisation::lines(tx, &[wish.holder_id, wish.origin_id])?;
    let near = lines.values().any(|line| line.ids().contains(&pool.organisation_id));
    let listed = match pool.profile.campaign_id {
        Some(campaign) => store::campaign::lists(tx, campaign, wish.id)?,
        None => true,
    };
    Ok(near && listed)
}

fn record(
    tx: &mut Conn,
    cx: &Context,
    kind: Kind,
    (of, version): (&Allocation, i64),
    pool: &Pool,
    moved: Option<&Transaction>,
) -> Result<(), Failure> {
    let told = facts([
        ("pool_id", json!(of.pool_id)),
        ("wish_id", json!(of.wish_id)),
        ("status", json!(of.status)),
        ("amount_fen", json!(moved.map_or(of.amount.get(), |moved| moved.amount.get()))),
        ("transaction_id", json!(moved.map(|moved| moved.stamp.id))),
    ]);
    event::of(tx, cx, kind, About::allocation(of.id, version, pool.organisation_id), told)
}

/// Saves an allocation and what moved with it.
pub(super) fn save(
    tx: &mut Conn,
    cx: &Context,
    kind: Kind,
    mut of: Allocation,
    (seen, now): (&Pool, &Pool),
    moved: Option<&Transaction>,
) -> Result<Allocation, Failure> {
    store::ledger::allocation::save(tx, &of, cx.now)?;
    if let Some(moved) = moved {
        post(tx, (seen, now), moved, None)?;
    }
    record(tx, cx, kind, (&of, of.version), now, moved)?;
    of.version = of.version.saturating_add(1);
    Ok(of)
}

/// An allocation to which the caller may do `act`, and its pool, both held.
fn opened(
    tx: &mut Conn,
    cx: &Context,
    act: Act,
    id: AllocationId,
    seen: &Seen,
) -> Result<(Pool, Allocation), Failure> {
    cx.user()?;
    let of = found(store::ledger::allocation::load(tx, id)?)?.pool_id;
    let pool = open(tx, cx, act, of)?;
    let allocation = found(store::ledger::allocation::load(tx, id)?)?;
    seen.check(allocation.version)?;
    Ok((pool, allocation))
}

/// The allocations of a pool, newest first.
///
/// # Errors
/// As the access table says.
pub fn list(
    tx: &mut Conn,
    cx: &Context,
    pool: PoolId,
    before: Option<AllocationId>,
    rows: i64,
) -> Result<Vec<Allocation>, Failure> {
    see(tx, cx, Act::ListAllocations, pool)?;
    Ok(store::ledger::allocation::list(tx, pool, before, rows)?)
}

/// The acts that the caller may do to an allocation now.
///
/// # Errors
/// When the database does not answer.
pub fn acts(tx: &mut Conn, cx: &Context, of: &Allocation) -> Result<Vec<Act>, Failure> {
    let pool = found(store::ledger::pool::load(tx, of.pool_id)?)?;
    let line = found(store::organisation::line(tx, pool.organisation_id)?)?;
    let subject = Subject { holder: line.ids(), ..Subject::default() };
    let pending = of.status == Status::Pending;
    let left = of.status == Status::Granted && of.remaining_fen > 0;
    let now = [
        (Act::ApproveAllocation, pending && cx.actor.user != Some(of.asked_by)),
        (Act::ReleaseAllocation, pending || left),
        (Act::CreateSpending, left),
    ];
    let may = now.into_iter().filter(|(act, now)| *now && cx.allow(*act, &subject).is_ok());
    Ok(may.map(|(act, _)| act).collect())
}

/// Asks a pool for money for a wish.
///
/// # Errors
/// As the access table says; `invalid`; what [`Allocation::ask`] refuses.
pub fn create(
    tx: &mut Conn,
    cx: &Context,
    pool: PoolId,
    wish: WishId,
    amount_fen: i64,
) -> Result<Allocation, Failure> {
    let by = cx.user()?;
    let seen = open(tx, cx, Act::CreateAllocation, pool)?;
    let line = found(store::organisation::line(tx, seen.organisation_id)?)?;
    let terms = cx.terms(tx, &line)?;
    let answer_by = terms.within(terms.policy.review_days);
    let amount = Fen::asked(amount_fen, "/amount_fen")?;
    let wanted = wanted(tx, &seen, wish)?;
    let (asked, pool, moved) =
        Allocation::ask(cx.ids.make(), seen.clone(), &wanted, amount, by, (stamp(cx), answer_by))?;
    store::ledger::allocation::insert(tx, &asked)?;
    if let Some(moved) = &moved {
        post(tx, (&seen, &pool), moved, None)?;
    }
    record(tx, cx, Kind::AllocationAsked, (&asked, 0), &pool, moved.as_ref())?;
    Ok(asked)
}

/// A second person says yes.
///
/// # Errors
/// As the access table says; `stale`; what [`Allocation::approve`] refuses.
pub fn approve(tx: &mut Conn, cx: &Context, id: AllocationId, seen: &Seen) -> Result<Allocation, Failure> {
    let by = cx.user()?;
    let (before, allocation) = opened(tx, cx, Act::ApproveAllocation, id, seen)?;
    let wanted = wanted(tx, &before, allocation.wish_id)?;
    let (allocation, pool, moved) = allocation.approve(before.clone(), &wanted, by, stamp(cx))?;
    save(tx, cx, Kind::AllocationApproved, allocation, (&before, &pool), Some(&moved))
}

/// Gives back what is not spent; says no to one that waits.
///
/// # Errors
/// As the access table says; `stale`; what [`Allocation::release`] refuses.
pub fn release(tx: &mut Conn, cx: &Context, id: AllocationId, seen: &Seen) -> Result<Allocation, Failure> {
    let (before, allocation) = opened(tx, cx, Act::ReleaseAllocation, id, seen)?;
    let (allocation, pool, moved) = allocation.release(before.clone(), stamp(cx))?;
    let kind = if moved.is_some() { Kind::AllocationReleased } else { Kind::AllocationDeclined };
    save(tx, cx, kind, allocation, (&before, &pool), moved.as_ref())
}

/// Notes that something was bought, with what shows it.
///
/// # Errors
/// As the access table says; `stale`; `invalid` also for a picture of another wish, or one that was removed; what
/// [`Allocation::spend`] refuses.
pub fn spend(
    tx: &mut Conn,
    cx: &Context,
    id: AllocationId,
    seen: &Seen,
    (amount_fen, evidence): (i64, Evidence),
) -> Result<Allocation, Failure> {
    let (before, allocation) = opened(tx, cx, Act::CreateSpending, id, seen)?;
    if let Evidence::Picture(picture) = evidence {
        check_picture(tx, picture, allocation.wish_id)?;
    }
    let amount = Fen::asked(amount_fen, "/amount_fen")?;
    let (allocation, pool, moved, purchase) =
        allocation.spend(before.clone(), amount, evidence, stamp(cx))?;
    let spent = save(tx, cx, Kind::AllocationSpent, allocation, (&before, &pool), Some(&moved))?;
    store::ledger::journal::note_purchase(tx, &moved, &purchase)?;
    Ok(spent)
}

fn check_picture(tx: &mut Conn, id: AttachmentId, of: WishId) -> Result<(), Failure> {
    let picture = store::attachment::load(tx, id)?;
    let shows = picture.is_some_and(|one| one.wish_id == of && one.removed_at.is_none());
    if shows { Ok(()) } else { Err(unknown("/attachment_id").into()) }
}
