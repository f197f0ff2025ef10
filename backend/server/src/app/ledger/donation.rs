//! What platforms report: donations and refunds, each once, however often it is told. A platform's reports go one after the
//! other: its row is held first, then the pools in the order of their ids.

use super::{post, stamp, unknown};
use crate::{
    app::{
        Context, event,
        event::{About, Facts, facts},
        found,
        program::program,
    },
    problem::Failure,
};
use domain::{
    access::{Act, Program},
    event::Kind,
    id::{DonationId, PlatformId, PoolId},
    ledger::{Donation, Fen, Pool, Report, Stamp, Transaction, check_external_id},
    refusal::{Code, Refusal},
};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use store::Conn;

/// What became of a report.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The donation.
    pub donation: Donation,
    /// It was reported before.
    pub known: bool,
}

/// A pool as it was held, and as it is after some reports.
struct Held {
    seen: Pool,
    now: Pool,
}

/// Takes reports of a platform, each by itself: one that is refused keeps none of the others back.
///
/// # Errors
/// As the access table says; of each `invalid`, `pool_closed`, `donation_differs`.
pub fn report(
    tx: &mut Conn,
    cx: &Context,
    act: Act,
    reports: Vec<Report>,
) -> Result<Vec<Result<Taken, Refusal>>, Failure> {
    let by = program(cx, act)?.clone();
    found(store::platform::load_to_change(tx, by.id)?)?;
    let mut known = known(tx, by.id, &reports)?;
    let mut pools = hold(tx, &by, &reports)?;
    let mut answers = Vec::with_capacity(reports.len());
    let (mut new, mut moves, mut events) = (Vec::new(), Vec::new(), Vec::new());
    for report in reports {
        if let Some(donation) = known.get(&report.external_id) {
            let same = donation.expect_same(&report);
            answers.push(same.map(|()| Taken { donation: donation.clone(), known: true }));
            continue;
        }
        let Some(held) = pools.get_mut(&report.pool_id) else {
            answers.push(Err(unknown("/pool_id")));
            continue;
        };
        let stamp = Stamp { by: None, ..stamp(cx) };
        match Donation::receive((cx.ids.make(), by.id), report, held.now.clone(), stamp) {
            Ok((donation, pool, moved)) => {
                held.now = pool;
                let (about, told) = told(&donation, (0, &held.now, &moved));
                events.push(event::written(cx, Kind::DonationReceived, about, told));
                new.push(donation.clone());
                moves.push(moved);
                known.insert(donation.external_id.clone(), donation.clone());
                answers.push(Ok(Taken { donation, known: false }));
            }
            Err(refusal) => answers.push(Err(refusal)),
        }
    }
    store::ledger::donation::insert(tx, &new)?;
    store::ledger::journal::post_all(tx, &moves)?;
    store::event::append_all(tx, &events)?;
    for held in pools.values().filter(|held| held.seen != held.now) {
        store::ledger::pool::keep(tx, &held.seen, &held.now)?;
    }
    Ok(answers)
}

fn known(tx: &mut Conn, by: PlatformId, reports: &[Report]) -> Result<HashMap<String, Donation>, Failure> {
    let ids: Vec<&str> = reports.iter().map(|report| report.external_id.as_str()).collect();
    let found = store::ledger::donation::reported(tx, by, &ids)?;
    Ok(found.into_iter().map(|donation| (donation.external_id.clone(), donation)).collect())
}

/// The pools of some reports that are in the platform's reach, held.
fn hold(tx: &mut Conn, by: &Program, reports: &[Report]) -> Result<BTreeMap<PoolId, Held>, Failure> {
    let ids: BTreeSet<PoolId> = reports.iter().map(|report| report.pool_id).collect();
    let mut pools = BTreeMap::new();
    for id in ids {
        let Some(pool) = store::ledger::pool::load(tx, id)? else { continue };
        let line = found(store::organisation::line(tx, pool.organisation_id)?)?;
        if line.ids().contains(&by.organisation_id) {
            let seen = found(store::ledger::pool::load_to_change(tx, id)?)?;
            pools.insert(id, Held { now: seen.clone(), seen });
        }
    }
    Ok(pools)
}

/// Writes the event of a donation that was at `version`.
pub(super) fn record(
    tx: &mut Conn,
    cx: &Context,
    kind: Kind,
    donation: &Donation,
    change: (i64, &Pool, &Transaction),
) -> Result<(), Failure> {
    let (about, told) = told(donation, change);
    event::of(tx, cx, kind, about, told)
}

fn told(donation: &Donation, (version, pool, moved): (i64, &Pool, &Transaction)) -> (About, Facts) {
    let told = facts([
        ("pool_id", json!(donation.pool_id)),
        ("platform_id", json!(donation.platform_id)),
        ("transaction_id", json!(moved.stamp.id)),
        ("amount_fen", json!(moved.amount.get())),
    ]);
    (About::donation(donation.id, version, pool.organisation_id), told)
}

/// A donation that the caller's platform reported.
///
/// # Errors
/// As the access table says; `not_found` for another platform's.
pub(super) fn own(tx: &mut Conn, cx: &Context, act: Act, id: DonationId) -> Result<Donation, Failure> {
    let by = program(cx, act)?.id;
    let donation = found(store::ledger::donation::load(tx, id)?)?;
    if donation.platform_id == by { Ok(donation) } else { Err(Code::NotFound.into()) }
}

/// A platform gave back a part of a donation, or all; told again under the same number it is the same refund.
///
/// # Errors
/// As [`own`]; `invalid`; `donation_differs` where the number is of another refund; what [`Donation::refund`] refuses.
pub fn refund(
    tx: &mut Conn,
    cx: &Context,
    id: DonationId,
    external_id: &str,
    amount_fen: i64,
) -> Result<Donation, Failure> {
    let by = program(cx, Act::RefundDonation)?.id;
    found(store::platform::load_to_change(tx, by)?)?;
    let donation = own(tx, cx, Act::RefundDonation, id)?;
    check_external_id(external_id)?;
    let amount = Fen::asked(amount_fen, "/amount_fen")?;
    if let Some(past) = store::ledger::journal::refund(tx, by, external_id)? {
        let same = past.movement.donation() == Some(id) && past.amount == amount;
        return if same { Ok(donation) } else { Err(Code::DonationDiffers.into()) };
    }
    let seen = found(store::ledger::pool::load_to_change(tx, donation.pool_id)?)?;
    let donation = found(store::ledger::donation::load(tx, id)?)?;
    let (mut donation, pool, moved) =
        donation.refund(amount, seen.clone(), Stamp { by: None, ..stamp(cx) })?;
    store::ledger::donation::save(tx, &donation, cx.now)?;
    post(tx, (&seen, &pool), &moved, Some(external_id))?;
    record(tx, cx, Kind::DonationRefunded, &donation, (donation.version, &pool, &moved))?;
    donation.version = donation.version.saturating_add(1);
    Ok(donation)
}
