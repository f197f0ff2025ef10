//! Emergency calls (应急响应): published all at once, followed household by household, ended with the last one or by hand.
//! What those who are called see of one is [`appeal`]'s.

mod appeal;
mod household;
mod publishing;

pub use appeal::{Appeal, appeals, wishes};
pub use household::{Household, households, report};
pub use publishing::{More, NewCall, extend, publish};

use super::{
    Context, event,
    event::{About, Facts, facts},
    found,
};
use crate::{etag::Seen, problem::Failure};
use domain::{
    access::{Act, Subject},
    claimant,
    emergency::{EmergencyCall, Report, State, Status},
    event::Kind,
    id::{EmergencyCallId, OrganisationId, UserId, WishId},
    membership::Role,
    refusal::Code,
    time::Instant,
};
use serde_json::json;
use std::sync::Arc;
use store::{Conn, organisation::Line};

/// A call, and how far it has come.
#[derive(Debug)]
pub struct Followed {
    /// The call.
    pub call: EmergencyCall,
    /// How many households stand how; of a call that is over, when it ended.
    pub report: Report,
    line: Arc<Line>,
}

impl Followed {
    fn of(tx: &mut Conn, call: EmergencyCall) -> Result<Self, Failure> {
        let line = Arc::new(found(store::organisation::line(tx, call.organisation_id)?)?);
        let report = match &call.state {
            State::Open => report(tx, call.id)?,
            State::Closed { report, .. } => *report,
        };
        Ok(Self { call, report, line })
    }

    /// The acts that the caller may do to it as it stands now.
    #[must_use]
    pub fn acts(&self, cx: &Context) -> Vec<Act> {
        let may = |act: &Act| cx.allow(*act, &within(&self.line)).is_ok();
        let acts = [Act::AddCalledWishes, Act::CloseEmergencyCall].into_iter().filter(may);
        acts.filter(|_| self.call.status() == Status::Open).collect()
    }
}

fn within(line: &Line) -> Subject<'_> {
    Subject { holder: line.ids(), ..Subject::default() }
}

/// A call that the caller may ask for by `act`.
///
/// # Errors
/// As the access table says.
pub fn see(tx: &mut Conn, cx: &Context, act: Act, id: EmergencyCallId) -> Result<Followed, Failure> {
    cx.user()?;
    let call = found(store::emergency::load(tx, id)?)?;
    let line = found(store::organisation::line(tx, call.organisation_id)?)?;
    cx.allow(act, &within(&line))?;
    Followed::of(tx, call)
}

/// Calls of organisations where the caller coordinates or audits, newest first.
///
/// # Errors
/// `unauthenticated` where nobody is signed in.
pub fn all(
    tx: &mut Conn,
    cx: &Context,
    status: Option<Status>,
    before: Option<EmergencyCallId>,
    rows: i64,
) -> Result<Vec<Followed>, Failure> {
    cx.allow(Act::ListEmergencyCalls, &Subject::default())?;
    let roots = cx.actor.roots(&[Role::Coordinator, Role::Admin, Role::Auditor]);
    let calls = store::emergency::list(tx, (&roots, status), before, rows)?;
    calls.into_iter().map(|call| Followed::of(tx, call)).collect()
}

/// Saves a call as it is now, and records why.
fn record(
    tx: &mut Conn,
    cx: &Context,
    kind: Kind,
    call: &mut EmergencyCall,
    data: Facts,
) -> Result<(), Failure> {
    store::emergency::save(tx, call, cx.now)?;
    event::of(tx, cx, kind, About::emergency_call(call.id, call.version, call.organisation_id), data)?;
    call.version = call.version.saturating_add(1);
    Ok(())
}

/// Ends a call before its last household is served.
///
/// # Errors
/// As the access table says; `stale`; what [`EmergencyCall::close`] refuses.
pub fn close(
    tx: &mut Conn,
    cx: &Context,
    id: EmergencyCallId,
    seen: &Seen,
    reason: &str,
) -> Result<Followed, Failure> {
    let by = cx.user()?;
    let call = found(store::emergency::load_to_change(tx, id)?)?;
    let line = found(store::organisation::line(tx, call.organisation_id)?)?;
    cx.allow(Act::CloseEmergencyCall, &within(&line))?;
    seen.check(call.version)?;
    let call = finish(tx, cx, call, Some((by, reason.to_owned())))?;
    Followed::of(tx, call)
}

fn finish(
    tx: &mut Conn,
    cx: &Context,
    call: EmergencyCall,
    early: Option<(UserId, String)>,
) -> Result<EmergencyCall, Failure> {
    let report = report(tx, call.id)?;
    let mut call = call.close(report, early, cx.now)?;
    let data = facts([("households", json!(report.households())), ("served", json!(report.served))]);
    record(tx, cx, Kind::EmergencyCallClosed, &mut call, data)?;
    Ok(call)
}

/// What time does: a call ends with its last household. Early or double calls do nothing.
///
/// # Errors
/// When the database refuses.
pub fn end(tx: &mut Conn, cx: &Context, id: EmergencyCallId) -> Result<bool, Failure> {
    let call = found(store::emergency::load_to_change(tx, id)?)?;
    match finish(tx, cx, call, None) {
        Ok(_) => Ok(true),
        Err(Failure::Refused(refusal))
            if matches!(refusal.code, Code::EmergencyCallClosed | Code::HouseholdsLeft) =>
        {
            Ok(false)
        }
        Err(failure) => Err(failure),
    }
}

/// Open calls in which nothing is left to do.
///
/// # Errors
/// When the database does not answer.
pub fn served(
    tx: &mut Conn,
    _: &Context,
    after: Option<(Instant, EmergencyCallId)>,
    rows: i64,
) -> Result<Vec<(Instant, EmergencyCallId)>, Failure> {
    Ok(store::emergency::served(tx, after, rows)?)
}

/// Whether an open call asks claimants of this kind for a wish, whose organisation and all above are `path`.
///
/// # Errors
/// When the database does not answer.
pub(super) fn calls(
    tx: &mut Conn,
    wish: WishId,
    (kind, path): (claimant::Kind, &[OrganisationId]),
) -> Result<bool, Failure> {
    let circles = store::emergency::circles_of(tx, &[wish])?;
    Ok(circles.values().flatten().any(|circle| circle.holds(kind, path)))
}
