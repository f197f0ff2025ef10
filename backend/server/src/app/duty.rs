//! Duties: set by an organisation for the units below it, and how far each has come. Nothing is reported by hand.

use super::{
    Context, event,
    event::{About, Facts, facts},
    found,
    organisation::superiors,
};
use crate::{etag::Seen, problem::Failure};
use chrono::NaiveDate;
use domain::{
    access::{Act, Subject},
    duty::{Asked, Duty, Obliged},
    event::Kind,
    fit::Path,
    id::{ClaimantId, DutyId, OrganisationId},
    membership::Role,
};
use serde_json::json;
use std::collections::HashMap;
use store::{
    Conn,
    duty::{Done, Filter},
};

/// Who sees their own progress beside who plans for all.
pub(super) const OWN: &[Role] = &[Role::Manager, Role::Coordinator, Role::Admin, Role::Auditor];

/// How far units have come.
#[derive(Debug)]
pub enum Progress {
    /// Units that claim.
    Claimants(Vec<Done<ClaimantId>>),
    /// Organisations.
    Organisations(Vec<Done<OrganisationId>>),
}

/// Whoever has a role below an organisation knows it, and what it asks of them.
fn allow(tx: &mut Conn, cx: &Context, act: Act, at: OrganisationId) -> Result<(), Failure> {
    let line = found(store::organisation::line(tx, at)?)?;
    let known = superiors(tx, cx)?.contains(&at);
    cx.allow(act, &Subject { holder: line.ids(), known, ..Subject::default() })
}

/// Whether the caller has the right to `act` on a duty.
///
/// # Errors
/// When the database does not answer.
pub fn may(tx: &mut Conn, cx: &Context, act: Act, duty: &Duty) -> Result<bool, Failure> {
    let line = found(store::organisation::line(tx, duty.organisation_id)?)?;
    Ok(cx.allow(act, &Subject { holder: line.ids(), ..Subject::default() }).is_ok())
}

fn told(of: &Duty) -> Facts {
    let level = match of.obliged {
        Obliged::Claimants => None,
        Obliged::Organisations(level) => Some(level),
    };
    facts([
        ("from", json!(of.span.from)),
        ("to", json!(of.span.to)),
        ("times", json!(of.times)),
        ("level", json!(level)),
    ])
}

/// Sets a duty for the units below an organisation.
///
/// # Errors
/// As the access table says; what [`Duty::set`] refuses.
pub fn create(tx: &mut Conn, cx: &Context, at: OrganisationId, asked: Asked) -> Result<Duty, Failure> {
    let by = cx.user()?;
    allow(tx, cx, Act::CreateDuty, at)?;
    let duty = Duty::set((cx.ids.make(), at), asked, by, cx.now)?;
    store::duty::insert(tx, &duty)?;
    event::of(tx, cx, Kind::DutySet, About::duty(duty.id, 0, at), told(&duty))?;
    Ok(duty)
}

/// Duties set where the caller has a role, above it or below it, newest first.
///
/// # Errors
/// `unauthenticated`.
pub fn list(tx: &mut Conn, cx: &Context, before: Option<DutyId>, rows: i64) -> Result<Vec<Duty>, Failure> {
    cx.allow(Act::ListDuties, &Subject::default())?;
    let above = superiors(tx, cx)?;
    Ok(store::duty::list(tx, &above, &cx.actor.roots(Role::ALL), before, rows)?)
}

/// One duty.
///
/// # Errors
/// As the access table says; who has a role below it may look too.
pub fn see(tx: &mut Conn, cx: &Context, id: DutyId) -> Result<Duty, Failure> {
    cx.user()?;
    let duty = found(store::duty::load(tx, id)?)?;
    if !superiors(tx, cx)?.contains(&duty.organisation_id) {
        allow(tx, cx, Act::GetDuty, duty.organisation_id)?;
    }
    Ok(duty)
}

/// Takes a duty back.
///
/// # Errors
/// As the access table says; `stale`; `duty_withdrawn`.
pub fn withdraw(tx: &mut Conn, cx: &Context, id: DutyId, seen: &Seen) -> Result<Duty, Failure> {
    cx.user()?;
    let duty = found(store::duty::load(tx, id)?)?;
    allow(tx, cx, Act::WithdrawDuty, duty.organisation_id)?;
    seen.check(duty.version)?;
    let mut duty = duty.withdraw(cx.now)?;
    store::duty::save(tx, &duty, cx.now)?;
    event::of(tx, cx, Kind::DutyWithdrawn, About::duty(id, duty.version, duty.organisation_id), told(&duty))?;
    duty.version = duty.version.saturating_add(1);
    Ok(duty)
}

/// Where a page of progress begins.
#[derive(Debug, Clone, Copy)]
pub struct From {
    /// After who did so much.
    pub done: i64,
    /// And was this one.
    pub id: uuid::Uuid,
}

/// How far the obliged units have come, who did least first: all of them for who plans above them, for others their own.
///
/// # Errors
/// As [`see`].
pub fn progress(
    tx: &mut Conn,
    cx: &Context,
    id: DutyId,
    after: Option<From>,
    rows: i64,
) -> Result<(Duty, Progress), Failure> {
    let user = cx.user()?;
    let duty = see(tx, cx, id)?;
    let all = may(tx, cx, Act::ListDutyProgress, &duty)?;
    let within = (!all).then(|| (cx.actor.roots(OWN), user));
    let today = cx.now.date();
    let progress = match duty.obliged {
        Obliged::Claimants => {
            let after = after.map(|from| (from.done, ClaimantId(from.id)));
            Progress::Claimants(store::duty::claimants(tx, &duty, &Filter { within, after, today }, rows)?)
        }
        Obliged::Organisations(level) => {
            let after = after.map(|from| (from.done, OrganisationId(from.id)));
            let filter = Filter { within, after, today };
            Progress::Organisations(store::duty::organisations(tx, &duty, level, &filter, rows)?)
        }
    };
    Ok((duty, progress))
}

/// How many wish days units still owe today, each with the way to it from the root: the most that any duty asks. Who owes
/// none is left out.
///
/// # Errors
/// When the database does not answer.
pub(super) fn owed(
    tx: &mut Conn,
    units: &[(ClaimantId, Path)],
    today: NaiveDate,
) -> Result<HashMap<ClaimantId, u32>, Failure> {
    let mut above: Vec<OrganisationId> = units.iter().flat_map(|(_, path)| path.iter().copied()).collect();
    above.sort_unstable();
    above.dedup();
    let mut owed: HashMap<ClaimantId, u32> = HashMap::new();
    for duty in store::duty::of_claimants_on(tx, &above, today)? {
        let obliged = units.iter().filter(|(_, path)| path.contains(&duty.organisation_id));
        let obliged: Vec<ClaimantId> = obliged.map(|(id, _)| *id).collect();
        let days = store::duty::wish_days(tx, &obliged, duty.span)?;
        for id in obliged {
            let done = days.get(&id).copied().unwrap_or_default();
            let owes = u32::try_from(duty.owed(done)).unwrap_or_default();
            let most = owed.entry(id).or_default();
            *most = owes.max(*most);
        }
    }
    Ok(owed)
}
