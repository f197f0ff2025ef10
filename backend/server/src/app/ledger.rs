//! The ledger: pools in an organisation's books, and what everybody, a donor and an auditor may know of them.
//!
//! Whoever moves money opens the pool by [`open`], which holds its row; what they judge by is read after that.

pub mod allocation;
pub mod books;
pub mod donation;
pub mod reconciling;
pub mod reversal;
pub mod statement;

use super::{
    Context, event,
    event::{About, facts},
    found, platform,
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::{Act, Subject},
    campaign::HostStatus,
    event::Kind,
    id::{DonationId, OrganisationId, PoolId, TransactionId},
    ledger::{Donation, Pool, Profile, Stamp, Transaction},
    membership::Role,
    publication::may_be_named,
    refusal::{Code, Fault, Faults, Refusal},
};
use serde_json::json;
use store::{Conn, campaign::Host, ledger::journal::Line as Posted, organisation::Line};

/// Who sees the books of the organisations where they work.
const READERS: &[Role] = &[Role::Coordinator, Role::Admin, Role::Auditor];

fn stamp(cx: &Context) -> Stamp {
    Stamp { id: cx.ids.make(), by: cx.actor.user, at: cx.now }
}

fn allow(tx: &mut Conn, cx: &Context, act: Act, pool: &Pool) -> Result<Line, Failure> {
    let line = found(store::organisation::line(tx, pool.organisation_id)?)?;
    cx.allow(act, &Subject { holder: line.ids(), ..Subject::default() })?;
    Ok(line)
}

/// A pool whose money the caller may move by `act`; nobody else moves it until the transaction ends.
fn open(tx: &mut Conn, cx: &Context, act: Act, id: PoolId) -> Result<Pool, Failure> {
    cx.user()?;
    let pool = found(store::ledger::pool::load_to_change(tx, id)?)?;
    allow(tx, cx, act, &pool)?;
    Ok(pool)
}

/// Writes a transaction down, and what the pool holds after it.
fn post(
    tx: &mut Conn,
    (seen, now): (&Pool, &Pool),
    moved: &Transaction,
    external_id: Option<&str>,
) -> Result<(), Failure> {
    store::ledger::journal::post(tx, moved, external_id)?;
    Ok(store::ledger::pool::keep(tx, seen, now)?)
}

/// The acts that the caller may do to a pool now.
///
/// # Errors
/// When the database does not answer.
pub fn acts(tx: &mut Conn, cx: &Context, pool: &Pool) -> Result<Vec<Act>, Failure> {
    let line = found(store::organisation::line(tx, pool.organisation_id)?)?;
    let subject = Subject { holder: line.ids(), ..Subject::default() };
    let acts = [
        Act::UpdatePool,
        Act::CreateAllocation,
        Act::SettleDifference,
        Act::ReverseTransaction,
        Act::GetLedgerFile,
    ];
    let now = |act: &Act| *act != Act::CreateAllocation || pool.active;
    Ok(acts.into_iter().filter(|act| now(act) && cx.allow(*act, &subject).is_ok()).collect())
}

/// Opens a pool, with nothing in it.
///
/// # Errors
/// As the access table says; `place_too_fine` below the county, since everybody sees its books; `invalid` also for a
/// campaign that the organisation does not hold and for categories that it does not know; `findings_unresolved`.
pub fn create(
    tx: &mut Conn,
    cx: &Context,
    at: OrganisationId,
    profile: Profile,
    approval_above_fen: i64,
) -> Result<Pool, Failure> {
    let by = cx.user()?;
    if !may_be_named(platform::may(tx, cx, Act::CreatePool, at)?) {
        return Err(Code::PlaceTooFine.into());
    }
    check_known(tx, at, &profile)?;
    let pool = Pool::open((cx.ids.make(), at), profile, approval_above_fen, by, cx.now)?;
    store::ledger::pool::insert(tx, &pool)?;
    record(tx, cx, Kind::PoolOpened, &pool, 0)?;
    Ok(pool)
}

fn check_known(tx: &mut Conn, at: OrganisationId, profile: &Profile) -> Result<(), Failure> {
    let is_host = |host: &Host| host.organisation_id == at && host.status == HostStatus::Accepted;
    let hosted = match profile.campaign_id {
        Some(id) => store::campaign::hosts(tx, &[id])?.iter().any(is_host),
        None => true,
    };
    let keys: Vec<_> = profile.categories.iter().map(|code| (at, code.clone())).collect();
    let known = store::category::labels(tx, &keys)?;
    let mut faults = Faults::default();
    faults.check(hosted, "/campaign_id", Fault::Unknown);
    for (i, code) in profile.categories.iter().enumerate() {
        let listed = known.iter().any(|((_, known), _)| known == code);
        faults.check(listed, format!("/categories/{i}"), Fault::Unknown);
    }
    Ok(faults.finish()?)
}

fn record(tx: &mut Conn, cx: &Context, kind: Kind, pool: &Pool, version: i64) -> Result<(), Failure> {
    let told = facts([
        ("approval_above_fen", json!(pool.approval_above_fen)),
        ("active", json!(pool.active)),
        ("campaign_id", json!(pool.profile.campaign_id)),
    ]);
    event::of(tx, cx, kind, About::pool(pool.id, version, pool.organisation_id), told)
}

/// Changes the limit of a pool, closes it, or opens it again.
///
/// # Errors
/// As the access table says; `stale`; `invalid`.
pub fn update(
    tx: &mut Conn,
    cx: &Context,
    id: PoolId,
    seen: &Seen,
    (approval_above_fen, active): (Option<i64>, Option<bool>),
) -> Result<Pool, Failure> {
    let pool = open(tx, cx, Act::UpdatePool, id)?;
    seen.check(pool.version)?;
    let (limit, now) = (approval_above_fen.unwrap_or(pool.approval_above_fen), active.unwrap_or(pool.active));
    let mut pool = pool.change(limit, now)?;
    store::ledger::pool::save(tx, &pool, cx.now)?;
    record(tx, cx, Kind::PoolChanged, &pool, pool.version)?;
    pool.version = pool.version.saturating_add(1);
    Ok(pool)
}

/// The pools of the organisations where the caller plans, and of those below, newest first.
///
/// # Errors
/// `unauthenticated`.
pub fn list(tx: &mut Conn, cx: &Context, before: Option<PoolId>, rows: i64) -> Result<Vec<Pool>, Failure> {
    cx.allow(Act::ListPools, &Subject::default())?;
    Ok(store::ledger::pool::list(tx, &cx.actor.roots(READERS), before, rows)?)
}

/// One pool.
///
/// # Errors
/// As the access table says.
pub fn see(tx: &mut Conn, cx: &Context, act: Act, id: PoolId) -> Result<Pool, Failure> {
    cx.user()?;
    let pool = found(store::ledger::pool::load(tx, id)?)?;
    allow(tx, cx, act, &pool)?;
    Ok(pool)
}

/// The donations of a pool, newest first.
///
/// # Errors
/// As the access table says.
pub fn donations(
    tx: &mut Conn,
    cx: &Context,
    id: PoolId,
    before: Option<DonationId>,
    rows: i64,
) -> Result<Vec<Donation>, Failure> {
    see(tx, cx, Act::ListDonations, id)?;
    Ok(store::ledger::donation::list(tx, id, before, rows)?)
}

/// The transactions of a pool, newest first.
///
/// # Errors
/// As the access table says.
pub fn transactions(
    tx: &mut Conn,
    cx: &Context,
    id: PoolId,
    before: Option<TransactionId>,
    rows: i64,
) -> Result<Vec<Posted>, Failure> {
    see(tx, cx, Act::ListTransactions, id)?;
    Ok(store::ledger::journal::list(tx, id, before, rows)?)
}

/// A field of a request that names nothing which is there.
fn unknown(pointer: &str) -> Refusal {
    Refusal::field(Code::Invalid, pointer, Fault::Unknown)
}
