//! Holds what is stored against the invariants of the domain. Reads only; says what is wrong, in words
//! for an operator.

mod consents;
mod ledger;
mod reports;
mod sealed;
mod tallies;

use crate::problem::Failure;
use ::vault::Vault;
use chrono::Datelike;
use domain::{calendar::Calendar, claim::Status as Claim, time::Instant, wish::Status};
use std::collections::{BTreeMap, HashMap, HashSet};
use store::{
    Conn,
    check::{
        Numbered, WishFacts, allocations, applications, campaigns, certificates, donations, duties,
        emergency_calls, exports, imports, merged_astray, misfiled, pairings, platform_claims_astray,
        pledges, pools, positions, posts, referrals, shifts, sign_ups, tree, unanswered_keys, wishes,
    },
};

const BATCH: i64 = 500;

/// What was looked at, and what does not hold.
#[derive(Debug, Default)]
pub struct Report {
    /// How many wishes were looked at.
    pub wishes: u64,
    /// What does not hold.
    pub findings: Vec<String>,
    /// What holds and still is somebody's to know.
    pub notes: Vec<String>,
}

/// Checks everything stored.
///
/// # Errors
/// When the database does not answer, or a row does not read at all.
pub fn check(tx: &mut Conn, vault: &Vault) -> Result<Report, Failure> {
    let mut report = Report::default();
    let mut after: Option<String> = None;
    let calendar = Calendar::of(&store::calendar::all(tx)?);
    let mut unknown: BTreeMap<i32, u64> = BTreeMap::new();
    loop {
        let batch = wishes(tx, after.as_deref(), BATCH)?;
        let Some(last) = batch.last() else { break };
        after = Some(last.id.clone());
        for wish in &batch {
            report.wishes += 1;
            let due = wish.due_at.map(|due| Instant::from_micros(due).date());
            if let Some(due) = due.filter(|due| !calendar.knows(*due)) {
                *unknown.entry(due.year()).or_default() += 1;
            }
            report
                .findings
                .extend(faults(wish).into_iter().map(|fault| format!("wish {}: {fault}", wish.id)));
        }
    }
    report.notes.extend(unknown.into_iter().map(|(year, count)| {
        format!("{count} wishes are due in {year}, which has no calendar: weekends alone were counted")
    }));
    let unanswered = unanswered_keys(tx)?;
    if unanswered > 0 {
        report.findings.push(format!("{unanswered} idempotency keys have no answer (invariant 7)"));
    }
    let (count, last) = positions(tx)?;
    if count != last {
        report.findings.push(format!("the feed has {count} events but ends at {last} (invariant 5)"));
    }
    check_numbers(tx, &mut report, "pairing", pairings)?;
    check_numbers(tx, &mut report, "referral", referrals)?;
    check_numbers(tx, &mut report, "campaign", campaigns)?;
    check_numbers(tx, &mut report, "emergency call", emergency_calls)?;
    check_numbers(tx, &mut report, "import", imports)?;
    check_numbers(tx, &mut report, "export", exports)?;
    report.findings.extend(
        misfiled(tx)?
            .into_iter()
            .map(|(id, status)| format!("export {id}: is {status}, and its file says otherwise")),
    );
    check_numbers(tx, &mut report, "pledge", pledges)?;
    check_numbers(tx, &mut report, "pool", pools)?;
    check_numbers(tx, &mut report, "donation", donations)?;
    check_numbers(tx, &mut report, "allocation", allocations)?;
    check_numbers(tx, &mut report, "application", applications)?;
    check_numbers(tx, &mut report, "certificate", certificates)?;
    check_numbers(tx, &mut report, "duty", duties)?;
    check_numbers(tx, &mut report, "post", posts)?;
    check_numbers(tx, &mut report, "sign-up", sign_ups)?;
    check_shifts(tx, &mut report)?;
    let astray = platform_claims_astray(tx)?.into_iter();
    report.findings.extend(astray.map(|id| format!("platform claim {id}: the platform made no such claim")));
    let astray = merged_astray(tx)?.into_iter();
    report
        .findings
        .extend(astray.map(|id| format!("resident {id}: is merged by the record or by the merge alone")));
    check_tree(tx, &mut report)?;
    ledger::check(tx, &mut report)?;
    tallies::check(tx, &mut report)?;
    reports::check(tx, &mut report)?;
    sealed::check(tx, vault, &mut report)?;
    consents::check(tx, vault, &mut report)?;
    Ok(report)
}

fn faults(wish: &WishFacts) -> Vec<String> {
    let sum = |states: &[Claim]| -> i64 {
        states.iter().filter_map(|status| wish.claimed.get(status.as_str())).sum()
    };
    let confirmed = sum(&[Claim::Confirmed]);
    let delivered = sum(&[Claim::Confirmed, Claim::Delivered]);
    let reserved = sum(&[Claim::Confirmed, Claim::Delivered, Claim::Active, Claim::Proposed]);
    let mut faults = Vec::new();
    let mut claim = |ok: bool, fault: String| {
        if !ok {
            faults.push(fault);
        }
    };
    claim(reserved <= wish.quantity, format!("{reserved} of {} are reserved (invariant 1)", wish.quantity));
    for (name, counted, stored) in [
        ("reserved", reserved, wish.reserved),
        ("delivered", delivered, wish.delivered),
        ("confirmed", confirmed, wish.confirmed),
    ] {
        claim(counted == stored, format!("{name} is {stored}, but its claims say {counted} (invariant 1)"));
    }
    let named = wish.shares.iter().filter(|share| share.claim_id.is_some()).count();
    claim(
        wish.shares.is_empty() || i64::try_from(named).is_ok_and(|named| named == reserved),
        format!("{named} of its named shares are held, but its claims say {reserved} (invariant 1)"),
    );
    let ended = wish.status.has_ended();
    claim(
        ended == wish.due_at.is_none(),
        format!("is {} and due at {:?} (invariant 2)", wish.status, wish.due_at),
    );
    let fulfilled = wish.status == Status::Fulfilled;
    let met = wish.confirmed == wish.quantity;
    claim(
        fulfilled == met,
        format!("is {} with {} of {} confirmed (invariant 3)", wish.status, wish.confirmed, wish.quantity),
    );
    claim(
        fulfilled == wish.fulfilled_at.is_some(),
        format!("is {} and was fulfilled at {:?} (invariant 3)", wish.status, wish.fulfilled_at),
    );
    // A rating rests on the resident's word, and goes with it when the wish is reopened.
    claim(
        wish.rated == wish.has_rating && (fulfilled || !wish.rated),
        format!("is {} and rated: {}, with a rating: {}", wish.status, wish.rated, wish.has_rating),
    );
    let waits: Vec<&String> = wish.pending_escalation_id.iter().collect();
    let pending: Vec<&String> = wish.pending.iter().collect();
    claim(waits == pending, format!("waits for {waits:?}, but {pending:?} are pending (invariant 4)"));
    let whole = (wish.version, 1, wish.version);
    claim(
        wish.events == whole,
        format!("is at version {} with events {:?} (invariant 5)", wish.version, wish.events),
    );
    faults
}

/// Each change of such a thing is an event of it (invariant 5).
fn check_numbers(
    tx: &mut Conn,
    report: &mut Report,
    what: &str,
    next: impl Fn(&mut Conn, &str, i64) -> store::StoreResult<Vec<Numbered>>,
) -> Result<(), Failure> {
    let mut after = String::new();
    loop {
        let batch = next(tx, &after, BATCH)?;
        let Some((last, ..)) = batch.last() else { return Ok(()) };
        after.clone_from(last);
        for (id, version, events) in &batch {
            if *events != (*version, 1, *version) {
                let fault =
                    format!("{what} {id}: is at version {version} with events {events:?} (invariant 5)");
                report.findings.push(fault);
            }
        }
    }
}

/// A shift's taken places are those that its sign-ups hold.
fn check_shifts(tx: &mut Conn, report: &mut Report) -> Result<(), Failure> {
    let mut after = String::new();
    loop {
        let batch = shifts(tx, &after, BATCH)?;
        let Some((last, ..)) = batch.last() else { return Ok(()) };
        after.clone_from(last);
        for (id, taken, held) in batch.iter().filter(|(_, taken, held)| taken != held) {
            report
                .findings
                .push(format!("shift {id}: {taken} places are taken, but its sign-ups hold {held}"));
        }
    }
}

/// The closure must be what the parents say.
fn check_tree(tx: &mut Conn, report: &mut Report) -> Result<(), Failure> {
    let (nodes, pairs) = tree(tx)?;
    let parents: HashMap<&str, Option<&str>> =
        nodes.iter().map(|(id, parent)| (id.as_str(), parent.as_deref())).collect();
    let stored: HashSet<(&str, &str, i32)> =
        pairs.iter().map(|(above, below, depth)| (above.as_str(), below.as_str(), *depth)).collect();
    let mut expected = HashSet::new();
    for (id, _) in &nodes {
        let mut above = Some(id.as_str());
        let mut depth = 0;
        while let Some(ancestor) = above {
            if !expected.insert((ancestor, id.as_str(), depth)) || depth > 100 {
                report.findings.push(format!("organisation {id} stands below itself"));
                break;
            }
            above = parents.get(ancestor).copied().flatten();
            depth += 1;
        }
    }
    for (above, below, depth) in stored.symmetric_difference(&expected) {
        report.findings.push(format!("the closure is wrong about {below} below {above} at depth {depth}"));
    }
    Ok(())
}
